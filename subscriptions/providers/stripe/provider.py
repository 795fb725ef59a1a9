"""Cards, through Stripe: the reader pays the first time on Stripe's page, and later terms are taken from
that card.

We own the calendar (``docs/decisions/0006-we-own-the-calendar.md``), so Stripe's subscriptions are not
used: each ``Payment`` is one sum. On the page it is paid by a Checkout session, which also saves the card;
without the reader it is paid by an invoice, so that finance find each renewal in Stripe's books by number.

Before anything is begun, whatever is there already is read. Keys that make trying again harmless are
forgotten by Stripe after a day or so, and what is there is not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import stripe
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stripe import StripeClient

from subscriptions.models import Payment, Refund
from subscriptions.money import formatted
from subscriptions.providers.base import (
    Capability,
    Instructions,
    Message,
    PayPage,
    ProviderRefusedError,
    RefundStage,
    Reported,
    ReportedRefund,
    Stage,
    Subject,
)
from subscriptions.providers.stripe import messages, reading, refusals
from subscriptions.providers.stripe.attempts import Attempt, Attempts
from subscriptions.providers.stripe.cards import Cards
from subscriptions.providers.stripe.client import in_our_words
from subscriptions.providers.stripe.invoices import Invoices, what_for


class StripeProvider:
    """Takes cards. ``client`` is the line to Stripe, ``webhook_secret`` what its messages are signed with."""

    key = "stripe"
    label: str | Promise = gettext_lazy("Card")
    capabilities = frozenset(Capability)
    methods: tuple[str, ...] = ("card",)

    def __init__(self, client: StripeClient, webhook_secret: str) -> None:
        self.v1 = client.v1
        self.attempts = Attempts(client)
        self.cards = Cards(client)
        self.invoices = Invoices(client)
        self.webhook_secret = webhook_secret

    def instructions(self, payment: Payment) -> Instructions:
        """Say that a card is asked for, on a page that is not ours."""
        return Instructions(
            _("Please pay by card on the page of Stripe. We never see the number of your card."),
            (
                (_("Amount"), formatted(payment.amount_minor, payment.currency)),
                (_("Reference"), payment.reference),
            ),
        )

    def way_back(self, payment: Payment) -> str:
        """Say that money goes back to where it came from."""
        return _("To the card with which you paid, within five to ten days")

    def pay_page(self, payment: Payment, *, customer: str, return_to: str) -> PayPage:
        """Open the page, or open it again; who has paid already is sent on to ``return_to``."""
        with in_our_words():
            customer = self.cards.customer(payment.subscription.reader, known=customer)
            found = self.attempts.of(payment, customer)
            open_page = next((one for one in found if one.is_session and one.is_live), None)
            # What is open besides the page could be paid besides it.
            if self._close([one for one in found if one.is_live and one is not open_page]):
                found = self.attempts.of(payment, customer)
            if found and found[0].stage is Stage.PAID:
                return PayPage(return_to, found[0].id)
            if open_page is None:
                earlier = sum(one.is_session for one in found)
                return self._new_page(payment, customer=customer, return_to=return_to, earlier=earlier)
            return PayPage(open_page.thing["url"], open_page.id)

    def charge(self, payment: Payment, *, customer: str) -> Reported:
        """Take the sum from the reader's card by invoice; a page that is still open is closed first."""
        with in_our_words():
            card = self.cards.card_of(customer)
            found = self.attempts.of(payment, customer)
            if card and self._close([one for one in found if one.is_live and one.is_session]):
                found = self.attempts.of(payment, customer)
            if found and found[0].stage is Stage.PAID:
                return self.attempts.report(found[0])
            if card is None:
                return Reported(
                    payment.reference,
                    Stage.FAILED,
                    provider_reference=payment.provider_reference,
                    failure=refusals.no_card(),
                    customer=customer,
                )
            invoices = [one for one in found if not one.is_session]
            invoice = self.invoices.ready(payment, customer, invoices)
            failure = self.invoices.pay(payment, invoice, card=card["id"])
            report = self.attempts.report(self.attempts.invoice(invoice))
        if report.stage is Stage.PAID:
            return report
        return replace(report, stage=Stage.FAILED, failure=failure or report.failure or refusals.sentence(""))

    def withdraw(self, payment: Payment) -> Reported:
        """Expire the page and void the invoice, and read what is true then: it may have been paid
        meanwhile.
        """
        with in_our_words():
            found = self.attempts.of(payment)
            self._close([one for one in found if one.is_live])
        after = self.look_up(payment)
        if after.stage in {Stage.OPEN, Stage.FAILED}:
            raise ProviderRefusedError(f"{after.provider_reference} cannot be closed.")
        # A draft that is deleted leaves nothing behind.
        return replace(after, stage=Stage.GONE) if found and after.stage is Stage.UNKNOWN else after

    def refund(self, refund: Refund) -> ReportedRefund:
        """Send the money back to the card, unless a refund with this key is there already.

        One that failed, because the bank sent the money back to us, is begun anew.
        """
        with in_our_words():
            found = self.attempts.of(refund.payment)
            if not found or found[0].stage is not Stage.PAID or found[0].intent is None:
                raise ProviderRefusedError(f"{refund.payment.reference} was not paid with a card.")
            intent = found[0].intent["id"]
            told = [reading.refund_from(one) for one in self.attempts.refunds_of(intent)]
            tried = [one for one in told if one.key == refund.key]
            if alive := next((one for one in tried if one.stage is not RefundStage.FAILED), None):
                return alive
            made = self.v1.refunds.create(
                {
                    "payment_intent": intent,
                    "amount": refund.amount_minor,
                    "reason": "requested_by_customer",
                    "metadata": {reading.REFUND: refund.key, reading.PAYMENT: refund.payment.reference},
                },
                {"idempotency_key": f"{refund.key}-{len(tried) + 1}" if tried else refund.key},
            )
            return reading.refund_from(made.to_dict())

    def look_up(self, payment: Payment) -> Reported:
        """Read the payment again. The card of one paid on the page becomes the card of the next."""
        with in_our_words():
            found = self.attempts.of(payment)
            if not found:
                return Reported(payment.reference, Stage.UNKNOWN)
            if found[0].stage is Stage.PAID and found[0].is_session:
                self.cards.remember(found[0])
            return self.attempts.report(found[0])

    def listed(self, since: datetime) -> Iterator[Reported]:
        """Read every payment that began or changed since; one that was paid twice is told twice."""
        with in_our_words():
            touched = self.attempts.touched(since)
        for reference, customers in touched.items():
            with in_our_words():
                found = self.attempts.of_reference(reference, customers)
                paid = [one for one in found if one.stage is Stage.PAID]
                reports = [self.attempts.report(one) for one in paid or found[:1]]
            yield from reports

    def card_of(self, customer: str) -> str:
        """Name the card of ``customer``, or nothing."""
        with in_our_words():
            card = self.cards.card_of(customer)
        return reading.card_name(card["card"]) if card else ""

    def portal(self, customer: str, *, return_to: str) -> str:
        """Open Stripe's page about cards and invoices for ``customer``."""
        with in_our_words():
            return self.v1.billing_portal.sessions.create({"customer": customer, "return_url": return_to}).url

    def read_message(self, body: bytes, headers: Mapping[str, str], at: datetime) -> Message:
        """Check the signature and take the message apart."""
        return messages.read(body, headers, secret=self.webhook_secret, at=at)

    def subject_of(self, message: Message) -> Subject:
        """Find our reference on what the message is about, or on the payment intent behind it."""
        thing = messages.thing_in(message)
        if reference := reading.label_of(thing, reading.PAYMENT):
            return Subject(reference=reference, customer=messages.customer_in(message))
        if intent := reading.id_of(thing.get("payment_intent")):
            with in_our_words():
                return self._subject_of_intent(intent)
        return Subject(customer=messages.customer_in(message))

    def _subject_of_intent(self, intent: str) -> Subject:
        try:
            found = self.v1.payment_intents.retrieve(intent).to_dict()
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return Subject()
            raise
        return Subject(reading.label_of(found, reading.PAYMENT), reading.id_of(found.get("customer")))

    def _new_page(self, payment: Payment, *, customer: str, return_to: str, earlier: int) -> PayPage:
        """Open a page; the same one however often asked, until there is one more that has expired."""
        session = self.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "customer": customer,
                "client_reference_id": payment.reference,
                "allowed_payment_method_types": ["card"],
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": payment.currency.lower(),
                            "unit_amount": payment.amount_minor,
                            "product_data": {"name": what_for(payment)},
                        },
                    }
                ],
                "payment_intent_data": {
                    "setup_future_usage": "off_session",
                    "description": payment.reference,
                    "metadata": {reading.PAYMENT: payment.reference},
                },
                "metadata": {reading.PAYMENT: payment.reference},
                "success_url": return_to,
                "cancel_url": return_to,
            },
            {"idempotency_key": f"{payment.reference}-page-{earlier + 1}"},
        )
        return PayPage(session.url or return_to, session.id)

    def _close(self, attempts: list[Attempt]) -> bool:
        """See to it that ``attempts`` bring no money any more; returns whether there was one.

        Stripe refuses to close what was paid or closed at this very moment: what is read afterwards says
        which.
        """
        for attempt in attempts:
            try:
                if attempt.is_session:
                    self.v1.checkout.sessions.expire(attempt.id)
                else:
                    self.invoices.close(attempt)
            except stripe.InvalidRequestError:
                continue
        return bool(attempts)
