"""How pieces are called, as this room asks for it.

Pieces are published in another room, which enters a function here in its ``AppConfig.ready``:

    pieces.named_by("articles.views.given.named")

It takes the names under which pieces are known here, and returns what there is to show of those that are
public. Rooms enter theirs while Django is still loading, so it is named by its dotted path.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Piece:
    """A piece as a list shows it."""

    headline: str
    address: str


Namer = Callable[[Iterable[str]], dict[str, Piece]]

_namers: list[str] = []


def named_by(path: str) -> None:
    """Enter the function at the dotted ``path`` that knows pieces by their names."""
    if path not in _namers:
        _namers.append(path)


def named(names: Iterable[str]) -> dict[str, Piece]:
    """Return the pieces that are public, by the names that are asked for. One query."""
    wanted = set(names)
    found: dict[str, Piece] = {}
    if wanted:
        for path in _namers:
            found |= import_string(path)(wanted)
    return found
