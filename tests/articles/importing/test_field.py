"""The theme unit test of WordPress: a file from the field, used where it lies beside the project."""

import os
from collections import Counter
from pathlib import Path

import pytest

from articles.importing import wordpress
from articles.importing.report import Outcome
from articles.models import Article, Imported
from tests.articles.importing.test_wordpress import Silent, state

FILE = Path(__file__).resolve().parents[4] / "shared" / "data" / "wordpress-theme-unit-test.xml"

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.wide,
    pytest.mark.skipif(not FILE.exists(), reason="The theme unit test is not beside the project."),
]


def bring():
    return wordpress.import_export(FILE, wordpress.Options(), Silent())


def test_every_item_is_accounted_for_and_a_second_import_changes_nothing():
    report = bring()
    before = state()

    assert len(report.items()) == 186
    assert Counter(row.kind for row in report.items()) == {
        "post": 58,
        "page": 21,
        "attachment": 37,
        "nav_menu_item": 70,
    }
    assert all(row.reasons for row in report.rows if row.outcome != Outcome.CAME_OVER)
    assert len([row for row in report.rows if row.kind == "comment"]) == 33
    bring()
    assert state() == before


def test_every_imported_public_page_and_those_around_it_open_as_valid_html_and_nothing_hidden_does(
    client, shelf
):
    report = bring()
    articles = Article.objects.published().select_related("section")
    pages = [article.get_absolute_url() for article in articles]
    around = {
        address
        for article in articles
        for address in [
            article.section.get_absolute_url(),
            *(byline.author.get_absolute_url() for byline in article.bylines.all()),
            *(f"/tags/{tag.slug}/" for tag in article.tags.all()),
        ]
    }

    answers = {address: client.get(address) for address in [*pages, *sorted(around)]}

    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert len(pages) == len(set(pages)) == 76
    hidden = {row.key: row for row in report.items() if "Not public" in " ".join(row.reasons)}
    assert set(hidden) == {"1164", "1168"}
    assert Article.objects.scheduled().get().headline == "Scheduled"
    for key in ("1153", "1164", "1168"):
        article = Imported.objects.get(kind="article", key=key).article
        assert client.get(article.get_absolute_url()).status_code == 404
    # The lists are made alike: one in four is enough for the checker outside a drill.
    for address in [*pages, *sorted(around)[:: 1 if DRILL else 4]]:
        shelf.keep(address, answers[address].content.decode())
    assert shelf.errors() == []
