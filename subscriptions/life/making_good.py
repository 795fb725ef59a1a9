"""Who will be short of issues, for the desk: worked out at once in a small house, each night in a large one.

The forecast looks at the whole life of every subscription: with a hundred thousand of them that is for the
worker, who keeps what it found, and extends them too.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from magazine.work import schedule
from subscriptions.ledger.shortfalls import Short
from subscriptions.life import extensions
from subscriptions.life.extensions import BulkExtension, Done
from subscriptions.models import Subscription

# With more subscriptions than this the forecast is the worker's.
AT_ONCE = 1000
MOST_SHOWN = 200
KEPT_FOR = timedelta(hours=36)
_KEY = "subscriptions.making_good"

# A row as it is kept: no name nor address stands in a cache.
_Row = tuple[int, int, int, int, date, date]


@dataclass(frozen=True)
class Forecast:
    """Who will be short as it was known at ``at``: the sums of all, and the first rows.

    ``key`` names the plan of extending them all. ``plan`` is that plan, where it was worked out at once.
    """

    at: datetime
    key: str
    count: int
    missing: int
    days: int
    rows: tuple[Short, ...]
    plan: BulkExtension | None = None


def forecast(at: datetime | None = None) -> Forecast | None:
    """Return who will be short; in a large house what the worker found last, or nothing before it looked.

    In a large house four queries, however large it is.
    """
    at = at or timezone.now()
    if not is_large():
        return _of(extensions.plan_bulk(at), at)
    kept = cache.get(_KEY)
    return _restored(*kept) if kept else None


def is_large() -> bool:
    """Whether there are so many subscriptions that nobody waits for the forecast. One query."""
    return Subscription.objects.own().live().order_by().values("pk")[: AT_ONCE + 1].count() > AT_ONCE


def look(at: datetime | None = None) -> int:
    """Work the forecast out and keep it, in a large house; return how many will be short."""
    if not is_large():
        return 0
    at = at or timezone.now()
    found = _of(extensions.plan_bulk(at), at)
    rows = [
        (row.subscription.pk, row.promised, row.received, row.to_come, row.ends_on, row.enough_on)
        for row in found.rows
    ]
    kept = (found.at, found.key, found.count, found.missing, found.days, rows)
    cache.set(_KEY, kept, KEPT_FOR.total_seconds())
    return found.count


def extend_all(shown: Forecast, *, by: Any, reason: str) -> Done | None:
    """Extend all who will be short, as the forecast ``shown`` said.

    What was worked out by the worker it also does, and nothing is returned.
    """
    if shown.plan is not None:
        return extensions.execute(shown.plan, by=by, reason=reason)
    schedule.soon("subscriptions.tasks.extend_all", shown.key, by.pk, reason)
    return None


def extend_as_shown(key: str, *, by: Any, reason: str) -> int:
    """Do what the worker was asked for: return how many were extended. Then the forecast is another."""
    plan = extensions.plan_bulk()
    done = extensions.execute(plan, by=by, reason=reason) if plan.key == key else None
    look()
    return len(done.extended) if done else 0


def _of(plan: BulkExtension, at: datetime) -> Forecast:
    return Forecast(at, plan.key, len(plan.rows), plan.missing, plan.days, plan.rows[:MOST_SHOWN], plan)


def _restored(at: datetime, key: str, count: int, missing: int, days: int, rows: list[_Row]) -> Forecast:
    found = Subscription.objects.select_related("reader").in_bulk([row[0] for row in rows])
    shown = tuple(Short(found[row[0]], *row[1:]) for row in rows if row[0] in found)
    return Forecast(at, key, count, missing, days, shown)
