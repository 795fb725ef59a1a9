"""The addresses of plans, orders and the reader's account."""

from django.urls import path

from subscriptions import views

app_name = "subscriptions"

urlpatterns = [
    path("subscribe/", views.plans, name="plans"),
    path("subscribe/orders/<slug:number>/", views.order, name="order"),
    path("subscribe/orders/<slug:number>/bank/", views.play_bank, name="play_bank"),
    path("subscribe/refund/<str:token>/", views.refund_by_link, name="refund_by_link"),
    path("subscribe/<slug:slug>/", views.checkout, name="checkout"),
    path("account/", views.account, name="account"),
    path("account/cancel/", views.cancel, name="cancel"),
    path("account/resume/", views.resume, name="resume"),
    path("account/renew/", views.renew, name="renew"),
    path("account/refund/", views.refund, name="refund"),
]
