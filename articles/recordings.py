"""The register of who can read a piece aloud.

The page of an article asks here, and knows nothing of the room that keeps recordings. A room enters itself in
its ``AppConfig.ready``, by a dotted path, because Django is still loading then:

    recordings.register("audio.player.recording_of")

The path leads to a function ``(article, verdict, reader, at) -> Recording | None``, where ``verdict`` says
whether the reader may read the piece. What it says to a stranger must be the same for every stranger: their
page is kept by caches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    # Rooms enter themselves while Django is still loading, before there are models.
    from subscriptions.access import Verdict

    Teller = Callable[[Any, Verdict, Any, datetime], "Recording | None"]


@dataclass(frozen=True)
class Recording:
    """What stands on the page of an article: a template, and what it needs to know."""

    template: str
    context: dict[str, Any]


_tellers: list[str] = []


def register(path: str) -> None:
    """Enter the function at the dotted ``path`` that knows of recordings."""
    if path not in _tellers:
        _tellers.append(path)


def of_article(article: Any, verdict: Verdict, reader: Any, at: datetime) -> list[Recording]:
    """Return what ``reader`` can hear of ``article`` at ``at``: one from each room that has some."""
    found = (import_string(path)(article, verdict, reader, at) for path in _tellers)
    return [recording for recording in found if recording is not None]
