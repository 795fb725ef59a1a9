"""Labels on sheets that are sold by the hundred, as a PDF: the same labels give the same bytes.

Lines that are too long are broken, and the letters made smaller, until the address is on the label. Where its
letters cannot be set, or it does not fit at the smallest size, the label's place says so and gives its code:
the address is in the table. Nothing is left out in silence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from subscriptions.fulfilment import faces
from subscriptions.fulfilment.recipients import AT_ONCE
from subscriptions.models.label_run import LabelQuerySet

SIZES = (9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5)
LEADING = 1.14
CODE_SIZE = 5.5
# Room at the edges of a label, for printers that feed a sheet a little askew.
PADDING = 2.6 * mm


@dataclass(frozen=True)
class Sheet:
    """A format of label sheets; all measures in points. ``pitch`` is from one label's edge to the next."""

    name: str
    label: str
    page: tuple[float, float]
    columns: int
    rows: int
    size: tuple[float, float]
    margin: tuple[float, float]
    pitch: tuple[float, float]

    @property
    def count(self) -> int:
        """How many labels are on a sheet."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return the lower left corner of the label at ``place``, from 0, row by row from the top."""
        row, column = divmod(place, self.columns)
        left = self.margin[0] + column * self.pitch[0]
        top = self.page[1] - self.margin[1] - row * self.pitch[1]
        return left, top - self.size[1]


INCH = 25.4 * mm
SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "L7160",
            "A4, 3 × 7 (L7160: 63.5 × 38.1 mm)",
            A4,
            3,
            7,
            (63.5 * mm, 38.1 * mm),
            (7.25 * mm, 15.15 * mm),
            (66.04 * mm, 38.1 * mm),
        ),
        Sheet(
            "L7163",
            "A4, 2 × 7 (L7163: 99.1 × 38.1 mm)",
            A4,
            2,
            7,
            (99.1 * mm, 38.1 * mm),
            (4.65 * mm, 15.15 * mm),
            (101.6 * mm, 38.1 * mm),
        ),
        Sheet(
            "5160",
            "US Letter, 3 × 10 (5160: 1 × 2⅝ in)",
            LETTER,
            3,
            10,
            (2.625 * INCH, INCH),
            (0.1875 * INCH, 0.5 * INCH),
            (2.75 * INCH, INCH),
        ),
    )
}

Piece = tuple[str, str]


def write(labels: LabelQuerySet, sheet: Sheet, out: IO[bytes], *, first_place: int = 0) -> int:
    """Write ``labels`` on sheets into ``out``, by number; return how many could not be set.

    ``first_place`` is where on the first sheet they begin, from 0: a sheet that was begun can be used up.
    Raises ``ValueError`` for a place that the sheet does not have.
    """
    if not 0 <= first_place < sheet.count:
        raise ValueError("The sheet has no such place.")
    faces.faces()
    canvas = Canvas(out, pagesize=sheet.page, invariant=1, pageCompression=1)
    canvas.setTitle(_("Labels"))
    unset = 0
    found = labels.still_addressed().order_by("number").values_list("code", "lines")
    place = first_place
    for code, lines in found.iterator(chunk_size=AT_ONCE):
        if place == sheet.count:
            canvas.showPage()
            place = 0
        unset += not _draw(canvas, sheet, place, code, lines)
        place += 1
    canvas.save()
    return unset


def pdf(labels: LabelQuerySet, sheet: Sheet, *, first_place: int = 0) -> bytes:
    """Return ``labels`` on sheets."""
    out = BytesIO()
    write(labels, sheet, out, first_place=first_place)
    return out.getvalue()


def unset(labels: LabelQuerySet) -> Iterator[tuple[int, str]]:
    """Yield the ids and codes of labels whose letters cannot be set, by number."""
    found = labels.still_addressed().order_by("number").values_list("pk", "code", "lines")
    told = found.iterator(chunk_size=AT_ONCE)
    yield from ((pk, code) for pk, code, lines in told if not faces.can_set(lines))


def _draw(canvas: Canvas, sheet: Sheet, place: int, code: str, lines: str) -> bool:
    """Draw one label; return whether its address could be set."""
    left, bottom = sheet.corner(place)
    wide, high = sheet.size[0] - 2 * PADDING, sheet.size[1] - 2 * PADDING
    left, bottom = left + PADDING, bottom + PADDING
    canvas.setFont("Label0", CODE_SIZE)
    canvas.drawRightString(left + wide, bottom, code)
    set_lines = _fitted(lines, wide, high - CODE_SIZE * LEADING) if faces.can_set(lines) else None
    is_set = set_lines is not None
    size, pieces = set_lines or (
        7,
        [faces.runs(line) for line in (code, _("The address is in the table:"), _("it cannot be set here."))],
    )
    text = canvas.beginText(left, bottom + high - size)
    face = ""
    for line in pieces:
        for name, letters in line:
            if name != face:
                text.setFont(name, size, size * LEADING)
                face = name
            text.textOut(letters)
        text.textLine("")
    canvas.drawText(text)
    return is_set


def _fitted(lines: str, wide: float, high: float) -> tuple[float, list[list[Piece]]] | None:
    """Return the largest size at which ``lines`` fit into the space, and the lines as they are broken."""
    told = lines.split("\n")
    for size in SIZES:
        if len(told) * size * LEADING > high:
            continue
        broken = [piece for line in told for piece in _broken(line, size, wide)]
        if len(broken) * size * LEADING <= high:
            return size, broken
    return None


def _broken(line: str, size: float, wide: float) -> list[list[Piece]]:
    """Return ``line`` in as many as it needs at ``size``: parted at spaces, or within a word too long."""
    whole = faces.runs(line)
    if faces.width(whole, size) <= wide:
        return [whole]
    kept: list[str] = []
    now = ""
    for word in _words(line, size, wide):
        longer = f"{now} {word}" if now else word
        if now and faces.width(faces.runs(longer), size) > wide:
            kept.append(now)
            longer = word
        now = longer
    return [faces.runs(one) for one in [*kept, now]]


def _words(line: str, size: float, wide: float) -> Iterable[str]:
    for word in line.split(" "):
        part = ""
        for letter in word:
            if part and faces.width(faces.runs(part + letter), size) > wide:
                yield part
                part = ""
            part += letter
        yield part
