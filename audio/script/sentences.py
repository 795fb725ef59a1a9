"""Where one sentence ends and the next begins, and where a long one may be cut."""

import re
from collections.abc import Iterator

from pysbd import Segmenter
from pysbd.languages import LANGUAGE_CODES

LONGEST = 400
"""Characters in the longest piece that a voice is given at once."""

# pysbd takes time by the square of what it is given.
_WINDOW = 2_000
# What no writer sends; its patterns are not made for that.
_STRANGE = re.compile(r"[^\w\s]{12}|\w{80}|(?:\(?\w{1,3}[.)]\s*){8}")

_MOST_BRACKETS = 20

_END = re.compile(r"[.!?…][\"'”’)\]]{0,3}\s+(?=[\"'“‘(\[]?[^\W\d_a-z]|[\"'“‘(\[]?\d)")
_SURELY_ENDED = re.compile(r"(?<!\w)([a-z]{3,})[.!?][”\"]?\s+(?=[“\"]?[A-Z])")
_SHORTENED = frozenset(
    "approx dept esp etc excl figs govt ibid incl max min misc nos trans univ viz vol vols".split()
)
_HAS_WORD = re.compile(r"[^\W_]")
# A sentence does not end after these.
_GOES_ON = re.compile(
    r"(?:^|[\s(\[“\"'‘])(?:(?:Nos?|nos?|pp?|[Vv]ols?|[Cc]h|[Ff]igs?|cf|Drs?|Mrs?|Ms|Messrs|Prof|Revd?|Mt|Gen|Col|Capt|Lt|"
    r"Sgt|Hon|Cllr|vs?|ca?|approx|viz|ed|eds|al|e\.g|i\.e|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|St|Mme|Mlle)\.|[A-Z]\.)$"
)
_STREETS = re.compile(
    r"\bSt\.$|\bal\.$|\b(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.$|\b[A-Z]\.$|\beds?\.$|\b[Nn]o\.$"
)
_BEGINS_SMALL = re.compile(r"[\"'“‘(\[]?[a-z]|[,;:.)\]”]")
_FIGURE_FIRST = re.compile(r"\d")
_INITIAL_NEXT = re.compile(r"[A-Z]\.|[A-Z][a-z]")
# From the best place to cut to the worst.
_CUTS = (re.compile(r"[;:][\"'”’)]{0,2}\s"), re.compile(r",[\"'”’)]{0,2}\s|\s[–—]\s|—"), re.compile(r"\s"))


def split(text: str, language: str = "en-gb") -> list[str]:
    """Return the sentences of ``text``, none longer than ``LONGEST``, without a word more or less.

    A line is a sentence at least. One that is too long is cut where a reader would breathe.
    """
    code = language.partition("-")[0].lower()
    found: list[str] = []
    for line in text.split("\n"):
        for window in _windows(" ".join(line.split())):
            for sentence in _mended(window, _parted(window, code)):
                found += cut(sentence)
    return found


def cut(sentence: str) -> list[str]:
    """Return ``sentence`` in pieces of at most ``LONGEST`` characters."""
    pieces = []
    while len(sentence) > LONGEST:
        at = _place_to_cut(sentence)
        pieces.append(sentence[:at].rstrip())
        sentence = sentence[at:].lstrip()
    return [*pieces, sentence] if sentence else pieces


def _place_to_cut(sentence: str) -> int:
    for pattern in _CUTS:
        # Not so early that a crumb is left.
        places = [match.end() for match in pattern.finditer(sentence, LONGEST // 4, LONGEST)]
        if places:
            return places[-1]
    return LONGEST


def _windows(line: str) -> Iterator[str]:
    """Yield ``line`` in parts that are not too long to be looked through, each ending with a sentence."""
    while len(line) > _WINDOW:
        ends = [match.end() for match in _END.finditer(line, _WINDOW // 2, _WINDOW)]
        at = ends[-1] if ends else line.rfind(" ", _WINDOW // 2, _WINDOW) + 1 or _WINDOW
        yield line[:at].strip()
        line = line[at:]
    if line.strip():
        yield line.strip()


def _parted(text: str, code: str) -> list[int]:
    """Return where sentences of ``text`` begin."""
    if code not in LANGUAGE_CODES or text.count("(") > _MOST_BRACKETS or _STRANGE.search(text):
        return _plainly(text)
    places, at = [], 0
    # A segmenter keeps what it is given, so that threads may not share one.
    for sentence in Segmenter(language=code).processor(text).process():
        found = text.find(sentence.strip(), at)
        # It has changed or dropped something.
        if found < 0 or _HAS_WORD.search(text, at, found):
            return _plainly(text)
        places.append(found)
        at = found + len(sentence.strip())
    # It takes “man.” for Manitoba, and never ends between two quotations.
    surely = (end.end() for end in _SURELY_ENDED.finditer(text) if end[1] not in _SHORTENED)
    return sorted({0, *places, *surely})


def _plainly(text: str) -> list[int]:
    return [0, *(end.end() for end in _END.finditer(text))]


def _mended(text: str, places: list[int]) -> list[str]:
    """Return the sentences of ``text``: what was parted after an abbreviation or in a quotation is whole."""
    mended: list[str] = []
    at = 0
    for place in [*places[1:], len(text)]:
        before, following = text[at:place].strip(), text[place:].strip()
        if before and not (following and _belongs(before, following)):
            mended.append(before)
            at = place
    return mended


def _belongs(before: str, sentence: str) -> bool:
    if not _HAS_WORD.search(before):
        return True
    if len(before) > LONGEST:
        return False
    if _BEGINS_SMALL.match(sentence):
        return not before.endswith((":", ";"))
    if not _GOES_ON.search(before):
        return False
    if _STREETS.search(before):
        is_number = _FIGURE_FIRST.match(sentence) is not None
        if re.search(r"\b[A-Z]\.$", before):
            return _INITIAL_NEXT.match(sentence) is not None and _is_initial(before)
        return is_number
    return True


def _is_initial(before: str) -> bool:
    """Whether the last letter is of a name: alone, or after another initial or a title; not “plan B.”"""
    words = before.split()
    return len(words) == 1 or bool(
        re.fullmatch(r"[\"'“‘(]?(?:[A-Z]\.|(?:Mr|Mrs|Ms|Dr|Sir|Lord|By|by|and)\.?)", words[-2])
    )
