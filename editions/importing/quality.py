"""How far the words that were read out of a page look like words."""

import re
import unicodedata

# A word of letters, maybe with apostrophes or hyphens inside; a number with what stands around figures.
WORD = re.compile(r"[^\W\d_]+(?:['’\-‐‑·][^\W\d_]+)*")
NUMBER = re.compile(r"[\W_]*\d[\d.,:;/%°\-–—'’]*[^\W\d_]{0,2}[\W_]*")
ALONE = frozenset("aeiouyàéèóœæ&")
VOWELS = frozenset("aeiouyæœøı")
LONGEST = 32
# From so many letters on a word without a vowel is none.
MAY_LACK_VOWELS = 3


def quality_of(text: str) -> int:
    """Return the share of the tokens of ``text`` that look like words, in per cent; 0 for no tokens.

    A page that is one picture has none; one whose fonts do not say which letters they draw has many, and few
    of them look like words.
    """
    tokens = [token for token in text.split() if any(character.isalnum() for character in token)]
    strange = text.count("\ufffd")
    if not tokens:
        return 0
    good = sum(1 for token in tokens if _looks_like_a_word(token))
    return round(100 * good / (len(tokens) + strange))


def _looks_like_a_word(token: str) -> bool:
    if NUMBER.fullmatch(token):
        return True
    bare = token.strip("\"'“”‘’«»‹›()[]{}.,;:!?…–—-*†‡/|•¶§")
    if not WORD.fullmatch(bare) or len(bare) > LONGEST:
        return False
    if len(bare) == 1:
        return bare.casefold() in ALONE or not bare.isascii()
    return _has_one_case(bare) and _has_vowels(bare)


def _has_one_case(word: str) -> bool:
    """Whether capitals stand where writers put them: at the beginning of a part, or everywhere."""
    inner = re.split(r"['’\-‐‑·]", word)
    return word.isupper() or all(sum(map(str.isupper, part[1:])) <= 1 for part in inner)


def _has_vowels(word: str) -> bool:
    plain = unicodedata.normalize("NFD", word.casefold())
    if len(word) <= MAY_LACK_VOWELS or not any("a" <= character <= "z" for character in plain):
        # A short form, or a script that has other vowels.
        return True
    return any(character in VOWELS for character in plain)
