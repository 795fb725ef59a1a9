"""What somebody has read and sent, made into a recording like any other.

What is said when is not measured but reckoned: the sentences are laid over the recording by their lengths,
and their bounds moved to the nearest pauses. That is marked as such (``is_estimated``).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path

from django.utils.translation import gettext

from audio import recording
from audio.models import Narration
from audio.processes import quiet
from audio.recording import Credits, Line, Recording, Segment
from audio.script import Script
from audio.studio import ffmpeg, mastering
from audio.studio.ffmpeg import CAREFULLY, OPENS, StudioError
from magazine import vault

RATE = 44_100
# In seconds. An hour and a half is more than three times the longest piece.
SHORTEST, LONGEST = 1.0, 90 * 60.0
# People read about so many letters in a second; what a pause is worth in letters comes from it.
LETTERS_A_SECOND = 15
# A bound is moved to a pause that is not farther off than this, in seconds.
NEAR = 2.5

Pause = tuple[float, float]


def prepare(
    narration: Narration,
    said: Script,
    about: Credits,
    *,
    folder: Path,
    meanwhile: Callable[[], None] = quiet,
) -> Recording:
    """Return the finished recording of the reading that was sent. Raises ``StudioError``."""
    sent, sound = folder / "sent", folder / "joined.pcm"
    sent.write_bytes(vault.read(narration.original))
    seconds = decode(sent, sound, RATE, folder=folder, meanwhile=meanwhile)
    pauses = _pauses_in(sound, folder=folder, meanwhile=meanwhile)
    segments = align(recording.lines_of(said), seconds, pauses)
    duration_ms = int(seconds * 1000)
    tags = recording.tags_of(about, segments, duration_ms, said.language)
    files = mastering.master(sound, RATE, tags, folder=folder, meanwhile=meanwhile)
    return Recording(files, segments, duration_ms, is_estimated=True)


def decode(
    sent: Path,
    into: Path,
    rate: int,
    *,
    folder: Path,
    wait: float = 300,
    meanwhile: Callable[[], None] = quiet,
) -> float:
    """Write the sound of ``sent``, and nothing else, as raw samples ``into`` a file; return the seconds.

    Raises ``StudioError`` for what is no sound that we know, too short, or too long.
    """
    arguments = [*CAREFULLY, "-i", sent.name, "-map", "0:a:0", "-t", str(LONGEST + 1)]
    arguments += ["-map_metadata", "-1", "-ac", "1", "-ar", str(rate), "-f", "s16le", into.name]
    ffmpeg.program()
    try:
        ffmpeg.run(arguments, folder=folder, seconds=wait, meanwhile=meanwhile)
    except StudioError as error:
        raise StudioError(gettext("It is not a sound file that can be read.")) from error
    seconds = into.stat().st_size / 2 / rate if into.exists() else 0.0
    if seconds < SHORTEST:
        raise StudioError(gettext("It is shorter than a second."))
    if seconds > LONGEST:
        raise StudioError(gettext("It is longer than %d minutes.") % (LONGEST // 60))
    return seconds


def align(lines: Sequence[Line], seconds: float, pauses: Sequence[Pause] = ()) -> list[Segment]:
    """Lay ``lines`` over ``seconds`` of sound, by their lengths, with their bounds at ``pauses``."""
    weights = [
        max(1, len(sentence.spoken)) + LETTERS_A_SECOND * pause
        for (_block, sentence), pause in zip(lines, recording.pauses(lines), strict=True)
    ]
    scale = seconds / sum(weights)
    begins, now, reckoned = 0.0, 0.0, []
    for weight in weights:
        now += weight * scale
        reckoned.append(now)
    segments: list[Segment] = []
    free = list(pauses)
    for (block, sentence), bound in zip(lines, reckoned, strict=True):
        until, following = (
            _at_a_pause(bound, begins, free) if bound is not reckoned[-1] else (seconds, seconds)
        )
        segments.append(
            {
                "block": block.block,
                "kind": block.kind,
                "text": sentence.text,
                "take": "",
                "from": int(begins * 1000),
                "until": int(until * 1000),
            }
        )
        begins = following
    return segments


def _at_a_pause(bound: float, begins: float, pauses: list[Pause]) -> Pause:
    """Return the pause next to ``bound``; else the bound itself, or where the sentence begins."""
    place = bisect_left(pauses, (bound, bound))
    near = [one for one in pauses[max(0, place - 1) : place + 1] if one[0] > begins]
    best = min(near, key=lambda one: abs(sum(one) / 2 - bound), default=None)
    if best and abs(sum(best) / 2 - bound) <= NEAR:
        pauses.remove(best)
        return best
    bound = max(bound, begins)
    return bound, bound


def _pauses_in(sound: Path, *, folder: Path, meanwhile: Callable[[], None]) -> list[Pause]:
    arguments = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", *OPENS, "-i", sound.name]
    arguments += ["-af", "silencedetect=noise=-35dB:duration=0.25", "-f", "null", "-"]
    told = ffmpeg.run(arguments, folder=folder, meanwhile=meanwhile, info=True)
    starts = [float(one) for one in re.findall(r"silence_start: (-?[\d.]+)", told)]
    ends = [float(one) for one in re.findall(r"silence_end: (-?[\d.]+)", told)]
    return [(max(0.0, start), end) for start, end in zip(starts, ends, strict=False)]
