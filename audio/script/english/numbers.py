"""Numbers as words, and the rule for every number that no other rule has spoken."""

import re
from functools import lru_cache

from num2words import num2words

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d])"
"""A number with or without commas and a decimal point; not the beginning of a longer one."""
BEFORE = r"(?<!\d)(?<!\d[.,])"
"""Says that no number goes on here."""
DASH = r"\s?[–—-]\s?"

# Longer ones are read figure by figure: nobody hears what a quadrillion is.
LONGEST = 15
_FIGURES = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_ORDINAL = re.compile(rf"{BEFORE}(\d{{1,3}}(?:,\d{{3}})*|\d+)(st|nd|rd|th)(s?)\b", re.I)
_PLURAL = re.compile(rf"{BEFORE}({NUMBER})'?s\b")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?![\d.,]\d)")
_VERSION = re.compile(r"(?<!\d)\d+(?:\.\d+){2,}")
_ANY = re.compile(NUMBER)
_SIGNED = re.compile(rf"(?<![\w).,'\"])([-−+±])\s?(?={NUMBER})")
_SIGNS = {"-": "minus ", "−": "minus ", "+": "plus ", "±": "plus or minus "}


@lru_cache(maxsize=4096)
def cardinal(value: int) -> str:
    """Return ``value`` in words: 1234 is “one thousand two hundred and thirty-four”."""
    return str(num2words(value, lang="en")).replace(",", "")


@lru_cache(maxsize=1024)
def ordinal(value: int) -> str:
    """Return the place ``value`` in words: 21 is “twenty-first”."""
    return str(num2words(value, lang="en", to="ordinal")).replace(",", "")


def figures(text: str) -> str:
    """Return the figures in ``text`` one by one: “020” is “oh two oh”; everything else is left out."""
    return " ".join(_FIGURES[int(figure)] for figure in text if figure.isdecimal())


def spoken(number: str) -> str:
    """Return ``number``, written as ``NUMBER`` says, in words: “3.04” is “three point oh four”.

    What begins with noughts, and what is too long to be grasped, is read figure by figure.
    """
    whole, point, decimals = number.replace(",", "").partition(".")
    if len(whole) > LONGEST or (len(whole) > 1 and whole[0] == "0"):
        words = figures(whole)
    else:
        words = "nought" if point and int(whole) == 0 else cardinal(int(whole))
    return f"{words} point {figures(decimals)}" if point else words


def value(number: str) -> float:
    """Return what ``number`` says; endless ones are as good as any."""
    return float(number.replace(",", "")[:LONGEST])


def is_one(number: str) -> bool:
    """Whether one says “one pound” and not “pounds” of it."""
    return number == "1"


def plural(words: str) -> str:
    """Return several of the last of ``words``: “twenty” makes “twenties”, “six” makes “sixes”."""
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith(("x", "s")) else "s")


def with_endings(text: str) -> str:
    """Say the numbers in ``text`` that end in letters: “21st”, “747s”."""
    text = _ORDINAL.sub(_place, text)
    return _PLURAL.sub(lambda match: plural(spoken(match[1])), text)


def speak(text: str) -> str:
    """Put words for every figure that is left in ``text``."""
    text = _THOUSANDS.sub(lambda match: match[0].replace(".", ""), text)
    text = _VERSION.sub(_dotted, text)
    text = _SIGNED.sub(lambda match: _SIGNS[match[1]], text)
    return _ANY.sub(lambda match: f" {spoken(match[0])} ", text)


def _place(match: re.Match[str]) -> str:
    number = match[1].replace(",", "")
    if len(number) > LONGEST:
        return figures(number)
    if match[2].lower() == "st" and (number[-1] != "1" or number.endswith("11")):
        return f"{cardinal(int(number))} stone"
    return ordinal(int(number)) + match[3]


def _dotted(match: re.Match[str]) -> str:
    parts = match[0].split(".")
    return " point ".join(cardinal(int(part)) if len(part) < 5 else figures(part) for part in parts)
