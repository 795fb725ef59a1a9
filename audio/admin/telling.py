"""How things stand with one recording, in words and facts."""

from datetime import timedelta

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from articles.models import Article
from audio import freshness
from audio.freshness import State
from audio.models import Narration
from audio.voices import listing


def sentence(article: Article, narration: Narration, state: State) -> str:
    """Say how things stand with the recording of ``article``."""
    if freshness.is_being_made(narration):
        done = gettext("It is being made, %d %% are done.") % narration.percent
        return f"{done} {gettext('Until then readers have the one before it.')}" if narration.mp3 else done
    if state == State.FAILED:
        told = gettext("%(when)s: %(why)s") % {"when": moment(narration.failed_at), "why": narration.failure}
        return f"{told} {gettext('What readers have is the recording before it.')}" if narration.mp3 else told
    if state == State.EXEMPT:
        return narration.exempt_reason
    if state == State.STALE and freshness.is_by_human(narration):
        return gettext(
            "The words are others than were read. Take another reading, fit this one to them if it still "
            "does, or go back to the machine’s voice."
        )
    if state == State.STALE:
        return gettext("Readers hear it as it was until the new recording is there.")
    if state == State.QUEUED:
        return gettext("The worker makes it as soon as it can.")
    if state == State.READY:
        return gettext("What is heard is what is read.")
    if article.status == Article.Status.APPROVED and settings.AUDIO_BY_ITSELF:
        return gettext("The worker makes it by itself; the newest come first.")
    if article.status == Article.Status.APPROVED:
        return gettext("The worker makes none by itself here (MAGAZINE_AUDIO): ask for it.")
    return gettext("It is made once the piece is approved.")


def note(narration: Narration | None, state: State) -> str:
    """What there is to say beside the state on a list: how far it is, why it failed, why it is exempt."""
    if narration is None:
        return ""
    if freshness.is_being_made(narration):
        return f"{narration.percent} %"
    if state == State.FAILED:
        return narration.failure
    return narration.exempt_reason if state == State.EXEMPT else ""


def facts(narration: Narration) -> list[tuple[str, str]]:
    """Return what is known of a recording that is there: who reads, how long, how loud, made when."""
    if not narration.mp3:
        return []
    is_human = narration.source == Narration.Source.HUMAN
    rows = [
        (
            gettext("Read by"),
            narration.reader_name if is_human else voice_labels().get(narration.voice, narration.voice),
        ),
        (gettext("Length"), length(narration.duration_ms)),
        (gettext("Loudness"), _loudness(narration)),
        (gettext("Made"), moment(narration.made_at)),
        (gettext("File"), filesizeformat(narration.mp3_size)),
    ]
    if narration.is_estimated:
        rows.append((gettext("Places in the text"), gettext("Estimated from the lengths of the paragraphs")))
    return [(name, value) for name, value in rows if value]


def voice_labels() -> dict[str, str]:
    """Return what people call the voices of this machine, by their names."""
    return {voice.name: str(voice.label) for voice in listing.all_voices()}


def length(duration_ms: int) -> str:
    """Return a length in minutes and seconds: “12:05”; with hours where there are any."""
    seconds = round(timedelta(milliseconds=duration_ms).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def moment(at: object) -> str:
    """Return an instant as the desk writes it; nothing for none."""
    return date_format(timezone.localtime(at), "j M Y, H:i") if at else ""  # type: ignore[arg-type]


def _loudness(narration: Narration) -> str:
    if narration.loudness is None:
        return ""
    told = gettext("%s LUFS") % _level(narration.loudness)
    if narration.peak is None:
        return told
    return gettext("%(loudness)s, peak %(peak)s dB") % {"loudness": told, "peak": _level(narration.peak)}


def _level(value: float) -> str:
    return number_format(value, 1).replace("-", "−")
