"""The issues as the ledger of subscriptions asks for them: their days, and how much each counts."""

from datetime import date, datetime

from django.utils import timezone

from articles.models import Issue
from subscriptions.ledger.coming import ComingIssue


def issues_between(since: date, until: date, at: datetime) -> list[ComingIssue]:
    """Return the issues that reach readers from ``since`` to ``until``, both included. One query.

    An issue with a moment of release reaches them on that day, in the magazine's time zone; one that has
    none yet, on its cover date. It is released when that moment is not after ``at``.
    """
    zone = timezone.get_default_timezone()
    told = (
        ComingIssue(
            key=key_of(issue),
            name=str(issue),
            on=timezone.localdate(issue.released_at, zone) if issue.released_at else issue.cover_on,
            weight=issue.weight,
            is_released=issue.is_published(at),
        )
        for issue in Issue.objects.only("volume", "number", "title", "cover_on", "weight", "released_at")
    )
    return [issue for issue in told if since <= issue.on <= until]


def key_of(issue: Issue) -> str:
    """Return the name by which the ledger knows ``issue`` for ever."""
    return f"{issue.volume}/{issue.number}"
