"""Deferred revenue: worked out by hand, day by day, and adding up to the smallest unit."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions import terms
from subscriptions.finance import deferred, lots
from subscriptions.finance.lots import Days, Issues, Kind, Lot
from subscriptions.life import extensions, renewals, switching
from subscriptions.models import (
    DeliveryZone,
    Dispute,
    Gift,
    Payment,
    PrintAddOn,
    PrintedTerm,
    ReceivedIssue,
    Subscription,
    Term,
    ZonePrice,
)
from subscriptions.paying import payments, refunds
from tests import make

pytestmark = [pytest.mark.django_db]

# Noon of the first day of a year that is bought by all but a few.
NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _plan(db):
    make.sold_plan()


def a_year() -> Subscription:
    return make.subscription(months=12, at=NOON)


def a_leap_year() -> Subscription:
    return make.bought(make.priced(3660), at=datetime(2028, 2, 29, 12, tzinfo=UTC))


def a_month_from_its_last_day() -> Subscription:
    return make.bought(make.priced(2800, months=1), at=datetime(2027, 1, 31, 12, tzinfo=UTC))


def a_month_with_ten_days_of_rest() -> Subscription:
    month = make.subscription(months=1, at=NOON)
    return make.paused(month, date(2027, 1, 20), date(2027, 1, 29), at=NOON)


def a_year_in_yen() -> Subscription:
    return make.bought(make.priced(9000, currency="JPY"), at=NOON)


def a_year_of_which_some_went_back_in_april() -> Subscription:
    year = a_year()
    refunds.give_back(
        year.payments.get(), 1000, by=None, reason="Late", at=datetime(2027, 4, 20, 12, tzinfo=UTC)
    )
    return year


def a_year_that_the_bank_took_back_in_april() -> Subscription:
    year = a_year()
    payment = year.payments.get()
    Payment.objects.filter(pk=payment.pk).update(dispute=Dispute.LOST)
    refunds.chargeback(payment, at=datetime(2027, 4, 20, 12, tzinfo=UTC))
    return year


def a_year_renewed_early() -> Subscription:
    year = a_year()
    at = datetime(2027, 12, 20, 12, tzinfo=UTC)
    renewals.bill_next_term(year, at=at)
    payments.confirm(year.payments.expected().get(), paid_on=at.date(), at=at)
    return year


def a_year_with_thirty_days_more_since_july() -> Subscription:
    year = make.bought(make.priced(36500), at=NOON)
    at = datetime(2027, 7, 11, 12, tzinfo=UTC)
    extensions.extend(year, 30, batch="late", by=None, reason="Late", at=at)
    return year


def a_month_that_went_into_a_year() -> Subscription:
    month = make.subscription(months=1, at=NOON)
    at = NOON + 2 * DAY
    switching.switch(month, make.price(months=12), by=month.reader, at=at)
    payments.confirm(month.payments.expected().get(), paid_on=at.date(), at=at)
    return month


def twelve_issues() -> Subscription:
    counted = make.bought(make.priced(4800, months=None, issues=12), at=NOON)
    for week, weight in ((2, 1), (4, 2), (6, 1)):
        ReceivedIssue.objects.create(
            subscription=counted,
            term=counted.terms.get(),
            key=f"issue-{week}",
            name="An issue",
            weight=weight,
            received_on=NOON.date() + timedelta(weeks=week),
        )
    return counted


def days_to_try() -> Subscription:
    return make.trial(days=14, at=NOON)


def a_year_carried_over() -> Subscription:
    order = make.ordered(make.priced(8400), at=NOON)
    payments.void(order.payments.get(), by=None, at=NOON)
    Term.objects.create(
        subscription=order,
        number=1,
        starts_on=NOON.date(),
        ends_on=date(2027, 12, 31),
        kind=Term.Kind.CARRIED,
        months=12,
    )
    return order


@pytest.mark.parametrize(
    ("life", "on", "left_minor"),
    [
        (a_year, "2027-01-09", 0),
        (a_year, "2027-01-10", 8377),  # 8400 × 364 ÷ 365 = 8376.99
        (a_year, "2027-04-19", 6099),  # 8400 × 265 ÷ 365 = 6098.63
        (a_year, "2028-01-08", 24),  # 8400 × 1 ÷ 365 = 23.01
        (a_year, "2028-01-09", 0),
        # From 29 February 2028 to 27 February 2029: 365 days, the leap day is the first of them.
        (a_leap_year, "2028-02-29", 3650),  # 3660 × 364 ÷ 365 = 3649.97
        (a_leap_year, "2029-02-26", 11),  # 3660 ÷ 365 = 10.03
        (a_leap_year, "2029-02-27", 0),
        # 31 January to 27 February: 28 days, a pound a day.
        (a_month_from_its_last_day, "2027-01-31", 2700),
        (a_month_from_its_last_day, "2027-02-26", 100),
        (a_month_from_its_last_day, "2027-02-27", 0),
        # Days of a pause earn nothing, and move the others behind them.
        (a_month_with_ten_days_of_rest, "2027-01-19", 610),  # 900 × 21 ÷ 31 = 609.68
        (a_month_with_ten_days_of_rest, "2027-01-29", 610),
        (a_month_with_ten_days_of_rest, "2027-02-18", 30),
        (a_month_with_ten_days_of_rest, "2027-02-19", 0),
        # Where the smallest unit is the whole yen.
        (a_year_in_yen, "2027-04-19", 6535),  # 9000 × 265 ÷ 365 = 6534.25
        # What went back is spread over all days: those that were gone cost less, too.
        (a_year_of_which_some_went_back_in_april, "2027-04-19", 6099),
        (a_year_of_which_some_went_back_in_april, "2027-04-20", 5353),  # 7400 × 264 ÷ 365 = 5352.33
        (a_year_that_the_bank_took_back_in_april, "2027-04-19", 6099),
        (a_year_that_the_bank_took_back_in_april, "2027-04-20", 0),
        # Paid before its first day, a term is deferred whole.
        (a_year_renewed_early, "2027-12-20", 461 + 8400),  # 8400 × 20 ÷ 365 = 460.27
        # 183 days of 365 were gone when 30 were added: 182.00 is spread over the 212 that were left.
        (a_year_with_thirty_days_more_since_july, "2027-07-11", 18200),
        (a_year_with_thirty_days_more_since_july, "2027-07-12", 18115),  # 18200 × 211 ÷ 212 = 18114.15
        (a_year_with_thirty_days_more_since_july, "2028-02-07", 86),  # 18200 ÷ 212 = 85.85
        (a_year_with_thirty_days_more_since_july, "2028-02-08", 0),
        # Two of 31 days were used; what was left of £9.00 on the evening before moved into the year.
        (a_month_that_went_into_a_year, "2027-01-11", 842),  # 900 × 29 ÷ 31 = 841.94
        (a_month_that_went_into_a_year, "2027-01-12", 8377),  # 8400 × 364 ÷ 365 = 8376.99
        # Four of twelve issues have come, one of them a double one; the days do not matter.
        (twelve_issues, "2027-01-23", 4800),
        (twelve_issues, "2027-01-24", 4400),
        (twelve_issues, "2027-02-07", 3600),
        (twelve_issues, "2027-02-21", 3200),
        (days_to_try, "2027-01-12", 0),
        (a_year_carried_over, "2027-04-20", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", None),
)
def test_what_is_left_of_the_money_at_the_end_of_a_day_is_as_worked_out_by_hand(life, on, left_minor):
    life()
    found = deferred.deferred(date.fromisoformat(on))
    assert sum(minor for kinds in found.values() for minor in kinds.values()) == left_minor


def in_all(day: date) -> int:
    return sum(minor for kinds in deferred.deferred(day).values() for minor in kinds.values())


def test_a_gift_is_earned_on_the_days_of_whoever_redeems_it():
    price = make.priced(3650)
    order = make.ordered(price, at=NOON)
    payment = order.payments.get()
    payment.status, payment.confirmed_at, payment.paid_on = Payment.Status.CONFIRMED, NOON, NOON.date()
    payment.save()
    order.is_gift, order.closed_at = True, NOON
    order.save()
    gift = Gift.objects.create(
        order=order,
        giver=order.reader,
        price=price,
        recipient_name="Maud",
        signed="Ned",
        gives_on=NOON.date(),
        paid_at=NOON,
    )
    assert deferred.deferred(date(2027, 6, 30))["GBP"][Kind.GIFT] == 3650
    gift.redeemed_at, gift.recipient = NOON + 200 * DAY, make.reader()
    gift.first_on = NOON.date() + 200 * DAY
    gift.last_on = gift.first_on + 364 * DAY
    gift.save()
    assert in_all(gift.first_on - DAY) == 3650
    assert in_all(gift.first_on + 9 * DAY) == 3550
    assert in_all(gift.last_on) == 0


def test_a_gift_added_to_a_plan_is_earned_behind_the_days_that_the_reader_paid():
    year = make.bought(make.priced(3650), at=NOON)
    extension = extensions.extend(year, 30, batch="gift-1", by=None, reason="A gift", at=NOON + 9 * DAY)
    order = make.ordered(make.priced(300), at=NOON)
    payment = order.payments.get()
    payment.status, payment.confirmed_at, payment.paid_on = Payment.Status.CONFIRMED, NOON, NOON.date()
    payment.save()
    Subscription.objects.filter(pk=order.pk).update(is_gift=True)
    Gift.objects.create(
        order=order,
        giver=order.reader,
        price=order.price,
        recipient_name="Maud",
        signed="Ned",
        gives_on=NOON.date(),
        paid_at=NOON,
        redeemed_at=NOON + 9 * DAY,
        recipient=year.reader,
        extension=extension,
    )
    assert in_all(NOON.date() + 99 * DAY) == 2650 + 300
    assert in_all(NOON.date() + 364 * DAY) == 300
    assert in_all(NOON.date() + 374 * DAY) == 200


def test_print_bought_in_between_is_earned_on_the_days_that_were_left():
    year = a_year()
    zone = ZonePrice.objects.create(
        zone=DeliveryZone.objects.create(name="Here"), currency="GBP", year_minor=3650
    )
    add_on = PrintAddOn.objects.create(subscription=year, zone_price=zone, asked_at=NOON)
    at = datetime(2027, 4, 20, 12, tzinfo=UTC)
    payment = Payment.objects.create(
        subscription=year,
        price=year.price,
        reference="PRINT-1",
        purpose=Payment.Purpose.PRINT,
        amount_minor=2650,
        print_minor=2650,
        print_add_on=add_on,
        currency="GBP",
        status=Payment.Status.CONFIRMED,
        confirmed_at=at,
        paid_on=at.date(),
    )
    PrintedTerm.objects.create(
        term=year.terms.get(), add_on=add_on, payment=payment, starts_on=at.date(), amount_minor=2650
    )
    assert deferred.deferred(date(2027, 4, 20))["GBP"] == {
        Kind.TERM: 6076,  # 8400 × 264 ÷ 365 = 6075.62
        Kind.PRINT: 2640,  # a penny short of £26.50: 265 days from 20 April, at ten pence each
        Kind.GIFT: 0,
        Kind.HELD: 0,
    }
    assert in_all(date(2028, 1, 9)) == 0


def test_money_that_goes_back_after_a_change_of_plan_comes_out_of_what_was_earned_first():
    month = a_month_that_went_into_a_year()
    first, difference = month.payments.order_by("pk")
    at = NOON + 10 * DAY
    on = at.date()
    # 900 − 842 was earned of the month; the rest of what goes back had moved into the year.
    refunds.give_back(first, 100, by=None, reason="Sorry", at=at)
    worth = 842 + difference.amount_minor - (100 - 58)
    assert in_all(on) == -(-worth * 356 // 365)
    [roll] = deferred.roll_forward([on - DAY, on])["GBP"]
    assert roll.refunded_minor == 100
    assert roll.opening_minor - roll.earned_minor - 100 == roll.closing_minor


def test_what_came_too_late_is_owed_until_it_goes_back_and_never_earned():
    order = make.ordered(make.priced(8400), at=NOON)
    payment = order.payments.get()
    payment.status, payment.confirmed_at, payment.paid_on = Payment.Status.CONFIRMED, NOON, NOON.date()
    payment.save()
    assert deferred.deferred(NOON.date() + DAY)["GBP"][Kind.HELD] == 8400
    refunds.late(payment, at=NOON + 2 * DAY)
    [roll] = deferred.roll_forward([NOON.date() - DAY, NOON.date() + 3 * DAY])["GBP"]
    assert (roll.billed_minor, roll.refunded_minor, roll.earned_minor, roll.closing_minor) == (
        8400,
        8400,
        0,
        0,
    )


def test_each_currency_is_told_apart():
    a_year()
    a_year_in_yen()
    found = deferred.deferred(date(2027, 4, 19))
    assert {code: kinds[Kind.TERM] for code, kinds in found.items()} == {"GBP": 6099, "JPY": 6535}


def test_the_terms_that_are_told_are_as_many_queries_however_many_they_are(django_assert_num_queries):
    a_month_that_went_into_a_year()
    a_year_of_which_some_went_back_in_april()
    with django_assert_num_queries(7):
        deferred.roll_forward([NOON.date(), date(2027, 6, 30)])


def test_what_is_added_to_half_used_days_leaves_the_past_as_it_was():
    days = Days(date(2027, 1, 1), date(2027, 1, 20), added=[(date(2027, 1, 5), 10)])
    plain = Days(date(2027, 1, 1), date(2027, 1, 10))
    for day in range(1, 6):
        at = date(2027, 1, day)
        used, whole = days.used(at)
        assert (used * 10, whole) == (day * whole, whole)
        assert plain.used(at) == (day, 10)
    assert days.used(date(2027, 1, 20)) == (1, 1)


def test_issues_that_never_came_are_earned_with_the_last_day():
    issues = Issues(12, date(2027, 6, 30), [(date(2027, 2, 1), 5), (date(2027, 3, 1), 5)])
    assert issues.used(date(2027, 6, 29)) == (10, 12)
    assert issues.used(date(2027, 6, 30)) == (1, 1)


@pytest.mark.parametrize("amount_minor", [1, 7, 8400, 2**31 - 1])
@pytest.mark.parametrize("refund_minor", [0, 1, 3])
def test_a_payment_is_earned_or_deferred_or_went_back_to_the_last_unit_on_every_day(
    amount_minor, refund_minor
):
    on = date(2027, 2, 7)
    back = min(refund_minor, amount_minor)
    lot = Lot(
        date(2027, 1, 5),
        amount_minor,
        use=Days(date(2027, 1, 31), date(2027, 3, 3), rests=[terms.Span(date(2027, 2, 5), date(2027, 2, 9))]),
        refunds=[(on, back)] if back else [],
    )
    later = Lot(date(2027, 2, 20), 500, use=Days(date(2027, 2, 20), date(2027, 3, 19)))
    lots.move([lot], later, date(2027, 2, 20))
    day = date(2027, 1, 4)
    while day < date(2027, 4, 1):
        came = sum(one.amount_minor for one in (lot, later) if one.billed_on <= day)
        gone = back if day >= on else 0
        assert sum(one.earned(day) + one.deferred(day) for one in (lot, later)) == came - gone
        day += DAY
    assert later.deferred(day) == 0
