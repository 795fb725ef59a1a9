"""An address for apps that is used from too many places is closed, and told of in no log."""

import io
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from audio import privacy, visits
from audio.models import FeedAlarm, FeedVisit
from magazine.discretion import Discreet
from subscriptions import access, feed_addresses
from subscriptions.letters import sending
from subscriptions.models import FeedAddress
from tests import make
from tests.audio.fakes import narrated

pytestmark = pytest.mark.django_db

# A Tuesday in winter, when the magazine's clock is that of the world.
DAY = datetime(2027, 1, 12, tzinfo=UTC)


@pytest.fixture
def reader():
    reader = make.reader(entitled=True)
    feed_addresses.renew(reader)
    return reader


def feed_of(reader) -> str:
    return f"/listen/{access.feed_token(reader)}/feed.xml"


def fetched(address: str, *, by: str) -> int:
    return Client().get(address, REMOTE_ADDR=by).status_code


def network(number: int) -> str:
    return f"198.51.{number}.7"


class Clock:
    """The visits of one address at hours that a test chooses."""

    def __init__(self, reader) -> None:
        self.reader, self.token = reader, access.feed_token(reader)

    def visit(self, address: str, at: datetime) -> bool:
        request = type("Asks", (), {"META": {"REMOTE_ADDR": address}, "headers": {}})()
        return visits.note(self.reader, self.token, request, at)


# -- Noticed --------------------------------------------------------------------


def test_an_address_that_is_used_from_a_twenty_first_network_is_closed_and_its_reader_told(reader):
    other = make.reader(entitled=True)
    feed_addresses.renew(other)
    narration = narrated(make.article())
    shared, file = feed_of(reader), feed_of(reader).replace("feed.xml", f"{narration.key}.mp3")
    catalogue = f"/feeds/mine/{access.feed_token(reader)}/catalogue.xml"

    # Whatever is fetched counts, and twice by one network is once.
    seen = [fetched(shared if n % 2 else file, by=network(n)) for n in range(20)]
    seen += [fetched(shared, by=network(n)) for n in range(20)]
    assert set(seen) == {200}

    assert fetched(shared, by=network(20)) == 404
    for address in (shared, file, catalogue):
        assert fetched(address, by=network(0)) == 404
    assert fetched(feed_of(reader), by=network(0)) == 200
    assert fetched(feed_of(other), by=network(0)) == 200

    alarm = FeedAlarm.objects.get()
    assert (alarm.reader, alarm.networks) == (reader, 21)
    letter = reader.letters.get()
    assert sending.send(letter.pk)
    (sent,) = mail.outbox
    assert sent.to == [reader.email]
    assert "used from more places than one reader is in" in sent.body
    assert access.feed_token(reader) not in sent.body
    assert not other.letters.exists()


def test_the_account_says_why_there_is_another_address(reader, client):
    client.force_login(reader)
    assert feed_addresses.replace_shared(reader, access.feed_token(reader))

    page = client.get("/account/")

    assertContains(page, feed_of(reader))
    assertContains(page, "used from too many places, and we closed them")


def test_of_two_who_notice_at_once_one_closes_the_address(reader):
    token = access.feed_token(reader)

    assert feed_addresses.replace_shared(reader, token)
    second = access.feed_token(reader)
    assert not feed_addresses.replace_shared(reader, token)

    assert access.feed_token(reader) == second
    assert reader.letters.count() == 1


def test_a_household_is_one_network_whatever_its_addresses(reader):
    for address in (
        *(f"203.0.113.{n}" for n in range(7)),
        *(f"2001:db8:1:{n:x}::1" for n in range(7)),
        *(f"::ffff:203.0.113.{n}" for n in range(7)),
    ):
        assert fetched(feed_of(reader), by=address) == 200

    assert FeedVisit.objects.count() == 2


def test_behind_a_proxy_the_reader_counts_and_not_the_proxy(reader, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(3):
        Client().get(
            feed_of(reader), REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": f"9.9.9.9, {network(n)}"}
        )

    assert FeedVisit.objects.count() == 3


def test_somebody_who_travels_every_day_keeps_their_address(reader):
    clock = Clock(reader)

    for day in range(3):
        for n in range(15):
            at = DAY + timedelta(days=day, hours=7 + n)
            assert clock.visit(network(day * 15 + n), at)

    assert not FeedAlarm.objects.exists()


def test_a_day_does_not_end_at_midnight_for_an_address_that_got_about(reader):
    clock = Clock(reader)
    for n in range(20):
        assert clock.visit(network(n), DAY + timedelta(hours=23))

    assert not clock.visit(network(20), DAY + timedelta(hours=24, minutes=5))


def test_a_network_that_is_known_today_costs_no_question(reader, django_assert_num_queries):
    clock = Clock(reader)
    with django_assert_num_queries(2):
        clock.visit(network(1), DAY)

    with django_assert_num_queries(0):
        clock.visit(network(1), DAY + timedelta(hours=5))
    with django_assert_num_queries(2):
        clock.visit(network(1), DAY + timedelta(days=1))


def test_no_address_of_a_machine_is_kept_and_nothing_for_more_than_a_week(reader):
    clock = Clock(reader)
    clock.visit("203.0.113.9", DAY - timedelta(days=8))
    clock.visit("203.0.113.9", DAY)

    rows = list(FeedVisit.objects.values_list("feed_seal", "network"))
    # As it is written, and as the figures that it is; three figures alone stand in any digest by chance.
    written = ("203.0.113", "203-0-113", "cb0071", "CB0071")
    assert not any(form in word for row in rows for word in row for form in written)
    assert not any(word in clock.token for row in rows for word in row)
    assert privacy.feed_visits(DAY - timedelta(days=7)) == 1
    assert FeedVisit.objects.get().day == DAY.date()


# -- At the desk ----------------------------------------------------------------


def test_subscriber_staff_see_what_was_noticed_and_give_a_new_address(reader, client):
    FeedAlarm.objects.create(reader=reader, networks=21)
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF, name="Ines Farrow"))
    page = f"/desk/subscriptions/subscribers/{reader.pk}/"
    assertContains(client.get("/desk/audio/feedalarm/"), page)
    shown = client.get(page)
    assertContains(shown, f"{page}new-address/")
    assertNotContains(shown, FeedAddress.objects.get().key)

    before = feed_of(reader)
    assertContains(client.get(f"{page}new-address/"), "stops working at once")
    assert Client().get(before).status_code == 200
    assert client.post(f"{page}new-address/", {"reason": " "}).status_code == 422
    assert Client().get(before).status_code == 200

    told = client.post(f"{page}new-address/", {"reason": "Lost her telephone"}, follow=True)

    assert Client().get(before).status_code == 404
    assert Client().get(feed_of(reader)).status_code == 200
    assertContains(told, "Lost her telephone")
    assertContains(told, "Ines Farrow")
    assert reader.letters.get().kind == "feed_replaced"


def test_finance_looks_and_gives_no_addresses(reader, client):
    client.force_login(make.staff(Role.FINANCE))
    page = f"/desk/subscriptions/subscribers/{reader.pk}/"

    assertNotContains(client.get(page), "new-address")
    assert client.post(f"{page}new-address/", {"reason": "Why not"}).status_code == 403


# -- The reader's own page ------------------------------------------------------


def test_a_reader_is_told_what_a_new_address_closes_before_it_is_made(reader, client):
    client.force_login(reader)
    before = feed_of(reader)
    assertContains(client.get("/account/"), before)

    assertContains(client.get("/account/feed/"), "The old addresses stop working at once")
    assert Client().get(before).status_code == 200
    page = client.post("/account/feed/", follow=True)

    assert Client().get(before).status_code == 404
    assertContains(page, feed_of(reader))
    assertNotContains(page, before)
    # They asked for it: nobody writes to them.
    assert not reader.letters.exists()


# -- Logs -----------------------------------------------------------------------


@pytest.fixture
def log():
    """What the program's own handler writes."""
    written = io.StringIO()
    (handler,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, Discreet)]
    stream = handler.setStream(written)
    yield written
    handler.setStream(stream)


def test_no_secret_of_an_address_stands_in_a_log(reader, log, monkeypatch):
    client = Client(raise_request_exception=False)
    token = access.feed_token(reader)
    secret = "s" * 43

    def break_down(*_args, **_kwargs):
        raise RuntimeError(f"No way to /listen/{token}/feed.xml")

    client.get(f"/listen/{token}/nothing.mp3")
    client.get(f"/feeds/mine/{token}x/catalogue.xml")
    client.post(f"/listen/{token}/feed.xml")
    for before in ("lent", "preview", "subscribe/refund", "account/letters", "files"):
        client.get(f"/{before}/{secret}/nothing")
    monkeypatch.setattr("audio.feeds.views.shows.own_show", break_down)
    assert client.get(f"/listen/{token}/feed.xml").status_code == 500

    lines = log.getvalue()
    assert token not in lines
    assert secret not in lines
    assert "Not Found: /listen/[secret]/nothing.mp3" in lines
    assert "Not Found: /lent/[secret]/nothing" in lines
    assert "\nRuntimeError\n" in lines
    assert "RuntimeError: No way to" not in lines


def test_other_addresses_stand_in_a_log_as_they_are(log):
    Client().get("/politics/a-piece-with-a-long-address-about-listening/")

    assert "/politics/a-piece-with-a-long-address-about-listening/" in log.getvalue()


def test_every_handler_of_a_log_leaves_secrets_out():
    names = [None, "django", "django.request", "django.server", "django.security", "granian"]
    for handler in {one for name in names for one in logging.getLogger(name).handlers}:
        if type(handler).__module__.startswith("_pytest"):
            continue
        assert isinstance(handler.formatter, Discreet), handler
