"""The cards with which one can pay here, and how the banks behind them behave."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Card:
    """A card. ``now`` is the bank's refusal when its holder pays, ``later`` when we take money without them.

    Both are a decline code of Stripe's, or empty for yes.
    """

    name: str
    last4: str
    brand: str = "visa"
    now: str = ""
    later: str = ""

    def details(self) -> dict[str, Any]:
        """Return what Stripe tells of the card."""
        return {
            "brand": self.brand,
            "country": "GB",
            "exp_month": 12,
            "exp_year": 2034,
            "funding": "credit",
            "last4": self.last4,
        }


CARDS = {
    card.name: card
    for card in (
        Card("works", "4242"),
        Card("other", "4444", brand="mastercard"),
        Card("refused", "0002", now="generic_decline", later="generic_decline"),
        Card("empty", "9995", now="insufficient_funds", later="insufficient_funds"),
        Card("refused_later", "0341", later="generic_decline"),
        Card("asks_later", "3155", later="authentication_required"),
    )
}
