"""Recurring revenue, churn and cohorts: what readers bring, why they leave, and how long they stay."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from subscriptions import entitlements
from subscriptions.finance import churn, cohorts, owed, payers, periods, recurring
from subscriptions.finance import refunds as gone_back
from subscriptions.finance.payers import Leaving
from subscriptions.life import lifecycle, renewals, switching
from subscriptions.models import DeliveryZone, PrintAddOn, PrintedTerm, ReceivedIssue, Subscription, ZonePrice
from subscriptions.paying import guarantee, payments, refunds
from subscriptions.selling.checkout import place_order
from tests import make
from tests.subscriptions.finance.test_deferred import a_year_carried_over

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
JANUARY, FEBRUARY, MARCH, APRIL = (periods.month_end(date(2027, month, 1)) for month in (1, 2, 3, 4))


@pytest.fixture(autouse=True)
def _plan(db):
    make.sold_plan()


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def a_year() -> Subscription:
    return make.subscription(months=12, at=NOON)


def a_month() -> Subscription:
    return make.subscription(months=1, at=NOON)


def a_year_that_costs_a_hundred() -> Subscription:
    return make.bought(make.priced(10000), at=NOON)


def twelve_issues_of_a_fortnightly() -> Subscription:
    return make.bought(make.priced(4800, months=None, issues=12), at=NOON)


def a_year_in_yen() -> Subscription:
    return make.bought(make.priced(9000, currency="JPY"), at=NOON)


def a_year_at_a_quarter_off() -> Subscription:
    order = place_order(make.reader(), make.price(), method="transfer", offer=make.offer(), at=NOON)
    payments.confirm(order.payments.get(), paid_on=NOON.date(), at=NOON)
    return order


def a_year_with_print() -> Subscription:
    year = a_year()
    zone = DeliveryZone.objects.create(name="Here")
    price = ZonePrice.objects.create(zone=zone, currency="GBP", year_minor=3600)
    add_on = PrintAddOn.objects.create(subscription=year, zone_price=price, asked_at=NOON)
    PrintedTerm.objects.create(term=year.terms.get(), add_on=add_on, starts_on=NOON.date())
    return year


def days_to_try() -> Subscription:
    return make.trial(days=30, at=NOON)


def a_month_that_rests() -> Subscription:
    return make.paused(a_month(), date(2027, 1, 20), date(2027, 2, 9), at=NOON)


def a_month_that_is_late() -> Subscription:
    """Asked for anew, and not paid: the days of grace last from 10 to 23 February."""
    month = a_month()
    renewals.bill_next_term(month, at=noon(date(2027, 2, 2)))
    return month


def a_cancelled_year() -> Subscription:
    year = a_year()
    lifecycle.cancel(year, by=year.reader, at=noon(date(2027, 1, 20)))
    return year


def a_year_cancelled_and_resumed_in_march() -> Subscription:
    year = a_cancelled_year()
    lifecycle.resume(year, by=year.reader, at=noon(date(2027, 3, 3)))
    return year


def a_year_given_back_in_march() -> Subscription:
    year = a_year()
    refunds.execute(guarantee.plan_refund(year, noon(date(2027, 3, 3))), by=year.reader)
    return year


@pytest.mark.parametrize(
    ("life", "on", "brings"),
    [
        (a_year, "2027-01-09", 0),
        (a_year, "2027-01-10", 700),  # £84 ÷ 12
        (a_year, "2028-01-09", 700),
        (a_year, "2028-01-10", 0),
        (a_month, "2027-01-31", 900),
        (a_year_that_costs_a_hundred, "2027-01-31", 833),  # 833.33
        (twelve_issues_of_a_fortnightly, "2027-01-31", 800),  # £48 for half a year
        (a_year_in_yen, "2027-01-31", 750),
        # The discount belongs to the term that has it.
        (a_year_at_a_quarter_off, "2027-01-31", 525),
        (a_year_with_print, "2027-01-31", 700 + 300),
        (days_to_try, "2027-01-31", 0),
        (a_month_that_rests, "2027-01-25", 900),
        (a_month_that_is_late, "2027-02-23", 900),
        (a_month_that_is_late, "2027-02-24", 0),
        (a_cancelled_year, "2027-01-19", 700),
        (a_cancelled_year, "2027-01-20", 0),
        (a_year_cancelled_and_resumed_in_march, "2027-02-28", 0),
        (a_year_cancelled_and_resumed_in_march, "2027-03-03", 700),
        (a_year_given_back_in_march, "2027-03-02", 700),
        (a_year_given_back_in_march, "2027-03-03", 0),
        (a_year_carried_over, "2027-12-31", 700),
        (a_year_carried_over, "2028-01-01", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", None),
)
def test_what_an_agreement_brings_in_a_month_is_as_worked_out_by_hand(life, on, brings):
    life()
    assert sum(payer.brings(0) for payer in payers.payers([date.fromisoformat(on)])) == brings


def test_the_movement_tells_who_came_rose_fell_left_and_returned():
    stays = a_month()
    for on in (date(2027, 2, 10), date(2027, 3, 10), date(2027, 4, 10)):
        renewals.bill_next_term(stays, at=noon(on))
        payments.confirm(stays.payments.expected().get(), paid_on=on, at=noon(on))
    rises = make.subscription(months=12, at=NOON)
    dearer = make.priced(12000)
    dearer.version.plan.product = rises.product
    dearer.version.plan.save()
    switching.switch(rises, dearer, by=None, at=noon(date(2027, 2, 15)))
    payments.confirm(rises.payments.expected().get(), paid_on=date(2027, 2, 15), at=noon(date(2027, 2, 15)))
    returns = a_month()
    make.subscription(by=returns.reader, months=12, at=noon(date(2027, 4, 2)))
    january, february, march, april = recurring.movement(
        [JANUARY - 31 * DAY, JANUARY, FEBRUARY, MARCH, APRIL]
    )["GBP"]
    assert (january.new_minor, january.new_readers) == (900 + 700 + 900, 3)
    assert (february.expansion_minor, february.lost_minor[Leaving.UNPAID]) == (300, 900)
    assert (march.opening_minor, march.closing_minor) == (1900, 1900)
    assert (april.returned_minor, april.new_minor, april.closing_readers) == (700, 0, 3)


@pytest.mark.parametrize(
    ("life", "why"),
    [
        (a_cancelled_year, Leaving.CANCELLED),
        (a_month_that_is_late, Leaving.UNPAID),
        (a_year_given_back_in_march, Leaving.REFUNDED),
    ],
)
def test_why_somebody_left_is_told_with_their_plan(life, why):
    subscription = life()
    found = churn.churn([date(2027, 1, 15), MARCH])["GBP"]
    [step] = found.steps
    assert {reason: count for reason, count in step.lost_readers.items() if count} == {why: 1}
    [of_plan] = found.by_plan[subscription.plan_version.plan_id]
    assert of_plan.lost_minor == step.lost_minor


def test_a_cohort_shrinks_as_its_readers_leave():
    a_year(), a_month(), a_year_carried_over()
    table = cohorts.cohorts(APRIL)["GBP"]
    [cohort] = [one for one in table.cohorts if one.readers]
    assert (cohort.month_on, cohort.readers, cohort.paying) == (JANUARY, 2, (1, 1, 1))
    assert table.together[0] == Fraction(1, 2)
    assert table.together[3] is None


def test_issues_are_owed_until_they_have_come():
    year = a_year()
    for number in range(3):
        ReceivedIssue.objects.create(
            subscription=year,
            term=year.terms.get(),
            key=f"issue-{number}",
            name="An issue",
            weight=1 + (number == 2),
            received_on=NOON.date() + timedelta(days=14 * number),
        )
    plan = year.plan_version.plan_id
    assert (owed.issues_owed(NOON.date())[plan].owed, owed.issues_owed(MARCH)[plan].owed) == (23, 20)
    assert owed.issues_owed(NOON.date() - DAY) == {}


def test_refunds_are_told_by_month_reason_and_plan_and_so_is_the_use_of_the_guarantee():
    back = a_year_given_back_in_march()
    a_year()
    [one] = gone_back.refunds(JANUARY, APRIL)
    assert (one.month_on, one.kind, one.plan_id) == (MARCH, "guarantee", back.plan_version.plan_id)
    assert (one.count, one.amount_minor, one.currency) == (1, 8400, "GBP")
    use = gone_back.guarantee_use(JANUARY - 31 * DAY, MARCH)["GBP"][0]
    assert (use.month_on, use.sold, use.claimed, use.rate) == (JANUARY, 2, 1, Fraction(1, 2))


def test_complimentary_rights_bring_nothing():
    entitlements.grant_complimentary(
        make.reader(), ["exclusive_content"], first_on=NOON.date(), last_on=MARCH, by=None, reason="A prize"
    )
    assert list(payers.payers([JANUARY])) == []
