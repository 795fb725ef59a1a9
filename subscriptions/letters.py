"""The letters we write to subscribers."""

from django.conf import settings
from django.urls import reverse

from magazine import mail
from subscriptions.models import Payment
from subscriptions.money import formatted
from subscriptions.providers import provider_for


def payment_request(payment: Payment) -> None:
    """Tell the reader how to pay for the term they ordered."""
    _send("payment_request", payment, instructions=provider_for(payment.provider).instructions(payment))


def receipt(payment: Payment) -> None:
    """Confirm what was received, and for which days."""
    _send("receipt", payment, term=payment.term)


def _send(name: str, payment: Payment, **context: object) -> None:
    subscription = payment.subscription
    mail.send(
        name,
        subscription.reader.email,
        {
            "payment": payment,
            "subscription": subscription,
            "plan": subscription.plan_version.plan,
            "amount": formatted(payment.amount_minor, payment.currency),
            "order_address": settings.SITE_URL + subscription.get_absolute_url(),
            "account_address": settings.SITE_URL + reverse("subscriptions:account"),
            **context,
        },
    )
