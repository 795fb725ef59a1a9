"""Files without a press: everything an issue says, as plain lines, made in no time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from unittest.mock import patch

import pikepdf
from django.core.files.storage import InMemoryStorage
from django.utils import timezone

from articles.models import Issue
from editions import freshness, keeping, making, watermark
from editions.builders import epub
from editions.builders.built import Built, Progress, quiet
from editions.models import Edition, Format
from editions.source import IssueText

TYPES = {"epub": "application/epub+zip", "pdf": "application/pdf"}
LINES_ON_A_PAGE = 40


class Bucket(InMemoryStorage):
    """Object storage elsewhere: it has no paths, and its folders are parts of names."""

    def exists(self, name):
        return "." in name and super().exists(name)


class Press:
    """Builds whatever it is asked for and counts. ``meanwhile`` is done in the middle of each building."""

    def __init__(self, extension: str) -> None:
        self.extension = extension
        self.built = 0
        self.starts: dict[int, int] = {}
        self.meanwhile = lambda: None

    def __call__(self, text: IssueText, progress: Progress = quiet) -> Built:
        self.built += 1
        progress(50, "Setting the type")
        data = "\n".join([self.extension, *said(text)]).encode()
        self.meanwhile()
        return Built(data, 12, self.extension, TYPES[self.extension], starts=self.starts)


def said(text: IssueText) -> list[str]:
    """The words of an issue, as far as tests ask for them."""
    return [text.title] + [
        words
        for piece in text.pieces
        for words in (
            piece.section,
            *(name.name for name in piece.names),
            *piece.tags,
            str(piece.page),
            piece.headline,
            piece.body,
            *(image.alt for image in text.images.values()),
            *(note.text for note in piece.corrections),
        )
    ]


@contextmanager
def presses() -> Iterator[dict[Format, Press]]:
    """Have fakes make all files, and write a mark behind them; yields them by format."""
    fakes = {Format.EPUB: Press("epub"), Format.PDF: Press("pdf"), Format.PRESS: Press("pdf")}
    markers = {form: lambda data, mark: data + f"\n{mark}".encode() for form in (Format.EPUB, Format.PDF)}
    with (
        patch.dict(making.BUILDERS, fakes, clear=True),
        patch.dict(watermark.MARKERS, markers),
        patch("magazine.printing.can_print", lambda: True),
    ):
        watermark._marked.cache_clear()
        yield fakes
        watermark._marked.cache_clear()


@contextmanager
def hand_press() -> Iterator[None]:
    """Have true EPUBs made, and PDFs with all words and no looks: those take no time either."""
    builders = {Format.EPUB: epub.build, Format.PDF: plain_pdf, Format.PRESS: plain_pdf}
    with patch.dict(making.BUILDERS, builders), patch("magazine.printing.can_print", lambda: True):
        yield


def plain_pdf(text: IssueText, progress: Progress = quiet) -> Built:
    """Every word of ``text``, in a PDF."""
    words = re.sub(r"<[^>]+>", " ", "\n".join(said(text))).split()
    lines = [" ".join(words[start : start + 8]) for start in range(0, len(words), 8)]
    return Built(pdf_of(lines), 1, "pdf", TYPES["pdf"])


def pdf_of(lines: list[str]) -> bytes:
    with pikepdf.new() as pdf:
        face = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for start in range(0, max(1, len(lines)), LINES_ON_A_PAGE):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=face))
            told = b" ".join(
                pikepdf.String(line).unparse() + b" Tj T*" for line in lines[start : start + LINES_ON_A_PAGE]
            )
            page.Contents = pdf.make_stream(b"BT /F 10 Tf 14 TL 50 800 Td " + told + b" ET")
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def work() -> int:
    """Do what the worker does in a minute; return how many files are new."""
    making.look()
    return sum(making.make(pk) for pk in asked())


def asked() -> list[int]:
    return list(Edition.objects.exclude(asked_at=None).values_list("pk", flat=True))


def shelve_all() -> None:
    """Put a fresh file of every released issue on the shelf, faster than any press."""
    name, content_hash = keeping.store(b"An issue", "epub")
    Edition.objects.bulk_create(
        Edition(
            issue=issue,
            format=form,
            file=name,
            content_hash=content_hash,
            made_at=timezone.now(),
            made_from="x",
            looked_at=timezone.now(),
        )
        for issue in Issue.objects.published()
        for form in (Format.EPUB, Format.PDF)
    )
    editions = list(Edition.objects.select_related("issue"))
    outlines = freshness.outlines(editions)
    for edition in editions:
        edition.outline = outlines[edition.pk].digest
    Edition.objects.bulk_update(editions, ["outline"])


def shelved(issue: Issue, form: Format = Format.PDF, data: bytes = b"") -> Edition:
    """An edition with a file that says next to nothing."""
    data = data or pdf_of([f"Issue {issue.number}"])
    name, content_hash = keeping.store(data, "pdf" if form == Format.PRESS else form.value)
    return Edition.objects.create(
        issue=issue,
        format=form,
        file=name,
        content_hash=content_hash,
        size=len(data),
        made_at=timezone.now(),
        made_from="x",
    )
