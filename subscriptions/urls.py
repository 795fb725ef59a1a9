"""The addresses of plans, orders and the reader's account."""

from django.urls import include, path

from subscriptions.views import (
    account,
    changes,
    demo_pages,
    feed_address,
    invoices,
    money_back,
    news,
    orders,
    plans,
    sharing,
    webhooks,
)

app_name = "subscriptions"

urlpatterns = [
    path("subscribe/", plans.shelf, name="plans"),
    path("subscribe/orders/<slug:number>/", orders.order, name="order"),
    path("subscribe/orders/<slug:number>/pay/", orders.pay, name="pay"),
    path("subscribe/orders/<slug:number>/back/", orders.back, name="back"),
    path("subscribe/orders/<slug:number>/bank/", orders.play_bank, name="play_bank"),
    path("subscribe/refund/<str:token>/", money_back.refund_by_link, name="refund_by_link"),
    path("subscribe/messages/<slug:provider>/", webhooks.receive, name="messages"),
    path("subscribe/demo-bank/pay/<str:token>/", demo_pages.pay, name="demo_pay"),
    path("subscribe/demo-bank/card/<str:token>/", demo_pages.portal, name="demo_portal"),
    path("subscribe/pretend-bank/", include("subscriptions.providers.stripe.pretend.urls")),
    path("subscribe/<slug:slug>/", plans.checkout, name="checkout"),
    path("subscribe/<slug:slug>/try/", plans.trial, name="trial"),
    path("account/", account.account, name="account"),
    path("account/feed/", feed_address.renew, name="feed_address"),
    path("account/letters/", news.news, name="news"),
    path("account/letters/<str:token>/", news.news_by_link, name="news_by_link"),
    path("account/cancel/", changes.cancel, name="cancel"),
    path("account/resume/", changes.resume, name="resume"),
    path("account/renew/", changes.renew, name="renew"),
    path("account/pause/", changes.pause, name="pause"),
    path("account/pause/end/", changes.end_pause, name="end_pause"),
    path("account/plan/", changes.switch, name="switch"),
    path("account/plan/keep/", changes.keep, name="keep"),
    path("account/offer/", changes.take_offer, name="take_offer"),
    path("account/payment/", changes.pay_by, name="pay_by"),
    path("account/payment/card/", changes.card, name="card"),
    path("account/invoices/<slug:reference>/", invoices.invoice, name="invoice"),
    path("account/invoices/<slug:reference>.pdf", invoices.invoice_pdf, name="invoice_pdf"),
    path("account/given/<int:link>/take-back/", sharing.take_back, name="take_back"),
    path("account/refund/", money_back.refund, name="refund"),
]
