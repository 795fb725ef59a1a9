"""The addresses of files: as they are read in the browser, and signed for a while for other programs."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.text import slugify

from articles.models import Article, Issue
from editions.models import Format
from subscriptions import access

EXTENSIONS = {Format.EPUB: ".epub", Format.PDF: ".pdf", Format.PRESS: "-press.pdf"}
# How long a program may take to fetch what its reader chose from a catalogue, in seconds.
SIGNED_FOR = 60 * 60


def file_name(issue: Issue, form: str) -> str:
    """Return how the file is called where it is saved: ``halyard-3-24.epub``."""
    stem = slugify(settings.MAGAZINE_NAME) or "magazine"
    return f"{stem}-{issue.volume}-{issue.number}{EXTENSIONS[Format(form)]}"


def format_named(issue: Issue, name: str) -> Format | None:
    """Return in which format ``issue`` is called ``name``, if it is."""
    return next((form for form in Format if file_name(issue, form) == name), None)


def download_address(issue: Issue, form: str) -> str:
    """Return where a reader who is signed in fetches ``issue``."""
    return reverse("editions:download", args=[issue.volume, issue.number, file_name(issue, form)])


def signed_address(reader: Any, issue: Issue, form: str, seal: str) -> str:
    """Return where ``reader``'s program fetches ``issue`` within ``SIGNED_FOR`` seconds.

    ``seal`` is that of the reader's feed address (``access.feed_seal``): the address ends with it.
    """
    said = _signer().sign_object([reader.pk, issue.pk, str(form), seal])
    return reverse("editions:signed", args=[said, file_name(issue, form)])


def read_signed(said: str, reader_of_key: Any) -> tuple[Any, int, Format] | None:
    """Return (reader, issue's key, format) for what was signed; nothing when it is wrong, old or replaced.

    ``reader_of_key`` finds an active reader by key. What the reader may have is asked afterwards.
    """
    try:
        key, issue, form, seal = _signer().unsign_object(said, max_age=SIGNED_FOR)
    except (signing.BadSignature, ValueError):
        return None
    reader = reader_of_key(key)
    if reader is None or not seal or access.feed_seal(reader) != seal:
        return None
    return reader, issue, Format(form)


def files_with(article: Article) -> list[str]:
    """Return where the words of ``article`` may be seen in a file: each of its issue's, the printer's too."""
    if article.issue is None:
        return []
    return [download_address(article.issue, form) for form in Format]


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="editions.download", sep=".")
