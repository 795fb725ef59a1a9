"""The finished files, in private storage, each named by its bytes (``magazine.vault``)."""

from datetime import datetime

from audio.models import Narration
from audio.studio.mastering import Mastered
from magazine import vault

FOLDER = "audio"


def store(files: Mastered) -> tuple[str, str]:
    """Keep both files; return their names. Kept once, however often they are made."""
    mp3, _hash = vault.store(FOLDER, files.mp3, "mp3")
    opus, _hash = vault.store(FOLDER, files.opus, "opus")
    return mp3, opus


def store_original(data: bytes) -> str:
    """Keep a reading as it was sent; return its name. Nobody is ever given this file."""
    name, _hash = vault.store(FOLDER, data, "sent")
    return name


def is_there(narration: Narration) -> bool:
    """Whether the files of ``narration`` lie where they should."""
    return all(map(vault.is_there, (narration.mp3, narration.opus)))


def tidy(at: datetime | None = None) -> int:
    """Delete the files that no narration has named for a day; return how many.

    A narration whose file is gone is made anew.
    """
    rows = list(Narration.objects.values_list("pk", "mp3", "opus", "original"))
    there = set(vault.names(FOLDER))
    gone = [pk for pk, mp3, opus, _original in rows if mp3 and not {mp3, opus} <= there]
    # Rather than the outline, so that nobody who looks takes it for fresh.
    Narration.objects.filter(pk__in=gone).update(made_from="")
    return vault.tidy(FOLDER, {name for _pk, *names in rows for name in names if name}, at)
