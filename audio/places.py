"""Where a reader is in a piece: one place for reading and for listening."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.utils import timezone

from articles.models import Article
from audio.models import Narration, Place

# No text has more blocks, no recording is longer (a day), and no key has other letters.
MOST_BLOCKS = 100_000
LONGEST = 24 * 60 * 60 * 1000
KEY = re.compile(r"[A-Za-z0-9_-]{0,40}")
# So much is offered to somebody who wants to go on.
OFFERED = 20
# Whoever has come so far, in per cent, is through: what follows are notes.
THROUGH = 97


@dataclass(frozen=True)
class Said:
    """What a reader's browser says of where they are. Units as in ``Place``."""

    block: int
    at_ms: int = 0
    narration_key: str = ""
    was_listening: bool = False
    done: int = 0

    @classmethod
    def read(cls, fields: Any) -> Self:
        """Read what was sent. Raises ``ValueError`` for what no page of ours sends."""
        key = fields.get("key", "")
        if not KEY.fullmatch(key):
            raise ValueError(key)
        return cls(
            block=_whole(fields.get("block", ""), MOST_BLOCKS),
            at_ms=_whole(fields.get("at", "0"), LONGEST),
            narration_key=key,
            was_listening=fields.get("listening") == "yes",
            done=_whole(fields.get("done", "0"), 100),
        )


def _whole(written: str, most: int) -> int:
    if not (written.isascii() and written.isdigit()) or len(written) > len(str(most)) or int(written) > most:
        raise ValueError(written)
    return int(written)


def save(reader: Any, article: Article, said: Said, at: datetime | None = None) -> Place:
    """Remember where ``reader`` is in ``article``. What was said last holds, whichever device said it."""
    values = {
        "block": said.block,
        "at_ms": said.at_ms if said.narration_key else 0,
        "narration_key": said.narration_key,
        "was_listening": said.was_listening,
        "done": 100 if said.done >= THROUGH else said.done,
        "changed_at": at or timezone.now(),
    }
    place, _made = Place.objects.update_or_create(reader=reader, article=article, defaults=values)
    return place


def of_reader(reader: Any, articles: Iterable[Article]) -> dict[int, Place]:
    """Return where ``reader`` is in each of ``articles`` they began, by the articles' keys. One query."""
    if not reader.is_authenticated:
        return {}
    return {place.article_id: place for place in Place.objects.filter(reader=reader.pk, article__in=articles)}


def begun_by(reader: Any, at: datetime | None = None) -> list[Place]:
    """Return where ``reader`` may go on, the latest first, with the articles as a contents line shows them.

    What is no longer public is not among them. Three queries.
    """
    articles = Article.objects.published(at)
    begun = Place.objects.filter(reader=reader.pk, done__lt=100, article__in=articles.values("pk"))
    places = list(begun.order_by("-changed_at")[:OFFERED])
    loaded = articles.for_contents().in_bulk([place.article_id for place in places])
    for place in places:
        place.article = loaded[place.article_id]
    return places


def is_open(place: Place | None) -> bool:
    """Whether there is something to go on with."""
    return place is not None and place.done < 100 and bool(place.block or place.at_ms)


def starts_at(place: Place | None, narration: Narration) -> int:
    """Return where in ``narration`` a reader at ``place`` goes on, in milliseconds.

    Another recording than the one they heard, or none: where the block begins.
    """
    if place is None or not is_open(place):
        return 0
    if place.narration_key == narration.key:
        return min(place.at_ms, narration.duration_ms)
    return next((begins for block, begins in beginnings(narration) if block == place.block), 0)


def beginnings(narration: Narration) -> list[tuple[int | None, int]]:
    """Return when each block of the text begins to be heard, in order; nothing stands for the head."""
    found: list[tuple[int | None, int]] = []
    for segment in narration.segments:
        if not found or found[-1][0] != segment["block"]:
            found.append((segment["block"], segment["from"]))
    return found
