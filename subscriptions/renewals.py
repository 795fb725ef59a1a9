"""From one term to the next: who is to be billed, and the bill."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from subscriptions import lifecycle, payments, story, terms
from subscriptions.models import Payment, Subscription, SubscriptionEvent
from subscriptions.models.subscription import SubscriptionQuerySet

# A cheque takes a week and a holiday takes two.
NOTICE = timedelta(days=28)


class NotRenewableError(ValueError):
    """The subscription is cancelled, closed or not yet paid for the first time."""


def due(at: datetime | None = None) -> SubscriptionQuerySet:
    """Return the subscriptions whose next term is to be billed at ``at`` (default: now).

    Those that renew, were not cancelled, have a last paid day within the notice, and no bill yet.
    """
    today = terms.day_of(at or timezone.now())
    return (
        Subscription.objects.live()
        .filter(auto_renews=True, cancelled_at=None)
        .annotate(paid_until_on=Max("terms__ends_on"))
        .filter(paid_until_on__gte=today, paid_until_on__lt=today + NOTICE)
        .exclude(payments__status=Payment.Status.EXPECTED)
    )


def bill_next_term(subscription: Subscription, *, by=None, at: datetime | None = None) -> Payment:
    """Ask for the payment of the next term; when it is asked for already, return that payment.

    ``by`` is none when the magazine does it in time, the reader when they do it early. Raises
    ``NotRenewableError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        now = lifecycle.standing(subscription, at)
        if subscription.closed_at or now.is_cancelled or not (now.is_active or now.is_lapsed):
            raise NotRenewableError
        if now.bill is not None:
            return now.bill
        latest = max(subscription.payments.all(), key=lambda payment: payment.pk)
        bill = payments.expect(subscription, method=latest.method, at=at)
        story.note(subscription, SubscriptionEvent.Kind.BILLED, by=by, at=at, reason=bill.reference)
    return bill
