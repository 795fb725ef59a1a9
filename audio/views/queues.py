"""Pieces to be heard one after the other."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.companions import running_place
from articles.models import Article, Issue
from audio.tracks import Queue, tracks_of
from magazine.headers import public_page, reader_of
from subscriptions import access


@require_safe
def issue(request: HttpRequest, volume: int, number: int) -> HttpResponse:
    """Show a released issue to listen to, or with ``?section=`` (a slug) one department of it."""
    at = timezone.now()
    found = get_object_or_404(
        Issue.objects.published(at).select_related("cover"), volume=volume, number=number
    )
    pieces = Article.objects.published(at).filter(issue=found).for_contents().order_by(running_place(), "pk")
    reader = reader_of(request)
    tracks = tracks_of(pieces, reader, at)
    # Departments stand in the order of their first page, as on the page of the issue.
    sections = list({track.article.section_id: track.article.section for track in tracks}.values())
    wanted = request.GET.get("section", "")
    department = next((section for section in sections if section.slug == wanted), None)
    if wanted and department is None:
        raise Http404
    shown = [track for track in tracks if department in (None, track.article.section)]
    shown.sort(key=lambda track: sections.index(track.article.section))
    context = {
        "issue": found,
        "department": department,
        "departments": sections,
        "queue": Queue(shown),
        "feed_token": access.feed_token(reader) if reader.is_authenticated else "",
        "groups": [
            (section, list(ours)) for section, ours in groupby(shown, lambda one: one.article.section)
        ],
    }
    return public_page(request, render(request, "audio/issue.html", context))
