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
        # A leap year has a day more: from 29 February 2028 to 27 February 2029 are 365, the 366th is the next.
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
