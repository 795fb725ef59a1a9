"""The body of a piece made ready for paper: its notes, pictures, tables and links as a page can show them."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from articles import sanitising
from editions.builders.pdf_pictures import Prints
from editions.source import Image, Piece

# More columns than this, or cells with longer words, want the whole width of the page.
NARROW_COLUMNS = 3
NARROW_CELL = 14
CROWDED_COLUMNS = 7
# A table of more rows may go on on the next page.
LONG_ROWS = 20
# A picture as wide as this for its height may run across the page; others stand in a column.
PANORAMA = 2.0
# The highest that a picture may stand in a column, in mm.
HIGHEST = 150
_INITIAL = re.compile(r"\s*([“‘\"'¿¡«]?[^\W\d_])")
_BLOCKS = "p h2 h3 h4 ul ol blockquote aside table pre figcaption td th li".split()


def direction(text: str) -> str:
    """Return ``rtl`` if the first letter of ``text`` is of a script read from the right, else ``ltr``."""
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "R" | "AL":
                return "rtl"
            case "L":
                return "ltr"
    return "ltr"


@dataclass(frozen=True)
class Part:
    """A stretch of a body: text in columns, or one thing across them."""

    is_across: bool
    html: str


class Body:
    """Turns the body of ``piece`` into what the printer is given.

    ``column`` and ``measure`` are the widths in mm that pictures may have. ``here`` are the ids of the pieces
    in the file. ``has_initial`` asks for a
    large first letter. With ``for_press`` nothing is a link.
    """

    def __init__(
        self,
        piece: Piece,
        images: dict[int, Image],
        prints: Prints,
        *,
        column: float,
        measure: float,
        here: Collection[int],
        has_initial: bool,
        for_press: bool,
    ) -> None:
        self.piece = piece
        self.images = images
        self.prints = prints
        self.column = column
        self.measure = measure
        self.here = here
        self.has_initial = has_initial
        self.for_press = for_press

    def parts(self) -> list[Part]:
        """Return it, whole, with an end mark after its last word; the first and the last part are columns."""
        root = sanitising.fragment(self.piece.body)
        self._move_notes(root)
        self._show_pictures(root)
        self._set_tables(root)
        self._own_names(root)
        self._lead_links(root)
        self._turn(root)
        if self.has_initial:
            self._begin(root)
        self._end(root)
        return list(_parted(root))

    def _move_notes(self, root: etree._Element) -> None:
        """Put each note where it is called: the page takes it to its foot."""
        words = {entry.get("id"): entry for entry in root.findall(".//section[@class='footnotes']/ol/li")}
        for call in root.findall(".//sup[@class='fn']"):
            link = call.find("a")
            entry = words.get("" if link is None else link.get("href", "")[1:])
            if entry is None:
                continue
            note = etree.Element("span", {"class": "note"})
            note.text = " ".join("".join(entry.find("p").text or "").split())
            note.tail, call.tail = call.tail, None
            call.getparent().replace(call, note)
        for section in root.findall(".//section[@class='footnotes']"):
            section.drop_tree()

    def _show_pictures(self, root: etree._Element) -> None:
        for picture in root.findall(".//picture"):
            figure, shown = picture.getparent(), picture.find("img")
            image = self.images.get(int(shown.get("src").removeprefix("picture:")))
            is_wide = image is not None and image.width / image.height >= PANORAMA
            width = self.measure if is_wide else self.column
            made = self.prints.fit(image, width=width, most=HIGHEST) if image else None
            if made is None:
                figure.drop_tree()
                continue
            if is_wide:
                figure.set("class", "figure across")
            shown.attrib.clear()
            shown.set("src", made.src)
            shown.set("alt", made.alt)
            shown.set("style", f"width: {made.width}mm")
            shown.set("data-height", f"{made.height}")
            picture.drop_tag()

    def _set_tables(self, root: etree._Element) -> None:
        for frame in root.findall(".//div[@class='table-scroll']"):
            frame.attrib.clear()
            columns = max((sum(_span(cell) for cell in row) for row in frame.iter("tr")), default=0)
            cells = ("".join(cell.itertext()) for cell in frame.iter("td", "th"))
            longest = max((len(word) for cell in cells for word in cell.split()), default=0)
            kinds = ["table"]
            if columns > NARROW_COLUMNS or longest > NARROW_CELL:
                kinds.append("across")
            if columns > CROWDED_COLUMNS:
                kinds.append("table--crowded")
            if len(frame.findall(".//tr")) > LONG_ROWS:
                kinds.append("table--long")
            frame.set("class", " ".join(kinds))

    def _own_names(self, root: etree._Element) -> None:
        """Give every place a name of this piece: the names of two pieces may be the same."""
        for node in root.iterfind(".//*[@id]"):
            node.set("id", f"a{self.piece.id}-{node.get('id')}")
        for link in root.findall(".//a"):
            if link.get("href", "").startswith("#"):
                link.set("href", f"#a{self.piece.id}-{link.get('href')[1:]}")
        for node in root.iter("aside", "div"):
            node.attrib.pop("aria-hidden", None)

    def _lead_links(self, root: etree._Element) -> None:
        names = {node.get("id") for node in root.iterfind(".//*[@id]")}
        for link in root.findall(".//a"):
            address = link.get("href", "")
            if address.startswith("piece:"):
                key = address.removeprefix("piece:")
                if not key.isdecimal() or int(key) not in self.here:
                    link.drop_tag()
                    continue
                page = etree.Element("span", {"class": "turn-to", "data-to": f"#piece-{key}"})
                page.tail, link.tail = link.tail, None
                link.addnext(page)
                link.set("href", f"#piece-{key}")
            elif address.startswith("#") and address[1:] not in names:
                link.drop_tag()
                continue
            if self.for_press:
                link.attrib.pop("href", None)

    def _turn(self, root: etree._Element) -> None:
        """Say of each block that reads the other way that it does."""
        whole = direction(self.piece.headline)
        for node in _blocks(root):
            if node.get("dir") in {None, "auto"}:
                own = direction("".join(node.itertext()))
                if own != whole or node.get("dir"):
                    node.set("dir", own)

    def _begin(self, root: etree._Element) -> None:
        """Set the first letter, with the quotation mark before it, as an initial of three lines."""
        first = root[0] if len(root) else None
        found = _INITIAL.match(first.text or "") if first is not None and first.tag == "p" else None
        if first is None or found is None or first.get("dir") == "rtl":
            return
        initial = etree.Element("span", {"class": "initial"})
        initial.text, initial.tail = found[1], (first.text or "")[found.end() :]
        first.text = None
        first.insert(0, initial)

    def _end(self, root: etree._Element) -> None:
        mark = etree.Element("span", {"class": "end"})
        last = root[-1] if len(root) else None
        while last is not None and last.tag in {"ul", "ol", "li"} and len(last):
            if last.tag == "li" and last[-1].tag not in {"p", "ul", "ol"}:
                break
            last = last[-1]
        if last is None or last.tag not in {"p", "li"}:
            last = etree.SubElement(root, "p", {"class": "ending"})
        last.append(mark)


def _parted(root: etree._Element) -> Iterator[Part]:
    """Break the columns for what runs across them: the printer's own way of spanning them loses notes."""
    columns = etree.Element("div")
    for block in list(root):
        if "across" in block.get("class", "").split():
            yield Part(is_across=False, html=sanitising.inner_html(columns))
            wide = etree.Element("div")
            wide.append(block)
            yield Part(is_across=True, html=sanitising.inner_html(wide))
            columns = etree.Element("div")
        else:
            columns.append(block)
    yield Part(is_across=False, html=sanitising.inner_html(columns))


def _blocks(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter(*_BLOCKS)


def _span(cell: etree._Element) -> int:
    value = cell.get("colspan", "1")
    return min(int(value), 100) if value.isdecimal() else 1
