"""Who the reader is at Stripe, and from which of their cards the next payment is taken."""

from hashlib import sha256
from typing import Any

import stripe
from stripe import StripeClient

from subscriptions.providers.stripe import reading
from subscriptions.providers.stripe.attempts import Attempt


class Cards:
    """Customers of Stripe and their cards. Stripe is told a reader's address and our number, and no more."""

    def __init__(self, client: StripeClient) -> None:
        self.v1 = client.v1

    def customer(self, reader, *, known: str) -> str:
        """Return who ``reader`` is at Stripe: ``known`` if that one is still there, or found, or made."""
        if known and self._read(known) is not None:
            return known
        for customer in self.v1.customers.list({"email": reader.email, "limit": 100}).auto_paging_iter():
            if reading.label_of(customer.to_dict(), reading.READER) == str(reader.pk):
                return customer.id
        address = sha256(reader.email.encode()).hexdigest()[:16]
        return self.v1.customers.create(
            {"email": reader.email, "metadata": {reading.READER: str(reader.pk)}},
            {"idempotency_key": f"customer-{reader.pk}-{address}"},
        ).id

    def card_of(self, customer: str) -> dict[str, Any] | None:
        """Return the payment method to take money from: the one chosen, or else the newest."""
        found = self._read(customer) if customer else None
        if found is None:
            return None
        chosen = (found.get("invoice_settings") or {}).get("default_payment_method")
        if isinstance(chosen, dict):
            return chosen
        newest = self.v1.payment_methods.list({"customer": customer, "type": "card", "limit": 1}).data
        return newest[0].to_dict() if newest else None

    def remember(self, paid: Attempt) -> None:
        """Make the card of a payment on the page the chosen one, unless another was chosen since.

        The customer notes when the payment was made, so an old payment read again changes nothing.
        """
        intent = paid.intent or {}
        paid_at = (intent.get("latest_charge") or {}).get("created", 0)
        card = reading.id_of(intent.get("payment_method"))
        customer = self._read(paid.customer)
        if customer is None or not card:
            return
        chosen = (customer.get("invoice_settings") or {}).get("default_payment_method")
        noted = int(reading.label_of(customer, reading.CARD_AT) or 0)
        if max(noted, chosen["created"] if chosen else 0) >= paid_at:
            return
        try:
            self.v1.customers.update(
                paid.customer,
                {
                    "invoice_settings": {"default_payment_method": card},
                    "metadata": {reading.CARD_AT: str(paid_at)},
                },
            )
        except stripe.InvalidRequestError:
            # The reader has taken the card away already.
            return

    def _read(self, customer: str) -> dict[str, Any] | None:
        try:
            found = self.v1.customers.retrieve(
                customer, {"expand": ["invoice_settings.default_payment_method"]}
            ).to_dict()
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            raise
        return None if found.get("deleted") else found
