"""What holds in every language: numbers in its words, nothing else changed."""

import re
from collections.abc import Callable
from functools import lru_cache

from num2words import CONVERTER_CLASSES, num2words

# They write 1,234.5; the others 1.234,5.
_POINT_LANGUAGES = frozenset("en he ja ko th zh kn te am bn".split())
_LONGEST = 15
_POINTED = re.compile(r"(?<!\d)(?<!\d[.,])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\d)")
_COMMAED = re.compile(r"(?<!\d)(?<!\d[.,])(\d{1,3}(?:[.,]\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?!\d)")
_FIGURE = re.compile(r"\d")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s/?#<>\"'()]{1,255})[^\s<>\"']{0,2000}", re.I)
_DASHED = re.compile(r"(?<=\d)\s?[–—]\s?(?=\d)|\s+[–—]+\s+|\s*—\s*")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


def converter(language: str) -> str | None:
    """Return the name under which num2words knows ``language``, a code such as “fr-ch”, or nothing."""
    primary, _, region = language.replace("_", "-").partition("-")
    names = (f"{primary.lower()}_{region.upper()}", primary.lower())
    return next((name for name in names if name in CONVERTER_CLASSES), None)


def speak(text: str, language: str) -> str:
    """Say the numbers in ``text``; a language that has no words for them here keeps its figures.

    Of an address of the web its host stays; dashes become pauses, and raised figures, which mark notes, go.
    """
    text = _ADDRESS.sub(r"\1", text)
    text = _DASHED.sub(", ", _RAISED.sub("", text))
    name = converter(language)
    if name is None:
        return text
    pattern = _POINTED if name.partition("_")[0] in _POINT_LANGUAGES else _COMMAED
    text = pattern.sub(lambda match: f" {_number(match[1], name)} ", text)
    return _FIGURE.sub(lambda match: f" {_words(int(match[0]), name)} ", text)


def _number(written: str, name: str) -> str:
    pointed = name.partition("_")[0] in _POINT_LANGUAGES
    group, point = (",", ".") if pointed else (".", ",")
    # There is one decimal point at most: more of them part thousands, whatever the language.
    decimal = "." if written.count(point) == 1 else ""
    plain = written.replace(group, "").replace(point, decimal)
    whole, _, decimals = plain.partition(".")
    if len(whole) > _LONGEST or len(decimals) > _LONGEST:
        return " ".join(_words(int(figure), name) for figure in plain if figure.isdecimal())
    return _words(float(plain) if decimals else int(whole), name)


@lru_cache(maxsize=4096)
def _words(value: int | float, name: str) -> str:
    say: Callable[..., str] = num2words
    try:
        return str(say(value, lang=name)).replace(",", "")
    except (NotImplementedError, OverflowError, ValueError, TypeError, IndexError, KeyError):
        # Some of its languages know neither large numbers nor decimals.
        return ""
