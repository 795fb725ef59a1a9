"""From plain sound to the files that readers get: one loudness for all, tags, chapters, a cover.

The loudness is that of podcasts: -16 LUFS for the whole (EBU R 128), and no true peak above -1 dB. It is
measured first, then brought to its place, and measured again in the finished file, for coding adds to peaks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext

from audio.processes import quiet
from audio.studio import ffmpeg
from audio.studio.ffmpeg import OPENS, StudioError
from audio.studio.tags import Tags

LOUDNESS, PEAK = -16.0, -1.0
# How far a finished file may be from that, in LU.
TOLERANCE = 0.5
# The peak that is aimed at: coding at these rates was seen to add up to one and a half dB, and rarely more.
AIMED_PEAK = -3.0
ATTEMPTS = 3
# A gain is corrected as often as this, to within so many LU.
CORRECTIONS, NEAR_ENOUGH = 6, 0.15
# The loudness that is aimed at: coding was seen to take a quarter of one LU away.
AIMED_LOUDNESS = LOUDNESS + 0.25
# What cannot be told from silence, in LUFS.
SILENT = -60.0
LEVELLED_RATE = 44_100

MP3 = ("-c:a", "libmp3lame", "-b:a", "64k", "-ar", "44100", "-ac", "1")
OPUS = (
    "-c:a",
    "libopus",
    "-b:a",
    "40k",
    "-ar",
    "48000",
    "-ac",
    "1",
    "-application",
    "voip",
    "-compression_level",
    "5",
)

# The sound at its loudness, between one process and the next.
AS_LEVELLED = ("-f", "s16le", "-ar", str(LEVELLED_RATE), "-ac", "1", "levelled.pcm")
LEVELLED = (*AS_LEVELLED[:6], *OPENS, "-i", "levelled.pcm")


@dataclass(frozen=True)
class Level:
    """How loud something is: LUFS, and the true peak in dB below full scale."""

    loudness: float
    peak: float


@dataclass(frozen=True)
class Mastered:
    """The finished files, as bytes; how loud the MP3 is, and the higher peak of both."""

    mp3: bytes
    opus: bytes
    level: Level


def master(
    sound: Path, rate: int, tags: Tags, *, folder: Path, meanwhile: Callable[[], None] = quiet
) -> Mastered:
    """Return the finished files of ``sound``: raw samples of 16 bits, mono, ``rate`` a second.

    Raises ``StudioError``: of silence nothing can be made.
    """
    seconds = sound.stat().st_size / 2 / rate
    wait = 60 + seconds / 2
    mp3, opus = folder / "finished.mp3", folder / "finished.opus"
    source = ("-f", "s16le", "-ar", str(rate), "-ac", "1", *OPENS, "-i", sound.name)
    raw = measured(source, folder=folder, seconds=wait, meanwhile=meanwhile)
    if raw.loudness < SILENT:
        raise StudioError(gettext("There is nothing to hear in it."))
    inputs, options = tags.write(folder)
    peak = AIMED_PEAK
    for _attempt in range(ATTEMPTS):
        _level(source, raw, peak, folder=folder, seconds=wait, meanwhile=meanwhile)
        ffmpeg.run(
            [
                *LEVELLED,
                *inputs,
                *("-map", "0:a", *MP3, *options, "-f", "mp3", mp3.name),
                *("-map", "0:a", *OPUS, *tags.WORDS_ALONE, "-f", "opus", opus.name),
            ],
            folder=folder,
            seconds=wait * 4,
            meanwhile=meanwhile,
        )
        levels = [
            measured((*OPENS, "-i", file.name), folder=folder, seconds=wait, meanwhile=meanwhile)
            for file in (mp3, opus)
        ]
        level = Level(levels[0].loudness, max(one.peak for one in levels))
        if abs(level.loudness - LOUDNESS) <= TOLERANCE and level.peak <= PEAK:
            return Mastered(mp3.read_bytes(), opus.read_bytes(), level)
        peak -= max(level.peak - PEAK, 0) + 0.2
    raise StudioError(
        f"Its loudness cannot be brought to {LOUDNESS} LUFS: {level.loudness:.1f}, peak {level.peak:.1f} dB."
    )


def measured(
    source: tuple[str, ...], *, folder: Path, seconds: float, meanwhile: Callable[[], None] = quiet
) -> Level:
    """Return how loud ``source`` (arguments that name an input) is, by EBU R 128."""
    arguments = [*source, "-map", "0:a:0", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    return _summary(ffmpeg.run(arguments, folder=folder, seconds=seconds, meanwhile=meanwhile, info=True))


def _summary(told: str) -> Level:
    summary = told.rpartition("Summary:")[2]
    loudness = re.search(r"I:\s+(-?[\d.]+|-inf) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-inf) dBFS", summary)
    if not loudness:
        raise StudioError("Its loudness could not be measured.")
    return Level(float(loudness[1]), float(peak[1]) if peak else 0.0)


def _level(
    source: tuple[str, ...],
    raw: Level,
    peak: float,
    *,
    folder: Path,
    seconds: float,
    meanwhile: Callable[[], None],
) -> None:
    """Lay ``source`` into the folder at its loudness, as ``LEVELLED`` names it.

    One gain for all of it; and what would then stand out above ``peak`` is held back where it does. That is
    kinder to a voice than a gain that changes all the time. Holding back costs loudness, which a higher gain
    makes up for: how high is found by trying, each time from what the last step brought.
    """
    gain = AIMED_LOUDNESS - raw.loudness
    yields, last_gain, last_loudness = 1.0, 0.0, raw.loudness
    for _correction in range(CORRECTIONS):
        arguments = [*source, "-af", _filters(gain, peak, holds_back=raw.peak + gain > peak), *AS_LEVELLED]
        told = ffmpeg.run(arguments, folder=folder, seconds=seconds, meanwhile=meanwhile, info=True)
        loudness = _summary(told).loudness
        if abs(loudness - AIMED_LOUDNESS) <= NEAR_ENOUGH:
            return
        if gain != last_gain:
            # Between a half and all of what it should: a step that is too long is worse than one more.
            yields = min(1.0, max(0.25, (loudness - last_loudness) / (gain - last_gain)))
        last_gain, last_loudness = gain, loudness
        gain += (AIMED_LOUDNESS - loudness) / yields


def _filters(gain: float, peak: float, *, holds_back: bool) -> str:
    """Held back at a higher rate, so that peaks between the samples are seen."""
    filters = [f"volume={gain:.3f}dB"]
    if holds_back:
        limit = 10 ** (peak / 20)
        filters += [
            f"aresample={4 * LEVELLED_RATE // 2}",
            f"alimiter=limit={limit:.6f}:attack=3:release=30:level=false:latency=true",
        ]
    return ",".join([*filters, f"aresample={LEVELLED_RATE}", "ebur128=framelog=quiet"])
