"""An issue as a PDF: a magazine in pages, to read on a screen or, with bleed and crop marks, to print.

The styles (``static/editions/pdf.css``) and this module share the size of the sheet and the width of its
columns: pictures are made for the place where they will stand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from editions.builders import pdf_fitting, pdf_press
from editions.builders.built import Built, Progress, quiet
from editions.builders.pdf_bodies import Body, Part, direction
from editions.builders.pdf_pictures import Print, Prints
from editions.source import Image, IssueText, Piece
from magazine import printing

FACES = {
    f"house:{name}": f"fonts/{name}.woff2"
    for name in (
        "newsreader",
        "newsreader-italic",
        "newsreader-bold",
        "newsreader-display",
        "newsreader-extended",
        "inter-regular",
        "inter-semibold",
    )
}
# In millimetres: the trimmed sheet, what is printed beyond its edge to be cut off, the text's measure.
WIDTH, HEIGHT, BLEED, MEASURE = 210, 275, 3, 176
GAP = 6
COLUMNS = {"feature": (MEASURE - 2 * GAP) / 3, "brief": (MEASURE - GAP) / 2}
# Fewer words than these share a page with what stands before them.
BRIEF_WORDS = 450
# How high the picture beside a headline may be, and one in a brief.
HIGHEST_BESIDE, HIGHEST_BRIEF = 112, 70
LANDSCAPE = 1.2
# A cover picture of about the sheet's shape is a finished cover: nothing is printed over it.
FINISHED = (0.66, 0.84)
# Screens: 150 dpi at quality 75 is sharp and light. Presses want 300.
SCREEN = {"dpi": 150, "quality": 75}
PRESS = {"dpi": 300, "quality": 90}
WORDS_ON_PAGE = 700


@dataclass(frozen=True)
class Place:
    """Where an opening has its picture: its width in mm, the heights it may have, the best first.

    ``beside`` is what it takes of the page beyond its height: less than nothing where it covers the margin.
    """

    width: float
    heights: tuple[float, ...]
    beside: float


PLACES = {
    "bleed": Place(WIDTH + 2 * BLEED, (143, 135, 127, 119, 111, 103), beside=7 - 22 - BLEED),
    "wide": Place(MEASURE, (112, 104, 96, 88, 80), beside=6),
}


Opening = tuple[str, Print | None, bool]
"""How a piece opens: its kind, its picture, whether its text is set tightly."""


@dataclass(frozen=True)
class Spread:
    """A piece as it is laid out: how it opens, and its body for the printer."""

    piece: Piece
    kind: str
    opening: str
    is_tight: bool
    size: str
    direction: str
    lead: Print | None
    parts: list[Part]
    department: str
    biographies: tuple[tuple[str, str], ...]

    @property
    def starts_page(self) -> bool:
        """Whether it begins on a page of its own."""
        return self.kind == "feature"


def build(text: IssueText, progress: Progress = quiet, *, for_press: bool = False) -> Built:
    """Print ``text`` in the order in which it runs.

    ``for_press`` is for the printer's own works: 3 mm of bleed, crop marks, pictures at 300 dpi, no links;
    the warnings then name the pictures that are too small for that. The same text gives the same bytes. About
    a second for four pages.

    Raises ``printing.NoPrinterError`` on a machine that cannot print.
    """
    if not printing.can_print():
        raise printing.NoPrinterError
    told = _Onward(progress)
    wanted = max(1, len(text.images))
    prints = Prints(
        is_strict=for_press,
        on_each=lambda number: told(34 * number // wanted, _("Preparing pictures"), most=34),
        **(PRESS if for_press else SCREEN),
    )
    cover = _cover(text, prints)
    spreads = list(_spreads(text, prints, for_press=for_press))
    with translation.override(text.language):
        html = _written(text, cover, spreads, for_press=for_press)
    expected = 4 + sum(0.5 + piece.words / WORDS_ON_PAGE for piece in text.pieces)
    told(35, _("Laying out pages"))
    data = printing.printed(
        html,
        styles="editions/pdf.css",
        faces=FACES,
        pictures=prints.files,
        bleed=BLEED if for_press else 0,
        identifier=bytes.fromhex(text.fingerprint[:32]),
        on_page=lambda page: told(35 + int(55 * page / expected), _("Laying out pages"), most=90),
    )
    told(92, _("Finishing the file"))
    warnings = list(prints.warnings)
    if for_press:
        data = pdf_press.marked(data, bleed=BLEED)
    pages = pdf_press.page_count(data)
    if for_press and pages % 4:
        warnings.append(
            _("It has %(pages)s pages; what is folded and stapled wants a multiple of four.")
            % {"pages": pages}
        )
    told(100, _("Done"))
    starts = pdf_press.starts(data)
    return Built(data, pages, "pdf", "application/pdf", tuple(warnings), starts)


def _written(text: IssueText, cover: Print | None, spreads: list[Spread], *, for_press: bool) -> str:
    """Write the pages for the printer, in the language of the issue."""
    return render_to_string(
        "editions/pdf/issue.html",
        {
            "issue": text,
            "cover": cover,
            "is_finished_cover": _is_finished(text.cover),
            "on_the_cover": text.cover if cover else None,
            "departments": _contents(text),
            "cover_lines": _cover_lines(text),
            "runs": _runs(spreads),
            "for_press": for_press,
        },
    )


class _Onward:
    """Tells how far it is, and never that it went back: the printer lays some pages out twice."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.percent = -1

    def __call__(self, percent: int, step: str, *, most: int = 100) -> None:
        self.percent = max(self.percent, min(percent, most))
        self.progress(self.percent, step)


def _is_finished(cover: Image | None) -> bool:
    return cover is not None and FINISHED[0] <= cover.width / cover.height <= FINISHED[1]


def _cover(text: IssueText, prints: Prints) -> Print | None:
    """The cover's picture: it goes over the edge on every side, so that the knife meets it."""
    if text.cover is None:
        return None
    return prints.fill(text.cover, width=WIDTH + 2 * BLEED, height=HEIGHT + 2 * BLEED)


def _cover_lines(text: IssueText) -> list[Piece]:
    """The longest piece of each of the first departments, for the cover."""
    longest = [max(one.pieces, key=lambda piece: piece.words) for one in text.departments if one.pieces]
    return longest[:4]


def _contents(text: IssueText) -> list[dict[str, object]]:
    """The departments with their pieces, each with the way that its words run."""
    return [
        {"name": one.name, "pieces": [{"piece": p, "dir": direction(p.headline)} for p in one.pieces]}
        for one in text.departments
    ]


def _spreads(text: IssueText, prints: Prints, *, for_press: bool) -> Iterator[Spread]:
    here = {piece.id for piece in text.pieces}
    openings = 0
    for department in text.departments:
        for place, piece in enumerate(department.pieces):
            kind = "feature" if piece.words >= BRIEF_WORDS else "brief"
            parts = Body(
                piece,
                text.images,
                prints,
                column=COLUMNS[kind],
                measure=MEASURE,
                here=here,
                has_initial=kind == "feature",
                for_press=for_press,
            ).parts()
            opening, lead, is_tight = _opening(piece, kind, parts, openings, prints)
            openings += opening in {"bleed", "wide"}
            yield Spread(
                piece=piece,
                kind=kind,
                opening=opening,
                is_tight=is_tight,
                size=_size(piece.headline),
                direction=direction(piece.headline),
                lead=lead,
                parts=parts,
                department=department.name if place == 0 else "",
                biographies=tuple((one.name, one.biography) for one in piece.names if one.biography),
            )


def _opening(
    piece: Piece, kind: str, parts: list[Part], number: int, prints: Prints
) -> tuple[str, Print | None, bool]:
    """How ``piece`` opens, with its picture, and whether it is set tightly.

    Openings alternate, so that no two in a row look alike; a picture is cut, a little, so that the piece ends
    well.
    """
    image = piece.lead
    if image is None:
        return "plain", None, False
    if kind == "brief":
        return _opened("column", prints.fit(image, width=COLUMNS[kind], most=HIGHEST_BRIEF))
    beside = min(HIGHEST_BESIDE, COLUMNS["brief"] * image.height / image.width)
    caption = 5.3 if image.caption or image.credit else 0
    length, size = (
        pdf_fitting.column_length("".join(part.html for part in parts), piece),
        _size(piece.headline),
    )
    narrow = pdf_fitting.opening_height(piece, size=size, is_narrow=True)
    small = pdf_fitting.fitted(length, opening=0, heights=[max(narrow, beside + caption + 12)])
    if image.width / image.height >= LANDSCAPE:
        opening = ("bleed", "wide")[number % 2]
        place = PLACES[opening]
        natural = place.width * image.height / image.width
        fit = pdf_fitting.fitted(
            length,
            opening=pdf_fitting.opening_height(piece, size=size) + caption + place.beside,
            heights=[min(natural, height) for height in place.heights],
        )
        if fit.is_good or not small.is_good:
            made = prints.make(image, width=place.width, most=fit.height)
            return _opened(opening, made, is_tight=fit.is_tight)
    made = prints.fit(image, width=COLUMNS["brief"], most=HIGHEST_BESIDE)
    return _opened("beside", made, is_tight=small.is_tight)


def _opened(opening: str, made: Print | None, *, is_tight: bool = False) -> Opening:
    return (opening, made, is_tight) if made else ("plain", None, False)


def _size(headline: str) -> str:
    """Long headlines are set smaller."""
    return "short" if len(headline) <= 32 else "middle" if len(headline) <= 80 else "long"


def _runs(spreads: list[Spread]) -> list[list[Spread]]:
    """Part ``spreads`` where a new page begins: a feature, with the briefs that follow it."""
    runs: list[list[Spread]] = []
    for spread in spreads:
        if spread.starts_page or not runs:
            runs.append([])
        runs[-1].append(spread)
    return runs
