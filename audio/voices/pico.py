"""Pico: small, quick voices in six languages. They sound like machines, and are better than none."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from audio.voices.base import Voice
from audio.voices.lines import read_lines

LANGUAGES = ("en-GB", "en-US", "de-DE", "es-ES", "fr-FR", "it-IT")
READER = Path(__file__).with_name("pico_reader.py")


class PicoVoice:
    """The voice of one language."""

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling
        self.language = spelling.lower()
        self.name = f"pico:{spelling}"
        self.label = f"Pico ({self.language})"

    @cached_property
    def fingerprint(self) -> str:
        """The language and the version of the package, which the voices come in."""
        return hashlib.sha256(f"{self.name} {version('py-nanotts')}".encode()).hexdigest()

    def speak(self, sentences: Iterable[str]) -> Iterator[bytes]:
        """Read ``sentences`` aloud, as ``Voice.speak`` says."""
        command = [sys.executable, str(READER), self.spelling, "{folder}"]
        return read_lines(command, sentences, said_by=self.label)


def voices() -> list[Voice]:
    """Return the six voices, or none where the package is not installed."""
    try:
        version("py-nanotts")
    except PackageNotFoundError:
        return []
    return [PicoVoice(spelling) for spelling in LANGUAGES]
