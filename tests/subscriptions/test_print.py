"""The printed copy beside a plan: what it costs, for which days it is paid, and what is said of it."""

import itertools
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from subscriptions import access, terms
from subscriptions.acting import deeds, rehearsal
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on, moves, zones
from subscriptions.life import extensions, lifecycle, pauses, renewals, switching
from subscriptions.models import (
    DeliveryZone,
    Entitlement,
    Letter,
    Payment,
    PlanFeature,
    PrintAddOn,
    PrintedTerm,
    Refund,
    Subscription,
    SubscriptionEvent,
    ZonePrice,
)
from subscriptions.paying import guarantee, invoices, payments, refunds, settling
from subscriptions.providers.base import DisputeStage, Reported, Stage
from tests import make

pytestmark = pytest.mark.wide

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def _plan(request):
    if request.cls is None:
        request.getfixturevalue("db")
        make.sold_plan()
        make.zones()


def issue(on: date, **fields):
    """An issue that is planned for that day."""
    return make.issue(cover_on=on, released_at=None, **fields)


def add(subscription: Subscription, at: datetime = NOON, country: str = "GB") -> PrintAddOn:
    return add_on.add(subscription, country, by=subscription.reader, at=at)


def bill(subscription: Subscription) -> Payment | None:
    return subscription.payments.expected().first()


def pay(subscription: Subscription, at: datetime = NOON) -> None:
    payments.confirm(subscription.payments.expected().get(), paid_on=terms.day_of(at), at=at)


def comes(subscription: Subscription, at: datetime) -> bool:
    return access.may(subscription.reader, Feature.PRINT_EDITION, at).granted


def printed_days(subscription: Subscription) -> set[date]:
    """Every day at whose noon the reader has a right to print."""
    found: set[date] = set()
    for right in Entitlement.objects.filter(reader=subscription.reader, feature=Feature.PRINT_EDITION):
        noon = datetime.combine(terms.day_of(right.from_at), datetime.min.time(), UTC) + DAY / 2
        while noon < right.until_at:
            if noon >= right.from_at:
                found.add(noon.date())
            noon += DAY
    return found


def days(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + n * DAY for n in range((end - start).days + 1)}


# -- What it costs ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("year_minor", "months", "issues", "minor"),
    [
        (3600, 12, None, 3600),
        (3600, 1, None, 300),
        (3600, 18, None, 5400),
        # Half a unit is rounded up, less is not.
        (1000, 1, None, 83),
        (1002, 1, None, 84),
        (1006, 1, None, 84),
        (3600, None, 10, 1500),
        (3601, None, 1, 150),
        (3612, None, 1, 151),
        # Never nothing.
        (1, 1, None, 1),
    ],
)
def test_a_term_costs_its_part_of_the_year(year_minor, months, issues, minor):
    zone = ZonePrice(year_minor=year_minor, currency="GBP")

    assert zones.term_minor(zone, make.priced(8400, months=months, issues=issues)) == minor


@pytest.mark.parametrize(
    ("country", "zone"),
    [("GB", "united-kingdom"), ("IE", "europe"), ("CH", "europe"), ("JP", "rest-of-the-world")],
)
def test_a_country_is_in_the_zone_that_names_it_or_in_the_one_that_takes_the_rest(country, zone):
    assert zones.zone_of(country).slug == zone


def test_zones_are_made_once_and_what_the_desk_changed_stays():
    DeliveryZone.objects.filter(slug="europe").update(name="The Continent")

    zones.create_default_zones()

    assert DeliveryZone.objects.count() == 3
    assert ZonePrice.objects.count() == 9
    assert DeliveryZone.objects.get(slug="europe").name == "The Continent"


def a_year() -> Subscription:
    return make.subscription(at=NOON)


def a_month() -> Subscription:
    return make.subscription(months=1, at=NOON)


def ten_issues() -> Subscription:
    return make.bought(make.priced(4000, issues=10), at=NOON)


def a_month_and_the_next() -> Subscription:
    subscription = a_month()
    renewals.bill_next_term(subscription, at=NOON)
    pay(subscription)
    return make.loaded(subscription)


def a_month_with_ten_days_of_rest() -> Subscription:
    return make.paused(a_month(), date(2027, 1, 20), date(2027, 1, 29), at=NOON)


def a_month_and_ten_days_more() -> Subscription:
    subscription = a_month()
    extensions.extend(subscription, 10, batch="x", by=None, reason="A late issue", at=NOON)
    return make.loaded(subscription)


def a_paid_month_after_days_to_try() -> Subscription:
    subscription = make.trial(make.price(months=1), days=10, at=NOON)
    renewals.bill_next_term(subscription, at=NOON)
    pay(subscription)
    return make.loaded(subscription)


@pytest.mark.parametrize(
    ("life", "on", "minor", "first", "last"),
    [
        (a_year, "2027-01-10", 3600, "2027-01-10", "2028-01-09"),
        # 3600 × 265 ÷ 365 = 2613.70; × 1 ÷ 365 = 9.86.
        (a_year, "2027-04-20", 2614, "2027-04-20", "2028-01-09"),
        (a_year, "2028-01-09", 10, "2028-01-09", "2028-01-09"),
        (a_month, "2027-01-10", 300, "2027-01-10", "2027-02-09"),
        # 300 × 16 ÷ 31 = 154.84.
        (a_month, "2027-01-25", 155, "2027-01-25", "2027-02-09"),
        (a_month_and_the_next, "2027-01-25", 455, "2027-01-25", "2027-03-09"),
        (a_month_with_ten_days_of_rest, "2027-01-10", 300, "2027-01-10", "2027-02-19"),
        # Of 31 days 26 are left: the days of rest are none of them. 300 × 26 ÷ 31 = 251.61.
        (a_month_with_ten_days_of_rest, "2027-01-15", 252, "2027-01-15", "2027-02-19"),
        (a_month_with_ten_days_of_rest, "2027-01-25", 203, "2027-01-25", "2027-02-19"),
        # 300 × 20 ÷ 41 = 146.34.
        (a_month_and_ten_days_more, "2027-01-31", 146, "2027-01-31", "2027-02-19"),
        (a_paid_month_after_days_to_try, "2027-01-12", 300, "2027-01-20", "2027-02-19"),
    ],
)
def test_print_for_the_days_that_are_left_costs_its_part_and_comes_on_them(life, on, minor, first, last):
    subscription = life()
    at = datetime.fromisoformat(on).replace(hour=12, tzinfo=UTC)

    add(subscription, at)

    asked = bill(subscription)
    assert (asked.amount_minor, asked.print_minor, asked.purpose) == (minor, minor, "print")
    assert not printed_days(subscription)
    pay(subscription, at)
    rest = days("2027-01-20", "2027-01-29") if life is a_month_with_ten_days_of_rest else set()
    assert printed_days(subscription) == days(first, last) - rest
    assert subscription.terms.count() == make.loaded(subscription).terms.count()


def test_who_bought_issues_pays_for_print_by_the_issue():
    subscription = ten_issues()

    add(subscription)

    # Of 24 a year: 3600 × 10 ÷ 24.
    assert bill(subscription).amount_minor == 1500


@pytest.mark.parametrize(("country", "currency", "minor"), [("DE", "GBP", 5400), ("US", "USD", 9900)])
def test_the_price_is_that_of_the_zone_in_the_plans_own_currency(country, currency, minor):
    subscription = make.subscription(currency=currency, at=NOON)

    add(subscription, country=country)

    assert (bill(subscription).amount_minor, bill(subscription).currency) == (minor, currency)


# -- Added in every state ------------------------------------------------------------


def test_who_adds_print_to_an_order_pays_both_with_one_bill():
    subscription = make.order(at=NOON)
    first = bill(subscription)

    add(subscription)

    first.refresh_from_db()
    asked = bill(subscription)
    assert first.status == Payment.Status.VOID
    assert (asked.amount_minor, asked.print_minor, asked.purpose) == (12000, 3600, "term")
    pay(subscription)
    assert printed_days(subscription) == days("2027-01-10", "2028-01-09")
    kinds = set(Letter.objects.filter(subscription=subscription).values_list("kind", flat=True))
    assert {"print_added", "welcome", "receipt"} <= kinds


def test_who_adds_print_while_the_next_term_is_billed_has_it_from_that_term_on():
    subscription = make.subscription(months=1, at=NOON)
    at = NOON + 25 * DAY
    renewals.bill_next_term(subscription, at=at)

    add(subscription, at)

    assert bill(subscription).amount_minor == 900 + 300
    pay(subscription, at)
    assert printed_days(subscription) == days("2027-02-10", "2027-03-09")


def test_who_adds_print_in_the_days_of_grace_pays_it_with_the_term_that_is_late():
    subscription = make.subscription(months=1, at=NOON)
    renewals.bill_next_term(subscription, at=NOON + 25 * DAY)
    at = NOON + 35 * DAY

    add(subscription, at)

    assert make.loaded(subscription).grace_until_on == date(2027, 2, 23)
    assert not comes(subscription, at)
    pay(subscription, at)
    assert comes(subscription, at)
    assert printed_days(subscription) == days("2027-02-10", "2027-03-09")


def test_who_tries_has_print_with_the_first_paid_term():
    subscription = make.trial(days=14, at=NOON)

    add(subscription)

    assert bill(subscription) is None
    renewals.bill_next_term(subscription, at=NOON + DAY)
    assert bill(subscription).amount_minor == 12000
    pay(subscription, NOON + DAY)
    assert printed_days(subscription) == days("2027-01-24", "2028-01-23")


def test_who_pauses_can_have_print_for_the_days_behind_the_pause():
    subscription = make.paused(a_month(), date(2027, 1, 11), date(2027, 1, 30), at=NOON)

    add(subscription, NOON + 2 * DAY)
    pay(subscription, NOON + 2 * DAY)

    assert printed_days(subscription) == days("2027-01-31", "2027-03-01")


def test_a_pause_leaves_the_bill_for_print_and_print_rests_with_the_plan():
    subscription = a_month()
    add(subscription)

    pauses.pause(subscription, date(2027, 1, 20), date(2027, 1, 29), by=None, at=NOON)

    assert bill(subscription).purpose == "print"
    pay(subscription)
    assert printed_days(subscription) == days("2027-01-10", "2027-02-19") - days("2027-01-20", "2027-01-29")
    pauses.end_pause(subscription, by=None, at=NOON + 15 * DAY)
    assert printed_days(subscription) == days("2027-01-10", "2027-02-14") - days("2027-01-20", "2027-01-24")


@pytest.mark.parametrize("in_advance", [False, True])
def test_days_that_are_added_and_moved_are_printed_days_too(in_advance):
    subscription = a_month_and_the_next() if in_advance else a_month()
    pauses.pause(subscription, date(2027, 1, 20), date(2027, 1, 29), by=None, at=NOON)
    make.printed(subscription, at=NOON)

    # The next term had been moved behind the pause, and comes nearer again.
    pauses.end_pause(subscription, by=None, at=NOON)
    extensions.extend(subscription, 5, batch="x", by=None, reason="A late issue", at=NOON)

    last = "2027-03-14" if in_advance else "2027-02-14"
    assert printed_days(subscription) == days("2027-01-10", last)


def cancelled() -> Subscription:
    subscription = a_year()
    lifecycle.cancel(subscription, by=None, at=NOON)
    return subscription


def over() -> Subscription:
    return make.subscription(months=1, at=NOON - 60 * DAY)


def withdrawn() -> Subscription:
    subscription = make.order(at=NOON)
    lifecycle.cancel(subscription, by=None, at=NOON)
    return subscription


def disputed() -> Subscription:
    subscription = a_year()
    subscription.payments.update(dispute="open")
    return subscription


def without_print() -> Subscription:
    price = make.priced(5000)
    PlanFeature.objects.filter(version=price.version, key=Feature.PRINT_EDITION).delete()
    return make.bought(price, at=NOON)


def with_print() -> Subscription:
    return make.printed(a_year(), at=NOON)


@pytest.mark.parametrize(
    ("life", "sentence"),
    [
        (cancelled, "You have cancelled"),
        (over, "none that goes on"),
        (withdrawn, "none that goes on"),
        (disputed, "payment in question"),
        (without_print, "without a printed copy"),
        (with_print, "belongs to your plan already"),
    ],
)
def test_where_print_cannot_be_had_a_sentence_says_why(life, sentence):
    subscription = life()
    before = Payment.objects.count()

    with pytest.raises(add_on.CannotPrintError, match=sentence):
        add(subscription)

    assert Payment.objects.count() == before


def test_where_no_zone_has_a_price_print_is_refused():
    ZonePrice.objects.filter(zone__takes_the_rest=True).delete()

    with pytest.raises(add_on.CannotPrintError, match="cannot send copies to Japan"):
        add(a_year(), country="JP")


# -- The bill that nobody pays ---------------------------------------------------------


def test_print_that_is_not_paid_is_asked_for_with_the_next_term_instead():
    subscription = make.subscription(months=1, at=NOON)
    add(subscription, NOON + 15 * DAY)

    assert renewals.bill_due(NOON + 23 * DAY) == 1

    assert (bill(subscription).purpose, bill(subscription).amount_minor) == ("term", 1200)


def test_print_that_is_not_paid_within_two_weeks_is_dropped_and_ends_nothing_else():
    subscription = a_year()
    add(subscription)

    renewals.bill_due(NOON + 15 * DAY)

    assert bill(subscription) is None
    assert PrintAddOn.objects.get().ended_at is not None
    assert lifecycle.standing(make.loaded(subscription), NOON + 15 * DAY).is_active
    renewals.bill_next_term(subscription, at=NOON + 340 * DAY)
    assert bill(subscription).amount_minor == 8400


def test_a_bill_for_print_leads_to_no_days_of_grace_and_no_lapse():
    subscription = a_month()
    Subscription.objects.filter(pk=subscription.pk).update(auto_renews=False)
    add(subscription, NOON + 28 * DAY)
    at = NOON + 32 * DAY

    assert lifecycle.standing(make.loaded(subscription), at).is_lapsed
    assert not Entitlement.objects.filter(source="grace").exists()
    with pytest.raises(payments.PaymentVoidError):
        pay(subscription, at)


def test_print_paid_at_the_provider_when_no_day_is_left_goes_back():
    subscription = make.card_subscription(months=1, at=NOON)
    add(subscription, NOON + 30 * DAY)
    asked = bill(subscription)

    settling.write_down(
        asked.pk,
        Reported(asked.reference, Stage.PAID, amount_minor=asked.amount_minor, currency="GBP"),
        readings=asked.readings,
        at=NOON + 31 * DAY,
    )

    assert Refund.objects.get().amount_minor == asked.amount_minor
    assert not PrintedTerm.objects.exists()


def test_print_paid_after_it_was_withdrawn_goes_back():
    subscription = make.card_subscription(at=NOON)
    add(subscription)
    asked = bill(subscription)
    add_on.drop(subscription, by=None, at=NOON)
    asked.refresh_from_db()

    settling.write_down(
        asked.pk,
        Reported(asked.reference, Stage.PAID, amount_minor=3600, currency="GBP"),
        readings=asked.readings,
        at=NOON,
    )

    assert (Refund.objects.get().amount_minor, Refund.objects.get().kind) == (3600, "late")
    assert not comes(subscription, NOON)


def test_a_payment_that_is_confirmed_twice_brings_one_printed_copy():
    subscription = a_year()
    add(subscription)
    asked = bill(subscription)

    first = payments.confirm(asked, paid_on=NOON.date(), at=NOON)

    assert payments.confirm(asked, paid_on=NOON.date(), at=NOON) == first
    assert PrintedTerm.objects.count() == 1


# -- Dropped, kept, cancelled ------------------------------------------------------------


def test_who_drops_print_gets_what_is_paid_and_none_in_the_next_term():
    subscription = make.printed(make.subscription(months=1, at=NOON), at=NOON)
    renewals.bill_next_term(subscription, at=NOON + 25 * DAY)
    assert bill(subscription).amount_minor == 1200

    add_on.drop(subscription, by=None, at=NOON + 26 * DAY)

    assert bill(subscription).amount_minor == 900
    pay(subscription, NOON + 26 * DAY)
    assert printed_days(subscription) == days("2027-01-10", "2027-02-09")
    assert add_on.tidy(NOON + 30 * DAY) == 0
    assert add_on.tidy(NOON + 31 * DAY) == 1
    assert PrintAddOn.objects.get().ended_at is not None


def test_who_takes_the_dropping_back_is_asked_for_the_term_that_has_none():
    subscription = make.printed(make.subscription(months=1, at=NOON), at=NOON)
    at = NOON + 25 * DAY
    add_on.drop(subscription, by=None, at=at)
    renewals.bill_next_term(subscription, at=at)
    pay(subscription, at)

    add_on.keep(subscription, by=None, at=at)

    assert (bill(subscription).purpose, bill(subscription).amount_minor) == ("print", 300)
    pay(subscription, at)
    assert printed_days(subscription) == days("2027-01-10", "2027-03-09")


def test_who_cancels_gets_the_copies_that_are_paid_and_print_goes_on_when_the_plan_does():
    subscription = make.printed(make.subscription(months=1, at=NOON), at=NOON)
    lifecycle.cancel(subscription, by=None, at=NOON + DAY)

    assert PrintAddOn.objects.get().dropped_at == NOON + DAY
    assert comes(subscription, NOON + 20 * DAY)
    lifecycle.resume(subscription, by=None, at=NOON + 2 * DAY)
    assert renewals.bill_next_term(subscription, at=NOON + 25 * DAY).amount_minor == 1200


def test_print_that_was_dropped_before_the_plan_was_cancelled_does_not_come_back_with_it():
    subscription = make.printed(make.subscription(months=1, at=NOON), at=NOON)
    add_on.drop(subscription, by=None, at=NOON)
    lifecycle.cancel(subscription, by=None, at=NOON + DAY)

    lifecycle.resume(subscription, by=None, at=NOON + 2 * DAY)

    assert renewals.bill_next_term(subscription, at=NOON + 25 * DAY).amount_minor == 900


def test_an_order_that_is_withdrawn_takes_print_with_it():
    subscription = make.order(at=NOON)
    add(subscription)

    lifecycle.cancel(subscription, by=None, at=NOON)

    assert PrintAddOn.objects.get().ended_at == NOON
    assert bill(subscription) is None


def test_who_changes_the_order_to_another_currency_pays_print_in_that():
    reader = make.reader()
    subscription = make.order(by=reader, at=NOON)
    add(subscription)

    make.order(by=reader, currency="EUR", at=NOON)

    assert (bill(subscription).amount_minor, bill(subscription).print_minor) == (9900 + 4200, 4200)


# -- A change of plan ----------------------------------------------------------------------


def test_the_unused_days_of_print_count_when_the_plan_is_changed_and_the_new_term_has_print():
    subscription = make.printed(a_month(), at=NOON)
    at = NOON + 10 * DAY

    change = switching.switch(subscription, make.price(months=12), by=None, at=at)

    # 900 × 21 ÷ 31 = 609.68 and 300 × 21 ÷ 31 = 203.23, each rounded up for the reader.
    assert change.credit_minor == 610 + 204
    assert (change.to_pay_minor, change.print_minor) == (8400 - 814 + 3600, 3600)
    assert bill(subscription).amount_minor == change.to_pay_minor
    pay(subscription, at)
    assert printed_days(subscription) == days("2027-01-10", "2028-01-19")


def test_print_that_was_paid_with_its_term_counts_with_it():
    subscription = make.order(months=1, at=NOON)
    add(subscription)
    pay(subscription)

    assert switching.unused_minor(make.loaded(subscription), date(2027, 1, 20)) == -(-1200 * 21 // 31)


def test_a_change_to_a_plan_without_print_credits_it_and_ends_it():
    subscription = make.printed(a_month(), at=NOON)
    price = make.priced(9000)
    PlanFeature.objects.filter(version=price.version, key=Feature.PRINT_EDITION).delete()

    change = switching.switch(subscription, price, by=None, at=NOON)
    pay(subscription)

    assert (change.credit_minor, change.to_pay_minor) == (1200, 7800)
    assert not comes(subscription, NOON + DAY)
    assert add_on.tidy(NOON + DAY) == 1


def test_a_change_at_the_end_of_the_term_leaves_the_bill_for_print():
    subscription = a_year()
    add(subscription)

    switching.switch(subscription, make.price(months=1), by=None, at=NOON)

    assert bill(subscription).purpose == "print"


def test_an_offer_lowers_the_plan_and_not_print():
    subscription = make.order(at=NOON)
    add(subscription)
    deeds.TakeOffer(make.offer(audience="leaving", percent=50)).do(subscription, by=None, at=NOON, reason="")

    assert (bill(subscription).amount_minor, bill(subscription).discount_minor) == (4200 + 3600, 4200)


# -- Money back ------------------------------------------------------------------------------


def test_a_payment_for_print_that_goes_back_ends_print_and_nothing_else():
    subscription = make.printed(a_year(), at=NOON)
    at = NOON + 10 * DAY

    refunds.give_back(subscription.payments.get(purpose="print"), 3600, by=None, reason="Never came", at=at)

    assert not comes(subscription, at)
    assert lifecycle.standing(make.loaded(subscription), at).is_active
    assert PrintAddOn.objects.get().ended_at == at
    assert renewals.bill_next_term(subscription, at=NOON + 340 * DAY).amount_minor == 8400


def test_a_part_of_a_payment_for_print_that_goes_back_ends_nothing():
    subscription = make.printed(a_year(), at=NOON)

    refunds.give_back(subscription.payments.get(purpose="print"), 1000, by=None, reason="Torn", at=NOON)

    assert comes(subscription, NOON + 100 * DAY)
    # 2600 of it are left, and 8400 of the plan.
    assert switching.unused_minor(make.loaded(subscription), NOON.date()) == 11000


def test_when_a_term_goes_back_what_is_left_of_print_beside_it_goes_back_too():
    subscription = make.printed(a_year(), at=NOON)
    at = NOON + 100 * DAY

    refunds.give_back(subscription.payments.get(purpose="term"), 8400, by=None, reason="A good reader", at=at)

    # 3600 × 265 ÷ 365 = 2613.70, rounded up.
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [2614, 8400]
    assert not comes(subscription, at)
    assert make.loaded(subscription).closed_at is not None
    assert PrintAddOn.objects.get().ended_at is not None


def test_the_guarantee_brings_back_print_too():
    subscription = make.printed(a_year(), at=NOON)
    at = NOON + 30 * DAY

    refunds.execute(guarantee.plan_refund(make.loaded(subscription), at), by=None)

    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [3600, 8400]
    assert not comes(subscription, at)
    assert not PrintedTerm.objects.filter(ended_at=None).exists()
    assert not PrintAddOn.objects.open().exists()


def test_a_lost_dispute_about_print_ends_print_and_keeps_the_plan():
    subscription = make.card_subscription(at=NOON)
    add(subscription)
    pay(subscription)
    about = subscription.payments.get(purpose="print")
    for stage in (DisputeStage.OPEN, DisputeStage.LOST):
        about.refresh_from_db()
        settling.write_down(
            about.pk,
            Reported(about.reference, Stage.PAID, amount_minor=3600, currency="GBP", dispute=stage),
            readings=about.readings,
            at=NOON + DAY,
        )

    assert not comes(subscription, NOON + DAY)
    assert lifecycle.standing(make.loaded(subscription), NOON + DAY).is_active


def test_a_bill_with_print_is_asked_without_it_when_print_has_gone_back():
    subscription = make.printed(make.subscription(months=1, at=NOON), at=NOON)
    renewals.bill_next_term(subscription, at=NOON + 25 * DAY)

    refunds.give_back(
        subscription.payments.get(purpose="print"), 300, by=None, reason="x", at=NOON + 26 * DAY
    )

    assert bill(subscription).amount_minor == 900


# -- What a reader is told --------------------------------------------------------------------


def told(deed: deeds.Deed, subscription: Subscription, at: datetime = NOON) -> str:
    return " ".join(rehearsal.rehearse(deed, subscription, by=subscription.reader, at=at).sentences)


def test_before_print_is_added_price_next_term_first_copy_and_address_are_said():
    issue(date(2027, 1, 15), number=13)
    issue(date(2027, 2, 5), number=14)
    subscription = a_year()

    said = told(deeds.AddPrint("GB", make.ADDRESS), subscription)

    assert "There is £36.00 to pay. It is for the printed copy, on the paid days that are left." in said
    assert (
        "begins on 10 January 2028 and costs £120.00 for 1 year, £36.00 of it for the printed copy." in said
    )
    # The cut-off of No. 13 has passed.
    assert "1/14, on 5 February 2027, if your payment is here before Thursday 21 January, 18:00." in said
    assert "Copies go to Ada Quill, 4 Ropewalk, TALLOW BAY, EC1Y 8SY." in said


def test_before_print_is_dropped_the_last_copy_is_named():
    issue(date(2027, 2, 5), number=14)
    issue(date(2027, 2, 19), number=15)
    subscription = make.printed(a_month(), at=NOON)

    said = told(deeds.DropPrint(), subscription)

    assert "No further term has the printed copy." in said
    assert "The last copy that comes is 1/14, on 5 February 2027." in said
    assert "costs £9.00 for 1 month." in said


def test_before_a_plan_with_print_is_cancelled_its_last_copy_is_named():
    subscription = make.printed(a_month(), at=NOON)

    assert "Copies come until 9 February 2027, the last day that is paid." in told(
        deeds.Cancel(), subscription
    )


def test_a_move_to_another_zone_takes_paid_copies_along_and_raises_the_next_term():
    subscription = make.printed(a_year(), at=NOON)
    move = moves.Say(
        {"country": "DE", "name": "Ada Quill", "street": "Weg 1", "city": "Köln", "postal_code": "50667"},
        NOON.date(),
    )

    shown = moves.rehearse(move, subscription.reader, by=subscription.reader, at=NOON)

    assert "at no extra cost. From the next term on print costs £54.00 a year (Europe)" in " ".join(
        shown.sentences
    )
    assert PrintAddOn.objects.get().zone_price.zone.slug == "united-kingdom"
    moves.perform(move, subscription.reader, by=subscription.reader, shown=shown.mark, at=NOON)
    assert bill(subscription) is None
    assert renewals.bill_next_term(subscription, at=NOON + 340 * DAY).amount_minor == 8400 + 5400


def test_who_moves_before_the_order_is_paid_pays_for_the_new_zone():
    subscription = make.order(at=NOON)
    deeds.AddPrint("GB", make.ADDRESS).do(subscription, by=None, at=NOON, reason="")
    move = moves.Say({**make.ADDRESS, "country": "JE", "postal_code": "JE2 3AB"}, NOON.date())

    shown = moves.rehearse(move, subscription.reader, by=None, at=NOON)
    moves.perform(move, subscription.reader, by=None, shown=shown.mark, at=NOON)

    assert "There is £138.00 to pay, instead of £120.00." in shown.sentences
    assert bill(subscription).amount_minor == 13800


def test_a_stay_elsewhere_changes_no_price():
    subscription = make.printed(a_year(), at=NOON)
    move = moves.Say(
        {"country": "JP", "name": "Ada", "street": "1-1", "area": "東京都", "postal_code": "100-0005"},
        NOON.date(),
        NOON.date() + 20 * DAY,
    )

    shown = moves.rehearse(move, subscription.reader, by=None, at=NOON)
    moves.perform(move, subscription.reader, by=None, shown=shown.mark, at=NOON)

    assert PrintAddOn.objects.get().zone_price.zone.slug == "united-kingdom"


def test_receipt_and_invoice_name_print_as_a_line_of_its_own():
    subscription = make.order(at=NOON)
    add(subscription)
    pay(subscription)

    invoice = invoices.invoice_of(subscription.payments.get(status="confirmed"))

    assert (invoice.price_minor, invoice.print_minor, invoice.total_minor) == (8400, 3600, 12000)
    assert invoice.print_zone == "United Kingdom"


def test_an_invoice_for_print_alone_names_its_days_and_no_plan_price():
    subscription = a_year()
    add(subscription, NOON + 100 * DAY)
    pay(subscription, NOON + 100 * DAY)

    invoice = invoices.invoice_of(subscription.payments.get(purpose="print"))

    assert (invoice.price_minor, invoice.print_minor, invoice.total_minor) == (0, 2614, 2614)
    assert (invoice.starts_on, invoice.ends_on) == (date(2027, 4, 20), date(2028, 1, 9))


def test_the_story_tells_of_print_from_asking_to_ending():
    subscription = make.printed(a_month(), at=NOON)
    add_on.drop(subscription, by=subscription.reader, at=NOON + DAY)
    add_on.tidy(NOON + 31 * DAY)

    kinds = SubscriptionEvent.objects.filter(kind__startswith="print").values_list("kind", flat=True)
    assert list(kinds) == ["print_asked", "print_added", "print_dropped", "print_ended"]


# -- Whatever happens -----------------------------------------------------------------------------

ACTS: dict[str, Callable[[Subscription, datetime], object]] = {
    "add": lambda held, at: add_on.add(held, "GB", by=None, at=at),
    "drop": lambda held, at: add_on.drop(held, by=None, at=at),
    "keep": lambda held, at: add_on.keep(held, by=None, at=at),
    "pay": lambda held, at: pay(held, at),
    "renew": lambda held, at: renewals.bill_next_term(held, at=at),
    "pause": lambda held, at: pauses.pause(
        held, terms.day_of(at) + DAY, terms.day_of(at) + 9 * DAY, by=None, at=at
    ),
    "end_pause": lambda held, at: pauses.end_pause(held, by=None, at=at),
    "extend": lambda held, at: extensions.extend(held, 5, batch=str(at), by=None, reason="x", at=at),
    "switch": lambda held, at: switching.switch(held, make.price(months=12), by=None, at=at),
    "cancel": lambda held, at: lifecycle.cancel(held, by=None, at=at),
    "resume": lambda held, at: lifecycle.resume(held, by=None, at=at),
    "night": lambda held, at: (renewals.bill_due(at), add_on.tidy(at)),
    "give_back": lambda held, at: _give_back_newest(held, at),
}
REFUSED = (*deeds.REFUSALS, Payment.DoesNotExist)


def _give_back_newest(held: Subscription, at: datetime) -> None:
    newest = held.payments.filter(status="confirmed", refunded_minor=0).order_by("-pk").first()
    if newest is not None:
        refunds.give_back(newest, newest.amount_minor, by=None, reason="x", at=at)


class WhateverHappens(TestCase):
    """Lives at random: copies come on days that were paid for print, and on no other."""

    @classmethod
    def setUpTestData(cls):
        make.sold_plan()
        make.zones()

    @settings(
        max_examples=300 if DRILL else 12,
        deadline=None,
        derandomize=not DRILL,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 12)), min_size=4, max_size=14))
    def test_print_comes_on_the_days_that_are_paid_for_it_and_on_no_other(self, steps):
        subscription = make.subscription(months=1, at=NOON)
        at = NOON
        for name, wait in itertools.chain([("add", 1), ("pay", 0)], steps):
            at += wait * DAY
            try:
                ACTS[name](make.loaded(subscription), at)
            except REFUSED:
                continue
        held = make.loaded(subscription)
        kept = {term.pk: term for term in payments.kept_terms(held)}
        rests = [one for one in held.pauses.all() if one.called_off_at is None]
        today = terms.day_of(at)
        paid: set[date] = set()
        for one in PrintedTerm.objects.filter(ended_at=None).select_related("payment", "term"):
            assert one.payment.is_confirmed
            assert not one.payment.is_given_back
            if one.term_id in kept:
                term = kept[one.term_id]
                first = max(one.starts_on, term.starts_on)
                paid |= {first + n * DAY for n in range((term.ends_on - first).days + 1)}
        paid -= {day for day in paid if any(rest.covers(day) for rest in rests)}
        # What was given back today was had until now.
        assert {day for day in printed_days(held) if day > today} == {day for day in paid if day > today}
        for payment in held.payments.all():
            shares = sum(one.amount_minor for one in payment.printed_terms.all())
            if payment.is_confirmed:
                assert shares == (payment.print_minor if payment.printed_terms.exists() else 0)
            if payment.print_minor and payment.status != Payment.Status.VOID:
                assert payment.print_minor <= payment.amount_minor
        assert held.payments.expected().count() <= 1
        if held.closed_at is not None:
            assert not PrintAddOn.objects.open().filter(subscription=held).exists()
