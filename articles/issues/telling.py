"""What the letters about a new issue say of it: asked by ``subscriptions.announcing``."""

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings

from articles.companions import running_place
from articles.models import Article, Issue
from subscriptions.announcing.telling import IssueOut, Line

MOST_LINES = 8


def issue_out(issue_id: int, at: datetime) -> IssueOut | None:
    """Return what there is to tell about an issue that readers have at ``at``; none otherwise.

    Headlines, standfirsts and names alone: words that nobody withholds. Three queries.
    """
    issue = Issue.objects.published(at).filter(pk=issue_id).first()
    if issue is None:
        return None
    pieces = Article.objects.published(at).filter(issue=issue).for_contents()
    listed = list(pieces.order_by(running_place(), "pk"))
    return IssueOut(
        label=str(issue.label),
        title=issue.title,
        standfirst=issue.standfirst,
        address=_whole(issue.get_absolute_url()),
        lines=tuple(
            Line(piece.headline, piece.standfirst, piece.byline_text, _whole(piece.get_absolute_url()))
            for piece in listed[:MOST_LINES]
        ),
        more=max(0, len(listed) - MOST_LINES),
    )


def _whole(path: str) -> str:
    return urljoin(settings.SITE_URL, path)
