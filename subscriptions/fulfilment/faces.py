"""The letters that can be printed on a label, and the faces that have them.

The face that comes with the program has Latin, Greek, Cyrillic, Armenian and Georgian letters. The setting
``LABEL_FONTS`` names further TrueType files, for Chinese, Japanese or Korean addresses, say. Scripts whose
letters join, stand above each other or run from the right are set by no face alone: such a label is not
printed wrongly, it is in the table and is named.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

BUNDLED = settings.BASE_DIR / "static" / "fonts" / "labels.ttf"
# Directions of letters that run from the right, or of marks that ask for it.
FROM_THE_RIGHT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
# Letters that change with their neighbours: the scripts of South and South-East Asia, Tibet and Mongolia.
JOINING = (range(0x0900, 0x10A0), range(0x1780, 0x1880), range(0xA800, 0xABF0))


@lru_cache(maxsize=1)
def faces() -> tuple[TTFont, ...]:
    """Return the faces in the order in which they are asked for a letter, known to the PDF writer."""
    made = []
    for place, path in enumerate([str(BUNDLED), *settings.LABEL_FONTS]):
        face = TTFont(f"Label{place}", path)
        pdfmetrics.registerFont(face)
        made.append(face)
    return tuple(made)


@lru_cache(maxsize=20_000)
def face_of(letter: str) -> str:
    """Return the name of the first face that has ``letter``; empty where none can set it."""
    if (
        unicodedata.bidirectional(letter) in FROM_THE_RIGHT
        or unicodedata.combining(letter)
        or any(ord(letter) in signs for signs in JOINING)
    ):
        return ""
    return next((face.fontName for face in faces() if ord(letter) in face.face.charToGlyph), "")


def can_set(text: str) -> bool:
    """Whether every letter of ``text`` can be printed on a label; lines may be parted as one likes."""
    return text.isascii() or all(face_of(letter) for letter in set(text) - {"\n"})


def runs(text: str) -> list[tuple[str, str]]:
    """Return ``text`` in pieces, each with the name of the face that sets it."""
    return [(name, "".join(letters)) for name, letters in groupby(text, key=face_of)]


def width(pieces: Iterable[tuple[str, str]], size: float) -> float:
    """Return how wide these pieces are at ``size``, in points."""
    return sum(pdfmetrics.stringWidth(letters, name, size) for name, letters in pieces)
