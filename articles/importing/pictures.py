"""Taking in the pictures of an old site from a folder with its files."""

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.files.base import File

from articles import uploads
from articles.models import Picture


def find(folder: Path, address: str) -> Path | None:
    """Return the file in ``folder`` that the old site served at ``address``, or ``None``.

    The folder may be the one called ``uploads``, any above it, or a flat heap of files: the longest
    ending of the address that is a file wins. Nothing outside ``folder`` is ever returned, whatever the
    address or a link in the folder says.
    """
    root = folder.resolve()
    parts = [part for part in unquote(urlsplit(address).path).split("/") if part]
    if any(part in {".", ".."} or "\x00" in part or "\\" in part for part in parts):
        return None
    for start in range(len(parts)):
        try:
            candidate = root.joinpath(*parts[start:]).resolve()
            if candidate.is_relative_to(root) and candidate.is_file():
                return candidate
        except OSError:
            # A name that the file system does not take is the name of no file.
            continue
    return None


def take(path: Path, *, title: str, alt: str, caption: str, is_rehearsal: bool) -> Picture:
    """Put the picture at ``path`` into the library, or only play that, without writing a file.

    A rehearsal decodes the file, so that it refuses what the real thing would, and makes a row that its
    caller rolls back. Raises ``uploads.RefusedUpload``.
    """
    with path.open("rb") as file:
        if not is_rehearsal:
            return uploads.take_picture(File(file, name=path.name), title=title, alt=alt, caption=caption)
        data = file.read(uploads.MAX_BYTES + 1)
    if len(data) > uploads.MAX_BYTES:
        raise uploads.RefusedUpload("This file is larger than 25 MB. Save a smaller copy.", code="too_heavy")
    image = uploads.decode(data)
    content_hash = hashlib.sha256(data).hexdigest()
    rehearsed, _is_new = Picture.objects.get_or_create(
        content_hash=content_hash,
        defaults={"title": title[:200], "width": image.width, "height": image.height},
    )
    return rehearsed
