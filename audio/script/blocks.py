"""From the HTML of a body to the lines that are read, block by block.

What a listener has no use for is left out: pictures (and their captions, unless the setting
``AUDIO_READS_CAPTIONS`` says otherwise), films and sounds of other places, pull quotes, which repeat words of
the text, words that are struck out, and the marks of footnotes. The notes themselves are left out as well,
for by ear nobody finds the way back to where they belong. With ``AUDIO_READS_NOTES`` they are read last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from lxml import etree

from articles import sanitising
from audio.script import tables
from audio.script.cleaning import LOWERED, RAISED

_HEADINGS = frozenset({"h2", "h3", "h4"})
_LISTS = frozenset({"ul", "ol"})
_APART = frozenset("p h2 h3 h4 li ul ol blockquote pre br tr figcaption caption".split())
_SILENT = frozenset({"s", "aside", "picture", "img", "script", "style"})
_TO_RAISED = str.maketrans("0123456789", RAISED)
_TO_LOWERED = str.maketrans("0123456789", LOWERED)


@dataclass(frozen=True)
class Line:
    """Words that are split into sentences: as the eye reads them, and as they are said where that differs.

    ``is_whole`` lines are one sentence, whatever stops are in them. ``before`` and ``after`` are said with
    the first and the last sentence.
    """

    text: str
    said: str | None = None
    is_whole: bool = False
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Raw:
    """A block as it is written. ``text`` is what the eye reads of it."""

    block: int | None
    kind: str
    lines: tuple[Line, ...]
    own_text: str = ""

    @property
    def text(self) -> str:
        """What the eye reads."""
        return self.own_text or "\n".join(line.text for line in self.lines)


def read(html: str, *, captions: bool = False, notes: bool = False) -> Iterator[Raw]:
    """Yield the blocks of a body's ``html`` that are read aloud."""
    if not html.strip():
        return
    for number, element in enumerate(sanitising.fragment(html)):
        raw = _block(number, element, captions=captions, notes=notes)
        if raw is not None and raw.text.strip():
            yield raw


def plain(kind: str, text: str) -> Raw:
    """Return a block that stands outside the body."""
    lines = tuple(Line(line) for line in text.splitlines() if line.strip())
    return Raw(None, kind, lines)


def words_of(element: etree._Element) -> str:
    """Return the words in ``element``, a line to each paragraph; marks of notes and what is struck out go."""
    pieces: list[str] = []
    _collect(element, pieces)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: etree._Element, pieces: list[str], *, keeps_lines: bool = False) -> None:
    """Write the words of ``element``; outside of a ``pre`` the lines of the source mean nothing."""
    edge = "\n" if element.tag in _APART else ""
    keeps_lines = keeps_lines or element.tag == "pre"

    def write(words: str | None) -> None:
        pieces.append(words or "" if keeps_lines else " ".join((words or "").split("\n")))

    pieces.append(edge)
    write(element.text)
    for child in element:
        if child.tag in ("sup", "sub") and not len(child):
            pieces.append(_small(child))
        elif child.tag not in _SILENT and not _is_mark(child):
            _collect(child, pieces, keeps_lines=keeps_lines)
        pieces.append(" " if child.tag in ("td", "th") else "")
        write(child.tail)
    pieces.append(edge)


def _is_mark(element: etree._Element) -> bool:
    """Whether it is the mark of a footnote, or the way back from one."""
    if element.tag == "a" and element.get("role") in ("doc-noteref", "doc-backlink"):
        return True
    return element.tag == "sup" and (
        element.get("class") == "fn" or element.get("id", "").startswith("fnref-")
    )


def _small(element: etree._Element) -> str:
    words = element.text or ""
    if _is_mark(element):
        return ""
    if words.isdecimal() and words.isascii():
        return words.translate(_TO_RAISED if element.tag == "sup" else _TO_LOWERED)
    return words


def _block(number: int, element: etree._Element, *, captions: bool, notes: bool) -> Raw | None:
    tag = element.tag
    if tag in _HEADINGS:
        return Raw(number, "heading", _lines(element))
    if tag in ("p", "pre"):
        return None if _is_bare_address(element) else Raw(number, "paragraph", _lines(element))
    if tag == "blockquote":
        return Raw(number, "quotation", _quotation(element))
    if tag in _LISTS:
        return Raw(number, "list", tuple(_items(element)))
    if tag == "table" or (tag == "div" and element.find("table") is not None):
        return _table(number, element if tag == "table" else element.find("table"))
    if tag == "figure" and captions:
        return _caption(number, element)
    if tag == "section" and notes:
        return _notes(number, element)
    return None


def _lines(element: etree._Element) -> tuple[Line, ...]:
    return tuple(Line(line) for line in words_of(element).split("\n") if line)


def _is_bare_address(element: etree._Element) -> bool:
    """Whether nothing stands there but an address: what is left of a film that no page of ours shows."""
    links = element.findall(".//a")
    return len(links) == 1 and words_of(element) == links[0].get("href")


def _quotation(element: etree._Element) -> tuple[Line, ...]:
    """A passage that is set off: said to be a quotation, for a listener does not see that it is.

    Who said it follows after the end.
    """
    said: list[Line] = []
    named: list[Line] = []
    for child in element:
        (named if child.tag == "p" and _is_source(child) else said).extend(_lines(child))
    if not said:
        return tuple(named)
    said[0] = replace(said[0], before=_("Quote."))
    said[-1] = replace(said[-1], after=_("End quote."))
    return (*said, *named)


def _is_source(paragraph: etree._Element) -> bool:
    cites = paragraph.findall("cite")
    return len(cites) == 1 and words_of(cites[0]) == words_of(paragraph).lstrip("–—- ")


def _items(element: etree._Element) -> Iterator[Line]:
    """Every item begins a new line; numbers are read before those that have them."""
    items = [item for item in element if item.tag == "li"]
    counts_down = element.get("reversed") is not None
    start = element.get("start", "")
    number = int(start) if start.lstrip("-").isdecimal() else (len(items) if counts_down else 1)
    for item in items:
        lines = [line for line in words_of(item).split("\n") if line]
        if lines and element.tag == "ol":
            yield Line(f"{number}. {lines[0]}", lines[0], before=f"{number}.")
            lines = lines[1:]
        yield from (Line(line) for line in lines)
        number += -1 if counts_down else 1


def _table(number: int, element: etree._Element) -> Raw:
    table = tables.read(element, words_of)
    lines = tuple(Line(text, said, is_whole=True) for text, said in table.lines())
    return Raw(number, "table", lines, own_text=table.text)


def _caption(number: int, element: etree._Element) -> Raw | None:
    caption = element.find("figcaption")
    if caption is None or "embed" in element.get("class", ""):
        return None
    for credit in caption.findall("span[@class='figure__credit']"):
        credit.drop_tree()
    lines = _lines(caption)
    return Raw(number, "caption", (replace(lines[0], before=_("Picture.")), *lines[1:])) if lines else None


def _notes(number: int, element: etree._Element) -> Raw:
    lines: list[Line] = []
    for place, item in enumerate(element.iterfind("ol/li"), start=1):
        words = " ".join(words_of(item).split())
        if words:
            lines.append(Line(f"{place}. {words}", words, before=_("Note %(number)s.") % {"number": place}))
    return Raw(number, "note", tuple(lines))
