"""Past issues come as PDFs: by the folder or one by one, cleaned, covered and read page by page."""

import subprocess
import sys
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts.roles import Role
from articles import promises
from articles.models import Issue, Picture
from editions.importing import bringing, naming, opening
from editions.importing.folder import import_folder
from editions.importing.naming import Described
from editions.importing.opening import RefusedFileError
from editions.importing.quality import quality_of
from editions.models import Edition, EditionPage, Format
from subscriptions.promises import State
from tests import make
from tests.editions.pdfs import arm, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

HARBOUR = "The harbour opened in spring.\nA mole of four hundred metres keeps the sea out."
SECOND = Described(2, 7, date(2019, 3, 15), "The Long Way Home")
NAME = "2019-03-15 vol 2 no 7 The Long Way Home.pdf"


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "old"
    made.mkdir()
    return made


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def outcomes(report) -> dict[str, str]:
    return {row.file: row.outcome for row in report.rows}


# -- One file -----------------------------------------------------------------------------------


def test_a_reader_gets_a_back_issue_with_cover_and_words_from_a_pdf(client, folder):
    bringing.bring(put(folder, "a.pdf", pdf(HARBOUR, None)), SECOND)

    edition = Edition.objects.select_related("issue__cover").get()
    issue = edition.issue
    page = client.get(issue.get_absolute_url())

    assert (issue.title, issue.cover_on, issue.pages) == ("The Long Way Home", date(2019, 3, 15), 2)
    assert timezone.localtime(issue.released_at) == timezone.make_aware(datetime(2019, 3, 15))
    assert page.status_code == 200
    assert issue.cover.src in page.content.decode()
    assert issue.cover.height > issue.cover.width
    assert (edition.format, edition.is_brought, edition.pages) == (Format.PDF, True, 2)
    assert list(edition.text_pages.values_list("number", "quality")) == [(1, 100), (2, 0)]
    assert edition.text_pages.get(number=1).text == HARBOUR


def test_its_bytes_lie_where_downloads_look_for_them(folder):
    bringing.bring(put(folder, "a.pdf", pdf(HARBOUR)), SECOND)

    edition = Edition.objects.get()
    with storages["private"].open(edition.file) as file:
        data = file.read()

    assert edition.file == f"editions/{edition.content_hash[:2]}/{edition.content_hash}.pdf"
    assert edition.size == len(data)
    assert len(pikepdf.open(BytesIO(data)).pages) == 1


def test_what_could_act_on_a_reader_is_taken_out_and_told(folder):
    told = bringing.bring(put(folder, "a.pdf", pdf(HARBOUR, then=arm)), SECOND)

    with storages["private"].open(Edition.objects.get().file) as file:
        clean = pikepdf.open(BytesIO(file.read()))
    plain = BytesIO()
    clean.save(
        plain,
        stream_decode_level=pikepdf.StreamDecodeLevel.all,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )

    assert b"tamperwort" not in plain.getvalue()
    for name in (b"/JavaScript", b"/Launch", b"/OpenAction", b"/AA", b"/EmbeddedFiles", b"/AcroForm"):
        assert name not in plain.getvalue()
    # What only leads somewhere stays: an honest link, and the table of contents.
    assert b"https://example.org/honest" in plain.getvalue()
    assert [one.title for one in clean.open_outline().root] == ["Contents"]
    assert "/OpenAction" in " ".join(told.notes)


def test_the_file_of_an_issue_that_is_there_joins_it_and_changes_nothing_else(folder):
    issue = make.issue(volume=2, number=7, cover_on=SECOND.cover_on, title="As printed", cover=make.picture())

    told = bringing.bring(put(folder, "a.pdf", pdf(HARBOUR)), SECOND)

    kept = Issue.objects.get()
    assert told.action == bringing.Action.ADDED
    assert (kept.title, kept.cover, kept.released_at) == ("As printed", issue.cover, issue.released_at)
    assert kept.editions.get().is_brought


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"cover_on": date(2019, 4, 1)}, "with the cover date 1 April 2019"),
        ({"released_at": None}, "has not been released"),
    ],
)
def test_an_issue_that_is_another_one_is_left_alone(folder, fields, why):
    make.issue(**{"volume": 2, "number": 7, "cover_on": SECOND.cover_on} | fields)

    with pytest.raises(RefusedFileError, match=why):
        bringing.bring(put(folder, "a.pdf", pdf(HARBOUR)), SECOND)
    assert not Edition.objects.exists()


def test_an_issue_of_tomorrow_is_not_a_past_one(folder):
    tomorrow = Described(9, 1, timezone.localdate() + timedelta(days=1))

    with pytest.raises(RefusedFileError, match="yet to come"):
        bringing.bring(put(folder, "a.pdf", pdf(HARBOUR)), tomorrow)


def test_another_file_takes_the_place_only_when_somebody_says_so(folder):
    first, second = put(folder, "a.pdf", pdf(HARBOUR)), put(folder, "b.pdf", pdf("Other words.", "And more."))
    bringing.bring(first, SECOND)

    with pytest.raises(RefusedFileError, match="Another file was brought here"):
        bringing.bring(second, SECOND)
    assert bringing.bring(second, SECOND, replace=True).action == bringing.Action.REPLACED

    edition = Edition.objects.get()
    assert [page.text for page in edition.text_pages.all()] == ["Other words.", "And more."]
    assert edition.pages == 2


def test_a_pdf_that_is_made_here_gives_way_only_when_somebody_says_so(folder):
    issue = make.issue(volume=2, number=7, cover_on=SECOND.cover_on)
    Edition.objects.create(issue=issue, format=Format.PDF, file="editions/aa/a.pdf", made_at=timezone.now())
    source = put(folder, "a.pdf", pdf(HARBOUR))

    with pytest.raises(RefusedFileError, match="is made here"):
        bringing.bring(source, SECOND)

    bringing.bring(source, SECOND, replace=True)
    assert Edition.objects.get().is_brought


def test_one_file_is_not_two_issues(folder):
    source = put(folder, "a.pdf", pdf(HARBOUR))
    bringing.bring(source, SECOND)

    with pytest.raises(RefusedFileError, match="This is the file of 2/7"):
        bringing.bring(source, Described(2, 8, date(2019, 4, 1)))
    assert Issue.objects.count() == 1


# -- Files that mean harm, or are broken --------------------------------------------------------


DAMAGED = {
    "empty": (lambda: b"", "not a PDF"),
    "a program": (lambda: b"MZ" + b"\0" * 2_000 + b"%PDF-1.7", "not a PDF"),
    "noise": (lambda: b"%PDF-1.7\n" + b"\xff" * 5_000, "damaged"),
    "a third of it": (lambda: (data := pdf(HARBOUR, then=arm))[: len(data) // 3], "damaged|no pages"),
    "too deep": (
        lambda: pdf(HARBOUR).replace(b"/Type /Catalog", b"/Type /Catalog /Deep " + b"[" * 100_000),
        "damaged",
    ),
    "no pages": (pdf, "no pages"),
    "locked": (lambda: pdf(HARBOUR, encryption=pikepdf.Encryption(owner="o", user="u")), "locked"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(folder, name):
    made, why = DAMAGED[name]

    with pytest.raises(RefusedFileError, match=why):
        bringing.bring(put(folder, "a.pdf", made()), SECOND)
    assert not Issue.objects.exists()


def test_a_file_that_is_locked_against_nothing_but_printing_opens(folder):
    locked = pdf(HARBOUR, encryption=pikepdf.Encryption(owner="o", user=""))

    bringing.bring(put(folder, "a.pdf", locked), SECOND)

    assert Edition.objects.get().text_pages.get().text == HARBOUR


def test_a_file_of_too_many_bytes_is_not_even_opened(folder, monkeypatch):
    monkeypatch.setattr(opening, "MAX_BYTES", 100)
    monkeypatch.setattr(opening, "APART", Path("/nowhere"))

    with pytest.raises(RefusedFileError, match="larger than"):
        opening.open_pdf(put(folder, "a.pdf", pdf(HARBOUR)))


@pytest.mark.parametrize(
    "does",
    [
        "import time; time.sleep(600)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "import sys; sys.exit(0)",
        "open(__import__('sys').argv[2] + '/told.json', 'w').write('[')",
    ],
)
def test_a_file_that_stops_or_breaks_its_reader_stops_nothing_of_ours(folder, tmp_path, monkeypatch, does):
    reader = tmp_path / "reader.py"
    reader.write_text(does)
    monkeypatch.setattr(opening, "APART", reader)
    monkeypatch.setattr(opening, "TIMEOUT", 2)

    with pytest.raises(RefusedFileError, match="it was stopped"):
        opening.open_pdf(put(folder, "a.pdf", pdf(HARBOUR)))


@pytest.mark.parametrize("greedy", ["bytearray(4 << 30)", "open(sys.argv[1], 'wb').truncate(1 << 30)"])
def test_the_reader_of_strange_files_has_its_limits(tmp_path, greedy):
    script = f"import runpy, sys\nrunpy.run_path({str(opening.APART)!r})['limit']()\n{greedy}\n"

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "big")], capture_output=True, text=True, check=False
    )

    assert done.returncode
    assert "MemoryError" in done.stderr or "File too large" in done.stderr or done.returncode < 0


def test_the_reader_of_strange_files_knows_no_secret(folder, tmp_path, monkeypatch):
    reader = tmp_path / "reader.py"
    reader.write_text(
        "import json, os, sys\n"
        "json.dump({'refused': 'pages' if set(os.environ) <= {'PATH', 'TMPDIR', 'LC_CTYPE'} else 'locked'},"
        " open(sys.argv[2] + '/told.json', 'w'))"
    )
    monkeypatch.setattr(opening, "APART", reader)
    monkeypatch.setenv("MAGAZINE_SECRET_KEY", "secret")

    with pytest.raises(RefusedFileError, match="has no pages"):
        opening.open_pdf(put(folder, "a.pdf", pdf(HARBOUR)))


# -- How good the words are ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lowest", "highest"),
    [
        ("", 0, 0),
        ("· — * |", 0, 0),
        ("“It’s a well-kept quay,” she said in 1931; £4.50 a head, or 12%.", 100, 100),
        ("Žluťoučký kůň příliš. Der Fluß kehrt zurück. Река вернулась. النهر", 100, 100),
        ("7KH KDUERXU RSHQHG LQ VSULQJ %%&' #@x1 zz;q bcdfg", 0, 60),
        ("T h e h a r b o u r o p e n e d", 0, 50),
        ("\ufffd\ufffd\ufffd word \ufffd\ufffd", 0, 20),
        ("hArBoUr oPeNeD sPrInG", 0, 0),
    ],
)
def test_words_count_by_how_far_they_look_like_words(text, lowest, highest):
    assert lowest <= quality_of(text) <= highest


def test_a_word_parted_at_the_end_of_a_line_is_whole_again():
    assert opening._page("har\ufffe\r\nbour \x00and  mole").text == "harbour and mole"


# -- A folder of them ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("2019-03-15 vol 2 no 7 The Long Way Home", (2, 7, "The Long Way Home")),
        ("2019-03-15 Vol. 2, No. 7", (2, 7, "")),
        ("2019-03-15_vol_02_no_07_The_Long_Way_Home", (2, 7, "The Long Way Home")),
        ("2019-03-15 volume 2 - issue 7 - Étés", (2, 7, "Étés")),
        ("2019-02-30 vol 2 no 7", None),
        ("2019-03-15 vol 0 no 7", None),
        ("March 2019", None),
        ("2019-03-15 vol 2 no 7" + " x" * 200, None),
        ("2019-03-15 vol ² no 7", None),
    ],
)
def test_a_files_name_says_which_issue_it_is(stem, expected):
    if expected is None:
        with pytest.raises(RefusedFileError):
            naming.by_name(stem)
    else:
        what = naming.by_name(stem)
        assert (what.volume, what.number, what.title) == expected
        assert what.cover_on == date(2019, 3, 15)


def test_a_table_beside_the_files_says_it_better(folder):
    put(folder, "scan0001.pdf", pdf(HARBOUR))
    put(folder, NAME, pdf("Other words."))
    put(folder, "scan0003.pdf", pdf("Third."))
    table = (
        "Title;File;Cover date;Volume;Number;Shelf\r\n"
        "Summer;scan0001.pdf;2018-07-01;1;13;B\r\n"
        ";gone.pdf;2018-07-15;1;14;B\r\n"
        ";scan0003.pdf;15.7.2018;1;15;B\r\n"
    )
    put(folder, "issues.csv", table.encode("utf-8-sig"))

    report = import_folder(folder)

    assert outcomes(report) == {
        NAME: "new",
        "scan0001.pdf": "new",
        "gone.pdf": "refused",
        "scan0003.pdf": "refused",
    }
    assert set(Issue.objects.values_list("volume", "number", "title")) == {
        (1, 13, "Summer"),
        (2, 7, "The Long Way Home"),
    }
    assert [row.why for row in report.refused] == [
        "issues.csv names it, and it is not in the folder.",
        "“15.7.2018” is no date; write it as 2019-03-15.",
    ]


@pytest.mark.parametrize("table", [b"file,volume\n", b"\xff\xfe", b""])
def test_a_table_that_is_none_stops_the_run_before_it_begins(folder, table):
    put(folder, NAME, pdf(HARBOUR))
    put(folder, "issues.csv", table)

    with pytest.raises(CommandError, match=r"issues\.csv"):
        call_command("import_back_issues", folder, verbosity=0)
    assert not Issue.objects.exists()


def test_a_bad_file_keeps_no_other_from_coming_and_is_told(folder, tmp_path):
    put(folder, NAME, pdf(HARBOUR, None))
    put(folder, "2019-04-01 vol 2 no 8.pdf", b"%PDF-1.7 nothing")
    put(folder, "2019-04-01 vol 2 no 7 again.pdf", pdf("Again."))
    put(folder, "=cmd.txt", b"notes")
    out, errors, report = StringIO(), StringIO(), tmp_path / "report.csv"

    call_command("import_back_issues", folder, report=report, stdout=out, stderr=errors)

    assert Issue.objects.count() == 1
    assert "4 files: 1 new, 3 refused" in out.getvalue()
    assert "2 pages, 1 of them without words that can be found" in out.getvalue()
    for line in ["damaged", "“2019-03-15 vol 2 no 7 The Long Way Home.pdf” is this issue too", "not a PDF"]:
        assert line in errors.getvalue()
    written = report.read_text()
    assert len(written.splitlines()) == 5
    assert "'=cmd.txt" in written
    assert f"{NAME},2/7,2019-03-15,The Long Way Home,new,2,100,1," in written


def test_the_same_folder_twice_is_once(folder, monkeypatch):
    put(folder, NAME, pdf(HARBOUR, None))
    import_folder(folder)
    before = (list(Edition.objects.values()), list(EditionPage.objects.values()), Picture.objects.count())
    monkeypatch.setattr(opening, "APART", Path("/nowhere"))

    again = import_folder(folder)

    assert outcomes(again) == {NAME: "as before"}
    assert again.rows[0].brought.scanned == 1
    assert before == (
        list(Edition.objects.values()),
        list(EditionPage.objects.values()),
        Picture.objects.count(),
    )


def test_a_rehearsal_tells_the_same_and_keeps_nothing(folder):
    put(folder, NAME, pdf(HARBOUR, None))

    rehearsed = [str(row) for row in import_folder(folder, is_rehearsal=True).rows]

    assert not Issue.objects.exists()
    assert not Picture.objects.exists()
    assert not storages["private"].exists("editions")
    assert rehearsed == [str(row) for row in import_folder(folder).rows]


class Killed(BaseException):
    """What nothing catches, as nothing catches ``kill -9``."""


@pytest.mark.parametrize("at", ["store", "_cover", "_laid", "pages"])
def test_a_run_that_was_killed_is_completed_by_the_next(folder, monkeypatch, at):
    put(folder, NAME, pdf(HARBOUR, None))
    put(folder, "2019-04-01 vol 2 no 8.pdf", pdf("Other words."))

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        if at == "pages":
            patch.setattr(EditionPage.objects, "bulk_create", die)
        elif at == "store":
            patch.setattr(bringing.keeping, "store", die)
        else:
            patch.setattr(bringing, at, die)
        with pytest.raises(Killed):
            import_folder(folder)
    assert not Edition.objects.exists()
    assert not Issue.objects.exists()

    assert set(outcomes(import_folder(folder)).values()) == {"new"}
    assert [edition.text_pages.count() for edition in Edition.objects.order_by("issue__number")] == [2, 1]
    assert Picture.objects.count() == 2


def test_a_back_issue_without_pieces_keeps_the_promise_of_past_issues(folder):
    bringing.bring(put(folder, "a.pdf", pdf(HARBOUR)), SECOND)
    newer = make.issue()
    make.article(issue=newer)

    assert promises.past_issues(timezone.now(), {}).state == State.KEPT

    Edition.objects.update(file="")
    assert promises.past_issues(timezone.now(), {}).state == State.BROKEN


# -- At the desk --------------------------------------------------------------------------------


def upload(client, name: str, data: bytes, **fields):
    file = SimpleUploadedFile(name, data, "application/pdf")
    return client.post(reverse("admin:editions_edition_bring"), {"file": file, **fields})


@pytest.fixture
def editor(client):
    client.force_login(make.staff(Role.EDITOR))
    return client


def test_an_editor_brings_one_issue_by_the_name_of_its_file(editor):
    response = upload(editor, NAME, pdf(HARBOUR))

    issue = Issue.objects.get()
    assertRedirects(response, reverse("admin:articles_issue_change", args=[issue.pk]))
    assert (issue.volume, issue.number, issue.title) == (2, 7, "The Long Way Home")
    assert issue.editions.get().pages == 1


def test_an_editor_says_which_issue_it_is(editor):
    upload(editor, "scan.pdf", pdf(HARBOUR), volume="3", number="4", cover_on="2018-07-01", title="Summer")

    issue = Issue.objects.get()
    assert (issue.volume, issue.number, issue.cover_on, issue.title) == (3, 4, date(2018, 7, 1), "Summer")


@pytest.mark.parametrize(
    ("name", "data", "fields", "why"),
    [
        ("scan.pdf", pdf, {}, "does not say which issue it is"),
        ("scan.pdf", pdf, {"volume": "3"}, "is no number"),
        (NAME, lambda: b"%PDF-1.7 nothing", {}, "damaged"),
        (NAME, lambda: b"GIF89a", {}, "This is not a PDF"),
    ],
)
def test_an_editor_is_told_why_a_file_was_not_taken(editor, name, data, fields, why):
    response = upload(editor, name, data(), **fields)

    assertContains(response, why, status_code=422)
    assert not Issue.objects.exists()
