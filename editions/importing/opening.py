"""The one door for PDFs from elsewhere: what comes out acts on nobody, and is bounded in every way."""

import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from editions.importing.quality import quality_of

logger = logging.getLogger(__name__)

APART = Path(__file__).with_name("apart.py")
MAX_BYTES = 200 * 1024 * 1024
# Of the clock on the wall; its own computing is limited in ``apart.py``.
TIMEOUT = 120
# Readers of PDF look for the mark in so many bytes at the beginning.
MARK, MARK_WITHIN = b"%PDF-", 1024
# A word parted at the end of a line, as pdfium writes it.
PARTED = re.compile("[\\x02\\xad\\ufffe]\\s*")


class RefusedFileError(Exception):
    """A file that is not brought here; its message says why, in words for the person."""


@dataclass(frozen=True)
class Page:
    """The words of one page, and the share of them in per cent that look like words."""

    text: str
    quality: int


@dataclass(frozen=True)
class Opened:
    """A PDF that has been opened, cleaned and read. ``cover`` is a JPEG of its first page.

    ``removed`` names what could have acted on a reader's machine and was taken out.
    """

    data: bytes
    cover: bytes
    pages: list[Page]
    removed: list[str]

    @property
    def quality(self) -> int:
        """The text quality of all its pages together, each by its length; 0 when they are pictures."""
        letters = sum(len(page.text) for page in self.pages)
        return round(sum(page.quality * len(page.text) for page in self.pages) / letters) if letters else 0

    @property
    def scanned(self) -> int:
        """How many of its pages have no words that can be found."""
        return sum(1 for page in self.pages if not page.quality)


def open_pdf(source: Path) -> Opened:
    """Open the untrusted file at ``source`` in a process of its own, and return what it left.

    At most 200 MB and 1,000 pages, a minute of computing, 1.5 GB of memory. 61 pages of words and
    pictures, 13 MB, take 0.7 s of computing. Raises ``RefusedFileError`` for whatever is not a PDF that can
    be read so.
    """
    _check(source)
    with tempfile.TemporaryDirectory(prefix="back-issue-") as name:
        folder = Path(name)
        _run(source, folder)
        told = _told(folder)
        if why := told.get("refused"):
            raise RefusedFileError(_reason(str(why)))
        try:
            return Opened(
                data=(folder / "clean.pdf").read_bytes(),
                cover=(folder / "cover.jpg").read_bytes(),
                pages=[_page(str(text)) for text in told["texts"]],
                removed=[str(key) for key in told["removed"]],
            )
        except (OSError, KeyError) as error:
            raise RefusedFileError(_reason("damaged")) from error


def _check(source: Path) -> None:
    size = source.stat().st_size
    if size > MAX_BYTES:
        raise RefusedFileError(_("This file is larger than 200 MB."))
    with source.open("rb") as file:
        if MARK not in file.read(MARK_WITHIN):
            raise RefusedFileError(_("This is not a PDF."))


def _run(source: Path, folder: Path) -> None:
    command = [sys.executable, "-I", str(APART), str(source.resolve()), str(folder)]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=folder,
            env={"PATH": os.defpath, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedFileError(_reason("too_much")) from error
    if done.returncode:
        # Killed by its limits, or by the file.
        logger.info("A PDF ended its process with %s: %s", done.returncode, done.stderr[-300:])


def _told(folder: Path) -> dict:
    try:
        told = json.loads((folder / "told.json").read_bytes())
    except (OSError, ValueError) as error:
        raise RefusedFileError(_reason("too_much")) from error
    return told


def _page(text: str) -> Page:
    # A database of text keeps neither zeros nor halves of letters.
    text = PARTED.sub("", text.replace("\x00", "")).encode("utf-8", "ignore").decode()
    text = "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    return Page(text, quality_of(text))


def _reason(why: str) -> str:
    reasons = {
        "locked": _("This PDF is locked with a password. Save it without one."),
        "pages": _("This PDF has no pages, or more than 1,000."),
        "too_much": _("Opening this PDF takes more time or memory than any honest one: it was stopped."),
    }
    return reasons.get(why) or _("This PDF is damaged and cannot be read.")
