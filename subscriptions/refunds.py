"""Giving money back: what is owed and why, in one transaction with the end of the rights; and sending it.

A provider that gives money back by itself is asked to with the refund's ``key``, which makes trying again
harmless. The manual provider's refunds are owed until staff have sent the money and say so in the desk.
"""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from subscriptions import entitlements, guarantee, lifecycle, story, tasks
from subscriptions.guarantee import MoneyBack
from subscriptions.models import Entitlement, GuaranteeClaim, Payment, Refund, SubscriptionEvent

Kind = SubscriptionEvent.Kind


class PlanChangedError(ValueError):
    """Something happened since the plan was computed: it would no longer do what was shown."""


def execute(plan: MoneyBack, *, by, reason: str = "") -> GuaranteeClaim:
    """Do what ``plan`` says, all of it or nothing: claim, refunds owed, rights ended, subscription closed.

    The letter is queued with it. Claiming twice has the effect of claiming once and returns the same claim.
    Raises ``PlanChangedError``, or ``guarantee.NotClaimableError``.
    """
    with transaction.atomic():
        # Two claims of one reader wait for each other here, as two orders do. The key stays free: who
        # confirms a payment holds the subscription and writes rows that point to the reader.
        get_user_model().objects.select_for_update(no_key=True).get(pk=plan.reader_id)
        subscription = story.locked(plan.subscription_id)
        if claim := GuaranteeClaim.objects.filter(subscription=subscription).first():
            return claim
        if guarantee.plan_refund(subscription, plan.at) != plan:
            raise PlanChangedError

        claim = GuaranteeClaim.objects.create(
            reader=subscription.reader,
            plan=subscription.plan,
            subscription=subscription,
            claimed_at=plan.at,
        )
        for one in plan.sums:
            Payment.objects.filter(pk=one.payment_id).update(
                refunded_minor=F("refunded_minor") + one.amount_minor
            )
            Refund.objects.create(
                payment_id=one.payment_id,
                claim=claim,
                key=f"guarantee-{one.reference}",
                amount_minor=one.amount_minor,
                currency=one.currency,
                requested_at=plan.at,
                requested_by=by,
                reason=reason,
            )
        entitlements.end_at(Entitlement.objects.filter(pk__in=plan.ends), plan.at)
        story.note(subscription, Kind.REFUNDED, by=by, at=plan.at, reason=reason)
        if subscription.closed_at is None:
            lifecycle.close(subscription, by=by, at=plan.at)
        tasks.send_refunded.enqueue(claim.pk)
    return claim


def mark_sent(refund: Refund, *, by, at: datetime | None = None) -> Refund:
    """Record that the money of ``refund`` has gone out; a second time changes nothing."""
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(refund.claim.subscription_id)
        sent = Refund.objects.owed().filter(pk=refund.pk)
        if sent.update(status=Refund.Status.SENT, sent_at=at, sent_by=by):
            story.note(subscription, Kind.REFUND_SENT, by=by, at=at, reason=refund.payment.reference)
    return Refund.objects.get(pk=refund.pk)
