"""Customers, their cards, and the page on which they change them.

A function under `@route` answers that address: Stripe's own reference says what it does.
"""

from typing import Any
from urllib.parse import urljoin, urlsplit

from django.urls import reverse

from subscriptions.providers.stripe.pretend.cards import Card
from subscriptions.providers.stripe.pretend.errors import Refusal, missing
from subscriptions.providers.stripe.pretend.parameters import METADATA
from subscriptions.providers.stripe.pretend.routes import EXPAND, LISTED, PAGED, listed, route
from subscriptions.providers.stripe.pretend.store import Thing
from subscriptions.providers.stripe.pretend.world import World


def page_beside(address: str, name: str, thing_id: str) -> str:
    """Return the page called ``name`` about one thing, on the host to which the reader returns."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Refusal(400, f"Not a valid URL: {address}", "url_invalid")
    return urljoin(address, reverse(f"subscriptions:{name}", args=[thing_id]))


@route("POST", "/v1/customers", {"email": str, "metadata": METADATA} | EXPAND)
def create(world: World, params: dict[str, Any]) -> Thing:
    customer = world.new(
        "customer",
        email=params.get("email"),
        metadata=params.get("metadata", {}),
        invoice_settings={"default_payment_method": None},
    )
    world.tell("customer.created", customer)
    return customer


@route("GET", "/v1/customers", {"email": str} | LISTED)
def list_all(world: World, params: dict[str, Any]) -> Thing:
    by_mail = {"email": params["email"]} if "email" in params else {}
    found = [one for one in world.store.find("customer", **by_mail) if not one.get("deleted")]
    return listed(found, params, "/v1/customers")


@route("GET", "/v1/customers/{customer_id}", EXPAND)
def retrieve(world: World, params: dict[str, Any], customer_id: str) -> Thing:
    customer = world.get("customer", customer_id)
    if customer.get("deleted"):
        return {"id": customer_id, "object": "customer", "deleted": True}
    return customer


@route(
    "POST",
    "/v1/customers/{customer_id}",
    {"email": str, "metadata": METADATA, "invoice_settings": {"default_payment_method": str}} | EXPAND,
)
def update(world: World, params: dict[str, Any], customer_id: str) -> Thing:
    customer = living(world, customer_id)
    if card := params.get("invoice_settings", {}).get("default_payment_method"):
        own(world, card, customer_id)
        customer["invoice_settings"]["default_payment_method"] = card
    customer["metadata"] |= params.get("metadata", {})
    if "email" in params:
        customer["email"] = params["email"]
    world.change(customer)
    world.tell("customer.updated", customer)
    return customer


@route("GET", "/v1/payment_methods", {"customer!": str, "type": ("card",)} | PAGED)
def list_cards(world: World, params: dict[str, Any]) -> Thing:
    living(world, params["customer"])
    found = world.store.find("payment_method", customer=params["customer"])
    return listed(found, params, "/v1/payment_methods")


@route("POST", "/v1/billing_portal/sessions", {"customer!": str, "return_url!": str} | EXPAND)
def open_portal(world: World, params: dict[str, Any]) -> Thing:
    living(world, params["customer"])
    session = world.new("billing_portal.session", **params)
    return world.change(session, url=page_beside(params["return_url"], "pretend_cards", session["id"]))


def living(world: World, customer_id: str) -> Thing:
    """Return a customer who has not been deleted."""
    customer = world.get("customer", customer_id)
    if customer.get("deleted"):
        raise missing("customer", customer_id)
    return customer


def own(world: World, card: str, customer: str) -> Thing:
    """Return the payment method ``card`` if it belongs to ``customer``."""
    method = world.get("payment_method", card)
    if method["customer"] != customer:
        raise Refusal(
            400, f"The customer does not have a payment method with the ID {card}.", "resource_missing"
        )
    return method


def attach(world: World, customer: str, card: Card) -> Thing:
    """Save ``card`` for ``customer``, as both the page and the portal do."""
    method = world.new(
        "payment_method",
        type="card",
        card=card.details(),
        customer=customer,
        metadata={},
        billing_details={"email": None, "name": None},
        _later=card.later,
    )
    world.tell("payment_method.attached", method)
    return method
