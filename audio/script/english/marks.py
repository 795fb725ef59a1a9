"""Marks of footnotes, which are seen and never heard, and figures that are raised for another reason."""

import re

from audio.script.cleaning import LOWERED, RAISED
from audio.script.english.numbers import cardinal, ordinal

_TO_FIGURES = str.maketrans(RAISED + LOWERED, "0123456789" * 2)
_RAISED = re.compile(rf"([{RAISED}]+)(?:[,–-][{RAISED}]+)*")
_LOWERED = re.compile(rf"[{LOWERED}]{{1,9}}")
_BRACKETED = re.compile(
    r"(?<=[\w.,;:!?\"')])\s?\[(?:\d{1,3}(?:[,–-]\s?\d{1,3}){0,5}|note \d{1,3}|[a-z*†‡])\]"
)
_SIGNS = re.compile(r"[†‡※]+|(?<=[\w.,;:!?\"')])\*+(?!\w)")
_STARS = re.compile(r"(?<=\d)[*★]+(?=[ -](?:hotel|restaurant|review|rating)s?\b)")
_POWERS = {2: " squared", 3: " cubed"}
# Said by the rule for measures: “square metres”.
_UNITS = frozenset("m km cm mm ft in mi yd".split())
_BASES = frozenset({"mc"})


def speak(text: str) -> str:
    """Leave the marks of notes out of ``text``, and say powers and the figures of formulas.

    A raised figure after a number of two figures at most, or after a single letter, is a power; after a word
    or a stop it is the mark of a note.
    """
    text = _STARS.sub(" star", text)
    text = _SIGNS.sub("", _BRACKETED.sub("", text))
    if text.isascii():
        return text
    text = _RAISED.sub(_raised, text)
    return _LOWERED.sub(lambda match: f" {cardinal(_value(match[0]))} ", text)


def _raised(match: re.Match[str]) -> str:
    before = re.split(r"[^A-Za-z0-9]", match.string[max(0, match.start() - 12) : match.start()])[-1]
    unit = before.lstrip("0123456789")
    if unit in _UNITS and match[0] in ("²", "³"):
        return match[0]
    is_base = before.isdecimal() and len(before) < 3
    if (is_base or unit in _BASES or len(unit) == 1) and len(match[1]) < 4:
        power = _value(match[1])
        return _POWERS.get(power, f" to the {ordinal(power)}")
    return ""


def _value(raised: str) -> int:
    return int(raised.translate(_TO_FIGURES))
