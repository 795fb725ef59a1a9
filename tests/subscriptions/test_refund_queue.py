"""What is owed goes out: once, whatever fails, and not while a bank has it in question."""

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.roles import Role
from subscriptions.access import Audience, verdict_for
from subscriptions.life.lifecycle import standing
from subscriptions.models import DemoCharge, Letter, Payment, Refund
from subscriptions.paying import demo_bank, guarantee, refunds
from subscriptions.providers import DEMO
from subscriptions.providers.base import RefundStage, ReportedRefund
from subscriptions.providers.demo import Outage
from tests import make
from tests.killing import done_apart, machines_that_stop
from tests.subscriptions import cards

HOUR = timedelta(hours=1)
# `make drill` kills the worker at as many points as the issue asks for.
KILLS = 20 if os.environ.get("MAGAZINE_DRILL") else 4


def owed(amount_minor: int = 8400) -> Refund:
    """Money that staff gave back, and that has yet to go out."""
    return refunds.give_back(cards.paid(), amount_minor, by=make.staff(), reason="A late issue")


def sent_at_the_bank() -> list[int]:
    """Every sum that went back there."""
    charges = DemoCharge.objects.order_by("pk")
    return [refund["amount_minor"] for charge in charges for refund in charge.refunds]


# -- Given by staff -----------------------------------------------------------------


@pytest.mark.django_db
def test_all_of_it_given_back_by_staff_ends_the_plan_at_once():
    """M7: refund."""
    payment = cards.paid()

    refunds.give_back(payment, 8400, by=make.staff(), reason="Moved abroad")

    assert not verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted
    assert standing(cards.loaded(payment)).is_refunded
    assert cards.loaded(payment).closed_at is not None


@pytest.mark.django_db
def test_a_part_given_back_by_staff_leaves_everything_open():
    """M7: partial refund."""
    payment = cards.paid()

    refunds.give_back(payment, 700, by=make.staff(), reason="A late issue")
    refunds.give_back(payment, 700, by=make.staff(), reason="Another late issue")

    assert verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted
    assert standing(cards.loaded(payment)).is_active
    assert cards.fresh(payment).kept_minor == 7000
    assert len(set(Refund.objects.values_list("key", flat=True))) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount_minor", "reason", "sentence"),
    [
        (8400, " ", "Say why"),
        (0, "A late issue", "Of this payment we have £84.00"),
        (8401, "A late issue", "Of this payment we have £84.00"),
        (-1, "A late issue", "Of this payment we have £84.00"),
    ],
)
def test_staff_give_nothing_back_without_a_reason_or_more_than_came(amount_minor, reason, sentence):
    payment = cards.paid()

    with pytest.raises(refunds.CannotGiveBackError) as refusal:
        refunds.give_back(payment, amount_minor, by=make.staff(), reason=reason)

    assert sentence in str(refusal.value)
    assert not Refund.objects.exists()


@pytest.mark.django_db
def test_nothing_is_given_back_of_what_has_not_come():
    with pytest.raises(refunds.CannotGiveBackError):
        refunds.give_back(cards.order(), 100, by=make.staff(), reason="A late issue")


# -- Sent ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_guarantee_sends_a_card_payment_back_by_itself():
    payment = cards.paid()
    plan = guarantee.plan_refund(cards.loaded(payment))
    claim = refunds.execute(plan, by=payment.subscription.reader)

    assert refunds.send_owed() == 1

    refund = claim.refunds.get()
    assert (refund.status, refund.tries, refund.failure) == (Refund.Status.SENT, 1, "")
    assert refund.provider_reference == cards.at_the_bank(payment).refunds[0]["id"]
    assert cards.held_by_us(payment) == 0
    assert Letter.objects.get(kind=Letter.Kind.REFUND_SENT).about_id == refund.pk
    assert payment.subscription.events.filter(kind="refund_sent").count() == 1
    assert refunds.send_owed(timezone.now() + HOUR) == 0


@pytest.mark.django_db
def test_money_that_staff_send_themselves_is_not_sent_by_the_queue():
    subscription = make.subscription()
    claim = refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)
    refund = claim.refunds.get()

    assert refunds.send_owed() == 0
    assert not refunds.send(refund.pk)
    refunds.mark_sent(refund, by=make.staff(Role.SUBSCRIBER_STAFF))

    assert Letter.objects.filter(kind=Letter.Kind.REFUND_SENT).count() == 1


@pytest.mark.django_db
def test_money_that_the_provider_sends_is_not_sent_by_staff_as_well():
    refund = owed()

    with pytest.raises(refunds.CannotGiveBackError, match="do not send it too"):
        refunds.mark_sent(refund, by=make.staff(Role.SUBSCRIBER_STAFF))

    assert Refund.objects.owed().count() == 1


@pytest.mark.django_db
def test_what_a_bank_that_is_down_does_not_take_is_tried_for_ever_and_sent_once():
    """M8: provider down; nothing lost."""
    refund, at, waits = owed(), timezone.now(), []

    with cards.outage(Outage.BEFORE):
        for _try in range(20):
            assert refunds.send_owed(at) == 0
            refund.refresh_from_db()
            waits.append(refund.next_try_at - at)
            assert refunds.send_owed(refund.next_try_at - timedelta(seconds=1)) == 0
            at = refund.next_try_at
    assert (waits[0], waits[-1]) == (refunds.FIRST_PAUSE, refunds.LONGEST_PAUSE)
    assert (refund.tries, refund.failure) == (20, "The bank does not answer.")
    assert refunds.worrying([refund]) == [refund]

    assert refunds.send_owed(at) == 1
    assert sent_at_the_bank() == [8400]


@pytest.mark.django_db
def test_a_refund_whose_answer_was_lost_is_not_sent_twice():
    """M8: the bank did it, and we did not hear so."""
    refund = owed()
    with cards.outage(Outage.AFTER):
        assert not refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.is_owed

    assert refunds.send_owed(timezone.now() + HOUR) == 1

    assert sent_at_the_bank() == [8400]


@pytest.mark.django_db
def test_a_refund_whose_answer_was_lost_is_noted_by_the_next_look():
    refund = owed()
    with cards.outage(Outage.AFTER):
        refunds.send(refund.pk)

    cards.seen(refund.payment)

    refund.refresh_from_db()
    assert refund.status == Refund.Status.SENT
    assert refunds.send_owed(timezone.now() + HOUR) == 0


@pytest.mark.django_db
def test_a_refund_that_is_on_its_way_is_asked_after_and_not_sent_again(monkeypatch):
    refund = owed()
    stages = iter([RefundStage.ON_ITS_WAY])
    sent = type(DEMO).refund

    def slowly(provider, asked):
        told = sent(provider, asked)
        return ReportedRefund(told.key, told.provider_reference, told.amount_minor, next(stages))

    monkeypatch.setattr(type(DEMO), "refund", slowly)

    assert not refunds.send(refund.pk)
    refund.refresh_from_db()
    assert (refund.is_owed, bool(refund.provider_reference), refund.failure) == (True, True, "")
    assert refunds.send(refund.pk, at=timezone.now() + HOUR)
    assert sent_at_the_bank() == [8400]


@pytest.mark.django_db
def test_a_refund_that_came_back_is_owed_again():
    refund = owed()
    refunds.send(refund.pk)
    refund.refresh_from_db()

    assert refunds.note_returned(refund, "The card was closed.", at=timezone.now())
    assert not refunds.note_returned(refund, "The card was closed.", at=timezone.now())

    refund.refresh_from_db()
    assert (refund.is_owed, refund.failure) == (True, "The card was closed.")


# -- Disputed ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_goes_out_while_the_bank_has_it_in_question():
    """M7: a dispute locks refunds."""
    refund = owed(700)
    payment = refund.payment
    demo_bank.dispute(payment.reference, "open")
    payment = cards.seen(payment)

    assert refunds.send_owed(timezone.now() + HOUR) == 0
    assert not refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.tries == 0, "The bank was asked."
    with pytest.raises(refunds.CannotGiveBackError, match="in question"):
        refunds.give_back(payment, 100, by=make.staff(), reason="A late issue")
    with pytest.raises(guarantee.NotClaimableError, match="in question"):
        guarantee.plan_refund(cards.loaded(payment))

    demo_bank.dispute(payment.reference, "won")
    cards.seen(payment)
    assert refunds.send_owed(timezone.now() + HOUR) == 1
    assert sent_at_the_bank() == [700]


# -- Once --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_machine_that_stops_anywhere_in_a_refund_sends_it_once():
    refund = owed()
    for machine in machines_that_stop():
        with machine.running():
            refunds.send(refund.pk)
        refunds.send_owed(timezone.now() + HOUR)

        refund.refresh_from_db()
        assert refund.status == Refund.Status.SENT, machine.number
        assert len(cards.at_the_bank(refund.payment).refunds) == 1, machine.number
        assert refund.payment.subscription.events.filter(kind="refund_sent").count() == 1, machine.number

    assert machine.number > 15


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_one_refund_send_it_once(in_thread):
    refund = in_thread(owed)
    together = threading.Barrier(12)

    def act() -> bool:
        together.wait()
        return refunds.send(refund.pk)

    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(in_thread, [act] * 12))

    assert done.count(True) == 1
    assert in_thread(sent_at_the_bank) == [8400]
    assert in_thread(Letter.objects.filter(kind=Letter.Kind.REFUND_SENT).count) == 1


@pytest.mark.django_db(transaction=True)
def test_the_queue_survives_a_worker_that_is_killed_and_pays_each_refund_once(in_thread):
    """Killed with -9 at seeded points: a worker begins where the last one was shot."""
    refunded = [in_thread(owed, 8400 - number) for number in range(KILLS)]
    chance = random.Random(1860)
    killed = 0
    for hour in range(KILLS):
        send = partial(refunds.send_owed, timezone.now() + hour * HOUR)
        killed += in_thread(partial(done_apart, send, kill_before=chance.randint(2, 25))) is None
    assert in_thread(done_apart, partial(refunds.send_owed, timezone.now() + (KILLS + 1) * HOUR))

    assert killed >= KILLS / 2
    assert sorted(in_thread(sent_at_the_bank)) == sorted(one.amount_minor for one in refunded)
    assert in_thread(Refund.objects.owed().count) == 0
    assert in_thread(Letter.objects.filter(kind=Letter.Kind.REFUND_SENT).count) == KILLS
    assert in_thread(lambda: {payment.kept_minor for payment in Payment.objects.all()}) == set(range(KILLS))
