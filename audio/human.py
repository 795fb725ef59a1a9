"""Readings by people: taken from whoever sends them, and given up again for a voice."""

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext

from articles.models import Article
from audio import keeping, making, readings
from audio.models import Narration
from audio.processes import work_folder
from audio.studio.ffmpeg import StudioError

# What a request may carry in all (``magazine.limits``): half an hour and more as an ordinary MP3.
LARGEST = 30 * 1024 * 1024
# The check happens while somebody waits, in seconds.
PATIENCE = 30
CHECKED_AT = 8_000


class RefusedReadingError(ValueError):
    """A file was not taken; the message says why, to the one who sent it."""


def take_reading(article: Article, upload: File, *, reader_name: str, by: Any) -> Narration:
    """Take ``upload`` as the reading of ``article`` by ``reader_name``, and have it made ready by the worker.

    What is out stays until then. Checked by decoding it: what it is called, or claims to be, does not count,
    and nothing of it but the sound goes on. Raises ``RefusedReadingError``.
    """
    if not upload.size:
        raise RefusedReadingError(gettext("The file is empty."))
    if upload.size > LARGEST:
        raise RefusedReadingError(gettext("The file is larger than 30 MB; an MP3 of 64 kbit/s is enough."))
    upload.seek(0)
    data = upload.read(LARGEST + 1)
    _check(data)
    row, _made = Narration.objects.get_or_create(article=article)
    Narration.objects.filter(pk=row.pk).update(
        original=keeping.store_original(data),
        reader_name=reader_name.strip()[:120],
        sent_by=by,
        made_from="",
        stale_at=None,
        failed_at=None,
        failure="",
        exempt_reason="",
        exempted_by=None,
    )
    row.refresh_from_db()
    making.ask(row)
    return row


def back_to_machine(article: Article, *, by: Any) -> Narration:
    """Have a voice read ``article`` again; the reading stays out until that is made, and goes then.

    Raises ``Narration.DoesNotExist`` if there is nothing of the kind.
    """
    row = Narration.objects.get(article=article)
    Narration.objects.filter(pk=row.pk).update(
        original="", sent_by=by, made_from="", stale_at=None, failed_at=None, failure=""
    )
    row.refresh_from_db()
    making.ask(row)
    return row


def _check(data: bytes) -> None:
    with work_folder() as folder:
        sent = folder / "sent"
        sent.write_bytes(data)
        try:
            readings.decode(sent, folder / "sound.pcm", CHECKED_AT, folder=folder, wait=PATIENCE)
        except StudioError as error:
            raise RefusedReadingError(str(error)) from error
