"""What is heard, to be read along: WebVTT, a sentence to a cue."""

from collections.abc import Iterator

from django.conf import settings

from audio.models import Narration

MEDIA_TYPE = "text/vtt"
# These are markup in a cue. No arrow is left either, which would end its times.
MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def written(narration: Narration) -> str:
    """Return the transcript of ``narration``: each sentence as the eye reads it, with its times."""
    lines = ["WEBVTT", f"Language: {settings.LANGUAGE_CODE}", ""]
    if narration.is_estimated:
        lines += ["NOTE The times are reckoned, not measured.", ""]
    return "\n".join([*lines, *_cues(narration)])


def _cues(narration: Narration) -> Iterator[str]:
    for segment in narration.segments:
        # An empty line would end the cue.
        words = " ".join(segment["text"].split()).translate(MARKUP)
        if words and segment["until"] > segment["from"]:
            yield f"{clock(segment['from'])} --> {clock(segment['until'])}"
            yield words
            yield ""


def clock(milliseconds: int) -> str:
    """Return ``milliseconds`` from the beginning as WebVTT writes them: “00:01:02.345”."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
