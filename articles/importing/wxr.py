"""Reading a WordPress export (WXR) without trusting it.

The file is read as a stream, item by item, as often as somebody asks. Nothing is fetched for it, no
entity is expanded, and a file with a document type of its own is refused before its content is seen.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from lxml import etree


class RefusedFile(Exception):
    """A file that is not read; the message is a sentence for the person who gave it."""


@dataclass(frozen=True)
class Site:
    """The old site: its name and its address, which may be empty."""

    title: str
    address: str


@dataclass(frozen=True)
class Contributor:
    """Somebody whom the file introduces as an author. Mail addresses are not read."""

    login: str
    name: str


@dataclass(frozen=True)
class Term:
    """A category, a tag, or an entry of another taxonomy."""

    taxonomy: str
    slug: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class Comment:
    """A reader's comment, as far as a report needs it."""

    key: str
    author: str
    kind: str


@dataclass(frozen=True)
class Item:
    """One ``<item>``: a post, a page, an attachment, a menu item or whatever a plugin made.

    ``public_at`` is the instant that the file gives for it, if it is a real one. Only whether there was
    a password is kept.
    """

    key: str
    type: str
    title: str
    address: str
    creator: str
    body: str
    excerpt: str
    status: str
    slug: str
    has_password: bool
    public_at: datetime | None
    parent: str
    is_sticky: bool
    file_address: str
    terms: tuple[Term, ...]
    fields: tuple[tuple[str, str], ...]
    comments: tuple[Comment, ...]

    def field(self, name: str) -> str:
        """Return the value of the custom field ``name``, else an empty string."""
        return next((value for key, value in self.fields if key == name), "")


Record = Site | Contributor | Term | Item

# WordPress writes its name space with http in old exports and https in new ones, and with its version.
_NAMESPACES = (
    ("wp", re.compile(r"https?://(?:www\.)?wordpress\.org/export/[\d.]+/?")),
    ("excerpt", re.compile(r"https?://(?:www\.)?wordpress\.org/export/[\d.]+/excerpt/?")),
    ("content", re.compile(r"https?://purl\.org/rss/[\d.]+/modules/content/?")),
    ("dc", re.compile(r"https?://purl\.org/dc/elements/[\d.]+/?")),
)
_PREFIXES = frozenset(prefix for prefix, _pattern in _NAMESPACES)
_CONTROLS = bytes(set(range(32)) - {0x09, 0x0A, 0x0D})
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class _Readable:
    """A file without the control characters that old exports hold and XML forbids."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.drops = b"" if file.read(2) in _UTF16 else _CONTROLS
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        while data := self.file.read(size):
            if kept := data.translate(None, self.drops):
                return kept
        return b""


def read(path: Path) -> Iterator[Record]:
    """Yield what the export at ``path`` holds, in its order; the site comes first.

    Memory stays at the size of the largest item. Raises ``RefusedFile`` if the file cannot be read, is
    not such an export, or carries a document type (and with it entities).
    """
    try:
        with path.open("rb") as file:
            yield from _Reader().records(file)
    except OSError as error:
        raise RefusedFile(f"{path} cannot be opened: {error.strerror}.") from error
    except etree.XMLSyntaxError as error:
        raise RefusedFile(f"{path.name} is not sound XML: {error.msg}.") from error


class _Reader:
    """Names elements by the prefix map of the document and turns them into records."""

    def __init__(self) -> None:
        self.prefixes: dict[str, str] = {}
        self.site: dict[str, str] = {}
        self.path: list[str] = []
        self.is_announced = False

    def records(self, file: BinaryIO) -> Iterator[Record]:
        events = etree.iterparse(
            _Readable(file),
            events=("start-ns", "start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for event, subject in events:
            if event == "start-ns":
                self._learn(*subject)
            elif event == "start":
                self._begin(subject)
            else:
                yield from self._end(subject)

    def _learn(self, prefix: str, uri: str) -> None:
        known = next((name for name, pattern in _NAMESPACES if pattern.fullmatch(uri)), None)
        self.prefixes[uri] = known or (prefix if prefix in _PREFIXES else "?")

    def _name(self, element: etree._Element) -> str:
        tag = etree.QName(element)
        return f"{self.prefixes.get(tag.namespace, '?')}:{tag.localname}" if tag.namespace else tag.localname

    def _begin(self, element: etree._Element) -> None:
        name = self._name(element)
        if not self.path:
            if element.getroottree().docinfo.internalDTD is not None:
                raise RefusedFile("The file declares a document type. A WordPress export has none.")
            if name != "rss" or "wp" not in self.prefixes.values():
                raise RefusedFile("This is not a WordPress export (WXR).")
        self.path.append(name)

    def _end(self, element: etree._Element) -> Iterator[Record]:
        depth, name = len(self.path), self.path.pop()
        if depth == 2:
            yield from self._announce()
        if depth != 3:
            return
        makers: dict[str, Callable[[etree._Element], Record]] = {
            "item": self._item,
            "wp:author": self._contributor,
            "wp:category": self._category,
            "wp:tag": self._tag,
            "wp:term": self._term,
        }
        make = makers.get(name)
        if make is None:
            self.site.setdefault(name, _text(element))
        else:
            yield from self._announce()
            yield make(element)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]

    def _announce(self) -> Iterator[Site]:
        if not self.is_announced:
            self.is_announced = True
            address = self.site.get("wp:base_blog_url") or self.site.get("link", "")
            yield Site(self.site.get("title", ""), address.strip())

    def _values(self, element: etree._Element) -> dict[str, str]:
        values: dict[str, str] = {}
        for child in element:
            values.setdefault(self._name(child), _text(child))
        return values

    def _contributor(self, element: etree._Element) -> Contributor:
        values = self._values(element)
        login = values.get("wp:author_login", "").strip()
        parts = [values.get("wp:author_first_name", ""), values.get("wp:author_last_name", "")]
        full = " ".join(part.strip() for part in parts if part.strip())
        return Contributor(login, values.get("wp:author_display_name", "").strip() or full)

    def _category(self, element: etree._Element) -> Term:
        values = self._values(element)
        return Term(
            "category",
            values.get("wp:category_nicename", "").strip(),
            values.get("wp:cat_name", "").strip(),
            values.get("wp:category_parent", "").strip(),
        )

    def _tag(self, element: etree._Element) -> Term:
        values = self._values(element)
        return Term("post_tag", values.get("wp:tag_slug", "").strip(), values.get("wp:tag_name", "").strip())

    def _term(self, element: etree._Element) -> Term:
        values = self._values(element)
        return Term(
            values.get("wp:term_taxonomy", "").strip(),
            values.get("wp:term_slug", "").strip(),
            values.get("wp:term_name", "").strip(),
            values.get("wp:term_parent", "").strip(),
        )

    def _item(self, element: etree._Element) -> Item:
        values = self._values(element)
        terms: list[Term] = []
        fields: list[tuple[str, str]] = []
        comments: list[Comment] = []
        for child in element:
            name = self._name(child)
            if name == "category":
                label = _text(child).strip()
                slug = child.get("nicename", "").strip() or label
                terms.append(Term(child.get("domain", "category"), slug, label))
            elif name == "wp:postmeta":
                inner = self._values(child)
                fields.append((inner.get("wp:meta_key", ""), inner.get("wp:meta_value", "")))
            elif name == "wp:comment":
                inner = self._values(child)
                comments.append(
                    Comment(
                        inner.get("wp:comment_id", ""),
                        inner.get("wp:comment_author", ""),
                        inner.get("wp:comment_type", "") or "comment",
                    )
                )
        return Item(
            key=values.get("wp:post_id", "").strip(),
            type=values.get("wp:post_type", "").strip(),
            title=values.get("title", ""),
            address=values.get("link", "").strip(),
            creator=values.get("dc:creator", "").strip(),
            body=values.get("content:encoded", ""),
            excerpt=values.get("excerpt:encoded", ""),
            status=values.get("wp:status", "").strip(),
            slug=values.get("wp:post_name", "").strip(),
            has_password=bool(values.get("wp:post_password", "")),
            public_at=_instant(values),
            parent=values.get("wp:post_parent", "").strip(),
            is_sticky=values.get("wp:is_sticky", "").strip() == "1",
            file_address=values.get("wp:attachment_url", "").strip(),
            terms=tuple(terms),
            fields=tuple(fields),
            comments=tuple(comments),
        )


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())


def _instant(values: dict[str, str]) -> datetime | None:
    """Return the item's date: the one in UTC, else the feed's, which names its zone."""
    try:
        found = datetime.strptime(values.get("wp:post_date_gmt", "").strip(), "%Y-%m-%d %H:%M:%S")
        return found.replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        found = parsedate_to_datetime(values.get("pubDate", "").strip())
    except ValueError:
        return None
    # A draft that was never dated stands at the year one or at minus one in such files.
    if found.year < 1970:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
