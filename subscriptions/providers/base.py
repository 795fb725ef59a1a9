"""What every way of taking money has in common."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from subscriptions.models import Payment


class Capability(StrEnum):
    """What a provider can do by itself."""

    CHARGES_RENEWALS = "charges_renewals"
    REFUNDS = "refunds"
    CONFIRMS_BY_MESSAGE = "confirms_by_message"


@dataclass(frozen=True)
class Instructions:
    """What the reader does to pay: a sentence, and rows of a name and what to write there."""

    sentence: str
    rows: tuple[tuple[str, str], ...]


class PaymentProvider(Protocol):
    """One way of taking money."""

    key: str
    capabilities: frozenset[Capability]

    def instructions(self, payment: Payment) -> Instructions:
        """Say how ``payment`` is paid."""
        ...

    def way_back(self, payment: Payment) -> str:
        """Say in a few words how the money of ``payment`` goes back to the reader."""
        ...
