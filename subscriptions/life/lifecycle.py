"""The life of a subscription: its state, computed from facts, and what a reader can do with it.

No state is stored. ``standing`` computes it, for any instant, from the terms, the payments, the pauses and
the dates of grace, cancelling and closing. The first row that fits is the state:

========  ============================================================  ==============================
State     Facts                                                         What the reader can do
========  ============================================================  ==============================
paused    paid days are to come, and today is a day of a pause          end the pause; cancel, or resume
trial     today is within the terms, and all of them are to try         choose a price; cancel
active    today is within the paid terms                                renew early, change the plan,
                                                                        pause; cancel, or resume
grace     the terms have ended, a payment is expected, and the days     pay, another way too; cancel
          of grace last
lapsed    the terms have ended                                          order again, or pay the bill
pending   no term yet, a payment is expected, not closed                pay, change, withdraw
refunded  all that was paid was given back                              order again
closed    withdrawn before it was paid, or closed with nothing paid     order again
========  ============================================================  ==============================

Three flags stand beside the state. *Cancelled*: paid days stay, only no further term follows. *Failing*: the
card was refused and the payment is tried again. *Disputed*: the reader's bank has a payment in question, so
nothing of it goes back until that is settled. A term whose money was given back
(``subscriptions.paying.refunds``), or that was given up for a change of plan, no longer counts.

What happens, and what it does to the right to read (``subscriptions.access`` asks entitlements only):

=======================  ==========================================================================
A payment confirmed      the term's rights are written; days of grace end
A renewal asked for      days of grace are written behind the last paid day
Cancelled                rights stay to the last paid day; days of grace are taken away
A pause                  rights rest on its days, and the paid days move behind it
A change of plan, now    the old term ends the day before, the new one's rights begin
A change at term's end   nothing until the new term is paid
Part of it refunded      rights stay
Print added, and paid    copies come on the paid days to come, or from the next term on
Print dropped            copies come on every day that is paid for, and on none after
All of it refunded       the term's rights end at once, and print beside it with them
Print refunded           print ends at once, and nothing else
A dispute opened         rights stay, refunds are locked, nothing further is charged
A dispute lost           the term's rights end at once
A dispute won            as before it
The days of grace over   nothing more to end: the rights have their date
=======================  ==========================================================================
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions import terms
from subscriptions.fulfilment import printed
from subscriptions.giving import orders as gift_orders
from subscriptions.letters import post
from subscriptions.life import story
from subscriptions.models import (
    Letter,
    Pause,
    Payment,
    PlannedChange,
    Subscription,
    SubscriptionEvent,
    Term,
)
from subscriptions.paying import payments

Kind = SubscriptionEvent.Kind


class State(models.TextChoices):
    """Where a subscription stands."""

    PENDING = "pending", _("Waiting for payment")
    TRIAL = "trial", _("Trial")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    GRACE = "grace", _("Days of grace")
    LAPSED = "lapsed", _("Ended")
    REFUNDED = "refunded", _("Money given back")
    CLOSED = "closed", _("Withdrawn")


# Something is had today, or is still to come.
RUNNING = (State.TRIAL, State.ACTIVE, State.PAUSED, State.GRACE)


class NothingToCancelError(ValueError):
    """The subscription has ended already, or was cancelled before."""


class CannotResumeError(ValueError):
    """Only a cancelled subscription that still runs can be resumed."""


@dataclass(frozen=True)
class Standing:
    """A subscription at one instant.

    ``paid_until_on`` is the last paid (or tried) day, ``renews_on`` the first day of a term that would
    follow, ``bill`` the payment that is expected, ``pause`` the one that lasts or is to come,
    ``grace_until_on`` the last day of grace.
    """

    state: State
    is_cancelled: bool
    paid_until_on: date | None
    renews_on: date | None
    bill: Payment | None
    pause: Pause | None = None
    grace_until_on: date | None = None
    is_disputed: bool = False

    @property
    def term_bill(self) -> Payment | None:
        """The payment that a term waits for: not one for print on days that are paid already."""
        is_print = self.bill is not None and self.bill.purpose == Payment.Purpose.PRINT
        return None if is_print else self.bill

    @property
    def is_pending(self) -> bool:
        """Whether the first payment has yet to come."""
        return self.state == State.PENDING

    @property
    def is_trial(self) -> bool:
        """Whether today is a day to try."""
        return self.state == State.TRIAL

    @property
    def is_active(self) -> bool:
        """Whether today is a paid day."""
        return self.state == State.ACTIVE

    @property
    def is_paused(self) -> bool:
        """Whether today is a day of rest."""
        return self.state == State.PAUSED

    @property
    def is_grace(self) -> bool:
        """Whether the payment is late and nothing is lost yet."""
        return self.state == State.GRACE

    @property
    def is_running(self) -> bool:
        """Whether something is had today, or is still to come: the reader need not order again."""
        return self.state in RUNNING

    @property
    def is_lapsed(self) -> bool:
        """Whether the paid days are over."""
        return self.state == State.LAPSED

    @property
    def is_refunded(self) -> bool:
        """Whether all that was paid was given back."""
        return self.state == State.REFUNDED

    @property
    def is_failing(self) -> bool:
        """Whether the card was refused for the payment that is expected."""
        return self.bill is not None and self.bill.failed_at is not None


def standing(subscription: Subscription, at: datetime | None = None) -> Standing:
    """Compute where ``subscription`` stands at ``at`` (default: now).

    Costs no query when it was loaded ``with_facts()``, three otherwise.
    """
    today = terms.day_of(at or timezone.now())
    asked = subscription.payments.all()
    kept = payments.kept_terms(subscription)
    paid_until_on = max((term.ends_on for term in kept), default=None)
    bill = next((payment for payment in asked if payment.is_expected), None)
    pauses = [one for one in subscription.pauses.all() if one.called_off_at is None and one.ends_on >= today]
    is_cancelled = subscription.cancelled_at is not None
    grace_until_on = subscription.grace_until_on if bill is not None and not is_cancelled else None
    if paid_until_on is not None and today <= paid_until_on:
        if any(pause.covers(today) for pause in pauses):
            state = State.PAUSED
        else:
            state = State.TRIAL if all(term.is_trial for term in kept) else State.ACTIVE
    elif paid_until_on is not None:
        in_grace = grace_until_on is not None and today <= grace_until_on
        state = State.GRACE if in_grace and subscription.closed_at is None else State.LAPSED
    elif bill is not None and subscription.closed_at is None:
        state = State.PENDING
    elif any(payment.is_given_back for payment in asked):
        state = State.REFUNDED
    else:
        state = State.CLOSED
    renews = subscription.auto_renews and not is_cancelled and subscription.closed_at is None
    runs = state in RUNNING
    return Standing(
        state=state,
        is_cancelled=is_cancelled,
        paid_until_on=paid_until_on,
        renews_on=paid_until_on + timedelta(days=1) if renews and runs and paid_until_on else None,
        bill=bill,
        pause=min(pauses, key=lambda one: one.starts_on, default=None),
        grace_until_on=grace_until_on,
        is_disputed=any(payment.is_disputed for payment in asked),
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
    goes_on = now.is_running or now.bill is not None
    if subscription.closed_at or now.is_cancelled or not goes_on:
        raise NothingToCancelError
    return Cancellation(
        withdraws_order=now.is_pending,
        keeps_access=now.is_running and not now.is_grace,
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
        _end_plans(subscription, by=by, at=at)
        subscription.cancelled_at = at
        if done.withdraws_order:
            subscription.closed_at = at
            printed.closed(subscription, by=by, at=at)
        else:
            printed.cancelled(subscription, at=at)
        subscription.save(update_fields=["cancelled_at", "closed_at"])
        story.note(
            subscription,
            Kind.WITHDRAWN if done.withdraws_order else Kind.CANCELLED,
            by=by,
            at=at,
            reason=reason,
        )
        if not done.withdraws_order:
            post.queue(
                Letter.Kind.CANCELLED,
                about=subscription,
                key=f"{subscription.number}-{at:%Y%m%d%H%M%S}",
                subscription=subscription,
                at=at,
            )
    return done


def resume(subscription: Subscription, *, by, at: datetime | None = None, reason: str = "") -> None:
    """Take a cancellation back while the paid days last; raises ``CannotResumeError`` after that."""
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        now = standing(subscription, at)
        if subscription.closed_at or not (now.is_running and now.is_cancelled):
            raise CannotResumeError
        if subscription.cancelled_at is not None:
            printed.resumed(subscription, cancelled_at=subscription.cancelled_at)
        subscription.cancelled_at = None
        subscription.save(update_fields=["cancelled_at"])
        story.note(subscription, Kind.RESUMED, by=by, at=at, reason=reason)


def close(subscription: Subscription, *, by, at: datetime) -> None:
    """Close a subscription whose days are over, so that a new one can take its place."""
    _end_plans(subscription, by=by, at=at)
    printed.closed(subscription, by=by, at=at)
    subscription.closed_at = at
    subscription.save(update_fields=["closed_at"])
    story.note(subscription, Kind.CLOSED, by=by, at=at)
    gift_orders.begin_kept_soon(subscription.reader_id)


def _end_plans(subscription: Subscription, *, by, at: datetime) -> None:
    """Ask for nothing more, and forget what was to change at the next term."""
    payments.ask_no_more(subscription, by=by, at=at)
    PlannedChange.objects.open().filter(subscription=subscription).update(withdrawn_at=at)


def in_state(
    subscriptions: models.QuerySet[Subscription], state: str, at: datetime | None = None
) -> models.QuerySet[Subscription]:
    """Keep those of ``subscriptions`` that ``standing`` would find in ``state`` at ``at`` (default: now)."""
    today = terms.day_of(at or timezone.now())
    days = Term.objects.filter(subscription=OuterRef("pk"))
    asked = Payment.objects.filter(subscription=OuterRef("pk"))
    rests = Exists(
        Pause.objects.filter(
            subscription=OuterRef("pk"), called_off_at=None, starts_on__lte=today, ends_on__gte=today
        )
    )
    is_had = Exists(days.kept().filter(ends_on__gte=today))
    was_had = Exists(days.kept())
    is_paid = Exists(days.kept().exclude(kind=Term.Kind.TRIAL))
    was_given_back = Exists(
        asked.filter(status=Payment.Status.CONFIRMED, refunded_minor__gte=F("amount_minor"))
    )
    is_open = Q(closed_at=None) & Q(Exists(asked.expected()))
    is_late = is_open & Q(cancelled_at=None, grace_until_on__gte=today)
    condition = {
        State.PAUSED: Q(is_had) & rests,
        State.TRIAL: Q(is_had) & ~rests & ~is_paid,
        State.ACTIVE: Q(is_had) & ~rests & is_paid,
        State.GRACE: ~is_had & was_had & is_late,
        State.LAPSED: ~is_had & was_had & ~is_late,
        State.PENDING: ~was_had & is_open,
        State.REFUNDED: ~was_had & ~is_open & was_given_back,
        State.CLOSED: ~was_had & ~is_open & ~was_given_back,
    }[State(state)]
    return subscriptions.filter(condition)
