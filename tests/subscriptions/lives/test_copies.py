"""Fifty copies of one message of Stripe's, at the same moment (the demonstration's bank: test_messages)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import timezone

from subscriptions import providers
from subscriptions.models import Entitlement, Letter, Payment, ProviderEvent, Term
from subscriptions.paying import charging, messages
from subscriptions.selling import checkout
from tests import make
from tests.subscriptions.lives.banks import BACK, StripeBank, installed
from tests.subscriptions.lives.wire import Line

COPIES = 50


@pytest.fixture
def bank(monkeypatch) -> StripeBank:
    bank = StripeBank(timezone.now, Line(lambda: None, 0))
    mine = installed(bank)
    for module in (providers, messages):
        monkeypatch.setattr(module, "installed", lambda: mine)
    return bank


def _order() -> Payment:
    order = checkout.place_order(make.reader(), make.price(), method="card", provider="stripe")
    payment = order.payments.get()
    charging.pay_page(payment, BACK)
    payment.refresh_from_db()
    return payment


@pytest.mark.django_db(transaction=True)
def test_fifty_copies_of_a_message_of_stripe_at_the_same_moment_have_one_effect(in_thread, bank):
    payment = in_thread(_order)
    bank.stripe.pay(payment.provider_reference)
    told = next(one for one in bank.stripe.messages() if one.kind == "checkout.session.completed")
    together = threading.Barrier(COPIES)

    def receive() -> int:
        together.wait()
        return messages.receive("stripe", told.body, told.headers).pk

    with ThreadPoolExecutor(COPIES) as pool:
        events = set(pool.map(in_thread, [receive] * COPIES))
    assert len(events) == 1
    (event_id,) = events

    def apply() -> bool:
        together.wait()
        return messages.apply(event_id)

    with ThreadPoolExecutor(COPIES) as pool:
        done = list(pool.map(in_thread, [apply] * COPIES))

    assert done.count(True) == 1
    assert in_thread(ProviderEvent.objects.count) == 1
    assert in_thread(Payment.objects.confirmed().count) == 1
    assert in_thread(Term.objects.count) == 1
    rights = in_thread(lambda: list(Entitlement.objects.values_list("feature", flat=True)))
    assert rights
    assert len(rights) == len(set(rights))
    assert in_thread(Letter.objects.filter(kind=Letter.Kind.RECEIPT).count) == 1
