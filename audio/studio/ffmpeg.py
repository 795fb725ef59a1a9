"""ffmpeg, run as a process of its own: the system's where there is one, else the one that comes as a package.

It is never given a name or an address that came from outside: files have names of ours in a folder of ours,
and it may open nothing but files and pipes. What is read of strangers goes through ``CAREFULLY``, which knows
sound and no play-lists.
"""

import importlib
import shutil
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from audio import processes
from audio.processes import ProcessError, quiet

# No answer is waited for longer, in seconds, except where something long is made.
WAIT = 120
MEMORY = 2 * processes.GIBIBYTE

OPENS = ("-protocol_whitelist", "file,pipe")
# A file that somebody sent: kinds of sound only, none of the kinds that name other files.
CAREFULLY = (
    *OPENS,
    "-format_whitelist",
    "mp3,wav,w64,flac,ogg,mov,aac,aiff,caf,matroska",
    "-codec_whitelist",
    "mp3,mp3float,aac,aac_fixed,alac,flac,vorbis,libvorbis,opus,libopus,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_u8",
)


class StudioError(RuntimeError):
    """Sound could not be worked on. The message is for people."""


def is_there() -> bool:
    """Whether this machine has ffmpeg."""
    try:
        program()
    except StudioError:
        return False
    return True


def program() -> str:
    """Return where ffmpeg is. Raises ``StudioError`` when it is nowhere."""
    return _found(settings.AUDIO_FFMPEG)


@lru_cache(maxsize=4)
def _found(told: str) -> str:
    if told:
        return told
    if system := shutil.which("ffmpeg"):
        return system
    if find_spec("imageio_ffmpeg"):
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    raise StudioError(gettext("There is no ffmpeg on this machine."))


def run(
    arguments: Sequence[str],
    *,
    folder: Path,
    seconds: float = WAIT,
    meanwhile: Callable[[], None] = quiet,
    info: bool = False,
) -> str:
    """Run ffmpeg with ``arguments`` in ``folder``; return its messages (``info``: and what filters tell).

    Raises ``StudioError``.
    """
    command = [
        program(),
        "-hide_banner",
        "-nostdin",
        "-nostats",
        "-loglevel",
        "info" if info else "error",
        "-max_alloc",
        str(256 * 1024**2),
        "-y",
        *arguments,
    ]
    try:
        _out, messages = processes.run(
            command, folder=folder, seconds=seconds, meanwhile=meanwhile, memory=MEMORY
        )
    except ProcessError as error:
        raise StudioError(str(error)) from error
    return messages
