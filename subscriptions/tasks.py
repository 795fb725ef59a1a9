"""What the worker does for subscriptions. Thin: ids come in, letters go out, each of them once."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from subscriptions import letters
from subscriptions.models import GuaranteeClaim, Payment


@task()
def send_payment_request(payment_id: int) -> None:
    """Write to the reader how to pay, unless that was done or the payment is no longer expected."""
    _send_once("request_sent_at", letters.payment_request, _payment(payment_id, Payment.Status.EXPECTED))


@task()
def send_receipt(payment_id: int) -> None:
    """Send the receipt of a confirmed payment, unless that was done."""
    _send_once("receipt_sent_at", letters.receipt, _payment(payment_id, Payment.Status.CONFIRMED))


@task()
def send_refunded(claim_id: int) -> None:
    """Confirm to the reader what they get back and what has ended, unless that was done."""
    claims = GuaranteeClaim.objects.select_related("subscription__plan_version__plan", "reader")
    _send_once("letter_sent_at", letters.refunded, claims.filter(pk=claim_id))


def _payment(payment_id: int, status: str) -> QuerySet[Payment]:
    payments = Payment.objects.select_related("subscription__reader", "price", "term")
    return payments.filter(pk=payment_id, status=status)


def _send_once(field: str, letter: Callable[[Any], None], about: QuerySet[Any]) -> None:
    # Claim before sending: two overlapping runs must not write to one reader twice.
    if not about.filter(**{field: None}).update(**{field: timezone.now()}):
        return
    try:
        letter(about.get())
    except Exception:
        about.update(**{field: None})
        raise
