"""Says a few words at once, for somebody at the desk who wants to hear how they sound."""

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext

from audio import script
from audio.script.speaking import speakable
from audio.voices import listing
from audio.voices.base import Voice, VoiceError
from audio.voices.listing import Casting

# So many letters are said, and so often in a minute for one person: a voice takes a core to itself.
MOST_LETTERS = 240
A_MINUTE = 20


class NotNowError(RuntimeError):
    """Nothing was said; the message says why, to people."""


def say(words: str, *, language: str = "", voice_name: str = "", as_typed: bool = False) -> bytes:
    """Return ``words`` as a WAV file, read by the voice called ``voice_name``, else by that of ``language``.

    They are read as in an article, pronunciations and all, or ``as_typed``. Raises ``NotNowError`` when there
    is nothing to say, or nobody to say it.
    """
    words = " ".join(words.split())[:MOST_LETTERS]
    if not any(letter.isalnum() for letter in words):
        raise NotNowError(gettext("There is nothing to say: type something first."))
    voice = _voice(language or settings.LANGUAGE_CODE, voice_name)
    spoken = words if as_typed else speakable(words, voice.language, script.pronunciations(voice.language))
    try:
        for sound in voice.speak([spoken]):
            return sound
    except VoiceError as error:
        raise NotNowError(str(error)) from error
    raise NotNowError(gettext("%s said nothing.") % voice.label)


def count_against(person_id: int) -> None:
    """Count one request of this person. Raises ``NotNowError`` for whoever asks too often."""
    key = f"audio-heard-{person_id}"
    if cache.add(key, 1, timeout=60):
        return
    try:
        count = cache.incr(key)
    except ValueError:
        # The minute has passed between the two.
        return
    if count > A_MINUTE:
        raise NotNowError(gettext("That is a lot at once. Listen again in a minute."))


def _voice(language: str, name: str) -> Voice:
    if not listing.all_voices():
        raise NotNowError(gettext("No voice is installed on this machine; the page of voices says how."))
    try:
        return listing.voice_named(name) if name else Casting.load().voice_for(None, language)
    except VoiceError as error:
        raise NotNowError(str(error)) from error
