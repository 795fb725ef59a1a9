"""Feeds for podcast apps: one that is open, and a reader's own behind their address."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import feedparser
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from lxml import etree

from accounts.roles import Role
from articles.models import Article
from audio.feeds import shows
from audio.models import Narration
from subscriptions import access, feed_addresses
from subscriptions.access import Audience
from subscriptions.models import Entitlement
from subscriptions.paying import guarantee, refunds
from tests import make
from tests.audio.fakes import MP3, narrated
from tests.audio.podcast_rules import all_of, complaints, first, text
from tests.words import bytes_of, words_of

pytestmark = pytest.mark.django_db

SECRET = "quaggawort"
OPEN = "/audio/feed.xml"


def read_aloud(audience: str = Audience.EVERYONE, **fields) -> Article:
    """A piece with a recording, in which a word is said that its free opening does not say."""
    fields.setdefault("headline", f"For {audience}")
    body = f"<p>Open.</p><hr data-paywall><p>{SECRET}</p>"
    article = make.article(audience=audience, body=body, **fields)
    narrated(article, texts=["Open.", SECRET])
    return article


@pytest.fixture
def pieces() -> dict[str, Article]:
    issue = make.issue(volume=3, number=24, title="Tides & <doors>", standfirst="All of it.")
    return {
        audience: read_aloud(audience, issue=issue, page=n) for n, audience in enumerate(Audience, start=4)
    }


def own(reader, where: str = "feed.xml") -> str:
    """An address of ``reader``'s own, which is made if there is none."""
    if feed_addresses.of(reader) is None:
        feed_addresses.renew(reader)
    return f"/listen/{access.feed_token(reader)}/{where}"


def channel_of(address: str, client: Client | None = None) -> etree._Element:
    response = (client or Client()).get(address)
    assert response.status_code == 200
    return etree.fromstring(response.content)[0]


def titles(channel: etree._Element) -> list[str]:
    return [text(item, "title") for item in channel.findall("item")]


def addresses_in(channel: etree._Element) -> list[str]:
    """The path of every file, transcript and list of chapters."""
    paths = ("enclosure", "podcast:transcript", "podcast:chapters")
    return [
        urlsplit(first(item, path).get("url", "")).path for item in channel.findall("item") for path in paths
    ]


PEOPLE = {
    "registered": (make.reader, {Audience.EVERYONE, Audience.REGISTERED}),
    "lapsed": (
        lambda: make.reader(entitled_until=timezone.now() - timedelta(seconds=1)),
        {Audience.EVERYONE, Audience.REGISTERED},
    ),
    "subscriber": (lambda: make.reader(entitled=True), set(Audience)),
    "editor": (lambda: make.staff(Role.EDITOR), set(Audience)),
}


# -- By the rules ---------------------------------------------------------------


def test_every_feed_keeps_the_rules_of_rss_apple_and_podcasting_2(pieces):
    reader = make.reader(entitled=True)
    for address, is_private, count in (
        (OPEN, False, 1),
        (own(reader), True, 3),
        (own(reader, "3-24.xml"), True, 3),
    ):
        response = Client().get(address)
        assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
        assert complaints(response.content, is_private=is_private) == [], address

        feed = feedparser.parse(response.content)
        assert (bool(feed.bozo), feed.version) == (False, "rss20")
        assert len(feed.entries) == count
        for entry in feed.entries:
            (file,) = entry.enclosures
            assert (file.type, int(file.length)) == ("audio/mpeg", len(MP3))
            assert entry.itunes_duration == "2"
            assert entry.published_parsed is not None


def test_a_feed_says_who_wrote_a_piece_and_in_which_issue_it_stood(pieces):
    article = pieces[Audience.EVERYONE]
    Narration.objects.filter(article=article).update(reader_name="Ada Quill")

    (item,) = channel_of(OPEN).findall("item")

    name = article.bylines.get().author.name
    people = {one.text: one.get("role") for one in all_of(item, "podcast:person")}
    assert people == {name: "author", "Ada Quill": "narrator"}
    assert text(item, "itunes:author") == name
    assert (text(item, "itunes:season"), text(item, "itunes:episode")) == ("3", "24")
    assert first(item, "podcast:season").get("name") == "Volume 3"
    assert text(item, "description") == f"{article.standfirst} By {name}."
    notes = text(item, "content:encoded")
    assert f'href="http://localhost:8000{article.get_absolute_url()}"' in notes
    assert "Tides &amp; &lt;doors&gt;" in notes


def test_a_feed_of_an_issue_is_heard_in_its_running_order(pieces):
    pieces[Audience.EVERYONE].page = 60
    pieces[Audience.EVERYONE].save()

    channel = channel_of(own(make.reader(entitled=True), "3-24.xml"))

    assert text(channel, "title") == "Halyard 3/24: Tides & <doors>"
    assert text(channel, "itunes:type") == "serial"
    assert titles(channel) == ["For registered", "For subscribers", "For everyone"]
    assert [text(item, "itunes:episode") for item in channel.findall("item")] == ["1", "2", "3"]


def test_odd_letters_break_no_feed():
    read_aloud(headline="A \x0b “b” & <c> \ud7ff", standfirst="Tab\tand \x1f more", authors=[])

    response = Client().get(OPEN)

    assert complaints(response.content, is_private=False) == []
    assert titles(etree.fromstring(response.content)[0]) == ["A  “b” & <c> \ud7ff"]


def test_a_long_feed_holds_the_newest_pieces(monkeypatch):
    monkeypatch.setattr(shows, "LENGTH", 2)
    now = timezone.now()
    for day in range(4):
        read_aloud(headline=f"Day {day}", published_at=now - timedelta(days=day))

    assert titles(channel_of(OPEN)) == ["Day 0", "Day 1"]


# -- Who hears what -------------------------------------------------------------


def test_the_open_feed_holds_what_is_open_to_everyone_and_a_stranger_hears_all_of_that(pieces):
    channel = channel_of(OPEN)

    assert titles(channel) == ["For everyone"]
    file, transcript, chapters = addresses_in(channel)
    assert bytes_of(Client().get(file)) == MP3
    assert SECRET in words_of(Client().get(transcript))
    assert Client().get(chapters).json()["title"] == "For everyone"


@pytest.mark.parametrize("kind", PEOPLE)
def test_a_reader_hears_by_their_address_what_they_may_hear_and_nothing_else(pieces, kind):
    make_person, may_hear = PEOPLE[kind]
    person = make_person()
    channel = channel_of(own(person))

    assert set(titles(channel)) == {f"For {audience}" for audience in may_hear}
    assert SECRET not in etree.tostring(channel, encoding="unicode")
    for audience, article in pieces.items():
        for extension in ("mp3", "vtt", "json"):
            response = Client().get(own(person, f"{article.narration.key}.{extension}"))
            assert response.status_code == (200 if audience in may_hear else 403), (audience, extension)
            assert response["Cache-Control"] == "private, no-store"
            if audience not in may_hear:
                assert SECRET not in words_of(response)
            elif extension == "mp3":
                assert bytes_of(response) == MP3


@pytest.mark.parametrize("kind", ["stranger", *PEOPLE])
def test_transcripts_and_chapters_are_for_those_who_may_hear_the_piece(pieces, kind):
    make_person, may_hear = PEOPLE.get(kind, (AnonymousUser, {Audience.EVERYONE}))
    person, client = make_person(), Client()
    if person.is_authenticated:
        client.force_login(person)
    for audience, article in pieces.items():
        transcript = client.get(f"/audio/{article.narration.key}.vtt")
        chapters = client.get(f"/audio/{article.narration.key}.json")
        expected = 200 if audience in may_hear else 403
        assert (transcript.status_code, chapters.status_code) == (expected, expected), audience
        assert (SECRET in words_of(transcript)) == (audience in may_hear)


def test_a_plan_without_audio_is_told_so_and_hears_what_is_open(pieces):
    reader = make.reader(entitled=True)
    Entitlement.objects.filter(reader=reader, feature="audio").delete()

    channel = channel_of(own(reader))

    assert set(titles(channel)) == {"For everyone", "For registered"}
    assert text(channel, "description").startswith("Your plan comes without audio.")
    paid = pieces[Audience.SUBSCRIBERS].narration.key
    assert Client().get(own(reader, f"{paid}.mp3")).status_code == 403


def test_when_a_plan_ends_the_feed_says_so_and_what_was_given_out_is_closed_at_once(pieces):
    subscription = make.subscription()
    reader = subscription.reader
    given_out = addresses_in(channel_of(own(reader)))
    assert all(Client().get(address).status_code == 200 for address in given_out)

    refunds.execute(guarantee.plan_refund(subscription), by=reader)

    channel = channel_of(own(reader))
    assert set(titles(channel)) == {"For everyone", "For registered"}
    assert "Your plan ended on" in text(channel, "description")
    closed = [address for address in given_out if Client().get(address).status_code == 403]
    assert len(closed) == 3
    for address in closed:
        answer = Client().get(address, headers={"Range": "bytes=0-9"})
        assert (answer.status_code, SECRET in words_of(answer)) == (403, False)


def test_what_is_not_public_or_not_recorded_is_in_no_feed_and_behind_no_address(pieces):
    soon = timezone.now() + timedelta(days=1)
    exempt = read_aloud(headline="Exempt")
    Narration.objects.filter(article=exempt).update(exempt_reason="A table")
    away = [
        read_aloud(headline="Embargoed", embargo_until=soon),
        read_aloud(headline="Later", published_at=soon),
        read_aloud(headline="Spiked", status=Article.Status.SPIKED),
        read_aloud(headline="Trashed", trashed_at=timezone.now()),
        exempt,
    ]
    unread = make.article(headline="Unread")
    Narration.objects.create(article=unread)
    reader = make.reader(entitled=True)

    assert titles(channel_of(OPEN)) == ["For everyone"]
    assert len(titles(channel_of(own(reader)))) == 3
    for article in [*away, unread]:
        key = Narration.objects.get(article=article).key
        for address in (own(reader, f"{key}.mp3"), own(reader, f"{key}.vtt"), f"/audio/{key}.vtt"):
            assert Client().get(address).status_code == 404, (article, address)


def test_an_issue_before_its_day_has_no_feed(pieces):
    make.issue(volume=3, number=25, released_at=None)

    assert Client().get(own(make.reader(entitled=True), "3-25.xml")).status_code == 404


# -- The address ----------------------------------------------------------------


def test_a_new_address_closes_the_old_one_with_all_that_was_given_out_by_it(pieces):
    reader = make.reader(entitled=True)
    old = [own(reader), own(reader, "3-24.xml"), *addresses_in(channel_of(own(reader)))]
    name = text(channel_of(own(reader)), "podcast:guid")

    feed_addresses.renew(reader)

    assert [address for address in old if Client().get(address).status_code != 404] == []
    # Apps that know the feed by its name find it again.
    assert text(channel_of(own(reader)), "podcast:guid") == name


def test_a_wrong_address_is_not_found(pieces):
    reader = make.reader(entitled=True)
    token = own(reader).split("/")[2]
    key = pieces[Audience.EVERYONE].narration.key

    for wrong in (token[:-1], token.partition(".")[0], f"{token}x", "x", "%00"):
        for file in ("feed.xml", "3-24.xml", f"{key}.mp3", f"{key}.vtt", f"{key}.json"):
            assert Client().get(f"/listen/{wrong}/{file}").status_code == 404, (wrong, file)
    for odd in (f"{key[:-1]}.mp3", "%00%00%00%00%00%00%00%00.mp3", "9999999999999999999-1.xml", "0-0.xml"):
        assert Client().get(f"/listen/{token}/{odd}").status_code == 404, odd


def test_an_account_that_is_switched_off_hears_nothing(pieces):
    reader = make.reader(entitled=True)
    addresses = [own(reader), *addresses_in(channel_of(own(reader)))]
    reader.is_active = False
    reader.save()

    assert {Client().get(address).status_code for address in addresses} == {404}


def test_nobody_keeps_lists_or_passes_on_what_is_behind_an_address(pieces):
    reader = make.reader(entitled=True)
    for address in [own(reader), own(reader, "3-24.xml"), *addresses_in(channel_of(own(reader)))]:
        for method in ("get", "head"):
            response = getattr(Client(), method)(address)
            assert response["Cache-Control"] == "private, no-store", address
            assert response["X-Robots-Tag"] == "noindex, nofollow", address
            assert response["Referrer-Policy"] == "no-referrer", address
            assert not response.cookies


# -- Files, in parts and anew ---------------------------------------------------


def test_an_app_fetches_a_recording_in_parts_and_asks_for_its_length_first(pieces):
    reader = make.reader(entitled=True)
    address = own(reader, f"{pieces[Audience.SUBSCRIBERS].narration.key}.mp3")

    asked = Client().head(address)
    assert (asked.status_code, bytes_of(asked)) == (200, b"")
    assert (asked["Content-Length"], asked["Content-Type"]) == (str(len(MP3)), "audio/mpeg")
    assert asked["Accept-Ranges"] == "bytes"

    part = Client().get(address, headers={"Range": "bytes=100-199", "If-Range": asked["ETag"]})
    assert (part.status_code, bytes_of(part)) == (206, MP3[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(MP3)}"
    beyond = Client().get(address, headers={"Range": f"bytes={len(MP3)}-"})
    assert beyond.status_code == 416
    assert Client().post(address).status_code == 405


def test_a_piece_that_is_recorded_anew_is_the_same_episode_with_another_file(pieces):
    article = pieces[Audience.EVERYONE]
    (before,) = channel_of(OPEN).findall("item")

    narrated(article, key="another-key-for-it", texts=["Open, and more."])

    (after,) = channel_of(OPEN).findall("item")
    assert text(before, "guid") == text(after, "guid")
    assert first(before, "enclosure").get("url") != first(after, "enclosure").get("url")


def test_an_app_that_has_the_open_feed_is_told_so_until_something_changes(pieces):
    read_aloud(headline="Another")
    had = Client().get(OPEN)
    by_tag = {"If-None-Match": had["ETag"]}
    by_date = {"If-Modified-Since": had["Last-Modified"]}

    for headers in (by_tag, by_date):
        again = Client().get(OPEN, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == "public, max-age=300"

    Article.objects.filter(headline="Another").update(status=Article.Status.SPIKED)
    changed = Client().get(OPEN, headers=by_tag)
    assert changed.status_code == 200
    assert titles(etree.fromstring(changed.content)[0]) == ["For everyone"]


def test_who_asks_by_date_alone_is_told_of_a_piece_that_was_withdrawn(pieces, monkeypatch):
    read_aloud(headline="Another")
    clock = timezone.now()
    monkeypatch.setattr("audio.feeds.views.timezone.now", lambda: clock)
    had = Client().get(OPEN)["Last-Modified"]
    Article.objects.filter(headline="Another").update(status=Article.Status.SPIKED)

    monkeypatch.setattr("audio.feeds.views.timezone.now", lambda: clock + timedelta(seconds=2))

    assert Client().get(OPEN, headers={"If-Modified-Since": had}).status_code == 200


def test_feeds_cost_the_same_for_many_pieces(pieces, django_assert_num_queries):
    subscriber = make.reader(entitled=True)
    lapsed = make.reader(entitled_until=timezone.now() - timedelta(days=1))
    costs = {
        # Pieces, bylines, and since when it is so.
        OPEN: 3,
        # Whose it is, two rights, pieces, bylines.
        own(subscriber): 5,
        own(subscriber, "3-24.xml"): 6,
        own(lapsed): 5,
        # Whose it is, the recording, two rights.
        own(subscriber, f"{pieces[Audience.SUBSCRIBERS].narration.key}.mp3"): 4,
        own(subscriber, f"{pieces[Audience.SUBSCRIBERS].narration.key}.vtt"): 4,
    }
    issue = pieces[Audience.EVERYONE].issue
    for more in (0, 3):
        for _n in range(more):
            read_aloud(Audience.EVERYONE, issue=issue, authors=[make.author(), make.author()])
        for address in costs:
            Client().get(address)
        for address, cost in costs.items():
            with django_assert_num_queries(cost):
                Client().get(address)


def test_where_an_issue_is_heard_its_address_for_podcast_apps_stands(pieces):
    reader, client = make.reader(entitled=True), Client()
    page = "/issues/3/24/listen/"
    assert "podcast app" not in client.get(page).content.decode()
    client.force_login(reader)
    assert "/account/#apps" in client.get(page).content.decode()

    feed_addresses.renew(reader)

    assert f"http://localhost:8000{own(reader, '3-24.xml')}" in client.get(page).content.decode()


def test_the_pages_name_the_open_feed():
    page = Client().get("/").content.decode()

    assert re.search(r'<link rel="alternate" type="application/rss\+xml"[^>]* href="/audio/feed.xml">', page)


# -- What is said when ----------------------------------------------------------


def test_a_transcript_is_a_cue_for_each_sentence_and_nothing_in_it_is_markup():
    article = read_aloud()
    narration = article.narration
    narration.segments = [
        {"block": None, "kind": "headline", "text": "Doors", "from": 0, "until": 3_600_500},
        {
            "block": 0,
            "kind": "paragraph",
            "text": "A --> b & <c>\n\nd",
            "from": 3_600_500,
            "until": 3_661_000,
        },
        {"block": 1, "kind": "paragraph", "text": "", "from": 3_661_000, "until": 3_661_000},
    ]
    narration.save()

    transcript = Client().get(f"/audio/{narration.key}.vtt")

    assert transcript["Content-Type"] == "text/vtt; charset=utf-8"
    assert transcript.content.decode().splitlines() == [
        "WEBVTT",
        "Language: en-gb",
        "",
        "00:00:00.000 --> 01:00:00.500",
        "Doors",
        "",
        "01:00:00.500 --> 01:01:01.000",
        "A --&gt; b &amp; &lt;c&gt; d",
    ]


def test_chapters_are_the_headings_of_the_article():
    narration = read_aloud(headline="Doors").narration
    narration.segments = [
        {"block": None, "kind": "headline", "text": "Doors", "from": 0, "until": 900},
        {"block": 0, "kind": "paragraph", "text": "It opens.", "from": 900, "until": 1800},
        {"block": 1, "kind": "heading", "text": "How?", "from": 1800, "until": 2100},
        {"block": 1, "kind": "heading", "text": "By hand.", "from": 2100, "until": 2500},
        {"block": 2, "kind": "heading", "text": "And why", "from": 2500, "until": 2900},
    ]
    narration.save()

    response = Client().get(f"/audio/{narration.key}.json")

    assert response["Content-Type"] == "application/json+chapters"
    told = json.loads(response.content)
    assert told["version"] == "1.2.0"
    assert [(one["startTime"], one["title"]) for one in told["chapters"]] == [
        (0, "Doors"),
        (1.8, "How? By hand."),
        (2.5, "And why"),
    ]
