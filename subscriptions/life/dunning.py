"""When a payment is late: days of grace, a card tried again, letters, and the end of patience.

A renewal that is asked for writes ``GRACE`` days of grace behind the last paid day, so that nobody is shut
out because the post was slow or a card expired. A card is charged on the first day of the next term, and when
it is refused, again after ``TRY_AGAIN_AFTER``: on days 0, 3, 7 and 12, all of them within the days of grace.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from subscriptions import entitlements, terms
from subscriptions.giving import orders as gift_orders
from subscriptions.letters import post
from subscriptions.life import lifecycle, story
from subscriptions.models import Letter, Payment, Subscription, SubscriptionEvent
from subscriptions.paying import payments

Kind = SubscriptionEvent.Kind

GRACE = timedelta(days=14)
TRY_AGAIN_AFTER = (timedelta(days=3), timedelta(days=4), timedelta(days=5))


def give_grace(subscription: Subscription, *, after: date) -> None:
    """Let everything go on for ``GRACE`` days after ``after``, the last paid day, while a payment is
    expected.

    For use inside a transaction that holds the subscription.
    """
    subscription.grace_until_on = after + GRACE
    subscription.save(update_fields=["grace_until_on"])
    entitlements.write_grace(subscription, after=after, until_on=subscription.grace_until_on)


def after_failure(payment: Payment, failure: str, *, at: datetime | None = None) -> None:
    """Note that the card was refused for ``payment``, plan the next try, and write to the reader.

    For use inside a transaction that holds the subscription. Told twice of the same try, it acts once.
    """
    at = at or timezone.now()
    is_automatic = payment.tries > 0
    is_known = payment.failed_try >= payment.tries if is_automatic else payment.failure == failure[:200]
    if not payment.is_expected or is_known:
        return
    payment.failed_try = payment.tries
    left = TRY_AGAIN_AFTER[payment.tries - 1 :] if is_automatic else ()
    payment.failed_at = at
    payment.failure = failure[:200]
    payment.next_try_at = at + left[0] if left else None
    payment.save(update_fields=["failed_try", "failed_at", "failure", "next_try_at"])
    story.note(payment.subscription, Kind.FAILED, by=None, at=at, reason=payment.failure)
    # The reader who has just seen the refusal on the provider's own page needs no letter about it.
    if is_automatic and (payment.tries == 1 or not left):
        post.queue(
            Letter.Kind.CARD_FAILED,
            about=payment,
            key=f"{payment.reference}-{payment.tries}",
            subscription=payment.subscription,
            at=at,
        )


def remind(at: datetime | None = None) -> int:
    """Write to those whose paid days ended and whose payment is late, once each; return how many."""
    at = at or timezone.now()
    written = 0
    for subscription in lifecycle.in_state(
        Subscription.objects.own().live().with_facts(), lifecycle.State.GRACE, at
    ):
        now = lifecycle.standing(subscription, at)
        if now.bill is None:
            continue
        # A card that is still to be tried may yet pay; what we tried in vain had its own letters.
        if now.bill.next_try_at is not None or (now.is_failing and now.bill.tries > 0):
            continue
        with transaction.atomic():
            before = Letter.objects.filter(key=f"{Letter.Kind.GRACE.value}-{now.bill.reference}").exists()
            post.queue(
                Letter.Kind.GRACE,
                about=subscription,
                key=now.bill.reference,
                subscription=subscription,
                at=at,
            )
        written += not before
    return written


def lapse_due(at: datetime | None = None) -> int:
    """End what is over: subscriptions whose days of grace have passed unpaid; return how many.

    A card is not charged any more. A transfer or a cheque that is still on its way is taken when it comes.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    over = Subscription.objects.live().filter(grace_until_on__lt=today).order_by("pk")
    lapsed = 0
    for subscription_id in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            subscription = story.locked(subscription_id)
            if subscription.grace_until_on is None or subscription.grace_until_on >= today:
                continue
            now = lifecycle.standing(subscription, at)
            subscription.grace_until_on = None
            subscription.save(update_fields=["grace_until_on"])
            if not now.is_lapsed:
                continue
            for bill in subscription.payments.expected().exclude(provider="manual"):
                payments.void(bill, by=None, at=at)
            story.note(subscription, Kind.LAPSED, by=None, at=at)
            gift_orders.begin_kept_soon(subscription.reader_id)
            post.queue(
                Letter.Kind.LAPSED,
                about=subscription,
                key=f"{subscription.number}-{now.paid_until_on:%Y%m%d}",
                subscription=subscription,
                at=at,
            )
            lapsed += 1
    return lapsed
