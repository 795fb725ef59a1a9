"""What it costs to have an article read aloud: seconds for a second of sound, and memory.

Run by ``make bench``. The same piece is read twice: by the voice, and after one sentence was changed.

    python -m benchmarks.audio
"""

import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "magazine.settings")
    django.setup()

from django.conf import settings

from audio import recording
from audio.processes import work_folder
from audio.recording import Credits
from audio.script import Block, Script, Sentence, digest_of
from audio.voices import pico, piper
from audio.voices.base import Voice

WORDS = 600
VOCABULARY = (
    "tide harbour ledger clerk bridge river lamp market quay ferry window paper bell stone rope winter"
    " council mended counting afternoon weather engineer argument borrowed silver proverb parish"
).split()


def script(words: int, *, more: str = "") -> Script:
    """A piece of ``words`` words, five sentences of fifteen to a paragraph; ``more`` stands at its end."""
    chance = random.Random(5)

    def blocks() -> Iterator[Block]:
        for number in range(words // 75):
            said = [f"{' '.join(chance.choices(VOCABULARY, k=15)).capitalize()}." for _ in range(5)]
            if number == words // 75 - 1:
                said[-1] += more
            text = " ".join(said)
            sentences = tuple(Sentence(one, one) for one in said)
            yield Block(number, "paragraph", text, digest_of(text), sentences, is_worded=False)

    return Script("en-gb", tuple(blocks()))


def measure(voice: Voice, said: Script) -> None:
    """Make the recording once, and print a line about it."""
    about = Credits("The River Returns", "Tobias Wren", "Halyard")
    with work_folder() as folder:
        started, busy = time.perf_counter(), _busy()
        made = recording.record(said, about, voice, folder=folder, tell=lambda *_: None)
        seconds, cpu = time.perf_counter() - started, _busy() - busy
    sound = made.duration_ms / 1000
    own, others = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"{voice.name:<26} {made.voiced:>6} {sound:>8.0f} {seconds:>8.1f} {cpu:>8.1f} {seconds / sound:>8.3f}"
        f" {own:>9.0f} {others:>10.0f} {made.files.level.loudness:>7.1f} {made.files.level.peak:>6.1f}",
        flush=True,
    )


def _busy() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    print(
        f"{'voice':<26} {'voiced':>6} {'sound s':>8} {'seconds':>8} {'CPU s':>8} {'x real':>8}"
        f" {'own MiB':>9} {'other MiB':>10} {'LUFS':>7} {'peak':>6}"
    )
    with tempfile.TemporaryDirectory() as folder:
        settings.STORAGES["private"]["OPTIONS"]["location"] = Path(folder)
        for voice in [*pico.voices()[:1], *piper.voices()[-1:]]:
            measure(voice, script(WORDS))
            measure(voice, script(WORDS, more=" And so on."))


if __name__ == "__main__":
    main()
