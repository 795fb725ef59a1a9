"""Cohorts: of those who paid for the first time in a month, how many still pay so many months later."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from subscriptions.finance import payers as paying
from subscriptions.finance import periods

LONGEST = 24


@dataclass(frozen=True)
class Cohort:
    """The readers who first paid in the month that ends on ``month_on``, in one currency.

    ``paying`` says how many of them paid at the end of the first month after it, of the second, and so on, as
    far as months are over.
    """

    month_on: date
    readers: int
    paying: tuple[int, ...]

    def share(self, months: int) -> Fraction | None:
        """Return the part of them that still paid after so many months; none where that is to come."""
        if months > len(self.paying) or not self.readers:
            return None
        return Fraction(self.paying[months - 1], self.readers)


@dataclass(frozen=True)
class Table:
    """The cohorts of one currency in order, and all of them together."""

    cohorts: tuple[Cohort, ...]

    @property
    def together(self) -> tuple[Fraction | None, ...]:
        """The share that still paid after 1, 2, … months, of all whose month is so long ago."""
        shares = []
        for months in range(1, LONGEST + 1):
            reached = [one for one in self.cohorts if len(one.paying) >= months]
            readers = sum(one.readers for one in reached)
            still = sum(one.paying[months - 1] for one in reached)
            shares.append(Fraction(still, readers) if readers else None)
        return tuple(shares)


def cohorts(until: date) -> dict[str, Table]:
    """Return the cohorts of the months up to that of ``until``, by currency. Nine queries.

    The oldest has had ``LONGEST`` whole months since.

    Readers who were carried over from another system belong to none: when they first paid is not known here.
    """
    is_whole = until == periods.month_end(until)
    ends = [periods.months_before(until, back) for back in range(LONGEST + 2 - is_whole, -1, -1)]
    over = sum(day <= until for day in ends)
    readers: dict[str, list[int]] = defaultdict(lambda: [0] * len(ends))
    still: dict[str, list[list[int]]] = defaultdict(lambda: [[0] * len(ends) for _day in ends])
    for payer in paying.payers(ends[:over]):
        if payer.was_carried or payer.first_paid_on is None or payer.first_paid_on > until:
            continue
        born = _place(ends, payer.first_paid_on)
        if born is None:
            continue
        readers[payer.currency][born] += 1
        row = still[payer.currency][born]
        for place in range(born + 1, over):
            row[place] += payer.brings(place) > 0
    return {
        currency: Table(
            tuple(
                Cohort(ends[born], counts[born], tuple(still[currency][born][born + 1 : over]))
                for born in range(1, len(ends))
            )
        )
        for currency, counts in readers.items()
    }


def _place(ends: list[date], day: date) -> int | None:
    """The place of the month of ``day`` in ``ends``; none before the second, the first that is a cohort."""
    months = (day.year - ends[0].year) * 12 + day.month - ends[0].month
    return months if 1 <= months < len(ends) else None
