"""Sends the many small stylesheets as one file.

``static/css/site.css`` lists its parts with ``@import … layer(…)``, which every browser understands as it
is. A finder that stands before Django's own puts the parts in the places of their imports, so that a page
asks for one file; without the finder the same page works with more requests.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "css/site.css"
_IMPORT = re.compile(r'@import url\("([\w./-]+)"\) layer\((\w+)\);')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s*\n\s*")


def joined(sheet: Path) -> str:
    """Return ``sheet`` with its imports in their places, without comments and line breaks.

    Raises ``ValueError`` for a part in another folder that names a file of its own (``url(…)``): its
    address would be read from the place of ``sheet``.
    """

    def part(found: re.Match[str]) -> str:
        path = sheet.parent / found[1]
        text = path.read_text(encoding="utf-8")
        if "url(" in text and path.parent != sheet.parent:
            raise ValueError(f"{path} names a file: only sheets beside {sheet.name} may.")
        return f"@layer {found[2]} {{{text}}}"

    text = _COMMENT.sub("", _IMPORT.sub(part, sheet.read_text(encoding="utf-8")))
    return _SPACE.sub("\n", text).strip() + "\n"


class SiteStylesheetFinder(BaseFinder):
    """Finds ``css/site.css`` in its joined form, made anew whenever a part has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.source = Path(settings.BASE_DIR) / "static" / NAME
        self.storage = FileSystemStorage(location=Path(settings.DATA_DIR) / "joined")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the joined sheet lies, if ``path`` names it."""
        if path != NAME:
            return []
        target = self._made()
        return [str(target)] if find_all else str(target)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the joined sheet."""
        self._made()
        yield NAME, self.storage

    def _made(self) -> Path:
        target = Path(self.storage.path(NAME))
        text = joined(self.source)
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            # Under a name of one's own first: another process may be reading, or making the same.
            fresh = target.with_suffix(f".{os.getpid()}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(target)
        return target
