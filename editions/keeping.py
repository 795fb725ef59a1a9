"""Where the files lie: in private storage, each named by its bytes, so that one is never changed."""

import hashlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone

from editions.models import Edition

FOLDER = "editions"
# A file that no row names may be about to be named by one: it is left for a day.
LEFT_FOR = timedelta(days=1)


class FileGoneError(RuntimeError):
    """A row names a file that is not in storage."""


def storage() -> Storage:
    """The storage to which no address leads."""
    return storages["private"]


def hash_of(data: bytes) -> str:
    """Return what ``data`` is known by, in 64 letters."""
    return hashlib.sha256(data).hexdigest()


def store(data: bytes, extension: str) -> tuple[str, str]:
    """Keep ``data``; return its name and its hash. The same bytes are kept once.

    Whoever is killed while writing leaves part of a file under the right name: what is there is read, and
    written anew where it is not whole.
    """
    content_hash = hash_of(data)
    name = f"{FOLDER}/{content_hash[:2]}/{content_hash}.{extension}"
    kept = storage()
    if kept.exists(name):
        if _is_whole(name, content_hash):
            return name, content_hash
        kept.delete(name)
    stored = kept.save(name, ContentFile(data))
    if stored != name:
        # Somebody else stored the same bytes at the same moment.
        kept.delete(stored)
    return name, content_hash


def read(edition: Edition) -> bytes:
    """Return the bytes of ``edition``. Raises ``FileGoneError`` when they are not there."""
    try:
        with storage().open(edition.file) as file:
            return file.read()
    except FileNotFoundError as error:
        raise FileGoneError(edition.file) from error


def is_there(edition: Edition) -> bool:
    """Whether ``edition`` has a file, and it lies where it should."""
    return bool(edition.file) and storage().exists(edition.file)


def tidy(at: datetime | None = None) -> int:
    """Delete the files that no edition has named for a day; return how many."""
    at = at or timezone.now()
    kept = storage()
    named = set(Edition.objects.exclude(file="").values_list("file", flat=True))
    old = [
        name for name in _names(FOLDER) if name not in named and kept.get_modified_time(name) < at - LEFT_FOR
    ]
    for name in old:
        kept.delete(name)
    return len(old)


def _names(folder: str) -> list[str]:
    # Object storage has no folders, and says of none that it exists.
    try:
        folders, files = storage().listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{file}" for file in files] + [
        name for inner in folders for name in _names(f"{folder}/{inner}")
    ]


def _is_whole(name: str, content_hash: str) -> bool:
    with storage().open(name) as file:
        return hash_of(file.read()) == content_hash
