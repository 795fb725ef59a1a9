"""Whose copy it is, said quietly in each file that is handed out; no file is built anew for it.

The same mark in the same file gives the same bytes, so a copy can be fetched in parts.
"""

import logging
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf
from django.conf import settings
from PIL import ImageFont

from editions import keeping
from editions.builders import epub
from editions.models import Edition, Format

logger = logging.getLogger(__name__)

Marker = Callable[[bytes, str], bytes]

FACE = Path(settings.BASE_DIR) / "static" / "fonts" / "mark.ttf"
# In points: the size of the letters, and how far from the corner of the sheet they stand.
SIZE, RIGHTWARDS, UPWARDS = 5.5, 17, 8
GREY = 0.55
# The letters of FACE, in the encoding in which a page names them.
ENCODING, FIRST, LAST = "cp1252", 32, 255
# Marked copies kept at hand: a program for reading asks for one in many parts.
AT_HAND = 4


def marked(edition: Edition, mark: str) -> bytes:
    """Return the file of ``edition`` with ``mark`` in it.

    Costs 0.15 s of computing for a PDF of 122 pages. Raises ``vault.FileGoneError`` when there is no file.
    """
    form = Format(edition.format)
    return _marked(edition.file, form, legible(mark)) if form in MARKERS else keeping.read(edition)


@lru_cache(maxsize=AT_HAND)
def _marked(name: str, form: Format, mark: str) -> bytes:
    # By name: the same name is the same bytes.
    return MARKERS[form](keeping.read(Edition(file=name)), mark)


def legible(mark: str) -> str:
    """Return ``mark`` in the letters that can be written: accents are left out, what is left is a point."""
    plain = unicodedata.normalize("NFKD", mark)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(letter if letter.isascii() and letter.isprintable() else "." for letter in plain)


def mark_pdf(data: bytes, mark: str) -> bytes:
    """Write ``mark`` into the corner of every page.

    It is one stream that all pages share, an artifact to whoever has the file read aloud. A file that nobody
    can write into, as some are that were brought here, is returned as it is, and the log says so.
    """
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            _mark_pages(pdf, mark)
            marked_copy = BytesIO()
            pdf.save(marked_copy, deterministic_id=True)
            return marked_copy.getvalue()
    except pikepdf.PdfError:
        logger.exception("A PDF could not be marked.")
        return data


def _mark_pages(pdf: pikepdf.Pdf, mark: str) -> None:
    before = pdf.make_stream(b"q\n")
    font = pdf.make_indirect(_font(pdf))
    after: dict[tuple[float, float], pikepdf.Stream] = {}
    for page in pdf.pages:
        left, bottom = float(page.cropbox[0]), float(page.cropbox[1])
        if (left, bottom) not in after:
            after[left, bottom] = pdf.make_stream(_said(mark, left + RIGHTWARDS, bottom + UPWARDS))
        if "/Resources" not in page:
            page.obj.Resources = pikepdf.Dictionary()
        name = page.add_resource(font, pikepdf.Name.Font, pikepdf.Name("/MarkFace"))
        assert name == "/MarkFace"  # noqa: S101
        page.contents_add(before, prepend=True)
        page.contents_add(after[left, bottom])


def _said(mark: str, x: float, y: float) -> bytes:
    words = pikepdf.unparse_content_stream(
        [pikepdf.ContentStreamInstruction([pikepdf.String(mark.encode(ENCODING))], pikepdf.Operator("Tj"))]
    )
    return b"\n".join(
        [
            b"Q q /Artifact BMC BT",
            f"/MarkFace {SIZE} Tf {GREY} g 1 0 0 1 {x:.2f} {y:.2f} Tm".encode(),
            words,
            b"ET EMC Q",
        ]
    )


def _font(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    """Return the face with its file in ``pdf``: an archive and a reader aloud want every face along."""
    face = ImageFont.truetype(FACE, 1000)
    ascent, descent = face.getmetrics()
    letters = [bytes([code]).decode(ENCODING, "replace") for code in range(FIRST, LAST + 1)]
    file = pdf.make_stream(FACE.read_bytes())
    file.Length1 = FACE.stat().st_size
    described = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=pikepdf.Name("/MAGAZN+Inter"),
        Flags=32,
        FontBBox=[-200, -descent, 1200, ascent],
        ItalicAngle=0,
        Ascent=ascent,
        Descent=-descent,
        CapHeight=727,
        StemV=80,
        FontFile2=file,
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.TrueType,
        BaseFont=pikepdf.Name("/MAGAZN+Inter"),
        Encoding=pikepdf.Name.WinAnsiEncoding,
        FirstChar=FIRST,
        LastChar=LAST,
        Widths=[round(face.getlength(letter)) for letter in letters],
        FontDescriptor=pdf.make_indirect(described),
    )


# Who marks what. A file for the printer is staff's own and carries no mark.
MARKERS: dict[Format, Marker] = {Format.EPUB: epub.with_mark, Format.PDF: mark_pdf}
