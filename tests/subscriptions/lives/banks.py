"""Where the money is: what readers, banks and the staff of a provider do there, and the truth about it."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from subscriptions.models import Customer, DemoCharge, Payment
from subscriptions.paying import charging, demo_bank, messages
from subscriptions.providers import MANUAL, demo
from subscriptions.providers.base import DisputeStage, PaymentProvider, ProviderRefusedError, Stage
from subscriptions.providers.demo import DemoProvider
from subscriptions.providers.stripe import StripeProvider
from subscriptions.providers.stripe.client import make_client
from subscriptions.providers.stripe.pretend import CARDS, PretendStripe
from subscriptions.providers.stripe.pretend.faults import no_connection
from tests.subscriptions.lives.wire import Line, OverTheLine

BACK = "http://testserver/account/"
Clock = Callable[[], datetime]
Message = Callable[[], object]


@dataclass
class Entry:
    """What became of one payment: the sums that came, when each did, what went back, what a bank took."""

    came: list[tuple[int, datetime]] = field(default_factory=list)
    back: int = 0
    is_lost: bool = False
    is_disputed: bool = False

    @property
    def paid(self) -> int:
        """All that came."""
        return sum(amount for amount, _at in self.came)


class ManualBank:
    """Transfers, which staff see on the statement, and send back by hand."""

    key, method = "manual", "transfer"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.came: dict[str, tuple[int, datetime]] = {}
        self.returned: set[str] = set()
        self.sent: dict[str, tuple[str, int]] = {}

    def pay(self, payment: Payment) -> None:
        """The reader sends the money, once."""
        self.came.setdefault(payment.reference, (payment.amount_minor, self.clock()))

    def books(self) -> dict[str, Entry]:
        """What came and was not sent back at once, because nobody asked for it."""
        books = {
            reference: Entry([came])
            for reference, came in self.came.items()
            if reference not in self.returned
        }
        for reference, amount in self.sent.values():
            books[reference].back += amount
        return books


class DemoBank:
    """The demonstration's bank."""

    key, method = "demo", "card"
    # About so many questions are asked where one thing is done.
    words = 3
    cards = {"works": demo.Card.WORKS, "refused": demo.Card.REFUSED, "refused_later": demo.Card.REFUSED_LATER}

    def __init__(self, clock: Clock, line: Line) -> None:
        self.clock = clock
        self.post: list[Message] = []
        self._ids = itertools.count(1)
        bank = DemoProvider()
        bank.clock = clock
        self.provider: PaymentProvider = OverTheLine(bank, line, self._heard)

    def open_page(self, payment: Payment) -> str:
        """The reader is sent to the page; returns what it is called there."""
        charging.pay_page(payment, BACK, at=self.clock())
        return payment.reference

    def pay(self, page: str, card: str) -> None:
        """The reader pays on the page, if it is still there."""
        if DemoCharge.objects.filter(reference=page).exists():
            demo_bank.pay(page, self.cards[card], at=self.clock())
            self._tell("payment.changed", page)

    def change_card(self, reader, card: str) -> None:
        """The reader chooses another card."""
        if customer := Customer.objects.filter(reader=reader, provider=self.key).first():
            demo_bank.change_card(customer.reference, self.cards[card])
            self._tell("customer.changed", customer.reference)

    def refund(self, reference: str, part: float) -> None:
        """Somebody gives money back at the bank."""
        left = demo.held_minor(DemoCharge.objects.get(reference=reference))
        if amount := int(left * part):
            demo_bank.refund(reference, amount, at=self.clock())
            self._tell("payment.changed", reference)

    def refund_fails(self, pick: Callable[[list[Any]], Any]) -> None:
        """This bank's refunds do not fail."""

    def dispute(self, reference: str) -> None:
        """The reader disputes a payment."""
        if demo_bank.dispute(reference, DisputeStage.OPEN, at=self.clock()):
            self._tell("payment.changed", reference)

    def decide(self, reference: str, *, won: bool) -> None:
        """The dispute is over."""
        stage = DisputeStage.WON if won else DisputeStage.LOST
        if demo_bank.dispute(reference, stage, at=self.clock()):
            self._tell("payment.changed", reference)

    def books(self) -> dict[str, Entry]:
        """The truth."""
        return {
            charge.reference: Entry(
                [(charge.amount_minor, charge.paid_at)],
                sum(refund["amount_minor"] for refund in charge.refunds),
                charge.dispute == DisputeStage.LOST,
                charge.dispute == DisputeStage.OPEN,
            )
            for charge in DemoCharge.objects.filter(stage=Stage.PAID)
        }

    def _heard(self, name: str, args: tuple[Any, ...]) -> None:
        if name in ("charge", "withdraw"):
            self._tell("payment.changed", args[0].reference)
        elif name == "refund":
            self._tell("payment.changed", args[0].payment.reference)

    def _tell(self, kind: str, about: str) -> None:
        event_id = f"msg-{next(self._ids)}"

        def deliver() -> object:
            body, headers = demo.message(kind, about, at=self.clock(), event_id=event_id)
            return messages.receive(self.key, body, headers, self.clock())

        self.post.append(deliver)


class StripeBank:
    """The pretend Stripe."""

    key, method = "stripe", "card"
    words = 12
    # What is of no use is not sent to us: a real account names the kinds it wants.
    wanted = (
        "checkout.session.",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "charge.dispute.",
        "charge.refunded",
        "refund.",
        "customer.updated",
    )

    def __init__(self, clock: Clock, line: Line) -> None:
        self.clock = clock
        self.post: list[Message] = []
        self.stripe = PretendStripe(clock=clock)
        self._listen()
        answer = self.stripe.http.request

        def over_the_line(*args: Any, **named: Any) -> Any:
            return line.say(lambda: answer(*args, **named), no_connection)

        self.stripe.http.request = over_the_line
        client = make_client(self.stripe.key, http_client=self.stripe.http, retries=0)
        self.provider: PaymentProvider = StripeProvider(client, self.stripe.secret)

    def open_page(self, payment: Payment) -> str:
        """The reader is sent to the page; returns what it is called there."""
        charging.pay_page(payment, BACK, at=self.clock())
        return Payment.objects.values_list("provider_reference", flat=True).get(pk=payment.pk)

    def pay(self, page: str, card: str) -> None:
        """The reader pays on the page, if it is still there."""
        try:
            self.stripe.pay(page, CARDS[card])
        except ValueError:
            return

    def change_card(self, reader, card: str) -> None:
        """The reader chooses another card."""
        if card != "refused" and (
            customer := Customer.objects.filter(reader=reader, provider="stripe").first()
        ):
            self.stripe.change_card(customer.reference, CARDS[card])

    def refund(self, reference: str, part: float) -> None:
        """Somebody gives money back at Stripe's dashboard."""
        paid, back = self.stripe.ledger()[reference]
        if amount := int((paid - back) * part):
            try:
                self.stripe.refund_by_hand(reference, amount)
            except ValueError as error:
                raise ProviderRefusedError(str(error)) from error

    def refund_fails(self, pick: Callable[[list[Any]], Any]) -> None:
        """The reader's bank sends a refund of ours back."""
        ours = [
            one
            for one in self.stripe.store.find("refund")
            if one["metadata"].get("refund") and one["status"] == "succeeded"
        ]
        if ours:
            self.stripe.settle_refund(pick(ours)["id"], "failed")

    def dispute(self, reference: str) -> None:
        """The reader disputes a payment."""
        if not self._disputes(reference):
            self.stripe.dispute(reference)

    def decide(self, reference: str, *, won: bool) -> None:
        """The dispute is over."""
        for dispute in self._disputes(reference):
            if dispute["status"] == "needs_response":
                self.stripe.decide(dispute["id"], won=won)

    def books(self) -> dict[str, Entry]:
        """The truth."""
        books: dict[str, Entry] = {}
        for charge in self.stripe.store.find("charge"):
            if not charge["paid"]:
                continue
            entry = books.setdefault(charge["metadata"].get("payment", ""), Entry())
            entry.came.append((charge["amount"], datetime.fromtimestamp(charge["created"], UTC)))
            entry.back += charge["amount_refunded"]
            for dispute in self.stripe.store.find("dispute", charge=charge["id"]):
                entry.is_lost = entry.is_lost or dispute["status"] == "lost"
                entry.is_disputed = entry.is_disputed or dispute["status"] == "needs_response"
        return books

    def _disputes(self, reference: str) -> list[Mapping[str, Any]]:
        charges = [
            one["id"]
            for one in self.stripe.store.find("charge")
            if one["paid"] and one["metadata"].get("payment") == reference
        ]
        return [one for charge in charges for one in self.stripe.store.find("dispute", charge=charge)]

    def _listen(self) -> None:
        new = self.stripe.world.new

        def listening(kind: str, **fields: Any) -> Any:
            made = new(kind, **fields)
            if kind == "event" and made["type"].startswith(self.wanted):
                self.post.append(lambda: self._deliver(made))
            return made

        self.stripe.world.new = listening

    def _deliver(self, event: dict[str, Any]) -> object:
        signed = self.stripe.signed(event)
        return messages.receive(self.key, signed.body, signed.headers, self.clock())


def installed(card_bank: DemoBank | StripeBank | None) -> dict[str, Any]:
    """The providers of a world."""
    mine = {card_bank.key: card_bank.provider} if card_bank else {}
    return {**mine, "manual": MANUAL}
