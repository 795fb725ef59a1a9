"""The parts of a recording, by the headings of the article: for players and podcast apps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from audio.models import Narration

# The version of the format that podcast apps read (Podcasting 2.0, JSON chapters).
VERSION = "1.2.0"
MEDIA_TYPE = "application/json+chapters"


@dataclass(frozen=True)
class Chapter:
    """A part of a recording: what it is called, and when it begins, in milliseconds."""

    title: str
    from_ms: int


def chapters_of(narration: Narration) -> list[Chapter]:
    """Return the parts of ``narration`` (article loaded): the beginning, and one for each heading."""
    chapters = [Chapter(narration.article.headline, 0)]
    for block in _headings(narration.segments):
        chapters.append(Chapter(" ".join(one["text"] for one in block), block[0]["from"]))
    return chapters


def written(narration: Narration) -> dict[str, Any]:
    """Return the parts of ``narration`` as podcast apps read them; times are seconds."""
    return {
        "version": VERSION,
        "title": narration.article.headline,
        "podcastName": settings.MAGAZINE_NAME,
        "fileName": f"{narration.article.slug}.mp3",
        "chapters": [
            {"startTime": chapter.from_ms / 1000, "title": chapter.title}
            for chapter in chapters_of(narration)
        ],
    }


def _headings(segments: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The headings, each with its sentences: a long one may have been read as two."""
    headings: list[list[dict[str, Any]]] = []
    for segment in segments:
        if segment["kind"] != "heading":
            continue
        if headings and headings[-1][0]["block"] == segment["block"]:
            headings[-1].append(segment)
        else:
            headings.append([segment])
    return headings
