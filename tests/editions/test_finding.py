"""Search in the pages of past issues: for those who may have them, and a closed book to everybody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from editions import finding
from editions.models import EditionPage
from editions.page_index import PAGES
from subscriptions.features import Feature
from subscriptions.models import Entitlement
from tests import make
from tests.editions.pdfs import brought

pytestmark = pytest.mark.django_db

NOW = timezone.now
SEARCH = "/issues/search/"


@pytest.fixture
def library():
    """The current issue, and a past one of three pages."""
    make.issue(volume=9, number=9, released_at=NOW() - timedelta(days=1))
    past = make.issue(volume=2, number=7, title="The Long Way Home", released_at=NOW() - timedelta(days=900))
    brought(past, "The harbourmaster spoke of <b>tides</b>.", "Nothing here.", "Two harbourmasters danced.")
    return past


def found(query, reader=None, **more):
    results = finding.find(query, reader=reader or make.reader(entitled=True), **more)
    return [(hit.issue, hit.number) for hit in results.hits]


def reader_with(*features: Feature):
    reader = make.reader()
    for feature in features:
        Entitlement.objects.create(
            reader=reader,
            feature=feature,
            from_at=NOW() - timedelta(days=9),
            source=Entitlement.Source.SUBSCRIPTION,
        )
    return reader


def signed_in(reader) -> Client:
    client = Client()
    client.force_login(reader)
    return client


# -- Who may ---------------------------------------------------------------------------------------


def test_a_subscriber_is_shown_the_issue_the_page_and_the_words_around(library):
    page = signed_in(make.reader(entitled=True)).get(SEARCH, {"q": "harbourmaster tides"})

    assertContains(page, library.get_absolute_url())
    assertContains(page, "The Long Way Home, page 1")
    assertContains(page, "The <mark>harbourmaster</mark> spoke of &lt;b&gt;<mark>tides</mark>&lt;/b&gt;.")
    assertContains(page, "On one page")
    assert page["Cache-Control"] == "private, no-store"


OUTSIDERS = {
    "stranger": lambda: None,
    "registered": make.reader,
    "lapsed": lambda: make.reader(entitled_until=NOW() - timedelta(seconds=1)),
    "with another right": lambda: reader_with(Feature.DIGITAL_EDITION, Feature.EXCLUSIVE_CONTENT),
}


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_whoever_may_not_is_answered_the_same_to_every_question(library, kind):
    reader = OUTSIDERS[kind]()
    client = signed_in(reader) if reader else Client()

    answers = set()
    for query in ("harbourmaster", "dragonfly", "harbourmaster harbourmaster"):
        response = client.get(SEARCH, {"q": query, "page": 2})
        assert response.status_code == 200
        text = response.content.decode()
        # The page says one's own question back: in the field, in the title, in the way to the articles.
        for said in (query, query.replace(" ", "+")):
            text = text.replace(said, "…")
        answers.add(text)

    assert len(answers) == 1
    assert "danced" not in answers.pop()


def test_for_whoever_may_not_the_index_is_not_even_asked(library, monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(type(PAGES), "candidates", refuse)

    assert finding.find("harbourmaster", reader=make.reader()).total == 0


def test_a_right_that_ends_takes_the_hits_with_it(library):
    reader = make.reader(entitled=True)
    assert found("danced", reader)

    Entitlement.objects.filter(reader=reader).update(until_at=NOW() - timedelta(seconds=1))

    assert not found("danced", reader)


def test_the_current_issue_is_searched_for_those_who_may_have_that(library):
    current = make.issue(released_at=NOW())
    brought(current, "The newest harbourmaster.")

    assert (current, 1) not in found("harbourmaster", reader_with(Feature.PAST_ISSUES))
    both = reader_with(Feature.PAST_ISSUES, Feature.DIGITAL_EDITION)
    assert (current, 1) in found("harbourmaster", both)


@pytest.mark.parametrize("who", ["subscriber", "editor"])
def test_nobody_finds_what_is_not_released(who):
    make.issue(released_at=NOW() - timedelta(days=1))
    for released_at in (None, NOW() + timedelta(days=1)):
        brought(make.issue(released_at=released_at), "A harbourmaster to come.")
    reader = make.reader(entitled=True) if who == "subscriber" else make.staff(Role.EDITOR)

    assert found("harbourmaster", reader) == []


# -- What is found ---------------------------------------------------------------------------------


def test_all_words_stand_on_one_page(library):
    assert found("harbourmaster") == [(library, 1), (library, 3)] or found("harbourmaster") == [
        (library, 3),
        (library, 1),
    ]
    assert found("harbourmasters danced") == [(library, 3)]
    assert found("tides danced") == []


def test_a_page_that_is_a_picture_is_found_by_nothing_and_told_of_by_nobody(library):
    brought(make.issue(released_at=NOW() - timedelta(days=1000)), "", quality=0)

    assert finding.searchable() == [library]


def test_words_that_were_read_badly_are_found_and_not_quoted(library):
    bad = make.issue(released_at=NOW() - timedelta(days=800))
    brought(bad, "h@rb xx dragonfly %%", quality=25)

    page = signed_in(make.reader(entitled=True)).get(SEARCH, {"q": "dragonfly"})

    assertContains(page, "about 25% of the words")
    assertNotContains(page, "h@rb")


def test_the_index_follows_the_pages(library):
    EditionPage.objects.filter(number=2).update(text="A dragonfly.")
    assert found("dragonfly") == [(library, 2)]

    EditionPage.objects.all().delete()
    assert found("dragonfly") == []


def test_laying_the_index_twice_changes_nothing(library):
    PAGES.ensure(connection)
    PAGES.ensure(connection)

    assert found("danced") == [(library, 3)]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 400, "²"])
@pytest.mark.parametrize("query", ["", "\x00", '"', "*", "a AND (", "%", "harbour " * 400, "💥"])
def test_any_question_is_answered(library, query, page):
    client = signed_in(make.reader(entitled=True))

    assert client.get(SEARCH, {"q": query, "page": page}).status_code == 200


def test_a_long_list_is_turned_page_by_page_at_the_same_cost(library, django_assert_max_num_queries):
    for number in range(25):
        old = make.issue(volume=1, number=100 + number, released_at=NOW() - timedelta(days=999))
        brought(old, "A dragonfly.")
    reader = make.reader(entitled=True)

    with django_assert_max_num_queries(6):
        results = finding.find("dragonfly", reader=reader, page=2)
        assert [str(hit.issue.label) for hit in results.hits]

    assert (results.total, len(results.hits), results.next_page) == (25, 5, None)


# -- The way there ---------------------------------------------------------------------------------


def test_the_wall_of_covers_and_the_search_lead_there(client, library):
    assertContains(client.get(reverse("articles:issues")), SEARCH)
    assertContains(client.get("/search/", {"q": "tides"}), f"{SEARCH}?q=tides")
    assertContains(client.get("/robots.txt"), f"Disallow: {SEARCH}")


def test_a_stranger_is_told_what_there_is_and_what_opens_it(client, library):
    page = client.get(SEARCH, {"q": "tides"})

    assertContains(page, "The printed pages of Volume 2, number 7.")
    assertContains(page, reverse("subscriptions:plans"))
    assertContains(page, reverse("account_login"))
    assert page["Cache-Control"] == "public, max-age=60"
