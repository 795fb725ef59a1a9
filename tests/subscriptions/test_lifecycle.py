"""Where a subscription stands, row by row of the two tables in ``lifecycle``, on each side of every edge."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.life import dunning, lifecycle, pauses, renewals, switching
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import Dispute, Entitlement, Payment, Subscription
from subscriptions.paying import payments, refunds
from subscriptions.selling.checkout import place_order
from tests import make

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
# A month from 10 January.
LAST_ON = date(2027, 2, 9)
OVER = terms.end_of(LAST_ON)

pytestmark = pytest.mark.wide


@pytest.fixture(autouse=True)
def _plan(db):
    make.sold_plan()


def state(subscription: Subscription, at: datetime) -> State:
    return standing(make.loaded(subscription), at).state


def reads(subscription: Subscription, at: datetime) -> bool:
    return access.may(subscription.reader, Feature.EXCLUSIVE_CONTENT, at).granted


def billed(subscription: Subscription, at: datetime) -> Payment:
    return renewals.bill_next_term(subscription, at=at)


# -- The states, and their edges ------------------------------------------------


def test_who_has_ordered_waits_for_the_payment_and_then_has_the_plan():
    subscription = make.order(months=1, at=NOON)

    assert state(subscription, NOON) == State.PENDING
    payments.confirm(subscription.payments.get(), paid_on=NOON.date(), at=NOON + DAY)
    assert state(subscription, NOON + DAY) == State.ACTIVE


def test_who_withdraws_an_order_has_nothing():
    subscription = make.order(months=1, at=NOON)
    lifecycle.cancel(subscription, by=subscription.reader, at=NOON)

    assert state(subscription, NOON) == State.CLOSED


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (terms.start_of(date(2027, 1, 10)), State.ACTIVE),
        (NOON, State.ACTIVE),
        (OVER - INSTANT, State.ACTIVE),
        (OVER, State.LAPSED),
        (OVER + INSTANT, State.LAPSED),
    ],
)
def test_a_plan_that_nobody_renews_is_had_to_the_last_instant_of_its_last_day(at, expected):
    subscription = make.subscription(months=1, at=NOON)

    assert state(subscription, at) == expected
    assert reads(subscription, at) == (expected == State.ACTIVE)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOON, State.TRIAL),
        (terms.end_of(date(2027, 1, 23)) - INSTANT, State.TRIAL),
        (terms.end_of(date(2027, 1, 23)), State.LAPSED),
    ],
)
def test_who_tries_a_plan_tries_it_to_the_end_of_the_last_day(at, expected):
    subscription = make.trial(days=14, at=NOON)

    assert state(subscription, at) == expected
    assert reads(subscription, at) == (expected == State.TRIAL)


def test_who_pays_while_trying_is_trying_no_longer():
    subscription = make.trial(days=14, at=NOON)
    payments.confirm(billed(subscription, NOON), paid_on=NOON.date(), at=NOON)

    assert state(subscription, NOON) == State.ACTIVE


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (OVER - INSTANT, State.ACTIVE),
        (OVER, State.GRACE),
        (terms.end_of(LAST_ON + dunning.GRACE) - INSTANT, State.GRACE),
        (terms.end_of(LAST_ON + dunning.GRACE), State.LAPSED),
    ],
)
def test_who_pays_late_reads_on_to_the_last_instant_of_the_days_of_grace(at, expected):
    subscription = make.subscription(months=1, at=NOON)
    billed(subscription, OVER - 5 * DAY)

    assert state(subscription, at) == expected
    assert reads(subscription, at) == (expected != State.LAPSED)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (terms.start_of(date(2027, 1, 20)) - INSTANT, State.ACTIVE),
        (terms.start_of(date(2027, 1, 20)), State.PAUSED),
        (terms.end_of(date(2027, 1, 29)) - INSTANT, State.PAUSED),
        (terms.end_of(date(2027, 1, 29)), State.ACTIVE),
        (terms.end_of(LAST_ON + 10 * DAY) - INSTANT, State.ACTIVE),
        (terms.end_of(LAST_ON + 10 * DAY), State.LAPSED),
    ],
)
def test_who_pauses_rests_on_whole_days_and_reads_before_and_after(at, expected):
    subscription = make.subscription(months=1, at=NOON)
    make.paused(subscription, date(2027, 1, 20), date(2027, 1, 29), at=NOON)

    assert state(subscription, at) == expected
    assert reads(subscription, at) == (expected == State.ACTIVE)


def test_who_was_paid_back_has_nothing_and_can_order_again():
    subscription = make.subscription(months=1, at=NOON)
    refunds.give_back(subscription.payments.get(), 900, by=None, reason="Our mistake", at=NOON)

    assert state(subscription, NOON) == State.REFUNDED
    again = place_order(subscription.reader, make.price(months=1), method="transfer", at=NOON + DAY)
    assert state(again, NOON + DAY) == State.PENDING
    assert state(subscription, NOON + DAY) == State.REFUNDED


def test_a_subscription_that_another_took_the_place_of_stays_ended():
    subscription = make.subscription(months=1, at=NOON)
    make.order(by=subscription.reader, months=1, at=OVER + DAY)

    assert make.loaded(subscription).closed_at == OVER + DAY
    assert state(subscription, OVER + DAY) == State.LAPSED


# -- The flags ------------------------------------------------------------------


def test_a_cancelled_plan_is_had_and_goes_on_no_further():
    subscription = make.subscription(months=1, at=NOON)
    lifecycle.cancel(subscription, by=None, at=NOON)
    now = standing(make.loaded(subscription), NOON)

    assert (now.state, now.is_cancelled, now.renews_on) == (State.ACTIVE, True, None)


def test_a_refused_card_fails_until_it_pays():
    subscription = make.card_subscription(months=1, at=NOON)
    bill = billed(subscription, OVER)
    bill.tries = 1
    dunning.after_failure(bill, "The card was refused.", at=OVER)

    assert standing(make.loaded(subscription), OVER).is_failing
    payments.confirm(bill, paid_on=terms.day_of(OVER), at=OVER)
    assert not standing(make.loaded(subscription), OVER).is_failing


def test_a_disputed_payment_is_said_so_and_takes_nothing_from_the_reader():
    subscription = make.subscription(months=1, at=NOON)
    Payment.objects.update(dispute=Dispute.OPEN)

    assert standing(make.loaded(subscription), NOON).is_disputed
    assert state(subscription, NOON) == State.ACTIVE
    assert reads(subscription, NOON)


def test_the_next_term_of_a_plan_begins_the_day_after_the_last_paid_one():
    now = standing(make.subscription(months=1, at=NOON), NOON)

    assert (now.paid_until_on, now.renews_on) == (LAST_ON, LAST_ON + DAY)


# -- What happens, and what it does to the right to read --------------------------


def test_a_confirmed_payment_opens_everything_and_ends_the_days_of_grace():
    subscription = make.order(months=1, at=NOON)
    assert not reads(subscription, NOON)
    payments.confirm(subscription.payments.get(), paid_on=NOON.date(), at=NOON)
    assert reads(subscription, NOON)

    at = OVER + 2 * DAY
    late = billed(subscription, OVER - DAY)
    payments.confirm(late, paid_on=terms.day_of(at), at=at)

    grace = Entitlement.objects.filter(source=Entitlement.Source.GRACE)
    assert {right.until_at for right in grace} == {at}
    assert reads(subscription, at)


def test_a_renewal_that_is_asked_for_writes_days_of_grace_behind_the_last_paid_day():
    subscription = make.subscription(months=1, at=NOON)
    assert not reads(subscription, OVER)
    billed(subscription, OVER - DAY)

    assert reads(subscription, OVER)
    assert reads(subscription, OVER + 14 * DAY - INSTANT)
    assert not reads(subscription, OVER + 14 * DAY)


def test_who_cancels_reads_to_the_last_paid_day_and_has_no_days_of_grace():
    subscription = make.subscription(months=1, at=NOON)
    billed(subscription, OVER - 5 * DAY)
    lifecycle.cancel(subscription, by=None, at=OVER - 4 * DAY)

    assert reads(subscription, OVER - INSTANT)
    assert not reads(subscription, OVER)


def test_who_cancels_in_the_days_of_grace_reads_no_further():
    subscription = make.subscription(months=1, at=NOON)
    billed(subscription, OVER - 5 * DAY)
    at = OVER + 2 * DAY
    assert reads(subscription, at)
    lifecycle.cancel(subscription, by=None, at=at)

    assert not reads(subscription, at)
    assert state(subscription, at) == State.LAPSED


def test_who_resumes_goes_on_as_before():
    subscription = make.subscription(months=1, at=NOON)
    before = standing(subscription, NOON)
    lifecycle.cancel(subscription, by=None, at=NOON)
    lifecycle.resume(subscription, by=None, at=NOON + DAY)

    assert standing(make.loaded(subscription), NOON) == before
    assert renewals.bill_due(OVER - 2 * DAY) == 1


def test_a_plan_changed_at_once_reads_without_an_instant_between():
    subscription = make.subscription(months=1, at=NOON)
    at = NOON + 10 * DAY
    switching.switch(subscription, make.price(months=12), by=None, at=at)
    assert reads(subscription, OVER - INSTANT)
    assert not reads(subscription, OVER)
    payments.confirm(subscription.payments.expected().get(), paid_on=at.date(), at=at)

    assert all(reads(subscription, one) for one in (at, terms.start_of(at.date()), OVER, OVER + 300 * DAY))


def test_a_change_at_the_end_of_the_term_does_nothing_until_it_is_paid():
    subscription = make.subscription(months=12, at=NOON)
    before = list(Entitlement.objects.values_list("feature", "from_at", "until_at"))
    switching.switch(subscription, make.price(months=1), by=None, at=NOON)

    assert list(Entitlement.objects.values_list("feature", "from_at", "until_at")) == before


@pytest.mark.parametrize(("back", "is_open"), [(1, True), (899, True), (900, False)])
def test_only_who_gets_all_of_it_back_stops_reading_at_once(back, is_open):
    subscription = make.subscription(months=1, at=NOON)
    refunds.give_back(subscription.payments.get(), back, by=None, reason="Our mistake", at=NOON)

    assert reads(subscription, NOON) == is_open


def test_a_lost_dispute_ends_the_term_and_a_won_one_changes_nothing():
    won, lost = make.subscription(months=1, at=NOON), make.subscription(months=1, at=NOON)
    Payment.objects.filter(subscription=won).update(dispute=Dispute.WON)
    Payment.objects.filter(subscription=lost).update(dispute=Dispute.LOST)
    refunds.chargeback(lost.payments.get(), at=NOON)

    assert reads(won, NOON)
    assert not reads(lost, NOON)
    assert state(lost, NOON) == State.REFUNDED
    assert renewals.bill_due(OVER - 2 * DAY) == 1


def test_nothing_more_ends_when_the_days_of_grace_are_over():
    subscription = make.subscription(months=1, at=NOON)
    billed(subscription, OVER - 5 * DAY)
    before = list(Entitlement.objects.values_list("feature", "from_at", "until_at"))

    assert dunning.lapse_due(OVER + 15 * DAY) == 1
    assert list(Entitlement.objects.values_list("feature", "from_at", "until_at")) == before


# -- What cannot be done ----------------------------------------------------------


@pytest.mark.parametrize("life", ["withdrawn", "cancelled", "lapsed", "given back"])
def test_where_nothing_goes_on_there_is_nothing_to_cancel(life):
    subscription = make.order(months=1, at=NOON)
    at = NOON
    if life == "withdrawn":
        lifecycle.cancel(subscription, by=None, at=NOON)
    else:
        payments.confirm(subscription.payments.get(), paid_on=NOON.date(), at=NOON)
    if life == "cancelled":
        lifecycle.cancel(subscription, by=None, at=NOON)
    if life == "lapsed":
        at = OVER
    if life == "given back":
        refunds.give_back(Payment.objects.get(), 900, by=None, reason="Our mistake", at=NOON)

    with pytest.raises(lifecycle.NothingToCancelError):
        lifecycle.cancel(subscription, by=None, at=at)


def test_who_pauses_and_cancels_keeps_every_paid_day():
    subscription = make.subscription(months=1, at=NOON)
    make.paused(subscription, date(2027, 1, 20), date(2027, 1, 29), at=NOON)
    done = lifecycle.cancel(subscription, by=None, at=terms.start_of(date(2027, 1, 22)))

    assert done.last_day == LAST_ON + 10 * DAY
    assert reads(subscription, OVER + 10 * DAY - INSTANT)
    lifecycle.resume(subscription, by=None, at=terms.start_of(date(2027, 1, 23)))
    pauses.end_pause(subscription, by=None, at=terms.start_of(date(2027, 1, 24)))
    assert standing(make.loaded(subscription), NOON).paid_until_on == LAST_ON + 4 * DAY
