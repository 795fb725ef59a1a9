"""What every way of taking money has in common.

The magazine owns the calendar: when a term begins, what it costs and whether it is asked for is decided
here, never by a provider (``docs/decisions/0006-we-own-the-calendar.md``). A provider takes one sum when it
is asked to, gives one back, and says what became of it. So everything is about one ``Payment`` at a time,
known on both sides by our ``reference`` and by the provider's own id for it, ``provider_reference``.

Everything sent carries a key that is the same however often it is tried, so trying again is harmless.
Whatever comes back, or is told by message, is only a reason to ``look_up`` the payment again: what is written
down is what the provider says then (``subscriptions.paying.settling``), and never what a message said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise

from subscriptions.models import Payment, Refund


class Capability(StrEnum):
    """What a provider can do by itself."""

    PAY_PAGE = "pay_page"  # shows the reader a page of its own on which to pay
    CHARGES = "charges"  # takes a further payment from the same card when asked
    REFUNDS = "refunds"  # sends money back when asked
    MESSAGES = "messages"  # tells us what happened
    PORTAL = "portal"  # shows the reader a page of its own for cards and invoices


class ProviderUnavailableError(Exception):
    """The provider cannot be reached or answers that it is busy: nothing is known, try again later."""


class ProviderRefusedError(Exception):
    """The provider understood and said no; trying the same again will not help. The text says why."""


class ForgedMessageError(ValueError):
    """A message that the provider did not sign, or signed too long ago."""


class Stage(StrEnum):
    """How far a payment has come at the provider."""

    UNKNOWN = "unknown"  # the provider has never heard of it
    OPEN = "open"  # it can still be paid
    PAID = "paid"
    FAILED = "failed"  # tried, and the card was refused; it can be tried again
    GONE = "gone"  # expired or withdrawn: it cannot be paid any more


class RefundStage(StrEnum):
    """How far a refund has come at the provider."""

    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    FAILED = "failed"


class DisputeStage(StrEnum):
    """Whether the reader's bank took a payment into question."""

    NONE = ""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class Instructions:
    """What the reader does to pay: a sentence, and rows of a name and what to write there."""

    sentence: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PayPage:
    """Where the reader pays, and what the provider calls this payment."""

    address: str
    provider_reference: str


@dataclass(frozen=True)
class ReportedRefund:
    """One sum that went back. ``key`` is our refund's, empty for one that was made at the provider."""

    key: str
    provider_reference: str
    amount_minor: int
    stage: RefundStage
    failure: str = ""


@dataclass(frozen=True)
class Reported:
    """What the provider says of one payment now. ``customer`` and ``card`` (“Visa ·· 4242, 12/29”) if it
    knows them.

    ``reference`` is ours, ``paid_at`` the instant of a payment that came, ``failure`` why the last try
    failed, in words for the reader.
    """

    reference: str
    stage: Stage
    amount_minor: int = 0
    currency: str = ""
    provider_reference: str = ""
    paid_at: datetime | None = None
    failure: str = ""
    refunds: tuple[ReportedRefund, ...] = ()
    dispute: DisputeStage = DisputeStage.NONE
    customer: str = ""
    card: str = ""


@dataclass(frozen=True)
class Message:
    """What the provider told us: its own unique id, what kind, and about which of its objects."""

    id: str
    kind: str
    object_id: str = ""
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """What a message turned out to be about: one payment by our reference, or a customer by the provider's.

    Both empty: nothing of ours.
    """

    reference: str = ""
    customer: str = ""


class PaymentProvider(Protocol):
    """One way of taking money.

    Methods raise ``ProviderUnavailableError`` when nothing is known, ``ProviderRefusedError`` when the answer
    is a plain no. Those behind a capability that the provider lacks are never called.
    """

    key: str
    label: str | Promise
    capabilities: frozenset[Capability]
    methods: tuple[str, ...]

    def instructions(self, payment: Payment) -> Instructions:
        """Say how ``payment`` is paid."""
        ...

    def way_back(self, payment: Payment) -> str:
        """Say in a few words how the money of ``payment`` goes back to the reader."""
        ...

    def pay_page(self, payment: Payment, *, customer: str, return_to: str) -> PayPage:
        """Open (or open again) the page on which ``payment`` is paid; ``return_to`` is our absolute
        address."""
        ...

    def charge(self, payment: Payment, *, customer: str) -> Reported:
        """Take ``payment`` from the card of ``customer``: try number ``payment.tries``, once however often
        asked."""
        ...

    def withdraw(self, payment: Payment) -> Reported:
        """See to it that ``payment`` cannot be paid any more; what is paid already stays paid, and is
        told."""
        ...

    def refund(self, refund: Refund) -> ReportedRefund:
        """Send ``refund`` back, once by its ``key`` however often asked."""
        ...

    def look_up(self, payment: Payment) -> Reported:
        """Read again what became of ``payment``."""
        ...

    def listed(self, since: datetime) -> Iterator[Reported]:
        """Read every payment of ours that the provider began, or that changed there, since ``since``."""
        ...

    def card_of(self, customer: str) -> str:
        """Read again which card ``customer`` pays with: “Visa ·· 4242, 12/29”, or nothing."""
        ...

    def portal(self, customer: str, *, return_to: str) -> str:
        """Return the address of the provider's page for cards and invoices, for this one visit."""
        ...

    def read_message(self, body: bytes, headers: Mapping[str, str], at: datetime) -> Message:
        """Check who sent a message and when, and take it apart; raises ``ForgedMessageError``."""
        ...

    def subject_of(self, message: Message) -> Subject:
        """Say what ``message`` is about; the provider may be asked again."""
        ...
