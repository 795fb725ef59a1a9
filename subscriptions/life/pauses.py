"""Pausing: for some whole days nothing is read and nothing is used up, and the paid days move behind them.

A pause begins on a day to come (today is paid and being used), lasts ``SHORTEST`` to ``LONGEST`` days, and
within any year all of a subscription's pauses together last no longer than ``LONGEST``. It can be ended on
any day: that day is read again, and the days that were not rested come back to where they were.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.letters import post
from subscriptions.life import lifecycle, story, timetable
from subscriptions.models import Letter, Pause, Subscription, SubscriptionEvent, Term
from subscriptions.paying import payments

Kind = SubscriptionEvent.Kind

SHORTEST, LONGEST = 7, 92
YEAR = timedelta(days=365)


class CannotPauseError(ValueError):
    """The pause is not possible; the text is the sentence for the reader."""


class NotPausedError(ValueError):
    """There is no pause to end."""


def can_pause(subscription: Subscription, at: datetime | None = None) -> bool:
    """Whether some pause is possible at ``at`` (default: now). No query for one loaded ``with_facts()``."""
    at = at or timezone.now()
    now = lifecycle.standing(subscription, at)
    tomorrow = terms.day_of(at) + timedelta(days=1)
    return (
        now.is_active
        and not now.is_cancelled
        and now.pause is None
        and now.paid_until_on is not None
        and now.paid_until_on >= tomorrow
        and days_left(subscription, tomorrow) >= SHORTEST
    )


def days_left(subscription: Subscription, first_on: date) -> int:
    """Return how long a pause from ``first_on`` may last: what the year before it has left."""
    rested = sum(
        pause.days
        for pause in subscription.pauses.all()
        if pause.called_off_at is None and pause.ends_on > first_on - YEAR
    )
    return max(0, LONGEST - rested)


def pause(
    subscription: Subscription,
    first_on: date,
    last_on: date,
    *,
    by,
    at: datetime | None = None,
    reason: str = "",
) -> Pause:
    """Let ``subscription`` rest from ``first_on`` to ``last_on``, both included.

    A renewal that is asked for already is taken back, and asked for anew when its time comes. Raises
    ``CannotPauseError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        _check(subscription, first_on, last_on, at)
        # Print costs the same whenever its days come.
        payments.ask_no_more(subscription, by=by, at=at, but_for_print=True)
        rest = Pause.objects.create(
            subscription=subscription, starts_on=first_on, ends_on=last_on, asked_at=at, asked_by=by
        )
        subscription = story.locked(subscription.pk)
        within = _term_of(subscription, first_on)
        if within is None:
            raise CannotPauseError(_("A pause begins on one of your paid days."))
        timetable.move(subscription, within=within, days=rest.days)
        days = f"{first_on.isoformat()}/{last_on.isoformat()}"
        story.note(subscription, Kind.PAUSED, by=by, at=at, reason=reason or days)
        post.queue(Letter.Kind.PAUSED, about=rest, key=rest.pk, subscription=subscription, at=at)
    return rest


def end_pause(subscription: Subscription, *, by, at: datetime | None = None, reason: str = "") -> Pause:
    """End the pause that lasts, so that today is read again, or call off the one that is to come.

    Raises ``NotPausedError``.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        rest = lifecycle.standing(subscription, at).pause
        if rest is None or subscription.closed_at is not None:
            raise NotPausedError
        within = _term_of(subscription, rest.starts_on)
        whole = rest.days
        if rest.starts_on < today:
            rest.ends_on = today - timedelta(days=1)
            given_back = whole - rest.days
        else:
            rest.called_off_at = at
            given_back = whole
        rest.save(update_fields=["ends_on", "called_off_at"])
        # The pauses that were loaded are as they were: what follows has to see this one as it is.
        subscription = story.locked(subscription.pk)
        # None where the term's money was given back meanwhile: there is nothing to move then.
        if within is not None:
            timetable.move(subscription, within=_same(subscription, within), days=-given_back)
        story.note(subscription, Kind.UNPAUSED, by=by, at=at, reason=reason)
    return rest


def _check(subscription: Subscription, first_on: date, last_on: date, at: datetime) -> None:
    now = lifecycle.standing(subscription, at)
    days = (last_on - first_on).days + 1
    if now.pause is not None:
        raise CannotPauseError(
            _("There is a pause from %(first)s to %(last)s already. End it first.")
            % {"first": terms.in_words(now.pause.starts_on), "last": terms.in_words(now.pause.ends_on)}
        )
    if not now.is_active or now.is_cancelled or now.paid_until_on is None:
        raise CannotPauseError(_("Only a paid plan that goes on can be paused."))
    if first_on <= terms.day_of(at):
        raise CannotPauseError(_("A pause begins tomorrow at the earliest: today is paid."))
    if first_on > now.paid_until_on:
        raise CannotPauseError(
            _("Your paid days end on %s. A pause begins before that.") % terms.in_words(now.paid_until_on)
        )
    if days < SHORTEST:
        raise CannotPauseError(_("A pause lasts %d days at least.") % SHORTEST)
    if days > (left := days_left(subscription, first_on)):
        raise CannotPauseError(
            _("Within a year a plan can rest for %(most)d days, and %(left)d of them are left.")
            % {"most": LONGEST, "left": left}
        )


def _term_of(subscription: Subscription, day: date) -> Term | None:
    kept = payments.kept_terms(subscription)
    return next((term for term in kept if term.starts_on <= day <= term.ends_on), None)


def _same(subscription: Subscription, term: Term) -> Term:
    return next(one for one in payments.kept_terms(subscription) if one.pk == term.pk)
