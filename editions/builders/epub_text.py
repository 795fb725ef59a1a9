"""A piece's body as XHTML for an e-reader: HTML's own words, without what only a browser can do."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from articles import sanitising
from editions.builders import epub_pages
from editions.builders.epub_pages import EPUB_TYPE, PageBreak

OPS = "http://www.idpf.org/2007/ops"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_VOID = frozenset({"br", "hr", "img"})
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
# More columns than a small page shows side by side in its usual type.
_WIDE = 4
# A first paragraph that is long enough for a capital two lines high.
_OPENING_WORDS = 30


def writable(text: str) -> str:
    """Return ``text`` without the characters that no XML file may hold."""
    return _UNWRITABLE.sub("", text)


@dataclass
class Body:
    """A body being turned into XHTML.

    ``base`` is the address that others are relative to, ``pieces`` the file of each piece of the issue by its
    id, ``pictures`` likewise. Afterwards ``lacks_headers`` tells of a table whose columns have no names.
    """

    html: str
    base: str
    pieces: Mapping[int, str]
    pictures: Mapping[int, str]
    breaks: Iterable[PageBreak] = ()
    lacks_headers: bool = field(default=False, init=False)

    def xhtml(self) -> str:
        """Return the body in a ``div``. A picture or a piece without a file is left out."""
        root = sanitising.fragment(writable(self.html))
        root.set("class", "prose")
        root.set("dir", "auto")
        self._place_pictures(root)
        self._frame_tables(root)
        self._keep_ids_single(root)
        self._lead_links(root)
        _open_notes(root)
        _adorn(root)
        epub_pages.mark(root, self.breaks)
        for node in root.iter():
            if "lang" in node.attrib:
                node.set(XML_LANG, node.get("lang"))
            if not len(node) and not node.text and node.tag not in _VOID:
                node.text = ""
        etree.cleanup_namespaces(root, top_nsmap={"epub": OPS})
        return etree.tostring(root, encoding="unicode", method="xml", with_tail=False)

    def _place_pictures(self, root: HtmlElement) -> None:
        for figure in root.findall(".//figure"):
            picture = figure.find("picture")
            if picture is None:
                continue
            image = picture.find("img")
            address = self.pictures.get(_key(image.get("src", "")))
            if address is None:
                figure.drop_tree()
                continue
            alt = image.get("alt", "")
            # Its measures are the original's, and some e-readers would obey them.
            image.attrib.clear()
            image.attrib.update({"src": address, "alt": alt})
            picture.drop_tag()

    def _frame_tables(self, root: HtmlElement) -> None:
        """Let tables stand without their frame: nothing scrolls sideways on a page."""
        for frame in root.findall(".//div[@class='table-scroll']"):
            frame.drop_tag()
        for table in root.findall(".//table"):
            rows = table.findall(".//tr")
            columns = max((len(row.findall("td")) + len(row.findall("th")) for row in rows), default=0)
            if columns > _WIDE:
                table.set("class", "wide" if columns <= 2 * _WIDE else "wide widest")
            self.lacks_headers |= table.find(".//th") is None

    def _keep_ids_single(self, root: HtmlElement) -> None:
        taken: set[str] = set()
        for node in root.iterfind(".//*[@id]"):
            if node.get("id") in taken:
                del node.attrib["id"]
            else:
                taken.add(node.get("id"))

    def _lead_links(self, root: HtmlElement) -> None:
        places = {node.get("id") for node in root.iterfind(".//*[@id]")}
        for link in root.findall(".//a[@href]"):
            address = self._led(link.get("href"), places)
            if address is None:
                link.drop_tag()
            else:
                link.set("href", address)
                link.attrib.pop("rel", None)

    def _led(self, address: str, places: set[str]) -> str | None:
        if address.startswith("piece:"):
            return self.pieces.get(_key(address))
        if address.startswith("#"):
            return address if address[1:] in places else None
        absolute = urljoin(self.base, address)
        return absolute if urlsplit(absolute).scheme in {"http", "https", "mailto"} else None


def _key(address: str) -> int:
    """Return the number in ``picture:7`` or ``piece:7``, 0 when there is none."""
    number = address.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0


def _open_notes(root: HtmlElement) -> None:
    """Mark references and notes as what they are: e-readers then show a note beside its sentence.

    A ``div`` and no ``aside``: some would hide that from the end of the piece, and leave its heading alone.
    """
    for link in root.iterfind(".//a[@role='doc-noteref']"):
        link.set(EPUB_TYPE, "noteref")
    section = root.find("./section[@class='footnotes']")
    if section is None:
        return
    section.set(EPUB_TYPE, "footnotes")
    entries = section.find("ol")
    for number, entry in enumerate(entries.findall("li"), start=1):
        entry.tag = "div"
        entry.set("class", "footnote")
        entry.set(EPUB_TYPE, "footnote")
        entry.set("role", "doc-footnote")
        words = entry[0]
        words.text = f"{number}. {words.text or ''}"
    entries.drop_tag()


def _adorn(root: HtmlElement) -> None:
    """Begin with a large capital and end with a mark, as print does."""
    paragraphs = root.findall("./p")
    if not paragraphs:
        return
    first, words = root[0], (root[0].text_content() or "").split()
    if first.tag == "p" and not first.get("dir") and len(words) >= _OPENING_WORDS:
        letter = words[0][0]
        if letter.isalpha() and unicodedata.bidirectional(letter) == "L":
            first.set("class", "opening")
    last = [node for node in root if node.tag != "section"][-1]
    if last.tag == "p":
        etree.SubElement(last, "span", {"class": "end", "aria-hidden": "true"}).text = ""
