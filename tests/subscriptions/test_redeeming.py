"""Gifts from the other side: a code is taken up, once, beside whatever its reader has already."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from subscriptions import access, entitlements
from subscriptions.acting import rehearsal
from subscriptions.features import Feature
from subscriptions.giving import gifts, groups, redeeming
from subscriptions.giving.deeds import AddGift
from subscriptions.giving.gifts import State
from subscriptions.giving.redeeming import CannotRedeemError, Way
from subscriptions.life import dunning, lifecycle, renewals
from subscriptions.models import Entitlement, Gift, Letter, Payment, Seat
from subscriptions.paying import guarantee, refunds
from tests import make
from tests.subscriptions import giving

pytestmark = pytest.mark.django_db
MAY = datetime(2027, 5, 4, 12, tzinfo=UTC)
SHOWN = re.compile(r'name="way" value="(\w+)">\s*<input type="hidden" name="shown" value="([^"]+)"')


def page_of(gift: Gift) -> str:
    return reverse("subscriptions:redeem_code", args=[gift.code])


def offered(response: Any) -> dict[str, str]:
    """The ways that a page offers, each with the mark of its button."""
    return dict(SHOWN.findall(response.content.decode()))


def at_once(act: Callable[[int], Any], count: int = 2) -> list[Any]:
    """Have ``count`` do it at the same moment; what each got, or was refused with."""
    gate = Barrier(count)

    def one(number: int) -> Any:
        try:
            gate.wait()
            return act(number)
        except (CannotRedeemError, gifts.CannotHaveBackError, groups.NoSeatError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def opens(reader, at: datetime | None = None) -> bool:
    return access.may(reader, Feature.EXCLUSIVE_CONTENT, at).granted


def test_a_stranger_sees_what_was_given_and_signs_in_to_have_it(client):
    gift = giving.paid()

    page = client.get(reverse("subscriptions:redeem_code", args=[gift.code.lower().replace("-", "")]))

    assert "A gift from Ada" in page.content.decode()
    assert not offered(page)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.post(page_of(gift), {"way": "begin", "shown": "x"}).status_code == 200
    assert giving.fresh(gift).redeemed_at is None


def test_who_has_nothing_begins_today_and_only_once(client):
    gift, reader = giving.paid(), make.reader()
    client.force_login(reader)
    mark = offered(client.get(page_of(gift)))["begin"]

    first = client.post(page_of(gift), {"way": "begin", "shown": mark})
    client.force_login(make.reader())
    late = client.post(page_of(gift), {"way": "begin", "shown": mark})

    gift = giving.fresh(gift)
    assert first.url == reverse("subscriptions:gift_use", args=[gift.pk])
    assert late.status_code == 410
    assert gift.recipient == reader
    assert opens(reader)
    assert Letter.objects.filter(kind=Letter.Kind.GIFT_REDEEMED, reader=gift.giver).count() == 1
    rights = Entitlement.objects.filter(gift=gift)
    assert {right.source for right in rights} == {Entitlement.Source.GIFT}
    assert Feature.PRINT_EDITION not in rights.values_list("feature", flat=True)
    entitlements.write_for_gift(gift)
    assert Entitlement.objects.filter(gift=gift).count() == len(rights)
    client.force_login(reader)
    assert "Gifts for you" in client.get(reverse("subscriptions:account")).content.decode()


def test_a_gift_for_a_day_to_come_begins_on_that_day():
    make.sold_plan()
    reader = make.reader()
    gift = giving.paid(at=MAY, gives_on=date(2027, 6, 1), months=1)

    gift = redeeming.redeem(gift, reader, way=Way.BEGIN, at=MAY)

    assert (gift.first_on, gift.last_on) == (date(2027, 6, 1), date(2027, 6, 30))
    # The day begins at midnight in London, which is an hour earlier in UTC.
    assert not opens(reader, datetime(2027, 5, 31, 22, 59, tzinfo=UTC))
    assert opens(reader, datetime(2027, 5, 31, 23, tzinfo=UTC))
    assert not opens(reader, datetime(2027, 6, 30, 23, tzinfo=UTC))


def test_print_comes_with_a_gift_that_has_it(client):
    gift, reader = giving.paid(zone_price=giving.abroad()), make.reader()
    client.force_login(reader)
    mark = offered(client.get(page_of(gift)))["begin"]

    done = client.post(page_of(gift), {"way": "begin", "shown": mark})

    assert done.url == reverse("subscriptions:addresses")
    assert access.may(reader, Feature.PRINT_EDITION).granted


def test_who_has_a_plan_adds_the_days_and_the_next_bill_moves_as_shown(client):
    plan = make.subscription()
    gift = giving.paid(months=1)
    before = lifecycle.standing(plan)
    client.force_login(plan.reader)

    page = client.get(page_of(gift))
    assert set(offered(page)) == {"add", "keep"}
    assert "The last paid day moves" in page.content.decode()
    assert "The next term begins on" in page.content.decode()
    assert lifecycle.standing(make.loaded(plan)) == before
    client.post(page_of(gift), {"way": "add", "shown": offered(page)["add"]})

    gift, after = giving.fresh(gift), lifecycle.standing(make.loaded(plan))
    assert gift.extension is not None
    assert (after.renews_on - before.renews_on).days == gift.extension.days
    assert gifts.state_of(gift) == State.ADDED
    assert not Entitlement.objects.filter(gift=gift).exists()
    assert renewals.is_due(make.loaded(plan), at=timezone.now() + timedelta(days=350)) is False


def test_a_changed_plan_is_shown_anew_before_anything_is_done(client):
    plan = make.subscription()
    gift = giving.paid(months=1)
    client.force_login(plan.reader)
    mark = offered(client.get(page_of(gift)))["add"]
    lifecycle.cancel(plan, by=plan.reader)

    again = client.post(page_of(gift), {"way": "add", "shown": mark})

    assert again.status_code == 409
    assert giving.fresh(gift).redeemed_at is None


def test_days_that_a_void_gift_had_added_are_taken_off_again():
    plan, gift = make.subscription(), giving.paid(months=1)
    before = lifecycle.standing(plan).paid_until_on
    shown = rehearsal.rehearse(AddGift(gift), plan, by=plan.reader)
    rehearsal.perform(AddGift(gift), plan, by=plan.reader, shown=shown.mark)
    payment = Payment.objects.get(subscription=gift.order)

    refunds.give_back(payment, payment.amount_minor, by=make.staff(), reason="A stolen card")
    taken = redeeming.take_back_days(gift.pk), redeeming.take_back_days(gift.pk)

    assert taken == (giving.fresh(gift).extension.days, 0)
    assert lifecycle.standing(make.loaded(plan)).paid_until_on == before


def kept(plan, at: datetime) -> Gift:
    """A gift that the reader of ``plan`` keeps."""
    return redeeming.redeem(giving.paid(at=at, months=1), plan.reader, way=Way.KEEP, at=at)


def test_what_is_kept_begins_when_the_plan_has_lapsed():
    make.sold_plan()
    plan = make.subscription(at=MAY, months=1)
    gift = kept(plan, MAY)
    lifecycle.cancel(plan, by=plan.reader, at=MAY)

    assert redeeming.begin_due(datetime(2027, 6, 3, 22, 59, tzinfo=UTC)) == 0
    over = datetime(2027, 6, 3, 23, 1, tzinfo=UTC)
    assert (redeeming.begin_due(over), redeeming.begin_due(over)) == (1, 0)

    assert giving.fresh(gift).first_on == date(2027, 6, 4)
    assert opens(plan.reader, over)


def test_what_is_kept_waits_while_a_plan_rests_or_is_late():
    make.sold_plan()
    plan = make.subscription(at=MAY)
    gift = kept(plan, MAY)
    make.paused(plan, date(2027, 5, 20), date(2027, 6, 20), at=MAY)
    assert redeeming.begin_due(MAY + timedelta(days=20)) == 0
    late = make.subscription(at=MAY, months=1)
    waits = kept(late, MAY)
    renewals.bill_due(MAY + timedelta(days=25))

    in_grace = datetime(2027, 6, 10, 12, tzinfo=UTC)
    assert lifecycle.standing(make.loaded(late), in_grace).is_grace
    assert redeeming.begin_due(in_grace) == 0
    after = datetime(2027, 6, 19, 12, tzinfo=UTC)
    dunning.lapse_due(after)
    assert redeeming.begin_due(after) == 1

    assert giving.fresh(waits).first_on == date(2027, 6, 19)
    assert giving.fresh(gift).first_on is None


def test_what_is_kept_begins_when_the_money_for_the_plan_went_back():
    plan = make.subscription()
    gift = kept(plan, timezone.now())

    refunds.execute(guarantee.plan_refund(make.loaded(plan)), by=plan.reader)
    redeeming.begin_due(reader_id=plan.reader_id)

    assert gifts.state_of(giving.fresh(gift)) == State.RUNNING
    assert opens(plan.reader)


def test_what_is_kept_begins_when_its_reader_asks(client):
    plan = make.subscription()
    gift = kept(plan, timezone.now())
    client.force_login(plan.reader)
    page = reverse("subscriptions:gift_use", args=[gift.pk])

    seen = client.get(page)
    assert set(offered(seen)) == {"add", "begin"}
    assert "runs on beside it" in seen.content.decode()
    client.post(page, {"way": "begin", "shown": offered(seen)["begin"]})

    assert gifts.state_of(giving.fresh(gift)) == State.RUNNING
    client.force_login(make.reader())
    assert client.get(page).status_code == 404


def test_a_second_gift_is_kept_until_the_first_is_over():
    make.sold_plan()
    reader = make.reader()
    redeeming.redeem(giving.paid(at=MAY, months=1), reader, way=Way.BEGIN, at=MAY)
    second = giving.paid(at=MAY, months=1)

    assert redeeming.ways_for(second, reader, MAY).ways == (Way.KEEP,)
    with pytest.raises(CannotRedeemError):
        redeeming.redeem(second, reader, way=Way.BEGIN, at=MAY)
    redeeming.redeem(second, reader, way=Way.KEEP, at=MAY)
    redeeming.begin_due(datetime(2027, 6, 4, 1, tzinfo=UTC))

    assert giving.fresh(second).first_on == date(2027, 6, 4)


def test_a_code_is_not_found_by_guessing(client):
    cache.clear()
    gift = giving.paid()
    page = reverse("subscriptions:redeem")

    wrong = [client.post(page, {"code": f"AAAA-AAAA-A{letter}AA"}).status_code for letter in "ACDEFGHJKM"]
    right = client.post(page, {"code": gift.code})

    assert set(wrong) == {422}
    assert right.status_code == 429
    assert client.get(page_of(gift)).status_code == 429
    # Another address is not held up by that.
    assert client.post(page, {"code": gift.code}, REMOTE_ADDR="203.0.113.9").status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="Rows are held on PostgreSQL alone.")
@pytest.mark.parametrize("rival", ["reader", "giver"])
def test_two_at_once_have_one_gift(rival):
    gift = giving.paid()
    people = [make.reader(), make.reader()]

    def act(number: int) -> object:
        if number and rival == "giver":
            return gifts.have_back(gift, by=gift.giver)
        return redeeming.redeem(gift, people[number], way=Way.BEGIN)

    results = at_once(act)

    assert sum(isinstance(one, Exception) for one in results) == 1
    gift = giving.fresh(gift)
    assert (gift.void_at is None) != (gift.redeemed_at is None)
    assert Entitlement.objects.filter(gift=gift).values("reader").distinct().count() <= 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="Rows are held on PostgreSQL alone.")
def test_two_at_once_have_one_last_seat():
    group = giving.group(seats=1)
    staff = make.staff()

    results = at_once(lambda number: groups.give(group, f"reader{number}@harbour.example", by=staff))

    assert sum(isinstance(one, Exception) for one in results) == 1
    assert Seat.objects.held().count() == 1
