"""Where the files of issues lie: in the vault, in a folder of their own."""

from datetime import datetime

from editions.models import Edition
from magazine import vault

FOLDER = "editions"


def store(data: bytes, extension: str) -> tuple[str, str]:
    """Keep ``data``; return its name and its hash."""
    return vault.store(FOLDER, data, extension)


def read(edition: Edition) -> bytes:
    """Return the bytes of ``edition``. Raises ``vault.FileGoneError`` when they are not there."""
    return vault.read(edition.file)


def is_there(edition: Edition) -> bool:
    """Whether ``edition`` has a file, and it lies where it should."""
    return vault.is_there(edition.file)


def tidy(at: datetime | None = None) -> int:
    """Delete the files that no edition has named for a day; return how many."""
    named = set(Edition.objects.exclude(file="").values_list("file", flat=True))
    return vault.tidy(FOLDER, named, at)
