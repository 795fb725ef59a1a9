"""What podcast apps fetch: feeds, recordings, transcripts and chapters.

An app cannot sign in: its reader's address says who asks (``listen/<token>/…``). What they may hear is asked
at every request. An address that was replaced, or never was one, is not found.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from articles.models import Issue
from audio import chapters, handing_out, rights, transcripts, visits
from audio.feeds import rss, shows
from audio.models import Narration
from audio.views.files import BODIES
from magazine import vault
from magazine.headers import public_page, reader_of
from subscriptions import access

# For so long a stranger's copy of the open feed is good, in seconds.
FRESH_FOR = 300


# -- For everybody -------------------------------------------------------------


@require_safe
def open_feed(request: HttpRequest) -> HttpResponseBase:
    """Show the feed of what is open to everyone; an app that has it already is told so."""
    feed = rss.written(shows.open_show(timezone.now()))
    digest = hashlib.sha256(feed).hexdigest()[:32]
    changed_at = _changed_at(digest)
    response = HttpResponse(feed, content_type=rss.MEDIA_TYPE)
    response.headers["ETag"] = quote_etag(digest)
    response.headers["Last-Modified"] = http_date(changed_at)
    response = public_page(request, response, seconds=FRESH_FOR)
    return get_conditional_response(request, quote_etag(digest), changed_at, response) or response


def _changed_at(digest: str) -> int:
    """Return since when the open feed is as ``digest`` says, in seconds since 1970.

    No date in it says so: a piece that is withdrawn changes it as well.
    """
    known = cache.get("audio.open_feed")
    if known is None or known[0] != digest:
        known = (digest, int(timezone.now().timestamp()))
        cache.set("audio.open_feed", known, timeout=None)
    return known[1]


@require_safe
def transcript(request: HttpRequest, key: str) -> HttpResponseBase:
    """Give the words of a recording to whoever is signed in and may hear it."""
    return _transcript(_heard_by(reader_of(request), key))


@require_safe
def chapter_list(request: HttpRequest, key: str) -> HttpResponseBase:
    """Give the parts of a recording to whoever is signed in and may hear it."""
    return _chapters(_heard_by(reader_of(request), key))


# -- For the apps of one reader ------------------------------------------------


@require_safe
def own_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show all that the reader may hear."""
    at = timezone.now()
    reader = _reader_behind(request, token, at)
    return _feed(shows.own_show(reader, token, at))


@require_safe
def own_issue_feed(request: HttpRequest, token: str, volume: int, number: int) -> HttpResponseBase:
    """Show what the reader may hear of one issue."""
    at = timezone.now()
    reader = _reader_behind(request, token, at)
    issue = get_object_or_404(Issue.objects.published(at), volume=volume, number=number)
    return _feed(shows.issue_show(reader, token, issue, at))


@require_safe
def own_file(request: HttpRequest, token: str, key: str) -> HttpResponseBase:
    """Give a recording, whole or in part."""
    narration = _heard_by(_reader_behind(request, token), key, has_words=False)
    try:
        return _secret(handing_out.answer(request, narration, "mp3"))
    except vault.FileGoneError as error:
        raise Http404 from error


@require_safe
def own_transcript(request: HttpRequest, token: str, key: str) -> HttpResponseBase:
    """Give the words of a recording."""
    return _transcript(_heard_by(_reader_behind(request, token), key))


@require_safe
def own_chapters(request: HttpRequest, token: str, key: str) -> HttpResponseBase:
    """Give the parts of a recording."""
    return _chapters(_heard_by(_reader_behind(request, token), key))


# -- What all of them do -------------------------------------------------------


def _reader_behind(request: HttpRequest, token: str, at: datetime | None = None) -> Any:
    """Return whose address it is, and note from where it was used. Raises ``Http404``."""
    reader = access.feed_reader(token)
    if reader is None or not visits.note(reader, token, request, at):
        raise Http404
    return reader


def _heard_by(reader: Any, key: str, *, has_words: bool = True) -> Narration:
    """Return the recording ``key``, which ``reader`` may hear; what is said in it too where it ``has_words``.

    Raises ``Http404`` where there is none as far as they know, else ``PermissionDenied``.
    """
    at = timezone.now()
    narrations = Narration.objects.filter(key=key, exempt_reason="").exclude(mp3="")
    left_out = BODIES if has_words else ("segments", *BODIES)
    narration = get_object_or_404(narrations.select_related("article").defer(*left_out))
    article = narration.article
    if not (article.is_published(at) or rights.hears_everything(reader)):
        raise Http404
    if not rights.verdict_to_hear(article, reader, at).granted:
        raise PermissionDenied
    return narration


def _feed(show: shows.Show) -> HttpResponseBase:
    return _secret(HttpResponse(rss.written(show), content_type=rss.MEDIA_TYPE))


def _transcript(narration: Narration) -> HttpResponseBase:
    words = transcripts.written(narration)
    return _secret(HttpResponse(words, content_type=f"{transcripts.MEDIA_TYPE}; charset=utf-8"))


def _chapters(narration: Narration) -> HttpResponseBase:
    told = json.dumps(chapters.written(narration), ensure_ascii=False)
    return _secret(HttpResponse(told, content_type=chapters.MEDIA_TYPE))


def _secret(response: HttpResponseBase) -> HttpResponseBase:
    """It is kept by nobody, handed to no other site and in no index."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
