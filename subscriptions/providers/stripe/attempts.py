"""Finding at Stripe whatever was begun for one payment, and reading what became of it.

Sessions and invoices carry our reference in their metadata, and are found through the customer they belong
to. Not by Stripe's Search API: it lags behind by a minute and more, which is exactly when an answer that
was lost is asked for again, and it does not look through Checkout sessions at all.

Normally there is one attempt. There are more when a page expired, or when a reader pays on the page what
was refused to us; then the one that was paid counts, or else the newest that still can be.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import stripe
from stripe import StripeClient

from subscriptions.models import Customer, Payment
from subscriptions.providers.base import Reported, Stage
from subscriptions.providers.stripe import reading

Plain = dict[str, Any]

MOST = 100
WITH_CHARGE = ["latest_charge"]
INTENTS = ["data.payment_intent"]
# A refund may fail, and a dispute be decided, long after it began.
REFUNDS_FAIL_WITHIN = timedelta(days=30)
DISPUTES_END_WITHIN = timedelta(days=180)

# What counts first when there is more than one.
ORDER = (Stage.PAID, Stage.OPEN, Stage.FAILED, Stage.GONE)


@dataclass(frozen=True)
class Attempt:
    """A session or an invoice, with its payment intent if it has one by now."""

    thing: Plain
    intent: Plain | None

    @property
    def id(self) -> str:
        """What Stripe calls it."""
        return str(self.thing["id"])

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        return reading.stage_of(self.thing, self.intent)

    @property
    def is_live(self) -> bool:
        """Whether it may still bring money."""
        return reading.is_live(self.thing)

    @property
    def is_session(self) -> bool:
        """Whether it is a page on which the reader pays."""
        return reading.is_session(self.thing)

    @property
    def customer(self) -> str:
        """To whom it belongs."""
        return reading.id_of(self.thing.get("customer"))


class Attempts:
    """Asks Stripe; writes nothing."""

    def __init__(self, client: StripeClient) -> None:
        self.v1 = client.v1

    def of(self, payment: Payment, customer: str = "") -> list[Attempt]:
        """Return every attempt at ``payment``, the one that counts first.

        Looks with ``customer``, with whom we have written down as the reader's, and with whom the payment's
        known attempt belongs to; if all of that is empty, an answer was lost very early, with those who
        have the reader's address.
        """
        known = self.known(payment)
        if known is not None and known.stage is Stage.PAID:
            return [known]
        reader = payment.subscription.reader
        written_down = Customer.objects.filter(reader=reader, provider=payment.provider)
        customers = {customer, known.customer if known else "", *(one.reference for one in written_down)} - {
            ""
        }
        if not customers:
            customers = set(self._customers_at(reader.email))
        return self.of_reference(payment.reference, customers, known)

    def of_reference(
        self, reference: str, customers: set[str], known: Attempt | None = None
    ) -> list[Attempt]:
        """Return every attempt of ``customers`` at the payment ``reference``, the one that counts first."""
        found = {known.id: known} if known else {}
        for customer in sorted(customers):
            for thing in self._begun_by(customer):
                if reading.label_of(thing, reading.PAYMENT) == reference and thing["id"] not in found:
                    found[thing["id"]] = self._with_intent(thing)
        return sorted(
            found.values(), key=lambda attempt: (ORDER.index(attempt.stage), -attempt.thing["created"])
        )

    def known(self, payment: Payment) -> Attempt | None:
        """Return the attempt that we wrote down, if Stripe still has it and it is this payment's."""
        known = payment.provider_reference
        try:
            if known.startswith("cs_"):
                attempt = self.session(known)
            elif known.startswith("in_"):
                attempt = self.invoice(known)
            else:
                return None
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            raise
        return attempt if reading.label_of(attempt.thing, reading.PAYMENT) == payment.reference else None

    def session(self, session_id: str) -> Attempt:
        """Read a session again."""
        session = self.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent.latest_charge"]})
        return self._with_intent(session.to_dict())

    def invoice(self, invoice_id: str) -> Attempt:
        """Read an invoice again."""
        return self._with_intent(self.v1.invoices.retrieve(invoice_id, {"expand": ["payments"]}).to_dict())

    def report(self, attempt: Attempt) -> Reported:
        """Say what became of ``attempt``, with the money that went back and the disputes."""
        refunds: list[Plain] = []
        disputes: list[Plain] = []
        if attempt.intent and (charge := attempt.intent.get("latest_charge")):
            if charge["paid"]:
                refunds = self.refunds_of(attempt.intent["id"])
            if charge["disputed"]:
                asked = self.v1.disputes.list({"payment_intent": attempt.intent["id"], "limit": MOST})
                disputes = [one.to_dict() for one in asked.auto_paging_iter()]
        return reading.reported(attempt.thing, attempt.intent, refunds=refunds, disputes=disputes)

    def refunds_of(self, intent: str) -> list[Plain]:
        """Read every refund out of ``intent``, also one made at Stripe by hand."""
        asked = self.v1.refunds.list({"payment_intent": intent, "limit": MOST})
        return [one.to_dict() for one in asked.auto_paging_iter()]

    def _customers_at(self, email: str) -> Iterator[str]:
        """Return the customers of ours who have ``email``."""
        asked = self.v1.customers.list({"email": email, "limit": MOST})
        for customer in asked.auto_paging_iter():
            if reading.label_of(customer.to_dict(), reading.READER):
                yield customer.id

    def touched(self, since: datetime) -> dict[str, set[str]]:
        """Return the references of all payments that began or changed since, each with its customers."""
        touched: dict[str, set[str]] = {}
        for thing in self._since(since):
            reference, customer = reading.label_of(thing, reading.PAYMENT), thing.get("customer")
            if reference and customer:
                touched.setdefault(reference, set()).add(reading.id_of(customer))
        return touched

    def _since(self, since: datetime) -> Iterator[Plain]:
        """Yield what carries our reference: attempts begun, charges tried, money that may have gone back."""
        start = int(since.timestamp())
        for asked in (
            self.v1.checkout.sessions.list({"created": {"gte": start}, "limit": MOST}),
            self.v1.invoices.list({"created": {"gte": start}, "limit": MOST}),
            self.v1.charges.list({"created": {"gte": start}, "limit": MOST}),
        ):
            for one in asked.auto_paging_iter():
                yield one.to_dict()
        refunded, disputed = since - REFUNDS_FAIL_WITHIN, since - DISPUTES_END_WITHIN
        for with_intent in (
            self.v1.refunds.list(
                {"created": {"gte": int(refunded.timestamp())}, "limit": MOST, "expand": INTENTS}
            ),
            self.v1.disputes.list(
                {"created": {"gte": int(disputed.timestamp())}, "limit": MOST, "expand": INTENTS}
            ),
        ):
            for back in with_intent.auto_paging_iter():
                if isinstance(intent := back.to_dict().get("payment_intent"), Mapping):
                    yield dict(intent)

    def _begun_by(self, customer: str) -> Iterator[Plain]:
        """Yield the sessions and invoices of ``customer``; of one who is gone there, nothing."""
        sessions = ["data.payment_intent.latest_charge"]
        try:
            for asked in (
                self.v1.checkout.sessions.list({"customer": customer, "limit": MOST, "expand": sessions}),
                self.v1.invoices.list({"customer": customer, "limit": MOST, "expand": ["data.payments"]}),
            ):
                for one in asked.auto_paging_iter():
                    yield one.to_dict()
        except stripe.InvalidRequestError as error:
            if error.http_status != 404:
                raise

    def _with_intent(self, thing: Plain) -> Attempt:
        """Add the intent. Stripe expands four levels deep, and an invoice keeps it on the fifth."""
        intent = thing.get("payment_intent")
        if isinstance(intent, Mapping):
            return Attempt(thing, dict(intent))
        if not (intent_id := reading.intent_id(thing)):
            return Attempt(thing, None)
        return Attempt(thing, self.v1.payment_intents.retrieve(intent_id, {"expand": WITH_CHARGE}).to_dict())
