"""The web edition: reading inside an issue, the wall of covers, and the index that closes a volume."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from articles import volumes
from articles.volumes import USUAL_A_VOLUME
from subscriptions.features import Feature
from subscriptions.models import PlanFeature
from tests import make

pytestmark = pytest.mark.django_db


def in_volume(volume: int, number: int, **fields):
    return make.issue(volume=volume, number=number, **fields)


# -- Inside an issue ----------------------------------------------------------------------------


def test_a_reader_is_told_which_issue_they_are_reading(client):
    issue = in_volume(3, 24, title="The wedge")
    article = make.article(issue=issue, page=12)

    page = client.get(article.get_absolute_url())

    assertContains(page, f'You are reading <a href="{issue.get_absolute_url()}">Volume 3, number 24</a>')
    assertContains(page, "<i>The wedge</i> · page 12")


def test_a_reader_of_a_piece_outside_every_issue_is_told_of_none(client):
    for article in [
        make.article(),
        make.article(issue=make.issue(released_at=timezone.now() + timedelta(days=1))),
    ]:
        assertNotContains(client.get(article.get_absolute_url()), "You are reading")


def test_a_reader_of_an_issue_sees_page_numbers_standfirsts_and_its_neighbours(client):
    today = timezone.localdate()
    older = in_volume(3, 22, cover_on=today - timedelta(days=30), title="Before")
    issue = in_volume(3, 23, cover_on=today - timedelta(days=20))
    newer = in_volume(3, 24, cover_on=today - timedelta(days=10), title="After")
    make.article(issue=issue, page=12, standfirst="In which a mole is measured.")

    page = client.get(issue.get_absolute_url())

    assertContains(page, "In which a mole is measured.")
    assertContains(page, '<span class="hidden">page </span>12')
    assertContains(page, f'rel="prev" href="{older.get_absolute_url()}"')
    assertContains(page, f'rel="next" href="{newer.get_absolute_url()}"')


# -- The wall of covers -------------------------------------------------------------------------


def test_the_wall_stands_by_year_or_by_volume(client):
    first = in_volume(1, 24, cover_on=date(2024, 12, 15))
    second = in_volume(2, 1, cover_on=date(2025, 1, 1))
    third = in_volume(2, 24, cover_on=date(2026, 1, 1))

    by_year = client.get(reverse("articles:issues"))
    by_volume = client.get(reverse("articles:issues") + "?by=volume")

    assert by_year.context["walls"] == [(2026, [third]), (2025, [second]), (2024, [first])]
    assert by_volume.context["walls"] == [(2, [third, second]), (1, [first])]


@pytest.mark.parametrize("by", ["", "volume"])
def test_the_wall_leads_to_the_index_of_a_complete_volume_and_to_no_other(client, by):
    in_volume(1, 3)
    in_volume(2, 1)

    page = client.get(reverse("articles:issues"), {"by": by})

    assertContains(page, reverse("articles:volume", args=[1]))
    assertNotContains(page, reverse("articles:volume", args=[2]) + '"')


# -- The index of a volume ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "is_complete"),
    [
        ([1] * (USUAL_A_VOLUME - 1), False),
        ([1] * USUAL_A_VOLUME, True),
        # A double issue counts twice, and a special not at all.
        ([2] + [1] * (USUAL_A_VOLUME - 2), True),
        ([0] + [1] * (USUAL_A_VOLUME - 1), False),
    ],
)
def test_a_volume_is_complete_when_its_issues_count_as_many_as_it_holds(weights, is_complete):
    for number, weight in enumerate(weights, start=1):
        in_volume(5, number, weight=weight)
    in_volume(5, 99, released_at=timezone.now() + timedelta(days=1))

    assert volumes.complete(timezone.now()) == ([5] if is_complete else [])


def test_a_volume_holds_as_many_issues_as_the_plans_on_sale_promise_a_year():
    make.plan()
    PlanFeature.objects.filter(key=Feature.ISSUES_PER_YEAR).update(parameters={"count": 2})
    in_volume(5, 1)
    assert volumes.complete(timezone.now()) == []

    in_volume(5, 2)
    assert volumes.complete(timezone.now()) == [5]


def test_a_volume_is_complete_once_the_next_has_begun(client):
    issue = in_volume(4, 1)
    next_one = in_volume(5, 1, released_at=timezone.now() + timedelta(days=1))
    address = reverse("articles:volume", args=[4])

    assert client.get(address).status_code == 404
    next_one.released_at = timezone.now()
    next_one.save()

    assert client.get(address).status_code == 200
    assertContains(client.get(issue.get_absolute_url()), address)
    assertNotContains(client.get(next_one.get_absolute_url()), "Index of volume")
    assert client.get(reverse("articles:volume", args=[5])).status_code == 404


def test_a_reader_finds_everybody_and_everything_of_a_volume(client):
    wren, adder = make.author("Tobias Wren"), make.author("Zita Adder")
    first = in_volume(1, 1, cover_on=date(2024, 1, 1))
    second = in_volume(1, 2, cover_on=date(2024, 2, 1))
    in_volume(2, 1)
    later = make.article(
        issue=second, page=4, authors=[wren], tags=["Tides"], section=make.section("Culture", position=2)
    )
    earlier = make.article(
        issue=first,
        page=30,
        authors=[wren, adder],
        tags=["Tides", "Harbours"],
        series=make.series("Letters from the coast"),
        section=make.section("Politics", position=1),
    )
    # Twice over one piece is once in the index.
    earlier.bylines.create(author=wren, role="Photographs")

    page = client.get(reverse("articles:volume", args=[1]))
    index = page.context["index"]

    def told(entries):
        return [(entry.name, entry.articles) for entry in entries]

    assert index.issues == [first, second]
    assert told(index.authors) == [("Zita Adder", [earlier]), ("Tobias Wren", [earlier, later])]
    assert told(index.sections) == [("Politics", [earlier]), ("Culture", [later])]
    assert told(index.series) == [("Letters from the coast", [earlier])]
    assert told(index.tags) == [("Harbours", [earlier]), ("Tides", [earlier, later])]
    assertContains(page, "no 1, p. 30")


def test_the_index_names_nothing_that_is_not_public(client):
    issue = in_volume(1, 1)
    in_volume(1, 2, released_at=timezone.now() + timedelta(days=1), title="To come")
    in_volume(2, 1)
    secret = {"issue": issue, "headline": "A secret", "authors": [make.author("Hidden Hand")]}
    soon = timezone.now() + timedelta(days=1)
    make.draft(**secret)
    make.article(embargo_until=soon, slug="embargoed", **secret)

    page = client.get(reverse("articles:volume", args=[1]))

    for words in ["A secret", "Hidden Hand", "To come"]:
        assertNotContains(page, words)


def test_a_search_engine_learns_of_an_index_when_there_is_one(client):
    in_volume(1, 1)
    address = reverse("articles:volume", args=[1])
    assertNotContains(client.get(reverse("articles:sitemap")), f"{address}<")

    in_volume(2, 1)

    assertContains(client.get(reverse("articles:sitemap")), f"{address}<")


def test_one_turns_from_index_to_index(client):
    for volume in (1, 2, 3, 4):
        in_volume(volume, 1)

    page = client.get(reverse("articles:volume", args=[2]))

    assertContains(page, f'rel="prev" href="{reverse("articles:volume", args=[1])}"')
    assertContains(page, f'rel="next" href="{reverse("articles:volume", args=[3])}"')
