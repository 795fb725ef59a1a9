"""What subscribers have earlier, later, or not within their term, when an issue gets another day or weight.

The rooms that make issues ask before they move one. Everybody is counted by the database, in one query.
Only those are looked at one by one whose terms may end on another day, or who may be short of an issue: a
term by issues ends with its last issue, and a promise is a number.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.ledger import accounts, coming, lives, moving, shortfalls
from subscriptions.ledger.coming import ComingIssue
from subscriptions.ledger.forecasts import ONE_DAY, known_at
from subscriptions.models import Entitlement, Extension, Pause, Plan, PlanFeature, Subscription, Term

# So many are looked at one by one; of more it is said that there are at least so many.
MOST_LOOKED_AT = 2 * lives.BATCH
MOST_NAMED = 10


class UnknownIssueError(LookupError):
    """No room tells of an issue with this key."""


class Change(StrEnum):
    """What happens to one subscription."""

    FALLS_OUT = "falls_out"
    FALLS_IN = "falls_in"
    ENDS_ELSEWHERE = "ends_elsewhere"
    SHORT = "short"


@dataclass(frozen=True)
class Touched:
    """One subscription that is named: what happens to it, and its last day before and after."""

    change: Change
    number: str
    reader_id: int
    ends_on: date | None = None
    will_end_on: date | None = None
    missing: int = 0


@dataclass(frozen=True)
class Effect:
    """What it does to subscribers that ``before`` becomes ``after``, in subscriptions.

    ``at_another_time`` have it on its day now and then. It ``falls_out`` of the paid days of those who have
    its day now and not then; of them, so many as ``falls_out_of_renewing`` renew by themselves, and get it
    in their next term. It ``falls_in`` with those who have its day then and not now. ``weighs`` are those
    who have it, where it counts as another number; so many terms by issues as ``ends_elsewhere`` end on
    another day; ``short`` will have had fewer issues than promised, and would not without the change.
    Where ``is_at_least``, the last two are at least so many.
    """

    before: ComingIssue
    after: ComingIssue
    at_another_time: int = 0
    falls_out: int = 0
    falls_out_of_renewing: int = 0
    falls_in: int = 0
    weighs: int = 0
    ends_elsewhere: int = 0
    short: int = 0
    is_at_least: bool = False
    named: tuple[Touched, ...] = ()

    @property
    def is_later(self) -> bool:
        """Whether it comes later than now."""
        return self.after.on > self.before.on

    @property
    def numbers(self) -> dict[str, int]:
        """The counts by their names, to be kept with the story of the issue."""
        return {
            name: getattr(self, name)
            for name in (
                "at_another_time",
                "falls_out",
                "falls_out_of_renewing",
                "falls_in",
                "weighs",
                "ends_elsewhere",
                "short",
            )
        }


def promised_a_year(at: datetime | None = None) -> tuple[int, ...]:
    """Return how many issues a year the plans on sale at ``at`` (default: now) promise, in order.

    One query.
    """
    offered: Any = Plan.objects.offered(at)
    features = PlanFeature.objects.live().filter(
        key=Feature.ISSUES_PER_YEAR, version__in=offered.values("version_id")
    )
    return tuple(sorted({told["count"] for told in features.values_list("parameters", flat=True)}))


def effect_of(key: str, *, on: date, weight: int, at: datetime | None = None) -> Effect:
    """Return what giving the issue ``key`` another day and weight does, as known at ``at`` (default: now).

    An issue that is not out comes in two days at the earliest, whatever its date. Some thirty queries, and
    eighteen for each further ``lives.BATCH`` of those who are looked at one by one, up to
    ``MOST_LOOKED_AT``. Raises ``UnknownIssueError``.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    now = known_at(at)
    before = next((issue for issue in now if issue.key == key), None)
    if before is None:
        raise UnknownIssueError(key)
    [after] = coming.put_off([replace(before, on=on, weight=weight)], to=today + 2 * ONE_DAY)
    then = sorted(
        (after if issue.key == key else issue for issue in now), key=lambda issue: (issue.on, issue.key)
    )
    if after == before:
        return Effect(before, after)
    asked = _asked(before.on, after.on)
    counted = _counted(asked)
    both = counted[True, True, True] + counted[True, True, False]
    lost = asked.filter(has_before=True, has_after=False)
    fewer = asked.filter(has_before=True) if after.weight < before.weight else lost
    ends, ends_are_more = _ends_elsewhere(before, after, now, then, today)
    short, short_are_more = _short(fewer, now, then, today, at)
    return Effect(
        before,
        after,
        at_another_time=both if after.on != before.on else 0,
        falls_out=counted[True, False, True] + counted[True, False, False],
        falls_out_of_renewing=counted[True, False, True],
        falls_in=counted[False, True, True] + counted[False, True, False],
        weighs=both if after.weight != before.weight else 0,
        ends_elsewhere=len(ends),
        short=len(short),
        is_at_least=ends_are_more or short_are_more,
        named=(
            *short[:MOST_NAMED],
            *_named(lost, Change.FALLS_OUT),
            *_named(asked.filter(has_before=False, has_after=True), Change.FALLS_IN),
            *ends[:MOST_NAMED],
        ),
    )


def _asked(day_before: date, day_after: date) -> Any:
    """Who is not closed, with whether an issue on the one day and on the other comes to them."""
    renews = Case(
        When(auto_renews=True, cancelled_at=None, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return (
        Subscription.objects.own()
        .live()
        .annotate(has_before=_has(day_before), has_after=_has(day_after), renews=renews)
    )


def _has(day: date) -> Case:
    """What ``lives.Life.has`` says of one subscription, for many of them."""
    of_it = {"subscription": OuterRef("pk")}
    has_term = Exists(Term.objects.kept().filter(**of_it, starts_on__lte=day, ends_on__gte=day))
    has_grace = Exists(
        Entitlement.objects.filter(
            **of_it,
            source=Entitlement.Source.GRACE,
            from_at__lt=terms.end_of(day),
            until_at__gt=terms.start_of(day),
        )
    )
    rests = Exists(Pause.objects.filter(**of_it, called_off_at=None, starts_on__lte=day, ends_on__gte=day))
    return Case(
        When(Q(has_term | has_grace) & ~Q(rests), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _counted(asked: QuerySet) -> Counter[tuple[bool, bool, bool]]:
    rows = asked.order_by().values_list("has_before", "has_after", "renews").annotate(count=Count("pk"))
    return Counter(
        {(bool(before), bool(after), bool(renews)): count for before, after, renews, count in rows}
    )


def _named(rows: QuerySet, change: Change) -> list[Touched]:
    found = rows.order_by("pk").values_list("number", "reader_id")[:MOST_NAMED]
    return [Touched(change, number, reader_id) for number, reader_id in found]


def _ends_elsewhere(
    before: ComingIssue,
    after: ComingIssue,
    now: Sequence[ComingIssue],
    then: Sequence[ComingIssue],
    today: date,
) -> tuple[list[Touched], bool]:
    """Return whose term by issues ends on another day, and whether there may be more of them."""
    first, last = min(before.on, after.on), max(before.on, after.on)
    running = Term.objects.kept().filter(
        issues__gt=0, subscription__closed_at=None, starts_on__lte=last, ends_on__gte=first - ONE_DAY
    )
    if before.weight == after.weight:
        # Of a term that has both days before its last issue the count stays the same, and so does its end.
        was_extended = Exists(Extension.objects.filter(term=OuterRef("pk")))
        running = running.filter(Q(starts_on__gt=first) | Q(ends_on__lte=last) | was_extended)
    ids, are_more = _some(running.order_by("subscription").values_list("subscription", flat=True).distinct())
    touched = []
    for life in _lives(ids):
        ends = [
            (moving.end_of(life, stretch, now, today), moving.end_of(life, stretch, then, today))
            for stretch in life.counting
            if stretch.issues and not stretch.is_cut
        ]
        if changed := [pair for pair in ends if pair[0] != pair[1]]:
            subscription = life.subscription
            touched.append(
                Touched(Change.ENDS_ELSEWHERE, subscription.number, subscription.reader_id, *changed[-1])
            )
    return touched, are_more


def _short(
    fewer: QuerySet,
    now: Sequence[ComingIssue],
    then: Sequence[ComingIssue],
    today: date,
    at: datetime,
) -> tuple[list[Touched], bool]:
    """Return who of ``fewer`` is short of more issues than without the change, and whether it may be more."""
    ids, are_more = _some(fewer.order_by("pk").values_list("pk", flat=True))
    touched = []
    for account in accounts.accounts(Subscription.objects.filter(pk__in=ids), at) if ids else ():
        is_short = shortfalls.of_account(account, now, today)
        will_be = shortfalls.of_account(account, then, today)
        missing = (will_be.missing if will_be else 0) - (is_short.missing if is_short else 0)
        if missing > 0:
            subscription = account.subscription
            touched.append(
                Touched(
                    Change.SHORT,
                    subscription.number,
                    subscription.reader_id,
                    ends_on=account.life.ends_on,
                    missing=missing,
                )
            )
    return touched, are_more


def _some(ids: QuerySet) -> tuple[list[int], bool]:
    """As many as are looked at one by one, and whether there are more."""
    found = list(ids[: MOST_LOOKED_AT + 1])
    return found[:MOST_LOOKED_AT], len(found) > MOST_LOOKED_AT


def _lives(ids: Sequence[int]) -> Iterator[lives.Life]:
    for batch in lives.batches_of(ids) if ids else ():
        yield from batch
