"""Paragraphs for texts of the classic editor, which stores blank lines instead of ``<p>``."""

import re
from collections.abc import Iterator

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")

# What ends a paragraph, and may hold paragraphs itself.
_FLOWS = frozenset("div blockquote section article aside header footer main nav center form fieldset".split())
# What ends a paragraph, and holds words as they are.
_BLOCKS = _FLOWS | frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr td th pre figure "
    "figcaption address hr map area math legend details summary option select iframe video audio".split()
)
_VOID = frozenset("hr col area".split())
VERBATIM = frozenset("pre script style textarea code".split())


def verbatim_parts(markup: str) -> Iterator[tuple[bool, str]]:
    """Yield ``markup`` in parts, each with whether it must stay as it is (``<pre>``, ``<script>`` …).

    Costs linear time: an element that is never closed is looked for once.
    """
    lower = markup.lower()
    # Lower-casing a few letters changes the length; then nothing can be found by position.
    if len(lower) != len(markup):
        lower = markup
    never_closed: set[str] = set()
    start = at = 0
    while (tag := _TAG.search(markup, at)) is not None:
        at = tag.end()
        name = tag[2].lower()
        if tag[1] or name not in VERBATIM or name in never_closed:
            continue
        end = lower.find(f"</{name}", at)
        if end < 0:
            never_closed.add(name)
            continue
        close = markup.find(">", end)
        at = close + 1 if close >= 0 else len(markup)
        yield False, markup[start : tag.start()]
        yield True, markup[tag.start() : at]
        start = at
    yield False, markup[start:]


def make_paragraphs(markup: str) -> str:
    """Return ``markup`` with blank lines turned into paragraphs and single line ends into ``<br>``."""
    writer = _Writer()
    for is_verbatim, part in verbatim_parts(markup):
        if is_verbatim:
            writer.verbatim(part)
        else:
            writer.markup(part)
    writer.close()
    return "".join(writer.pieces)


class _Writer:
    """Writes tags and words again; knows in which block it is and whether a paragraph is open there."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.blocks: list[str] = []
        self.is_open = False

    def markup(self, part: str) -> None:
        at = 0
        for tag in _TAG.finditer(part):
            ends_block = tag[2].lower() in _BLOCKS
            self.words(part[at : tag.start()], before_block=ends_block)
            self.block(tag) if ends_block else self.inline(tag[0])
            at = tag.end()
        self.words(part[at:], before_block=False)

    def verbatim(self, part: str) -> None:
        if part[1:4].lower() == "pre":
            self.close()
            self.pieces.append(part)
        else:
            self.inline(part)

    def inline(self, piece: str) -> None:
        self.open()
        self.pieces.append(piece)

    def block(self, tag: re.Match[str]) -> None:
        self.close()
        name = tag[2].lower()
        self.pieces.append(tag[0])
        if name in _VOID or tag[0].endswith("/>"):
            return
        if not tag[1]:
            self.blocks.append(name)
        elif name in self.blocks[-50:]:
            while self.blocks.pop() != name:
                pass

    def words(self, text: str, *, before_block: bool) -> None:
        after_block = not self.pieces or (self.pieces[-1].endswith(">") and not self._is_in_line())
        if after_block:
            text = text.lstrip()
        if before_block:
            text = text.rstrip()
        if not text:
            return
        for number, paragraph in enumerate(_BLANK_LINE.split(text)):
            if number:
                self.gap()
            if paragraph.strip():
                self.open()
            if paragraph and (paragraph.strip() or self._is_in_line()):
                self.pieces.append(paragraph.replace("\n", "<br>\n"))

    def gap(self) -> None:
        if self._holds_paragraphs():
            self.close()
        else:
            self.pieces.append("<br>")

    def open(self) -> None:
        if not self.is_open and self._holds_paragraphs():
            self.pieces.append("<p>")
            self.is_open = True

    def close(self) -> None:
        if self.is_open:
            self.pieces.append("</p>\n")
            self.is_open = False

    def _holds_paragraphs(self) -> bool:
        return not self.blocks or self.blocks[-1] in _FLOWS

    def _is_in_line(self) -> bool:
        """Whether words stand before this place in the same line of text."""
        if self._holds_paragraphs():
            return self.is_open
        last = _TAG.fullmatch(self.pieces[-1])
        return last is None or last[2].lower() not in _BLOCKS
