"""What a file says of itself: headline, byline, issue, chapters, cover."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from audio.studio.ffmpeg import OPENS


@dataclass(frozen=True)
class Chapter:
    """One part of a recording, in milliseconds from the beginning."""

    title: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True)
class Tags:
    """``cover`` is a JPEG, or nothing. All texts are plain; what is written of them is escaped here."""

    title: str
    artist: str
    album: str
    publisher: str
    date: str = ""
    language: str = "en-gb"
    chapters: Sequence[Chapter] = ()
    cover: bytes = b""

    # An Opus file has no room for a cover, and its chapters come out at wrong times.
    WORDS_ALONE: ClassVar[Sequence[str]] = ("-map_metadata", "1", "-map_chapters", "-1")

    def write(self, folder: Path) -> tuple[list[str], list[str]]:
        """Lay the files that ffmpeg reads them from into ``folder``.

        Return its arguments for the inputs, which come second and third after the sound, and for an MP3.
        """
        (folder / "tags.txt").write_text(self.as_metadata())
        inputs = ["-f", "ffmetadata", *OPENS, "-i", "tags.txt"]
        options = ["-map_metadata", "1", "-map_chapters", "1", "-id3v2_version", "3", "-write_id3v1", "0"]
        if self.cover:
            (folder / "cover.jpg").write_bytes(self.cover)
            inputs += ["-f", "image2", *OPENS, "-pattern_type", "none", "-i", "cover.jpg"]
            options += ["-map", "2:v", "-c:v", "copy", "-disposition:v", "attached_pic"]
            options += ["-metadata:s:v", "title=Cover", "-metadata:s:v", "comment=Cover (front)"]
        return inputs, options

    def as_metadata(self) -> str:
        """Return all but the cover, as ffmpeg reads it."""
        said = {
            "title": self.title,
            "artist": self.artist,
            "album": self.album,
            "publisher": self.publisher,
            "genre": "Podcast",
            "date": self.date,
            "language": self.language,
        }
        lines = [";FFMETADATA1", *(f"{key}={_escaped(value)}" for key, value in said.items() if value)]
        for chapter in self.chapters:
            lines += [
                "[CHAPTER]",
                "TIMEBASE=1/1000",
                f"START={chapter.from_ms}",
                f"END={chapter.until_ms}",
                f"title={_escaped(chapter.title)}",
            ]
        return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    one_line = " ".join(re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", " ", text).split())
    return re.sub(r"([=;#\\])", r"\\\1", one_line)[:500]
