"""Which voices there are, and which of them reads what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.conf import settings
from django.utils.module_loading import import_string

from articles.models import Article, Byline
from audio.models import VoiceChoice
from audio.voices.base import Voice, VoiceMissingError


def all_voices() -> list[Voice]:
    """Return every voice that can speak on this machine; the first of a language is the usual one."""
    return [voice for path in settings.AUDIO_VOICES for voice in import_string(path)()]


def voice_named(name: str) -> Voice:
    """Return the voice called ``name``. Raises ``VoiceMissingError``."""
    for voice in all_voices():
        if voice.name == name:
            return voice
    raise VoiceMissingError(f"The voice “{name}” is not on this machine.")


def voice_for(article: Article, language: str | None = None) -> Voice:
    """Return the voice that reads ``article``: two queries.

    That chosen for the first name in its byline, else for its language, else the first that speaks it.
    Raises ``VoiceMissingError``: with a choice that is not on this machine, or when none speaks the language.
    """
    return Casting.load().voice_for(first_names([article.pk]).get(article.pk), language)


def first_names(article_ids: Iterable[int] | None = None) -> dict[int, int]:
    """Return the key of the first author of each article, by the articles' keys (all: every article's)."""
    bylines = Byline.objects.filter(role="").order_by("article_id", "-position", "-pk")
    if article_ids is not None:
        bylines = bylines.filter(article__in=list(article_ids))
    return dict(bylines.values_list("article_id", "author_id"))


@dataclass(frozen=True)
class Casting:
    """All voices and choices, read once: who reads whom."""

    voices: list[Voice]
    of_authors: dict[int, str] = field(default_factory=dict)
    of_languages: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        """Read the choices; one query."""
        rows = list(VoiceChoice.objects.values_list("author_id", "language", "voice"))
        return cls(
            all_voices(),
            {author: voice for author, _language, voice in rows if author},
            {_plain(language): voice for author, language, voice in rows if not author},
        )

    def voice_for(self, author_id: int | None, language: str | None = None) -> Voice:
        """Return who reads what ``author_id`` wrote in ``language`` (default: the magazine's)."""
        wanted = _plain(language or settings.LANGUAGE_CODE)
        chosen = (
            self.of_authors.get(author_id or 0)
            or self.of_languages.get(wanted)
            or self.of_languages.get(_base(wanted))
        )
        if chosen:
            for voice in self.voices:
                if voice.name == chosen:
                    return voice
            raise VoiceMissingError(f"The voice “{chosen}” was chosen, and is not on this machine.")
        speaking = [voice for voice in self.voices if _base(voice.language) == _base(wanted)]
        if not speaking:
            raise VoiceMissingError(f"No voice on this machine speaks “{wanted}”.")
        return speaking[0]


def _plain(language: str) -> str:
    return language.lower().replace("_", "-")


def _base(language: str) -> str:
    return _plain(language).partition("-")[0]
