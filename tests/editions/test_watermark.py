"""Whose copy it is stands quietly on every page, and costs no building."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from editions import keeping, watermark
from editions.builders.pdf import FACES
from editions.models import Edition, Format
from magazine import printing, vault
from tests import make
from tests.editions.fakes import pdf_of, presses, work

MARK = "H-ABC346"


def pages_of(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


@pytest.fixture
def plain():
    """A PDF of three pages."""
    return pdf_of([f"Line {n}" for n in range(100)])


def test_every_page_says_whose_copy_it_is_and_loses_nothing(plain):
    before, after = pages_of(plain), pages_of(watermark.mark_pdf(plain, MARK))

    assert len(after) == 3
    for was, now in zip(before, after, strict=True):
        assert now.replace("\r\n", "\n").startswith(was.replace("\r\n", "\n").rstrip())
        assert now.rstrip().endswith(MARK)


def test_all_pages_share_one_mark_which_is_no_part_of_what_is_read_aloud(plain):
    with pikepdf.open(BytesIO(watermark.mark_pdf(plain, MARK))) as pdf:
        marks = [page.Contents[-1] for page in pdf.pages]
        assert len({one.objgen for one in marks}) == 1
        assert b"/Artifact BMC" in marks[0].read_bytes()
        [face] = {page.Resources.Font["/MarkFace"].objgen for page in pdf.pages}
        assert "/FontFile2" in pdf.get_object(face).FontDescriptor


@pytest.mark.skipif(not printing.can_print(), reason="This machine cannot print.")
def test_a_tagged_file_stays_tagged():
    tagged = printing.printed(
        "<html lang=en><title>A</title><h1>Tides</h1>", styles="css/invoice.css", faces=FACES
    )

    with (
        pikepdf.open(BytesIO(tagged)) as before,
        pikepdf.open(BytesIO(watermark.mark_pdf(tagged, MARK))) as after,
    ):
        assert after.Root.MarkInfo.Marked
        assert len(after.Root.StructTreeRoot.K) == len(before.Root.StructTreeRoot.K)
        assert str(after.Root.Lang) == str(before.Root.Lang)


def test_the_same_mark_gives_the_same_bytes_and_another_one_others(plain):
    assert watermark.mark_pdf(plain, MARK) == watermark.mark_pdf(plain, MARK)
    assert watermark.mark_pdf(plain, MARK) != watermark.mark_pdf(plain, "H-ABC347")


@pytest.mark.parametrize("mark", ["É. V(1)", ") Tj ET q", "\\", "日本 7", "x" * 300, ""])
def test_no_name_breaks_a_page(plain, mark):
    marked = pages_of(watermark.mark_pdf(plain, watermark.legible(mark)))

    assert "Line 99" in marked[-1]
    assert all("Line" in page for page in marked)


def test_a_file_that_nobody_can_write_into_is_given_as_it_is():
    assert watermark.mark_pdf(b"%PDF-1.4 and nothing more", MARK) == b"%PDF-1.4 and nothing more"


@pytest.mark.django_db
def test_a_copy_that_is_fetched_in_parts_is_marked_once_and_leaves_nothing_behind():
    issue = make.issue()
    make.article(issue=issue)
    with presses():
        work()
        edition = Edition.objects.get(format=Format.EPUB)
        stored = list(vault.names(keeping.FOLDER))
        marked = []
        watermark.MARKERS[Format.EPUB] = lambda data, mark: marked.append(mark) or data
        for _part in range(5):
            watermark.marked(edition, MARK)
        watermark.marked(edition, "Another")

    assert marked == [MARK, "Another"]
    assert list(vault.names(keeping.FOLDER)) == stored
