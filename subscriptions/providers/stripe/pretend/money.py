"""Payment intents, charges, refunds and disputes: the money itself.

A function under `@route` answers that address: Stripe's own reference says what it does.
"""

from typing import Any

from subscriptions.providers.stripe.pretend.cards import Card
from subscriptions.providers.stripe.pretend.errors import CardRefusal, Refusal
from subscriptions.providers.stripe.pretend.parameters import METADATA
from subscriptions.providers.stripe.pretend.routes import EXPAND, LISTED, listed, route
from subscriptions.providers.stripe.pretend.store import Thing
from subscriptions.providers.stripe.pretend.world import World

DECIDED = {"won", "lost"}
REASONS = ("duplicate", "fraudulent", "requested_by_customer")


@route("GET", "/v1/payment_intents/{intent_id}", EXPAND)
def retrieve_intent(world: World, params: dict[str, Any], intent_id: str) -> Thing:
    return world.get("payment_intent", intent_id)


@route("POST", "/v1/payment_intents/{intent_id}", {"metadata": METADATA} | EXPAND)
def update_intent(world: World, params: dict[str, Any], intent_id: str) -> Thing:
    intent = world.get("payment_intent", intent_id)
    return world.change(intent, metadata=intent["metadata"] | params.get("metadata", {}))


@route("GET", "/v1/charges", {"customer": str, "payment_intent": str} | LISTED)
def list_charges(world: World, params: dict[str, Any]) -> Thing:
    return listed(
        world.store.find("charge", **_by(params, "customer", "payment_intent")), params, "/v1/charges"
    )


@route(
    "POST",
    "/v1/refunds",
    {"payment_intent!": str, "amount": int, "reason": REASONS, "metadata": METADATA} | EXPAND,
)
def create_refund(world: World, params: dict[str, Any]) -> Thing:
    intent = world.get("payment_intent", params["payment_intent"])
    charge = world.store.get(intent["latest_charge"] or "")
    if charge is None or not charge["paid"]:
        raise Refusal(
            400, f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        )
    if any(one["status"] != "won" for one in world.store.find("dispute", charge=charge["id"])):
        raise Refusal(
            400, f"Charge {charge['id']} has been charged back; cannot issue a refund.", "charge_disputed"
        )
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if not left:
        raise Refusal(400, f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    if not 0 < amount <= left:
        raise Refusal(400, f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).")
    world.change(
        charge,
        amount_refunded=charge["amount_refunded"] + amount,
        refunded=charge["amount_refunded"] + amount == charge["amount"],
    )
    refund = world.new(
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=params.get("metadata", {}),
        payment_intent=intent["id"],
        reason=params.get("reason"),
        status="succeeded",
    )
    world.tell("refund.created", refund)
    world.tell("charge.refunded", charge)
    return refund


@route("GET", "/v1/refunds", {"payment_intent": str, "charge": str} | LISTED)
def list_refunds(world: World, params: dict[str, Any]) -> Thing:
    return listed(
        world.store.find("refund", **_by(params, "payment_intent", "charge")), params, "/v1/refunds"
    )


@route("GET", "/v1/disputes", {"payment_intent": str, "charge": str} | LISTED)
def list_disputes(world: World, params: dict[str, Any]) -> Thing:
    return listed(
        world.store.find("dispute", **_by(params, "payment_intent", "charge")), params, "/v1/disputes"
    )


def _by(params: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: params[name] for name in names if name in params}


def new_intent(world: World, *, customer: str, amount: int, currency: str, **fields: Any) -> Thing:
    """Begin to take a sum."""
    values = {
        "amount": amount,
        "amount_received": 0,
        "currency": currency,
        "customer": customer,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": {},
        "payment_method": None,
        "setup_future_usage": None,
        "status": "requires_payment_method",
    }
    intent = world.new("payment_intent", **values | fields)
    world.tell("payment_intent.created", intent)
    return intent


def take(world: World, intent: Thing, method: Thing, *, refusal: str) -> Thing:
    """Ask the bank for the sum of ``intent``; returns the charge, or raises ``CardRefusal`` with its code."""
    charge = world.new(
        "charge",
        amount=intent["amount"],
        amount_refunded=0,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        failure_code="card_declined" if refusal else None,
        metadata=dict(intent["metadata"]),
        paid=not refusal,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": "card", "card": method["card"]},
        refunded=False,
        status="failed" if refusal else "succeeded",
    )
    if refusal:
        error = {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": refusal,
            "charge": charge["id"],
        }
        world.change(
            intent, latest_charge=charge["id"], last_payment_error=error, status="requires_payment_method"
        )
        world.tell("charge.failed", charge)
        world.tell("payment_intent.payment_failed", intent)
        raise CardRefusal("card_declined", refusal, intent["id"])
    world.change(
        intent,
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        payment_method=method["id"],
        status="succeeded",
    )
    world.tell("charge.succeeded", charge)
    world.tell("payment_intent.succeeded", intent)
    return charge


def loose_method(world: World, card: Card) -> Thing:
    """Return ``card`` as typed into the page, belonging to nobody yet."""
    return world.new(
        "payment_method",
        type="card",
        card=card.details(),
        customer=None,
        metadata={},
        _later=card.later,
    )
