"""From one term to the next: who is asked, when, for how much, and who never is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions import terms
from subscriptions.life import lifecycle, renewals
from subscriptions.models import Customer, Dispute, Letter, Payment, Subscription
from subscriptions.paying import charging, payments, refunds
from subscriptions.selling import checkout
from tests import make

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.wide


@pytest.fixture(autouse=True)
def _plan(db):
    make.sold_plan()


def first_billed_on(subscription: Subscription, *, last_on: date) -> int | None:
    """How many days before ``last_on`` the first night bills ``subscription``; none of a month's nights."""
    for days in range(30, -2, -1):
        if renewals.bill_due(terms.start_of(last_on - days * DAY)):
            return days
    return None


def kinds(subscription: Subscription) -> list[str]:
    letters = Letter.objects.filter(subscription=subscription).order_by("pk")
    return list(letters.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("term", "days_before"),
    [
        ({"months": 12}, 27),
        ({"months": 6}, 27),
        ({"months": 24}, 27),
        # A month would be over before its bill could come so early.
        ({"months": 1}, 9),
        ({"months": 3}, 9),
        ({"months": 5}, 9),
        ({"issues": 24}, 27),
        ({"issues": 12}, 27),
        ({"issues": 11}, 9),
        ({"issues": 1}, 9),
    ],
)
def test_the_next_term_is_asked_for_as_early_as_its_length_allows(term, days_before):
    subscription = make.bought(make.priced(8000, **term), at=NOON)
    last_on = subscription.terms.get().ends_on

    assert first_billed_on(subscription, last_on=last_on) == days_before


def test_everyone_who_is_due_is_billed_once_and_nobody_else():
    month, year, cancelled = (make.subscription(months=months, at=NOON) for months in (1, 12, 1))
    lifecycle.cancel(cancelled, by=None, at=NOON)
    closed = make.subscription(months=1, at=NOON)
    lifecycle.close(closed, by=None, at=NOON)
    gift = make.subscription(months=1, at=NOON)
    Subscription.objects.filter(pk=gift.pk).update(auto_renews=False)
    make.order(months=1, at=NOON)
    at = NOON + 25 * DAY

    assert [renewals.bill_due(at) for _night in range(3)] == [1, 0, 0]
    bill = Payment.objects.expected().exclude(subscription__terms=None).get()
    assert (bill.subscription, bill.amount_minor) == (month, 900)
    assert not year.payments.expected().exists()


def test_who_is_asked_for_a_transfer_hears_how_to_pay_once():
    subscription = make.subscription(months=1, at=NOON)
    renewals.bill_due(NOON + 25 * DAY)
    renewals.bill_due(NOON + 26 * DAY)

    assert kinds(subscription) == ["payment_request", "welcome", "receipt", "payment_request"]


@pytest.mark.parametrize(("months", "is_announced"), [(12, True), (1, False)])
def test_a_card_is_charged_on_the_first_day_of_the_next_term_and_a_long_one_is_announced(
    months, is_announced
):
    subscription = make.card_subscription(months=months, at=NOON)
    last_on = subscription.terms.get().ends_on
    assert renewals.bill_due(terms.start_of(last_on - 8 * DAY)) == 1

    bill = Payment.objects.expected().get()
    assert bill.next_try_at == terms.start_of(last_on + DAY)
    assert ("renewal_notice" in kinds(subscription)) == is_announced
    assert "payment_request" not in kinds(subscription)
    assert charging.charge_due(terms.end_of(last_on) - timedelta(microseconds=1)) == 0
    assert charging.charge_due(terms.end_of(last_on)) == 1
    bill.refresh_from_db()
    assert bill.is_confirmed
    assert bill.term.starts_on == last_on + DAY


def test_who_pays_on_a_page_and_has_left_no_card_is_written_to():
    subscription = make.card_subscription(months=1, at=NOON, card="")
    renewals.bill_due(NOON + 25 * DAY)

    assert Payment.objects.expected().get().next_try_at is None
    assert kinds(subscription)[-1] == "payment_request"


def test_a_card_is_charged_at_once_for_who_asks_for_the_next_term_early():
    subscription = make.card_subscription(months=12, at=NOON)

    bill = renewals.bill_next_term(subscription, by=subscription.reader, at=NOON + DAY)

    assert bill.next_try_at == NOON + DAY
    assert charging.charge_due(NOON + DAY) == 1
    assert subscription.terms.order_by("number").last().starts_on == date(2028, 1, 10)


def test_days_of_grace_are_written_behind_the_last_paid_day():
    subscription = make.subscription(months=1, at=NOON)

    renewals.bill_due(NOON + 25 * DAY)

    assert make.loaded(subscription).grace_until_on == date(2027, 2, 9) + 14 * DAY


def test_who_was_paid_back_a_later_term_is_asked_again_when_the_earlier_ends():
    subscription = make.subscription(months=12, at=NOON)
    ahead = renewals.bill_next_term(subscription, at=NOON)
    payments.confirm(ahead, paid_on=NOON.date(), at=NOON)
    refunds.give_back(ahead, 8400, by=None, reason="Paid twice by mistake", at=NOON)

    assert first_billed_on(subscription, last_on=date(2028, 1, 9)) == 27


def test_who_was_paid_back_the_last_term_is_not_asked_for_the_one_behind_it():
    subscription = make.card_subscription(months=1, at=NOON)
    ahead = renewals.bill_next_term(subscription, at=NOON)
    payments.confirm(ahead, paid_on=NOON.date(), at=NOON)
    renewals.bill_next_term(subscription, at=NOON)
    assert Payment.objects.expected().get().next_try_at == terms.start_of(date(2027, 3, 10))

    refunds.give_back(ahead, 900, by=None, reason="Paid twice by mistake", at=NOON)

    assert make.loaded(subscription).grace_until_on is None
    assert first_billed_on(subscription, last_on=date(2027, 2, 9)) == 9
    assert Payment.objects.expected().get().next_try_at == terms.start_of(date(2027, 2, 10))
    assert make.loaded(subscription).grace_until_on == date(2027, 2, 23)


def test_nobody_is_billed_while_a_payment_is_in_dispute():
    subscription = make.subscription(months=1, at=NOON)
    Payment.objects.update(dispute=Dispute.OPEN)
    assert renewals.bill_due(NOON + 25 * DAY) == 0

    Payment.objects.update(dispute=Dispute.WON)
    assert renewals.bill_due(NOON + 26 * DAY) == 1
    assert subscription.payments.expected().count() == 1


def test_whoever_lost_their_bank_a_dispute_is_not_asked_again():
    subscription = make.subscription(months=1, at=NOON)
    bill = renewals.bill_next_term(subscription, at=NOON)
    payments.confirm(bill, paid_on=NOON.date(), at=NOON)
    refunds.chargeback(bill, at=NOON + DAY)

    assert first_billed_on(subscription, last_on=date(2027, 2, 9)) is None


@pytest.mark.parametrize("life", ["pending", "cancelled", "closed"])
def test_there_is_no_next_term_where_nothing_goes_on(life):
    subscription = make.order(months=1, at=NOON) if life == "pending" else make.subscription(at=NOON)
    if life == "cancelled":
        lifecycle.cancel(subscription, by=None, at=NOON)
    if life == "closed":
        lifecycle.close(subscription, by=None, at=NOON)

    with pytest.raises(renewals.NotRenewableError):
        renewals.bill_next_term(subscription, at=NOON)


def test_who_lapsed_and_comes_back_is_asked_for_a_term_from_that_day():
    subscription = make.subscription(months=1, at=NOON)
    at = NOON + 60 * DAY

    bill = renewals.bill_next_term(subscription, by=subscription.reader, at=at)
    assert make.loaded(subscription).grace_until_on is None
    term = payments.confirm(bill, paid_on=terms.day_of(at), at=at)

    assert term.starts_on == terms.day_of(at)


@pytest.mark.parametrize(
    "when", ["before the bill", "after the bill", "after a refusal", "in the last moment"]
)
def test_nobody_is_charged_after_cancelling(when):
    subscription = make.card_subscription(months=1, at=NOON, card="Demo card ·· 0341")
    begins = terms.start_of(date(2027, 2, 10))
    at = {
        "before the bill": NOON,
        "after the bill": begins - 3 * DAY,
        "after a refusal": begins + DAY,
        "in the last moment": begins - timedelta(microseconds=1),
    }[when]
    nights = [begins + n * DAY for n in range(-10, 16)]
    for night in nights:
        if night <= at:
            renewals.bill_due(night)
            charging.charge_due(night)
    tries = sum(Payment.objects.values_list("tries", flat=True))

    lifecycle.cancel(subscription, by=subscription.reader, at=at)
    for night in nights:
        if night > at:
            assert renewals.bill_due(night) == 0
            assert charging.charge_due(night) == 0

    assert sum(Payment.objects.values_list("tries", flat=True)) == tries
    assert not Payment.objects.expected().exists()
    assert Payment.objects.confirmed().count() == 1


def test_a_renewal_a_year_for_ten_years_keeps_to_its_day():
    subscription = make.subscription(months=12, at=datetime(2028, 2, 29, 12, tzinfo=UTC))
    starts = []
    for _year in range(10):
        last_on = payments.kept_terms(make.loaded(subscription))[-1].ends_on
        at = terms.start_of(last_on - 20 * DAY)
        assert renewals.bill_due(at) == 1
        bill = Payment.objects.expected().get()
        starts.append(payments.confirm(bill, paid_on=terms.day_of(at), at=at).starts_on)

    expected = [date(year, 2, 29 if year % 4 == 0 else 28) for year in range(2029, 2039)]
    assert starts == expected


def test_who_takes_up_a_card_before_the_term_ends_is_charged_when_the_next_one_begins():
    subscription = make.subscription(at=NOON)
    last_on = lifecycle.standing(subscription, NOON).paid_until_on
    asked_at = terms.start_of(last_on - 20 * DAY)
    renewals.bill_next_term(subscription, at=asked_at)
    Customer.objects.create(reader=subscription.reader, provider="demo", reference="demo-1", card="Visa")

    checkout.pay_by(subscription, method="card", provider="demo", by=subscription.reader, at=asked_at)

    assert subscription.payments.expected().get().next_try_at == terms.end_of(last_on)
