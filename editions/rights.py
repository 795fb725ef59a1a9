"""Who may have which file of an issue: asked anew for every page, part and address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Issue
from editions.models import Format
from subscriptions import access
from subscriptions.access import Reason, Verdict


def current_issue(at: datetime | None = None) -> Issue | None:
    """Return the newest issue that readers have at ``at`` (default: now). One query."""
    return Issue.objects.published(at).order_by("-released_at", "-pk").first()


def sees_everything(reader: Any) -> bool:
    """Whether ``reader`` is one of those who make the magazine: they have every file, before its day too."""
    return bool(reader.is_active and reader.is_staff and reader.has_perm("articles.see_all_articles"))


@dataclass(frozen=True)
class Asker:
    """Somebody who asks for files at an instant: what they may have, asked once for each kind of issue."""

    reader: Any
    at: datetime
    current: int | None
    of_current: Verdict
    of_past: Verdict

    @classmethod
    def of(cls, reader: Any, at: datetime | None = None) -> "Asker":
        """Look up what ``reader`` may have at ``at`` (default: now). Three queries, one for a stranger."""
        at = at or timezone.now()
        newest = current_issue(at)
        return cls(
            reader,
            at,
            newest.pk if newest else None,
            access.may_have_issue(reader, is_current=True, at=at),
            access.may_have_issue(reader, is_current=False, at=at),
        )

    def knows(self, issue: Issue, form: str) -> bool:
        """Whether there is such a file at all as far as they know."""
        if form == Format.PRESS or not issue.is_published(self.at):
            return sees_everything(self.reader)
        return True

    def verdict(self, issue: Issue) -> Verdict:
        """Say whether they may have ``issue`` as a file."""
        return self.of_current if issue.pk == self.current else self.of_past


def explain(verdict: Verdict) -> str:
    """Return the sentence that tells why somebody does not get a file, and what opens it."""
    if verdict.granted or verdict.has_lapsed or verdict.is_resting:
        return access.explain(verdict)
    if verdict.reason == Reason.STRANGER:
        return _("Issues to keep, as EPUB and PDF, are for subscribers. If you are one, sign in.")
    return _("Issues to keep, as EPUB and PDF, come with every plan. You have none that is running.")
