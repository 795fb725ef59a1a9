"""What rooms that read issues enter here: lights of the put-to-bed room, and what to look at after a release.

A leaf enters itself in its ``AppConfig.ready``, by dotted paths, because Django is still loading then:

    register.lights("editions.readiness.lights")
    register.look_after_release("editions.tasks.look_for_stale")

The first is a function ``(issue, pieces, at) -> Iterable[Light]``. It is asked once about all pieces of an
issue (a list, in running order) as they would be released at ``at``, so what it costs must not grow with
their number. The second is a task without arguments, safe to run twice; it is queued when an issue reaches
readers, and when a release is taken back. Nothing here knows a model.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.module_loading import import_string


class Colour(StrEnum):
    """Green: ready. Amber: somebody may want to mend it. Red: nothing is released before it is mended."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Light:
    """One answer about an issue, or about the piece with the key ``piece`` in it.

    ``label`` is a word or two; ``sentence`` says what is wrong and how to mend it, or is empty;
    ``address`` leads to where that is done, if it is not the form of the piece or of the issue.
    """

    label: str
    colour: Colour
    sentence: str = ""
    piece: int | None = None
    address: str = ""


Lights = Callable[[Any, Sequence[Any], datetime], Iterable[Light]]

_lights: list[str] = []
_looks: list[str] = []


def lights(path: str) -> None:
    """Enter the function at the dotted ``path`` that has lights to show."""
    if path not in _lights:
        _lights.append(path)


def look_after_release(task_path: str) -> None:
    """Have the task at the dotted ``task_path`` queued when an issue reaches readers or leaves them."""
    if task_path not in _looks:
        _looks.append(task_path)


def all_lights() -> list[Lights]:
    """Return every function that has lights to show, in the order in which they were entered."""
    return [import_string(path) for path in _lights]


def all_looks() -> list[str]:
    """Return the tasks to queue around a release, by their dotted paths."""
    return list(_looks)
