"""Where a reader is in a piece, their list, and what is played in a row."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from audio import listing, places
from audio.models import Place, PutBy
from audio.places import Said
from subscriptions.access import Audience
from tests import make
from tests.audio.fakes import narrated

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return make.reader(entitled=True)


@pytest.fixture
def desk_chair(reader):
    """The reader's browser."""
    client = Client()
    client.force_login(reader)
    return client


def say(client, article, **fields):
    return client.post(reverse("audio:place", args=[article.pk]), fields)


def headlines(page):
    return [track.article.headline for track in page.context["queue"].tracks]


# -- The place -----------------------------------------------------------------


def test_a_reader_goes_on_listening_where_they_stopped_reading(desk_chair):
    article = make.article(body="<p>One.</p><p>Two.</p>")
    narration = narrated(article)

    assert say(desk_chair, article, block=1, done=40).status_code == 204

    page = desk_chair.get(article.get_absolute_url())
    assertContains(page, 'data-from="1332"')
    assertContains(page, "Continue from where you were")
    assert page["Cache-Control"] == "private, no-store"
    say(desk_chair, article, block=1, at=1500, key=narration.key, listening="yes", done=75)
    assertContains(desk_chair.get(article.get_absolute_url()), 'data-from="1500"')
    assert Place.objects.get().was_listening


def test_another_recording_begins_where_the_paragraph_begins():
    narration = narrated(make.article())
    place = Place(block=1, at_ms=1500, narration_key="of-another")

    assert places.starts_at(place, narration) == 1332
    assert places.starts_at(Place(block=9), narration) == 0
    assert places.starts_at(None, narration) == 0


def test_a_piece_that_was_read_to_its_end_is_not_offered_again(reader, desk_chair):
    article, other = make.article(), make.article()
    say(desk_chair, article, block=3, done=98)
    say(desk_chair, other, block=1, done=10)

    assert [place.article for place in places.begun_by(reader)] == [other]
    assertNotContains(desk_chair.get(article.get_absolute_url()), "Continue from where you were")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"block": "-1"},
        {"block": "1", "done": "101"},
        {"block": "²"},
        {"block": "1", "at": "9" * 30},
        {"block": "1", "key": "<script>"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused_and_not_kept(desk_chair, fields):
    assert say(desk_chair, make.article(), **fields).status_code == 400
    assert not Place.objects.exists()


def test_nobody_has_a_place_in_what_is_not_public(desk_chair):
    assert say(desk_chair, make.draft(), block=1).status_code == 404
    assert not Place.objects.exists()


def test_a_place_is_kept_only_with_the_token_of_the_page(reader):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    article = make.article()
    assert say(client, article, block=1).status_code == 403

    token = client.get(article.get_absolute_url()).context["csrf_token"]

    assert say(client, article, block=1, csrfmiddlewaretoken=str(token)).status_code == 204


# -- The list ------------------------------------------------------------------


def test_a_reader_puts_pieces_by_and_hears_them_in_the_order_they_like(reader, desk_chair):
    one, two, three = (make.article(headline=name) for name in ("One", "Two", "Three"))
    for article in (one, two, three):
        back = desk_chair.post(reverse("audio:put_by", args=[article.pk]))
        assert back["Location"] == article.get_absolute_url()
    assertContains(desk_chair.get(one.get_absolute_url()), "Take it off")

    desk_chair.post(reverse("audio:move", args=[three.pk]), {"to": "up"})
    desk_chair.post(reverse("audio:move", args=[one.pk]), {"to": "up"})
    assert headlines(desk_chair.get(reverse("audio:list"))) == ["One", "Three", "Two"]
    desk_chair.post(reverse("audio:move", args=[two.pk]), {"to": "top"})
    desk_chair.post(reverse("audio:take_off", args=[three.pk]))
    assert headlines(desk_chair.get(reverse("audio:list"))) == ["Two", "One"]


def test_what_is_withdrawn_leaves_the_list_and_comes_back_to_its_place(reader):
    one, two, three = (make.article(headline=name) for name in ("One", "Two", "Three"))
    for article in (one, two, three, one):
        listing.put_by(reader, article)
    make.reader().put_by.create(article=two)
    two.status = two.Status.DRAFT
    two.save()

    assert listing.on_list(reader) == [one, three]
    listing.move(reader, three, -1)
    assert listing.on_list(reader) == [three, one]
    assert PutBy.objects.filter(reader=reader).count() == 3


def test_a_list_has_an_end(reader, monkeypatch):
    monkeypatch.setattr(listing, "LONGEST", 1)
    listing.put_by(reader, make.article())
    with pytest.raises(listing.ListFullError):
        listing.put_by(reader, make.article())


# -- Issues --------------------------------------------------------------------


def test_an_issue_is_heard_in_running_order_or_by_department(client):
    issue, politics, culture = make.issue(), make.section("Politics"), make.section("Culture")
    for page, (name, section, audience) in enumerate(
        [("A", politics, "everyone"), ("B", culture, "subscribers"), ("C", politics, "everyone")]
    ):
        article = make.article(headline=name, section=section, audience=audience, issue=issue, page=page + 1)
        narrated(article, duration_ms=120_000)
    make.article(headline="D", section=culture, issue=issue, page=4)
    address = reverse("audio:issue", args=[issue.volume, issue.number])

    page = client.get(address)

    assert headlines(page) == ["A", "C", "B", "D"]
    assertContains(page, "2 pieces read aloud, 4 minutes.")
    assertContains(page, "Subscribers can listen to this piece, 2 minutes.")
    assertContains(page, "This piece is being recorded.")
    assert "public" in page["Cache-Control"]
    assert headlines(client.get(address, {"section": "culture"})) == ["B", "D"]
    assert client.get(address, {"section": "nothing"}).status_code == 404
    assertContains(client.get(issue.get_absolute_url()), "3 pieces read aloud, 6 minutes.")


@pytest.mark.parametrize("others", [3, 20])
def test_a_queue_costs_the_same_however_long_it_is(django_assert_num_queries, reader, desk_chair, others):
    issue = make.issue()
    for number in range(others):
        article = make.article(issue=issue, audience=list(Audience)[number % 3])
        narrated(article)
        listing.put_by(reader, article)
        places.save(reader, article, Said(1), timezone.now())
    queue = reverse("audio:issue", args=[issue.volume, issue.number])
    desk_chair.get(queue)

    with django_assert_num_queries(10):
        desk_chair.get(queue)
    with django_assert_num_queries(12):
        desk_chair.get(reverse("audio:list"))
