"""Holds: days on which no printed copy is sent to a reader, and what they get for it.

A hold may begin on the day after the last issue whose cut-off has passed: that one's labels are made. It
lasts at most ``LONGEST_DAYS``. For each copy that a run kept back, days are added to the plan it came from,
as many as lie between two issues; a gift, a seat or a courtesy costs nothing, and is not lengthened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.fulfilment import cutoffs, zones
from subscriptions.fulfilment.cutoffs import Upcoming
from subscriptions.ledger import coming
from subscriptions.letters import post
from subscriptions.life import extensions, story
from subscriptions.models import (
    Entitlement,
    Hold,
    LabelRun,
    Letter,
    Subscription,
    SubscriptionEvent,
    Withheld,
)

LONGEST_DAYS = 92
FURTHEST_AHEAD = timedelta(days=366)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Effect:
    """What a hold does: the copies that it keeps back, as far as issues are known, and the days for each.

    ``days`` is 0 where the reader has print by a gift, a seat or a courtesy.
    """

    starts_on: date
    ends_on: date
    kept_back: tuple[Upcoming, ...]
    days: int

    @property
    def sentences(self) -> list[str]:
        """The consequences, as the reader is shown them before, and told after."""
        told = [
            _("No printed copy is sent to you from %(first)s to %(last)s. Everything else goes on.")
            % {"first": terms.in_words(self.starts_on), "last": terms.in_words(self.ends_on)}
        ]
        if self.kept_back:
            names = ", ".join(
                _("%(issue)s of %(day)s") % {"issue": one.issue.name, "day": terms.in_words(one.issue.on)}
                for one in self.kept_back
            )
            told.append(_("Held back, as things are planned: %s.") % names)
        else:
            told.append(_("As things are planned, no issue comes on these days."))
        if self.days and self.kept_back:
            told.append(
                ngettext(
                    "For each copy held back %d day is added to your plan.",
                    "For each copy held back %d days are added to your plan.",
                    self.days,
                )
                % self.days
            )
        return told


def current(reader: Any, at: datetime | None = None) -> list[Hold]:
    """Return the reader's holds that are still to end and were not called off, by their days. One query."""
    today = terms.day_of(at or timezone.now())
    return list(Hold.objects.filter(reader=reader, called_off_at=None, ends_on__gte=today))


def first_possible(at: datetime | None = None) -> date:
    """Return the first day on which a hold that is asked for at ``at`` (default: now) may begin.

    Tomorrow, or the day after the last issue whose cut-off has passed. Two queries.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    known = coming.issues(at, since=today)
    runs = cutoffs.runs_of(known)
    closed = [one.on for one in known if _is_closed(cutoffs.with_run(one, runs), at)]
    return max([today, *closed]) + ONE_DAY


def can_hold(reader: Any, at: datetime | None = None) -> bool:
    """Whether printed copies come to ``reader``, now or later, so that they could be held back. One query."""
    at = at or timezone.now()
    rights = Entitlement.objects.filter(reader=reader.pk, feature=Feature.PRINT_EDITION)
    return rights.exclude(until_at__lte=at).exists()


def would(reader: Any, first_on: date, last_on: date, at: datetime | None = None) -> Effect:
    """Return what holding ``reader``'s copies from ``first_on`` to ``last_on`` does; nothing is written.

    Raises ``ValidationError`` with a sentence for the field that is wrong.
    """
    at = at or timezone.now()
    wrong = {}
    earliest = first_possible(at)
    if first_on < earliest:
        wrong["first_on"] = _(
            "The earliest day is %s: the labels of what comes before are made."
        ) % terms.in_words(earliest)
    elif first_on > terms.day_of(at) + FURTHEST_AHEAD:
        wrong["first_on"] = _("That is more than a year ahead. Tell us when it is nearer.")
    if last_on < first_on:
        wrong["last_on"] = _("The last day comes before the first.")
    elif (last_on - first_on).days >= LONGEST_DAYS:
        wrong["last_on"] = _("At most %d days at a time.") % LONGEST_DAYS
    if wrong:
        raise ValidationError(wrong)
    if not can_hold(reader, at):
        raise ValidationError({"first_on": _("No printed copies come to you that could be held back.")})
    others = Hold.objects.filter(reader=reader.pk, called_off_at=None)
    if other := others.filter(starts_on__lte=last_on, ends_on__gte=first_on).first():
        raise ValidationError(
            {
                "first_on": _("You have a hold from %(first)s to %(last)s already.")
                % {"first": terms.in_words(other.starts_on), "last": terms.in_words(other.ends_on)}
            }
        )
    return _effect(reader, first_on, last_on, at)


def effect_of(held: Hold, at: datetime | None = None) -> Effect:
    """Return what ``held`` does, as issues are known at ``at`` (default: now)."""
    return _effect(held.reader, held.starts_on, held.ends_on, at or timezone.now())


def _effect(reader: Any, first_on: date, last_on: date, at: datetime) -> Effect:
    known = coming.issues(at, since=first_on, until=last_on)
    runs = cutoffs.runs_of(known)
    has_print = {
        one.key: access.holders(Feature.PRINT_EDITION, terms.start_of(one.on)).filter(pk=reader.pk).exists()
        for one in known
    }
    kept_back = tuple(
        told
        for one in known
        if has_print[one.key] and (told := cutoffs.with_run(one, runs)).is_printed and not told.is_frozen
    )
    plan = _plan(reader, at)
    return Effect(first_on, last_on, kept_back, days_for(plan) if plan is not None else 0)


def hold(reader: Any, first_on: date, last_on: date, *, by: Any, at: datetime | None = None) -> Hold:
    """Hold ``reader``'s copies back from ``first_on`` to ``last_on``, and write to them.

    Raises ``ValidationError`` as ``would`` does.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # Two requests at once are asked one after the other, and the second finds the first.
        get_user_model().objects.select_for_update(no_key=True).get(pk=reader.pk)
        would(reader, first_on, last_on, at)
        made = Hold.objects.create(
            reader=reader, starts_on=first_on, ends_on=last_on, asked_at=at, asked_by=by
        )
        _note(made, SubscriptionEvent.Kind.HELD, by, at)
        post.queue_to(reader, Letter.Kind.HOLD, about=made, key=made.pk, at=at)
    return made


def call_off(held: Hold, *, by: Any, at: datetime | None = None) -> bool:
    """End a hold at ``at`` (default: now), begun or not; return whether it was still on.

    Copies whose cut-off is ahead come again.
    """
    at = at or timezone.now()
    with transaction.atomic():
        still_on = Hold.objects.filter(pk=held.pk, called_off_at=None, ends_on__gte=terms.day_of(at))
        if not still_on.update(called_off_at=at):
            return False
        _note(held, SubscriptionEvent.Kind.UNHELD, by, at)
    return True


def comes_again_with(at: datetime | None = None) -> Upcoming | None:
    """Return the first issue that comes again when a hold is called off at ``at`` (default: now)."""
    return cutoffs.next_affected(at)


# -- What is added for it ------------------------------------------------------


def days_for(subscription: Subscription, weight: int = 1) -> int:
    """Return how many days stand for a copy that counts as ``weight`` issues: what lies between two. One
    query."""
    return round(coming.YEAR_DAYS * max(1, weight) / zones.issues_per_year(subscription.plan_version_id))


def make_good(run: LabelRun, at: datetime | None = None) -> int:
    """Add the days for each copy that ``run`` kept back for a hold; return how many plans were extended.

    Each is a transaction of its own: run again, it does what is left.
    """
    at = at or timezone.now()
    weights = {one.key: one.weight for one in coming.issues(at, since=run.issue_on - FURTHEST_AHEAD)}
    waiting = Withheld.objects.filter(
        run=run, why=Withheld.Why.HOLD, made_good_at=None, subscription__isnull=False
    )
    extended = 0
    for kept_back in waiting.select_related("subscription").order_by("pk"):
        extended += _make_good(kept_back, run, weights.get(run.issue_key, 1), at)
    return extended


def _make_good(kept_back: Withheld, run: LabelRun, weight: int, at: datetime) -> bool:
    subscription = kept_back.subscription
    if subscription is None:
        return False
    try:
        with transaction.atomic():
            extensions.extend(
                subscription,
                days_for(subscription, weight),
                batch=f"hold-{run.pk}",
                by=None,
                reason=_("%s was held back as you wished.") % run.issue_name,
                at=at,
            )
            Withheld.objects.filter(pk=kept_back.pk).update(made_good_at=at)
    except extensions.CannotExtendError:
        # The plan has ended since; if it is taken up again, it waits here.
        return False
    return True


def make_all_good(at: datetime | None = None) -> int:
    """Do that for every run that still has something to make good; return how many plans were extended."""
    waiting = LabelRun.objects.filter(
        withheld__why=Withheld.Why.HOLD,
        withheld__made_good_at=None,
        withheld__subscription__closed_at=None,
        withheld__subscription__isnull=False,
    )
    return sum(make_good(run, at) for run in waiting.distinct())


def subscriptions_of(reader: Any) -> Sequence[Subscription]:
    """Return the reader's own running agreements, in whose story it is written down."""
    return list(Subscription.objects.own().live().filter(reader=reader.pk))


def _plan(reader: Any, at: datetime) -> Subscription | None:
    rights = Entitlement.objects.filter(
        reader=reader.pk, feature=Feature.PRINT_EDITION, subscription__isnull=False
    )
    right = rights.exclude(until_at__lte=at).select_related("subscription").order_by("pk").first()
    return right.subscription if right is not None else None


def _note(held: Hold, kind: str, by: Any, at: datetime) -> None:
    for subscription in subscriptions_of(held.reader):
        story.note(
            subscription,
            kind,
            by=by,
            at=at,
            reason=f"{held.starts_on.isoformat()}/{held.ends_on.isoformat()}",
        )


def _is_closed(one: Upcoming, at: datetime) -> bool:
    return one.is_printed and (one.is_frozen or one.cutoff_at <= at)
