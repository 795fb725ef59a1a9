"""Other programs, run as processes of their own and kept within bounds.

They get no shell, no names from outside, the lowest claim on the processors, and limits of time, of memory
and of how much they may write. What they are started with ends with them: a folder of our own, whose
remains (of a worker that was killed) the tidying takes away.
"""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

# Whoever waits is asked so often, in seconds, whether there is anything to say meanwhile.
TICK = 0.5
NICE = 10
GIBIBYTE = 1024**3
# No recording, no sound of a sentence and no message comes near to this.
LARGEST_FILE = 2 * GIBIBYTE
# Messages come at once; and threads do not each reserve memory that they will not use.
SURROUNDINGS = {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "1"}
# A work folder is left alone for so long: its worker may still be at it.
LEFT_FOR = timedelta(hours=12)


class ProcessError(RuntimeError):
    """A program did not do what it was started for. The message ends with its own last words."""


def quiet() -> None:
    """Say nothing meanwhile."""


@contextmanager
def work_folder() -> Iterator[Path]:
    """Give a new folder for files that nobody needs afterwards."""
    parent = _work_folders()
    parent.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(dir=parent)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tidy(at: datetime | None = None) -> int:
    """Delete the work folders of workers that were killed; return how many."""
    before = ((at or timezone.now()) - LEFT_FOR).timestamp()
    parent = _work_folders()
    old = [one for one in parent.iterdir() if one.stat().st_mtime < before] if parent.is_dir() else []
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _work_folders() -> Path:
    return Path(settings.DATA_DIR) / "audio-work"


def start(
    command: Sequence[str],
    *,
    folder: Path,
    given: IO[bytes] | int = subprocess.DEVNULL,
    out: IO[bytes] | int = subprocess.DEVNULL,
    errors: IO[bytes] | int = subprocess.DEVNULL,
    memory: int = 4 * GIBIBYTE,
    cpu_seconds: int = 3600,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in ``folder``, within ``memory`` bytes and ``cpu_seconds`` of computing.

    Raises ``ProcessError`` if there is no such program.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the names are ours or the operator's
            list(command),
            cwd=folder,
            stdin=given,
            stdout=out,
            stderr=errors,
            start_new_session=True,
            env=os.environ | SURROUNDINGS | {"TMPDIR": str(folder)},
        )
    except OSError as error:
        raise ProcessError(f"{command[0]} does not start: {error.strerror}") from error
    with suppress(ProcessLookupError, PermissionError):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        for limit, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, cpu_seconds),
            (resource.RLIMIT_FSIZE, LARGEST_FILE),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.prlimit(process.pid, limit, (most, most))
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End ``process`` and what it has started, at once."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with suppress(OSError):
                pipe.close()


def run(
    command: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    given: bytes = b"",
    meanwhile: Callable[[], None] = quiet,
    memory: int = 4 * GIBIBYTE,
    most: int = 64 * 1024**2,
) -> tuple[bytes, str]:
    """Run ``command`` to its end; return what it wrote to its output, and its messages.

    ``given`` is its input. Raises ``ProcessError`` when it takes longer than ``seconds``, writes more than
    ``most`` bytes, or fails; and whatever ``meanwhile`` raises, which is called every half second.
    """
    with (
        tempfile.TemporaryFile(dir=folder) as source,
        tempfile.TemporaryFile(dir=folder) as out,
        tempfile.TemporaryFile(dir=folder) as errors,
    ):
        source.write(given)
        source.seek(0)
        process = start(
            command,
            folder=folder,
            given=source,
            out=out,
            errors=errors,
            memory=memory,
            cpu_seconds=int(seconds * 4) + 10,
        )
        until = time.monotonic() + seconds
        try:
            while True:
                try:
                    process.wait(TICK)
                    break
                except subprocess.TimeoutExpired:
                    meanwhile()
                    written = os.fstat(out.fileno()).st_size + os.fstat(errors.fileno()).st_size
                    if time.monotonic() > until or written > most:
                        raise ProcessError(
                            f"{_name(command)} was ended: it took longer than {seconds:.0f} seconds or wrote "
                            "without end."
                        ) from None
        finally:
            end(process)
        messages = _tail(errors)
        if process.returncode < 0:
            # Most of all by the limits of memory, time and size that it was given.
            raise ProcessError(f"{_name(command)} was ended by {signal.Signals(-process.returncode).name}.")
        if process.returncode:
            raise ProcessError(f"{_name(command)} failed ({process.returncode}): {messages[-300:].strip()}")
        if os.fstat(out.fileno()).st_size > most:
            raise ProcessError(f"{_name(command)} wrote more than {most} bytes.")
        out.seek(0)
        return out.read(), messages


def _name(command: Sequence[str]) -> str:
    return Path(command[0]).name


def _tail(file: IO[bytes]) -> str:
    file.seek(max(0, os.fstat(file.fileno()).st_size - 64_000))
    return file.read().decode(errors="replace")
