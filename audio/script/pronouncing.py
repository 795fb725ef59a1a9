"""Words that are said otherwise than they are spelled."""

import re
from collections.abc import Iterable
from functools import lru_cache

Sayings = tuple[tuple[str, str], ...]
"""Words, and what is put in their places."""


def chosen(rows: Iterable[tuple[str, str, str]], language: str) -> Sayings:
    """Return what holds in ``language`` of ``rows`` of (word, said as, language).

    A row for “en-gb” goes before one for “en”, and that before one for every language.
    """
    primary = language.partition("-")[0]
    ranks = {language.lower(): 2, "": 0}
    ranks.setdefault(primary.lower(), 1)
    found: dict[str, tuple[int, str]] = {}
    for word, said, of_language in rows:
        rank = ranks.get(of_language.lower())
        if rank is not None and rank >= found.get(word, (-1, ""))[0]:
            found[word] = (rank, said)
    return tuple(sorted((word, said) for word, (_, said) in found.items()))


def pronounce(text: str, sayings: Iterable[tuple[str, str]]) -> str:
    """Put in the place of each of the words what is said for it.

    Looked for as whole words, the longest first; with a capital letter in the word exactly so, else in any
    case. What was put in is not looked at again.
    """
    lowered = text.lower()
    found = {word: said for word, said in sayings if word and word.lower() in lowered}
    if not found:
        return text
    pattern = _pattern(tuple(sorted(found, key=lambda word: (-len(word), word))))
    return pattern.sub(lambda match: _said(match, found), text)


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    written = (re.escape(word) if _has_capital(word) else f"(?i:{re.escape(word)})" for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)")


def _has_capital(word: str) -> bool:
    return word != word.lower()


def _said(match: re.Match[str], sayings: dict[str, str]) -> str:
    written = match[0]
    if written in sayings:
        return sayings[written]
    return sayings.get(written.lower(), written)
