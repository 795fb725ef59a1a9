"""What tests and the demo do with the pretend Stripe: play the reader, the bank, the staff at Stripe, and
bad luck.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from subscriptions.providers.stripe.pretend import billing, checkout, customers, money
from subscriptions.providers.stripe.pretend.cards import CARDS, Card
from subscriptions.providers.stripe.pretend.errors import CardRefusal, Refusal
from subscriptions.providers.stripe.pretend.faults import Faults
from subscriptions.providers.stripe.pretend.http import PretendHTTPClient
from subscriptions.providers.stripe.pretend.store import Store, Thing
from subscriptions.providers.stripe.pretend.world import World

KEY = "sk_test_pretend"
SECRET = "whsec_pretend"  # noqa: S105 - it signs nothing that anybody believes in production

__all__ = ["PretendStripe", "Signed", "billing"]


@dataclass(frozen=True)
class Signed:
    """A message as it goes over the wire, with what it is and says."""

    id: str
    kind: str
    body: bytes
    headers: Mapping[str, str]


class PretendStripe:
    """One pretend Stripe. ``clock`` says what time it is there; with ``path`` its state is in that file."""

    def __init__(
        self, *, clock: Callable[[], datetime] = timezone.now, path: Path | None = None, secret: str = SECRET
    ) -> None:
        if settings.PRODUCTION:
            raise ImproperlyConfigured("The pretend Stripe takes no real money: it is not for production.")
        self.store = Store(path)
        self.world = World(self.store, clock)
        self.secret = secret
        self.key = KEY
        self.faults = Faults()
        self.http = PretendHTTPClient(self.world, self.faults, KEY)

    # The reader

    def page(self, kind: str, thing_id: str) -> Thing | None:
        """Return the session behind a page, “checkout.session” or “billing_portal.session”, as it is now."""
        with self.store.transaction():
            checkout.expire_old(self.world)
        found = self.store.get(thing_id)
        return found if found and found["object"] == kind else None

    def pay(self, session: str, card: Card = CARDS["works"]) -> str:
        """Pay on the page; returns the bank's refusal, or nothing. Raises ``ValueError`` if the page is
        closed.
        """
        try:
            with self.store.transaction():
                checkout.expire_old(self.world)
                try:
                    checkout.pay(self.world, session, card)
                except CardRefusal as refusal:
                    return str(refusal.error["decline_code"])
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal
        return ""

    def change_card(self, customer: str, card: Card) -> Thing:
        """Save ``card`` on the portal as the one to pay with."""
        with self.store.transaction():
            method = customers.attach(self.world, customer, card)
            found = customers.living(self.world, customer)
            self.world.change(found, invoice_settings={"default_payment_method": method["id"]})
            self.world.tell("customer.updated", found)
        return method

    def remove_cards(self, customer: str) -> None:
        """Take all cards away on the portal."""
        with self.store.transaction():
            found = customers.living(self.world, customer)
            self.world.change(found, invoice_settings={"default_payment_method": None})
            for method in self.store.find("payment_method", customer=customer):
                self.world.change(method, customer=None)
                self.world.tell("payment_method.detached", method, before={"customer": customer})

    # The bank

    def refuse_next(self, customer: str, code: str = "generic_decline") -> None:
        """Let the next charge without the reader be refused, whichever card it is."""
        with self.store.transaction():
            self.world.change(customers.living(self.world, customer), _refuse_next=code)

    def dispute(self, reference: str) -> str:
        """Let the reader's bank take the paid ``reference`` into question; returns the dispute's id."""
        with self.store.transaction():
            charge = self._paid_charge(reference)
            self.world.change(charge, disputed=True)
            dispute = self.world.new(
                "dispute",
                amount=charge["amount"],
                charge=charge["id"],
                currency=charge["currency"],
                is_charge_refundable=False,
                metadata={},
                payment_intent=charge["payment_intent"],
                reason="fraudulent",
                status="needs_response",
            )
            self.world.tell("charge.dispute.created", dispute)
        return str(dispute["id"])

    def decide(self, dispute: str, *, won: bool) -> None:
        """Close a dispute for us or for the reader."""
        with self.store.transaction():
            found = self.world.get("dispute", dispute)
            self.world.change(found, status="won" if won else "lost")
            self.world.tell("charge.dispute.closed", found)

    def settle_refund(self, refund: str, status: str) -> None:
        """Let a refund become “pending”, “succeeded” or “failed”; the money of a failed one is back with
        us.
        """
        with self.store.transaction():
            found = self.world.get("refund", refund)
            charge = self.world.get("charge", found["charge"])
            if status == "failed" and found["status"] != "failed":
                left = charge["amount_refunded"] - found["amount"]
                self.world.change(charge, amount_refunded=left, refunded=False)
                found["failure_reason"] = "expired_or_canceled_card"
            self.world.change(found, status=status)
            self.world.tell("refund.failed" if status == "failed" else "refund.updated", found)

    # The staff at Stripe's dashboard

    def refund_by_hand(self, reference: str, amount: int) -> str:
        """Give money back without us; returns the refund's id. Raises ``ValueError`` if there is not so
        much.
        """
        try:
            with self.store.transaction():
                intent = self._paid_charge(reference)["payment_intent"]
                made = money.create_refund(self.world, {"payment_intent": intent, "amount": amount})
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal
        return str(made["id"])

    def delete_customer(self, customer: str) -> None:
        """Forget a customer; what they paid stays."""
        with self.store.transaction():
            self.world.change(self.world.get("customer", customer), deleted=True)

    def forget_keys(self) -> None:
        """Forget all idempotency keys, as after a day."""
        self.store.forget_answers()

    # What is true, and what is told

    def ledger(self) -> dict[str, tuple[int, int]]:
        """Return for each of our payments what was paid and what went back, in minor units."""
        books: dict[str, tuple[int, int]] = {}
        for charge in self.store.find("charge"):
            reference = charge["metadata"].get("payment", "")
            if charge["paid"]:
                paid, back = books.get(reference, (0, 0))
                books[reference] = paid + charge["amount"], back + charge["amount_refunded"]
        return books

    def messages(self, *, waiting: bool = False) -> Iterator[Signed]:
        """Yield the messages in the order in which they were written, each signed now."""
        found = self.store.find("event", **({"pending_webhooks": 1} if waiting else {}))
        for event in reversed(found):
            yield self.signed(event)

    def signed(self, event: Thing, *, at: datetime | None = None) -> Signed:
        """Sign ``event`` as it would be delivered at ``at`` (default: the time there)."""
        body = json.dumps(event)
        seconds = int((at or self.world.clock()).timestamp())
        header = stripe.WebhookSignature.generate_signature_header(body, self.secret, seconds)
        return Signed(event["id"], event["type"], body.encode(), {"Stripe-Signature": header})

    def deliver(self, receive: Callable[[bytes, Mapping[str, str]], object]) -> int:
        """Hand every waiting message to ``receive``, body and headers; returns how many. One that raises
        waits on.
        """
        count = 0
        for message in list(self.messages(waiting=True)):
            receive(message.body, message.headers)
            with self.store.transaction():
                self.world.change(self.world.get("event", message.id), pending_webhooks=0)
            count += 1
        return count

    def _paid_charge(self, reference: str) -> Thing:
        for charge in self.store.find("charge"):
            if charge["paid"] and charge["metadata"].get("payment") == reference:
                return charge
        raise ValueError(f"{reference} was not paid.")
