"""Checkout: the page on which the reader pays.

A function under `@route` answers that address: Stripe's own reference says what it does.
"""

from typing import Any

from subscriptions.providers.stripe.pretend import customers, money
from subscriptions.providers.stripe.pretend.cards import Card
from subscriptions.providers.stripe.pretend.errors import Refusal
from subscriptions.providers.stripe.pretend.parameters import METADATA
from subscriptions.providers.stripe.pretend.routes import EXPAND, LISTED, listed, route
from subscriptions.providers.stripe.pretend.store import Thing
from subscriptions.providers.stripe.pretend.world import World

OPEN_FOR = 24 * 60 * 60
STATUSES = ("open", "complete", "expired")


@route(
    "POST",
    "/v1/checkout/sessions",
    {
        "mode!": ("payment",),
        "customer!": str,
        "client_reference_id": str,
        "allowed_payment_method_types": [("card",)],
        "line_items!": [
            {
                "quantity!": int,
                "price_data!": {
                    "currency!": str,
                    "unit_amount!": int,
                    "product_data!": {"name!": str},
                },
            }
        ],
        "payment_intent_data": {
            "setup_future_usage": ("off_session", "on_session"),
            "description": str,
            "metadata": METADATA,
        },
        "metadata": METADATA,
        "success_url!": str,
        "cancel_url": str,
    }
    | EXPAND,
)
def create(world: World, params: dict[str, Any]) -> Thing:
    customers.living(world, params["customer"])
    lines = params["line_items"]
    prices = [line["price_data"] for line in lines]
    if len({price["currency"] for price in prices}) != 1:
        raise Refusal(400, "All line items must have the same currency.")
    total = sum(line["quantity"] * price["unit_amount"] for line, price in zip(lines, prices, strict=True))
    session = world.new(
        "checkout.session",
        amount_subtotal=total,
        amount_total=total,
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=prices[0]["currency"],
        customer=params["customer"],
        expires_at=world.now + OPEN_FOR,
        metadata=params.get("metadata", {}),
        mode="payment",
        payment_intent=None,
        payment_status="unpaid",
        status="open",
        success_url=params["success_url"],
        _intent=params.get("payment_intent_data", {}),
        _for=prices[0]["product_data"]["name"],
    )
    return world.change(
        session, url=customers.page_beside(params["success_url"], "pretend_pay", session["id"])
    )


@route("GET", "/v1/checkout/sessions", {"customer": str, "payment_intent": str, "status": STATUSES} | LISTED)
def list_all(world: World, params: dict[str, Any]) -> Thing:
    by = {name: params[name] for name in ("customer", "payment_intent", "status") if name in params}
    return listed(world.store.find("checkout.session", **by), params, "/v1/checkout/sessions")


@route("GET", "/v1/checkout/sessions/{session_id}", EXPAND)
def retrieve(world: World, params: dict[str, Any], session_id: str) -> Thing:
    return world.get("checkout.session", session_id)


@route("POST", "/v1/checkout/sessions/{session_id}/expire", EXPAND)
def expire(world: World, params: dict[str, Any], session_id: str) -> Thing:
    session = world.get("checkout.session", session_id)
    if session["status"] != "open":
        raise Refusal(400, 'Only Checkout Sessions with a status in ["open"] can be expired.')
    return close(world, session)


def close(world: World, session: Thing) -> Thing:
    """Let nobody pay on the page any more."""
    world.change(session, status="expired", url=None)
    world.tell("checkout.session.expired", session)
    return session


def expire_old(world: World) -> None:
    """Close the pages whose day is over."""
    for session_id in world.store.open_until("checkout.session", world.now):
        close(world, world.get("checkout.session", session_id))


def pay(world: World, session_id: str, card: Card) -> Thing:
    """Play the reader who pays with ``card``; raises ``CardRefusal``, and ``Refusal`` for a page that is
    closed.
    """
    session = world.get("checkout.session", session_id)
    if session["status"] != "open":
        raise Refusal(400, "This page can no longer be used.")
    intent = world.store.get(session["payment_intent"] or "") or money.new_intent(
        world,
        customer=session["customer"],
        amount=session["amount_total"],
        currency=session["currency"],
        **session["_intent"],
    )
    world.change(session, payment_intent=intent["id"])
    method = money.loose_method(world, card)
    money.take(world, intent, method, refusal=card.now)
    if intent["setup_future_usage"]:
        world.change(method, customer=session["customer"])
        world.tell("payment_method.attached", method)
    world.change(session, status="complete", payment_status="paid", url=None)
    world.tell("checkout.session.completed", session)
    return session
