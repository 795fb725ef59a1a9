"""The front page: composed by hand where the editors pinned a piece, by the calendar elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import slots
from articles.companions import running_place
from articles.models import Article, Issue, Section
from articles.models.section import departments
from articles.slots import Slot
from magazine.headers import public_page, reader_of
from subscriptions import access
from subscriptions.access import Audience

SLOTS = (1, 2, 3, 4)
IN_DEPARTMENT = 4
LATEST = 8
CONTENTS = 6


@dataclass(frozen=True)
class Department:
    """One section's place on the front page: its first piece large, the rest as headlines."""

    section: Section
    articles: list[Article]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    at = timezone.now()
    reader = reader_of(request)
    sections = departments.get()
    articles = _candidates(sections, at)
    top = _top(articles)
    shown = {article.pk for article in top}
    rest = [article for article in articles if article.pk not in shown]
    issue = Issue.objects.published(at).select_related("cover").first()
    context = {
        "lead": top[0] if top else None,
        "seconds": top[1:],
        "departments": [
            Department(section, ours)
            for section in sections
            if (ours := [one for one in rest if one.section_id == section.pk][:IN_DEPARTMENT])
        ],
        "latest": articles[:LATEST],
        "issue": issue,
        "contents": _contents(issue, at) if issue else [],
        "shows_offer": not access.verdict_for(reader, Audience.SUBSCRIBERS, at).granted,
        "advertisement": slots.filling(Slot.FRONT, request.path, reader, at),
    }
    return public_page(request, render(request, "articles/front.html", context))


def _candidates(sections: Iterable[Section], at: datetime) -> list[Article]:
    """Everything the page may show, newest first: a short slice of each section, and what is pinned."""
    published = Article.objects.published(at).newest_first()
    wanted = Q(front_slot__isnull=False) | Q(pk__in=published.values("pk")[:LATEST])
    for section in sections:
        # Any of a section's newest may stand at the top, so a few more are fetched than it shows.
        slice_ = published.filter(section=section).values("pk")[: IN_DEPARTMENT + len(SLOTS)]
        wanted |= Q(pk__in=slice_)
    return list(published.filter(wanted).for_cards())


def _top(articles: list[Article]) -> list[Article]:
    """Return the lead and the seconds: pinned pieces in their slots, the newest in slots left empty."""
    pinned: dict[int, Article] = {}
    for article in articles:  # Newest first: of two with one slot the newer stands there.
        if article.front_slot in SLOTS:
            pinned.setdefault(article.front_slot, article)
    held = {article.pk for article in pinned.values()}
    fill = (article for article in articles if article.pk not in held)
    top = [pinned.get(slot) or next(fill, None) for slot in SLOTS]
    return [article for article in top if article is not None]


def _contents(issue: Issue, at: datetime) -> list[Article]:
    articles = Article.objects.published(at).filter(issue=issue).for_contents()
    return list(articles.order_by(running_place(), "pk")[:CONTENTS])
