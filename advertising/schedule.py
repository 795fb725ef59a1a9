"""What stands where in the weeks to come, as the desk looks at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from advertising.models import Placement

WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One placement, and for each of the weeks whether it stands on some day of it."""

    placement: Placement
    weeks: list[bool]


@dataclass(frozen=True)
class Row:
    """One slot: its placements, and the weeks in which nothing stands there."""

    slot: str
    lines: list[Line]
    is_empty: list[bool]


def weeks(at: datetime) -> list[date]:
    """Return the Mondays of this week and of those after it, in the magazine's zone."""
    today = timezone.localdate(at, timezone=timezone.get_default_timezone())
    monday = today - timedelta(days=today.weekday())
    return [monday + number * WEEK for number in range(WEEKS)]


def rows(at: datetime, mondays: Iterable[date]) -> list[Row]:
    """Return every slot with what stands in it in the weeks from ``mondays`` on. One query."""
    begun = [
        timezone.make_aware(datetime.combine(day, datetime.min.time()), timezone.get_default_timezone())
        for day in mondays
    ]
    known = list(Placement.objects.not_over(at).select_related("creative"))
    found = []
    for slot in Placement.Slot:
        lines = [
            Line(
                one,
                [one.from_at < week + WEEK and (not one.until_at or one.until_at > week) for week in begun],
            )
            for one in known
            if one.slot == slot
        ]
        empty = [not any(line.weeks[number] for line in lines) for number in range(len(begun))]
        found.append(Row(str(slot.label), lines, empty))
    return found
