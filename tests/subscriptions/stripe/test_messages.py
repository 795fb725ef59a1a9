"""Who may tell us that money came: Stripe, now, and nobody else."""

import json
from datetime import timedelta

import pytest
import stripe

from subscriptions.providers.base import ForgedMessageError
from subscriptions.providers.stripe import StripeProvider, messages
from subscriptions.providers.stripe.pretend import CARDS
from tests.subscriptions.stripe.conftest import NOON

SECRET = "whsec_a_secret_of_ours"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "data": {"object": {"id": "cs_1", "object": "checkout.session", "metadata": {"payment": "H-6"}}},
}
BODY = json.dumps(EVENT).encode()


def header(*, body: bytes = BODY, secret: str = SECRET, late: float = 0) -> str:
    """What Stripe writes above ``body``, signed ``late`` seconds after noon."""
    seconds = int(NOON.timestamp() + late)
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, seconds)


def read(body: bytes = BODY, headers: dict[str, str] | None = None, *, secret: str = SECRET):
    headers = {"Stripe-Signature": header()} if headers is None else headers
    return messages.read(body, headers, secret=secret, at=NOON)


def test_a_message_that_stripe_signed_is_read():
    message = read()

    assert (message.id, message.kind, message.object_id) == ("evt_1", "checkout.session.completed", "cs_1")
    assert message.body == EVENT


@pytest.mark.parametrize("late", [-300, -299, 0, 299, 300])
@pytest.mark.parametrize("name", ["Stripe-Signature", "stripe-signature", "STRIPE-SIGNATURE"])
def test_a_message_signed_within_five_minutes_is_read(late, name):
    assert read(headers={name: header(late=late)}).id == "evt_1"


def test_a_secret_that_is_being_replaced_signs_beside_the_new_one():
    old = header(secret="whsec_old").partition("v1=")[2]

    assert read(headers={"Stripe-Signature": f"{header()},v1={old}"}).id == "evt_1"


ELSEWHERE = json.dumps(EVENT | {"id": "evt_2"}).encode()
FORGERIES = {
    "no header": {},
    "another header": {"X-Signature": header()},
    "an empty header": {"Stripe-Signature": ""},
    "nonsense": {"Stripe-Signature": "let me in"},
    "no time": {"Stripe-Signature": header().partition(",")[2]},
    "no signature": {"Stripe-Signature": header().partition(",")[0]},
    "an empty signature": {"Stripe-Signature": header().partition("v1=")[0] + "v1="},
    "letters that are not ours": {"Stripe-Signature": f"t={int(NOON.timestamp())},v1=é"},
    "a time that is none": {"Stripe-Signature": header().replace("t=", "t=x")},
    "another time than was signed": {"Stripe-Signature": header().replace("t=1", "t=2")},
    "a second time behind an old one": {"Stripe-Signature": f"{header(late=-301)},t={int(NOON.timestamp())}"},
    "a second time before an old one": {"Stripe-Signature": f"t={int(NOON.timestamp())},{header(late=-301)}"},
    "another secret": {"Stripe-Signature": header(secret="whsec_guessed")},
    "another body's signature": {"Stripe-Signature": header(body=ELSEWHERE)},
    "signed too long ago": {"Stripe-Signature": header(late=-301)},
    "signed in the future": {"Stripe-Signature": header(late=301)},
    "v0": {"Stripe-Signature": header().replace("v1=", "v0=")},
    "v0 beside a wrong v1": {"Stripe-Signature": f"{header().replace('v1=', 'v0=')},v1=00"},
    "v2": {"Stripe-Signature": header().replace("v1=", "v2=")},
}


@pytest.mark.parametrize("headers", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_message_is_not_read(headers):
    with pytest.raises(ForgedMessageError):
        read(headers=headers)


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_an_empty_secret_reads_nothing_even_if_signed_with_it(secret):
    with pytest.raises(ForgedMessageError):
        read(headers={"Stripe-Signature": header(secret=secret)}, secret=secret)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'"event"',
        b"{}",
        b'{"object": "event", "id": "evt_1", "type": "x", "data": {"object": "cs_1"}}',
        b'{"object": "event", "id": "evt_1", "type": "x", "data": []}',
        b'{"object": "event", "data": {"object": {}}}',
        b'{"object": "v2.core.event", "id": "evt_1", "data": {"object": {}}}',
    ],
)
def test_what_is_signed_but_no_message_is_not_read(body):
    with pytest.raises(ForgedMessageError):
        read(body, {"Stripe-Signature": header(body=body)})


def test_bytes_that_are_no_text_are_not_read():
    with pytest.raises(ForgedMessageError):
        read(b"\xff\xfe")


def test_one_changed_letter_of_the_body_is_noticed():
    with pytest.raises(ForgedMessageError):
        read(BODY.replace(b"H-6", b"H-7"))


def kinds_and_subjects(till) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for signed in till.stripe.messages():
        message = till.provider.read_message(signed.body, signed.headers, till.clock.now)
        subject = till.provider.subject_of(message)
        found.setdefault(message.kind, set()).add((subject.reference, subject.customer))
    return found


def test_every_message_about_money_leads_to_our_payment(till):
    payment, customer = till.renewal()
    till.provider.charge(payment, customer=customer)
    first = payment.subscription.payments.order_by("id")[0]
    till.stripe.refund_by_hand(first.reference, 100)
    till.stripe.decide(till.stripe.dispute(payment.reference), won=True)

    told = kinds_and_subjects(till)

    assert told["checkout.session.completed"] == {(first.reference, customer)}
    assert told["invoice.paid"] == {(payment.reference, customer)}
    assert told["refund.created"] == told["charge.refunded"] == {(first.reference, customer)}
    assert told["charge.dispute.created"] == {(payment.reference, customer)}
    assert told["charge.dispute.closed"] == {(payment.reference, customer)}
    assert {reference for reference, _ in told["payment_intent.succeeded"]} == {
        first.reference,
        payment.reference,
    }


def test_a_message_about_a_card_leads_to_its_reader(till):
    _, customer = till.paid()
    till.stripe.change_card(customer, CARDS["other"])

    told = kinds_and_subjects(till)

    assert told["customer.updated"] == told["payment_method.attached"] == {("", customer)}


def test_a_message_about_a_card_that_was_taken_away_leads_to_who_had_it(till):
    _, customer = till.paid()
    till.stripe.remove_cards(customer)

    assert kinds_and_subjects(till)["payment_method.detached"] == {("", customer)}


def test_a_message_about_something_that_is_not_ours_is_about_nothing(till):
    foreign = {"object": "event", "id": "evt_9", "type": "refund.created"}
    foreign["data"] = {"object": {"object": "refund", "id": "re_9", "payment_intent": "pi_of_somebody_else"}}
    body = json.dumps(foreign).encode()
    signed = {"Stripe-Signature": header(body=body, secret=till.stripe.secret)}

    subject = till.provider.subject_of(till.provider.read_message(body, signed, NOON))

    assert (subject.reference, subject.customer) == ("", "")


def test_a_message_signed_an_hour_ago_is_not_read_even_if_it_was_true(till):
    till.paid()
    [*_, last] = till.stripe.messages()
    till.clock.turn(seconds=301)

    with pytest.raises(ForgedMessageError):
        till.provider.read_message(last.body, last.headers, till.clock.now)
    [*_, again] = till.stripe.messages()
    assert till.provider.read_message(again.body, again.headers, till.clock.now).id == last.id


def test_a_provider_without_a_secret_reads_no_message(till):
    till.paid()
    [*_, last] = till.stripe.messages()
    without = StripeProvider.__new__(StripeProvider)
    without.webhook_secret = ""

    with pytest.raises(ForgedMessageError):
        without.read_message(last.body, last.headers, till.clock.now + timedelta(seconds=1))
