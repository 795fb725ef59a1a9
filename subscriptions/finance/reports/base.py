"""What the pages of figures are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TypeVar

from django.core.cache import cache
from django.utils import timezone

from subscriptions.finance import periods
from subscriptions.finance.charts import Chart
from subscriptions.finance.tables import Money, Table
from subscriptions.models import Plan

T = TypeVar("T")

# With 100,000 subscribers counting takes some seconds: what was counted is shown for so long.
KEPT_FOR = 600


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know: from the end of one day to that of another, in one currency."""

    since: date
    until: date
    currency: str
    is_fresh: bool = False

    @property
    def days(self) -> tuple[date, ...]:
        """The ends of the months between, and the two days."""
        return periods.points(self.since, self.until)


@dataclass(frozen=True)
class Figure:
    """A figure by itself, and what it is."""

    name: str
    shown: str
    note: str = ""


@dataclass(frozen=True)
class Exhibit:
    """A table, and the charts that show what is in it; ``is_heat`` shades its shares."""

    table: Table
    charts: Sequence[Chart] = ()
    is_heat: bool = False


@dataclass(frozen=True)
class Report:
    """The answer to one question."""

    counted_at: datetime
    figures: Sequence[Figure] = ()
    exhibits: Sequence[Exhibit] = ()
    notes: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not any(exhibit.table.rows for exhibit in self.exhibits)

    def table(self, key: str) -> Table | None:
        """Return the table of that name, or none."""
        return next((one.table for one in self.exhibits if one.table.key == key), None)


def kept(name: str, asked: Asked, count: Callable[[], T]) -> tuple[datetime, T]:
    """Return when something was counted and what came of it; what was counted lately is not counted again."""
    key = f"figures-{name}-{asked.since}-{asked.until}-{timezone.localdate()}"
    found = None if asked.is_fresh else cache.get(key)
    if found is None:
        found = timezone.now(), count()
        cache.set(key, found, KEPT_FOR)
    return found


def seen(steps: list[T], has_something: Callable[[T], object]) -> list[T]:
    """Leave out the time before there was anything."""
    first = next((place for place, step in enumerate(steps) if has_something(step)), len(steps))
    return steps[first:]


def money_of(asked: Asked) -> Callable[..., Money]:
    """Return what makes a cell of whole minor units in the currency that was asked for."""

    def money(minor: int, *, is_less: bool = False) -> Money:
        return Money(minor, asked.currency, is_less)

    return money


def plan_names() -> dict[int, str]:
    """Return the name of each plan, by its id. One query."""
    return {plan.pk: str(plan) for plan in Plan.objects.all()}


def plotted(share: Fraction | None) -> float | None:
    """Return a share as a chart takes it."""
    return None if share is None else float(share)
