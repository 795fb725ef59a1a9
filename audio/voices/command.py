"""Any other voice: a command of your own, named in ``MAGAZINE_AUDIO_COMMAND``.

It is started once for each sentence, without a shell, in an empty folder. On its input it gets the sentence
in UTF-8, one line, and then the end; on its output it writes one WAV file (16 bits, one or two channels, 8 to
96 kHz), and ends with 0. Anything else is a failure, and the desk tells what it wrote among its messages.
It may take 30 seconds and a tenth of one more for each letter; its output may have 64 MB.
``MAGAZINE_AUDIO_COMMAND_LANGUAGE`` says what it speaks (``en-gb`` unless told).

What it made is kept as long as the command, and the program's own file, stay the same. Give it another
argument (a version) when its voice has changed without either.
"""

import hashlib
import shlex
import shutil
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from django.conf import settings

from audio import processes
from audio.voices import waves
from audio.voices.base import Voice, VoiceError
from audio.voices.digests import digest_of_files

WAIT, WAIT_PER_LETTER = 30.0, 0.1


class CommandVoice:
    """The operator's own command."""

    name = "command"

    def __init__(self, command: str, language: str) -> None:
        self.command = shlex.split(command)
        self.language = language.lower()
        self.label = f"{Path(self.command[0]).name} ({self.language})"

    @cached_property
    def fingerprint(self) -> str:
        """The digest of the command as it is written, and of the program it starts."""
        program = shutil.which(self.command[0])
        files = digest_of_files((Path(program),)) if program else ""
        return hashlib.sha256("\0".join([*self.command, files]).encode()).hexdigest()

    def speak(self, sentences: Iterable[str]) -> Iterator[bytes]:
        """Read ``sentences`` aloud, as ``Voice.speak`` says."""
        with processes.work_folder() as folder:
            for sentence in sentences:
                line = " ".join(sentence.split())
                try:
                    sound, _messages = processes.run(
                        self.command,
                        folder=folder,
                        seconds=WAIT + WAIT_PER_LETTER * len(line),
                        given=f"{line}\n".encode(),
                    )
                except processes.ProcessError as error:
                    raise VoiceError(str(error)) from error
                yield waves.checked(sound, said_by=self.label)


def voices() -> list[Voice]:
    """Return the operator's own voice, if there is one."""
    if not settings.AUDIO_COMMAND:
        return []
    return [CommandVoice(settings.AUDIO_COMMAND, settings.AUDIO_COMMAND_LANGUAGE)]
