"""The state of the pretend Stripe, and what every part of it needs: the time, new things, and what is told
of them.
"""

import copy
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import stripe

from subscriptions.providers.stripe.pretend.errors import missing
from subscriptions.providers.stripe.pretend.store import Store, Thing

PREFIXES = {
    "customer": "cus",
    "payment_method": "pm",
    "checkout.session": "cs",
    "payment_intent": "pi",
    "charge": "ch",
    "invoice": "in",
    "invoiceitem": "ii",
    "line_item": "il",
    "invoice_payment": "inpay",
    "refund": "re",
    "dispute": "du",
    "billing_portal.session": "bps",
    "event": "evt",
}
# Every other thing has these.
LACKING = {("refund", "livemode"), ("invoiceitem", "created")}


class World:
    """Things, the time, and the messages about them."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    @property
    def now(self) -> int:
        """The time in whole seconds, as Stripe has it."""
        return int(self.clock().timestamp())

    def new(self, kind: str, **fields: Any) -> Thing:
        """Make and keep a thing of ``kind``."""
        thing_id = f"{PREFIXES[kind]}_pretend{secrets.token_hex(12)}"
        thing = {"id": thing_id, "object": kind, "created": self.now, "livemode": False} | fields
        return self.store.put({name: value for name, value in thing.items() if (kind, name) not in LACKING})

    def get(self, kind: str, thing_id: str) -> Thing:
        """Return the thing of ``kind`` called ``thing_id``; raises ``Refusal`` if there is none."""
        thing = self.store.get(thing_id)
        if thing is None or thing["object"] != kind:
            raise missing(kind, thing_id)
        return thing

    def change(self, thing: Thing, **fields: Any) -> Thing:
        """Change and keep ``thing``."""
        thing.update(fields)
        return self.store.put(thing)

    def tell(self, kind: str, thing: Thing, *, before: Thing | None = None) -> None:
        """Write a message of ``kind`` about ``thing`` as it is now, and how some of it was ``before``."""
        self.new(
            "event",
            type=kind,
            api_version=stripe.api_version,
            data={"object": shown(copy.deepcopy(thing))}
            | ({"previous_attributes": before} if before else {}),
            request={"id": None, "idempotency_key": None},
            pending_webhooks=1,
        )


def shown(value: Any) -> Any:
    """Return ``value`` without the fields that begin with an underscore: they are ours, not Stripe's."""
    if isinstance(value, dict):
        return {name: shown(one) for name, one in value.items() if not name.startswith("_")}
    return [shown(one) for one in value] if isinstance(value, list) else value


def plain_list(data: list[Thing], address: str, *, has_more: bool = False) -> Thing:
    """Return ``data`` as Stripe's list."""
    return {"object": "list", "url": address, "has_more": has_more, "data": data}
