"""A pretend Stripe with a clock that the test turns, and our provider on the other end of the wire."""

from datetime import UTC, datetime, timedelta

import pytest

from subscriptions.models import Payment, Refund
from subscriptions.providers.stripe import StripeProvider
from subscriptions.providers.stripe.client import make_client
from subscriptions.providers.stripe.pretend import CARDS, Card, PretendStripe
from tests import make

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RETURN_TO = "https://magazine.example/back/"


def pytest_collection_modifyitems(items):
    """What Stripe is asked, and what it answers, no database of ours has a part in."""
    for item in items:
        if "/subscriptions/stripe/" in str(item.path):
            item.add_marker(pytest.mark.wide)


class Clock:
    """Says what time it is; a test turns it on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


class Till:
    """The pretend Stripe and our provider, and the few steps that many tests begin with."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.stripe = PretendStripe(clock=clock)
        client = make_client(self.stripe.key, http_client=self.stripe.http, retries=0)
        self.provider = StripeProvider(client, self.stripe.secret)

    def expect(self, *, by=None) -> Payment:
        """A payment by card that nobody has begun."""
        payment = make.order(by=by).payments.get()
        payment.provider, payment.method = "stripe", Payment.Method.CARD
        payment.save(update_fields=["provider", "method"])
        return payment

    def open(self, payment: Payment, *, customer: str = "") -> str:
        """Open the page for ``payment`` and write down what it is called; returns that."""
        page = self.provider.pay_page(payment, customer=customer, return_to=RETURN_TO)
        payment.provider_reference = page.provider_reference
        payment.save(update_fields=["provider_reference"])
        return page.provider_reference

    def paid(self, card: Card = CARDS["works"], *, by=None) -> tuple[Payment, str]:
        """A payment paid on the page, and who the reader is at Stripe."""
        payment = self.expect(by=by)
        assert self.stripe.pay(self.open(payment), card) == ""
        return payment, self.provider.look_up(payment).customer

    def renewal(self, card: Card = CARDS["works"]) -> tuple[Payment, str]:
        """The next payment of somebody who paid the first with ``card``, and who they are at Stripe."""
        first, customer = self.paid(card)
        self.clock.turn(days=365)
        Payment.objects.filter(pk=first.pk).update(status=Payment.Status.VOID)
        payment = Payment.objects.create(
            subscription=first.subscription,
            price=first.price,
            reference=f"{first.reference}-2",
            amount_minor=first.amount_minor,
            currency=first.currency,
            provider="stripe",
            method=Payment.Method.CARD,
            tries=1,
        )
        return payment, customer

    def owed(self, payment: Payment, amount: int, key: str = "refund-1") -> Refund:
        """A refund out of ``payment`` that is not in our database."""
        return Refund(payment=payment, key=key, amount_minor=amount, currency=payment.currency)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def till(db, clock) -> Till:
    return Till(clock)
