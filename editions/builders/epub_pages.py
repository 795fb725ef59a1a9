"""Where the printed pages begin inside the flowing text of an EPUB.

A class that is told "page 31" finds it by ear, and a printed reference leads to the same words. Paper and
file are made from one text but broken by different hands, so the places inside a piece are shares of its
words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from lxml import etree

from articles.issues.lengths import reckoned
from editions.source import Piece

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"

# Words in these are set apart from the run of the text, or are not the place for a mark.
_ASIDE = frozenset({"aside", "table", "pre", "figure", "section", "sup", "a", "h2", "h3", "h4"})


@dataclass(frozen=True)
class PageBreak:
    """The page that begins in a piece after so great a share of its words: 0 is before its headline."""

    page: int
    after: float

    @property
    def id(self) -> str:
        """Its name as a place in the file."""
        return f"page-{self.page}"

    @property
    def attributes(self) -> dict[str, str]:
        """What makes an empty element this page break, for eyes and ears."""
        label = _("Page %(page)d") % {"page": self.page}
        return {EPUB_TYPE: "pagebreak", "role": "doc-pagebreak", "id": self.id, "aria-label": label}


def page_breaks(pieces: Iterable[Piece]) -> dict[int, tuple[PageBreak, ...]]:
    """Return the page breaks of each piece by its id, in reading order, none for a piece without a page.

    Each page begins once: it belongs to the first piece that starts on it, else to the piece that runs over
    it. A piece that is longer than there is room before the next one ends there.
    """
    pieces = list(pieces)
    starts = sorted({piece.page for piece in pieces if piece.page is not None})
    following = dict(pairwise(starts))
    begun: set[int] = set()
    found = {}
    for piece in pieces:
        if piece.page is None:
            continue
        length = piece.length or reckoned(piece.words, has_lead=piece.lead is not None)
        breaks = (PageBreak(piece.page + turned, turned / length) for turned in range(length))
        limit = following.get(piece.page, piece.page + length)
        kept = tuple(one for one in breaks if one.page not in begun and (one.page < limit or not one.after))
        begun |= {one.page for one in kept}
        found[piece.id] = kept
    return found


def mark(root: etree._Element, breaks: Iterable[PageBreak]) -> None:
    """Put an empty ``span`` into ``root`` before the word at which each of ``breaks`` begins its page.

    Where there are no words, as in a piece of pictures alone, the pages begin at its end.
    """
    places = [(node, is_tail, len(words.split())) for node, is_tail, words in _texts(root)]
    total = sum(count for _, _, count in places)
    passed = 0
    for one in breaks:
        target = int(total * one.after)
        while places and target >= passed + places[0][2]:
            passed += places.pop(0)[2]
        if not places:
            root.append(_span(one))
            continue
        node, is_tail, count = places[0]
        span = _cut(node, is_tail, target - passed, one)
        places[0] = (span, True, count - (target - passed))
        passed = target


def _texts(root: etree._Element) -> Iterable[tuple[etree._Element, bool, str]]:
    """Yield (node, whether it is what follows the node, words) for each run of text, in order."""
    if root.text:
        yield root, False, root.text
    for child in root:
        if child.tag not in _ASIDE:
            yield from _texts(child)
        if child.tail:
            yield child, True, child.tail


def _cut(node: etree._Element, is_tail: bool, words: int, one: PageBreak) -> etree._Element:
    """Put the span of a page break after so many ``words`` of a run of text; return it."""
    text = (node.tail if is_tail else node.text) or ""
    at = [match.start() for match in re.finditer(r"\S+", text)][words]
    span = _span(one)
    if is_tail:
        node.addnext(span)
        node.tail = text[:at]
    else:
        node.insert(0, span)
        node.text = text[:at]
    span.tail = text[at:]
    return span


def _span(one: PageBreak) -> etree._Element:
    span = etree.Element("span", one.attributes)
    # Written with an end tag of its own: some readers take XHTML for HTML.
    span.text = ""
    return span
