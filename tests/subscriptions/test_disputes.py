"""A reader's bank takes a payment into question: who reads, what moves and what is charged, at each turn."""

import pytest

from subscriptions.access import Audience, verdict_for
from subscriptions.life.lifecycle import standing
from subscriptions.models import DemoCharge, Letter, Payment, Refund
from subscriptions.paying import charging, demo_bank, guarantee, refunds
from subscriptions.paying.settling import DisagreesError
from subscriptions.providers.demo import Card
from tests import make
from tests.subscriptions import cards

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


def disputed(payment: Payment, *stages: str) -> Payment:
    for stage in stages:
        assert demo_bank.dispute(payment.reference, stage)
    return cards.seen(payment)


def reads(payment: Payment) -> bool:
    return verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted


@pytest.mark.parametrize(
    ("stages", "reads_on", "kept_minor", "is_disputed", "story"),
    [
        (["open"], True, 8400, True, ["disputed"]),
        (["open", "won"], True, 8400, False, ["settled"]),
        (["open", "lost"], False, 0, False, ["settled", "closed"]),
    ],
)
def test_what_a_dispute_does_to_reading_and_money(stages, reads_on, kept_minor, is_disputed, story):
    """M7: the table of ``lifecycle`` holds; nobody looked until the last turn."""
    payment = disputed(cards.paid(), *stages)

    assert reads(payment) == reads_on
    assert payment.kept_minor == kept_minor == cards.held_by_us(payment)
    assert standing(cards.loaded(payment)).is_disputed == is_disputed
    kinds = payment.subscription.events.order_by("id").values_list("kind", flat=True)
    assert [kind for kind in kinds if kind not in ("ordered", "paid")] == story


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_seen_at_each_turn_comes_to_the_same_and_is_told_once(end):
    payment = cards.paid()
    for stage in ("open", end):
        payment = disputed(payment, stage)
        payment = cards.seen(payment)

    kinds = list(payment.subscription.events.values_list("kind", flat=True))
    assert (kinds.count("disputed"), kinds.count("settled")) == (1, 1)
    assert Refund.objects.count() == (end == "lost")


def test_a_lost_dispute_takes_what_was_left_and_no_more():
    payment = cards.paid()
    refunds.give_back(payment, 1400, by=make.staff(), reason="A late issue")
    refunds.send_owed()

    payment = disputed(payment, "open", "lost")

    assert sorted(Refund.objects.values_list("kind", "amount_minor", "status")) == [
        ("chargeback", 7000, "sent"),
        ("staff", 1400, "sent"),
    ]
    assert payment.is_given_back
    assert not reads(payment)


def test_what_was_owed_when_the_bank_took_the_money_is_not_sent_on_top():
    payment = cards.paid()
    claim = refunds.execute(guarantee.plan_refund(cards.loaded(payment)), by=payment.subscription.reader)

    payment = disputed(payment, "open", "lost")

    assert refunds.send_owed() == 0
    assert claim.refunds.get().status == Refund.Status.SENT
    assert cards.at_the_bank(payment).refunds == []
    assert payment.refunded_minor == 8400
    assert not Letter.objects.filter(kind=Letter.Kind.REFUND_SENT).exists()


def test_who_disputes_one_term_keeps_another_but_no_further_one_follows():
    first = cards.paid(months=1)
    second = cards.renewal(first)
    charging.pay_page(second, cards.BACK)
    demo_bank.pay(second.reference, Card.WORKS)
    second = cards.seen(second)
    third = cards.renewal(second)

    disputed(first, "open", "lost")

    subscription = cards.loaded(first)
    assert standing(subscription).is_running
    assert (subscription.closed_at, subscription.auto_renews) == (None, False)
    assert cards.fresh(third).status == Payment.Status.VOID
    assert standing(subscription).renews_on is None


def test_a_lost_dispute_that_is_won_after_all_is_for_a_person_to_look_at():
    payment = disputed(cards.paid(), "open", "lost")
    DemoCharge.objects.update(dispute="won")

    with pytest.raises(DisagreesError, match="as lost"):
        cards.seen(payment)

    assert cards.fresh(payment).dispute == "lost"


def test_the_guarantee_waits_for_a_dispute_and_is_open_after_it():
    payment = disputed(cards.paid(), "open")
    with pytest.raises(guarantee.NotClaimableError, match="ask again"):
        guarantee.plan_refund(cards.loaded(payment))

    disputed(payment, "won")

    assert guarantee.plan_refund(cards.loaded(payment)).amount_minor == 8400


def test_after_a_lost_dispute_there_is_nothing_left_to_claim():
    payment = disputed(cards.paid(), "open", "lost")

    with pytest.raises(guarantee.NotClaimableError, match="given back to you already"):
        guarantee.plan_refund(cards.loaded(payment))


def test_a_dispute_about_one_reader_is_none_about_another():
    mine, theirs = cards.paid(), cards.paid()

    disputed(mine, "open", "lost")

    assert reads(theirs)
    assert cards.seen(theirs).dispute == ""
