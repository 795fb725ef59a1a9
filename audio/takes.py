"""The sound of each sentence, kept for a while: reading again costs nothing, and an edit what it changed.

A *take* is known by the voice and the words it was given. It is kept in private storage as FLAC, followed by
the digest of those bytes, because a worker that is killed while writing leaves half a file. A take that is
not whole is not there.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from audio.processes import quiet
from audio.studio import ffmpeg
from audio.studio.ffmpeg import OPENS
from audio.voices.base import Voice, VoiceError
from magazine import vault

FOLDER = "takes"
# All takes are mono, of 16 bits, with so many samples a second.
RATE = 22_050
# So many are written and read by one process; a worker that is killed loses no more than these.
BATCH = 10
# When a take is used after so long, its file says so: it is kept on from then.
USED_AGAIN_AFTER = timedelta(days=5)


def name_of(voice: Voice, spoken: str) -> str:
    """Return what the take of ``spoken`` by ``voice`` is known by: 64 hex letters."""
    return hashlib.sha256(f"{voice.fingerprint}\0{spoken}".encode()).hexdigest()


@dataclass
class Session:
    """One reading: puts the sounds of sentences into ``folder`` as raw samples, one file for each take.

    ``voiced`` counts the sentences that the voice had to read; the others were kept from before. ``tell`` is
    called with the number of sentences done whenever there are more, and ``meanwhile`` while others work;
    what either raises ends the reading, and what was read till then is kept.
    """

    voice: Voice
    folder: Path
    meanwhile: Callable[[], None] = quiet
    tell: Callable[[int], None] = lambda done: None
    voiced: int = field(default=0, init=False)
    done: int = field(default=0, init=False)

    def fetch(self, sentences: Iterable[str]) -> None:
        """Have the sound of each of ``sentences`` in the folder. Raises ``VoiceError``, ``StudioError``."""
        names = {name_of(self.voice, spoken): spoken for spoken in sentences}
        missing = [spoken for batch in _batches(names) for spoken in self._kept(batch, names)]
        sounds = self.voice.speak(missing)
        try:
            for batch in _batches(missing):
                self._record(batch, sounds)
        finally:
            # Ends the process of a voice that is not through.
            getattr(sounds, "close", quiet)()

    def sound(self, spoken: str) -> Path:
        """Return where the samples of ``spoken`` are."""
        return self.folder / f"{name_of(self.voice, spoken)}.pcm"

    def _kept(self, batch: Sequence[str], names: dict[str, str]) -> list[str]:
        """Lay out what is kept of ``batch``; return the sentences that are not."""
        kept = {name: sound for name in batch if (sound := _read(name))}
        there = list(kept)
        for name, sound in kept.items():
            (self.folder / f"{name}.flac").write_bytes(sound)
        arguments: list[str] = []
        for name in there:
            arguments += [*OPENS, "-f", "flac", "-i", f"{name}.flac"]
        for number, name in enumerate(there):
            arguments += ["-map", f"{number}:a", "-f", "s16le", f"{name}.pcm"]
        if there:
            ffmpeg.run(arguments, folder=self.folder, meanwhile=self.meanwhile)
        for name in there:
            (self.folder / f"{name}.flac").unlink()
        self._done(len(there))
        return [names[name] for name in batch if name not in there]

    def _record(self, batch: Sequence[str], sounds: Iterator[bytes]) -> None:
        """Take the sounds of ``batch`` from the voice, and keep them: also those there are when it stops."""
        read: list[str] = []
        try:
            for spoken in batch:
                name = name_of(self.voice, spoken)
                sound = next(sounds, None)
                if sound is None:
                    raise VoiceError(f"{self.voice.label} stopped before it had read everything.")
                (self.folder / f"{name}.wav").write_bytes(sound)
                read.append(name)
                self.voiced += 1
                self._done(1)
        finally:
            if read:
                self._keep(read)

    def _keep(self, names: Sequence[str]) -> None:
        arguments: list[str] = []
        for name in names:
            arguments += [*OPENS, "-f", "wav", "-i", f"{name}.wav"]
        for number, name in enumerate(names):
            same = ["-map", f"{number}:a", "-ar", str(RATE), "-ac", "1", "-sample_fmt", "s16", "-bitexact"]
            arguments += [*same, "-c:a", "flac", "-f", "flac", f"{name}.flac"]
            arguments += [*same[:-3], "-f", "s16le", f"{name}.pcm"]
        ffmpeg.run(arguments, folder=self.folder)
        for name in names:
            _store(name, (self.folder / f"{name}.flac").read_bytes())
            (self.folder / f"{name}.wav").unlink()
            (self.folder / f"{name}.flac").unlink()

    def _done(self, more: int) -> None:
        self.done += more
        if more:
            self.tell(self.done)


def forget(names: Iterable[str]) -> None:
    """Delete the takes ``names``, where they are: the next reading voices them again."""
    for name in set(names):
        vault.storage().delete(_path(name))


def tidy(at: datetime | None = None) -> int:
    """Delete the takes that have not been used for ``AUDIO_KEEP_TAKES_DAYS``; return how many."""
    before = (at or timezone.now()) - timedelta(days=settings.AUDIO_KEEP_TAKES_DAYS)
    kept = vault.storage()
    old = [path for path in vault.names(FOLDER) if kept.get_modified_time(path) < before]
    for path in old:
        kept.delete(path)
    return len(old)


def _path(name: str) -> str:
    return f"{FOLDER}/{name[:2]}/{name}.take"


def _store(name: str, sound: bytes) -> None:
    kept, path = vault.storage(), _path(name)
    kept.delete(path)
    stored = kept.save(path, ContentFile(sound + hashlib.sha256(sound).digest()))
    if stored != path:
        # Somebody else kept the same sentence at the same moment.
        kept.delete(stored)


def _read(name: str) -> bytes:
    """Return the FLAC of a take; nothing where there is none, or not all of it."""
    kept, path = vault.storage(), _path(name)
    try:
        data = vault.read(path)
    except vault.FileGoneError:
        return b""
    sound, seal = data[:-32], data[-32:]
    if hashlib.sha256(sound).digest() != seal:
        return b""
    if kept.get_modified_time(path) < timezone.now() - USED_AGAIN_AFTER:
        _store(name, sound)
    return sound


def _batches(of: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(of)
    while batch := list(islice(rest, BATCH)):
        yield batch
