"""How much room a piece takes: known before it is laid out, so that its picture can be cut to what is left.

Estimates, in millimetres of one column of a feature; they follow ``static/editions/pdf.css`` and lie within a
few lines of what the printer makes of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from lxml import etree

from articles import sanitising
from editions.source import Piece

LINE = 4.586
# The height of a page's text, less a line that each column loses to the rules of breaking.
PAGE = 233.0 - LINE
COLUMNS = 3
# Letters on a line of the column, by what it is set in.
LETTERS = {
    "p": 38.6,
    "li": 35.5,
    "blockquote": 36.5,
    "h2": 30,
    "h3": 34,
    "h4": 34,
    "pullquote": 23,
    "small": 44,
}
# Letters on a line of a headline beside a picture, and the height of the line, by the headline's size.
NARROW = {"short": (17, 12.7), "middle": (19, 11.2), "long": (26, 9.5)}
# A last page filled less than this is a poor one; what is to fit must fit by this much of a page.
POOR, SAFETY = 0.45, 0.025
# What a text takes in the smaller setting, beside the usual one.
TIGHTER = 0.94


def column_length(body: str, piece: Piece) -> float:
    """Return the millimetres of column that ``body``, and what follows it, take."""
    root = sanitising.fragment(body)
    length = sum(_length(block) for block in root)
    notes = root.findall(".//span[@class='note']")
    # Notes stand below all columns.
    length += COLUMNS * sum(3.8 * ceil(len(_text(note)) / 150) for note in notes)
    length += COLUMNS * 7 if notes else 0
    after = [note.text for note in piece.corrections] + [
        one.biography for one in piece.names if one.biography
    ]
    if after:
        length += 6.2 + sum(1.4 + 4.02 * _lines(text, "small") for text in after)
    return length


def _text(node: etree._Element) -> str:
    return " ".join("".join(node.itertext()).split())


def _lines(text: str, kind: str) -> int:
    return max(1, ceil(len(text) / LETTERS[kind] + 0.15))


def _length(block: etree._Element) -> float:
    words = _text(block)
    for note in block.iterfind(".//span[@class='note']"):
        words = words.replace(_text(note), "")
    match block.tag:
        case "h2":
            return 5.6 + 4.23 * _lines(words, "h2")
        case "h3" | "h4":
            return 3.9 + LINE * _lines(words, "h3")
        case "ul" | "ol":
            return 4.6 + sum(0.7 + LINE * _lines(_text(item), "li") for item in block)
        case "blockquote":
            return 4.6 + sum(LINE * _lines(_text(part), "blockquote") for part in block)
        case "aside":
            return 16.6 + 7.23 * _lines(words, "pullquote")
        case "figure":
            return _figure(block, words)
        case "div":
            rows = len(block.findall(".//tr")) + (block.find(".//caption") is not None)
            across = COLUMNS if "across" in block.get("class", "") else 1
            # Columns end ragged above what runs across them.
            return across * (12 + 5.6 * rows) + (8 * COLUMNS if across > 1 else 0)
        case _:
            return LINE * _lines(words, "p")


def _figure(block: etree._Element, words: str) -> float:
    picture = block.find(".//img")
    if picture is None:
        return 9.0 + LINE * _lines(words, "p")
    height = float(picture.get("data-height", "0"))
    across = COLUMNS if "across" in block.get("class", "") else 1
    return across * (9 + height + 3.53 * _lines(words, "small")) + (8 * COLUMNS if across > 1 else 0)


def opening_height(piece: Piece, *, size: str, is_narrow: bool = False) -> float:
    """Return the height in mm of the words that ``piece`` opens with, without its picture.

    ``is_narrow`` words share the page's width with the picture.
    """
    letters, leading = {"short": (28, 15.3), "middle": (35, 12.7), "long": (50, 9.5)}[size]
    if is_narrow:
        letters, leading = NARROW[size]
    height = 6.5 + 4 + leading * ceil(len(piece.headline) / letters + 0.1)
    if piece.standfirst:
        height += 4 + 6.7 * ceil(len(piece.standfirst) / (36 if is_narrow else 62) + 0.1)
    if piece.byline:
        height += 7.9
    return height + 7


def pages(length: float, *, opening: float) -> float:
    """Return how many pages ``length`` mm of column fill, of which the opening takes ``opening`` mm.

    The first page is one, less what stays empty of it.
    """
    left = length - COLUMNS * max(0.0, PAGE - opening)
    return 1 + left / (COLUMNS * PAGE)


@dataclass(frozen=True)
class Fit:
    """The height of a piece's picture in mm, whether it is set a hair smaller, and whether it ends well."""

    height: float
    is_tight: bool
    is_good: bool


def fitted(length: float, *, opening: float, heights: Sequence[float]) -> Fit:
    """Choose among ``heights``, the best first, so that the last page of a piece is no near-empty one.

    ``opening`` is what stands over the text beside the picture. A piece whose last page is well filled, and
    one that cannot be helped, keep the best height.
    """
    best = pages(length, opening=opening + heights[0])
    if best <= 1 or best % 1 >= POOR:
        return Fit(heights[0], is_tight=False, is_good=True)
    for is_tight in (False, True):
        text = length * (TIGHTER if is_tight else 1)
        for height in heights:
            if pages(text, opening=opening + height) <= int(best) - SAFETY:
                return Fit(height, is_tight, is_good=True)
    return Fit(heights[0], is_tight=False, is_good=False)
