"""Deferred revenue: what was paid for days that are still to come, and what is owed for them.

``roll_forward`` tells, between the ends of any days and in each currency,

    opening + billed − earned − refunded = closing

*Billed* is what came (money that is only asked for is owed to nobody). *Earned* is what the days that went by
were worth, less what was taken back of it because money went back after them. See ``lots`` for the rule.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from subscriptions import terms
from subscriptions.finance.lots import Days, Issues, Kind, Lot, move
from subscriptions.models import Extension, Gift, Pause, Payment, PrintedTerm, ReceivedIssue, Refund
from subscriptions.terms import Span

FETCHED = 5000
ONE_DAY = timedelta(days=1)
Dated = tuple[date, int]


@dataclass(slots=True)
class Roll:
    """From the end of one day to that of another, in one currency and whole minor units.

    ``closing_by_kind`` parts what is deferred in the end by what it was paid for.
    """

    since_on: date
    until_on: date
    opening_minor: int = 0
    billed_minor: int = 0
    by_days_minor: int = 0
    taken_back_minor: int = 0
    refunded_minor: int = 0
    closing_minor: int = 0
    closing_by_kind: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))

    @property
    def earned_minor(self) -> int:
        """What days and issues that went by were worth, less what went back of it."""
        return self.by_days_minor - self.taken_back_minor


class Bought(NamedTuple):
    """The term that a payment bought."""

    pk: int
    starts_on: date
    ends_on: date
    months: int
    issues: int
    superseded_by_id: int | None


class Paid(NamedTuple):
    """One payment that came, and its term, if it bought one."""

    subscription_id: int
    is_gift: bool
    pk: int
    purpose: str
    currency: str
    amount_minor: int
    confirmed_at: datetime
    term: Bought | None


def deferred(day: date) -> dict[str, dict[Kind, int]]:
    """Return what was not earned yet at the end of ``day``, by currency and by what was paid for."""
    found: dict[str, dict[Kind, int]] = defaultdict(lambda: dict.fromkeys(Kind, 0))
    for currency, lot in lots(day):
        found[currency][lot.kind] += lot.deferred(day)
    return dict(found)


def roll_forward(days: Sequence[date]) -> dict[str, list[Roll]]:
    """Return how what is deferred moved between the ends of ``days``, by currency. Seven queries."""
    rolls: dict[str, list[Roll]] = {}
    for currency, lot in lots(days[0]):
        if currency not in rolls:
            rolls[currency] = [Roll(*pair) for pair in pairwise(days)]
        _add(lot, days, rolls[currency])
    return rolls


def lots(since: date) -> Iterator[tuple[str, Lot]]:
    """Yield every payment of which something may be deferred at the end of ``since`` or later, or go back.

    Each with its currency; payments of one subscription follow one another. Seven queries, and what is held
    beside the stream is what is not so for most: refunds, pauses, days that were added, gifts, print.
    """
    facts = _Facts.since(since)
    rows = (
        _relevant(since)
        .order_by("subscription", "confirmed_at", "pk")
        .values_list(
            "subscription",
            "subscription__is_gift",
            "pk",
            "purpose",
            "currency",
            "amount_minor",
            "confirmed_at",
            "term",
            "term__starts_on",
            "term__ends_on",
            "term__months",
            "term__issues",
            "term__superseded_by",
        )
    )
    for _, paid in groupby(rows.iterator(chunk_size=FETCHED), key=itemgetter(0)):
        of_it = [Paid._make((*row[:7], Bought(*row[7:]) if row[7] is not None else None)) for row in paid]
        yield from zip((one.currency for one in of_it), _chain(of_it, facts), strict=True)


def _relevant(since: date):
    """The payments that came, without those that were used up before ``since`` and are part of no change."""
    came = Payment.objects.confirmed()
    of_it = came.filter(subscription=OuterRef("subscription"))
    return came.filter(
        Q(term__ends_on__gte=since)
        | Q(term=None)
        | Q(confirmed_at__gte=terms.start_of(since))
        | Exists(of_it.filter(purpose=Payment.Purpose.SWITCH))
        | Exists(Refund.objects.filter(payment=OuterRef("pk"), requested_at__gte=terms.start_of(since)))
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known beside the payments, by the id of what each is about.

    ``added`` are the days that were added to a term and not given by anybody, ``given`` how many were.
    """

    refunds: dict[int, list[Dated]]
    rests: dict[int, list[Span]]
    added: dict[int, list[Dated]]
    given: dict[int, int]
    came: dict[int, list[Dated]]
    printed: dict[int, list[tuple[date, date, int]]]
    gifts: dict[int, Span]

    @classmethod
    def since(cls, since: date) -> "_Facts":
        """Load what matters from ``since`` on. Six queries."""
        gifts, given = _gifts()
        return cls(_refunds(), _rests(), _added(), given, _came(since), _printed(), gifts)


def _refunds() -> dict[int, list[Dated]]:
    rows = Refund.objects.order_by("requested_at", "pk").values_list(
        "payment", "requested_at", "amount_minor"
    )
    return _grouped((pk, (terms.day_of(at), minor)) for pk, at, minor in rows.iterator(chunk_size=FETCHED))


def _rests() -> dict[int, list[Span]]:
    rows = Pause.objects.filter(called_off_at=None).order_by("starts_on", "pk")
    days = rows.values_list("subscription", "starts_on", "ends_on").iterator(chunk_size=FETCHED)
    return _grouped((pk, Span(starts_on, ends_on)) for pk, starts_on, ends_on in days)


def _added() -> dict[int, list[Dated]]:
    rows = Extension.objects.filter(gifts=None).order_by("made_at", "pk")
    days = rows.values_list("term", "made_at", "days").iterator(chunk_size=FETCHED)
    return _grouped((pk, (terms.day_of(at), count)) for pk, at, count in days)


def _came(since: date) -> dict[int, list[Dated]]:
    """The issues that came to each term by issues that has not ended before ``since``, or was given up."""
    changed = Payment.objects.confirmed().filter(
        subscription=OuterRef("subscription"), purpose=Payment.Purpose.SWITCH
    )
    rows = (
        ReceivedIssue.objects.filter(Q(term__ends_on__gte=since) | Exists(changed), term__issues__gt=0)
        .order_by("received_on", "pk")
        .values_list("term", "received_on", "weight")
    )
    return _grouped((pk, (on, weight)) for pk, on, weight in rows.iterator(chunk_size=FETCHED))


def _printed() -> dict[int, list[tuple[date, date, int]]]:
    """For each payment of print between two bills: from when to when, and of which term."""
    rows = PrintedTerm.objects.filter(payment__purpose=Payment.Purpose.PRINT).order_by("starts_on", "pk")
    days = rows.values_list("payment", "starts_on", "term__ends_on", "term").iterator(chunk_size=FETCHED)
    return _grouped((pk, (starts_on, ends_on, term)) for pk, starts_on, ends_on, term in days)


def _gifts() -> tuple[dict[int, Span], dict[int, int]]:
    """The days of each gift that has some, by its order; and how many days of each term are a gift.

    Days that were added to a running plan are the last of their term, the gift redeemed last behind the
    others.
    """
    spans: dict[int, Span] = {}
    given: dict[int, int] = defaultdict(int)
    rows = Gift.objects.order_by("-extension").values_list(
        "order", "first_on", "last_on", "extension__term", "extension__term__ends_on", "extension__days"
    )
    for order, first_on, last_on, term, ends_on, days in rows.iterator(chunk_size=FETCHED):
        if term is not None:
            last_on = ends_on - timedelta(days=given[term])
            first_on = last_on - timedelta(days=days - 1)
            given[term] += days
        if first_on is not None:
            spans[order] = Span(first_on, last_on)
    return spans, given


def _grouped(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for pk, fact in rows:
        found[pk].append(fact)
    return found


def _chain(paid: list[Paid], facts: _Facts) -> list[Lot]:
    """Return the lot of each payment of one subscription, in the same order."""
    changes = [
        (place, one.term)
        for place, one in enumerate(paid)
        if one.purpose == Payment.Purpose.SWITCH and one.term is not None
    ]
    ends = _ends(paid, {term.starts_on - ONE_DAY for _, term in changes}, facts)
    made = [
        Lot(
            billed_on=terms.day_of(one.confirmed_at),
            amount_minor=one.amount_minor,
            kind=_kind(one),
            use=_use(one, ends, facts),
            refunds=facts.refunds.get(one.pk, []),
        )
        for one in paid
    ]
    for place, into in changes:
        before = zip(paid[:place], made[:place], strict=True)
        sources = [lot for one, lot in before if _is_given_up(one, lot, into)]
        move(sources, made[place], made[place].billed_on)
    return made


def _is_given_up(one: Paid, lot: Lot, into: Bought) -> bool:
    """Whether what is left of a payment moves into the term of a change of plan that came after it."""
    if one.purpose == Payment.Purpose.PRINT:
        return isinstance(lot.use, Days) and lot.use.ends_on >= into.starts_on
    if one.term is None:
        return False
    return one.term.superseded_by_id == into.pk or one.term.ends_on == into.starts_on - ONE_DAY


def _ends(paid: list[Paid], cut_on: set[date], facts: _Facts) -> dict[int, date]:
    """The day on which each term ends, or was to end before a change of plan cut it short.

    ``cut_on`` are the days before such changes. What has issues ends with them alone, when it is cut: what
    has not come of it then moves.
    """
    bought = [(one.purpose, one.term) for one in paid if one.term is not None]
    ends = {term.pk: term.ends_on for _, term in bought}
    if not cut_on:
        return ends
    rests = facts.rests.get(paid[0].subscription_id, ())
    anchor_on, counted = date.min, 0
    for purpose, term in sorted(bought, key=lambda pair: (pair[1].starts_on, pair[1].pk)):
        if not term.months:
            if term.ends_on in cut_on:
                ends[term.pk] = date.max
            continue
        if purpose != Payment.Purpose.TERM or terms.anniversary(anchor_on, counted) != term.starts_on:
            anchor_on, counted = term.starts_on, 0
        counted += term.months
        if term.ends_on in cut_on:
            whole_on = terms.anniversary(anchor_on, counted) - ONE_DAY
            days = sum(rest.days for rest in rests if term.starts_on <= rest.starts_on <= term.ends_on)
            days += sum(count for _, count in facts.added.get(term.pk, ())) + facts.given.get(term.pk, 0)
            ends[term.pk] = max(term.ends_on, whole_on + timedelta(days=days))
    return ends


def _kind(one: Paid) -> Kind:
    if one.is_gift:
        return Kind.GIFT
    if one.purpose == Payment.Purpose.PRINT:
        return Kind.PRINT
    return Kind.TERM if one.term is not None else Kind.HELD


def _use(one: Paid, ends: dict[int, date], facts: _Facts) -> Days | Issues | None:
    if one.is_gift:
        span = facts.gifts.get(one.subscription_id)
        return Days(span.starts_on, span.ends_on) if span else None
    rests = facts.rests.get(one.subscription_id, ())
    if one.purpose == Payment.Purpose.PRINT:
        had = facts.printed.get(one.pk)
        if not had:
            return None
        added = sorted(fact for _, _, term in had for fact in facts.added.get(term, ()))
        return Days(had[0][0], max(ends.get(term, last_on) for _, last_on, term in had), rests, added)
    if (term := one.term) is None:
        return None
    if term.issues:
        return Issues(term.issues, ends[term.pk], facts.came.get(term.pk, ()))
    added, given = facts.added.get(term.pk, []), facts.given.get(term.pk, 0)
    return Days(term.starts_on, ends[term.pk], rests, added, given)


def _add(lot: Lot, days: Sequence[date], rolls: Sequence[Roll]) -> None:
    """Add what one payment was at the end of each of ``days``."""
    first = bisect_left(days, lot.billed_on)
    earned_minor, opening_minor = lot.parts(days[max(first - 1, 0)])
    is_quiet = not lot.refunds and not lot.claimed
    for roll in rolls[max(first - 1, 0) :]:
        now_minor, closing_minor = lot.parts(roll.until_on)
        roll.opening_minor += opening_minor
        roll.closing_minor += closing_minor
        roll.closing_by_kind[lot.kind] += closing_minor
        if roll.since_on < lot.billed_on <= roll.until_on:
            roll.billed_minor += lot.amount_minor
        taken_back_minor = 0 if is_quiet else lot.taken_back(roll.since_on, roll.until_on)
        roll.by_days_minor += now_minor - earned_minor + taken_back_minor
        if not is_quiet:
            roll.taken_back_minor += taken_back_minor
            roll.refunded_minor += sum(
                minor for on, minor in lot.refunds if roll.since_on < on <= roll.until_on
            )
        elif not closing_minor:
            return
        opening_minor, earned_minor = closing_minor, now_minor
