"""What stands on a reader's own page beside plan and payments: each part made by the module that knows it."""

from datetime import datetime
from typing import Any

from subscriptions.models import Subscription
from subscriptions.views.part import Maker, Part
from subscriptions.views.sharing import pieces_part

MAKERS: tuple[Maker, ...] = (pieces_part,)


def parts_for(reader: Any, subscription: Subscription | None, at: datetime) -> list[Part]:
    """Return the parts that say something to ``reader`` at ``at``, in the order of the page."""
    return [part for make in MAKERS if (part := make(reader, subscription, at)) is not None]
