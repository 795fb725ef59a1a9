"""What stands of a recording on the page of its piece, and who gets its file, whole and in parts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from audio import addresses, player
from audio.models import Narration
from magazine import vault
from subscriptions.access import Audience, Feature
from subscriptions.models import Entitlement
from tests import make
from tests.audio.fakes import MP3, OPUS, narrated
from tests.words import bytes_of

pytestmark = pytest.mark.django_db

BODY = "<p>The first paragraph.</p><p>The second.</p>"


@pytest.fixture
def piece():
    return make.article(body=BODY, audience=Audience.SUBSCRIBERS)


def page_of(article, person=None):
    client = Client()
    if person:
        client.force_login(person)
    return client.get(article.get_absolute_url())


def fetch(narration, person=None, extension="mp3", **headers):
    client = Client()
    if person:
        client.force_login(person)
    return client.get(addresses.file_address(narration, extension), headers=headers)


def holder_of(*features):
    reader = make.reader()
    begun = timezone.now() - timedelta(days=1)
    for feature in features:
        Entitlement.objects.create(
            reader=reader, feature=feature, from_at=begun, source=Entitlement.Source.SUBSCRIPTION
        )
    return reader


# -- The page ------------------------------------------------------------------


def test_a_stranger_hears_an_open_piece_and_every_stranger_gets_the_same_page():
    article = make.article(body=BODY)
    narration = narrated(article)

    page = page_of(article)

    assertContains(page, addresses.file_address(narration, "opus"))
    assertContains(page, addresses.file_address(narration, "mp3"))
    assertContains(page, 'data-times="h:0 0:666 1:1332"')
    assertContains(page, "data-marks")
    assertNotContains(page, "csrfmiddlewaretoken")
    assert "public" in page["Cache-Control"]
    assert not page.cookies


def test_a_page_without_a_recording_says_nothing_of_listening(piece):
    waiting = Narration.objects.create(article=piece)
    assertNotContains(page_of(piece), 'class="listen')
    narrated(piece, exempt_reason="A crossword")
    waiting.refresh_from_db()
    for person in (None, make.reader(entitled=True)):
        assertNotContains(page_of(piece, person), "data-player")
        assertNotContains(page_of(piece, person), waiting.key)


@pytest.mark.parametrize(
    ("reader", "sentence"),
    [
        (lambda: None, "Subscribers can listen to this piece, 3 minutes."),
        (lambda: holder_of(Feature.AUDIO), "Subscribers can listen to this piece, 3 minutes."),
        (lambda: holder_of(Feature.EXCLUSIVE_CONTENT), "Your plan comes without audio."),
        (lambda: make.reader(entitled_until=timezone.now()), "Subscribers can listen to this piece"),
    ],
)
def test_whoever_may_not_hear_a_piece_is_told_in_a_sentence_and_gets_no_address(piece, reader, sentence):
    person, narration = reader(), narrated(piece, duration_ms=180_000)

    page = page_of(piece, person)

    assertContains(page, sentence)
    assertNotContains(page, narration.key)
    assert fetch(narration, person).status_code == 403


def test_a_piece_for_registered_readers_is_heard_by_them():
    article = make.article(audience=Audience.REGISTERED)
    narration = narrated(article)

    assertContains(page_of(article), "Registered readers can listen to this piece")
    assertContains(page_of(article, make.reader()), narration.key)
    assert [fetch(narration, who).status_code for who in (None, make.reader())] == [403, 200]


def test_paragraphs_are_marked_only_while_the_recording_is_of_their_text():
    article = make.article(body=BODY)
    narration = narrated(article)
    assert player.is_of_present_text(article, narration)
    assertContains(page_of(article), "data-marks")

    article.body = BODY + "<p>One more.</p>"
    article.save()
    assert not player.is_of_present_text(article, narration)
    assertNotContains(page_of(article), "data-marks")
    assertContains(page_of(article), narration.key)


# -- The file ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("", 200, 0, len(MP3) - 1),
        ("bytes=0-0", 206, 0, 0),
        ("bytes=100-70000", 206, 100, len(MP3) - 1),
        ("bytes=-10", 206, len(MP3) - 10, len(MP3) - 1),
        ("bytes=5-9,20-30", 200, 0, len(MP3) - 1),
    ],
)
def test_a_listener_gets_the_part_of_the_file_that_they_ask_for(piece, asked, status, first, last):
    narration = narrated(piece)

    response = fetch(narration, make.reader(entitled=True), Range=asked)

    assert response.status_code == status
    assert bytes_of(response) == MP3[first : last + 1]
    assert response["Content-Length"] == str(last + 1 - first)
    assert response.get("Content-Range") == (f"bytes {first}-{last}/{len(MP3)}" if status == 206 else None)
    assert response["Content-Type"] == "audio/mpeg"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_part_beyond_the_end_and_a_look_at_the_head_send_nothing(piece):
    narration, client = narrated(piece), Client()
    client.force_login(make.reader(entitled=True))
    address = addresses.file_address(narration, "opus")

    assert client.get(address, headers={"Range": f"bytes={len(OPUS)}-"}).status_code == 416
    head = client.head(address)
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(OPUS)), b"")
    assert client.get(address, headers={"If-None-Match": head["ETag"]}).status_code == 304


def test_a_file_is_closed_when_its_listener_goes_away_before_the_end(piece, monkeypatch):
    opened = []
    true = vault.opened
    monkeypatch.setattr(vault, "opened", lambda name: opened.append(true(name)) or opened[-1])

    response = fetch(narrated(piece), make.reader(entitled=True))
    next(iter(response))
    response.close()

    assert [file.closed for file in opened] == [True]


def test_a_right_that_ends_ends_for_the_very_next_part(piece):
    narration, reader = narrated(piece), make.reader(entitled=True)
    assert fetch(narration, reader, Range="bytes=0-9").status_code == 206

    Entitlement.objects.filter(reader=reader).update(until_at=timezone.now())

    assert fetch(narration, reader, Range="bytes=10-19").status_code == 403


def test_what_is_withdrawn_is_gone_for_readers_and_there_for_those_who_make_the_magazine(piece):
    narration = narrated(piece)
    piece.status = piece.Status.DRAFT
    piece.save()

    people = [None, make.reader(entitled=True), make.staff(Role.WRITER), make.staff(Role.EDITOR)]

    assert [fetch(narration, person).status_code for person in people] == [404, 404, 404, 200]


def test_a_recording_that_is_not_there_is_not_found(piece):
    narration, editor = narrated(piece, opus=""), make.staff(Role.EDITOR)
    assert fetch(narration, editor, "opus").status_code == 404
    vault.storage().delete(narration.mp3)
    assert fetch(narration, editor).status_code == 404
    assert Client().get(reverse("audio:file", args=["x" * 22, "mp3"])).status_code == 404
