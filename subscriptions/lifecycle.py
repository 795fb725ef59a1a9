"""The life of a subscription: its state, computed from facts, and what a reader can do with it.

No state is stored. ``standing`` computes it, for any instant, from the terms, the payments and the
dates of cancelling and closing:

========  ===========================================================  ==============================
State     Facts                                                        What the reader can do
========  ===========================================================  ==============================
pending   no term yet, a payment is expected                           pay, change, withdraw
active    today is within the paid terms                               renew early; cancel, or resume
lapsed    the paid terms have ended                                    order again, or pay the bill
refunded  all that was paid was given back                             order again
closed    withdrawn before it was paid, or closed with nothing paid    order again
========  ===========================================================  ==============================

Cancelling is a flag and not a state: paid days stay, only no further term follows. A term whose money
was given back (``subscriptions.refunds``) no longer counts as paid.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions import payments, story, terms
from subscriptions.models import Payment, Subscription, SubscriptionEvent, Term

Kind = SubscriptionEvent.Kind


class State(models.TextChoices):
    """Where a subscription stands."""

    PENDING = "pending", _("Waiting for payment")
    ACTIVE = "active", _("Active")
    LAPSED = "lapsed", _("Ended")
    REFUNDED = "refunded", _("Money given back")
    CLOSED = "closed", _("Withdrawn")


class NothingToCancelError(ValueError):
    """The subscription has ended already, or was cancelled before."""


class CannotResumeError(ValueError):
    """Only a cancelled subscription that still runs can be resumed."""


@dataclass(frozen=True)
class Standing:
    """A subscription at one instant.

    ``paid_until_on`` is the last paid day, ``renews_on`` the first day of a term that would follow,
    ``bill`` the payment that is expected.
    """

    state: State
    is_cancelled: bool
    paid_until_on: date | None
    renews_on: date | None
    bill: Payment | None

    @property
    def is_pending(self) -> bool:
        """Whether the first payment has yet to come."""
        return self.state == State.PENDING

    @property
    def is_active(self) -> bool:
        """Whether today is a paid day."""
        return self.state == State.ACTIVE

    @property
    def is_lapsed(self) -> bool:
        """Whether the paid days are over."""
        return self.state == State.LAPSED

    @property
    def is_refunded(self) -> bool:
        """Whether all that was paid was given back."""
        return self.state == State.REFUNDED


def standing(subscription: Subscription, at: datetime | None = None) -> Standing:
    """Compute where ``subscription`` stands at ``at`` (default: now).

    Costs no query when it was loaded ``with_facts()``, two otherwise.
    """
    today = terms.day_of(at or timezone.now())
    asked = subscription.payments.all()
    given_back = {payment.pk for payment in asked if payment.is_given_back}
    kept = [term for term in subscription.terms.all() if term.payment_id not in given_back]
    paid_until_on = max((term.ends_on for term in kept), default=None)
    bill = next((payment for payment in asked if payment.is_expected), None)
    if paid_until_on is not None:
        state = State.ACTIVE if today <= paid_until_on else State.LAPSED
    elif bill is not None and subscription.closed_at is None:
        state = State.PENDING
    elif given_back:
        state = State.REFUNDED
    else:
        state = State.CLOSED
    is_cancelled = subscription.cancelled_at is not None
    renews = state == State.ACTIVE and subscription.auto_renews and not is_cancelled
    return Standing(
        state=state,
        is_cancelled=is_cancelled,
        paid_until_on=paid_until_on,
        renews_on=paid_until_on + timedelta(days=1) if renews and paid_until_on else None,
        bill=bill,
    )


@dataclass(frozen=True)
class Cancellation:
    """What cancelling does: computed before it is shown, and the same when it is done.

    ``withdraws_order`` when nothing was ever paid; ``keeps_access`` when paid days are still to come, until
    ``last_day``; ``bill`` is the expected payment that is no longer asked for.
    """

    withdraws_order: bool
    keeps_access: bool
    last_day: date | None
    bill: Payment | None


def cancellation(subscription: Subscription, at: datetime | None = None) -> Cancellation:
    """Say what cancelling ``subscription`` at ``at`` (default: now) would do.

    Raises ``NothingToCancelError`` when it has ended or was cancelled before.
    """
    now = standing(subscription, at)
    goes_on = now.is_active or now.bill is not None
    if subscription.closed_at or now.is_cancelled or not goes_on:
        raise NothingToCancelError
    return Cancellation(
        withdraws_order=now.is_pending,
        keeps_access=now.is_active,
        last_day=now.paid_until_on,
        bill=now.bill,
    )


def cancel(subscription: Subscription, *, by, at: datetime | None = None, reason: str = "") -> Cancellation:
    """Cancel ``subscription``: paid days stay, what was still to be paid is no longer asked for.

    An order that was never paid is withdrawn and closed. Raises ``NothingToCancelError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        done = cancellation(subscription, at)
        if done.bill:
            payments.void(done.bill, by=by, at=at)
        subscription.cancelled_at = at
        if done.withdraws_order:
            subscription.closed_at = at
        subscription.save(update_fields=["cancelled_at", "closed_at"])
        story.note(
            subscription,
            Kind.WITHDRAWN if done.withdraws_order else Kind.CANCELLED,
            by=by,
            at=at,
            reason=reason,
        )
    return done


def resume(subscription: Subscription, *, by, at: datetime | None = None) -> None:
    """Take a cancellation back while the paid days last; raises ``CannotResumeError`` after that."""
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        now = standing(subscription, at)
        if subscription.closed_at or not (now.is_active and now.is_cancelled):
            raise CannotResumeError
        subscription.cancelled_at = None
        subscription.save(update_fields=["cancelled_at"])
        story.note(subscription, Kind.RESUMED, by=by, at=at)


def close(subscription: Subscription, *, by, at: datetime) -> None:
    """Close a subscription whose days are over, so that a new one can take its place."""
    for bill in subscription.payments.expected():
        payments.void(bill, by=by, at=at)
    subscription.closed_at = at
    subscription.save(update_fields=["closed_at"])
    story.note(subscription, Kind.CLOSED, by=by, at=at)


def in_state(
    subscriptions: models.QuerySet[Subscription], state: str, at: datetime | None = None
) -> models.QuerySet[Subscription]:
    """Keep those of ``subscriptions`` that ``standing`` would find in ``state`` at ``at`` (default: now)."""
    today = terms.day_of(at or timezone.now())
    days = Term.objects.filter(subscription=OuterRef("pk"))
    is_paid = Exists(days.kept().filter(ends_on__gte=today))
    was_paid = Exists(days.kept())
    was_given_back = Exists(days)
    is_awaited = Q(closed_at=None) & Q(Exists(Payment.objects.expected().filter(subscription=OuterRef("pk"))))
    condition = {
        State.PENDING: ~was_paid & is_awaited,
        State.ACTIVE: Q(is_paid),
        State.LAPSED: was_paid & ~is_paid,
        State.REFUNDED: ~was_paid & ~is_awaited & Q(was_given_back),
        State.CLOSED: ~was_paid & ~is_awaited & ~was_given_back,
    }[State(state)]
    return subscriptions.filter(condition)
