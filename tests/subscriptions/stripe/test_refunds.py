"""Money that goes back to the card, and money that a bank takes back."""

from datetime import timedelta

import pytest

from subscriptions.providers.base import (
    DisputeStage,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundStage,
    Stage,
)
from subscriptions.providers.stripe import reading
from subscriptions.providers.stripe.pretend import Fault


def went_back(till, payment) -> int:
    return till.stripe.ledger()[payment.reference][1]


def test_a_refund_goes_back_to_the_card(till):
    payment, _ = till.paid()

    sent = till.provider.refund(till.owed(payment, 1500))

    assert (sent.key, sent.amount_minor, sent.stage) == ("refund-1", 1500, RefundStage.SENT)
    assert went_back(till, payment) == 1500
    assert till.provider.look_up(payment).refunds == (sent,)


def test_a_refund_of_a_renewal_goes_back_too(till):
    payment, customer = till.renewal()
    payment.provider_reference = till.provider.charge(payment, customer=customer).provider_reference

    till.provider.refund(till.owed(payment, payment.amount_minor))

    assert went_back(till, payment) == payment.amount_minor


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_refund_asked_for_twice_goes_out_once_even_if_stripe_forgot_the_key(till, forgotten):
    payment, _ = till.paid()

    first = till.provider.refund(till.owed(payment, 1500))
    if forgotten:
        till.stripe.forget_keys()
    second = till.provider.refund(till.owed(payment, 1500))

    assert first == second
    assert went_back(till, payment) == 1500


@pytest.mark.parametrize("days", [0, 3])
@pytest.mark.parametrize("fault", list(Fault))
def test_a_refund_whose_answer_never_came_goes_out_once(till, fault, days):
    payment, _ = till.paid()
    till.stripe.faults.plan(fault, on="POST /v1/refunds")
    with pytest.raises(ProviderUnavailableError):
        till.provider.refund(till.owed(payment, 1500))

    till.clock.turn(days=days)
    till.provider.refund(till.owed(payment, 1500))

    assert went_back(till, payment) == 1500


def test_two_refunds_with_two_keys_both_go_out_and_never_more_than_was_paid(till):
    payment, _ = till.paid()
    half = payment.amount_minor // 2

    till.provider.refund(till.owed(payment, half, "one"))
    till.provider.refund(till.owed(payment, half, "two"))
    with pytest.raises(ProviderRefusedError):
        till.provider.refund(till.owed(payment, half, "three"))

    assert went_back(till, payment) == 2 * half


@pytest.mark.parametrize("fault", [None, Fault.LOST])
def test_a_refund_that_the_readers_bank_sent_back_is_begun_anew_once(till, fault):
    payment, _ = till.paid()
    first = till.provider.refund(till.owed(payment, 1500))
    till.stripe.settle_refund(first.provider_reference, "failed")
    assert went_back(till, payment) == 0

    if fault:
        till.stripe.faults.plan(fault, on="POST /v1/refunds")
        with pytest.raises(ProviderUnavailableError):
            till.provider.refund(till.owed(payment, 1500))
    again = till.provider.refund(till.owed(payment, 1500))
    and_again = till.provider.refund(till.owed(payment, 1500))

    assert (again.stage, again.key) == (RefundStage.SENT, first.key)
    assert and_again == again != first
    assert went_back(till, payment) == 1500


def test_a_refund_made_at_stripe_by_hand_is_told_without_a_key(till):
    payment, _ = till.paid()
    made = till.stripe.refund_by_hand(payment.reference, 700)

    [told] = till.provider.look_up(payment).refunds

    assert (told.key, told.provider_reference, told.amount_minor) == ("", made, 700)


def test_a_payment_that_never_came_gives_nothing_back(till):
    payment = till.expect()
    till.open(payment)

    with pytest.raises(ProviderRefusedError, match="not paid"):
        till.provider.refund(till.owed(payment, 100))


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("pending", RefundStage.ON_ITS_WAY),
        ("requires_action", RefundStage.ON_ITS_WAY),
        ("succeeded", RefundStage.SENT),
        ("failed", RefundStage.FAILED),
        ("canceled", RefundStage.FAILED),
    ],
)
def test_how_far_a_refund_has_come_is_read_again(till, status, stage):
    payment, _ = till.paid()
    sent = till.provider.refund(till.owed(payment, 1500))
    till.stripe.settle_refund(sent.provider_reference, status)

    [told] = till.provider.look_up(payment).refunds

    assert told.stage is stage
    assert bool(told.failure) == (status == "failed")


def test_a_dispute_is_told_until_it_is_decided_and_locks_refunds(till):
    payment, _ = till.paid()
    dispute = till.stripe.dispute(payment.reference)

    assert till.provider.look_up(payment).dispute is DisputeStage.OPEN
    with pytest.raises(ProviderRefusedError, match="charged back"):
        till.provider.refund(till.owed(payment, 100))
    till.stripe.decide(dispute, won=True)
    assert till.provider.look_up(payment).dispute is DisputeStage.WON
    assert till.provider.refund(till.owed(payment, 100)).stage is RefundStage.SENT


def test_a_dispute_that_was_lost_says_so_and_the_payment_stays_paid(till):
    payment, _ = till.paid()
    till.stripe.decide(till.stripe.dispute(payment.reference), won=False)

    report = till.provider.look_up(payment)

    assert (report.stage, report.dispute) == (Stage.PAID, DisputeStage.LOST)


@pytest.mark.parametrize(
    ("statuses", "stage"),
    [
        ([], DisputeStage.NONE),
        (["warning_needs_response"], DisputeStage.NONE),
        (["warning_closed"], DisputeStage.NONE),
        (["prevented"], DisputeStage.NONE),
        (["needs_response"], DisputeStage.OPEN),
        (["under_review"], DisputeStage.OPEN),
        (["won", "appeal_under_review"], DisputeStage.OPEN),
        (["won"], DisputeStage.WON),
        (["won", "lost"], DisputeStage.LOST),
    ],
)
def test_an_inquiry_is_no_dispute_and_the_gravest_counts(statuses, stage):
    assert reading.dispute_stage([{"status": status} for status in statuses]) is stage


def test_the_nightly_list_tells_everything_that_began_or_changed_since(till):
    old, _ = till.paid()
    till.paid()
    till.clock.turn(days=20)
    since = till.clock.now
    till.clock.turn(hours=1)
    till.stripe.refund_by_hand(old.reference, 300)
    new, _ = till.paid()
    begun = till.expect()
    till.open(begun)

    told = {report.reference: report for report in till.provider.listed(since)}

    assert set(told) == {old.reference, new.reference, begun.reference}
    assert told[old.reference] == till.provider.look_up(old)
    assert told[begun.reference].stage is Stage.OPEN


def test_the_nightly_list_tells_a_dispute_about_an_old_payment(till):
    old, _ = till.paid()
    till.clock.turn(days=100)
    till.stripe.dispute(old.reference)
    till.clock.turn(days=40)

    [told] = till.provider.listed(till.clock.now - timedelta(days=1))

    assert (told.reference, told.dispute) == (old.reference, DisputeStage.OPEN)


def test_the_nightly_list_tells_a_renewal_once_whatever_was_tried_for_it(till):
    payment, customer = till.renewal()
    since = till.clock.now
    till.stripe.refuse_next(customer)
    till.provider.charge(payment, customer=customer)
    till.open(payment, customer=customer)
    till.provider.withdraw(payment)
    till.stripe.pay(till.open(payment, customer=customer))

    [told] = till.provider.listed(since)

    assert told == till.provider.look_up(payment)
    assert told.stage is Stage.PAID


def test_the_nightly_list_turns_pages(till):
    for _ in range(3):
        till.paid()
    many = till.provider.attempts
    every = {report.reference for report in till.provider.listed(till.clock.now)}

    assert len(every) == 3
    assert len(list(many.v1.charges.list({"limit": 1}).auto_paging_iter())) == 3


def test_two_workers_who_looked_at_the_same_moment_send_it_once(till, monkeypatch):
    payment, _ = till.paid()
    monkeypatch.setattr(till.provider.attempts, "refunds_of", lambda intent: [])

    first = till.provider.refund(till.owed(payment, 1500))
    second = till.provider.refund(till.owed(payment, 1500))

    assert first == second
    assert went_back(till, payment) == 1500
