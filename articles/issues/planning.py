"""The year planner: on which days issues come, what is wrong with that, and laying out what is missing.

The first half is pure: a rule and a year give cover dates, those and the issues that exist give a
``Year`` with what is to be made and what is found wrong. The second half reads and writes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.issues.life import PERMISSION
from articles.models import Issue, IssueEvent
from articles.models.issue import State
from articles.publishing import Conflict, Refused, moment
from articles.volumes import held_by_one
from subscriptions.ledger import rescheduling

# A distance this many times the usual one is a gap; issues fewer days apart than this clash.
GAP = 1.6
CLASH_DAYS = 5
MOST_WEIGHT = 9
TRIES = 5

TWO_WEEKS = timedelta(days=14)


class Rule(Protocol):
    """On which days of a year issues come."""

    def days_of(self, year: int) -> list[date]:
        """Return the cover dates of ``year``, in order."""


@dataclass(frozen=True)
class TwiceAMonth:
    """The same two days of each month; both exist in every month."""

    first: int = 1
    second: int = 15

    def days_of(self, year: int) -> list[date]:
        return [date(year, month, day) for month in range(1, 13) for day in (self.first, self.second)]


@dataclass(frozen=True)
class EveryOtherWeek:
    """Every fourteenth day from ``starts_on``, on the weekday that this is."""

    starts_on: date

    def days_of(self, year: int) -> list[date]:
        skipped = max(0, -((self.starts_on - date(year, 1, 1)) // TWO_WEEKS))
        day = self.starts_on + skipped * TWO_WEEKS
        days = []
        while day.year == year:
            days.append(day)
            day += TWO_WEEKS
        return days


@dataclass(frozen=True)
class Listed:
    """Days that somebody wrote down."""

    days: tuple[date, ...]

    def days_of(self, year: int) -> list[date]:
        return sorted({day for day in self.days if day.year == year})


def cover_dates(rule: Rule, year: int) -> list[date]:
    """Return the cover dates that ``rule`` gives to ``year``, in order and each once."""
    return rule.days_of(year)


class Kind(StrEnum):
    """What can be wrong with a year."""

    GAP = "gap"
    CLASH = "clash"
    ORDER = "order"
    COUNT = "count"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a sentence, and the day at which it shows (none: with the year)."""

    kind: Kind
    sentence: str
    on: date | None = None


@dataclass(frozen=True)
class Slot:
    """One cover date: an issue that exists, or one that could be made and how it would be numbered.

    A double issue ``covers`` the cover dates after it for which it counts: they need no issue.
    """

    on: date
    volume: int
    number: int
    weight: int = 1
    issue: Issue | None = None
    covered_by: Issue | None = None
    has_passed: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether an issue is to be made for it."""
        return self.issue is None and self.covered_by is None and not self.has_passed

    @property
    def counts(self) -> bool:
        """Whether readers get one of their issues on this day, as things are planned."""
        return self.issue is not None or self.is_missing


@dataclass(frozen=True)
class Year:
    """A year as it is planned. ``promised`` are the numbers of issues that plans promise, in order."""

    year: int
    slots: tuple[Slot, ...]
    findings: tuple[Finding, ...]
    promised: tuple[int, ...] = ()

    @property
    def missing(self) -> list[Slot]:
        """The cover dates for which an issue is to be made."""
        return [slot for slot in self.slots if slot.is_missing]

    @property
    def weight(self) -> int:
        """How many issues readers get in it, by their weight, once what is missing is made."""
        return sum(slot.weight for slot in self.slots if slot.counts)

    @property
    def weight_now(self) -> int:
        """How many they get as long as nothing is made."""
        return sum(slot.weight for slot in self.slots if slot.issue)


def lay_out(
    year: int,
    days: Sequence[date],
    issues: Iterable[Issue],
    *,
    promised: Sequence[int] = (),
    today: date,
    only: Collection[date] | None = None,
) -> Year:
    """Lay the cover dates ``days`` of ``year`` beside all the ``issues`` there are. No query.

    An issue takes the nearest cover date, if it is less than half the way to the next one; a special takes
    none. With ``only``, an issue is made for no other cover dates than these. Numbers continue: after the
    number of issues promised, by number or by weight, a new volume begins, and a number that is taken is
    passed over.
    """
    known = sorted(issues, key=_in_order)
    in_year = [issue for issue in known if issue.cover_on.year == year]
    a_year = held_by_one(promised)
    open_days = _untaken(days, [issue for issue in in_year if issue.weight])
    slots = tuple(_numbered(open_days, in_year, known, per_volume=a_year, today=today, only=only))
    before = [issue for issue in known if issue.cover_on.year < year][-1:]
    after = [issue for issue in known if issue.cover_on.year > year][:1]
    findings = (
        *_count(year, slots, promised),
        *_distances(slots, before, after, usual=_usual_distance(days, a_year)),
        *_order(slots),
    )
    return Year(year, slots, findings, tuple(promised))


def _in_order(issue: Issue) -> tuple[date, int, int]:
    return issue.cover_on, issue.volume, issue.number


def _usual_distance(days: Sequence[date], a_year: int) -> float:
    return (days[-1] - days[0]).days / (len(days) - 1) if len(days) > 2 else 365 / a_year


def _untaken(days: Sequence[date], issues: Sequence[Issue]) -> list[date]:
    """The days to which no issue is near; every issue takes one day at most, the nearest pairs first."""
    reach = min(((later - earlier).days for earlier, later in pairwise(days)), default=14) / 2
    pairs = sorted(
        (abs((issue.cover_on - day).days), day, place)
        for day in days
        for place, issue in enumerate(issues)
        if abs((issue.cover_on - day).days) < reach or issue.cover_on == day
    )
    taken_days: set[date] = set()
    placed: set[int] = set()
    for _distance, day, place in pairs:
        if day not in taken_days and place not in placed:
            taken_days.add(day)
            placed.add(place)
    return [day for day in days if day not in taken_days]


def _numbered(
    open_days: Sequence[date],
    in_year: Sequence[Issue],
    known: Sequence[Issue],
    *,
    per_volume: int,
    today: date,
    only: Collection[date] | None,
) -> Iterator[Slot]:
    """Yield a slot for each issue of the year and each open day, in order of their days.

    With ``only``, open days that are none of them get no slot.
    """
    taken = {(issue.volume, issue.number) for issue in known}
    held: Counter[int] = Counter()
    for issue in known:
        held[issue.volume] += issue.weight
    first = min([*open_days, *(issue.cover_on for issue in in_year)], default=today)
    last: Issue | None = None
    for issue in known:
        if issue.cover_on < first and issue.weight:
            last = issue
    name = (last.volume, last.number) if last else (1, 0)
    covering, covers = last, last.weight - 1 if last else 0
    rows: list[tuple[date, Issue | None]] = [(issue.cover_on, issue) for issue in in_year]
    rows += [(day, None) for day in open_days]
    for day, here in sorted(rows, key=lambda row: (row[0], row[1] is None, row[1].pk or 0 if row[1] else 0)):
        if here is not None:
            if here.weight:
                name, covering, covers = (here.volume, here.number), here, here.weight - 1
            yield Slot(day, here.volume, here.number, here.weight, issue=here, has_passed=day < today)
            continue
        if covers > 0:
            covers -= 1
            yield Slot(day, 0, 0, 0, covered_by=covering)
            continue
        if day < today:
            yield Slot(day, 0, 0, 0, has_passed=True)
            continue
        if only is not None and day not in only:
            continue
        name = _after(name, per_volume, held)
        while name in taken:
            name = _after(name, per_volume, held)
        taken.add(name)
        held[name[0]] += 1
        yield Slot(day, *name)


def _after(name: tuple[int, int], per_volume: int, held: Mapping[int, int]) -> tuple[int, int]:
    """The name that follows, in a volume that is not full: ``held`` is what each holds by now."""
    volume, number = name
    is_full = max(number, held.get(volume, 0)) >= per_volume
    return (volume + 1, 1) if is_full else (volume, number + 1)


def _count(year: int, slots: Sequence[Slot], promised: Sequence[int]) -> Iterator[Finding]:
    weight = sum(slot.weight for slot in slots if slot.counts)
    for count in promised:
        if weight < count:
            sentence = ngettext(
                "%(year)d has %(weight)d of the %(count)d issues that plans promise: one is missing.",
                "%(year)d has %(weight)d of the %(count)d issues that plans promise: %(n)d are missing.",
                count - weight,
            )
        elif weight > count:
            sentence = ngettext(
                "%(year)d has %(weight)d issues where plans promise %(count)d: one too many.",
                "%(year)d has %(weight)d issues where plans promise %(count)d: %(n)d too many.",
                weight - count,
            )
        else:
            continue
        told = {"year": year, "weight": weight, "count": count, "n": abs(count - weight)}
        yield Finding(Kind.COUNT, sentence % told)


def _distances(
    slots: Sequence[Slot], before: Sequence[Issue], after: Sequence[Issue], *, usual: float
) -> Iterator[Finding]:
    """Find gaps among what counts, and clashes among all; the years before and after are looked at too."""
    around = [Slot(issue.cover_on, issue.volume, issue.number, issue.weight, issue) for issue in before]
    around += [slot for slot in slots if slot.counts]
    behind = [Slot(issue.cover_on, issue.volume, issue.number, issue.weight, issue) for issue in after]
    days = [slot.on for slot in slots]
    if not days:
        return
    regular = [slot for slot in around + behind if slot.weight]
    for earlier, later in pairwise(regular):
        apart = (later.on - earlier.on).days
        # A double issue lasts as long as two.
        if apart > GAP * usual * earlier.weight and (earlier.on in days or later.on in days):
            yield Finding(
                Kind.GAP,
                _("%(days)d days without an issue, from %(from)s to %(to)s.")
                % {"days": apart, "from": _day(earlier.on), "to": _day(later.on)},
                later.on if later.on in days else earlier.on,
            )
    for earlier, later in pairwise(around + behind):
        apart = (later.on - earlier.on).days
        if apart < CLASH_DAYS and (earlier.on in days or later.on in days):
            sentence = (
                ngettext(
                    "Only %(days)d day after the issue of %(from)s.",
                    "Only %(days)d days after the issue of %(from)s.",
                    apart,
                )
                if apart
                else _("Two issues on one day, %(from)s.")
            )
            yield Finding(
                Kind.CLASH,
                sentence % {"days": apart, "from": _day(earlier.on)},
                later.on if later.on in days else earlier.on,
            )


def _order(slots: Sequence[Slot]) -> Iterator[Finding]:
    regular = [slot for slot in slots if slot.weight and slot.counts]
    for earlier, later in pairwise(regular):
        if (later.volume, later.number) < (earlier.volume, earlier.number):
            yield Finding(
                Kind.ORDER,
                _("Number %(later)s comes after number %(earlier)s.")
                % {
                    "later": f"{later.volume}/{later.number}",
                    "earlier": f"{earlier.volume}/{earlier.number}",
                },
                later.on,
            )


def _day(day: date) -> str:
    return date_format(day, "j F")


def day_in_words(day: date) -> str:
    """Write a cover date as one says it: “Monday 4 January 2027”."""
    return date_format(day, "l j F Y")


def rule_like(days: Sequence[date]) -> Rule:
    """Return the rule that the cover dates ``days``, in order, seem to follow; in doubt, twice a month."""
    if len(days) > 2 and all(later - earlier == TWO_WEEKS for earlier, later in pairwise(days)):
        return EveryOtherWeek(days[0])
    return TwiceAMonth()


# -- What is stored -----------------------------------------------------------


def usual_rule(year: int) -> Rule:
    """Return the rule that the last issues up to the end of ``year`` seem to follow. One query."""
    latest = Issue.objects.filter(cover_on__lte=date(year, 12, 31), weight__gt=0).order_by("-cover_on")
    return rule_like(sorted(latest.values_list("cover_on", flat=True)[:6]))


def clashes_of(issue: Issue, on: date) -> list[str]:
    """Say which issues come too close to ``on`` for ``issue`` to come there. One query."""
    reach = timedelta(days=CLASH_DAYS - 1)
    near = Issue.objects.filter(cover_on__range=(on - reach, on + reach)).exclude(pk=issue.pk)
    return [
        _("%(issue)s comes on %(day)s.") % {"issue": other.label, "day": day_in_words(other.cover_on)}
        for other in near.order_by("cover_on", "pk")
    ]


def year_of(
    rule: Rule, year: int, *, only: Collection[date] | None = None, at: datetime | None = None
) -> Year:
    """Lay out ``year`` by ``rule`` with the issues as they are stored. Two queries."""
    at = at or timezone.now()
    return lay_out(
        year,
        cover_dates(rule, year),
        Issue.objects.select_related(None),
        promised=rescheduling.promised_a_year(at),
        today=timezone.localdate(at),
        only=only,
    )


def make_missing(
    rule: Rule, year: int, days: Collection[date], *, by: Any, at: datetime | None = None
) -> list[Issue]:
    """Make an issue for each of ``days`` that is a cover date of ``year`` without one; return them.

    Run twice, or twice at once, it makes each issue once: whoever is second finds the number taken, looks
    again, and finds nothing missing. Raises ``PermissionDenied`` if ``by`` may not, ``Conflict`` if others
    keep taking the numbers.
    """
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    for _try in range(TRIES):
        laid = year_of(rule, year, only=days, at=at)
        try:
            with transaction.atomic():
                return Issue.objects.bulk_create(
                    Issue(volume=slot.volume, number=slot.number, cover_on=slot.on) for slot in laid.missing
                )
        except IntegrityError:
            continue
    raise Conflict([_("Somebody is making issues at this moment. Look again in a minute.")])


def why_fixed(issue: Issue, at: datetime | None = None) -> str:
    """Say why ``issue`` cannot be given another day or weight; empty when it can."""
    at = at or timezone.now()
    if issue.state(at) in {State.RELEASED, State.ARCHIVED}:
        return _("It is released: readers have it, and its day stands.")
    if issue.released_at is not None:
        return _("It is to be released %(when)s: call that off first.") % {"when": moment(issue.released_at)}
    return ""


def reschedule(
    issue: Issue,
    *,
    on: date,
    weight: int,
    by: Any,
    reason: str = "",
    told: dict[str, int] | None = None,
    at: datetime | None = None,
) -> Issue:
    """Give ``issue`` the cover date ``on`` and the ``weight``; ``issue`` is changed in place and returned.

    Nothing is written unless the row has still the day and the weight of ``issue``. A move is kept as an
    event, with ``told``: how many subscriptions its maker was told about. Raises ``PermissionDenied``,
    ``Refused`` for an issue that is released (or to be) and for a day that has passed, ``Conflict``.
    """
    at = at or timezone.now()
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    if fixed := why_fixed(issue, at):
        raise Refused([fixed])
    if on != issue.cover_on and on < timezone.localdate(at):
        raise Refused([_("That day has passed: choose one to come.")])
    if not 0 <= weight <= MOST_WEIGHT:
        raise Refused([_("An issue counts as 0 to %(most)d.") % {"most": MOST_WEIGHT}])
    detail = {
        "from": issue.cover_on.isoformat(),
        "to": on.isoformat(),
        "weight_from": issue.weight,
        "weight_to": weight,
        "subscriptions": told or {},
    }
    with transaction.atomic():
        as_seen = Issue.objects.filter(
            pk=issue.pk, cover_on=issue.cover_on, weight=issue.weight, released_at=None
        )
        if not as_seen.update(cover_on=on, weight=weight):
            raise Conflict([_("Somebody changed this issue a moment ago. Look again, then decide.")])
        if on != issue.cover_on:
            IssueEvent.objects.create(
                issue=issue, kind=IssueEvent.Kind.MOVED, at=at, by=by, reason=reason[:400], detail=detail
            )
    issue.cover_on, issue.weight = on, weight
    return issue
