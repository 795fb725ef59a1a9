"""Signs that are words, and stops that are pauses."""

import re

_SAID = {
    "&": "and",
    "%": "per cent",
    "@": "at",
    "+": "plus",
    "=": "equals",
    "×": "times",
    "÷": "divided by",
    "±": "plus or minus",
    "≈": "about",
    "~": "about",
    "<": "less than",
    ">": "more than",
    "≤": "at most",
    "≥": "at least",
    "≠": "is not",
    "§": "section",
    "©": "copyright",
    "°": "degrees",
    "№": "number",
    "#": "hash",
    "£": "pounds",
    "$": "dollars",
    "€": "euros",
    "¥": "yen",
    "π": "pi",
    "∞": "infinity",
    "√": "the root of",
    "µ": "micro",
    "μ": "micro",
    "Ω": "ohms",
}
_SIGN = re.compile("[" + re.escape("".join(_SAID)) + "]")
_EITHER = re.compile(r"\b((?:s/he|he/she|she/he|him/her|his/her|her/his))\b", re.I)
_EITHER_SAID = {"s/he": "she or he"}
_MINUS = re.compile(r"(?<=\s)−(?=\s)")
# A dash that parts a sentence is heard as a pause, one that joins two words as nothing.
_PAUSE = re.compile(r"\s+[–-]+\s+|\s*—+\s*|\s+[–-]{2,}|-{2,}")
# “The Tallow–Skell line” goes from one to the other.
_FROM_TO = re.compile(r"(?<=[a-z])–(?=[A-Z][a-z])")
_JOINT = re.compile(r"(?<=\w)[–/](?=\w)")
_FALL = re.compile(r"\s*(?:…|\.{2,})[.…]*")
_OPENING, _CLOSING = re.compile(r"\s*[(\[{]\s*"), re.compile(r"\s*[)\]}]")
_SIC = re.compile(r"(?<=\w)\[|\](?=\w)|\[(?=\w{1,3}\])")


def speak(text: str) -> str:
    """Put words for signs, and pauses for dashes, brackets and dots."""
    text = _EITHER.sub(lambda match: _EITHER_SAID.get(match[1].lower(), match[1].replace("/", " or ")), text)
    text = _MINUS.sub("minus", text)
    text = _FALL.sub(_falling, text)
    text = _PAUSE.sub(", ", text)
    text = _JOINT.sub(" ", _FROM_TO.sub(" to ", text))
    text = _SIC.sub("", text)
    text = _CLOSING.sub(", ", _OPENING.sub(", ", text))
    return _SIGN.sub(lambda match: f" {_SAID[match[0]]} ", text)


def _falling(match: re.Match[str]) -> str:
    is_last = not match.string[match.end() :].strip("\"' )")
    return "." if is_last else ", "
