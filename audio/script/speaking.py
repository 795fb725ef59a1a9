"""From what is written to what is said."""

from collections.abc import Callable, Iterable
from functools import partial

from audio.script import neutral
from audio.script.cleaning import clean
from audio.script.english import (
    abbreviations,
    addresses,
    dates,
    letters,
    marks,
    measures,
    money,
    numbers,
    ranges,
    roman,
    symbols,
    times,
)
from audio.script.pronouncing import pronounce
from audio.script.tidying import tidy

# Each finds what it knows in what those before it left.
_ENGLISH: tuple[Callable[[str], str], ...] = (
    addresses.speak,
    marks.speak,
    abbreviations.before_numbers,
    times.speak,
    dates.speak,
    money.speak,
    measures.speak,
    ranges.speak,
    numbers.with_endings,
    roman.speak,
    abbreviations.speak,
    letters.speak,
    numbers.speak,
    symbols.speak,
)
_AMERICAN = tuple(
    partial(dates.speak, month_first=True) if rule is dates.speak else rule for rule in _ENGLISH
)
_DATES_BY_MONTH = frozenset({"en-us"})


def speakable(text: str, language: str = "en-gb", pronunciations: Iterable[tuple[str, str]] = ()) -> str:
    """Return ``text``, a sentence or less, as a voice is to be given it: words and stops.

    ``pronunciations`` are pairs of a word and what is said for it, put in before all else. English has rules
    for what is written otherwise than it is said; any other language gets its numbers in words, if num2words
    has them. Empty, if nothing in ``text`` can be said. Never raises; takes time linear in the length.
    """
    text = pronounce(clean(text), pronunciations).replace("\n", ", ")
    code = language.lower().replace("_", "-")
    if code.partition("-")[0] != "en":
        return tidy(neutral.speak(text, code))
    for speak in _AMERICAN if code in _DATES_BY_MONTH else _ENGLISH:
        text = speak(text)
    return tidy(text)
