"""Files without a press: everything an issue says, as plain lines, made in no time."""

from contextlib import contextmanager
from unittest.mock import patch

from editions import making
from editions.builders.built import Built, Progress, quiet
from editions.models import Edition, Format
from editions.source import IssueText

TYPES = {"epub": "application/epub+zip", "pdf": "application/pdf"}


class Press:
    """Builds whatever it is asked for and counts. ``meanwhile`` is done in the middle of each building."""

    def __init__(self, extension: str) -> None:
        self.extension = extension
        self.built = 0
        self.told: list[tuple[int, str]] = []
        self.meanwhile = lambda: None

    def __call__(self, text: IssueText, progress: Progress = quiet) -> Built:
        self.built += 1
        progress(50, "Setting the type")
        lines = [self.extension, text.title, *(line for piece in text.pieces for line in told(piece))]
        self.meanwhile()
        return Built("\n".join(lines).encode(), 4, self.extension, TYPES[self.extension])


def told(piece) -> list[str]:
    return [piece.headline, piece.byline, piece.body, *(note.text for note in piece.corrections)]


@contextmanager
def presses():
    """Have fakes make all files; yields them by format."""
    fakes = {Format.EPUB: Press("epub"), Format.PDF: Press("pdf"), Format.PRESS: Press("pdf")}
    with (
        patch.dict(making.BUILDERS, fakes, clear=True),
        patch("magazine.printing.can_print", lambda: True),
    ):
        yield fakes


def work() -> int:
    """Do what the worker does in a minute; return how many files are new."""
    making.look()
    return sum(making.make(pk) for pk in asked())


def asked() -> list[int]:
    return list(Edition.objects.exclude(asked_at=None).values_list("pk", flat=True))
