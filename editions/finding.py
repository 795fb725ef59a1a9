"""Search in the pages of past issues that came as files: the words that could be read out of them.

Whoever may not have an issue is not told whether a word stands in it: for them nothing is looked up at all,
so that every question has the same answer.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Issue
from articles.search import snippet, words_of
from editions.models import EditionPage
from editions.page_index import PAGES
from editions.rights import Asker
from subscriptions import access
from subscriptions.access import Reason, Verdict

PER_PAGE = 20
# Below this the words of a page are not worth quoting; they are still found.
QUOTED_FROM = 50


@dataclass(frozen=True)
class Hit:
    """A page on which all the words stand; ``snippet_html`` is escaped, with the words marked."""

    issue: Issue
    number: int
    quality: int
    snippet_html: SafeString


@dataclass(frozen=True)
class Results:
    """One page of what was found, or why nothing is looked for."""

    query: str
    verdict: Verdict
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1
    pages: int = 1

    @property
    def previous_page(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def find(query: str, *, reader: Any, page: int = 1, at: datetime | None = None) -> Results:
    """Find the pages of released issues that hold all words of ``query`` and that ``reader`` may have.

    They are ranked by how well they fit. A page beyond the last answers as the last one. Five queries at
    most; none in the index for somebody without the right to past issues.
    """
    at = at or timezone.now()
    query = query.replace("\x00", "").strip()[:200]
    asker = Asker.of(reader, at)
    words = words_of(query)
    if not (asker.of_past.granted and words):
        return Results(query, asker.of_past)
    ranked = PAGES.candidates(connection, words)
    open_pages = EditionPage.objects.filter(edition__is_brought=True, edition__issue__released_at__lte=at)
    if not asker.of_current.granted:
        open_pages = open_pages.exclude(edition__issue=asker.current)
    allowed = set(open_pages.filter(pk__in=ranked).values_list("pk", flat=True))
    shown = Paginator([pk for pk in ranked if pk in allowed], PER_PAGE).get_page(page)
    rows = EditionPage.objects.select_related("edition__issue__cover").in_bulk(list(shown))
    return Results(
        query,
        asker.of_past,
        hits=[_hit(rows[pk], words) for pk in shown],
        total=shown.paginator.count,
        page=shown.number,
        pages=shown.paginator.num_pages,
    )


def explain(verdict: Verdict) -> str:
    """Return the sentence that tells why nothing is looked for, and what opens it."""
    if verdict.has_lapsed or verdict.is_resting:
        return access.explain(verdict)
    if verdict.reason == Reason.STRANGER:
        return _("The pages of past issues are for subscribers. If you are one, sign in.")
    return _("The pages of past issues come with every plan. You have none that is running.")


def searchable(at: datetime | None = None) -> list[Issue]:
    """Return the released issues with pages that can be searched at ``at``, the oldest first. One query."""
    with_words = EditionPage.objects.filter(edition__is_brought=True, quality__gt=0)
    issues = Issue.objects.published(at).filter(pk__in=with_words.values("edition__issue"))
    return list(issues.order_by("cover_on", "pk"))


def _hit(row: EditionPage, words: list[str]) -> Hit:
    text = " ".join(row.text.split()) if row.quality >= QUOTED_FROM else ""
    return Hit(row.edition.issue, row.number, row.quality, snippet(text, words))
