"""Until when a change counts for the printed copy of an issue.

Each issue has a cut-off: what readers say until then about where their copy goes counts for it, what they
say later for the next. Unless the desk says otherwise it is the last Thursday at 18:00 that is at least
``MAGAZINE_PRINT_LEAD_DAYS`` days before the issue's day. What the desk said stays when the issue is moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from subscriptions import terms
from subscriptions.ledger import coming
from subscriptions.ledger.coming import ComingIssue
from subscriptions.models import LabelRun

THURSDAY = 3
HOUR = time(18)
# A cut-off that the desk set may come after the issue's day, but not longer.
LATEST_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class Upcoming:
    """An issue, its cut-off, and its run of labels, where the desk has begun one."""

    issue: ComingIssue
    cutoff_at: datetime
    run: LabelRun | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether its labels are written down."""
        return self.run is not None and self.run.is_frozen

    @property
    def is_printed(self) -> bool:
        """Whether there is a printed copy of it, as far as anybody has said."""
        return self.run is None or self.run.not_printed_at is None


def cutoff_for(day: date) -> datetime:
    """Return the cut-off of an issue that readers have on ``day``, unless the desk says otherwise; in UTC.

    The hour is the magazine's, in summer and in winter.
    """
    latest = day - timedelta(days=settings.MAGAZINE_PRINT_LEAD_DAYS)
    thursday = latest - timedelta(days=(latest.weekday() - THURSDAY) % 7)
    return datetime.combine(thursday, HOUR, tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def cutoff_of(issue: ComingIssue) -> datetime:
    """Return the cut-off of ``issue``: what the desk said, or the usual one. One query."""
    return with_run(issue, runs_of([issue])).cutoff_at


def upcoming(at: datetime | None = None, *, count: int = 3) -> list[Upcoming]:
    """Return the next ``count`` issues for whose printed copy a change at ``at`` (default: now) counts.

    In the order they come: not frozen, printed, and their cut-off is ahead. Fewer, when no more are known.
    Two queries.
    """
    at = at or timezone.now()
    known = coming.issues(at, since=terms.day_of(at - LATEST_AFTER))
    runs = runs_of(known)
    told = (with_run(issue, runs) for issue in known)
    return [each for each in told if each.cutoff_at > at and each.is_printed and not each.is_frozen][:count]


def next_affected(at: datetime | None = None) -> Upcoming | None:
    """Return the first issue for whose printed copy a change at ``at`` (default: now) counts. Two queries."""
    return next(iter(upcoming(at, count=1)), None)


def runs_of(issues: list[ComingIssue]) -> dict[str, LabelRun]:
    """Return the runs of ``issues`` by the issue's key. One query."""
    return {run.issue_key: run for run in LabelRun.objects.filter(issue_key__in=[one.key for one in issues])}


def with_run(issue: ComingIssue, runs: Mapping[str, LabelRun]) -> Upcoming:
    """Join ``issue`` with its run, if it has one among ``runs``."""
    run = runs.get(issue.key)
    return Upcoming(issue, run.cutoff_at if run is not None else cutoff_for(issue.on), run)
