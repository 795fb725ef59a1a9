"""The numbered issues: one, all of them as a wall of covers, and the index of a volume."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import shelf, volumes
from articles.companions import running_place
from articles.models import Article, Issue
from magazine.headers import public_page, reader_of
from subscriptions import access
from subscriptions.access import Audience


@require_safe
def issue(request: HttpRequest, volume: int, number: int) -> HttpResponse:
    """Show an issue: the cover, the contents by department in running order, the issues beside it."""
    at = timezone.now()
    released = Issue.objects.published(at).select_related("cover")
    found = get_object_or_404(released, volume=volume, number=number)
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
        "has_index": found.volume in volumes.complete(at),
        "shelves": shelf.of_issue(found, reader_of(request), at),
        "shows_offer": not access.verdict_for(reader_of(request), Audience.SUBSCRIBERS, at).granted,
    }
    return public_page(request, render(request, "articles/issue.html", context))


@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """Show every released issue as a wall of covers, year by year, or with ``?by=volume`` by volume."""
    at = timezone.now()
    released = list(Issue.objects.published(at).select_related("cover"))
    indexed = volumes.complete_among(released, at)
    by_volume = request.GET.get("by") == "volume"
    if by_volume:
        released.sort(key=lambda one: one.volume, reverse=True)
    walls = [
        (mark, list(ours))
        for mark, ours in groupby(released, key=lambda one: one.volume if by_volume else one.cover_on.year)
    ]
    context = {"walls": walls, "by_volume": by_volume, "indexed": indexed}
    return public_page(request, render(request, "articles/issues.html", context))


@require_safe
def volume(request: HttpRequest, volume: int) -> HttpResponse:
    """Show a volume that is complete: its covers, and the index of its authors and subjects."""
    at = timezone.now()
    indexed = volumes.complete(at)
    if volume not in indexed:
        raise Http404
    place = indexed.index(volume)
    context = {
        "volume": volume,
        "index": volumes.index_of(volume, at),
        "newer": indexed[place - 1] if place else None,
        "older": indexed[place + 1] if place + 1 < len(indexed) else None,
    }
    return public_page(request, render(request, "articles/volume.html", context))
