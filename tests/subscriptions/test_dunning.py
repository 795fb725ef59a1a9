"""When a payment is late: what is tried, what is written, what is kept, and when patience ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.life import dunning, lifecycle, renewals
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import Entitlement, Letter, Payment, Subscription, SubscriptionEvent
from subscriptions.paying import charging, demo_bank, payments
from subscriptions.paying.payments import PaymentVoidError
from subscriptions.providers.demo import Card, Outage
from subscriptions.selling import checkout
from tests import make
from tests.subscriptions import cards

pytestmark = pytest.mark.wide

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
# A month from 10 January; the next term begins on 10 February.
BEGINS_ON = date(2027, 2, 10)
BEGINS = terms.start_of(BEGINS_ON)
GRACE_ENDS = BEGINS + 14 * DAY


@pytest.fixture(autouse=True)
def _plan(db):
    make.sold_plan()


def reads(subscription: Subscription, at: datetime) -> bool:
    return access.may(subscription.reader, Feature.EXCLUSIVE_CONTENT, at).granted


def night(at: datetime) -> None:
    """What the house does every night, in its order."""
    renewals.bill_due(at)
    charging.charge_due(at)
    dunning.remind(at)
    dunning.lapse_due(at)


def nights(first: int, last: int) -> None:
    """Every night from ``first`` to ``last``, counted in days from the first day of the next term."""
    for day in range(first, last + 1):
        night(BEGINS + day * DAY)


def letters(subscription: Subscription) -> list[tuple[int, str]]:
    """Each letter after the first term was paid: the day, counted as above, and its kind."""
    told = Letter.objects.filter(subscription=subscription, recorded_at__gt=NOON).order_by("pk")
    return [((terms.day_of(one.recorded_at) - BEGINS_ON).days, one.kind) for one in told]


# -- A card that is refused ----------------------------------------------------------------


def test_a_refused_card_is_tried_again_on_days_three_seven_and_twelve_and_then_no_more():
    make.card_subscription(months=1, at=NOON, card=Card.REFUSED_LATER)
    tried = []
    for day in range(-2, 15):
        before = sum(Payment.objects.values_list("tries", flat=True))
        night(BEGINS + day * DAY)
        if sum(Payment.objects.values_list("tries", flat=True)) > before:
            tried.append(day)

    assert tried == [0, 3, 7, 12]


def test_who_has_a_refused_card_is_written_to_at_the_first_and_the_last_try_and_at_the_end():
    subscription = make.card_subscription(months=1, at=NOON, card=Card.REFUSED_LATER)

    nights(-2, 15)

    assert letters(subscription) == [
        (0, "card_failed"),
        (12, "card_failed"),
        (14, "lapsed"),
    ]


def test_a_reader_with_a_refused_card_reads_to_the_end_of_the_days_of_grace():
    subscription = make.card_subscription(months=1, at=NOON, card=Card.REFUSED_LATER)

    nights(-2, 13)
    assert standing(make.loaded(subscription), BEGINS + 13 * DAY).state == State.GRACE
    assert reads(subscription, GRACE_ENDS - timedelta(microseconds=1))

    nights(14, 14)
    assert standing(make.loaded(subscription), GRACE_ENDS).state == State.LAPSED
    assert not reads(subscription, GRACE_ENDS)
    assert not Payment.objects.expected().exists()


def test_a_new_card_pays_and_the_term_follows_without_a_gap():
    subscription = make.card_subscription(months=1, at=NOON, card=Card.REFUSED_LATER)
    nights(-2, 4)
    demo_bank.change_card(f"demo-{subscription.number}", Card.WORKS)

    nights(5, 8)

    term = subscription.terms.get(number=2)
    assert (term.starts_on, terms.day_of(term.payment.confirmed_at)) == (BEGINS_ON, date(2027, 2, 17))
    assert make.loaded(subscription).grace_until_on is None
    assert not standing(make.loaded(subscription), BEGINS + 8 * DAY).is_failing
    assert [kind for _day, kind in letters(subscription)] == ["card_failed", "receipt"]


def test_a_bank_that_does_not_answer_is_no_refusal():
    subscription = make.card_subscription(months=1, at=NOON)
    nights(-2, -1)
    with cards.outage(Outage.BEFORE):
        nights(0, 0)
    assert letters(subscription) == []

    nights(1, 1)

    assert subscription.terms.get(number=2).starts_on == BEGINS_ON
    assert [kind for _day, kind in letters(subscription)] == ["receipt"]


def test_the_same_refusal_told_twice_is_written_down_once():
    make.card_subscription(months=1, at=NOON, card=Card.REFUSED_LATER)
    nights(-2, 0)
    bill = Payment.objects.expected().get()

    dunning.after_failure(bill, "The card was refused.", at=BEGINS + DAY)

    assert Payment.objects.expected().get().next_try_at == BEGINS + 3 * DAY
    assert SubscriptionEvent.objects.filter(kind="failed").count() == 1
    assert Letter.objects.filter(kind=Letter.Kind.CARD_FAILED).count() == 1


def test_a_refusal_on_the_banks_own_page_needs_no_letter():
    payment = cards.order(months=1, at=NOON)

    dunning.after_failure(payment, "The card was refused.", at=NOON)

    payment.refresh_from_db()
    assert (payment.failure, payment.next_try_at) == ("The card was refused.", None)
    assert not Letter.objects.exists()


# -- A transfer that is late -----------------------------------------------------------------


def test_who_pays_by_transfer_is_reminded_once_on_the_first_day_of_grace():
    subscription = make.subscription(months=1, at=NOON)

    nights(-2, 15)

    assert letters(subscription) == [(-2, "payment_request"), (0, "grace"), (14, "lapsed")]
    assert SubscriptionEvent.objects.filter(kind="lapsed").count() == 1


@pytest.mark.parametrize("day", [0, 1, 7, 13])
def test_who_pays_within_the_days_of_grace_has_a_term_without_a_gap(day):
    subscription = make.subscription(months=1, at=NOON)
    nights(-2, day)
    at = BEGINS + day * DAY + timedelta(hours=12)

    term = payments.confirm(Payment.objects.expected().get(), paid_on=terms.day_of(at), at=at)

    assert (term.starts_on, term.ends_on) == (BEGINS_ON, date(2027, 3, 9))
    assert reads(subscription, at)
    nights(day + 1, 14)
    assert standing(make.loaded(subscription), GRACE_ENDS).state == State.ACTIVE
    assert not Letter.objects.filter(kind=Letter.Kind.LAPSED).exists()


def test_a_transfer_that_comes_after_the_plan_lapsed_buys_days_from_then_on():
    subscription = make.subscription(months=1, at=NOON)
    nights(-2, 20)
    at = BEGINS + 20 * DAY
    assert not reads(subscription, at)

    term = payments.confirm(Payment.objects.expected().get(), paid_on=terms.day_of(at), at=at)

    assert (term.starts_on, term.days) == (date(2027, 3, 2), 31)
    assert reads(subscription, at)
    assert standing(make.loaded(subscription), at).state == State.ACTIVE


def test_who_cancels_in_the_days_of_grace_owes_nothing_and_hears_no_more():
    subscription = make.subscription(months=1, at=NOON)
    nights(-2, 2)
    bill = Payment.objects.expected().get()

    lifecycle.cancel(subscription, by=subscription.reader, at=BEGINS + 3 * DAY)
    nights(4, 15)

    with pytest.raises(PaymentVoidError):
        payments.confirm(bill, paid_on=date(2027, 2, 20), at=BEGINS + 10 * DAY)
    assert [kind for _day, kind in letters(subscription)] == ["payment_request", "grace", "cancelled"]
    assert not reads(subscription, BEGINS + 3 * DAY)


def test_who_pays_another_way_in_the_days_of_grace_keeps_them():
    subscription = make.subscription(months=1, at=NOON)
    nights(-2, 2)

    checkout.pay_by(subscription, method="cheque", provider="manual", by=None, at=BEGINS + 3 * DAY)

    subscription = make.loaded(subscription)
    assert standing(subscription, BEGINS + 3 * DAY).state == State.GRACE
    assert reads(subscription, GRACE_ENDS - timedelta(microseconds=1))
    assert Payment.objects.expected().get().method == "cheque"


def test_patience_ends_once_for_each_and_for_nobody_before_the_time():
    for _reader in range(3):
        make.subscription(months=1, at=NOON)
    paid = make.subscription(months=1, at=NOON)
    renewals.bill_due(BEGINS - 9 * DAY)
    payments.confirm(paid.payments.expected().get(), paid_on=date(2027, 2, 5), at=BEGINS - 5 * DAY)

    assert dunning.lapse_due(GRACE_ENDS - timedelta(microseconds=1)) == 0
    assert dunning.lapse_due(GRACE_ENDS) == 3
    assert dunning.lapse_due(GRACE_ENDS + DAY) == 0


def test_days_of_grace_that_are_over_are_never_longer_than_two_weeks():
    make.subscription(months=1, at=NOON)
    nights(-2, 15)

    grace = Entitlement.objects.filter(source=Entitlement.Source.GRACE)
    assert {(right.from_at, right.until_at) for right in grace} == {(BEGINS, GRACE_ENDS)}
