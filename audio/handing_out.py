"""Hands a recording to somebody who may hear it, whole or in part."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from audio import addresses
from audio.models import Narration
from magazine import ranges, vault


def answer(request: HttpRequest, narration: Narration, extension: str) -> HttpResponseBase:
    """Answer ``request`` with the file of ``narration`` (article loaded). The asking is done by then.

    Raises ``vault.FileGoneError`` when there is none, or it is gone from storage.
    """
    stored = addresses.stored_name(narration, extension)
    if not stored:
        raise vault.FileGoneError(narration.key)
    response = ranges.answer_file(
        request,
        vault.opened(stored),
        etag=addresses.content_hash(stored)[:32],
        media_type=addresses.MEDIA_TYPES[extension].partition(";")[0],
    )
    name = content_disposition_header(False, f"{narration.article.slug}.{extension}")
    response.headers["Content-Disposition"] = name or "inline"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
