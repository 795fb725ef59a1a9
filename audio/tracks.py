"""A piece as something to play: where its sound comes from, how long it is, and why it cannot be heard."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from articles.models import Article
from audio import addresses, places, rights
from audio.models import Narration, Place
from audio.rights import Listener


@dataclass(frozen=True)
class Track:
    """One piece for one listener. ``why`` is empty where it can be heard; there is no address otherwise."""

    article: Article
    narration: Narration | None
    listener: Listener
    place: Place | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether there is a recording, whoever may hear it."""
        return self.narration is not None and bool(self.narration.mp3) and not self.narration.is_exempt

    @cached_property
    def can_be_heard(self) -> bool:
        """Whether this listener may hear it now."""
        return self.is_recorded and self.listener.verdict(self.article).granted

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The addresses of its files and their types, the best first."""
        if self.narration is None or not self.can_be_heard:
            return []
        return [
            (addresses.file_address(self.narration, extension), addresses.MEDIA_TYPES[extension])
            for extension in addresses.extensions_of(self.narration)
        ]

    @property
    def why(self) -> str:
        """Say why it cannot be heard."""
        if self.can_be_heard:
            return ""
        if self.narration is not None and self.is_recorded:
            may_read = self.listener.may_read(self.article)
            return rights.explain(self.article, self.narration.duration_ms, may_read)
        if self.narration is not None and self.narration.is_exempt:
            return gettext("This piece is not read aloud.")
        return gettext("This piece is being recorded.")

    @property
    def key(self) -> str:
        """The name of the recording."""
        return self.narration.key if self.narration else ""

    @property
    def seconds(self) -> int:
        """How long it takes."""
        return round(self.narration.duration_ms / 1000) if self.narration else 0

    @property
    def minutes(self) -> int:
        """The same in minutes, as it is written."""
        return rights.minutes_of(self.narration.duration_ms) if self.narration else 0

    @property
    def starts_at(self) -> int:
        """Where this listener goes on, in milliseconds."""
        return places.starts_at(self.place, self.narration) if self.narration else 0

    @property
    def times(self) -> str:
        """When each block begins, in milliseconds: ``h:0 0:4100 1:9250``, where h is the head."""
        if self.narration is None:
            return ""
        found = places.beginnings(self.narration)
        return " ".join(f"{'h' if block is None else block}:{begins}" for block, begins in found)

    @property
    def place_address(self) -> str:
        """Where the place of a listener who is known is kept."""
        known = self.listener.reader.is_authenticated
        return reverse("audio:place", args=[self.article.pk]) if known else ""


def tracks_of(articles: Iterable[Article], reader: Any, at: datetime) -> list[Track]:
    """Return ``articles`` as tracks for ``reader``, in their order. Four queries at most, however many."""
    pieces = list(articles)
    keys = [article.pk for article in pieces]
    narrations = {one.article_id: one for one in Narration.objects.filter(article__in=keys)}
    begun = places.of_reader(reader, pieces)
    listener = Listener(reader, at)
    return [Track(article, narrations.get(article.pk), listener, begun.get(article.pk)) for article in pieces]


@dataclass(frozen=True)
class Queue:
    """Tracks that are played one after the other."""

    tracks: list[Track]

    @property
    def heard(self) -> list[Track]:
        """Those that this listener can hear."""
        return [track for track in self.tracks if track.can_be_heard]

    @property
    def length(self) -> str:
        """How long it takes to hear all that can be heard, as it is said: "1 hour 12 minutes"."""
        lengths = [track.narration.duration_ms for track in self.heard if track.narration]
        return rights.length_of(rights.minutes_of(sum(lengths)))
