"""Twelve ways around a paywall, W1 to W12, each with a test that fails when it opens.

``test_surfaces`` goes further, and visits every address as everybody; here each way is tried by its name.
"""

import io
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from itertools import product
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from articles.models import Article
from audio import visits
from editions.addresses import download_address, file_name, signed_address
from editions.models import Format
from magazine.discretion import Discreet
from subscriptions import access, entitlements, feed_addresses
from subscriptions.access import Audience
from subscriptions.models import SharingRules
from subscriptions.sharing import links, meter, rules
from tests import make
from tests.audio.fakes import MP3, narrated
from tests.editions.fakes import shelved
from tests.words import bytes_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

FREE, PAID = "zebrafinch", "quaggawort"
BODY = f"""<p>The free {FREE}.</p><hr data-paywall><p>The paid {PAID}.</p>
<figure data-image="{{picture}}"><figcaption>A {PAID} below.</figcaption></figure>
<aside class="pullquote"><p>{PAID}!</p></aside>"""
CROWD = [f"198.51.{number}.7" for number in range(21)]


@pytest.fixture
def piece() -> Article:
    body = BODY.format(picture=make.picture(alt=f"Two {PAID}s").pk)
    return make.article(
        audience=Audience.SUBSCRIBERS, body=body, standfirst="What it is about.", issue=make.issue()
    )


@pytest.fixture
def subscriber():
    reader = make.reader(entitled=True)
    feed_addresses.renew(reader)
    return reader


def signed_in(reader) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def leaks(response) -> bool:
    return PAID in words_of(response)


VISITORS = {
    "browser": {"User-Agent": "Mozilla/5.0"},
    "crawler": {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)", "X-Forwarded-For": "66.249.66.1"},
    "social bot": {"User-Agent": "facebookexternalhit/1.1", "Accept": "*/*"},
    "forwarded": {"X-Forwarded-For": "127.0.0.1", "X-Real-Ip": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
    "referred": {"Referer": "https://www.google.com/", "Cookie": "metered=0; subscriber=1; sessionid=x"},
    "no html": {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"},
}


def test_w1_no_visitor_gets_the_paid_words_by_what_they_say_they_are(piece):
    for visitor, headers in VISITORS.items():
        page = Client(headers=headers).get(piece.get_absolute_url())
        assert (FREE in words_of(page), leaks(page)) == (True, False), visitor


def test_w2_feeds_and_maps_hold_the_lead_only(piece):
    narrated(piece, texts=[FREE, PAID])
    section, author = piece.section.slug, piece.bylines.get().author.slug
    feeds = [
        reverse("articles:feed"),
        reverse("articles:section_feed", args=[section]),
        reverse("articles:author_feed", args=[author]),
    ]
    for address in feeds:
        answer = Client().get(address)
        assert (FREE in words_of(answer), leaks(answer)) == (True, False), address
    others = ["articles:sitemap", "articles:robots", "audio:feed"]
    unmade = ["/llms.txt", "/llms-full.txt", "/news-sitemap.xml", "/feed.json", "/atom.xml", "/rss"]
    for address in [*map(reverse, others), *unmade]:
        assert not leaks(Client().get(address)), address


def test_w3_searching_confirms_no_paid_word(piece):
    for address in (reverse("articles:search"), reverse("editions:search")):
        asked = (PAID, "notanywhere", f'"{PAID}"', f"{PAID[:6]}*", f"{FREE} {PAID}")
        known, unknown, *others = (_found(address, word) for word in asked)
        assert known == unknown, address
        assert all(piece.headline not in page for page in [known, *others]), address
    assert piece.headline in _found(reverse("articles:search"), FREE)


def _found(address: str, asked: str) -> str:
    """The page of a search without what was asked for, which it says back."""
    page = words_of(Client().get(address, {"q": asked}))
    return page.replace(escape(asked), "").replace(asked.replace(" ", "+"), "")


def test_w4_what_machines_are_told_is_the_lead_only(piece):
    narration = narrated(piece, texts=[FREE, PAID])
    page = words_of(Client().get(piece.get_absolute_url()))
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    described = re.findall(r'<meta [^>]*description" content="([^"]*)"', page)

    assert set(described) == {"What it is about."}
    assert "articleBody" not in told
    assert PAID not in json.dumps(told) + "".join(re.findall(r'<meta[^>]*>|alt="[^"]*"|data-[^>]*>', page))
    for path in ("vtt", "json"):
        answer = Client().get(f"/audio/{narration.key}.{path}")
        assert (answer.status_code in (403, 404), leaks(answer)) == (True, False), path
    assert Client().get("/oembed/", {"url": piece.get_absolute_url()}).status_code == 404


ASKING = [
    "fields=body,body_html,body_text",
    "include=body&expand=all",
    f"filter[body]={PAID}",
    "format=json&page_size=100000",
    "query={article{body}}",
    "as=subscriber&preview=1&print=1&amp=1",
    "verdict=granted&device=x&link=x",
]


def test_w5_no_parameter_of_any_interface_asks_for_more(piece):
    """There is no programming interface to the words; what others have is not there, and pages ignore it."""
    page = Client().get(piece.get_absolute_url())
    for query in ASKING:
        assert Client().get(f"{piece.get_absolute_url()}?{query}").content == page.content, query
        for address in (
            reverse("articles:search"),
            piece.section.get_absolute_url(),
            reverse("articles:feed"),
        ):
            assert not leaks(Client().get(f"{address}?{query}")), (address, query)
    for address in ("/graphql/", "/api/", "/api/articles/", "/wp-json/wp/v2/posts/"):
        assert Client().get(f"{address}?{ASKING[0]}").status_code == 404, address
        assert Client().post(address, ASKING[4], content_type="text/plain").status_code in (404, 405), address


def test_w6_files_are_for_their_reader_alone_and_not_for_long(piece, subscriber):
    narration, edition = narrated(piece), shelved(piece.issue)
    strangers, issue = Client(), piece.issue
    seal = access.feed_seal(subscriber)
    signed = signed_address(subscriber, issue, Format.PDF, seal)
    assert strangers.get(signed).status_code == 200
    for address in (download_address(issue, Format.PDF), f"/audio/{narration.key}.mp3"):
        assert strangers.get(address).status_code == 403, address
        assert signed_in(make.reader()).get(address).status_code == 403, address
    for address in (
        signed.replace("/files/", "/files/x"),
        signed.replace(file_name(issue, "pdf"), file_name(issue, "epub")),
        signed_address(make.reader(), issue, Format.PDF, seal),
        f"/media/{edition.file}",
        f"/media/{narration.mp3}",
        "/media/originals/a.jpg",
        piece.get_absolute_url() + "amp/",
        piece.get_absolute_url() + "print/",
        f"/gift-link/{'x' * 22}/",
    ):
        assert strangers.get(address).status_code in (403, 404), address
    link = links.make(subscriber, str(piece.pk))
    assert not leaks(strangers.get(reverse("articles:given", args=[link.key])))
    tomorrow = datetime.now(tz=UTC) + timedelta(days=1)
    with patch("time.time", return_value=tomorrow.timestamp()):
        assert strangers.get(signed).status_code == 404


METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "PROPFIND", "get"]


def test_w7_every_method_and_header_meets_the_decision_of_a_get(piece, subscriber):
    recording = f"/audio/{narrated(piece).key}.mp3"
    known = signed_in(subscriber).get(recording).get("ETag", '"x"')
    asking = [
        {"Range": "bytes=0-99999"},
        {"If-None-Match": known, "If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"},
        {"If-Range": known, "Range": "bytes=0-"},
        {"X-HTTP-Method-Override": "GET"},
    ]
    for method, headers in product(METHODS, asking):
        assert not leaks(Client().generic(method, piece.get_absolute_url(), headers=headers)), (
            method,
            headers,
        )
        answer = Client().generic(method, recording, headers=headers)
        assert answer.status_code in (403, 405, 501), (method, headers)
        assert MP3[:64] not in bytes_of(answer), (method, headers)


ODD = [
    "{}x.css",
    "{};x.css",
    "{}%2fx.css",
    "{}%3bx.js",
    "/{}",
    "{}?x.css",
    "{}..%2f",
    "{}index.html",
    "{}%00",
]


def test_w8_a_shared_cache_never_gets_the_paid_copy_under_any_address(piece, subscriber):
    client = signed_in(subscriber)
    assert leaks(client.get(piece.get_absolute_url()))
    for odd in ["{}", *ODD]:
        address = odd.format(piece.get_absolute_url())
        paid = client.get(address)
        # Either it is no address at all, or no cache may keep what it leads to.
        assert (paid.status_code, paid["Cache-Control"]) in [
            (200, "private, no-store"),
            (301, "private, no-store"),
            (404, "private, no-store"),
        ], address
        assert leaks(paid) is (paid.status_code == 200), address
        assert not leaks(Client().get(address)), address
    for host in ("evil.example", "testserver.evil.example", "testserver:80@evil.example"):
        assert client.get(piece.get_absolute_url(), headers={"Host": host}).status_code == 400, host


def test_w9_what_was_open_is_closed_with_the_right_in_every_place(piece, subscriber):
    narration, client = narrated(piece), signed_in(subscriber)
    token = access.feed_token(subscriber)
    recording = f"/listen/{token}/{narration.key}.mp3"
    assert leaks(client.get(piece.get_absolute_url()))
    assert Client().get(recording).status_code == 200

    entitlements.end_at(subscriber.entitlements.all())

    page = client.get(piece.get_absolute_url())
    assert (leaks(page), page["Cache-Control"]) == (False, "private, no-store")
    assert Client().get(recording).status_code in (403, 404)
    assert client.get(f"/audio/{narration.key}.mp3").status_code == 403
    assert feed_addresses.renew(subscriber) is False
    assert Client().get(recording).status_code == 404


def test_w10_an_address_that_got_about_is_noticed_replaced_and_in_no_log(subscriber):
    other = make.reader(entitled=True)
    feed_addresses.renew(other)
    shared = f"/listen/{access.feed_token(subscriber)}/feed.xml"
    written = io.StringIO()
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, Discreet)]
    stream = handler.setStream(written)
    try:
        seen = [Client().get(shared, REMOTE_ADDR=address).status_code for address in CROWD]
        again = Client().get(shared).status_code
    finally:
        handler.setStream(stream)

    assert len(CROWD) == visits.MOST_NETWORKS + 1
    assert (seen[:-1], seen[-1], again) == ([200] * 20, 404, 404)
    assert "/listen/[secret]/feed.xml" in written.getvalue()
    assert shared not in written.getvalue()
    for reader in (subscriber, other):
        assert Client().get(f"/listen/{access.feed_token(reader)}/feed.xml").status_code == 200


def test_w11_the_meter_counts_readers_and_not_browsers_or_addresses(piece):
    """Many in the same moment: ``tests/subscriptions/test_sharing.py``."""
    rules.write(SharingRules(metered_pieces=1))
    reader = make.reader()
    others = [make.article(audience=Audience.SUBSCRIBERS) for _ in CROWD[:5]]

    for article, address in zip([piece, *others], ["127.0.0.1", *CROWD[:5]], strict=True):
        opening = reverse("articles:open_metered", args=[article.section.slug, article.slug])
        signed_in(reader).post(opening, REMOTE_ADDR=address, headers={"X-Forwarded-For": address})
        Client().post(opening, REMOTE_ADDR=address)
        Client().get(article.get_absolute_url(), REMOTE_ADDR=address)

    assert reader.metered_pieces.count() == 1
    assert meter.allowance(reader).left == 0
    assert leaks(signed_in(reader).get(piece.get_absolute_url()))
    assert not leaks(Client().get(piece.get_absolute_url()))
    assert "Closing" not in words_of(signed_in(reader).get(others[0].get_absolute_url()))


# Half past midnight in London, when it is still the day before in the world's zone: summer time.
RELEASE = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "at", "status"),
    [
        ({"status": "draft", "published_at": None}, RELEASE, 404),
        ({"status": "spiked"}, RELEASE, 404),
        ({"published_at": RELEASE}, RELEASE - timedelta(seconds=1), 404),
        ({"published_at": RELEASE}, RELEASE, 200),
        ({"published_at": RELEASE, "embargo_until": RELEASE + timedelta(hours=1)}, RELEASE, 404),
        (
            {"published_at": RELEASE, "embargo_until": RELEASE + timedelta(hours=1)},
            RELEASE + timedelta(hours=1),
            200,
        ),
        ({"trashed_at": RELEASE, "status": "spiked"}, RELEASE, 404),
    ],
)
def test_w12_a_piece_is_found_from_the_second_of_its_release_and_not_before(fields, at, status):
    piece = make.article(body=f"<p>{PAID}</p>", **fields)
    link = links.make(make.reader(entitled=True), str(piece.pk))
    old = piece.get_absolute_url()
    piece.slug = "a-new-address"
    piece.save()

    with patch("django.utils.timezone.now", return_value=at):
        now, before = Client().get(piece.get_absolute_url()), Client().get(old)
        given = Client().get(reverse("articles:given", args=[link.key]))

    assert now.status_code == status
    assert before.status_code == (301 if status == 200 else 404)
    assert given.status_code == (200 if status == 200 else 404)
    assert (leaks(now), leaks(before), leaks(given)) == (status == 200, False, status == 200)
