"""Hands a file to somebody who may have it: with their mark, and never with a withdrawn piece in it."""

import hashlib
from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from articles.models import Issue
from editions import addresses, freshness, watermark
from editions.models import Edition, Format
from magazine import ranges, vault

MEDIA_TYPES = {
    Format.EPUB: "application/epub+zip",
    Format.PDF: "application/pdf",
    Format.PRESS: "application/pdf",
}


class NotReadyError(RuntimeError):
    """There is no file to give away at this moment; the worker will have made one soon."""


def edition_to_give(issue: Issue, form: Format, at: datetime, *, to_staff: bool = False) -> Edition | None:
    """Return the edition whose file can be given away, or nothing when there is none and will be none.

    Raises ``NotReadyError`` while it waits to be made, or while what is out still holds a piece that is
    no longer public (its makers get it all the same). Two queries.
    """
    edition = Edition.objects.filter(issue=issue, format=form).select_related("issue").first()
    if edition is None:
        return None
    if not edition.file:
        raise NotReadyError
    if not to_staff and freshness.holds_what_is_withdrawn(edition, at):
        raise NotReadyError
    return edition


def answer(request: HttpRequest, edition: Edition, mark: str) -> HttpResponseBase:
    """Answer ``request`` with the file of ``edition``, marked with ``mark``, whole or in part.

    Raises ``NotReadyError`` when the file is gone from storage.
    """
    try:
        data = watermark.marked(edition, mark)
    except vault.FileGoneError as error:
        raise NotReadyError from error
    form = Format(edition.format)
    etag = hashlib.sha256(f"{edition.content_hash} {mark}".encode()).hexdigest()[:32]
    response = ranges.answer(request, data, etag=etag, media_type=MEDIA_TYPES[form])
    name = addresses.file_name(edition.issue, form)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
