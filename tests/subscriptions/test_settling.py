"""What a provider says of a payment is written down: in any order, any number of times, and never too far."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from subscriptions.access import Audience, verdict_for
from subscriptions.life import lifecycle
from subscriptions.life.lifecycle import standing
from subscriptions.models import Customer, DemoCharge, Letter, Payment, Refund, Subscription, Term
from subscriptions.paying import charging, demo_bank, payments, refunds, settling
from subscriptions.providers import DEMO
from subscriptions.providers.base import (
    DisputeStage,
    ProviderUnavailableError,
    RefundStage,
    Reported,
    ReportedRefund,
    Stage,
)
from subscriptions.providers.demo import Card
from tests import make
from tests.subscriptions import cards

pytestmark = pytest.mark.django_db


def reads(payment: Payment) -> bool:
    return verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted


def told(payment: Payment, **what: object) -> Reported:
    """A reading of ``payment``, paid as asked unless ``what`` says otherwise."""
    said = Reported(
        payment.reference, Stage.PAID, payment.amount_minor, payment.currency, paid_at=timezone.now()
    )
    return replace(said, **what)


def write(payment: Payment, reported: Reported) -> bool:
    return settling.write_down(payment.pk, reported, readings=cards.fresh(payment).readings)


# -- Paid ---------------------------------------------------------------------


def test_a_reader_who_paid_at_the_bank_reads_as_soon_as_we_look():
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    assert not reads(payment)

    payment = cards.seen(payment)

    assert payment.is_confirmed
    assert reads(payment)
    assert Customer.objects.get(reader=payment.subscription.reader).card == Card.WORKS
    assert Letter.objects.filter(kind=Letter.Kind.RECEIPT).count() == 1


def test_a_reader_whose_payment_was_seen_ten_times_paid_once():
    payment = cards.paid()
    readings = payment.readings

    for _time in range(10):
        cards.seen(payment)

    assert Term.objects.count() == 1
    assert cards.fresh(payment).readings == readings
    assert payment.subscription.events.filter(kind="paid").count() == 1


@pytest.mark.parametrize("what", [{"amount_minor": 1}, {"amount_minor": 8401}, {"currency": "EUR"}])
def test_a_reader_who_paid_another_sum_than_we_asked_for_gets_nothing_by_it(what):
    """M4: the price is ours, whatever was made of it on the way."""
    payment = cards.order()

    with pytest.raises(settling.DisagreesError, match="We asked for £84"):
        write(payment, told(payment, **what))

    assert cards.fresh(payment).is_expected
    assert not reads(payment)


def test_what_is_said_of_one_payment_touches_no_other():
    mine, theirs = cards.order(), cards.order()

    with pytest.raises(settling.DisagreesError, match="were told about"):
        write(theirs, told(mine))

    assert not reads(mine)
    assert not reads(theirs)


@pytest.mark.parametrize("stage", [Stage.UNKNOWN, Stage.OPEN, Stage.GONE])
def test_a_payment_that_has_not_come_opens_nothing(stage):
    """M6: no access without the provider's word."""
    payment = cards.order()

    assert write(payment, told(payment, stage=stage))

    assert cards.fresh(payment).is_expected
    assert not reads(payment)


# -- Too late -----------------------------------------------------------------


@pytest.mark.parametrize("why", ["withdrawn", "cancelled", "changed"])
def test_who_paid_what_was_no_longer_asked_for_gets_it_all_back(why):
    """M6: the pay page stayed open in another tab."""
    payment = cards.paid() if why == "cancelled" else cards.order()
    if why == "cancelled":
        payment = cards.renewal(payment)
        charging.pay_page(payment, cards.BACK)
    if why == "changed":
        _change_order(payment)
    else:
        lifecycle.cancel(cards.loaded(payment), by=payment.subscription.reader)
    demo_bank.pay(payment.reference, Card.WORKS)
    terms_before = Term.objects.count()

    payment = cards.seen(payment)

    refund = payment.refunds.get()
    assert (refund.kind, refund.amount_minor) == (Refund.Kind.LATE, payment.amount_minor)
    assert (payment.is_confirmed, payment.is_given_back) == (True, True)
    assert Term.objects.count() == terms_before
    assert payment.subscription.events.filter(kind="late").count() == 1
    assert refunds.send(refund.pk)
    assert cards.held_by_us(payment) == 0


def _change_order(payment: Payment) -> None:
    make.order(by=payment.subscription.reader, months=1)


def test_money_that_came_too_late_leaves_the_new_order_as_it_is():
    payment = cards.order()
    _change_order(payment)
    demo_bank.pay(payment.reference, Card.WORKS)

    cards.seen(payment)

    subscription = cards.loaded(payment)
    assert standing(subscription).is_pending
    assert subscription.payments.expected().get().amount_minor == 900


def test_an_order_that_was_closed_is_not_opened_by_its_money():
    payment = cards.order()
    lifecycle.cancel(cards.loaded(payment), by=payment.subscription.reader)
    demo_bank.pay(payment.reference, Card.WORKS)

    cards.seen(payment)
    cards.seen(payment)

    assert not reads(payment)
    assert Refund.objects.count() == 1
    assert Subscription.objects.get().closed_at is not None


# -- Order and interleaving -----------------------------------------------------


def test_an_older_reading_never_comes_after_a_newer_one():
    payment = cards.order()
    readings = payment.readings
    old = DEMO.look_up(payment)
    demo_bank.pay(payment.reference, Card.WORKS)
    new = DEMO.look_up(payment)

    assert settling.write_down(payment.pk, new, readings=readings)
    assert not settling.write_down(payment.pk, old, readings=readings)

    assert cards.fresh(payment).is_confirmed


def test_who_is_overtaken_looks_again(monkeypatch):
    payment = cards.paid()
    look_up, overtaken = type(DEMO).look_up, iter([True])

    def slowly(provider, asked):
        reported = look_up(provider, asked)
        if next(overtaken, False):
            demo_bank.refund(payment.reference, 100)
            Payment.objects.filter(pk=payment.pk).update(readings=payment.readings + 1)
        return reported

    monkeypatch.setattr(type(DEMO), "look_up", slowly)

    cards.seen(payment)

    assert cards.fresh(payment).refunded_minor == 100


def test_who_is_overtaken_for_ever_gives_up_for_now(monkeypatch):
    payment = cards.order()
    monkeypatch.setattr(settling, "write_down", lambda *args, **more: False)

    with pytest.raises(ProviderUnavailableError):
        settling.look(payment.pk)


@pytest.mark.parametrize("order", list(itertools.permutations(["pay", "refund", "dispute"])))
def test_whatever_order_things_are_seen_in_the_end_is_the_same(order):
    """M7: what was paid, partly refunded at the provider and disputed, seen before, between and after."""
    payment = cards.order()
    steps = {
        "pay": lambda: demo_bank.pay(payment.reference, Card.WORKS),
        "refund": lambda: demo_bank.refund(payment.reference, 1000),
        "dispute": lambda: demo_bank.dispute(payment.reference, "open"),
    }
    for step in ("pay", "refund", "dispute"):
        steps[step]()
        # Looked at after some of the steps only, as when messages are lost.
        if order.index(step) == 0:
            cards.seen(payment)
    payment = cards.seen(payment)

    assert (payment.is_confirmed, payment.refunded_minor, payment.dispute) == (True, 1000, "open")
    assert reads(payment)


# -- Refunds at the provider ------------------------------------------------------


def test_a_part_that_was_refunded_at_the_provider_leaves_the_rights():
    """M7: partial refund."""
    payment = cards.paid()
    demo_bank.refund(payment.reference, 4000)

    payment = cards.seen(payment)
    payment = cards.seen(payment)

    assert (payment.refunded_minor, payment.kept_minor) == (4000, 4400)
    assert Refund.objects.get().kind == Refund.Kind.PROVIDER
    assert Refund.objects.get().sent_at is not None
    assert reads(payment)


def test_all_of_it_refunded_at_the_provider_ends_the_term():
    """M7: refund."""
    payment = cards.paid()
    demo_bank.refund(payment.reference, 4000)
    cards.seen(payment)
    demo_bank.refund(payment.reference, 4400)

    payment = cards.seen(payment)

    assert payment.is_given_back
    assert not reads(payment)
    subscription = cards.loaded(payment)
    assert standing(subscription).is_refunded
    assert subscription.closed_at is not None


def test_a_refund_at_the_provider_that_we_owed_as_well_is_paid_once():
    payment = cards.paid()
    refund = refunds.give_back(payment, 8400, by=make.staff(), reason="Asked on the telephone")
    demo_bank.refund(payment.reference, 8400)

    cards.seen(payment)

    refund.refresh_from_db()
    assert refund.status == Refund.Status.SENT
    assert not refunds.send(refund.pk)
    assert Refund.objects.count() == 1
    assert cards.held_by_us(payment) == 0


def test_a_refund_that_failed_and_was_made_anew_at_the_provider_is_paid_once():
    payment = cards.paid()
    refund = refunds.give_back(payment, 8400, by=make.staff(), reason="Asked on the telephone")
    assert refunds.send(refund.pk)
    refund.refresh_from_db()
    failed = ReportedRefund(refund.key, refund.provider_reference, 8400, RefundStage.FAILED)
    anew = ReportedRefund("", "re_by_hand", 8400, RefundStage.SENT)

    # Told in either order, and again: each look sees both.
    for refunded in ((anew, failed), (failed, anew), (anew, failed)):
        write(payment, told(payment, refunds=refunded))

    refund.refresh_from_db()
    assert (refund.status, refund.provider_reference) == (Refund.Status.SENT, "re_by_hand")
    assert not refunds.send(refund.pk)
    assert Refund.objects.count() == 1
    assert cards.fresh(payment).refunded_minor == 8400


def test_a_part_refunded_at_the_provider_is_taken_off_what_we_owe():
    payment = cards.paid()
    refund = refunds.give_back(payment, 8400, by=make.staff(), reason="Asked on the telephone")
    demo_bank.refund(payment.reference, 3000)

    cards.seen(payment)
    assert refunds.send(refund.pk)
    payment = cards.seen(payment)

    assert sorted(Refund.objects.values_list("kind", "amount_minor", "status")) == [
        ("provider", 3000, "sent"),
        ("staff", 5400, "sent"),
    ]
    assert payment.refunded_minor == 8400
    assert cards.held_by_us(payment) == 0


def test_a_refund_at_the_provider_of_more_than_was_paid_is_for_a_person_to_look_at():
    payment = cards.paid()
    DemoCharge.objects.update(refunds=[{"key": "", "id": "re_1", "amount_minor": 9000}])

    with pytest.raises(settling.DisagreesError, match="gave back £90"):
        cards.seen(payment)

    assert cards.fresh(payment).refunded_minor == 0


# -- Cards ----------------------------------------------------------------------


def test_a_refund_that_fails_when_the_bank_has_taken_the_payment_is_not_owed_again():
    payment = cards.paid()
    refund = refunds.give_back(payment, 1500, by=make.staff(), reason="A late issue")
    sent = ReportedRefund(refund.key, "re_1", 1500, RefundStage.SENT)
    write(payment, told(payment, refunds=(sent,)))
    write(payment, told(payment, refunds=(sent,), dispute=DisputeStage.OPEN))
    write(payment, told(payment, refunds=(sent,), dispute=DisputeStage.LOST))
    failed = replace(sent, stage=RefundStage.FAILED)

    write(payment, told(payment, refunds=(failed,), dispute=DisputeStage.LOST))

    assert not Refund.objects.owed().exists()
    assert cards.fresh(payment).kept_minor == 0


def test_the_card_of_an_old_payment_does_not_replace_a_newer_one():
    payment = cards.paid()
    newer = cards.renewal(payment)
    Customer.objects.update(card="Another card")

    cards.seen(payment)

    assert Customer.objects.get().card == "Another card"
    assert cards.fresh(newer).is_expected


def test_a_customer_of_somebody_else_stays_theirs():
    theirs = cards.paid()
    mine = cards.order()
    DemoCharge.objects.filter(reference=mine.reference).update(
        customer=Customer.objects.get().reference, stage=Stage.PAID, paid_at=timezone.now()
    )

    mine = cards.seen(mine)

    assert mine.is_confirmed
    assert Customer.objects.get().reader == theirs.subscription.reader


def test_money_confirmed_by_staff_and_by_the_bank_is_one_payment():
    payment = cards.order()
    payments.confirm(payment, paid_on=timezone.localdate(), by=make.staff())
    demo_bank.pay(payment.reference, Card.WORKS)

    cards.seen(payment, at=timezone.now() + timedelta(minutes=1))

    assert Term.objects.count() == 1
