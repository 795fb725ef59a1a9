"""The reader's issues as a catalogue for reading programs: OPDS 1.2, which is Atom with a few more words."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urljoin

from django.conf import settings
from django.core.paginator import Page
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from lxml import etree

from articles.models import Issue
from editions import addresses, handing_out
from editions.models import Edition, Format
from editions.rights import Asker

ATOM = "http://www.w3.org/2005/Atom"
TERMS = "http://purl.org/dc/terms/"
KIND = "application/atom+xml;profile=opds-catalog;kind=acquisition"
ACQUISITION = "http://opds-spec.org/acquisition"
SUBSCRIBE = "http://opds-spec.org/acquisition/subscribe"
IMAGE = "http://opds-spec.org/image"
THUMBNAIL = "http://opds-spec.org/image/thumbnail"


def catalogue(page: Page[Issue], asker: Asker, *, address: str, seal: str) -> bytes:
    """Return the feed of the issues on ``page`` (covers and editions loaded) for the reader who asks.

    An issue that they may have leads to its files, by addresses that are signed for an hour; another one to
    the plans. ``address`` is the feed's own, without a page.
    """
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "dc": TERMS})
    issues = list(page.object_list)
    newest = max((_changed_at(issue) for issue in issues), default=datetime(1970, 1, 1, tzinfo=UTC))
    _add(feed, "id", urljoin(settings.SITE_URL, "/#issues"))
    _add(feed, "title", settings.MAGAZINE_NAME)
    _add(feed, "updated", newest.isoformat())
    author = _add(feed, "author")
    _add(author, "name", settings.MAGAZINE_NAME)
    _add(author, "uri", settings.SITE_URL)
    _link(feed, "self", _paged(address, page.number), KIND)
    _link(feed, "start", _absolute(address), KIND)
    if page.has_previous():
        _link(feed, "previous", _paged(address, page.previous_page_number()), KIND)
    if page.has_next():
        _link(feed, "next", _paged(address, page.next_page_number()), KIND)
    for issue in issues:
        _entry(feed, issue, asker, seal)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def _entry(feed: etree._Element, issue: Issue, asker: Asker, seal: str) -> None:
    entry = _add(feed, "entry")
    page = _absolute(issue.get_absolute_url())
    _add(entry, "id", page)
    label = f"{settings.MAGAZINE_NAME} {issue.volume}/{issue.number}"
    _add(entry, "title", f"{label}: {issue.title}" if issue.title else label)
    _add(entry, "updated", _changed_at(issue).isoformat())
    if issue.released_at:
        _add(entry, "published", issue.released_at.isoformat())
    _add(_add(entry, "author"), "name", settings.MAGAZINE_NAME)
    _add(entry, "language", settings.LANGUAGE_CODE, TERMS)
    _add(entry, "issued", issue.cover_on.isoformat(), TERMS)
    _add(entry, "publisher", settings.IMPRINT.partition("|")[0], TERMS)
    if issue.standfirst:
        _add(entry, "summary", issue.standfirst)
    _link(entry, "alternate", page, "text/html", title=_("On the web"))
    _images(entry, issue)
    if not asker.verdict(issue).granted:
        plans = _absolute(reverse("subscriptions:plans"))
        _link(entry, SUBSCRIBE, plans, "text/html", title=_("See the plans"))
        return
    for edition in _for_readers(issue):
        form = Format(edition.format)
        address = _absolute(addresses.signed_address(asker.reader, issue, form, seal))
        _link(entry, ACQUISITION, address, handing_out.MEDIA_TYPES[form], length=str(edition.size))


def _images(entry: etree._Element, issue: Issue) -> None:
    jpegs = [
        (width, address)
        for mime, files in (issue.cover.sources() if issue.cover else [])
        for address, width in files
        if mime == "image/jpeg"
    ]
    if jpegs:
        _link(entry, IMAGE, _absolute(max(jpegs)[1]), "image/jpeg")
        _link(entry, THUMBNAIL, _absolute(min(jpegs)[1]), "image/jpeg")


def _for_readers(issue: Issue) -> Iterable[Edition]:
    """The issue's files, as they were loaded with it: an EPUB before a PDF."""
    files = [one for one in issue.editions.all() if one.file and one.format != Format.PRESS]
    return sorted(files, key=lambda one: one.format)


def _changed_at(issue: Issue) -> datetime:
    made = [one.made_at for one in _for_readers(issue) if one.made_at]
    return max([*made, issue.released_at or timezone.now()])


def _paged(address: str, number: int) -> str:
    return _absolute(address if number == 1 else f"{address}?page={number}")


def _absolute(address: str) -> str:
    return urljoin(settings.SITE_URL, address)


def _add(parent: etree._Element, name: str, text: str = "", namespace: str = ATOM) -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}")
    if text:
        # What XML cannot carry is left out.
        element.text = "".join(letter for letter in text if letter in "\t\n\r" or letter >= " ")
    return element


def _link(parent: etree._Element, rel: str, address: str, media_type: str, **more: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=address, type=media_type, **more)
