"""What every builder gives back, and how it says how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Progress = Callable[[int, str], None]
"""Told the per cent done (0 to 100) and, in a word or two, what is being done.

Also that the builder is alive: it is to be called every few seconds, with the same words if need be.
"""


@dataclass(frozen=True)
class Built:
    """A finished file.

    ``pages`` is 0 where pages are the reader's own matter; otherwise ``starts`` tells on which of them each
    piece begins, by its id. ``warnings`` are sentences for the desk: what is
    in the issue and could not be put into the file.
    """

    data: bytes
    pages: int
    extension: str
    media_type: str
    warnings: tuple[str, ...] = ()
    starts: Mapping[int, int] = field(default_factory=dict)


def quiet(percent: int, step: str) -> None:
    """Tell nobody."""
