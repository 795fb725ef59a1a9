"""The last look at what a voice is given: words and plain stops, nothing else."""

import re
import unicodedata

_STOPS = ".,;:?!"
_KEPT = frozenset(_STOPS + " '\"-")
_APOSTROPHE = re.compile(r"(?<![^\W_])'|'(?![^\W_])")
_HYPHEN = re.compile(r"(?<!\w)-+|-+(?!\w)")
_SPACES = re.compile(r"\s+")
_BEFORE_STOP = re.compile(r"\s+(?=[.,;:?!])")
_STOPS_IN_A_ROW = re.compile(r"[.,;:?!](?:\s*[.,;:?!])+")
_STOPS_AROUND_QUOTE = re.compile(r"([,.;:?!]\")\s*[,.;:](?=\s|$)")
# The point of an abbreviation in the middle: the sentence goes on.
_POINT_INSIDE = re.compile(r"(?<![.\s][ap]\.m)(?<!^[ap]\.m)\.(?=\s+[a-z])")
_GLUED_STOP = re.compile(r"(?<=[^\W\d_])([;:?!,])(?=[^\W\d_])")
_LEADING = re.compile(r"^[\s.,;:?!-]+")


def tidy(text: str) -> str:
    """Return ``text`` with one space and at most one stop between words, and no sign that is not said.

    Empty, if there is no word in it.
    """
    text = "".join(letter if _may_stay(letter) else " " for letter in text)
    text = _HYPHEN.sub(" ", _APOSTROPHE.sub("", text))
    text = _BEFORE_STOP.sub("", _SPACES.sub(" ", text))
    text = _STOPS_IN_A_ROW.sub(_strongest, text)
    text = _STOPS_AROUND_QUOTE.sub(r"\1", text)
    text = _POINT_INSIDE.sub("", _GLUED_STOP.sub(r"\1 ", text))
    # Voices read over quotation marks, and some stumble.
    text = _SPACES.sub(" ", _BEFORE_STOP.sub("", text.replace('"', " ")))
    text = _LEADING.sub("", _STOPS_IN_A_ROW.sub(_strongest, text)).strip()
    return text if any(letter.isalnum() for letter in text) else ""


def _may_stay(letter: str) -> bool:
    if letter in _KEPT or letter in "\u200c\u200d":
        return True
    return unicodedata.category(letter)[0] in "LM" if not letter.isascii() else letter.isalnum()


def _strongest(match: re.Match[str]) -> str:
    """Of several stops the one that says most."""
    return next(stop for stop in "?!.;:," if stop in match[0])
