"""The addresses of plans, orders and the reader's account."""

from django.urls import include, path

from subscriptions import demo_pages, views, webhooks

app_name = "subscriptions"

urlpatterns = [
    path("subscribe/", views.plans, name="plans"),
    path("subscribe/orders/<slug:number>/", views.order, name="order"),
    path("subscribe/orders/<slug:number>/bank/", views.play_bank, name="play_bank"),
    path("subscribe/refund/<str:token>/", views.refund_by_link, name="refund_by_link"),
    path("subscribe/messages/<slug:provider>/", webhooks.receive, name="messages"),
    path("subscribe/demo-bank/pay/<str:token>/", demo_pages.pay, name="demo_pay"),
    path("subscribe/demo-bank/card/<str:token>/", demo_pages.portal, name="demo_portal"),
    path("subscribe/pretend-bank/", include("subscriptions.providers.stripe.pretend.urls")),
    path("subscribe/<slug:slug>/", views.checkout, name="checkout"),
    path("account/", views.account, name="account"),
    path("account/cancel/", views.cancel, name="cancel"),
    path("account/resume/", views.resume, name="resume"),
    path("account/renew/", views.renew, name="renew"),
    path("account/refund/", views.refund, name="refund"),
]
