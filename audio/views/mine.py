"""A reader's own list, and where they are in what they began."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from audio import listing, places
from audio.tracks import Queue, tracks_of

STEPS = {"up": -1, "down": 1, "top": -listing.LONGEST}


@login_required
@require_safe
def my_list(request: HttpRequest) -> HttpResponse:
    """Show what the reader put by, to be heard in their order, and what they began."""
    at = timezone.now()
    begun = places.begun_by(request.user, at)
    context = {
        "queue": Queue(tracks_of(listing.on_list(request.user, at), request.user, at)),
        "begun": begun,
    }
    return render(request, "audio/list.html", context)


@login_required
@require_POST
def put_by(request: HttpRequest, article: int) -> HttpResponse:
    """Put a piece on the list, and go back to it."""
    found = _public(article)
    try:
        listing.put_by(request.user, found)
        messages.success(request, _("It is on your list now."))
    except listing.ListFullError:
        messages.error(request, _("Your list is full. Take something off it first."))
    return redirect(found)


@login_required
@require_POST
def take_off(request: HttpRequest, article: int) -> HttpResponse:
    """Take a piece off the list; go back to where the button stood."""
    found = _public(article)
    listing.take_off(request.user, found)
    if request.POST.get("from") == "article":
        messages.success(request, _("It is off your list."))
        return redirect(found)
    return redirect("audio:list")


@login_required
@require_POST
def move(request: HttpRequest, article: int) -> HttpResponse:
    """Move a piece on the list: ``to`` is up, down or top."""
    step = STEPS.get(request.POST.get("to", ""))
    if step is None:
        return HttpResponseBadRequest()
    listing.move(request.user, _public(article), step)
    return redirect("audio:list")


@login_required
@require_POST
def place(request: HttpRequest, article: int) -> HttpResponse:
    """Remember where the reader is in a public piece: sent by the page while they read and listen."""
    try:
        said = places.Said.read(request.POST)
    except ValueError:
        return HttpResponseBadRequest()
    places.save(request.user, _public(article), said)
    return HttpResponse(status=204)


def _public(key: int) -> Article:
    return get_object_or_404(Article.objects.published().select_related("section"), pk=key)
