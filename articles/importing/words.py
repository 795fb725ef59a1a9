"""Turning another system's titles and addresses into ours."""

import html
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote

from django.utils.text import slugify

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*-->")
# Controls, lone halves of characters, and what turns the direction of the words around it.
_HIDDEN = frozenset({"Cc", "Cs", "Cn"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(markup: str) -> str:
    """Return ``markup`` as one line of words: tags gone, entities read, nothing invisible."""
    words = html.unescape(_TAG.sub("", markup))
    shown = (" " if unicodedata.category(one) in _HIDDEN else one for one in words if one not in _TURNING)
    return " ".join("".join(shown).split())


def shorten(line: str, limit: int) -> str:
    """Return ``line`` with at most ``limit`` characters, cut after a word where there is one."""
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head = cut.rpartition(" ")[0]
    return (head if len(head) > limit // 2 else cut).rstrip(" ,;:–-") + "…"


def ascii_slug(wanted: str, *, limit: int = 100) -> str:
    """Return ``wanted``, percent-encoded or not, as an address in ASCII; empty if little is left of it."""
    decoded = unquote(wanted)
    slug = slugify(decoded)[:limit].strip("-_")
    letters = sum(one.isalnum() for one in decoded)
    kept = sum(one.isalnum() for one in slug)
    return slug if kept and 2 * kept >= min(letters, limit) else ""


def unique_slug(wanted: str, is_taken: Callable[[str], bool], *, limit: int = 120) -> str:
    """Return ``wanted``, or the first of ``wanted-2``, ``wanted-3``, … that is free."""
    slug, number = wanted[:limit], 1
    while is_taken(slug):
        number += 1
        ending = f"-{number}"
        slug = wanted[: limit - len(ending)] + ending
    return slug
