"""From one term to the next: who is to be billed, when, and the bill."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from subscriptions import terms
from subscriptions.letters import post
from subscriptions.life import dunning, lifecycle, story, switching
from subscriptions.models import Letter, Payment, Price, Subscription, SubscriptionEvent
from subscriptions.models.payment import PaymentQuerySet
from subscriptions.models.subscription import SubscriptionQuerySet
from subscriptions.models.term import kept
from subscriptions.paying import payments

# How long before the last paid day the next term is asked for. A cheque takes a week and a holiday takes two;
# a month would be over before its bill could come so early.
NOTICE = timedelta(days=28)
SHORT_NOTICE = timedelta(days=10)
SHORT_TERM = 6
# Who is trying has decided by then, or not at all.
TRIAL_NOTICE = timedelta(days=3)


class NotRenewableError(ValueError):
    """The subscription is cancelled, closed or not yet paid for the first time."""


def notice_of(price: Price) -> timedelta:
    """Return how long before its end a term at ``price`` is followed by the next bill."""
    is_short = (price.term_months or 0) < SHORT_TERM and (price.term_issues or 0) < SHORT_TERM * 2
    return SHORT_NOTICE if is_short else NOTICE


def due(at: datetime | None = None) -> SubscriptionQuerySet:
    """Return the subscriptions whose next term may be due to be billed at ``at`` (default: now).

    Those that renew, were not cancelled, have a last paid day within the longest notice, and no bill for a
    term yet; ``bill_due`` looks at each one's own notice.
    """
    today = terms.day_of(at or timezone.now())
    return (
        Subscription.objects.own()
        .live()
        .filter(auto_renews=True, cancelled_at=None)
        .annotate(paid_until_on=Max("terms__ends_on", filter=kept("terms__")))
        .filter(paid_until_on__gte=today, paid_until_on__lt=today + NOTICE)
        .exclude(Exists(_term_bills()))
    )


def _term_bills() -> PaymentQuerySet:
    return (
        Payment.objects.expected().filter(subscription=OuterRef("pk")).exclude(purpose=Payment.Purpose.PRINT)
    )


def is_due(subscription: Subscription, at: datetime | None = None) -> bool:
    """Whether the next term of ``subscription`` is to be billed at ``at`` (default: now)."""
    at = at or timezone.now()
    now = lifecycle.standing(subscription, at)
    if now.renews_on is None or now.paid_until_on is None or now.term_bill is not None or now.is_disputed:
        return False
    notice = TRIAL_NOTICE if now.is_trial else notice_of(subscription.price)
    return now.paid_until_on < terms.day_of(at) + notice


def bill_due(at: datetime | None = None) -> int:
    """Bill every subscription whose next term is due at ``at`` (default: now); return how many were billed.

    A change of plan that nobody paid stands in the way of that no longer (``switching.take_back_unpaid``).
    """
    at = at or timezone.now()
    switching.take_back_unpaid(at)
    billed = 0
    for subscription in due(at).with_facts():
        if is_due(subscription, at):
            try:
                bill_next_term(subscription, at=at)
            except NotRenewableError:
                continue
            billed += 1
    return billed


def bill_next_term(
    subscription: Subscription, *, by=None, at: datetime | None = None, reason: str = ""
) -> Payment:
    """Ask for the payment of the next term; when it is asked for already, return that payment.

    ``by`` is none when the magazine does it in time, the reader when they do it early. A card is charged on
    the first day of the next term, or at once when the reader asks. Days of grace are written behind the last
    paid day. What is still asked for print on the days before is asked for with this term instead. Raises
    ``NotRenewableError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        now = lifecycle.standing(subscription, at)
        if subscription.closed_at or now.is_cancelled or not (now.is_running or now.is_lapsed):
            raise NotRenewableError
        if now.term_bill is not None:
            return now.term_bill
        if now.bill is not None:
            payments.void(now.bill, by=by, at=at)
        starts_on = now.renews_on or terms.day_of(at)
        charge_at = at if by is not None else max(at, terms.start_of(starts_on))
        price = switching.price_of_term(subscription, starts_on)
        bill = payments.expect(subscription, price=price, at=at, charge_at=charge_at)
        if now.is_running and not now.is_trial and now.paid_until_on is not None:
            dunning.give_grace(subscription, after=now.paid_until_on)
        story.note(subscription, SubscriptionEvent.Kind.BILLED, by=by, at=at, reason=reason or bill.reference)
        if by is None and bill.next_try_at is None:
            # Nobody is looking at a page on which it could be paid; where it was written already, it is once.
            post.queue(
                Letter.Kind.PAYMENT_REQUEST, about=bill, key=bill.reference, subscription=subscription, at=at
            )
        elif by is None and notice_of(price) == NOTICE:
            post.queue(
                Letter.Kind.RENEWAL_NOTICE, about=bill, key=bill.reference, subscription=subscription, at=at
            )
    return bill
