"""The places on a page that are not ours alone: what stands there is told by whoever fills them.

The views that make pages ask here, and know nothing of advertisements. A room enters itself in its
``AppConfig.ready``, by a dotted path, because Django is still loading then:

    slots.register("advertising.placing.fill")

The path leads to a function ``(slot, page, reader, at) -> Filling | None``. What it says to strangers must be
the same for every stranger who asks in the same hour: their page is kept by caches. Where it says nothing
the page has no box either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.module_loading import import_string


class Slot(StrEnum):
    """Where something may stand: between the departments of the front page, below a list, below a piece."""

    FRONT = "front"
    SECTION = "section"
    ARTICLE = "article"


@dataclass(frozen=True)
class Filling:
    """What stands in a slot: a template, and what it needs to know."""

    template: str
    context: dict[str, Any]


Filler = Callable[[Slot, str, Any, datetime], "Filling | None"]

_fillers: list[str] = []


def register(path: str) -> None:
    """Enter the function at the dotted ``path`` that fills slots."""
    if path not in _fillers:
        _fillers.append(path)


def filling(slot: Slot, page: str, reader: Any, at: datetime) -> Filling | None:
    """Return what ``reader`` sees in ``slot`` on ``page`` (its path) at ``at``, of the first who fills it."""
    fillers: list[Filler] = [import_string(path) for path in _fillers]
    return next((found for fill in fillers if (found := fill(slot, page, reader, at))), None)
