"""Files that are paid for: in private storage, each named by its bytes, so that one is never changed.

No address leads to that storage; the rooms that keep files here hand them out themselves, after asking who
may have them.
"""

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.utils import timezone

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


def store(folder: str, data: bytes, extension: str) -> tuple[str, str]:
    """Keep ``data`` in ``folder``; return its name and its hash. The same bytes are kept once.

    Whoever is killed while writing leaves part of a file under the right name: what is there is read, and
    written anew where it is not whole.
    """
    content_hash = hash_of(data)
    name = f"{folder}/{content_hash[:2]}/{content_hash}.{extension}"
    kept = storage()
    if kept.exists(name):
        if hash_of(read(name)) == content_hash:
            return name, content_hash
        kept.delete(name)
    stored = kept.save(name, ContentFile(data))
    if stored != name:
        # Somebody else stored the same bytes at the same moment.
        kept.delete(stored)
    return name, content_hash


def read(name: str) -> bytes:
    """Return the bytes of the file ``name``. Raises ``FileGoneError`` when it is not there."""
    try:
        with storage().open(name) as file:
            return file.read()
    except FileNotFoundError as error:
        raise FileGoneError(name) from error


def opened(name: str) -> File:
    """Return the file ``name``, open: whoever asks closes it. Raises ``FileGoneError``."""
    try:
        file = storage().open(name)
        # A storage elsewhere may find out only when it is asked for something.
        file.size  # noqa: B018
    except FileNotFoundError as error:
        raise FileGoneError(name) from error
    return file


def is_there(name: str) -> bool:
    """Whether ``name`` names a file, and it lies where it should."""
    return bool(name) and storage().exists(name)


def tidy(folder: str, named: Collection[str], at: datetime | None = None) -> int:
    """Delete the files in ``folder`` that are not ``named`` and older than ``LEFT_FOR``; return how many."""
    at = at or timezone.now()
    kept = storage()
    old = [
        name for name in names(folder) if name not in named and kept.get_modified_time(name) < at - LEFT_FOR
    ]
    for name in old:
        kept.delete(name)
    return len(old)


def names(folder: str) -> Iterator[str]:
    """Yield the name of every file in ``folder`` and the folders in it."""
    # Object storage has no folders, and says of none that it exists.
    try:
        folders, files = storage().listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{file}" for file in files)
    for inner in folders:
        yield from names(f"{folder}/{inner}")
