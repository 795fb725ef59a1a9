"""The press itself: whoever imports this needs the libraries that draw, and a second.

Only ``magazine.printing`` does, when something is first printed. Raises ``OSError`` where the program is
there and the system's libraries that it draws with are not.
"""

import logging
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Any

import pydyf
import weasyprint
from django.conf import settings
from PIL import ImageFile
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration

# The printer lets pictures be incomplete, for everybody in this process: uploads may not be.
ImageFile.LOAD_TRUNCATED_IMAGES = False

STATIC = Path(settings.BASE_DIR) / "static"


def printed(
    html: str,
    *,
    styles: str,
    faces: Mapping[str, str],
    pictures: Mapping[str, bytes] | None = None,
    bleed: float = 0,
    identifier: bytes | None = None,
    on_page: Callable[[int], None] | None = None,
) -> bytes:
    """Print, as ``magazine.printing.printed`` says."""
    fetcher, fonts = _OwnFacesAlone(faces, pictures), FontConfiguration()
    sheet = weasyprint.CSS(filename=STATIC / styles, url_fetcher=fetcher, font_config=fonts)
    edge = weasyprint.CSS(string=f"@page {{ bleed: {bleed}mm }}")
    page = weasyprint.HTML(string=html, base_url="house:", url_fetcher=fetcher)
    with _telling(on_page):
        return page.write_pdf(
            stylesheets=[sheet, edge],
            font_config=fonts,
            finisher=_finish_tags,
            pdf_variant="pdf/ua-1",
            pdf_identifier=identifier,
        )


def _finish_tags(document: object, pdf: "pydyf.PDF") -> None:
    """Say what the printer leaves unsaid: running heads are not part of the text, and notes are notes."""

    def at(reference: bytes) -> Any:
        return pdf.objects[int(reference.split()[0])]

    root = at(pdf.catalog["StructTreeRoot"])
    body = at(root["K"][0])
    told, rows = set(), list(root["K"])
    while rows:
        reference = rows.pop()
        told.add(reference)
        rows += [kid for kid in at(reference).get("K", []) if isinstance(kid, bytes)]
    numbers = at(root["ParentTree"])["Nums"]
    for page, parents in zip(numbers[::2], numbers[1::2], strict=True):
        if isinstance(parents, list):
            apart = {mark for mark, parent in enumerate(parents) if parent not in told}
            parents[:] = [b"null" if mark in apart else parent for mark, parent in enumerate(parents)]
            _set_apart(at(at(pdf.page_references[page])["Contents"]).stream, apart)
    notes = 0
    for area in map(at, body["K"]):
        kids = [at(kid) for kid in area["K"]] if area["S"] == "/NonStruct" else []
        # The foot of a page holds notes and nothing else.
        if all(kid.get("S") == "/Span" for kid in kids):
            for kid in kids:
                notes += 1
                kid["S"], kid["ID"] = "/Note", pydyf.String(f"note-{notes}")


def _set_apart(drawn: list[Any], marks: Container[int]) -> None:
    """Turn ``marks`` of what is drawn on a page into artifacts."""
    for place, item in enumerate(drawn):
        if isinstance(item, dict) and item.get("MCID") in marks:
            drawn[place - 1] = "/Artifact"
            drawn[place] = pydyf.Dictionary({"Type": "/Pagination"})


class _OwnFacesAlone:
    """Hands the printer our own faces, and the pictures it was given, by name, and refuses every address."""

    def __init__(self, faces: Mapping[str, str], pictures: Mapping[str, bytes] | None = None) -> None:
        self.faces = faces
        self.pictures = pictures or {}

    def fetch(self, url: str, headers: object = None) -> "weasyprint.urls.URLFetcherResponse":
        if url in self.pictures:
            return weasyprint.urls.URLFetcherResponse(url, self.pictures[url], {"Content-Type": "image/jpeg"})
        path = self.faces.get(url)
        if path is None:
            raise ValueError(f"What is printed here asks for nothing: {url}")
        return weasyprint.urls.URLFetcherResponse(
            url, (STATIC / path).read_bytes(), {"Content-Type": "font/woff2"}
        )

    __call__ = fetch


class _PageCounter(logging.Filter):
    """Hears the printer say which page it is at, for it tells in no other way; the log hears nothing.

    What comes before the first page and after the last is told as the same page once more.
    """

    def __init__(self, on_page: Callable[[int], None]) -> None:
        super().__init__()
        self.on_page = on_page
        self.thread = get_ident()
        self.page = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if get_ident() == self.thread:
            if "Page %d" in str(record.msg) and isinstance(record.args, tuple):
                self.page = int(str(record.args[-1]))
            self.on_page(self.page)
        return False


@contextmanager
def _telling(on_page: Callable[[int], None] | None) -> Iterator[None]:
    if on_page is None:
        yield
        return
    counter, level = _PageCounter(on_page), PROGRESS_LOGGER.level
    PROGRESS_LOGGER.addFilter(counter)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeFilter(counter)
        PROGRESS_LOGGER.setLevel(level)
