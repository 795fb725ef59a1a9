"""Single pieces beyond a plan: the links by which they are given, and the month's allowance."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from subscriptions import access, entitlements
from subscriptions.access import Asked, Audience, Reason
from subscriptions.models import GiftLink, GiftLinkDevice, MeteredPiece, SharingRules
from subscriptions.sharing import links, meter, rules
from tests import make

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()
# In July London is an hour ahead: this is the last minute of June there, and the first of July.
IN_JUNE = datetime(2027, 6, 30, 22, 59, tzinfo=UTC)
IN_JULY = datetime(2027, 6, 30, 23, 0, tzinfo=UTC)


def said(**values: int) -> None:
    rules.write(SharingRules(**values))


def verdict(reader, piece="7", at=None, link=None, cookie=""):
    about = links.asked(link, cookie) if link else Asked(piece)
    return access.verdict_for(reader, Audience.SUBSCRIBERS, at, about=about)


def at_once(in_thread, count: int, ask) -> list:
    """Ask from ``count`` threads in the same moment; return what each got, or what it was refused with."""
    start = Barrier(count)

    def one(number: int):
        start.wait()
        try:
            return in_thread(ask, number)
        except (meter.NothingLeftError, links.NotGivenError, links.ClosedLinkError) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


# -- The meter ----------------------------------------------------------------


def test_nobody_has_an_allowance_before_the_magazine_gives_one():
    reader = make.reader()

    assert meter.allowance(reader) is None
    with pytest.raises(meter.NothingLeftError):
        meter.open_piece(reader, "7")


def test_a_registered_reader_opens_what_the_month_gives_and_not_one_more():
    said(metered_pieces=2)
    reader = make.reader()

    for piece in ("7", "8", "7"):
        assert meter.open_piece(reader, piece).reason == Reason.METERED
    with pytest.raises(meter.NothingLeftError):
        meter.open_piece(reader, "9")

    assert [verdict(reader, piece).granted for piece in ("7", "8", "9")] == [True, True, False]
    assert meter.allowance(reader).left == 0
    assert not access.verdict_for(reader, Audience.SUBSCRIBERS).granted
    assert not verdict(reader).is_by_right


def test_an_opened_piece_is_open_to_its_reader_alone_and_to_no_stranger():
    said(metered_pieces=1)
    meter.open_piece(make.reader(), "7")

    assert not verdict(make.reader()).granted
    assert not verdict(STRANGER).granted
    with pytest.raises(meter.NothingLeftError):
        meter.open_piece(STRANGER, "7")


def test_the_month_ends_at_midnight_in_the_magazines_zone():
    said(metered_pieces=1)
    reader = make.reader()
    opened = meter.open_piece(reader, "7", IN_JUNE)

    assert opened.until == IN_JULY
    assert not verdict(reader, at=IN_JULY).granted
    assert (meter.allowance(reader, IN_JUNE).left, meter.allowance(reader, IN_JULY).left) == (0, 1)
    assert meter.open_piece(reader, "8", IN_JULY).granted


def test_stricter_rules_never_leave_less_than_nothing_and_close_nothing():
    said(metered_pieces=3)
    reader = make.reader()
    for piece in ("7", "8"):
        meter.open_piece(reader, piece)
    said(metered_pieces=1)

    assert meter.allowance(reader).left == 0
    assert verdict(reader, "8").granted
    said(metered_pieces=0)
    assert verdict(reader, "8").granted


def test_a_subscriber_uses_up_nothing():
    said(metered_pieces=1)

    assert meter.open_piece(make.reader(entitled=True), "7").reason == Reason.ENTITLED
    assert not MeteredPiece.objects.exists()


def test_ten_tabs_at_once_open_no_more_than_the_month_gives(in_thread):
    in_thread(lambda: said(metered_pieces=3))
    reader = in_thread(make.reader)

    got = at_once(in_thread, 10, lambda number: meter.open_piece(reader, str(number)))

    assert got.count(meter.NothingLeftError) == 7
    places = in_thread(lambda: sorted(MeteredPiece.objects.values_list("place", flat=True)))
    assert places == [1, 2, 3]


# -- Gift links ---------------------------------------------------------------


def test_a_link_opens_one_piece_on_the_device_on_which_it_was_opened():
    link = links.make(make.reader(entitled=True), "7")
    links.open_on(link, "mine")

    given = verdict(STRANGER, link=link, cookie="mine")

    assert (given.granted, given.reason, given.until) == (True, Reason.GIVEN, link.expires_at)
    assert not given.is_by_right
    assert not verdict(STRANGER, link=link, cookie="another").granted
    assert not verdict(STRANGER, link=link).granted
    other_piece = Asked("8", link, links.asked(link, "mine").device)
    assert not access.verdict_for(STRANGER, Audience.SUBSCRIBERS, about=other_piece).granted


def test_who_may_not_read_it_by_right_gives_nothing_away():
    said(metered_pieces=1)
    reader = make.reader()
    meter.open_piece(reader, "7")

    for person in (reader, make.reader(entitled_until=timezone.now()), STRANGER):
        with pytest.raises(links.NotGivenError):
            links.make(person, "7")


def test_a_month_has_so_many_links_and_taking_one_back_makes_no_new_one():
    said(links_a_month=2)
    giver = make.reader(entitled=True)
    links.revoke(links.make(giver, "7"))
    links.make(giver, "7")

    with pytest.raises(links.NothingLeftError):
        links.make(giver, "8")

    assert links.allowance(giver).left == 0
    next_month = timezone.now() + timedelta(days=32)
    assert links.make(giver, "8", next_month).made_at == next_month


@pytest.mark.parametrize(
    ("later", "is_open"), [(timedelta(days=30, microseconds=-1), True), (timedelta(days=30), False)]
)
def test_a_link_is_over_at_its_instant(later, is_open):
    begun = timezone.now()
    link = links.make(make.reader(entitled=True), "7", begun)
    links.open_on(link, "mine", begun)

    assert verdict(STRANGER, link=link, cookie="mine", at=begun + later).granted is is_open


def test_a_link_that_was_taken_back_closes_where_it_was_open():
    link = links.make(make.reader(entitled=True), "7")
    links.open_on(link, "mine")

    assert links.revoke(link)
    link = links.behind(link.key)

    assert not verdict(STRANGER, link=link, cookie="mine").granted
    with pytest.raises(links.ClosedLinkError):
        links.open_on(link, "another")
    assert not links.revoke(link)


def test_a_link_stays_open_when_its_givers_plan_ends():
    giver = make.reader(entitled=True)
    link = links.make(giver, "7")
    entitlements.end_at(giver.entitlements.all())

    links.open_on(link, "mine")

    assert verdict(STRANGER, link=link, cookie="mine").granted
    with pytest.raises(links.NotGivenError):
        links.make(giver, "8")


def test_the_same_device_counts_once_and_is_not_known_by_another_link():
    said(link_devices=2)
    giver = make.reader(entitled=True)
    first, second = links.make(giver, "7"), links.make(giver, "8")

    for cookie in ("mine", "mine", "yours"):
        links.open_on(first, cookie)
    links.open_on(second, "mine")

    with pytest.raises(links.ClosedLinkError):
        links.open_on(first, "theirs")
    digests = GiftLinkDevice.objects.values_list("device", flat=True)
    assert len(set(digests)) == 3
    assert not {"mine", "yours"} & set(digests)


def test_many_at_once_make_no_more_links_and_open_no_more_devices_than_there_may_be(in_thread):
    in_thread(lambda: said(links_a_month=2, link_devices=2))
    giver = in_thread(lambda: make.reader(entitled=True))

    made = at_once(in_thread, 5, lambda number: links.make(giver, str(number)))
    link = next(one for one in made if isinstance(one, GiftLink))
    opened = at_once(in_thread, 5, lambda number: links.open_on(link, f"device {number}"))

    assert made.count(links.NothingLeftError) == 3
    assert opened.count(links.ClosedLinkError) == 3
    assert in_thread(lambda: (GiftLink.objects.count(), link.opened_on.count())) == (2, 2)
