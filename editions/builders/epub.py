"""An issue as an EPUB 3 for e-readers and for ears, by EPUB Accessibility 1.1.

One file for each piece, named for its id so that bookmarks outlive a rebuilding; ways in by department, by
landmark and by printed page; our own faces; notes that open beside the sentence. What goes in comes from the
issue's text alone, and no clock is asked: the same text gives the same bytes.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from editions.builders.built import Built, Progress, quiet
from editions.builders.epub_archive import Archive, last_replaced
from editions.builders.epub_pages import page_breaks
from editions.builders.epub_text import Body, writable
from editions.builders.images import MissingPictureError, jpeg
from editions.source import Image, IssueText, Piece

MEDIA_TYPE = "application/epub+zip"
COLOPHON = "EPUB/colophon.xhtml"

# Twice what most e-readers show across, in a file that still goes by mail.
LONGEST = 1400
QUALITY = 76
COVER_LONGEST = 2000
COVER_QUALITY = 82
# Decoding leaves Python's lock: one picture for each core of a small machine.
AT_ONCE = 2

STATIC = Path(settings.BASE_DIR) / "static"
FACES = (
    "inter-extended",
    "inter",
    "newsreader-bold",
    "newsreader-display",
    "newsreader-extended",
    "newsreader-italic",
    "newsreader",
)
LICENCES = ("OFL-Inter", "OFL-Newsreader")

CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""
_PICTURE = re.compile(r'src="picture:([0-9]+)"')
_MARK = re.compile(r'(<p class="mark" id="mark">).*?(</p>)', re.DOTALL)


@dataclass(frozen=True)
class Item:
    """One part of the book, as the package lists it."""

    id: str
    href: str
    media_type: str
    properties: str = ""


def build(text: IssueText, progress: Progress = quiet) -> Built:
    """Return ``text`` as an EPUB 3.

    What cannot be put in (a picture whose file is gone) is left out, and is told in the ``warnings`` together
    with what keeps the book from being read by ear (a picture without words). Takes 6 s of computing, 4 s
    on two cores, for 40 pieces with 60 pictures, nearly all of it for the pictures; in memory are the file
    itself and two pictures.
    """
    with translation.override(text.language):
        return _Book(text, progress).built()


def with_mark(data: bytes, mark: str) -> bytes:
    """Return the EPUB ``data`` with ``mark``, plain words, as the last line of its last page.

    An earlier mark is replaced; an empty one takes it away. Everything else is copied as it is, so this costs
    as much as one copy. Raises ``ValueError`` when ``data`` was not made by ``build``.
    """
    return last_replaced(data, COLOPHON, lambda page: _marked(page, mark))


def _marked(page: bytes, mark: str) -> bytes:
    words = escape(writable(mark))
    marked, count = _MARK.subn(lambda found: f"{found[1]}{words}{found[2]}", page.decode())
    if not count:
        raise ValueError("The page has no place for a mark.")
    return marked.encode()


class _Book:
    """One book being written, from the pictures to the package that lists them."""

    def __init__(self, text: IssueText, progress: Progress) -> None:
        self.text = text
        self.progress = progress
        self.pieces = list(text.pieces)
        self.files = {piece.id: f"piece-{piece.id}.xhtml" for piece in self.pieces}
        self.breaks = page_breaks(self.pieces)
        self.places: dict[int, Piece] = {}
        for piece in self.pieces:
            for key in _pictures_of(piece):
                self.places.setdefault(key, piece)
        self.archive = Archive()
        self.items: list[Item] = []
        self.spine: list[str] = []
        self.warnings: list[str] = []
        self.lacks_headers = False
        tag = translation.to_locale(text.language).replace("_", "-")
        is_rtl = text.language.partition("-")[0] in settings.LANGUAGES_BIDI
        self.words: dict[str, Any] = {
            "text": text,
            "language": tag,
            "direction": "rtl" if is_rtl else "ltr",
            "departments": [
                (one.name, [(self.files[piece.id], piece) for piece in one.pieces])
                for one in text.departments
            ],
        }

    def built(self) -> Built:
        """Write everything, in one fixed order, and return the finished file."""
        self.archive.add("mimetype", MEDIA_TYPE, stored=True)
        self.archive.add("META-INF/container.xml", CONTAINER)
        self._add_styles()
        cover = self._add_cover_picture()
        pictures = self._add_pictures()
        self._tell_of_missing_words(pictures)

        alt = self.text.cover.alt if self.text.cover else ""
        alt = alt or _("Cover of %(issue)s") % {"issue": self._title()}
        self._add_page("cover", cover=cover, cover_alt=alt)
        self._add_page("contents")
        opening = {department.pieces[0].id for department in self.text.departments if department.pieces}
        for number, piece in enumerate(self.pieces):
            self.progress(75 + 20 * number // len(self.pieces), _("Pieces"))
            self._add_piece(piece, pictures, opens_department=piece.id in opening)
        self.progress(95, _("Contents"))
        self._list_page("colophon")
        self._add_ways_in()
        self._add_package(cover, pictures)
        # The last one, where it can be exchanged without moving anything, and stored for the same reason.
        self.archive.add(COLOPHON, self._page("colophon"), stored=True)
        data = self.archive.finish()
        self.progress(100, _("Done"))
        return Built(data, 0, "epub", MEDIA_TYPE, tuple(self.warnings))

    # -- Parts ----------------------------------------------------------------

    def _add_styles(self) -> None:
        self._add("styles", "styles/epub.css", "text/css", (STATIC / "editions" / "epub.css").read_bytes())
        for name in FACES:
            face = (STATIC / "fonts" / f"{name}.woff2").read_bytes()
            self._add(f"font-{name}", f"fonts/{name}.woff2", "font/woff2", face)
        for name in LICENCES:
            terms = (STATIC / "fonts" / f"{name}.txt").read_bytes()
            self._add(f"terms-{name}", f"fonts/{name}.txt", "text/plain", terms)

    def _add_cover_picture(self) -> str:
        """Add the cover and return its file, empty where there is none."""
        cover = self.text.cover
        data = _copy(cover, COVER_LONGEST, COVER_QUALITY) if cover else None
        if data is None:
            if cover:
                self.warnings.append(_("The cover's file is gone: the cover is drawn in type instead."))
            return ""
        self._add("cover-picture", "pictures/cover.jpg", "image/jpeg", data, "cover-image")
        return "pictures/cover.jpg"

    def _add_pictures(self) -> dict[int, str]:
        """Add every picture of the pieces; return the file of each by its id, without those that are gone."""
        shown = [self.text.images[key] for key in sorted(self.places) if key in self.text.images]
        files = {}
        with ThreadPoolExecutor(AT_ONCE) as workers:
            for number, (image, data) in enumerate(zip(shown, workers.map(_inside, shown), strict=True)):
                self.progress(70 * number // len(shown), _("Pictures"))
                if data is None:
                    where = self.places[image.id]
                    said = _("A picture's file is gone, so it was left out: “%(picture)s” in “%(headline)s”.")
                    self.warnings.append(said % {"picture": _called(image), "headline": where.headline})
                    continue
                files[image.id] = f"pictures/{image.id}.jpg"
                self._add(f"picture-{image.id}", files[image.id], "image/jpeg", data)
        return files

    def _add_piece(self, piece: Piece, pictures: Mapping[int, str], *, opens_department: bool) -> None:
        breaks = self.breaks.get(piece.id, ())
        body = Body(
            html=piece.body,
            base=self.text.address,
            pieces=self.files,
            pictures=pictures,
            breaks=[one for one in breaks if one.after],
        )
        lead = pictures.get(piece.lead.id, "") if piece.lead else ""
        self._add_page(
            "piece",
            self.files[piece.id],
            piece=piece,
            body=body.xhtml(),
            lead=lead,
            page=next((one for one in breaks if not one.after), None),
            opens_department=opens_department,
        )
        self.lacks_headers |= body.lacks_headers

    def _add_ways_in(self) -> None:
        first = self.files[self.pieces[0].id] if self.pieces else ""
        page = self._page("nav", first=first, page_list=list(self._page_list()))
        self._add("nav", "nav.xhtml", "application/xhtml+xml", page, "nav")

    def _add_package(self, cover: str, pictures: Mapping[int, str]) -> None:
        named = dict.fromkeys(name.name for piece in self.pieces for name in piece.names if name.name)
        package = render_to_string(
            "editions/epub/package.opf",
            {
                **self.words,
                "uid": uuid.uuid5(uuid.NAMESPACE_URL, self.text.address).urn,
                "title": self._title(),
                "modified": self._modified_on(),
                "authors": list(named),
                "items": self.items,
                "spine": self.spine,
                "says": self._says(cover, pictures),
                "page_list": self._page_list(),
            },
        )
        self.archive.add("EPUB/package.opf", writable(package))

    # -- What is said of it ---------------------------------------------------

    def _title(self) -> str:
        name = f"{self.text.magazine}, {self.text.label}"
        return f"{name}: {self.text.title}" if self.text.title else name

    def _modified_on(self) -> date:
        """The newest day that the text itself tells of."""
        corrected = [note.corrected_on for piece in self.pieces for note in piece.corrections]
        return max([self.text.cover_on, *corrected])

    def _page_list(self) -> list[tuple[int, str]]:
        return [
            (one.page, f"{self.files[piece.id]}#{one.id}")
            for piece in self.pieces
            for one in self.breaks.get(piece.id, ())
        ]

    def _says(self, cover: str, pictures: Mapping[int, str]) -> dict[str, Any]:
        described = not self._wordless(pictures)
        parts = [
            _("Contents by department, landmarks, headings and reading order are marked."),
            _("Pictures have alternative text.") if described else _("Some pictures lack alternative text."),
        ]
        if self.breaks:
            parts.append(_("Printed pages can be found by their numbers."))
        return {
            "cover": cover,
            "pictures": bool(cover or pictures),
            "described": described,
            "conforms": described and not self.lacks_headers,
            "summary": " ".join(parts),
        }

    def _tell_of_missing_words(self, pictures: Mapping[int, str]) -> None:
        for image in self._wordless(pictures):
            said = _("A picture has no alternative text: “%(picture)s” in “%(headline)s”.")
            where = self.places[image.id]
            self.warnings.append(said % {"picture": _called(image), "headline": where.headline})

    def _wordless(self, pictures: Mapping[int, str]) -> list[Image]:
        return [self.text.images[key] for key in pictures if not self.text.images[key].alt.strip()]

    # -- Writing --------------------------------------------------------------

    def _add_page(self, template: str, href: str = "", **context: Any) -> None:
        name = self._list_page(template, href)
        self.archive.add(f"EPUB/{name}", self._page(template, **context))

    def _list_page(self, template: str, href: str = "") -> str:
        """Put a page into the package and the order of reading; return its file."""
        href = href or f"{template}.xhtml"
        name = href.removesuffix(".xhtml")
        self.items.append(Item(name, href, "application/xhtml+xml"))
        self.spine.append(name)
        return href

    def _page(self, template: str, **context: Any) -> str:
        return writable(render_to_string(f"editions/epub/{template}.xhtml", {**self.words, **context}))

    def _add(self, name: str, href: str, media_type: str, content: bytes | str, properties: str = "") -> None:
        self.items.append(Item(name, href, media_type, properties))
        self.archive.add(f"EPUB/{href}", content)


def _pictures_of(piece: Piece) -> Iterator[int]:
    if piece.lead:
        yield piece.lead.id
    yield from map(int, _PICTURE.findall(piece.body))


def _called(image: Image) -> str:
    """What the desk knows a picture by."""
    words = (line.strip() for line in (image.alt, image.caption, image.credit, image.name))
    return Truncator(next(filter(None, words), "")).chars(80)


def _inside(image: Image) -> bytes | None:
    return _copy(image, LONGEST, QUALITY)


def _copy(image: Image, longest: int, quality: int) -> bytes | None:
    try:
        return jpeg(image, longest=longest, quality=quality)
    except MissingPictureError:
        return None
