"""The letters we write to subscribers."""

from django.conf import settings
from django.urls import reverse

from magazine import mail
from subscriptions import guarantee
from subscriptions.models import GuaranteeClaim, Payment, Subscription
from subscriptions.money import formatted
from subscriptions.providers import provider_for


def payment_request(payment: Payment) -> None:
    """Tell the reader how to pay for the term they ordered."""
    _send("payment_request", payment, instructions=provider_for(payment.provider).instructions(payment))


def receipt(payment: Payment) -> None:
    """Confirm what was received, and for which days; with the way to have it back while that is promised."""
    last_day = guarantee.last_day_to_claim(payment.subscription)
    link = reverse("subscriptions:refund_by_link", args=[guarantee.link_token(payment)])
    _send(
        "receipt",
        payment,
        term=payment.term,
        refund_last_day=last_day,
        refund_address=settings.SITE_URL + link,
    )


def refunded(claim: GuaranteeClaim) -> None:
    """Confirm, with date and time, that the guarantee was claimed: what comes back, and what has ended."""
    refunds = list(claim.refunds.select_related("payment").order_by("pk"))
    _write(
        "refunded",
        claim.subscription,
        claim=claim,
        amount=formatted(sum(one.amount_minor for one in refunds), refunds[0].currency),
        refunds=[
            {
                "reference": one.payment.reference,
                "amount": formatted(one.amount_minor, one.currency),
                "how": provider_for(one.payment.provider).way_back(one.payment),
            }
            for one in refunds
        ],
    )


def _send(name: str, payment: Payment, **context: object) -> None:
    amount = formatted(payment.amount_minor, payment.currency)
    _write(name, payment.subscription, payment=payment, amount=amount, **context)


def _write(name: str, subscription: Subscription, **context: object) -> None:
    mail.send(
        name,
        subscription.reader.email,
        {
            "subscription": subscription,
            "plan": subscription.plan_version.plan,
            "order_address": settings.SITE_URL + subscription.get_absolute_url(),
            "account_address": settings.SITE_URL + reverse("subscriptions:account"),
            **context,
        },
    )
