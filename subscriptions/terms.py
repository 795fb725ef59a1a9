"""Calendar days and instants: the anniversary rule, and where a day begins and ends.

Terms are whole days in the magazine's time zone (``TIME_ZONE``), first and last included.

The anniversary rule. A subscription has an anchor, its first paid day. The anniversary after ``n``
months is the day of the month of the anchor; where that month is shorter, its last day. It is always
counted from the anchor, never from the previous anniversary, which would drift (31 January,
28 February, 28 March). A term of ``m`` months that follows ``n`` months after the anchor runs from the
anniversary after ``n`` to the day before the anniversary after ``n + m``, so terms touch and none of
their days is lost:

=============  ==========================================================================
Anchor         Terms of one month
=============  ==========================================================================
15 January     15 January–14 February, 15 February–14 March
31 January     31 January–27 February, 28 February–30 March, 31 March–29 April
29 February    by years: 29 February 2028–27 February 2029, 28 February 2029–27 February
               2030, … and from 29 February again in 2032
=============  ==========================================================================
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from django.utils.formats import date_format


@dataclass(frozen=True)
class Span:
    """Whole days, both included."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.ends_on - self.starts_on).days + 1


def anniversary(anchor_on: date, months: int) -> date:
    """Return the anniversary of ``anchor_on`` after ``months`` whole months (0 is the anchor itself)."""
    return anchor_on + relativedelta(months=months)


def span(anchor_on: date, *, after_months: int, months: int) -> Span:
    """Return the term of ``months`` that begins ``after_months`` after the anchor.

    Raises ``ValueError`` for a term of less than a month.
    """
    if months < 1:
        raise ValueError("A term is at least one month long.")
    return Span(
        starts_on=anniversary(anchor_on, after_months),
        ends_on=anniversary(anchor_on, after_months + months) - timedelta(days=1),
    )


def outside(whole: Span, holes: Iterable[Span]) -> list[Span]:
    """Return what is left of the days of ``whole`` without those of ``holes``, in order."""
    left = []
    starts_on = whole.starts_on
    for hole in sorted(holes, key=lambda span: span.starts_on):
        if hole.ends_on < starts_on or hole.starts_on > whole.ends_on:
            continue
        if hole.starts_on > starts_on:
            left.append(Span(starts_on, hole.starts_on - timedelta(days=1)))
        starts_on = hole.ends_on + timedelta(days=1)
    if starts_on <= whole.ends_on:
        left.append(Span(starts_on, whole.ends_on))
    return left


def day_of(at: datetime) -> date:
    """Return the magazine's calendar day at the instant ``at``."""
    return timezone.localdate(at, timezone=timezone.get_default_timezone())


def month_of(at: datetime) -> Span:
    """Return the magazine's calendar month at the instant ``at``."""
    first = day_of(at).replace(day=1)
    return Span(first, anniversary(first, 1) - timedelta(days=1))


def start_of(day: date) -> datetime:
    """Return the first instant of ``day`` in the magazine's zone, in UTC.

    Where the clocks jump over midnight, that is the instant of the jump; where midnight comes twice,
    the first of the two.
    """
    midnight = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    return midnight.astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the first instant after ``day``: until then, and not at it, the day's rights hold."""
    return start_of(day + timedelta(days=1))


def last_day_before(until_at: datetime) -> date:
    """Return the last day on which a right that ends at ``until_at`` still held."""
    return day_of(until_at - timedelta(microseconds=1))


def in_words(day: date | None) -> str:
    """Write a day out, “4 May 2027”; nothing for no day."""
    return date_format(day, "j F Y") if day else ""
