"""The register of what else there is of an issue: its files, later its recordings.

The page of an issue asks here, and knows nothing of the rooms that keep them. A room enters itself in its
``AppConfig.ready``, by a dotted path, because Django is still loading then:

    shelf.register("editions.shelf.of_issue")

The path leads to a function ``(issue, reader, at) -> Shelf``. What it says to a stranger must be the same for
every stranger: their page is kept by caches.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string


@dataclass(frozen=True)
class File:
    """One file that this reader may have; ``size`` in bytes."""

    label: str
    address: str
    size: int


@dataclass(frozen=True)
class Shelf:
    """The files that a reader may have, and a sentence: what opens them, or that they are being made.

    ``way`` is an address with its words, where there is one to follow.
    """

    files: tuple[File, ...] = ()
    sentence: str = ""
    way: tuple[str, str] | None = None


Keeper = Callable[[Any, Any, datetime], Shelf]

_keepers: list[str] = []


def register(path: str) -> None:
    """Enter the function at the dotted ``path`` that knows of more."""
    if path not in _keepers:
        _keepers.append(path)


def of_issue(issue: Any, reader: Any, at: datetime) -> list[Shelf]:
    """Return what there is of ``issue`` for ``reader`` at ``at``: a shelf from each room that has some."""
    shelves = [import_string(path)(issue, reader, at) for path in _keepers]
    return [shelf for shelf in shelves if shelf.files or shelf.sentence]
