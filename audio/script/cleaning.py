"""One spelling for what is written in many: spaces, dashes, quotation marks, figures of other scripts."""

import re
import unicodedata

_NAMED = {
    "\t": " ",
    "\n": "\n",
    "\r": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "‐": "-",
    "‑": "-",
    "⁃": "-",
    "‒": "–",
    "―": "—",
    "‘": "'",
    "’": "'",
    "‛": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "«": '"',
    "»": '"',
    "⁄": "/",
    # They join letters in some scripts, and parting them would make other words.
    "\u200c": "\u200c",
    "\u200d": "\u200d",
}
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_KEPT = frozenset(RAISED + LOWERED)
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?!\d)")
_GROUP_SPACE = re.compile("[\u00a0\u2009\u202f]")
_NOUGHTS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?: \d{3})* 000(?!\d)")
_POINT_FIRST = re.compile(r"(?<![\w.,])\.(?=\d)")
_SPACES = re.compile(r" {2,}")
_AROUND_LINE = re.compile(r" ?\n[ \n]*")


class _Spellings(dict[int, str | None]):
    """What stands for each character; one that is asked for the first time is worked out."""

    def __missing__(self, code: int) -> str | None:
        spelling = _spelling(chr(code))
        if code < 0x10000:
            self[code] = spelling
        return spelling


def _spelling(character: str) -> str | None:
    if character in _NAMED:
        return _NAMED[character]
    category = unicodedata.category(character)
    if category[0] == "C":
        return None
    if category[0] == "Z":
        return " "
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] == "N":
        return _numeral(character)
    if 0xFB00 <= ord(character) <= 0xFB06 or 0xFF01 <= ord(character) <= 0xFF5E:
        return unicodedata.normalize("NFKC", character)
    return character


def _numeral(character: str) -> str:
    """A sign that is a number: raised and lowered figures and fractions stay for the rules that know them."""
    spelled = unicodedata.normalize("NFKC", character)
    if character in _KEPT or "⁄" in spelled:
        return character
    if spelled.isascii():
        return spelled
    value = unicodedata.numeric(character)
    return f" {int(value)} " if value == int(value) else " "


_SPELLINGS = _Spellings()


def clean(text: str) -> str:
    """Return ``text`` in one spelling: no controls, plain spaces and quotation marks, ASCII figures.

    Lines stay lines. A number whose thousands are parted by hard spaces, or that ends in “ 000”, gets commas,
    and one that begins with a point its nought.
    """
    text = _GROUPED.sub(lambda match: _GROUP_SPACE.sub(",", match[0]), unicodedata.normalize("NFC", text))
    text = _SPACES.sub(" ", text.translate(_SPELLINGS))
    text = _POINT_FIRST.sub("0.", _NOUGHTS.sub(lambda match: match[0].replace(" ", ","), text))
    return _AROUND_LINE.sub("\n", text).strip()
