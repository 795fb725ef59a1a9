"""What the printer's works want around the page: crop marks, outside of what is cut off."""

from io import BytesIO

import pikepdf

POINTS_PER_MM = 72 / 25.4
# How far beyond the bleed the sheet goes on, and how long a mark is, in mm.
SLUG, MARK = 8, 5
# The name of the place at which a piece begins, before its id (``templates/editions/pdf/piece.html``).
PIECE = "piece-"


def page_count(data: bytes) -> int:
    """Return the number of pages of the PDF ``data``."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return len(pdf.pages)


def starts(data: bytes) -> dict[int, int]:
    """Return on which page of the PDF ``data`` each piece begins, by its id, the first page being 1."""
    with pikepdf.open(BytesIO(data)) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        return {
            int(name.removeprefix(PIECE)): numbers[place[0].objgen]
            for name, place in pikepdf.NameTree(pdf.Root.Names.Dests).items()
            if name.startswith(PIECE)
        }


def marked(data: bytes, *, bleed: float) -> bytes:
    """Return the PDF ``data``, whose pages have ``bleed`` mm on every side, with crop marks around them.

    The sheet grows by 8 mm on every side. The marks are no part of what is read, and end where the bleed
    begins.
    """
    with pikepdf.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            _mark(pdf, page, bleed * POINTS_PER_MM)
        target = BytesIO()
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _mark(pdf: pikepdf.Pdf, page: pikepdf.Page, bleed: float) -> None:
    slug, mark = SLUG * POINTS_PER_MM, MARK * POINTS_PER_MM
    left, bottom, right, top = (float(side) for side in page.mediabox)
    page.mediabox = [left - slug, bottom - slug, right + slug, top + slug]
    page.bleedbox = [left, bottom, right, top]
    page.trimbox = [left + bleed, bottom + bleed, right - bleed, top - bleed]
    lines = []
    for x, outward in ((left, -1), (right, 1)):
        for y in (bottom + bleed, top - bleed):
            lines.append(f"{x:.2f} {y:.2f} m {x + outward * mark:.2f} {y:.2f} l S")
    for y, outward in ((bottom, -1), (top, 1)):
        for x in (left + bleed, right - bleed):
            lines.append(f"{x:.2f} {y:.2f} m {x:.2f} {y + outward * mark:.2f} l S")
    page.contents_add(b"q", prepend=True)
    drawn = "Q\n/Artifact BMC q 0.25 w 0 0 0 RG\n" + "\n".join(lines) + "\nQ EMC"
    page.contents_add(drawn.encode())
