"""The catalogue of a reader's issues for reading programs, behind an address of their own."""

import time
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree
from pytest_django.asserts import assertContains, assertNotContains

from editions import addresses, opds
from editions.models import Format
from subscriptions import access
from subscriptions.models import Entitlement, FeedAddress
from subscriptions.paying import guarantee, refunds
from tests import make
from tests.editions.fakes import presses, work
from tests.words import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

NAMES = {"a": opds.ATOM, "dc": opds.TERMS}
SECRET = "quaggawort"


@pytest.fixture
def issues():
    """The current issue and one before it, both with files."""
    now = timezone.now()
    both = [
        make.issue(
            title=f"Tides & {name}",
            standfirst="All of it.",
            released_at=now - timedelta(days=days),
            cover_on=timezone.localdate() - timedelta(days=days),
            cover=make.picture(),
        )
        for name, days in (("today", 1), ("before", 20))
    ]
    for issue in both:
        make.article(issue=issue, body=f"<p>Open.</p><hr data-paywall><p>{SECRET}</p>")
    make.issue(released_at=None, title="Next month")
    with presses():
        work()
        yield both


def own_address(reader):
    FeedAddress.objects.update_or_create(reader=reader, defaults={"key": f"key-{time.monotonic_ns()}"})
    return f"/feeds/mine/{access.feed_token(reader)}/catalogue.xml"


def feed_of(reader, where=None):
    response = Client().get(where or own_address(reader))
    assert response.status_code == 200
    return etree.fromstring(response.content)


def links(feed, rel):
    return feed.xpath(f"//a:link[@rel='{rel}']/@href", namespaces=NAMES)


def fetched(address):
    """What a program gets that has no cookie."""
    return Client().get(urlsplit(address).path)


def test_a_subscribers_program_finds_every_issue_and_fetches_it_without_signing_in(issues):
    subscription = make.subscription()
    where = own_address(subscription.reader)

    feed = feed_of(subscription.reader, where)
    titles = feed.xpath("//a:entry/a:title/text()", namespaces=NAMES)
    files = links(feed, opds.ACQUISITION)

    assert [title.partition(": ")[2] for title in titles] == ["Tides & today", "Tides & before"]
    assert len(files) == 4
    for address in files:
        response = fetched(address)
        words = words_of(response)
        assert SECRET in words
        assert words.endswith(subscription.number)
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"


def test_the_catalogue_is_what_reading_programs_expect(issues):
    response = Client().get(own_address(make.reader(entitled=True)))
    feed = etree.fromstring(response.content)

    assert response["Content-Type"].startswith("application/atom+xml;profile=opds-catalog;kind=acquisition")
    assert response["Cache-Control"] == "private, no-store"
    for path in ("a:id", "a:title", "a:updated", "a:author/a:name"):
        assert feed.xpath(f"/a:feed/{path}/text()", namespaces=NAMES)
    for path in ("a:id", "a:title", "a:updated", "a:published", "dc:language", "dc:issued", "a:summary"):
        assert len(feed.xpath(f"//a:entry/{path}/text()", namespaces=NAMES)) == 2, path
    for rel in ("self", "start"):
        assert links(feed, rel)[0].startswith("http")
    assert len(links(feed, opds.IMAGE)) == len(links(feed, opds.THUMBNAIL)) == 2
    types = feed.xpath(f"//a:link[@rel='{opds.ACQUISITION}']/@type", namespaces=NAMES)
    assert types == ["application/epub+zip", "application/pdf"] * 2


@pytest.mark.parametrize(
    "person",
    [make.reader, lambda: make.reader(entitled_until=timezone.now() - timedelta(seconds=1))],
    ids=["registered", "lapsed"],
)
def test_whoever_has_no_plan_is_led_to_the_plans_and_gets_no_file(issues, person):
    reader = person()
    response = Client().get(own_address(reader))
    feed = etree.fromstring(response.content)

    assert links(feed, opds.ACQUISITION) == []
    assert len(links(feed, opds.SUBSCRIBE)) == 2
    assert SECRET not in words_of(response)
    signed = addresses.signed_address(reader, issues[0], Format.EPUB, access.feed_seal(reader))
    assert fetched(signed).status_code == 403


def test_one_right_opens_one_kind_of_issue(issues):
    reader = make.reader(entitled=True)
    Entitlement.objects.filter(reader=reader, feature="past_issues").delete()

    feed = feed_of(reader)

    assert len(links(feed, opds.ACQUISITION)) == 2
    assert len(links(feed, opds.SUBSCRIBE)) == 1


def test_a_right_that_ends_ends_the_addresses_that_were_given_out_before(issues):
    subscription = make.subscription()
    files = links(feed_of(subscription.reader), opds.ACQUISITION)
    assert fetched(files[0]).status_code == 200

    refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)

    for address in files:
        for header in ({}, {"Range": "bytes=0-9"}):
            response = Client(headers=header).get(urlsplit(address).path)
            assert response.status_code == 403
            assert SECRET not in words_of(response)
    assert links(feed_of(subscription.reader), opds.ACQUISITION) == []


def test_an_address_given_out_lasts_an_hour(issues):
    given_out = int(time.time())
    with patch("django.core.signing.time.time", lambda: given_out):
        files = links(feed_of(make.reader(entitled=True)), opds.ACQUISITION)

    with patch("django.core.signing.time.time", lambda: given_out + 3600):
        assert fetched(files[0]).status_code == 200
    with patch("django.core.signing.time.time", lambda: given_out + 3602):
        assert fetched(files[0]).status_code == 404


def test_a_new_address_closes_the_old_one_and_all_that_was_given_out_by_it(issues, client):
    reader = make.reader(entitled=True)
    client.force_login(reader)
    assertContains(client.get("/account/"), "Make my address")

    page = client.post("/account/feed/", follow=True)
    first = f"/feeds/mine/{access.feed_token(reader)}/catalogue.xml"
    assertContains(page, first)
    files = links(feed_of(reader, first), opds.ACQUISITION)

    page = client.post("/account/feed/", follow=True)
    second = f"/feeds/mine/{access.feed_token(reader)}/catalogue.xml"
    assertNotContains(page, first)
    assertContains(page, second)
    assert Client().get(first).status_code == 404
    assert fetched(files[0]).status_code == 404
    assert Client().get(second).status_code == 200


def test_whoever_sees_the_table_of_keys_cannot_read_with_them(issues):
    reader = make.reader(entitled=True)
    own = own_address(reader)
    key = FeedAddress.objects.get().key

    for token in (key, f"{key}.", f"{key}.{'A' * 43}", access.feed_token(reader)[:-1], "x"):
        assert Client().get(f"/feeds/mine/{token}/catalogue.xml").status_code == 404
    files = links(feed_of(reader, own), opds.ACQUISITION)
    assert not any(key in address for address in files)


def test_an_address_is_good_for_what_it_was_given_out_for_and_nothing_else(issues):
    files = links(feed_of(make.reader(entitled=True)), opds.ACQUISITION)
    path = urlsplit(files[0]).path
    other = addresses.file_name(issues[0], Format.PDF)

    assert Client().get(path.rpartition("/")[0] + f"/{other}").status_code == 404
    assert Client().get(path.replace("/files/", "/files/x")).status_code == 404
    assert Client().get(path[: path.rindex("/")][:-1] + path[path.rindex("/") :]).status_code == 404


def test_an_account_that_is_switched_off_has_no_catalogue(issues):
    reader = make.reader(entitled=True)
    own = own_address(reader)
    files = links(feed_of(reader, own), opds.ACQUISITION)
    reader.is_active = False
    reader.save()

    assert Client().get(own).status_code == 404
    assert fetched(files[0]).status_code == 404


def test_a_long_catalogue_is_turned_page_by_page(issues, monkeypatch):
    monkeypatch.setattr("editions.views.ENTRIES", 1)
    reader = make.reader(entitled=True)
    own = own_address(reader)

    first = feed_of(reader, own)
    second = feed_of(reader, f"{own}?{urlsplit(links(first, 'next')[0]).query}")

    titles = [
        feed.xpath("//a:entry/a:title/text()", namespaces=NAMES)[0].partition(": ")[2]
        for feed in (first, second)
    ]
    assert titles == ["Tides & today", "Tides & before"]
    assert links(second, "next") == []
    assert Client().get(f"{own}?page=nonsense").status_code == 200


def test_the_catalogue_costs_the_same_for_many_issues(issues, django_assert_num_queries):
    reader = make.reader(entitled=True)
    own = own_address(reader)
    with django_assert_num_queries(8):
        Client().get(own)
    for _n in range(4):
        make.article(issue=make.issue())
    work()
    with django_assert_num_queries(8):
        Client().get(own)
