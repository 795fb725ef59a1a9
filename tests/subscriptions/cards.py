"""Card payments at the demonstration's bank, in few words; and the bank in its bad hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from subscriptions.life import renewals
from subscriptions.models import DemoCharge, Payment, Subscription
from subscriptions.paying import charging, demo_bank, settling
from subscriptions.providers import DEMO, demo
from subscriptions.providers.demo import Card, Outage
from subscriptions.selling.checkout import place_order
from tests import make

BACK = "http://testserver/account/"


def order(*, by: User | None = None, at: datetime | None = None, **choice: Any) -> Payment:
    """The expected payment of a new card order, whose pay page was opened."""
    subscription = place_order(
        by or make.reader(), make.price(**choice), method=Payment.Method.CARD, provider="demo", at=at
    )
    payment = subscription.payments.expected().get()
    charging.pay_page(payment, BACK)
    return payment


def paid(*, card: Card = Card.WORKS, at: datetime | None = None, **more: Any) -> Payment:
    """A payment that was made on the bank's page, and written down."""
    payment = order(at=at, **more)
    demo_bank.pay(payment.reference, card, at=at)
    return seen(payment, at=at)


def seen(payment: Payment, *, at: datetime | None = None) -> Payment:
    """Look the payment up, and return it as it is then."""
    settling.look(payment.pk, at=at)
    return fresh(payment)


def renewal(payment: Payment, *, at: datetime | None = None) -> Payment:
    """The payment for the term after ``payment``, to be charged at ``at``."""
    at = at or timezone.now()
    reader = payment.subscription.reader
    return renewals.bill_next_term(fresh(payment).subscription, by=reader, at=at)


def fresh(payment: Payment) -> Payment:
    """The payment as it is in the books now."""
    return Payment.objects.select_related("subscription__reader").get(pk=payment.pk)


def loaded(payment: Payment) -> Subscription:
    """Its subscription as it is in the books now."""
    return Subscription.objects.with_facts().get(pk=payment.subscription_id)


def at_the_bank(payment: Payment) -> DemoCharge:
    """The bank's own record of it."""
    return DemoCharge.objects.get(reference=payment.reference)


def held_by_us(payment: Payment) -> int:
    """What we have of it at the bank, in minor units."""
    return demo.held_minor(at_the_bank(payment))


@contextmanager
def outage(kind: Outage) -> Iterator[None]:
    """The line to the bank is bad meanwhile."""
    DEMO.outage = kind
    try:
        yield
    finally:
        DEMO.outage = None
