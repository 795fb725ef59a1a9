"""What the worker does for subscriptions. Thin: ids come in, letters go out, each of them once."""

from django.utils import timezone
from django_tasks import task

from subscriptions import letters
from subscriptions.models import Payment


@task()
def send_payment_request(payment_id: int) -> None:
    """Write to the reader how to pay, unless that was done or the payment is no longer expected."""
    _send_once("request_sent_at", letters.payment_request, payment_id, status=Payment.Status.EXPECTED)


@task()
def send_receipt(payment_id: int) -> None:
    """Send the receipt of a confirmed payment, unless that was done."""
    _send_once("receipt_sent_at", letters.receipt, payment_id, status=Payment.Status.CONFIRMED)


def _send_once(field: str, letter, payment_id: int, *, status: str) -> None:
    # Claim before sending: two overlapping runs must not write to one reader twice.
    unsent = Payment.objects.filter(pk=payment_id, status=status, **{field: None})
    if not unsent.update(**{field: timezone.now()}):
        return
    try:
        letter(Payment.objects.select_related("subscription__reader", "price", "term").get(pk=payment_id))
    except Exception:
        Payment.objects.filter(pk=payment_id).update(**{field: None})
        raise
