"""What a voice answers with: a WAV file, checked before anything is made of it."""

import io
import wave

from audio.voices.base import VoiceError

LOWEST_RATE, HIGHEST_RATE = 8_000, 96_000
# Nobody needs longer for a sentence, in seconds.
LONGEST = 300


def checked(data: bytes, *, said_by: str) -> bytes:
    """Return ``data`` if it is a WAV file of 16 bits with sound in it. Raises ``VoiceError`` if not."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            bytes_of_sound = len(file.readframes(LONGEST * HIGHEST_RATE))
    except (wave.Error, EOFError, ValueError, RuntimeError) as error:
        raise VoiceError(f"{said_by} answered with something that is no WAV file: {error}") from error
    if width != 2 or channels not in {1, 2} or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise VoiceError(
            f"{said_by} answered with {width * 8} bits, {channels} channels, {rate} Hz; "
            "we take 16 bits, one or two channels, 8,000 to 96,000 Hz."
        )
    if not 0 < bytes_of_sound <= LONGEST * rate * width * channels:
        raise VoiceError(f"{said_by} answered with no sound, or with more than {LONGEST} seconds of it.")
    return data


def silence(seconds: float, rate: int) -> bytes:
    """Return a WAV file with nothing to hear in it."""
    with io.BytesIO() as out:
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(bytes(2 * int(seconds * rate)))
        return out.getvalue()
