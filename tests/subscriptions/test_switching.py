"""Changing the plan: up at once for the difference, down at the end, and prices that were announced."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.life import lifecycle, renewals, switching
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import (
    Dispute,
    Entitlement,
    Letter,
    Payment,
    PlannedChange,
    Price,
    Subscription,
    SubscriptionEvent,
    Term,
)
from subscriptions.paying import payments, refunds
from subscriptions.selling.checkout import place_order
from tests import make

pytestmark = pytest.mark.wide

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _plan(db):
    make.sold_plan()


def reads(subscription: Subscription, at: datetime) -> bool:
    return access.may(subscription.reader, Feature.EXCLUSIVE_CONTENT, at).granted


def switched(subscription: Subscription, price: Price, at: datetime) -> switching.Change:
    return switching.switch(subscription, price, by=subscription.reader, at=at)


def paid(subscription: Subscription, at: datetime) -> Term:
    bill = subscription.payments.expected().get()
    return payments.confirm(bill, paid_on=terms.day_of(at), at=at)


def renewed(subscription: Subscription, at: datetime) -> Term:
    renewals.bill_next_term(subscription, at=at)
    return paid(subscription, at)


def spans(subscription: Subscription) -> list[tuple[date, date]]:
    return [(one.starts_on, one.ends_on) for one in payments.kept_terms(make.loaded(subscription))]


def next_price(subscription: Subscription, at: datetime) -> int:
    """What the next term costs, when it is asked for at ``at``."""
    return renewals.bill_next_term(subscription, at=at).amount_minor


# -- What the unused days are worth -----------------------------------------------------


def a_year() -> Subscription:
    return make.subscription(months=12, at=NOON)


def a_month() -> Subscription:
    return make.subscription(months=1, at=NOON)


def a_year_at_a_third_off() -> Subscription:
    subscription = place_order(
        make.reader(), make.price(), method="transfer", offer=make.offer(percent=33), at=NOON
    )
    paid(subscription, NOON)
    return make.loaded(subscription)


def a_year_of_which_some_went_back() -> Subscription:
    subscription = a_year()
    refunds.give_back(subscription.payments.get(), 1000, by=None, reason="A late issue", at=NOON)
    return make.loaded(subscription)


def a_month_and_the_next() -> Subscription:
    subscription = a_month()
    renewed(subscription, NOON)
    return make.loaded(subscription)


def a_month_with_ten_days_of_rest() -> Subscription:
    return make.paused(a_month(), date(2027, 1, 20), date(2027, 1, 29), at=NOON)


def a_year_in_yen() -> Subscription:
    return make.bought(make.priced(9000, currency="JPY"), at=NOON)


def a_year_that_a_month_went_into() -> Subscription:
    subscription = a_month()
    switched(subscription, make.price(months=12), NOON + 2 * DAY)
    paid(subscription, NOON + 2 * DAY)
    return make.loaded(subscription)


def a_year_after_days_to_try() -> Subscription:
    subscription = make.trial(days=10, at=NOON)
    renewed(subscription, NOON)
    return make.loaded(subscription)


@pytest.mark.parametrize(
    ("life", "on", "credit_minor"),
    [
        # On the first day all of it, on the last one day; a fraction of a penny goes to the reader.
        (a_year, "2027-01-10", 8400),
        (a_year, "2027-04-20", 6099),  # 8400 × 265 ÷ 365 = 6098.63
        (a_year, "2028-01-09", 24),  # 8400 × 1 ÷ 365 = 23.01
        (a_month, "2027-01-12", 842),  # 900 × 29 ÷ 31 = 841.94
        (a_month, "2027-02-09", 30),  # 900 ÷ 31 = 29.03
        # Of what was paid, not of what it would have cost.
        (a_year_at_a_third_off, "2027-01-10", 5628),
        (a_year_at_a_third_off, "2027-04-20", 4087),  # 5628 × 265 ÷ 365 = 4086.08
        (a_year_of_which_some_went_back, "2027-04-20", 5373),  # 7400 × 265 ÷ 365 = 5372.60
        # A term to come counts whole, and each term is rounded by itself.
        (a_month_and_the_next, "2027-01-12", 842 + 900),
        (a_month_and_the_next, "2027-02-10", 900),
        (a_month_and_the_next, "2027-03-09", 33),  # 900 ÷ 28 = 32.14
        # Days of rest are not used up.
        (a_month_with_ten_days_of_rest, "2027-01-30", 610),  # 900 × 21 ÷ 31 = 609.68
        (a_month_with_ten_days_of_rest, "2027-02-19", 30),
        # Where the smallest unit is the whole yen.
        (a_year_in_yen, "2027-04-20", 6535),  # 9000 × 265 ÷ 365 = 6534.25
        # What an earlier change took along is worth as much as money.
        (a_year_that_a_month_went_into, "2027-01-12", 8400),
        (a_year_after_days_to_try, "2027-01-19", 8400),
        (a_year_after_days_to_try, "2027-01-21", 8377),  # 8400 × 364 ÷ 365 = 8376.99
    ],
)
def test_what_the_unused_days_were_worth_is_taken_off_to_the_cent(life, on, credit_minor):
    subscription = life()
    currency = subscription.price.currency
    dearer = make.priced(99000, months=24, currency=currency)
    at = datetime.fromisoformat(f"{on}T15:00+00:00")

    change = switched(subscription, dearer, at)

    bill = subscription.payments.expected().get()
    assert change.is_now
    assert (change.credit_minor, change.to_pay_minor) == (credit_minor, 99000 - credit_minor)
    assert (bill.credit_minor, bill.amount_minor, bill.currency) == (
        credit_minor,
        99000 - credit_minor,
        currency,
    )


def test_a_term_by_issues_is_worth_its_days_as_they_are_expected():
    subscription = make.bought(make.priced(8000, issues=24), at=NOON)
    term = subscription.terms.get()
    assert (term.issues, term.months) == (24, 0)

    change = switching.change_to(subscription, make.priced(15000, issues=48), NOON + 100 * DAY)

    unused = term.days - 100
    assert change.is_now
    assert change.credit_minor == -(-8000 * unused // term.days)


# -- Up -----------------------------------------------------------------------------------


def test_who_changes_up_has_the_new_plan_as_soon_as_it_is_paid_and_no_day_twice():
    subscription = a_month()
    large = make.priced(12100)
    at = NOON + 10 * DAY
    switched(subscription, large, at)
    assert spans(subscription) == [(date(2027, 1, 10), date(2027, 2, 9))]

    paid(subscription, at + DAY)

    subscription = make.loaded(subscription)
    assert subscription.price == large
    assert spans(subscription) == [
        (date(2027, 1, 10), date(2027, 1, 20)),
        (date(2027, 1, 21), date(2028, 1, 20)),
    ]
    assert all(reads(subscription, one) for one in (at + DAY, NOON + 300 * DAY))
    assert [one.kind for one in Letter.objects.filter(kind=Letter.Kind.SWITCHED)] == ["switched"]
    assert renewed(subscription, NOON + 350 * DAY).starts_on == date(2028, 1, 21)


def test_who_changes_on_the_first_day_gives_the_whole_term_up_for_the_new_one():
    subscription = a_month()
    switched(subscription, make.price(months=12), NOON)

    term = paid(subscription, NOON)

    first = Term.objects.get(number=1)
    assert first.superseded_by == term
    assert spans(subscription) == [(date(2027, 1, 10), date(2028, 1, 9))]
    assert not Entitlement.objects.filter(term=first, until_at__gt=NOON).exists()
    assert reads(subscription, NOON)
    assert standing(make.loaded(subscription), NOON).state == State.ACTIVE


def test_terms_that_were_paid_ahead_go_into_the_new_one():
    subscription = a_month_and_the_next()
    at = NOON + 2 * DAY
    switched(subscription, make.price(months=12), at)

    term = paid(subscription, at)

    assert spans(subscription) == [
        (date(2027, 1, 10), date(2027, 1, 11)),
        (date(2027, 1, 12), date(2028, 1, 11)),
    ]
    assert Term.objects.get(number=2).superseded_by == term
    # Its end was later than none of what is kept, and must not count.
    assert renewals.bill_due(terms.start_of(date(2028, 1, 11) - 27 * DAY)) == 1


def test_who_gave_up_a_later_term_is_asked_for_the_next_one_in_time():
    """Two years were paid and given up for one: the end of the second is nobody's any more."""
    subscription = a_year()
    renewed(subscription, NOON)
    switched(subscription, make.priced(40000), NOON + DAY)
    paid(subscription, NOON + DAY)

    assert renewals.bill_due(terms.start_of(date(2027, 12, 20))) == 1


def test_a_longer_term_that_costs_less_than_what_is_left_waits_for_the_end():
    subscription = make.bought(make.priced(12100), at=NOON)

    change = switching.change_to(subscription, make.priced(12000, months=24), NOON)

    assert (change.is_now, change.from_on, change.to_pay_minor) == (False, date(2028, 1, 10), 12000)


def test_an_offer_lowers_the_difference_too():
    subscription = a_month()
    subscription.offer_uses.create(
        offer=make.offer(percent=50, payments=2), reader=subscription.reader, person="a@example.org"
    )

    change = switched(subscription, make.price(months=12), NOON)

    assert change.to_pay_minor == 4200 - 900
    assert subscription.payments.expected().get().amount_minor == 3300


def test_who_has_more_left_than_the_lowered_price_does_not_lose_the_rest():
    subscription = make.bought(make.priced(12000), at=NOON)
    subscription.offer_uses.create(
        offer=make.offer(percent=90), reader=subscription.reader, person="a@example.org"
    )

    assert not switching.change_to(subscription, make.priced(20000), NOON).is_now


def test_a_change_that_nobody_pays_is_taken_back_after_two_weeks_and_the_plan_goes_on():
    subscription = a_year()
    at = NOON + 300 * DAY
    switched(subscription, make.priced(12100), at)

    assert switching.take_back_unpaid(at + 14 * DAY - DAY) == 0
    assert switching.take_back_unpaid(at + 14 * DAY) == 1

    assert not Payment.objects.expected().exists()
    assert renewals.bill_due(NOON + 345 * DAY) == 1
    assert Payment.objects.expected().get().amount_minor == 8400


def test_a_change_that_nobody_pays_does_not_end_the_plan_with_its_term():
    subscription = a_month()
    switched(subscription, make.price(months=12), NOON + 25 * DAY)
    assert renewals.bill_due(NOON + 29 * DAY) == 0

    assert renewals.bill_due(NOON + 30 * DAY) == 1

    assert next_price(subscription, NOON + 30 * DAY) == 900
    assert reads(subscription, NOON + 35 * DAY)
    assert SubscriptionEvent.objects.filter(kind="kept", actor=None).count() == 1


def test_a_change_that_is_chosen_twice_is_asked_for_once():
    subscription = a_month()

    for _click in range(2):
        switched(subscription, make.price(months=12), NOON)

    assert Payment.objects.expected().get().amount_minor == 8400 - 900


def test_a_card_is_charged_for_the_difference_at_once():
    subscription = make.card_subscription(months=1, at=NOON)

    switched(subscription, make.price(months=12), NOON + 2 * DAY)

    bill = subscription.payments.expected().get()
    assert (bill.next_try_at, bill.amount_minor) == (NOON + 2 * DAY, 7558)
    assert not Letter.objects.filter(kind=Letter.Kind.PAYMENT_REQUEST).exists()


# -- Down, and back ---------------------------------------------------------------------------


def test_who_changes_down_pays_nothing_now_and_the_lower_price_next():
    subscription = a_year()
    change = switched(subscription, make.price(months=1), NOON + 100 * DAY)

    assert (change.is_now, change.from_on) == (False, date(2028, 1, 10))
    assert not Payment.objects.expected().exists()
    term = renewed(subscription, NOON + 360 * DAY)
    assert (term.starts_on, term.ends_on) == (date(2028, 1, 10), date(2028, 2, 9))
    assert make.loaded(subscription).price == make.price(months=1)
    assert PlannedChange.objects.get().done_at == NOON + 360 * DAY
    assert next_price(subscription, NOON + 390 * DAY) == 900


def test_another_choice_replaces_the_one_before():
    subscription = a_year()
    small = make.priced(4000)
    switched(subscription, make.price(months=1), NOON)
    switched(subscription, small, NOON + DAY)

    assert switching.planned_for(subscription).price == small
    assert PlannedChange.objects.count() == 2
    assert next_price(subscription, NOON + 360 * DAY) == 4000


def test_who_changes_up_after_all_has_nothing_waiting_any_more():
    subscription = a_year()
    switched(subscription, make.price(months=1), NOON)
    switched(subscription, make.priced(12100), NOON + DAY)
    paid(subscription, NOON + DAY)

    assert switching.planned_for(subscription) is None
    assert next_price(subscription, NOON + 360 * DAY) == 12100


def test_a_renewal_that_is_asked_for_is_asked_for_anew_at_the_new_price():
    subscription = a_year()
    renewals.bill_due(NOON + 350 * DAY)
    assert Payment.objects.expected().get().amount_minor == 8400

    switched(subscription, make.price(months=1), NOON + 351 * DAY)
    # A month is asked for ten days before.
    renewals.bill_due(NOON + 356 * DAY)

    assert Payment.objects.expected().get().amount_minor == 900
    assert Payment.objects.filter(status=Payment.Status.VOID).count() == 1


def test_no_days_of_grace_are_left_of_a_renewal_that_a_change_of_plan_took_back():
    subscription = a_year()
    renewals.bill_next_term(subscription, by=subscription.reader, at=NOON)
    after = terms.start_of(standing(make.loaded(subscription), NOON).paid_until_on + timedelta(days=3))
    assert reads(subscription, after)

    switched(make.loaded(subscription), make.price(months=1), NOON)

    assert not reads(subscription, after)


@pytest.mark.parametrize("is_up", [False, True])
def test_who_keeps_the_plan_goes_on_as_before(is_up):
    subscription = a_year()
    switched(subscription, make.priced(12100) if is_up else make.price(months=1), NOON)

    switching.keep(subscription, by=subscription.reader, at=NOON + DAY)

    assert not Payment.objects.expected().exists()
    assert switching.planned_for(subscription) is None
    assert next_price(subscription, NOON + 350 * DAY) == 8400
    with pytest.raises(switching.NothingPlannedError):
        switching.keep(make.loaded(a_year()), by=None, at=NOON)


def test_who_keeps_the_plan_when_the_new_price_was_asked_for_is_asked_for_the_old():
    subscription = make.card_subscription(months=12, at=NOON)
    switched(subscription, make.price(months=1), NOON)
    renewals.bill_next_term(subscription, at=NOON + 360 * DAY)

    switching.keep(subscription, by=subscription.reader, at=NOON + 361 * DAY)

    bill = Payment.objects.expected().get()
    assert (bill.amount_minor, bill.next_try_at) == (8400, terms.start_of(date(2028, 1, 10)))
    paid(subscription, NOON + 365 * DAY)
    assert make.loaded(subscription).price == make.price(months=12)


def test_a_planned_change_holds_when_the_paid_days_end_earlier_than_it_looked():
    subscription = a_month_and_the_next()
    switched(subscription, make.priced(700, months=1), NOON)
    second = subscription.payments.order_by("pk").last()
    refunds.give_back(second, 900, by=None, reason="Paid twice by mistake", at=NOON + DAY)

    assert next_price(subscription, NOON + 25 * DAY) == 700


@pytest.mark.parametrize("back_minor", [100, 8400])
def test_what_went_back_is_not_taken_off_the_new_plan_as_well(back_minor):
    subscription = a_year()
    renewed(subscription, NOON)
    switched(subscription, make.priced(40000), NOON)
    assert subscription.payments.expected().get().credit_minor == 2 * 8400

    ahead = Term.objects.get(number=2).payment
    refunds.give_back(ahead, back_minor, by=None, reason="Late issues", at=NOON + DAY)

    assert not subscription.payments.expected().exists()
    again = switched(subscription, make.priced(40000), NOON + DAY)
    assert again.credit_minor == -(-8400 * 364 // 365) + 8400 - back_minor


# -- What cannot be chosen ------------------------------------------------------------------------


def test_only_prices_on_sale_in_the_readers_own_currency_can_be_chosen():
    subscription = a_year()
    in_euros = make.price(currency="EUR")
    of_old = make.priced(5000)
    make.dearer(of_old.version.plan, by_minor=100)
    withdrawn = make.priced(6000)
    type(withdrawn.version.plan).objects.filter(pk=withdrawn.version.plan_id).update(is_offered=False)

    for price in (in_euros, of_old, Price.objects.get(pk=withdrawn.pk), subscription.price):
        with pytest.raises(switching.CannotSwitchError):
            switched(subscription, price, NOON)
    offered = {change.price.amount_minor for change in switching.choices(subscription, NOON)}
    assert offered == {900, 5100}


@pytest.mark.parametrize("life", ["trial", "cancelled", "paused", "lapsed", "grace", "disputed"])
def test_only_a_paid_plan_that_goes_on_can_be_changed(life):
    at = NOON
    subscription = make.trial(at=NOON) if life == "trial" else a_month()
    if life == "cancelled":
        lifecycle.cancel(subscription, by=None, at=NOON)
    if life == "paused":
        make.paused(subscription, date(2027, 1, 20), date(2027, 1, 29), at=NOON)
    if life in ("lapsed", "grace"):
        at = NOON + 32 * DAY
    if life == "grace":
        renewals.bill_next_term(subscription, at=NOON + 25 * DAY)
    if life == "disputed":
        Payment.objects.update(dispute=Dispute.OPEN)
    subscription = make.loaded(subscription)

    assert switching.choices(subscription, at) == []
    with pytest.raises(switching.CannotSwitchError, match=r".+"):
        switched(subscription, make.price(months=12) if life != "trial" else make.price(months=1), at)


# -- Announced prices -----------------------------------------------------------------------------


def announced(subscription: Subscription, from_on: date, at: datetime) -> int:
    newer = subscription.plan.versions.order_by("-number").first()
    if newer.number == 1:
        newer = make.dearer(subscription.plan, by_minor=100)
    return switching.announce(switching.affected(newer, at), from_on=from_on, by=None, at=at)


def test_terms_that_begin_before_the_day_keep_the_old_price_and_the_first_on_it_has_the_new():
    subscription = a_month()
    assert announced(subscription, date(2027, 3, 10), NOON) == 1

    # 10 February to 9 March is of before; the next begins on the day itself.
    assert renewed(subscription, NOON + 25 * DAY).payment.amount_minor == 900
    assert make.loaded(subscription).price.amount_minor == 900
    term = renewed(subscription, NOON + 55 * DAY)
    assert (term.starts_on, term.payment.amount_minor) == (date(2027, 3, 10), 1000)
    assert make.loaded(subscription).plan_version.number == 2
    assert renewed(subscription, NOON + 85 * DAY).payment.amount_minor == 1000


def test_a_day_later_the_same_term_still_has_the_old_price():
    subscription = a_month()
    announced(subscription, date(2027, 3, 11), NOON)
    renewed(subscription, NOON + 25 * DAY)

    assert next_price(subscription, NOON + 55 * DAY) == 900


def test_nobody_learns_of_a_price_later_than_thirty_days_before():
    subscription = a_month()
    price = make.price(months=1)

    with pytest.raises(switching.TooSoonError, match="9 February 2027"):
        switching.announce([(subscription, price)], from_on=date(2027, 2, 8), by=None, at=NOON)
    assert announced(subscription, date(2027, 2, 9), NOON) == 1


def test_announcing_twice_writes_once():
    subscription = a_month()

    assert [announced(subscription, date(2027, 3, 1), NOON) for _click in range(2)] == [1, 0]
    newer = PlannedChange.objects.get().price
    assert switching.announce([(subscription, newer)], from_on=date(2027, 3, 1), by=None, at=NOON) == 0
    letter = Letter.objects.get(kind=Letter.Kind.PRICE_CHANGE)
    assert (letter.reader, letter.subscription) == (subscription.reader, subscription)


def test_only_who_goes_on_and_has_a_counterpart_hears_of_a_new_price():
    month, year, cancelled, ended = a_month(), a_year(), a_month(), a_month()
    lifecycle.cancel(cancelled, by=None, at=NOON)
    Subscription.objects.filter(pk=ended.pk).update(closed_at=NOON)
    newer = make.dearer(month.plan, by_minor=100)
    newer.prices.filter(term_months=12).delete()

    told = switching.affected(newer, NOON)

    assert [(one.pk, price.amount_minor) for one, price in told] == [(month.pk, 1000)]
    assert year.pk not in {one.pk for one, _price in told}


def test_an_announced_price_is_not_the_readers_to_withdraw():
    subscription = a_month()
    announced(subscription, date(2027, 3, 10), NOON)

    with pytest.raises(switching.NothingPlannedError):
        switching.keep(subscription, by=subscription.reader, at=NOON)
