"""Voices that are programs fed line by line: one process for as many sentences as there are.

The program writes a WAV file into its folder for each line that it reads, and then says “Wrote” and the
file's name among its messages. That is how Piper's own command line behaves.
"""

import os
import select
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from audio import processes
from audio.voices import waves
from audio.voices.base import VoiceError

# Loading a model from a slow disk.
FIRST_WAIT = 60.0
# A sentence of 300 letters is some 20 seconds of sound, read in two to five.
WAIT, WAIT_PER_LETTER = 30.0, 0.1
MARK = b"Wrote "
MOST_MESSAGES = 1024**2


def read_lines(command: Sequence[str], sentences: Iterable[str], *, said_by: str) -> Iterator[bytes]:
    """Have ``command`` read ``sentences``; yield a WAV file for each, in order.

    ``{folder}`` in the command stands for where the files are to go. What has no letter or digit in it is a
    moment of silence: it would be nothing to a voice, and some die of it. Raises ``VoiceError``.
    """
    with processes.work_folder() as folder:
        arguments = [part.replace("{folder}", str(folder)) for part in command]
        reader: _Reader | None = None
        try:
            for sentence in sentences:
                line = " ".join(sentence.split())
                if not any(letter.isalnum() for letter in line):
                    yield waves.silence(0.1, 22_050)
                    continue
                reader = reader or _Reader(arguments, folder, said_by)
                yield waves.checked(reader.read(line), said_by=said_by)
        finally:
            if reader:
                reader.close()


class _Reader:
    """One process that reads."""

    def __init__(self, command: Sequence[str], folder: Path, said_by: str) -> None:
        self.folder, self.said_by, self.has_read = folder, said_by, False
        self.messages = self.last = b""
        try:
            self.process = processes.start(
                command, folder=folder, given=subprocess.PIPE, errors=subprocess.PIPE
            )
        except processes.ProcessError as error:
            raise VoiceError(str(error)) from error
        self.source = cast(IO[bytes], self.process.stdin)
        self.told = cast(IO[bytes], self.process.stderr)

    def read(self, line: str) -> bytes:
        """Return the sound of ``line``."""
        wait = WAIT + WAIT_PER_LETTER * len(line) + (0 if self.has_read else FIRST_WAIT)
        try:
            self.source.write(f"{line}\n".encode())
            self.source.flush()
        except OSError as error:
            # It died before it was asked, and may have said why.
            self._hear_out()
            raise self._trouble("ended too soon") from error
        name = self._written(time.monotonic() + wait, wait)
        self.has_read = True
        file = self.folder / Path(name).name
        try:
            return file.read_bytes()
        except OSError as error:
            raise self._trouble("named a file that is not there") from error
        finally:
            file.unlink(missing_ok=True)

    def _written(self, until: float, wait: float) -> str:
        while True:
            while b"\n" in self.messages:
                told, self.messages = self.messages.split(b"\n", 1)
                _before, mark, name = told.partition(MARK)
                if mark:
                    return name.decode(errors="replace").strip()
                self.last = told
            if len(self.messages) > MOST_MESSAGES:
                raise self._trouble("says more than anybody reads")
            rest = until - time.monotonic()
            if rest <= 0:
                raise self._trouble(f"did not answer for {wait:.0f} seconds")
            ready, _, _ = select.select([self.told], [], [], min(rest, processes.TICK))
            if ready:
                more = os.read(self.told.fileno(), 65_536)
                if not more:
                    raise self._trouble("ended too soon")
                self.messages += more

    def _hear_out(self) -> None:
        """Take what is left of its messages."""
        while len(self.messages) < MOST_MESSAGES and select.select([self.told], [], [], processes.TICK)[0]:
            more = os.read(self.told.fileno(), 65_536)
            if not more:
                return
            self.messages += more

    def _trouble(self, what: str) -> VoiceError:
        said = (self.messages.strip() or self.last).decode(errors="replace")[-200:]
        return VoiceError(f"{self.said_by} {what}. {said}".strip())

    def close(self) -> None:
        """Let it go: it has nothing more to say."""
        with suppress(OSError):
            processes.end(self.process)
