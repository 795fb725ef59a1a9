"""The pages of the pretend Stripe; not found unless the settings switch it on."""

from django.urls import path

from subscriptions.providers.stripe.pretend import views

urlpatterns = [
    path("pay/<slug:session>/", views.pay, name="pretend_pay"),
    path("cards/<slug:session>/", views.cards, name="pretend_cards"),
]
