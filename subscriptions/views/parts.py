"""What stands on a reader's own page beside plan and payments: each part made by the module that knows it."""

from datetime import datetime
from typing import Any

from subscriptions.models import Subscription
from subscriptions.views import claims, printed
from subscriptions.views.gifts import given_part, got_part
from subscriptions.views.groups import managed_part, seats_part
from subscriptions.views.part import Maker, Part
from subscriptions.views.sharing import pieces_part

MAKERS: tuple[Maker, ...] = (
    got_part,
    seats_part,
    printed.part,
    claims.part,
    pieces_part,
    given_part,
    managed_part,
)


def parts_for(reader: Any, subscription: Subscription | None, at: datetime) -> list[Part]:
    """Return the parts that say something to ``reader`` at ``at``, in the order of the page."""
    return [part for make in MAKERS if (part := make(reader, subscription, at)) is not None]
