"""Bringing a WordPress site over, on our own small export."""

import csv
import os
import re
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from PIL import Image
from taggit.models import Tag

from articles.importing import wordpress
from articles.importing.report import Action, Outcome, harmless
from articles.models import Article, Author, Imported, Picture, Revision, Section, Series
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

ROOT = Path(__file__).resolve().parents[3]
OWN = Path(__file__).parent / "files" / "tidewater.xml"
ITEMS = 19
# When something happened here is the one thing that two equal imports may differ in.
MOMENTS = {"changed_at", "created_at", "brought_at", "saved_at", "enqueued_at"}


class Silent:
    """A progress bar that shows nothing."""

    def begin(self, stage, total):
        pass

    def step(self):
        pass


def bring(path=OWN, **options):
    return wordpress.import_export(path, wordpress.Options(**options), Silent())


def article(key):
    return Imported.objects.get(kind="article", key=str(key)).article


def state():
    """Return every row of every table that an import writes to."""
    models = [Article, Author, Section, Series, Imported, Picture, Revision, Tag, Article.tags.through]
    models += [Article.bylines.rel.related_model, Article.links_out.rel.related_model]
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key not in MOMENTS}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
    }


def rewritten(tmp_path, *changes, name="export.xml"):
    text = OWN.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.fixture
def media(tmp_path):
    folder = tmp_path / "uploads"
    (folder / "2024" / "03").mkdir(parents=True)
    Image.new("RGB", (90, 60), "navy").save(folder / "2024" / "03" / "quay.png")
    return folder


# -- What comes over ----------------------------------------------------------------------


def test_a_reader_finds_the_post_with_its_author_section_tags_series_and_date():
    bring()

    ferry = article(101)
    assert ferry.headline == "The ferry that waited"
    assert ferry.standfirst == "A boat, a clock and a promise."
    assert ferry.get_absolute_url() == "/harbour-quay/the-ferry-that-waited/"
    assert [byline.author.name for byline in ferry.bylines.all()] == ["Ada Quill"]
    assert ferry.section.name == "Harbour & Quay"
    assert ferry.series.name == "Letters from the slipway"
    assert sorted(ferry.tags.names()) == ["Boats", "Ferries"]
    assert ferry.published_at.isoformat() == "2024-03-04T09:30:00+00:00"
    assert ferry.audience == "everyone"
    assert ferry.is_published()


def test_a_link_between_two_imported_articles_survives_a_new_address(client):
    bring()
    ferry, buoys = article(101), article(102)
    assert list(ferry.links_out.order_by("target").values_list("target", flat=True)) == sorted(
        [buoys.pk, article(111).pk]
    )
    assert list(buoys.links_out.values_list("target", flat=True)) == [ferry.pk]

    buoys.slug = "forty-buoys"
    buoys.save()

    page = client.get(ferry.get_absolute_url()).content.decode()
    assert page.count('href="/harbour-quay/forty-buoys/"') >= 2
    assert "https://old.tidewater.example/2019/01/01/long-gone/" in page


def test_every_public_article_opens_and_nothing_that_was_hidden_does(client):
    bring()

    public = [101, 102, 110, 111, 112, 113]
    hidden = [103, 104, 105, 106, 107, 108, 109]
    assert {one.pk for one in Article.objects.published()} == {article(key).pk for key in public}
    assert {key: client.get(article(key).get_absolute_url()).status_code for key in public} == dict.fromkeys(
        public, 200
    )
    assert {key: client.get(article(key).get_absolute_url()).status_code for key in hidden} == dict.fromkeys(
        hidden, 404
    )
    for address in ["/", "/feeds/latest.xml", "/sitemap.xml", "/archive/", "/harbour-quay/", "/tags/"]:
        page = client.get(address).content.decode()
        assert "PHRASE" not in page
        assert "Between ourselves" not in page
        assert "Hush" not in page


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (103, "draft"),
        (104, "draft"),
        (105, "draft"),
        (106, "approved"),
        (107, "draft"),
        (108, "submitted"),
        (109, "spiked"),
    ],
)
def test_an_editor_finds_what_was_unpublished_as_far_along_as_it_was(key, status):
    bring()

    assert article(key).status == status
    assert "PHRASE" in article(key).body


def test_a_scheduled_post_keeps_its_date_and_a_password_is_forgotten():
    bring()

    assert article(106).published_at.year == 2099
    assert "opensesame" not in str(state())


def test_a_schedule_that_came_true_here_is_not_taken_back():
    bring()
    Article.objects.filter(pk=article(107).pk).update(
        status="approved", published_at=timezone.datetime.fromisoformat("2024-06-01T12:00:00+00:00")
    )

    bring()

    assert article(107).is_published()


def test_hostile_markup_ends_as_it_would_from_an_editor():
    bring()

    trap = article(112)
    assert trap.headline.startswith("Tide & alert(1) more of")
    assert len(trap.headline) <= 200
    assert trap.slug.isascii()
    assert "<p>Safe words.</p>" in trap.body
    assert "Form words" in trap.body
    assert not re.search(r"script|onclick|onerror|iframe|svg|javascript|style|PHRASE", trap.body, re.I)


def test_a_post_without_a_title_gets_its_first_words_and_an_unknown_author_a_name_without_mail():
    bring()

    assert article(110).headline == "No title, but words enough to be known by."
    assert article(110).bylines.get().author.name == "stranger"
    assert article(110).section.name == wordpress.REST


def test_two_posts_with_one_address_get_two():
    bring()

    assert [article(101).slug, article(113).slug] == ["the-ferry-that-waited", "the-ferry-that-waited-2"]


def test_a_section_never_takes_the_address_of_another_page():
    bring(sections={"search": "Search", "*": "Everything"})

    assert article(102).section.slug == "search-section"
    assert article(110).section.name == "Everything"


def test_a_section_that_exists_is_used():
    quay = make.section("harbour & quay", slug="quays")

    bring()

    assert article(101).section == quay


# -- People ------------------------------------------------------------------------------


def test_an_import_gives_nobody_an_account_and_changes_none():
    chief = make.staff(email="chief@example.org")
    before = type(chief).objects.values().get(pk=chief.pk)
    held = make.author("Ada Quill", account=chief)

    bring()

    assert type(chief).objects.count() == 1
    assert type(chief).objects.values().get(pk=chief.pk) == before
    assert list(chief.groups.all()) == []
    assert not held.bylines.exists()
    assert article(101).bylines.get().author.slug == "ada-quill-2"
    assert not article(104).bylines.filter(author__account=chief).exists()


# -- Pictures -----------------------------------------------------------------------------


def test_a_picture_without_its_file_becomes_a_link_that_the_file_completes_later(media, client):
    bring()
    assert "Picture: A quay" in article(101).body
    assert article(101).lead_picture is None
    assert Imported.objects.get(kind="picture").address.endswith("/quay.png")

    report = bring(media=media)

    quay = Picture.objects.get()
    assert (quay.title, quay.alt, quay.caption) == (
        "Quay",
        "A quay with two cranes",
        "The quay, seen from the ferry",
    )
    assert article(101).lead_picture == quay
    assert (
        f'<figure data-image="{quay.pk}"><figcaption>The quay at <em>dusk</em></figcaption>'
        in article(101).body
    )
    assert f'data-image="{quay.pk}"' in article(102).body
    assert {row.key for row in report.rows if row.action == Action.UPDATED} == {"101", "102"}
    assert client.get(article(102).get_absolute_url()).status_code == 200


def test_nothing_outside_the_folder_is_taken_in(tmp_path, media):
    Image.new("RGB", (9, 9)).save(tmp_path / "secret.png")
    (media / "2024" / "03" / "quay.png").unlink()
    (media / "2024" / "03" / "quay.png").symlink_to(tmp_path / "secret.png")
    sly = rewritten(
        tmp_path,
        ('src="x" onerror', 'src="https://old.tidewater.example/uploads/%2e%2e/%2e%2e/secret.png" onerror'),
    )

    bring(sly, media=media)

    assert not Picture.objects.exists()


def test_a_file_that_only_claims_to_be_a_picture_is_refused_and_the_rest_comes_over(media):
    (media / "2024" / "03" / "quay.png").write_text("<svg onload='alert(1)'>")

    report = bring(media=media)

    row = next(row for row in report.items() if row.key == "120")
    assert row.outcome == Outcome.REFUSED
    assert "not a picture" in row.reasons[0]
    assert article(101).is_published()


# -- Twice --------------------------------------------------------------------------------


def test_the_same_file_twice_leaves_everything_as_it_was(media):
    first = bring(media=media)
    before = state()

    second = bring(media=media)

    assert state() == before
    assert {row.action for row in second.items()} == {Action.AS_BEFORE, Action.NOTHING}
    assert [(row.key, row.outcome, row.reasons) for row in second.rows] == [
        (row.key, row.outcome, row.reasons) for row in first.rows
    ]


@pytest.mark.parametrize("last", range(1, 13, 3))
def test_an_import_that_was_killed_half_way_is_completed_by_the_next(monkeypatch, last):
    bring()
    wanted = state()
    for model in (Article, Author, Imported, Tag, Series, Section):
        model.objects.all().delete()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")

    class Killed(BaseException):
        pass

    real, count = wordpress._Import._write_byline, []

    def dying(self, *args):
        count.append(1)
        if len(count) == last:
            raise Killed
        return real(self, *args)

    monkeypatch.setattr(wordpress._Import, "_write_byline", dying)
    with pytest.raises(Killed):
        bring()
    half = Article.objects.published().count()
    monkeypatch.undo()
    bring()

    assert half < 6
    if connection.vendor == "sqlite":
        assert state() == wanted
    else:
        # Its sequences do not go back with a transaction: only the numbers may differ.
        assert {name: len(rows) for name, rows in state().items()} == {
            name: len(rows) for name, rows in wanted.items()
        }


def run(data, *arguments):
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "MAGAZINE_DATA": str(data), "DATABASE_URL": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def rows(data):
    """Return what a reader or an editor can see of a database on disk, without moments."""
    database = sqlite3.connect(data / "magazine.sqlite3")
    database.row_factory = sqlite3.Row
    tables = ["article", "author", "byline", "section", "series", "imported", "revision", "articlelink"]
    return {
        table: [
            {key: row[key] for key in row.keys() if key not in MOMENTS}  # noqa: SIM118
            for row in database.execute(f"SELECT * FROM articles_{table} ORDER BY id")
        ]
        for table in tables
    }


def keep_the_database_in(folder):
    folder.mkdir()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "magazine.sqlite3")])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="two processes share a file")
def test_two_imports_at_once_end_like_one(tmp_path):
    together, alone = tmp_path / "together", tmp_path / "alone"
    keep_the_database_in(together)

    command = ["import_wordpress", "--skip-checks", "-v0", str(OWN)]
    running = [run(together, *command), run(together, *command)]
    bring()
    keep_the_database_in(alone)

    for one in running:
        _out, errors = one.communicate(timeout=120)
        assert one.returncode == 0, errors
    assert rows(together) == rows(alone)
    assert len(rows(alone)["article"]) == 13


# -- What an editor did -------------------------------------------------------------------


def test_an_article_that_was_edited_here_is_kept_and_reported():
    bring()
    edited = article(101)
    edited.body = "<p>Better words.</p>"
    edited.save()

    report = bring()

    assert article(101).body == "<p>Better words.</p>"
    assert next(row for row in report.items() if row.key == "101").action == Action.KEPT


def test_news_in_the_file_reaches_what_nobody_touched_here(tmp_path):
    bring()
    edited = article(101)
    edited.standfirst = "Ours."
    edited.save()
    newer = rewritten(tmp_path, ("She left at nine.", "She left at ten."), ("Two people", "Three people"))

    bring(newer)

    assert "Three people" in article(111).body
    assert "nine" in article(101).body
    assert article(101).standfirst == "Ours."


def test_overwriting_is_asked_for_and_what_was_written_here_stays_a_revision():
    bring()
    edited = article(101)
    edited.body = "<p>Better words.</p>"
    edited.save()

    bring(overwrite=True)

    assert "She left at nine." in article(101).body
    assert Revision.objects.filter(article=edited, snapshot__body="<p>Better words.</p>").exists()
    again = state()
    bring(overwrite=True)
    assert state() == again


def test_an_article_that_was_deleted_here_stays_deleted():
    bring()
    article(102).delete()

    report = bring()

    row = next(row for row in report.items() if row.key == "102")
    assert (row.outcome, row.reasons[0]) == (Outcome.REFUSED, "deleted here since")
    assert not Article.objects.filter(slug="counting-the-buoys").exists()


def test_an_editors_section_and_address_stay(tmp_path):
    bring()
    moved = article(102)
    moved.section, moved.slug = make.section("Elsewhere"), "the-buoys"
    moved.save()

    bring(rewritten(tmp_path, ("forty", "fifty")))

    assert article(102).get_absolute_url() == "/elsewhere/the-buoys/"


# -- The account --------------------------------------------------------------------------


def test_the_report_accounts_for_every_item_of_the_file():
    report = bring()

    assert len(report.items()) == ITEMS == OWN.read_text().count("<item>")
    assert all(row.reasons for row in report.rows if row.outcome == Outcome.REFUSED)
    assert {(row.kind, row.key) for row in report.rows if row.outcome == Outcome.REFUSED and row.is_item} == {
        ("post", "102"),
        ("attachment", "121"),
        ("nav_menu_item", "130"),
        ("product", "131"),
        ("post", ""),
    }
    assert [row.title for row in report.rows if row.kind == "comment"] == ["A reader"]
    assert [row.title for row in report.rows if row.kind == "custom field"] == ["mood"]


def test_a_rehearsal_reports_the_same_and_keeps_nothing(media, settings):
    before = state()

    rehearsed = bring(media=media, is_rehearsal=True)

    assert state() == before
    assert not Path(settings.MEDIA_ROOT).exists()
    real = bring(media=media)
    assert [(row.key, row.outcome, row.reasons) for row in rehearsed.rows] == [
        (row.key, row.outcome, row.reasons) for row in real.rows
    ]


def test_the_command_prints_a_summary_and_writes_every_row_with_harmless_cells(tmp_path):
    out, err, target = StringIO(), StringIO(), tmp_path / "report.csv"

    call_command("import_wordpress", OWN, "--report", target, stdout=out, stderr=err)

    assert re.search(rf"items of the file +1 +13 +5 +{ITEMS}\n", out.getvalue())
    assert "Links between imported articles: 4" in out.getvalue()
    assert err.getvalue() == "Pictures: 2\nPlaces: 19\nArticles: 19\n"
    with target.open(newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(out.getvalue().split("\n\n")[0].splitlines())
    assert '\'=HYPERLINK("https://evil.example")' in {row["title"] for row in table}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_report_is_a_formula(start):
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.xml"], "cannot be opened"),
        ([str(OWN), "--media", "nowhere"], "is not a folder"),
        ([str(OWN), "--report", "nowhere/report.csv"], "does not exist"),
        ([str(OWN), "--section", "nonsense"], "is not CATEGORY=SECTION"),
        ([str(ROOT / "pyproject.toml")], "not sound XML"),
    ],
)
def test_whoever_mistypes_the_command_is_told_what_is_wrong(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_wordpress", *arguments, stdout=StringIO(), stderr=StringIO())
