"""Who holds what about a person: each room enters itself, and answers for its own tables.

A room does so in its ``AppConfig.ready``, by dotted paths, because rooms enter while Django is still loading:

    personal.register(
        "audio",
        holds="audio.privacy.HOLDINGS",
        export="audio.privacy.export",
        erase="audio.privacy.erase",
        retain="audio.privacy.RULES",
    )

``holds`` names every table of the room (``tests/accounts/test_register.py`` refuses one that is not named):
what is in it about a reader, why, and what becomes of it when the reader's account is erased. The other
paths are functions, and all but ``holds`` may be left out:

==========  ===================================  ======================================================
``export``  ``(reader)``                         yields ``Chapter``: what the reader is given to take away
``erase``   ``(reader, at)``                     erases, and yields ``Done``: how many rows of which table
``stop``    ``(reader, at, by)``                 ends at once what must not go on until the erasure
``loses``   ``(reader, at)``                     yields ``Loss``: what the reader would give up
``waits``   ``(reader)``                         yields sentences: what has to be finished first
``named``   ``(reader)``                         the last day on which the law wants to know who it was
``retain``  a tuple of ``Rule``                  what is forgotten by itself, and after how long
==========  ===================================  ======================================================

Nothing here knows a model, and nothing here decides: ``accounts.privacy`` does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Fate(Enum):
    """What becomes of the rows about a reader whose account is erased."""

    GOES = "goes"
    EMPTIED = "emptied"
    KEPT = "kept"
    NOBODYS = "nobodys"

    @property
    def label(self) -> Promise:
        """The fate in words."""
        return {
            Fate.GOES: _("Deleted"),
            Fate.EMPTIED: _("Emptied: the row stays, without a word about the person"),
            Fate.KEPT: _("Kept, without name and address"),
            Fate.NOBODYS: _("About no reader"),
        }[self]


@dataclass(frozen=True)
class Holding:
    """One table: ``what`` it holds about a reader, ``why``, and its ``fate``.

    ``model`` is its label (“audio.Place”). ``stays`` says why something of it stays; ``rule`` names the
    ``Rule`` that forgets it by itself. ``not_exported`` says why a reader is not given it.
    """

    model: str
    what: Text
    why: Text = ""
    fate: Fate = Fate.GOES
    stays: Text = ""
    rule: str = ""
    not_exported: Text = ""

    @property
    def is_personal(self) -> bool:
        """Whether anything in it is about a reader."""
        return self.fate is not Fate.NOBODYS


PUBLISHED_AND_SOLD = _("What the magazine publishes and sells.")


def about_nobody(*models: str, what: Text = PUBLISHED_AND_SOLD) -> tuple[Holding, ...]:
    """Name tables in which nothing is about a reader, and ``what`` is in them."""
    return tuple(Holding(model, what, fate=Fate.NOBODYS) for model in models)


@dataclass(frozen=True)
class Chapter:
    """One part of what a reader takes away: ``rows`` of plain values by their names, of one table."""

    model: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Done:
    """How many rows of a table an erasure was about."""

    model: str
    count: int


@dataclass(frozen=True)
class Loss:
    """What a reader gives up with the account, in a sentence; ``ways`` are (words, address) to keep it."""

    sentence: str
    ways: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rule:
    """What is forgotten by itself: after the days that ``settings.PRIVACY_DAYS[key]`` says.

    ``forget`` is given the instant before which things are old, and returns how many it forgot; to be run
    twice is harmless. ``least`` and ``most`` bound the setting, each for the reason that stands in ``why``.
    """

    key: str
    what: Text
    forget: Callable[[datetime], int]
    least: int
    most: int
    why: Text


@dataclass(frozen=True)
class Room:
    """What a room has entered; each path is looked up when it is asked for."""

    label: str
    paths: dict[str, str] = field(default_factory=dict)

    def of(self, what: str) -> Any:
        """Return what the room has entered as ``what``, or none."""
        return import_string(self.paths[what]) if what in self.paths else None


_rooms: dict[str, Room] = {}


def register(
    label: str,
    *,
    holds: str,
    export: str | None = None,
    erase: str | None = None,
    stop: str | None = None,
    loses: str | None = None,
    waits: str | None = None,
    named: str | None = None,
    retain: str | None = None,
) -> None:
    """Enter the room ``label`` with the dotted paths of what it answers; entered twice, the later counts."""
    given = {
        "holds": holds,
        "export": export,
        "erase": erase,
        "stop": stop,
        "loses": loses,
        "waits": waits,
        "named": named,
        "retain": retain,
    }
    _rooms[label] = Room(label, {name: path for name, path in given.items() if path})


def rooms() -> list[Room]:
    """Return the rooms in the order in which they entered: who a person is comes last.

    What points to a person is erased before the person.
    """
    return sorted(_rooms.values(), key=lambda room: room.label == "accounts")


def holdings() -> dict[str, Holding]:
    """Return every table that a room has named, by its label."""
    return {one.model: one for room in rooms() for one in room.of("holds")}


def rules() -> list[Rule]:
    """Return everything that is forgotten by itself."""
    return [rule for room in rooms() for rule in room.of("retain") or ()]


def chapters(reader: Any) -> Iterator[Chapter]:
    """Yield what ``reader`` is given to take away, room by room."""
    for room in reversed(rooms()):
        if export := room.of("export"):
            yield from export(reader)


def erase(reader: Any, at: datetime) -> Iterator[Done]:
    """Erase ``reader`` in every room, in the transaction that is under way; yields what was done."""
    for room in rooms():
        if erase_here := room.of("erase"):
            yield from erase_here(reader, at)


def stop(reader: Any, at: datetime, by: Any) -> None:
    """End at once what must not go on while ``reader`` waits for the erasure; ``by`` had it begun."""
    for room in rooms():
        if stop_here := room.of("stop"):
            stop_here(reader, at, by)


def losses(reader: Any, at: datetime) -> list[Loss]:
    """Return what ``reader`` would give up at ``at``."""
    return [loss for room in rooms() if (loses := room.of("loses")) for loss in loses(reader, at)]


def unfinished(reader: Any) -> list[str]:
    """Return what has to be finished before ``reader`` is erased, in sentences."""
    return [str(one) for room in rooms() if (waits := room.of("waits")) for one in waits(reader)]


def named_until(reader: Any) -> date | None:
    """Return the last day on which the law wants to know who ``reader`` was, or none."""
    days = [named(reader) for room in rooms() if (named := room.of("named"))]
    return max((day for day in days if day), default=None)


def table(model: str, rows: Any, *names: str) -> Chapter:
    """Return a chapter of the ``rows`` of a queryset: the fields called ``names``, in words a reader knows.

    A name may go on to what a row points to (“payment__reference”).
    """
    return Chapter(model, [{_heading(row, name): _value(row, name) for name in names} for row in rows])


def _heading(row: Any, name: str) -> str:
    meta = row._meta
    *way, last = name.split("__")
    for step in way:
        meta = meta.get_field(step).related_model._meta
    return str(meta.get_field(last).verbose_name)


def _value(row: Any, name: str) -> Any:
    *way, last = name.split("__")
    for step in way:
        row = getattr(row, step)
        if row is None:
            return None
    if shown := getattr(row, f"get_{last}_display", None):
        return str(shown())
    value = getattr(row, last)
    return str(value) if hasattr(value, "_meta") else value
