"""Taking a sum from a saved card: one invoice for one payment, made, finalised and paid in steps.

Each step looks at what is there, so it can be begun again after any other. The invoice never advances by
itself: when a refused card is tried again is decided by us.
"""

from collections.abc import Sequence
from typing import Any

import stripe
from django.conf import settings
from stripe import StripeClient

from subscriptions.models import Payment
from subscriptions.providers.base import ProviderRefusedError
from subscriptions.providers.stripe import reading, refusals
from subscriptions.providers.stripe.attempts import Attempt


class Invoices:
    """Writes invoices at Stripe."""

    def __init__(self, client: StripeClient) -> None:
        self.v1 = client.v1

    def ready(self, payment: Payment, customer: str, earlier: Sequence[Attempt]) -> str:
        """Return the id of a finalised invoice over ``payment``: a live one among ``earlier``, or a new one.

        Raises ``ProviderRefusedError`` if it asks for another sum, for instance because the customer has
        credit there.
        """
        live = next((one for one in earlier if one.is_live), None)
        invoice = live.thing if live else self._new(payment, customer, number=len(earlier) + 1)
        invoice_id = invoice["id"]
        if invoice["status"] == "draft":
            if not invoice["lines"]["data"]:
                self._add_line(payment, customer, invoice_id)
            invoice = self.v1.invoices.finalize_invoice(
                invoice_id,
                {"auto_advance": False, "expand": ["payments"]},
                {"idempotency_key": f"{payment.reference}-finalise-{invoice_id}"},
            ).to_dict()
        due = invoice["amount_due"], invoice["currency"].upper()
        if due != (payment.amount_minor, payment.currency):
            raise ProviderRefusedError(
                f"Invoice {invoice_id} asks for {due}, not for what {payment.reference} costs."
            )
        # Refunds and disputes lead to the intent and not to the invoice.
        if intent := reading.intent_id(invoice):
            self.v1.payment_intents.update(intent, {"metadata": {reading.PAYMENT: payment.reference}})
        return str(invoice_id)

    def pay(self, payment: Payment, invoice_id: str, *, card: str) -> str:
        """Try to take the invoice from ``card``; returns why it was refused, or nothing.

        The same try with the same card is one try at the bank.
        """
        try:
            self.v1.invoices.pay(
                invoice_id,
                {"payment_method": card, "off_session": True},
                {"idempotency_key": f"{payment.reference}-pay-{payment.tries}-{card}"},
            )
        except stripe.CardError as error:
            decline = error.error.decline_code if error.error else ""
            return refusals.sentence(error.code or "", decline or "")
        except stripe.InvalidRequestError as error:
            # Paid or closed at this very moment; the caller reads which.
            if error.http_status == 404:
                raise
        return ""

    def close(self, invoice: Attempt) -> None:
        """Void ``invoice``, or throw it away if nobody has seen it."""
        if invoice.thing["status"] == "draft":
            self.v1.invoices.delete(invoice.id)
        else:
            self.v1.invoices.void_invoice(invoice.id)

    def _new(self, payment: Payment, customer: str, *, number: int) -> dict[str, Any]:
        """Begin a draft, the same one however often asked; but not one that was thrown away since."""
        while True:
            made = self.v1.invoices.create(
                {
                    "customer": customer,
                    "collection_method": "charge_automatically",
                    "auto_advance": False,
                    "pending_invoice_items_behavior": "exclude",
                    "currency": payment.currency.lower(),
                    "metadata": {reading.PAYMENT: payment.reference},
                },
                {"idempotency_key": f"{payment.reference}-invoice-{number}"},
            )
            try:
                # What is answered to a key used before is how it was then.
                return self.v1.invoices.retrieve(made.id, {"expand": ["payments"]}).to_dict()
            except stripe.InvalidRequestError as error:
                if error.http_status != 404:
                    raise
            number += 1

    def _add_line(self, payment: Payment, customer: str, invoice_id: str) -> None:
        self.v1.invoice_items.create(
            {
                "customer": customer,
                "invoice": invoice_id,
                "amount": payment.amount_minor,
                "currency": payment.currency.lower(),
                "description": what_for(payment),
            },
            {"idempotency_key": f"{payment.reference}-line-{invoice_id}"},
        )


def what_for(payment: Payment) -> str:
    """Return what stands on Stripe's page and in its books beside the sum."""
    return f"{settings.MAGAZINE_NAME}: {payment.subscription.plan.name}"
