"""Two texts side by side: paragraphs first, then the words inside changed paragraphs.

Comparing all words at once takes seconds on long texts; this takes milliseconds, and has limits so that
even texts made to be slow are answered at once. Everything returned is plain text, for a template that
escapes it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

# The tags that end a line when a body is read block by block.
_BLOCK_END = re.compile(
    r"(?<=</p>)|(?<=</h2>)|(?<=</h3>)|(?<=</h4>)|(?<=</li>)|(?<=</tr>)|(?<=</figure>)|(?<=</aside>)"
    r"|(?<=</pre>)|(?=<hr)|(?=<figure)|(?=<table)|(?=<aside)"
)
_TOKEN = re.compile(r"<[^<>]*>|\s+|[^\s<]+|<")
# In plain text a tag is cut in two, so that no token looks like one.
_PLAIN = re.compile(r"\s+|<|[^\s<]+")
_MAX_BLOCKS = 1_500
_MAX_TOKENS = 1_200
_MAX_TOKENS_IN_ALL = 30_000


@dataclass(frozen=True)
class Piece:
    """A run of words; ``is_markup`` says that it is a tag, shown only where it changed."""

    text: str
    is_changed: bool = False
    is_markup: bool = False


@dataclass(frozen=True)
class Row:
    """One paragraph on both sides, or a run of ``skipped`` paragraphs that are the same."""

    old: list[Piece] = field(default_factory=list)
    new: list[Piece] = field(default_factory=list)
    is_changed: bool = True
    skipped: int = 0


def compare(old: str, new: str, *, is_html: bool = False) -> list[Row]:
    """Return the rows that show how ``new`` differs from ``old``; an empty list if it does not.

    In HTML the tags are shown only where they changed; in plain text what looks like one is text.
    """
    if old == new:
        return []
    if not is_html:
        row, _cost = _changed(_PLAIN.findall(old), _PLAIN.findall(new), _MAX_TOKENS_IN_ALL)
        return [row]
    old_blocks, new_blocks = _blocks(old), _blocks(new)
    matcher = SequenceMatcher(None, old_blocks, new_blocks)
    budget = _MAX_TOKENS_IN_ALL
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            rows += _same(old_blocks[i1:i2])
            continue
        for before, after in _pairs(old_blocks[i1:i2], new_blocks[j1:j2]):
            row, cost = _changed(_TOKEN.findall(before), _TOKEN.findall(after), budget)
            budget -= cost
            rows.append(row)
    return rows


def _blocks(text: str) -> list[str]:
    blocks = [block for block in (part.strip() for part in _BLOCK_END.split(text)) if block]
    if len(blocks) > _MAX_BLOCKS:
        blocks[_MAX_BLOCKS - 1 :] = ["".join(blocks[_MAX_BLOCKS - 1 :])]
    return blocks


def _same(blocks: list[str]) -> Iterator[Row]:
    """One paragraph before and one after a change, and a count of what stands between."""
    if len(blocks) > 3:
        yield _unchanged(blocks[0])
        yield Row(is_changed=False, skipped=len(blocks) - 2)
        yield _unchanged(blocks[-1])
    else:
        yield from map(_unchanged, blocks)


def _unchanged(block: str) -> Row:
    pieces = [Piece(re.sub(r"<[^<>]*>", "", block))]
    return Row(old=pieces, new=pieces, is_changed=False)


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    for position in range(max(len(old), len(new))):
        yield (
            old[position] if position < len(old) else "",
            new[position] if position < len(new) else "",
        )


def _changed(before: list[str], after: list[str], budget: int) -> tuple[Row, int]:
    cost = len(before) + len(after)
    if not before or not after or max(len(before), len(after)) > _MAX_TOKENS or cost > budget:
        return Row(old=_pieces(before, True), new=_pieces(after, True)), 0
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        left += _pieces(before[i1:i2], tag != "equal")
        right += _pieces(after[j1:j2], tag != "equal")
    return Row(old=left, new=right), cost


def _pieces(tokens: list[str], is_changed: bool) -> list[Piece]:
    """Join tokens into as few pieces as possible; tags are kept apart, and only where they changed."""
    pieces: list[Piece] = []
    words: list[str] = []
    for token in tokens:
        if token.startswith("<") and token.endswith(">"):
            if not is_changed:
                continue
            if words:
                pieces.append(Piece("".join(words), is_changed))
                words = []
            pieces.append(Piece(token, is_changed, is_markup=True))
        else:
            words.append(token)
    if words:
        pieces.append(Piece("".join(words), is_changed))
    return pieces
