"""The numbered issues: one, and all of them as a wall of covers."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.companions import running_place
from articles.models import Article, Issue
from magazine.headers import public_page, reader_of
from subscriptions import access
from subscriptions.access import Audience


@require_safe
def issue(request: HttpRequest, volume: int, number: int) -> HttpResponse:
    """Show an issue: the cover, the contents by department in running order, the issues beside it."""
    at = timezone.now()
    released = Issue.objects.published(at)
    found = get_object_or_404(released.select_related("cover"), volume=volume, number=number)
    articles = (
        Article.objects.published(at).filter(issue=found).for_contents().order_by(running_place(), "pk")
    )
    by_section: dict[int, list[Article]] = {}
    for article in articles:
        by_section.setdefault(article.section_id, []).append(article)
    context = {
        "issue": found,
        # Departments stand in the order of their first page, as they are bound.
        "departments": [(pieces[0].section, pieces) for pieces in by_section.values()],
        "older": released.filter(cover_on__lt=found.cover_on).first(),
        "newer": released.filter(cover_on__gt=found.cover_on)
        .order_by("cover_on", "volume", "number")
        .first(),
        "shows_offer": not access.verdict_for(reader_of(request), Audience.SUBSCRIBERS, at).granted,
    }
    return public_page(request, render(request, "articles/issue.html", context))


@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """Show every released issue as a wall of covers, year by year."""
    released = list(Issue.objects.published().select_related("cover"))
    years = [(year, list(ours)) for year, ours in groupby(released, key=lambda one: one.cover_on.year)]
    context = {"years": years, "newest": released[0] if released else None}
    return public_page(request, render(request, "articles/issues.html", context))
