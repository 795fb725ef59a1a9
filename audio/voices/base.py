"""What every voice is to the rest of the house."""

from collections.abc import Iterable, Iterator
from typing import Protocol


class VoiceError(RuntimeError):
    """A voice did not read what it was given: it hung, died, or answered with something else than sound.

    The message is for people, and says which voice it was.
    """


class VoiceMissingError(VoiceError):
    """No voice on this machine reads the language that is asked for, or the one that was chosen is gone."""


class Voice(Protocol):
    """Somebody who reads sentences aloud.

    ``name`` is what the database knows it by (``piper:en_US-joe-medium``), ``label`` what people are shown,
    ``language`` a code like ``en-gb`` or ``en``. ``fingerprint`` (64 hex letters) changes whenever the same
    words would sound different: another model, another program.
    """

    name: str
    label: str
    language: str

    @property
    def fingerprint(self) -> str:
        """Return what this voice is known by, sound for sound. Read once per process."""
        ...

    def speak(self, sentences: Iterable[str]) -> Iterator[bytes]:
        """Read ``sentences`` aloud; yield each as a whole WAV file, in order, as soon as it is there.

        Each sentence is one line of text. Closing the iterator early ends whatever was started for it.
        Raises ``VoiceError``; a sentence is never waited for longer than its length accounts for.
        """
        ...
