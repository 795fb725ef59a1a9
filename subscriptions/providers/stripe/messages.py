"""Messages from Stripe: who sent them, when, and what they are about.

The library's own verifier checks the signature. It compares the time with the wall clock only, and lets the
future through, so the time is compared here with the instant that the caller gives.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import stripe

from subscriptions.providers.base import ForgedMessageError, Message
from subscriptions.providers.stripe.reading import id_of

HEADER = "stripe-signature"
# Stripe's own advice; a message that comes later was kept by somebody. Stripe signs each delivery anew.
TOLERANCE = timedelta(minutes=5)


def read(body: bytes, headers: Mapping[str, str], *, secret: str, at: datetime) -> Message:
    """Return the message in ``body`` if Stripe signed it with ``secret`` within five minutes of ``at``.

    Raises ``ForgedMessageError`` for everything else, an empty secret too.
    """
    header = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, tolerance=None)
        signed_at = _signed_at(header)
    except (stripe.SignatureVerificationError, ValueError, TypeError) as error:
        # The last two come from what is no text at all: bytes that are not UTF-8, a signature not in ASCII.
        raise ForgedMessageError("Not signed by Stripe.") from error
    if abs(at.timestamp() - signed_at) > TOLERANCE.total_seconds():
        raise ForgedMessageError("Signed at another time.")
    return _message(body)


def _signed_at(header: str) -> int:
    """Return the time in ``header`` that the verifier signed with: the first."""
    times = [value for name, _, value in (part.partition("=") for part in header.split(",")) if name == "t"]
    return int(times[0])


def _message(body: bytes) -> Message:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise ForgedMessageError("Not a message.") from error
    match event:
        case {
            "object": "event",
            "id": str() as event_id,
            "type": str() as kind,
            "data": {"object": dict() as thing},
        }:
            return Message(id=event_id, kind=kind, object_id=str(thing.get("id") or ""), body=event)
    raise ForgedMessageError("Not a message.")


def thing_in(message: Message) -> Mapping[str, Any]:
    """Return the object that ``message`` shows, as it was when it was sent."""
    return _part(message, "object")


def customer_in(message: Message) -> str:
    """Return whose message it is: about them, or about what is or just was theirs."""
    thing = thing_in(message)
    if thing.get("object") == "customer":
        return str(thing.get("id") or "")
    return id_of(thing.get("customer")) or id_of(_part(message, "previous_attributes").get("customer"))


def _part(message: Message, name: str) -> Mapping[str, Any]:
    data = message.body.get("data")
    part = data.get(name) if isinstance(data, Mapping) else None
    return part if isinstance(part, Mapping) else {}
