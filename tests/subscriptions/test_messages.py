"""Providers' messages: sealed, stored before anything is done, applied once, and never lost."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from subscriptions.access import Audience, verdict_for
from subscriptions.models import (
    Customer,
    Entitlement,
    Letter,
    Payment,
    ProviderEvent,
    Refund,
    SubscriptionEvent,
    Term,
)
from subscriptions.paying import demo_bank, messages, refunds, settling
from subscriptions.providers import demo
from subscriptions.providers.base import ForgedMessageError
from subscriptions.providers.demo import Card, Outage
from tests import make
from tests.killing import machines_that_stop
from tests.subscriptions import cards

AT = datetime(2027, 5, 3, 12, 0, tzinfo=UTC)
ADDRESS = reverse("subscriptions:messages", args=["demo"])


def told(payment: Payment, **more: object) -> ProviderEvent:
    return demo_bank.tell("payment.changed", payment.reference, **more)


def posted(body: bytes, headers: dict[str, str], client: Client | None = None):
    client = client or Client(enforce_csrf_checks=True)
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


# -- Who sent it ------------------------------------------------------------------


def _forgeries():
    body, headers = demo.message("payment.changed", "H-AAAAAA-1", at=AT)
    sent, _comma, seal = headers[demo.SIGNATURE].partition(",")
    other, others = demo.message("payment.changed", "H-CCCCCC-1", at=AT)
    stamp = int(AT.timestamp())
    yield "no seal", body, {}
    yield "an empty seal", body, {demo.SIGNATURE: ""}
    yield "only the time", body, {demo.SIGNATURE: f"{sent},"}
    yield "a wrong seal", body, {demo.SIGNATURE: f"{sent},{'0' * 64}"}
    yield "part of the seal", body, {demo.SIGNATURE: f"{sent},{seal[:-1]}"}
    yield "the seal of another body", body, {demo.SIGNATURE: others[demo.SIGNATURE]}
    yield "another body under the seal", other, headers
    yield "a changed body", body.replace(b"AAAAAA", b"AAAAAC"), headers
    yield "a changed time", body, {demo.SIGNATURE: f"{stamp + 1},{seal}"}
    yield "no time", body, {demo.SIGNATURE: f",{demo.sealed('', body)}"}
    yield "a time in words", body, {demo.SIGNATURE: f"noon,{demo.sealed('noon', body)}"}
    yield "a time in other digits", body, {demo.SIGNATURE: f"٣,{demo.sealed('٣', body)}"}
    yield "an older way of sealing", body, {demo.SIGNATURE: f"v0={seal}"}
    for why, minutes in (("too old", -6), ("from the future", 6)):
        late, sealed = demo.message("payment.changed", "H-AAAAAA-1", at=AT + timedelta(minutes=minutes))
        yield why, late, sealed


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "headers"), [pytest.param(b, h, id=why) for why, b, h in _forgeries()])
def test_a_message_that_the_bank_did_not_send_is_refused(body, headers):
    """M2: forged messages."""
    with pytest.raises(ForgedMessageError):
        messages.receive("demo", body, headers, AT)

    assert not ProviderEvent.objects.exists()


@pytest.mark.django_db
def test_a_message_sealed_with_another_key_is_refused(settings):
    """M2: the seal depends on a secret."""
    settings.SECRET_KEY = "somebody else's"
    body, headers = demo.message("payment.changed", "H-AAAAAA-1", at=AT)
    settings.SECRET_KEY = "ours"

    with pytest.raises(ForgedMessageError):
        messages.receive("demo", body, headers, AT)


@pytest.mark.django_db
def test_the_address_takes_a_message_and_says_nothing():
    """M2: stored before it is acted on, answered with an empty page that nobody keeps."""
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)

    answer = posted(*demo.message("payment.changed", payment.reference, at=timezone.now()))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Cache-Control"] == "private, no-store"
    event = ProviderEvent.objects.get()
    assert json.loads(event.body)["about"] == payment.reference
    assert event.applied_at is None
    assert cards.fresh(payment).is_expected
    queued = DBTaskResult.objects.get(task_path="subscriptions.tasks.apply_message")
    assert queued.args_kwargs["args"] == [event.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b"null", b'{"id": 1}'])
def test_the_address_refuses_what_is_not_sealed_whatever_it_is(body):
    """M2: nonsense is answered with 400 and leaves nothing behind."""
    assert posted(body, {}).status_code == 400
    assert posted(body, {demo.SIGNATURE: "x" * 5000}).status_code == 400
    assert not ProviderEvent.objects.exists()


@pytest.mark.django_db
def test_the_address_reads_no_more_than_a_message_can_be():
    body, headers = demo.message("payment.changed", "H-AAAAAA-1", at=timezone.now())

    assert posted(body + b" " * 300_000, headers).status_code == 413
    assert Client().get(ADDRESS).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("provider", ["manual", "nobody", "stripe-test"])
def test_nobody_else_has_an_address_for_messages(provider):
    address = reverse("subscriptions:messages", args=[provider])

    assert Client().post(address, b"{}", content_type="application/json").status_code == 404


@pytest.mark.django_db
def test_without_the_demonstrations_bank_its_messages_are_not_taken(settings):
    body, headers = demo.message("payment.changed", "H-AAAAAA-1", at=timezone.now())
    settings.DEMO_PROVIDER = False

    assert posted(body, headers).status_code == 404


# -- Applied ------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_reader_reads_when_the_message_was_applied():
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    event = told(payment)

    assert messages.apply(event.pk)

    event.refresh_from_db()
    assert (event.applied_at is not None, event.result, event.tries) == (True, payment.reference, 1)
    assert verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted
    assert not messages.apply(event.pk)


@pytest.mark.django_db
def test_a_message_that_comes_twice_is_one():
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    body, headers = demo.message("payment.changed", payment.reference, at=AT)

    events = {messages.receive("demo", body, headers, AT).pk for _copy in range(3)}

    assert len(events) == 1
    assert DBTaskResult.objects.filter(task_path="subscriptions.tasks.apply_message").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_messages_in_any_order_and_number_come_to_the_same(seed):
    """M1, M3: shuffled, doubled and partly lost."""
    chance = random.Random(seed)
    payment = cards.order()
    staff = make.staff()
    demo_bank.pay(payment.reference, Card.WORKS)
    events = [told(payment)]
    messages.apply(events[0].pk)
    refunds.give_back(cards.fresh(payment), 2000, by=staff, reason="A late issue")
    refunds.send_owed()
    events.append(told(payment))
    demo_bank.refund(payment.reference, 1000)
    events.append(told(payment))
    demo_bank.dispute(payment.reference, "open")
    events.append(told(payment))
    demo_bank.dispute(payment.reference, "won")
    events.append(told(payment))

    for event in chance.choices(events, k=12):
        messages.apply_again(event)
        messages.apply(event.pk)

    payment = cards.fresh(payment)
    assert (payment.is_confirmed, payment.refunded_minor, payment.dispute) == (True, 3000, "won")
    assert payment.kept_minor == cards.held_by_us(payment)
    assert Refund.objects.count() == 2
    assert SubscriptionEvent.objects.filter(kind="paid").count() == 1


@pytest.mark.django_db
def test_a_message_about_an_old_subscription_never_touches_the_new_one():
    old = cards.paid(months=1)
    reader = old.subscription.reader
    refunds.give_back(old, 900, by=make.staff(), reason="Moved abroad")
    refunds.send_owed()
    new = cards.paid(by=reader)
    before = list(Entitlement.objects.filter(subscription=new.subscription).values())

    for kind in ("payment.changed", "payment.changed"):
        messages.apply(demo_bank.tell(kind, old.reference).pk)

    assert list(Entitlement.objects.filter(subscription=new.subscription).values()) == before
    assert cards.fresh(new).refunded_minor == 0


@pytest.mark.django_db
def test_a_new_card_is_told_and_what_failed_is_tried_on_it_at_once():
    """M7: card update."""
    payment = cards.paid(card=Card.REFUSED_LATER)
    Payment.objects.create(
        subscription=payment.subscription,
        price=payment.price,
        reference=f"{payment.subscription.number}-2",
        amount_minor=8400,
        currency="GBP",
        provider="demo",
        method="card",
        tries=1,
        failed_at=AT,
        failure="The card was refused.",
    )
    customer = Customer.objects.get()
    demo_bank.change_card(customer.reference, Card.WORKS)

    assert messages.apply(demo_bank.tell("customer.changed", customer.reference).pk)

    customer.refresh_from_db()
    assert customer.card == Card.WORKS
    assert Payment.objects.expected().get().next_try_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["customer.changed"])
def test_a_message_about_nothing_of_ours_is_noted_and_left(kind):
    event = demo_bank.tell(kind, "demo-somebody-else")

    assert messages.apply(event.pk)

    event.refresh_from_db()
    assert event.result == "Nothing of ours."


# -- Not at once ----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_message_the_bank_does_not_explain_now_is_tried_again_and_at_last_given_up():
    """M8: the provider is down; nothing is lost, and a person hears of it."""
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    event = told(payment, at=AT)
    at, tries = AT, []

    with cards.outage(Outage.BEFORE):
        while not ProviderEvent.objects.dead().exists():
            assert not messages.apply(event.pk, at)
            # Asked in between, nothing happens.
            assert not messages.apply(event.pk, at)
            event.refresh_from_db()
            tries.append(event.next_try_at - at)
            at = event.next_try_at

    assert len(tries) == messages.MOST_TRIES
    assert tries[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert timedelta(hours=12) < at - AT < timedelta(days=2)
    assert event.failure == "The bank does not answer."
    assert not messages.apply(event.pk, at + timedelta(days=9))
    messages.apply_again(event, at=at)
    assert messages.apply(event.pk, at)
    assert cards.fresh(payment).is_confirmed


@pytest.mark.django_db
def test_a_message_that_comes_before_we_know_its_payment_waits_for_it():
    event = demo_bank.tell("payment.changed", "H-AAAAAA-1", at=AT)
    assert not messages.apply(event.pk, AT)
    payment = cards.order()
    Payment.objects.filter(pk=payment.pk).update(reference="H-AAAAAA-1")
    demo.DemoCharge.objects.filter(reference=payment.reference).update(reference="H-AAAAAA-1")
    demo_bank.pay("H-AAAAAA-1", Card.WORKS)

    assert messages.apply_waiting(AT + timedelta(minutes=1)) == 1

    assert cards.fresh(payment).is_confirmed


@pytest.mark.django_db
def test_a_message_whose_sum_is_not_ours_is_given_up_at_once_with_a_sentence():
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    Payment.objects.filter(pk=payment.pk).update(amount_minor=9900)
    event = told(payment)

    assert not messages.apply(event.pk)

    event.refresh_from_db()
    assert event.dead_at is not None
    assert "We asked for £99.00" in event.failure
    assert cards.fresh(payment).is_expected


@pytest.mark.django_db
def test_a_fault_of_our_own_does_not_lose_the_message_nor_those_behind_it(monkeypatch):
    broken, sound = cards.order(), cards.order()
    events = []
    for payment in (broken, sound):
        demo_bank.pay(payment.reference, Card.WORKS)
        events.append(told(payment, at=AT))
    look = settling.look

    def fails(payment_id, **more):
        if payment_id == broken.pk:
            raise ZeroDivisionError
        return look(payment_id, **more)

    monkeypatch.setattr(settling, "look", fails)
    assert messages.apply_waiting(AT) == 1
    monkeypatch.undo()

    assert cards.fresh(sound).is_confirmed
    assert messages.apply_waiting(AT + timedelta(minutes=1)) == 1
    assert cards.fresh(broken).is_confirmed


@pytest.mark.wide
@pytest.mark.django_db
def test_a_machine_that_stops_anywhere_in_a_message_loses_nothing():
    """M1: a crash between any two statements; a later look comes to the same end."""
    payment = cards.order()
    demo_bank.pay(payment.reference, Card.WORKS)
    event = told(payment)
    for machine in machines_that_stop():
        with machine.running():
            messages.apply(event.pk)
        waits = ProviderEvent.objects.filter(pk=event.pk, applied_at=None).count()
        assert waits or not machine.has_stopped, machine.number

        assert messages.apply_waiting(timezone.now() + timedelta(minutes=6)) == waits, machine.number
        _is_true(payment)

    assert machine.number > 20


def _is_true(payment: Payment) -> None:
    payment = cards.fresh(payment)
    assert payment.is_confirmed
    assert Term.objects.filter(payment=payment).count() == 1
    assert payment.subscription.events.filter(kind="paid").count() == 1
    assert verdict_for(payment.subscription.reader, Audience.SUBSCRIBERS).granted


# -- At the same moment -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_fifty_copies_of_a_message_at_the_same_moment_have_one_effect(in_thread):
    """M3: received fifty times at once, and then applied fifty times at once."""
    copies = 50
    payment = in_thread(cards.order)
    in_thread(demo_bank.pay, payment.reference, Card.WORKS)
    body, headers = demo.message("payment.changed", payment.reference, at=timezone.now())
    together = threading.Barrier(copies)

    def receive() -> int:
        together.wait()
        return messages.receive("demo", body, headers).pk

    with ThreadPoolExecutor(copies) as pool:
        events = set(pool.map(in_thread, [receive] * copies))
    assert len(events) == 1
    (event_id,) = events

    def apply() -> bool:
        together.wait()
        return messages.apply(event_id)

    with ThreadPoolExecutor(copies) as pool:
        done = list(pool.map(in_thread, [apply] * copies))

    assert done.count(True) == 1
    assert in_thread(ProviderEvent.objects.count) == 1
    in_thread(_is_true, payment)
    assert in_thread(Letter.objects.filter(kind=Letter.Kind.RECEIPT).count) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_looks_at_one_payment_at_the_same_moment_write_it_down_once(in_thread):
    """M3: fifty different messages about the same payment."""
    copies = 50
    payment = in_thread(cards.order)
    in_thread(demo_bank.pay, payment.reference, Card.WORKS)
    in_thread(demo_bank.refund, payment.reference, 1000)
    together = threading.Barrier(copies)

    def look() -> str:
        together.wait()
        return settling.look(payment.pk).stage

    with ThreadPoolExecutor(copies) as pool:
        assert set(pool.map(in_thread, [look] * copies)) == {"paid"}

    in_thread(_is_true, payment)
    assert in_thread(lambda: cards.fresh(payment).refunded_minor) == 1000
    assert in_thread(Refund.objects.count) == 1
