"""What in a piece is not as it was when it was read aloud, paragraph by paragraph."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles import comparing
from articles.comparing import Piece
from audio.script import Script

KINDS: dict[str, str | Promise] = {
    "headline": _("Headline"),
    "byline": _("Byline"),
    "standfirst": _("Standfirst"),
    "correction": _("Correction"),
    "heading": _("Heading"),
    "paragraph": _("Paragraph"),
    "quotation": _("Quotation"),
    "list": _("List"),
    "table": _("Table"),
    "caption": _("Caption"),
    "note": _("Note"),
}


# What has fewer words in common than this share of them is another paragraph.
LEAST_ALIKE = 0.3
# Longer runs than this are put beside each other as they come.
MOST_PAIRS = 2_500

_SHAPES = str.maketrans("‘’“”", "''\"\"")
_UNHEARD = '.,;:!?…“”"'
_STOPS = ".,;:!?…()[]\"'–—-"


@dataclass(frozen=True)
class Change:
    """One paragraph as it was read aloud, and as it stands now; an empty side was not there."""

    kind: str
    old: list[Piece]
    new: list[Piece]

    @property
    def label(self) -> str:
        """What kind of paragraph it is, in words."""
        return kind_label(self.kind)


def kind_label(kind: str) -> str:
    """Return what a block of ``kind`` is called."""
    return str(KINDS.get(kind, kind))


def changes_in(segments: Iterable[dict[str, Any]], script: Script) -> list[Change]:
    """Return what differs between a recording's ``segments`` and the ``script`` that is read now, in order.

    Only the words as they are written are compared: none differ when it is another voice, or another way of
    saying the same, that has to be recorded.
    """
    was = list(_paragraphs((one["block"], one["kind"], one["text"]) for one in segments))
    now = list(_paragraphs((block.block, block.kind, said.text) for block, said in script.sentences()))
    found: list[Change] = []
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            found += _changed(was[i1:i2], now[j1:j2])
    return found


def substitutions(written: str, spoken: str) -> list[tuple[str, str]]:
    """Return what is said otherwise than it is written, words beside words: “14.02”, “two past two”.

    What no ear hears is left out: stops, capitals, the shapes of quotation marks.
    """
    was, now = written.split(), spoken.split()
    bare_was, bare_now = ([_bare(word) for word in words] for words in (was, now))
    matcher = SequenceMatcher(None, bare_was, bare_now, autojunk=False)
    return [
        (" ".join(was[i1:i2]).strip(_UNHEARD), " ".join(now[j1:j2]).strip(_UNHEARD))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal" and any(bare_was[i1:i2] + bare_now[j1:j2])
    ]


def _bare(word: str) -> str:
    return word.translate(_SHAPES).strip(_STOPS).casefold()


Paragraph = tuple[str, str]
NOTHING: Paragraph = ("", "")


def _paragraphs(said: Iterable[tuple[int | None, str, str]]) -> Iterator[Paragraph]:
    """Yield the kind and the words of each run of sentences that belong to one block."""
    for (_block, kind), sentences in groupby(said, key=lambda one: one[:2]):
        yield kind, " ".join(text for *_, text in sentences)


def _changed(was: list[Paragraph], now: list[Paragraph]) -> Iterator[Change]:
    for old, new in _paired(was, now):
        if old[1] == new[1]:
            # The same words as another kind of block: a paragraph that became a heading.
            yield Change(new[0], [Piece(old[1])], [Piece(new[1])])
            continue
        row = comparing.compare(old[1], new[1])[0]
        yield Change(new[0] or old[0], row.old, row.new)


def _paired(was: list[Paragraph], now: list[Paragraph]) -> Iterator[tuple[Paragraph, Paragraph]]:
    """Put beside each other what was rewritten, in order; beside nothing what is new, or gone."""
    if len(was) * len(now) > MOST_PAIRS:
        yield from zip_longest(was, now, fillvalue=NOTHING)
        return
    # How much is kept at best of what stands from each place on, on both sides.
    best = [[0.0] * (len(now) + 1) for _ in range(len(was) + 1)]
    alike = [[_likeness(old, new) for new in now] for old in was]
    for i in reversed(range(len(was))):
        for j in reversed(range(len(now))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + alike[i][j])
    i = j = 0
    while i < len(was) and j < len(now):
        if alike[i][j] and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            yield was[i], now[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield was[i], NOTHING
            i += 1
        else:
            yield NOTHING, now[j]
            j += 1
    yield from ((old, NOTHING) for old in was[i:])
    yield from ((NOTHING, new) for new in now[j:])


def _likeness(old: Paragraph, new: Paragraph) -> float:
    """Which share of their words two paragraphs have in common; little counts as nothing."""
    ours, theirs = Counter(old[1].split()), Counter(new[1].split())
    share = 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())
    return share if share >= LEAST_ALIKE else 0.0
