"""Voices that cost nothing: a tone for each sentence, and recordings that were made beforehand."""

import hashlib
import io
import math
import wave
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from articles.models import Article
from audio import freshness, making
from audio.models import Narration
from audio.studio.mastering import Level, Mastered
from magazine import vault

HERE = Path(__file__).parent
MP3 = (HERE / "two-seconds.mp3").read_bytes()
OPUS = (HERE / "two-seconds.opus").read_bytes()
RATE = 22_050


def tone(seconds: float = 0.2, *, hertz: float = 220, loud: float = 0.3, rate: int = RATE) -> bytes:
    """A WAV file with a tone of ``seconds`` in it; ``loud`` is a share of full scale."""
    turn = 2 * math.pi * hertz / rate
    samples = array("h", (int(32_767 * loud * math.sin(turn * n)) for n in range(int(seconds * rate))))
    with io.BytesIO() as out:
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(samples.tobytes())
        return out.getvalue()


class FakeVoice:
    """Reads any sentence as a tone, the longer the more letters it has, and remembers what it read.

    ``meanwhile`` is called before each sentence, with the sentence.
    """

    meanwhile: Callable[[str], Any]

    def __init__(self, name: str = "fake", language: str = "en-gb") -> None:
        self.name, self.label, self.language = name, f"Fake ({name})", language
        self.fingerprint = hashlib.sha256(name.encode()).hexdigest()
        self.forget()

    def forget(self) -> None:
        """Be as on the first day."""
        self.spoken: list[str] = []
        self.meanwhile = lambda sentence: None

    def speak(self, sentences: Iterable[str]) -> Iterator[bytes]:
        for sentence in sentences:
            self.meanwhile(sentence)
            self.spoken.append(sentence)
            yield tone(0.1 + len(sentence) / 1000)


VOICE = FakeVoice()


def voices() -> list[FakeVoice]:
    """For ``settings.AUDIO_VOICES``: the one voice of a test."""
    return [VOICE]


@contextmanager
def reading_aloud(settings: Any, *, true_studio: bool = False) -> Iterator[FakeVoice]:
    """Have a fake voice read; yields it. ``settings`` is the fixture of that name.

    Nothing is levelled or coded, which takes half a second, unless in a ``true_studio``.
    """
    settings.AUDIO_VOICES = ["tests.audio.fakes.voices"]
    VOICE.forget()
    with nullcontext() if true_studio else patch("audio.studio.mastering.master", mastered):
        yield VOICE
    VOICE.forget()


def mastered(sound: Path, *_: Any, **__: Any) -> Mastered:
    """Two seconds of a tone, whatever it is made from, and behind them what tells one from another."""
    mark = hashlib.sha256(sound.read_bytes()).digest()
    return Mastered(MP3 + mark, OPUS + mark, Level(-16.0, -2.0))


def work() -> int:
    """Do what the worker does in a minute; return how many recordings are new."""
    making.look()
    return sum(making.make(pk) for pk in asked())


def asked() -> list[int]:
    """The narrations that were asked for and not made yet."""
    return list(Narration.objects.exclude(asked_at=None).order_by("pk").values_list("pk", flat=True))


def narrated(
    article: Article, *, texts: Iterable[str] = ("The first paragraph.", "The second."), **fields: Any
) -> Narration:
    """Give ``article`` a ready recording: two seconds of a tone, which pass for the headline and ``texts``,
    the paragraphs of its body.
    """
    mp3, _hash = vault.store("audio", MP3, "mp3")
    opus, _hash = vault.store("audio", OPUS, "opus")
    values: dict[str, Any] = {
        "voice": "fake",
        "mp3": mp3,
        "opus": opus,
        "mp3_size": len(MP3),
        "opus_size": len(OPUS),
        "duration_ms": 2000,
        "loudness": -16.0,
        "peak": -2.0,
        "segments": segments(article.headline, texts),
        "made_from": "0" * 64,
        "made_at": timezone.now(),
        "agreed_at": timezone.now(),
        **fields,
    }
    narration, _made = Narration.objects.update_or_create(article=article, defaults=values)
    if "outline" not in fields:
        narration.outline = freshness.outlines([article.pk])[article.pk]
        narration.save(update_fields=["outline"])
    return narration


def narrate_all() -> None:
    """Give every public piece that has none a ready recording, faster than any voice."""
    mp3, _hash = vault.store("audio", MP3, "mp3")
    articles = list(Article.objects.published().filter(narration=None).only("pk"))
    outlines = freshness.outlines([article.pk for article in articles])
    Narration.objects.bulk_create(
        Narration(
            article=article, mp3=mp3, made_from="0" * 64, made_at=timezone.now(), outline=outlines[article.pk]
        )
        for article in articles
    )


def segments(headline: str, texts: Iterable[str]) -> list[dict[str, Any]]:
    """What is heard when: each piece as long as the others, two seconds in all."""
    lines = [(None, "headline", headline), *((n, "paragraph", text) for n, text in enumerate(texts))]
    each = 2000 // len(lines)
    return [
        {
            "block": block,
            "kind": kind,
            "text": text,
            "take": hashlib.sha256(text.encode()).hexdigest(),
            "from": n * each,
            "until": (n + 1) * each,
        }
        for n, (block, kind, text) in enumerate(lines)
    ]
