"""From a script to a recording: the sentences one after the other, with the pauses between them, and tags."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from articles.models import Article
from audio import chapters, takes
from audio.models import Narration
from audio.processes import quiet
from audio.script import Block, Script, Sentence
from audio.studio import mastering
from audio.studio.cover import cover_of
from audio.studio.ffmpeg import StudioError
from audio.studio.mastering import Mastered
from audio.studio.tags import Chapter, Tags
from audio.voices.base import Voice

# Seconds of silence: between sentences, between blocks, around what stands by itself. Copied sounds are the
# same after a change of these; raise ``audio.studio.RULES`` with them.
BETWEEN_SENTENCES = 0.4
BETWEEN_BLOCKS = 0.8
AROUND = {"headline": 0.7, "byline": 1.1, "standfirst": 1.1, "heading": 1.0, "quotation": 0.9}
BEFORE_HEADING = 1.3
AT_THE_END = 0.8

Segment = dict[str, Any]
Line = tuple[Block, Sentence]


@dataclass(frozen=True)
class Recording:
    """What becomes of a script: the files, what is heard when, and how many sentences had to be voiced."""

    files: Mastered
    segments: list[Segment]
    duration_ms: int
    voiced: int = 0
    is_estimated: bool = False


@dataclass(frozen=True)
class Credits:
    """What a recording says of itself, in plain text, and its picture as a JPEG."""

    title: str
    artist: str
    album: str
    date: str = ""
    cover: bytes = b""

    @property
    def label(self) -> list[str]:
        """What makes another recording necessary when it changes."""
        return [self.title, self.artist, self.album, self.date, hashlib.sha256(self.cover).hexdigest()]


def lines_of(said: Script) -> list[Line]:
    """Return what is read of ``said``. Raises ``StudioError`` when that is nothing."""
    lines = [(block, sentence) for block, sentence in said.sentences() if sentence.spoken.strip()]
    if not lines:
        raise StudioError(gettext("There is nothing in it to be read aloud."))
    return lines


def record(
    said: Script,
    about: Credits,
    voice: Voice,
    *,
    folder: Path,
    tell: Callable[[int, bool], None],
    meanwhile: Callable[[], None] = quiet,
) -> Recording:
    """Have ``voice`` read ``said``, and return the finished recording.

    ``tell`` is called with the per cent that are done, and whether the work may be left at that point, and
    ``meanwhile`` while other programs work; the reading ends with what either raises, and what has been read
    is kept. Memory is that of one sentence; what is longer lies in ``folder``, once.
    Raises ``VoiceError`` and ``StudioError``.
    """
    lines = lines_of(said)
    session = takes.Session(
        voice, folder, meanwhile, lambda done: tell(85 * done // max(1, len(lines)), True)
    )
    session.fetch(sentence.spoken for _block, sentence in lines)
    sound = folder / "joined.pcm"
    segments, duration_ms = _join(lines, session, sound)
    tell(88, False)
    tags = tags_of(about, segments, duration_ms, said.language)
    files = mastering.master(sound, takes.RATE, tags, folder=folder, meanwhile=meanwhile)
    return Recording(files, segments, duration_ms, session.voiced)


def pauses(lines: Sequence[Line]) -> Iterator[float]:
    """Yield how long it is quiet after each of ``lines``, in seconds."""
    for (block, _), (following, _) in pairwise(lines):
        if block is following:
            yield BETWEEN_SENTENCES
        elif following.kind == "heading":
            yield BEFORE_HEADING
        else:
            yield max(AROUND.get(block.kind, 0), AROUND.get(following.kind, 0), BETWEEN_BLOCKS)
    yield AT_THE_END


def credits_of(article: Article) -> Credits:
    """Return what a recording of ``article`` says of itself (lead picture, issue and its cover are read)."""
    issue = article.issue
    return Credits(
        title=article.headline,
        artist=article.byline_text or settings.MAGAZINE_NAME,
        album=f"{settings.MAGAZINE_NAME}, {issue.label}" if issue else settings.MAGAZINE_NAME,
        date=article.published_at.date().isoformat() if article.published_at else "",
        cover=cover_of(article),
    )


def tags_of(about: Credits, segments: list[Segment], duration_ms: int, language: str) -> Tags:
    """Return the tags of a recording: its credits, and its chapters."""
    return Tags(
        title=about.title,
        artist=about.artist,
        album=about.album,
        publisher=settings.MAGAZINE_NAME,
        date=about.date,
        language=language,
        chapters=list(_chapters(about.title, segments, duration_ms)),
        cover=about.cover,
    )


def _chapters(headline: str, segments: list[Segment], duration_ms: int) -> Iterator[Chapter]:
    parts = chapters.chapters_of(Narration(article=Article(headline=headline), segments=segments))
    ends = [*(part.from_ms for part in parts[1:]), duration_ms]
    for part, until in zip(parts, ends, strict=True):
        yield Chapter(part.title, part.from_ms, until)


def _join(lines: Sequence[Line], session: takes.Session, into: Path) -> tuple[list[Segment], int]:
    """Put the sounds behind one another; return what is heard when, exact to the sample, and the whole."""
    segments: list[Segment] = []
    samples = 0
    still_needed = _counted(sentence.spoken for _block, sentence in lines)
    with into.open("wb") as joined:
        for (block, sentence), pause in zip(lines, pauses(lines), strict=True):
            source = session.sound(sentence.spoken)
            size = _append(source, joined.fileno())
            still_needed[sentence.spoken] -= 1
            if not still_needed[sentence.spoken]:
                source.unlink()
            segments.append(
                {
                    "block": block.block,
                    "kind": block.kind,
                    "text": sentence.text,
                    "take": takes.name_of(session.voice, sentence.spoken),
                    "from": _ms(samples),
                    "until": _ms(samples + size // 2),
                }
            )
            silence = int(pause * takes.RATE)
            os.write(joined.fileno(), bytes(2 * silence))
            samples += size // 2 + silence
    return segments, _ms(samples)


def _append(source: Path, into: int) -> int:
    """Copy ``source`` behind what is there; return its size."""
    with source.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        offset = 0
        while offset < size:
            offset += os.sendfile(into, file.fileno(), offset, size - offset)
    return size


def _counted(of: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in of:
        counts[one] = counts.get(one, 0) + 1
    return counts


def _ms(samples: int) -> int:
    return samples * 1000 // takes.RATE
