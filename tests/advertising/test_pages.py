"""What stands on pages: labelled, plain, for strangers; and nothing, not even a box, for the entitled."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.roles import Role
from articles import giving
from subscriptions.access import Audience
from subscriptions.features import Feature
from subscriptions.keeping import board
from subscriptions.models import Entitlement, PlanFeature, SharingRules
from subscriptions.promises import State
from subscriptions.sharing import links, meter, rules
from tests import make
from tests.advertising import advertised
from tests.audio.fakes import narrated

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

BOX = 'class="advert'
WORDS = "Give a year of reading"


def signed_in(person) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def reads_with_advertisements():
    """Somebody whose plan has everything but that it is without advertisements."""
    reader = make.reader(entitled=True)
    Entitlement.objects.filter(reader=reader, feature=Feature.AD_FREE).delete()
    return reader


@pytest.fixture
def piece():
    issue = make.issue()
    # The first few stand at the top of the front page, and departments begin with the others.
    for _ in range(5):
        make.article(published_at=timezone.now())
    return make.article(audience=Audience.SUBSCRIBERS, issue=issue, tags=["Harbours"], series=make.series())


def with_slots(piece) -> list[str]:
    return ["/", piece.section.get_absolute_url(), piece.get_absolute_url()]


def all_pages(piece) -> list[str]:
    narrated(piece)
    issue = piece.issue
    return [
        *with_slots(piece),
        issue.get_absolute_url(),
        reverse("articles:issues"),
        reverse("articles:search") + "?q=opening",
        reverse("articles:tag", args=["harbours"]),
        piece.series.get_absolute_url(),
        piece.bylines.get().author.get_absolute_url(),
        reverse("articles:archive"),
        reverse("audio:issue", args=[issue.volume, issue.number]),
        reverse("subscriptions:plans"),
    ]


def test_a_stranger_sees_it_labelled_first_in_the_three_places_and_nowhere_else(piece):
    advertised.everywhere(picture=make.picture())
    page = Client().get(piece.get_absolute_url()).content.decode()
    box = page[page.index(BOX) : page.index("</aside>", page.index(BOX))]

    assert 0 < box.index("From the magazine") < box.index(WORDS)
    assert 'width="1600" height="1067"' in box
    shown = {address for address in all_pages(piece) if BOX in Client().get(address).content.decode()}
    assert shown == set(with_slots(piece))


def test_a_sponsors_says_so_names_the_sponsor_and_its_link_says_what_it_is(piece):
    advertised.everywhere(sponsor="The Tallow Bay Museum", headline="<b>Bold</b> & loud")

    page = Client().get(piece.get_absolute_url())

    assertContains(page, "Advertisement<span> · The Tallow Bay Museum</span>")
    assertContains(page, 'href="https://gifts.example.org/" rel="sponsored noopener noreferrer"')
    assertContains(page, "&lt;b&gt;Bold&lt;/b&gt; &amp; loud")


def test_where_nothing_is_placed_there_is_no_box(piece):
    advertised.placement("article", from_at=timezone.now() + timedelta(hours=2))

    for address in with_slots(piece):
        assert "advert" not in Client().get(address).content.decode().replace("advert.css", "")


def test_an_entitled_readers_pages_hold_none_and_no_empty_box(piece):
    advertised.everywhere()
    for person in (make.reader(entitled=True), make.staff(Role.EDITOR)):
        client = signed_in(person)
        for address in [*all_pages(piece), "/account/", "/account/list/"]:
            page = client.get(address).content.decode()
            assert (BOX in page, WORDS in page) == (False, False), (address, person)


@pytest.mark.parametrize("person", [make.reader, reads_with_advertisements])
def test_everybody_else_sees_what_a_stranger_sees(piece, person, monkeypatch):
    monkeypatch.setattr("advertising.placing.HOUR", 10**9)
    for _ in range(3):
        advertised.everywhere(headline=f"Headline {_}")
    client = signed_in(person())

    for address in with_slots(piece):
        theirs, strangers = client.get(address).context, Client().get(address).context
        assert theirs["advertisement"] == strangers["advertisement"] is not None


def test_no_page_with_a_slot_that_was_made_for_somebody_is_kept_by_a_cache(piece):
    """A stranger's is, and is the same before and after everybody else was there."""
    advertised.everywhere()
    rules.write(SharingRules(metered_pieces=3))
    metered, giver = make.reader(), make.reader(entitled=True)
    meter.open_piece(metered, giving.name_of(piece))
    link = links.make(giver, giving.name_of(piece))
    opener = Client()
    opener.post(reverse("articles:given", args=[link.key]))
    before = {address: Client().get(address) for address in with_slots(piece)}

    for person in (make.reader(), metered, giver, reads_with_advertisements(), make.staff(Role.EDITOR)):
        for address in with_slots(piece):
            assert signed_in(person).get(address)["Cache-Control"] == "private, no-store", (address, person)
    given = opener.get(reverse("articles:given", args=[link.key]))
    assert given["Cache-Control"] == "private, no-store"
    assert BOX not in given.content.decode()
    for address, page in before.items():
        for client in (Client(), opener):
            again = client.get(address)
            assert again["Cache-Control"] == "public, max-age=60" == page["Cache-Control"]
            assert again["Vary"] == "Cookie"
            assert again.content == page.content


def test_the_readers_right_costs_one_query_and_nothing_where_nothing_is_placed(
    piece, django_assert_num_queries
):
    client = signed_in(make.reader(entitled=True))
    section = piece.section.get_absolute_url()
    client.get(section)
    with django_assert_num_queries(
        6
    ):  # Session, reader, section, how many pieces, the pieces, their bylines.
        client.get(section)
    advertised.everywhere()
    client.get(section)
    with django_assert_num_queries(7):
        client.get(section)


# -- The desk -----------------------------------------------------------------


def test_a_publisher_looks_at_it_in_each_place_and_at_the_weeks_to_come():
    creative = advertised.creative(picture=make.picture())
    advertised.placement("article", of=creative, until_at=timezone.now() + timedelta(days=8))
    client = signed_in(make.staff(Role.PUBLISHER))

    assertContains(
        client.get(reverse("admin:advertising_creative_preview", args=[creative.pk])), WORDS, count=5
    )
    rows = client.get(reverse("admin:advertising_placement_schedule")).context["rows"]
    article = next(row for row in rows if row.slot.startswith("Article"))
    assert article.lines[0].weeks[:2] == [True, True]
    assert article.lines[0].weeks[3:] == [False] * 9
    assert article.is_empty[3:] == [True] * 9


def test_the_desk_refuses_what_is_no_page(client):
    client.force_login(make.staff(Role.PUBLISHER))
    sent = {"kind": "house", "headline": "A", "invitation": "B", "address": "javascript:alert(1)"}

    page = client.post(reverse("admin:advertising_creative_add"), sent)

    assertContains(page, "begins with https://")


# -- The promise --------------------------------------------------------------


def found(at=None):
    return board.look(at)[Feature.AD_FREE]


def test_the_board_is_red_when_somebody_with_the_right_is_shown_one(monkeypatch):
    make.sold_plan()
    PlanFeature.objects.filter(key=Feature.AD_FREE).update(state="live", planned_on=None)
    make.subscription()
    advertised.everywhere()
    assert found().state == State.KEPT

    monkeypatch.setattr("advertising.placing.access.may", lambda *_: type("No", (), {"granted": False}))

    assert found().state == State.BROKEN
    assert found().count == 1
