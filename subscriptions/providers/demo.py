"""A bank for the demonstration: it has a pay page, charges cards, refunds and sends messages; no money moves.

What it knows is in its own table, ``DemoCharge``, which nothing else reads or writes; of our books it sees
no more than what a real provider is sent. It exists for a clone that wants to be looked at and for tests
that want to see it fail, and the settings refuse it in production. What people do there, on its pages or at
its counter, is in ``subscriptions.paying.demo_bank``.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urljoin
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subscriptions.models import DemoCharge, Payment, Refund
from subscriptions.money import formatted
from subscriptions.providers.base import (
    Capability,
    DisputeStage,
    ForgedMessageError,
    Instructions,
    Message,
    PayPage,
    ProviderRefusedError,
    ProviderUnavailableError,
    RefundStage,
    Reported,
    ReportedRefund,
    Stage,
    Subject,
)

# It seals addresses that people have open: it stays, whatever modules are called.
SALT = "subscriptions.demo_bank"
SIGNATURE = "Demo-Signature"
# A message that took longer than this was kept by somebody.
MESSAGES_ARRIVE_WITHIN = timedelta(minutes=5)


class Card(StrEnum):
    """The cards that there are at this bank; the value is all that we are ever told of one."""

    WORKS = "Demo card ·· 4242"
    REFUSED = "Demo card ·· 0002"
    REFUSED_LATER = "Demo card ·· 0341"


class Outage(StrEnum):
    """How the line to the bank can fail: tests choose."""

    BEFORE = "before"  # nothing arrives there
    AFTER = "after"  # it is done there, and the answer is lost


Method = TypeVar("Method", bound=Callable[..., Any])


def over_the_line(method: Method) -> Method:
    """Let ``method`` fail as ``DemoProvider.outage`` says."""

    @wraps(method)
    def call(self: "DemoProvider", *args: Any, **kwargs: Any) -> Any:
        if self.outage is Outage.BEFORE:
            raise ProviderUnavailableError(_("The bank does not answer."))
        answer = method(self, *args, **kwargs)
        if self.outage is Outage.AFTER:
            raise ProviderUnavailableError(_("The bank’s answer was lost."))
        return answer

    return cast(Method, call)


class DemoProvider:
    """What the magazine can ask of the demonstration's bank."""

    key = "demo"
    label: str | Promise = gettext_lazy("Card (demonstration)")
    capabilities = frozenset(Capability)
    methods: tuple[str, ...] = ("card",)
    outage: Outage | None = None
    clock = staticmethod(timezone.now)

    def instructions(self, payment: Payment) -> Instructions:
        """Say that a page plays the bank."""
        return Instructions(
            _("Please pay on the page of our demonstration’s bank. No money moves."),
            (
                (_("Amount"), formatted(payment.amount_minor, payment.currency)),
                (_("Reference"), payment.reference),
            ),
        )

    def way_back(self, payment: Payment) -> str:
        """Say that it goes back to the card."""
        return _("To the card with which you paid, at once (a demonstration: no money moves)")

    @over_the_line
    def pay_page(self, payment: Payment, *, customer: str, return_to: str) -> PayPage:
        """Open the page, again if it was open before."""
        with transaction.atomic():
            charge = self._opened(payment, customer)
            if charge.stage == Stage.GONE:
                raise ProviderRefusedError(_("This payment was withdrawn."))
        return PayPage(page_address("demo_pay", charge.reference, return_to), f"demo_{charge.reference}")

    @over_the_line
    def charge(self, payment: Payment, *, customer: str) -> Reported:
        """Take it from the customer's card; the same try is made once."""
        with transaction.atomic():
            charge = self._opened(payment, customer)
            if charge.stage in (Stage.OPEN, Stage.FAILED) and charge.last_try < payment.tries:
                charge.last_try = payment.tries
                if charge.card == Card.WORKS:
                    settle(charge, Stage.PAID, at=self.clock())
                else:
                    charge.failure = _("The card was refused.") if charge.card else _("There is no card.")
                    settle(charge, Stage.FAILED, at=self.clock())
        return report(charge)

    @over_the_line
    def withdraw(self, payment: Payment) -> Reported:
        """Close the page for good, unless it was paid."""
        with transaction.atomic():
            charge = self._opened(payment, "")
            if charge.stage in (Stage.OPEN, Stage.FAILED):
                settle(charge, Stage.GONE, at=self.clock())
        return report(charge)

    @over_the_line
    def refund(self, refund: Refund) -> ReportedRefund:
        """Send money back, once for each key."""
        with transaction.atomic():
            charge = DemoCharge.objects.select_for_update().filter(reference=refund.payment.reference).first()
            if charge is None:
                raise ProviderRefusedError(_("The bank does not know this payment."))
            return give_back(charge, refund.amount_minor, refund.currency, key=refund.key, at=self.clock())

    @over_the_line
    def look_up(self, payment: Payment) -> Reported:
        """Read it again."""
        charge = DemoCharge.objects.filter(reference=payment.reference).first()
        return report(charge) if charge else Reported(payment.reference, Stage.UNKNOWN)

    @over_the_line
    def listed(self, since: datetime) -> Iterator[Reported]:
        """Read whatever changed."""
        return iter([report(one) for one in DemoCharge.objects.filter(changed_at__gte=since).order_by("pk")])

    @over_the_line
    def card_of(self, customer: str) -> str:
        """Read the customer's card."""
        return card_of(customer)

    @over_the_line
    def portal(self, customer: str, *, return_to: str) -> str:
        """Open the page on which the card is changed."""
        return page_address("demo_portal", customer, return_to)

    def read_message(self, body: bytes, headers: Mapping[str, str], at: datetime) -> Message:
        """Check the seal and its age, and take the message apart."""
        sent, _comma, seal = headers.get(SIGNATURE, "").partition(",")
        if not sent.isascii() or not sent.isdigit() or not constant_time_compare(seal, sealed(sent, body)):
            raise ForgedMessageError("The seal is not the bank's.")
        if abs(at.timestamp() - int(sent)) > MESSAGES_ARRIVE_WITHIN.total_seconds():
            raise ForgedMessageError("The message is too old, or comes from the future.")
        told = json.loads(body)
        return Message(told["id"], told["kind"], told["about"], told)

    def subject_of(self, message: Message) -> Subject:
        """A message is about a payment, or about a customer."""
        if message.kind.startswith("customer."):
            return Subject(customer=message.object_id)
        return Subject(reference=message.object_id)

    def _opened(self, payment: Payment, customer: str) -> DemoCharge:
        """Return the bank's own record of ``payment``, held; begun if it is new here."""
        customer = customer or f"demo-{uuid4().hex[:16]}"
        DemoCharge.objects.get_or_create(
            reference=payment.reference,
            defaults={
                "customer": customer,
                "amount_minor": payment.amount_minor,
                "currency": payment.currency,
                "stage": Stage.OPEN,
                "card": card_of(customer),
                "changed_at": self.clock(),
            },
        )
        return DemoCharge.objects.select_for_update().get(reference=payment.reference)


def page_address(name: str, about: str, return_to: str) -> str:
    """Return the address of one of the bank's pages: it names what it is about, and nobody can make it up."""
    token = signing.dumps({"about": about, "back": return_to}, salt=f"{SALT}.{name}")
    return urljoin(return_to, reverse(f"subscriptions:{name}", args=[token]))


def settle(charge: DemoCharge, stage: Stage, *, at: datetime) -> None:
    """Bring ``charge`` to ``stage``."""
    charge.stage, charge.changed_at = stage, at
    if stage == Stage.PAID:
        charge.paid_at, charge.failure = at, ""
    charge.save()


def give_back(
    charge: DemoCharge, amount_minor: int, currency: str, *, key: str, at: datetime
) -> ReportedRefund:
    """Send ``amount_minor`` back; a key that was used says what became of it then.

    Raises ``ProviderRefusedError`` while there is a dispute, and for more than there is.
    """
    for refund in charge.refunds:
        if key and refund["key"] == key:
            return _refund(refund)
    if charge.dispute in (DisputeStage.OPEN, DisputeStage.LOST):
        raise ProviderRefusedError(_("The payment is disputed."))
    if (
        charge.stage != Stage.PAID
        or currency != charge.currency
        or not 0 < amount_minor <= held_minor(charge)
    ):
        raise ProviderRefusedError(_("There is not so much of this payment left."))
    made = {"key": key, "id": f"re_{uuid4().hex}", "amount_minor": amount_minor}
    charge.refunds.append(made)
    charge.changed_at = at
    charge.save()
    return _refund(made)


def held_minor(charge: DemoCharge) -> int:
    """What the magazine has of ``charge`` at the bank."""
    if charge.stage != Stage.PAID or charge.dispute == DisputeStage.LOST:
        return 0
    return charge.amount_minor - sum(refund["amount_minor"] for refund in charge.refunds)


def card_of(customer: str) -> str:
    """Return the card that ``customer`` pays with, or nothing."""
    newest = DemoCharge.objects.filter(customer=customer).exclude(card="").order_by("-pk").first()
    return newest.card if newest and customer else ""


def report(charge: DemoCharge) -> Reported:
    """Say what the bank knows of ``charge``."""
    return Reported(
        reference=charge.reference,
        stage=Stage(charge.stage),
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        provider_reference=f"demo_{charge.reference}",
        paid_at=charge.paid_at,
        failure=charge.failure,
        refunds=tuple(_refund(refund) for refund in charge.refunds),
        dispute=DisputeStage(charge.dispute),
        customer=charge.customer,
        card=charge.card,
    )


def sealed(sent: str, body: bytes) -> str:
    """Return the seal of a message that was sent at ``sent``, in seconds since the epoch."""
    secret = salted_hmac(SALT, "", secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return hmac.new(secret, sent.encode() + b"." + body, hashlib.sha256).hexdigest()


def message(kind: str, about: str, *, at: datetime, event_id: str = "") -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a message from the bank."""
    body = json.dumps({"id": event_id or f"msg_{uuid4().hex}", "kind": kind, "about": about}).encode()
    sent = str(int(at.timestamp()))
    return body, {SIGNATURE: f"{sent},{sealed(sent, body)}"}


def _refund(refund: dict[str, Any]) -> ReportedRefund:
    return ReportedRefund(refund["key"], refund["id"], refund["amount_minor"], RefundStage.SENT)
