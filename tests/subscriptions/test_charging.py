"""Cards are charged when it is time, once for each try, and never after a cancellation."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from subscriptions import terms
from subscriptions.access import Audience, verdict_for
from subscriptions.life import dunning, lifecycle, renewals
from subscriptions.life.lifecycle import standing
from subscriptions.models import Customer, DemoCharge, Letter, Payment, Refund, Subscription, Term
from subscriptions.paying import charging, demo_bank, settling
from subscriptions.providers import DEMO
from subscriptions.providers.base import ProviderUnavailableError
from subscriptions.providers.demo import Card, Outage
from tests import make
from tests.killing import machines_that_stop
from tests.subscriptions import cards

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

BOUGHT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
DUE = terms.start_of(date(2027, 4, 1))
DAY = timedelta(days=1)
LATER = charging.LEASE


@pytest.fixture(autouse=True)
def _on_sale(db):
    make.plan().versions.update(sold_from_at=datetime(2020, 1, 1, tzinfo=UTC))


def billed(card: Card = Card.WORKS) -> Payment:
    """The renewal of a monthly plan, to be charged on the first of April."""
    first = cards.paid(card=card, at=BOUGHT, months=1)
    renewals.bill_due(DUE - timedelta(days=5))
    bill = first.subscription.payments.expected().get()
    assert bill.next_try_at == DUE
    return bill


# -- When it is time --------------------------------------------------------------


def test_a_card_is_charged_on_the_first_day_of_the_next_term_and_not_before():
    bill = billed()

    assert charging.charge_due(DUE - timedelta(seconds=1)) == 0
    assert charging.charge_due(DUE) == 1

    bill = cards.fresh(bill)
    assert (bill.is_confirmed, bill.tries) == (True, 1)
    assert bill.term.starts_on == date(2027, 4, 1)
    assert charging.charge_due(DUE + DAY) == 0


def test_a_refused_card_is_tried_again_as_dunning_says_and_no_oftener():
    """M7: past due."""
    bill = billed(Card.REFUSED_LATER)
    tried = []
    for day in range(30):
        at = DUE + day * DAY
        tried += [day] * charging.charge_due(at)

    bill = cards.fresh(bill)
    assert tried == [0, 3, 7, 12]
    assert (bill.tries, bill.next_try_at, bill.failure) == (4, None, "The card was refused.")
    assert Letter.objects.filter(kind=Letter.Kind.CARD_FAILED).count() == 2
    assert cards.at_the_bank(bill).last_try == 4


def test_a_reader_whose_new_card_works_is_charged_at_once():
    bill = billed(Card.REFUSED_LATER)
    charging.charge_due(DUE)
    customer = Customer.objects.get()
    demo_bank.change_card(customer.reference, Card.WORKS)
    assert charging.charge_due(DUE + DAY) == 0

    demo_bank.tell("customer.changed", customer.reference, at=DUE + DAY)
    settling.note_card(customer, DEMO.card_of(customer.reference), at=DUE + DAY)

    assert charging.charge_due(DUE + DAY) == 1
    assert cards.fresh(bill).is_confirmed


def test_a_reader_who_pays_on_the_page_after_a_refusal_is_not_charged_as_well():
    bill = billed(Card.REFUSED_LATER)
    charging.charge_due(DUE)
    charging.pay_page(bill, cards.BACK)
    demo_bank.pay(bill.reference, Card.WORKS, at=DUE + DAY)

    charging.charge_due(DUE + 3 * DAY)

    bill = cards.fresh(bill)
    assert (bill.is_confirmed, bill.tries) == (True, 2)
    assert Term.objects.filter(payment=bill).count() == 1
    assert cards.held_by_us(bill) == bill.amount_minor


# -- Never ---------------------------------------------------------------------------


def test_no_page_is_opened_while_the_card_is_being_charged(monkeypatch):
    bill = billed()
    opened = []
    charge = DEMO.charge

    def meanwhile(payment: Payment, *, customer: str):
        with pytest.raises(charging.NotPayableError):
            charging.pay_page(cards.fresh(payment), cards.BACK, at=DUE)
        opened.append(payment)
        return charge(payment, customer=customer)

    monkeypatch.setattr(DEMO, "charge", meanwhile)

    assert charging.charge_due(DUE) == 1
    assert opened == [bill]


def test_the_card_is_left_alone_while_the_page_is_being_opened():
    bill = billed()
    charging.pay_page(bill, cards.BACK, at=DUE)

    assert charging.charge_due(DUE + timedelta(minutes=9)) == 0
    assert charging.charge_due(DUE + timedelta(minutes=10)) == 1


def test_nobody_is_charged_after_cancelling():
    bill = billed()
    lifecycle.cancel(cards.loaded(bill), by=bill.subscription.reader, at=DUE - DAY)

    assert charging.charge_due(DUE + DAY) == 0
    assert not charging.charge(bill.pk, at=DUE + DAY)
    assert not DemoCharge.objects.filter(reference=bill.reference, stage="paid").exists()


@pytest.mark.parametrize("ended", ["cancelled_at", "closed_at"])
def test_a_bill_that_was_left_behind_by_a_cancellation_is_not_charged(ended):
    bill = billed()
    Subscription.objects.update(**{ended: DUE - DAY})

    assert charging.charge_due(DUE) == 0
    assert not DemoCharge.objects.filter(reference=bill.reference).exists()


def test_who_cancels_while_the_card_is_being_charged_gets_it_back(monkeypatch):
    bill = billed()
    charge = type(DEMO).charge

    def meanwhile(provider, payment, **more):
        lifecycle.cancel(cards.loaded(bill), by=bill.subscription.reader, at=DUE)
        return charge(provider, payment, **more)

    monkeypatch.setattr(type(DEMO), "charge", meanwhile)

    charging.charge_due(DUE)

    refund = Refund.objects.get()
    assert (refund.kind, refund.amount_minor) == (Refund.Kind.LATE, bill.amount_minor)
    assert Term.objects.count() == 1


def test_nobody_is_charged_while_a_payment_of_theirs_is_disputed():
    """M7: a dispute."""
    bill = billed()
    first = bill.subscription.payments.confirmed().get()
    demo_bank.dispute(first.reference, "open")
    cards.seen(first)

    assert charging.charge_due(DUE) == 0

    demo_bank.dispute(first.reference, "won")
    cards.seen(first)
    assert charging.charge_due(DUE) == 1


def test_nobody_is_charged_for_a_transfer():
    payment = make.order().payments.get()
    Payment.objects.filter(pk=payment.pk).update(next_try_at=DUE)

    assert charging.charge_due(DUE + DAY) == 0
    assert not charging.charge(payment.pk, at=DUE + DAY)


# -- A bad line -----------------------------------------------------------------------


def test_a_bank_that_is_down_for_an_hour_charges_once_when_it_is_back():
    """M8: provider down."""
    bill = billed()

    with cards.outage(Outage.BEFORE):
        for minutes in range(0, 60, 5):
            charging.charge_due(DUE + timedelta(minutes=minutes))
    charging.charge_due(DUE + timedelta(hours=1))

    bill = cards.fresh(bill)
    assert (bill.is_confirmed, bill.tries) == (True, 1)


def test_a_charge_whose_answer_was_lost_is_not_made_twice():
    """M8: no double charge."""
    bill = billed()
    with cards.outage(Outage.AFTER):
        charging.charge_due(DUE)
    assert cards.fresh(bill).is_expected
    assert cards.at_the_bank(bill).stage == "paid"

    charging.charge_due(DUE + LATER)

    bill = cards.fresh(bill)
    assert (bill.is_confirmed, bill.tries) == (True, 1)


def test_a_refusal_whose_answer_was_lost_counts_once():
    bill = billed(Card.REFUSED_LATER)
    with cards.outage(Outage.AFTER):
        charging.charge_due(DUE)
    cards.seen(bill, at=DUE)
    assert cards.fresh(bill).failed_at is None

    charging.charge_due(DUE + LATER)

    bill = cards.fresh(bill)
    assert (bill.tries, bill.failed_at) == (1, DUE + LATER)
    assert cards.at_the_bank(bill).last_try == 1
    assert bill.subscription.events.filter(kind="failed").count() == 1


@pytest.mark.parametrize("card", [Card.WORKS, pytest.param(Card.REFUSED_LATER, marks=pytest.mark.drill)])
def test_a_machine_that_stops_anywhere_in_a_charge_charges_once(card):
    """M8: a crash between any two statements, at ours and at the bank's."""
    bill = billed(card)
    for machine in machines_that_stop():
        with machine.running():
            charging.charge_due(DUE)
        charging.charge_due(DUE + LATER)

        bill = cards.fresh(bill)
        assert bill.tries == 1, machine.number
        assert bill.is_confirmed == (card == Card.WORKS), machine.number
        assert bill.subscription.events.filter(kind="failed").count() == (card != Card.WORKS), machine.number
        assert cards.at_the_bank(bill).last_try == 1, machine.number

    assert machine.number > 20


def test_an_answer_that_cannot_be_true_stops_the_tries():
    bill = billed()
    DEMO.pay_page(bill, customer=Customer.objects.get().reference, return_to=cards.BACK)
    DemoCharge.objects.filter(reference=bill.reference).update(amount_minor=1)

    charging.charge_due(DUE)

    bill = cards.fresh(bill)
    assert (bill.is_expected, bill.next_try_at) == (True, None)
    assert "We asked for" in bill.failure
    assert not verdict_for(bill.subscription.reader, Audience.SUBSCRIBERS, DUE + 30 * DAY).granted


# -- The page -----------------------------------------------------------------------


def test_the_pay_page_is_the_same_however_often_it_is_opened(client):
    """M6: back button, double click, two tabs."""
    payment = cards.order()
    addresses = [charging.pay_page(payment, cards.BACK) for _time in range(2)]

    for address in addresses:
        assert client.get(address).status_code == 200
    assert client.post(addresses[0], {"card": Card.WORKS}).status_code == 302
    page = client.post(addresses[1], {"card": Card.WORKS})

    assert page.status_code == 200
    assert DemoCharge.objects.count() == 1
    assert Term.objects.count() == 1


def test_a_page_that_cannot_be_opened_is_no_fault_of_the_order():
    """M8: the page says so, and the order waits."""
    payment = cards.order()

    with cards.outage(Outage.BEFORE), pytest.raises(ProviderUnavailableError):
        charging.pay_page(payment, cards.BACK)

    assert cards.fresh(payment).is_expected


@pytest.mark.parametrize("why", ["paid", "void", "by transfer"])
def test_there_is_no_page_for_what_is_not_paid_on_one(why):
    payment = make.order().payments.get() if why == "by transfer" else cards.order()
    if why == "paid":
        demo_bank.pay(payment.reference, Card.WORKS)
        cards.seen(payment)
    if why == "void":
        lifecycle.cancel(cards.loaded(payment), by=payment.subscription.reader)

    with pytest.raises(charging.NotPayableError):
        charging.pay_page(payment, cards.BACK)


# -- Withdrawn ------------------------------------------------------------------------


def test_what_is_not_asked_for_any_more_cannot_be_paid_any_more(client):
    payment = cards.order()
    address = charging.pay_page(payment, cards.BACK)
    lifecycle.cancel(cards.loaded(payment), by=payment.subscription.reader)

    with cards.outage(Outage.BEFORE):
        assert charging.withdraw_void() == 0
    assert charging.withdraw_void() == 1

    assert cards.fresh(payment).withdrawn_at is not None
    assert b"cannot be paid any more" in client.post(address, {"card": Card.WORKS}).content
    assert cards.at_the_bank(payment).stage == "gone"
    assert charging.withdraw_void() == 0


def test_what_was_paid_just_before_it_was_withdrawn_goes_back():
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    lifecycle.cancel(cards.loaded(payment), by=payment.subscription.reader)

    assert not charging.withdraw(payment.pk)

    assert Refund.objects.get().kind == Refund.Kind.LATE
    assert standing(cards.loaded(payment)).is_refunded


def test_the_days_of_grace_end_with_nothing_charged_afterwards():
    bill = billed(Card.REFUSED_LATER)
    for day in range(20):
        charging.charge_due(DUE + day * DAY)
        dunning.lapse_due(DUE + day * DAY)

    demo_bank.change_card(Customer.objects.get().reference, Card.WORKS)
    settling.note_card(Customer.objects.get(), Card.WORKS.value, at=DUE + 20 * DAY)

    assert charging.charge_due(DUE + 21 * DAY) == 0
    assert cards.fresh(bill).status == Payment.Status.VOID
    assert charging.withdraw_void(timezone.now()) == 1
