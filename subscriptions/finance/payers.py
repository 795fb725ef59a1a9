"""What each reader's agreements bring in a month, at the end of each of some days.

This is the one rule behind recurring revenue, churn and cohorts. At the end of a day an agreement *runs* when

- the day is one of a paid term that counts (its money was not all given back by then), or of a term that was
  carried over from another system, a pause included; or it is a day of grace behind such a term;
- and it is not cancelled on that day, nor closed.

It brings what was agreed for the term, without tax or cost taken off: the price less the discount that the
term had, part for part of a month (``monthly``), and beside it the printed copy at the price of its zone.
Days to try bring nothing, and neither do gifts, seats and complimentary rights.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from django.db.models import F, Max

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.ledger.forecasts import UNPROMISED
from subscriptions.models import (
    Entitlement,
    PlanFeature,
    Price,
    PrintedTerm,
    Refund,
    Subscription,
    SubscriptionEvent,
    Term,
)

FETCHED = 5000
FOREVER = date.max
ONE_DAY = timedelta(days=1)
Interval = tuple[date, date]


class Leaving(StrEnum):
    """Why somebody pays no more."""

    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Sold:
    """What a price stands for: its plan, its term, and how many issues a year come with it."""

    plan_id: int
    months: int
    issues: int
    per_year: int
    amount_minor: int
    currency: str


@dataclass(slots=True)
class Payer:
    """One reader in one currency, at the end of each of the days that were asked about.

    ``plan_minor`` and ``print_minor`` are what a month brings then, ``plans`` the id of the plan that brings
    most (0: none). ``first_on`` is the first day of any term, ``first_paid_on`` the day of the first payment;
    who ``was_carried`` over from another system may have paid there before. ``leaving`` says why, at each
    place at which an agreement was no more that had run at the place before.
    """

    currency: str
    first_on: date
    first_paid_on: date | None
    plan_minor: list[int]
    print_minor: list[int]
    plans: list[int]
    leaving: dict[int, Leaving]
    was_carried: bool = False

    def brings(self, place: int) -> int:
        """What a month brings at the day in that ``place``, the printed copy included."""
        return self.plan_minor[place] + self.print_minor[place]


def monthly(amount_minor: int, *, months: int, issues: int, per_year: int) -> int:
    """Return what a month of a term brings that costs ``amount_minor``, rounded half up.

    A term by issues lasts as long as its issues take at ``per_year`` of them.
    """
    part, whole = (1, months) if months else (per_year, issues * 12)
    return (2 * amount_minor * part + whole) // (2 * whole)


def sold() -> dict[int, Sold]:
    """Return what each price stands for, by its id. Two queries."""
    per_year = {
        version_id: parameters["count"]
        for version_id, parameters in PlanFeature.objects.filter(key=Feature.ISSUES_PER_YEAR).values_list(
            "version", "parameters"
        )
    }
    rows = Price.objects.values_list(
        "pk", "version__plan", "version", "term_months", "term_issues", "amount_minor", "currency"
    )
    return {
        pk: Sold(plan, months or 0, issues or 0, per_year.get(version, UNPROMISED), amount, currency)
        for pk, plan, version, months, issues, amount, currency in rows
    }


def payers(days: Sequence[date]) -> Iterator[Payer]:
    """Yield each reader who ever had a term, once for each currency, as they are at the end of ``days``.

    ``days`` are in order. Nine queries; the terms are streamed, and what is held beside them is what was
    cancelled, given back, late or printed.
    """
    prices, facts = sold(), _Facts.since(days[0])
    rows = (
        Term.objects.filter(superseded_by=None, subscription__is_gift=False)
        .exclude(kind=Term.Kind.TRIAL)
        .order_by("subscription__reader", "subscription", "starts_on", "number")
        .values_list(
            "subscription__reader",
            "subscription",
            "pk",
            "starts_on",
            "ends_on",
            "months",
            "issues",
            "payment",
            "payment__price",
            "subscription__price",
            "payment__amount_minor",
            "payment__credit_minor",
            "payment__print_minor",
            "payment__paid_on",
        )
        .iterator(chunk_size=FETCHED)
    )
    for _reader, theirs in groupby(rows, key=itemgetter(0)):
        by_currency: dict[str, Payer] = {}
        for subscription_id, of_it in groupby(theirs, key=itemgetter(1)):
            payer = _payer(days, subscription_id, of_it, prices, facts)
            before = by_currency.get(payer.currency)
            by_currency[payer.currency] = _together(before, payer) if before else payer
        yield from by_currency.values()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known beside the terms. Intervals are of days, the first included and the last not.

    ``printed`` has, by the id of a term, the days with the printed copy and what a month of it brings.
    """

    cancelled: dict[int, list[Interval]]
    closed_on: dict[int, date]
    grace: dict[int, list[Interval]]
    gone_back_on: dict[int, date]
    printed: dict[int, list[tuple[date, date, int]]]

    @classmethod
    def since(cls, first_on: date) -> "_Facts":
        """Load what matters from ``first_on`` on. Six queries."""
        closed = Subscription.objects.filter(is_gift=False, closed_at__isnull=False)
        return cls(
            cancelled=_cancelled(),
            closed_on={
                pk: terms.day_of(at) for pk, at in closed.values_list("pk", "closed_at").iterator() if at
            },
            grace=_grace(first_on),
            gone_back_on=_gone_back(),
            printed=_printed(),
        )


def _cancelled() -> dict[int, list[Interval]]:
    """The days on which each subscription was cancelled: from cancelling until it was taken back."""
    kind = SubscriptionEvent.Kind
    away: dict[int, list[Interval]] = defaultdict(list)
    begun: dict[int, date] = {}
    told = (
        SubscriptionEvent.objects.filter(kind__in=[kind.CANCELLED, kind.RESUMED])
        .order_by("at", "pk")
        .values_list("subscription", "kind", "at")
    )
    for pk, what, at in told.iterator(chunk_size=FETCHED):
        if what == kind.CANCELLED:
            begun.setdefault(pk, terms.day_of(at))
        elif pk in begun:
            away[pk].append((begun.pop(pk), terms.day_of(at)))
    now = Subscription.objects.filter(is_gift=False, cancelled_at__isnull=False)
    for pk, since in now.values_list("pk", "cancelled_at").iterator(chunk_size=FETCHED):
        if since is not None:
            away[pk].append((begun.get(pk) or terms.day_of(since), FOREVER))
    return away


def _grace(first_on: date) -> dict[int, list[Interval]]:
    """The days of grace that each subscription had, as its rights tell."""
    had = (
        Entitlement.objects.filter(
            source=Entitlement.Source.GRACE,
            subscription__isnull=False,
            until_at__gt=F("from_at"),
            until_at__gte=terms.start_of(first_on),
        )
        .values("subscription", "from_at")
        .annotate(over_at=Max("until_at"))
        .values_list("subscription", "from_at", "over_at")
    )
    grace: dict[int, list[Interval]] = defaultdict(list)
    for pk, from_at, over_at in had.iterator(chunk_size=FETCHED):
        grace[pk].append((terms.day_of(from_at), terms.last_day_before(over_at) + ONE_DAY))
    return grace


def _gone_back() -> dict[int, date]:
    """The day on which the last of each payment went back, of those of which nothing is left."""
    whole = (
        Refund.objects.filter(payment__refunded_minor__gte=F("payment__amount_minor"))
        .values("payment")
        .annotate(last_at=Max("requested_at"))
        .values_list("payment", "last_at")
    )
    return {pk: terms.day_of(at) for pk, at in whole.iterator(chunk_size=FETCHED)}


def _printed() -> dict[int, list[tuple[date, date, int]]]:
    """The days of each term that have the printed copy, until it was dropped or its money went back."""
    rows = PrintedTerm.objects.values_list(
        "term", "starts_on", "ended_at", "add_on__dropped_at", "add_on__zone_price__year_minor"
    )
    printed = defaultdict(list)
    for term_id, starts_on, ended_at, dropped_at, year_minor in rows.iterator(chunk_size=FETCHED):
        over_on = min((terms.day_of(at) for at in (ended_at, dropped_at) if at), default=FOREVER)
        brings = monthly(year_minor, months=12, issues=0, per_year=0)
        printed[term_id].append((starts_on, over_on, brings))
    return printed


def _payer(days: Sequence[date], subscription_id: int, rows, prices: dict[int, Sold], facts: _Facts) -> Payer:
    """Return what one subscription brings its magazine, by its terms in order."""
    made = Payer("", FOREVER, None, [0] * len(days), [0] * len(days), [0] * len(days), {})
    went_back: set[int] = set()
    grace = facts.grace.get(subscription_id, ())
    for _, _, term_id, starts_on, ends_on, months, issues, payment_id, paid, agreed, *money, paid_on in rows:
        price = prices[paid or agreed]
        if payment_id is None:
            made.was_carried = True
            months, issues, asked_minor = price.months, price.issues, price.amount_minor
        else:
            made.first_paid_on = min(made.first_paid_on or paid_on, paid_on)
            amount_minor, credit_minor, print_minor = money
            asked_minor = amount_minor + credit_minor - print_minor
        made.currency, made.first_on = price.currency, min(made.first_on, starts_on)
        brings = monthly(asked_minor, months=months, issues=issues, per_year=price.per_year)
        over_on = ends_on + ONE_DAY
        over_on = max([over_on, *(to_on for from_on, to_on in grace if from_on <= over_on < to_on)])
        gone_on = facts.gone_back_on.get(payment_id, FOREVER)
        over_on = min(over_on, gone_on)
        for place in _places(days, starts_on, over_on):
            made.plan_minor[place], made.plans[place] = brings, price.plan_id
        if gone_on < FOREVER:
            went_back.add(bisect_left(days, gone_on))
        for from_on, dropped_on, month_minor in facts.printed.get(term_id, ()):
            for place in _places(days, from_on, min(dropped_on, over_on)):
                made.print_minor[place] = month_minor
    cancelled: set[int] = set()
    for interval in facts.cancelled.get(subscription_id, ()):
        cancelled.update(_places(days, *interval))
    closed_on = facts.closed_on.get(subscription_id, FOREVER)
    for place in cancelled.union(_places(days, closed_on, FOREVER)):
        made.plan_minor[place] = made.print_minor[place] = made.plans[place] = 0
    for place in range(1, len(days)):
        if made.plans[place - 1] and not made.plans[place]:
            made.leaving[place] = (
                Leaving.REFUNDED
                if place in went_back
                else Leaving.CANCELLED
                if place in cancelled
                else Leaving.UNPAID
            )
    return made


def _together(one: Payer, other: Payer) -> Payer:
    """Return one reader's two agreements in one currency as one."""
    plans = [
        mine if minor >= others else theirs
        for mine, theirs, minor, others in zip(
            one.plans, other.plans, one.plan_minor, other.plan_minor, strict=True
        )
    ]
    paid_on = [payer.first_paid_on for payer in (one, other) if payer.first_paid_on]
    return Payer(
        one.currency,
        min(one.first_on, other.first_on),
        min(paid_on, default=None),
        [sum(both) for both in zip(one.plan_minor, other.plan_minor, strict=True)],
        [sum(both) for both in zip(one.print_minor, other.print_minor, strict=True)],
        plans,
        {
            place: max(why, one.leaving.get(place, why), key=list(Leaving).index)
            for place, why in (one.leaving | other.leaving).items()
        },
        one.was_carried or other.was_carried,
    )


def _places(days: Sequence[date], from_on: date, over_on: date) -> range:
    """The places of those of ``days`` that are from ``from_on`` to the day before ``over_on``."""
    return range(bisect_left(days, from_on), bisect_left(days, over_on))
