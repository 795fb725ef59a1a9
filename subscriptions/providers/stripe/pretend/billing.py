"""Invoices: sums taken from a saved card without the reader.

A function under `@route` answers that address: Stripe's own reference says what it does.
"""

from typing import Any

from subscriptions.providers.stripe.pretend import customers, money
from subscriptions.providers.stripe.pretend.errors import CardRefusal, Refusal
from subscriptions.providers.stripe.pretend.parameters import METADATA
from subscriptions.providers.stripe.pretend.routes import EXPAND, LISTED, listed, route
from subscriptions.providers.stripe.pretend.store import Thing
from subscriptions.providers.stripe.pretend.world import World, plain_list

STATUSES = ("draft", "open", "paid", "uncollectible", "void")


@route(
    "POST",
    "/v1/invoices",
    {
        "customer!": str,
        "collection_method": ("charge_automatically",),
        "auto_advance!": bool,
        "pending_invoice_items_behavior": ("exclude",),
        "currency!": str,
        "metadata": METADATA,
    }
    | EXPAND,
)
def create(world: World, params: dict[str, Any]) -> Thing:
    customers.living(world, params["customer"])
    if params["auto_advance"]:
        raise Refusal(400, "The pretend Stripe does not advance invoices: pass auto_advance=false.")
    invoice = world.new(
        "invoice",
        amount_due=0,
        amount_paid=0,
        amount_remaining=0,
        attempt_count=0,
        attempted=False,
        auto_advance=False,
        billing_reason="manual",
        collection_method="charge_automatically",
        currency=params["currency"],
        customer=params["customer"],
        lines=plain_list([], "/v1/invoices/lines"),
        metadata=params.get("metadata", {}),
        number=None,
        status="draft",
        status_transitions={"finalized_at": None, "paid_at": None, "voided_at": None},
        total=0,
    )
    world.tell("invoice.created", invoice)
    return invoice


@route(
    "POST",
    "/v1/invoiceitems",
    {"customer!": str, "invoice!": str, "amount!": int, "currency!": str, "description": str} | EXPAND,
)
def add_item(world: World, params: dict[str, Any]) -> Thing:
    invoice = _in(world, params["invoice"], "draft")
    if (invoice["customer"], invoice["currency"]) != (params["customer"], params["currency"]):
        raise Refusal(400, "The item and the invoice must have the same customer and currency.")
    item = world.new(
        "invoiceitem",
        amount=params["amount"],
        currency=params["currency"],
        customer=params["customer"],
        description=params.get("description"),
        invoice=invoice["id"],
        metadata={},
    )
    line = {
        "id": item["id"].replace("ii_", "il_"),
        "object": "line_item",
        "amount": item["amount"],
        "currency": item["currency"],
        "description": item["description"],
        "invoice": invoice["id"],
        "quantity": 1,
    }
    invoice["lines"]["data"].append(line)
    total = sum(one["amount"] for one in invoice["lines"]["data"])
    world.change(invoice, total=total, amount_due=total, amount_remaining=total)
    return item


@route("POST", "/v1/invoices/{invoice_id}/finalize", {"auto_advance": bool} | EXPAND)
def finalise(world: World, params: dict[str, Any], invoice_id: str) -> Thing:
    invoice = _in(world, invoice_id, "draft")
    if not invoice["total"]:
        raise Refusal(400, "The pretend Stripe does not finalise an invoice over nothing.")
    intent = money.new_intent(
        world, customer=invoice["customer"], amount=invoice["total"], currency=invoice["currency"]
    )
    world.new(
        "invoice_payment",
        amount_paid=None,
        amount_requested=invoice["total"],
        currency=invoice["currency"],
        invoice=invoice_id,
        is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
    )
    invoice["status_transitions"]["finalized_at"] = world.now
    world.change(invoice, status="open", number=f"PRETEND-{world.store.count('invoice_payment'):04}")
    world.tell("invoice.finalized", invoice)
    return invoice


@route("POST", "/v1/invoices/{invoice_id}/pay", {"payment_method!": str, "off_session": bool} | EXPAND)
def pay(world: World, params: dict[str, Any], invoice_id: str) -> Thing:
    invoice = _in(world, invoice_id, "open")
    method = customers.own(world, params["payment_method"], invoice["customer"])
    payment = world.store.find("invoice_payment", invoice=invoice_id)[0]
    intent = world.get("payment_intent", payment["payment"]["payment_intent"])
    customer = customers.living(world, invoice["customer"])
    world.change(invoice, attempted=True, attempt_count=invoice["attempt_count"] + 1)
    refusal = customer.get("_refuse_next") or method["_later"]
    world.change(customer, _refuse_next="")
    try:
        money.take(world, intent, method, refusal=refusal)
    except CardRefusal:
        world.tell("invoice.payment_failed", invoice)
        raise
    world.change(payment, status="paid", amount_paid=invoice["total"])
    invoice["status_transitions"]["paid_at"] = world.now
    world.change(invoice, status="paid", amount_paid=invoice["total"], amount_remaining=0)
    world.tell("invoice.paid", invoice)
    return invoice


@route("POST", "/v1/invoices/{invoice_id}/void", EXPAND)
def void(world: World, params: dict[str, Any], invoice_id: str) -> Thing:
    invoice = _in(world, invoice_id, "open", "uncollectible")
    for payment in world.store.find("invoice_payment", invoice=invoice_id):
        world.change(payment, status="canceled")
        world.change(world.get("payment_intent", payment["payment"]["payment_intent"]), status="canceled")
    invoice["status_transitions"]["voided_at"] = world.now
    world.change(invoice, status="void")
    world.tell("invoice.voided", invoice)
    return invoice


@route("DELETE", "/v1/invoices/{invoice_id}", {})
def delete(world: World, params: dict[str, Any], invoice_id: str) -> Thing:
    invoice = _in(world, invoice_id, "draft")
    world.store.remove(invoice_id)
    world.tell("invoice.deleted", invoice)
    return {"id": invoice_id, "object": "invoice", "deleted": True}


@route("GET", "/v1/invoices/{invoice_id}", EXPAND)
def retrieve(world: World, params: dict[str, Any], invoice_id: str) -> Thing:
    return world.get("invoice", invoice_id)


@route("GET", "/v1/invoices", {"customer": str, "status": STATUSES} | LISTED)
def list_all(world: World, params: dict[str, Any]) -> Thing:
    by = {name: params[name] for name in ("customer", "status") if name in params}
    return listed(world.store.find("invoice", **by), params, "/v1/invoices")


def _in(world: World, invoice_id: str, *statuses: str) -> Thing:
    """Return the invoice called ``invoice_id`` if it is in one of ``statuses``."""
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] not in statuses:
        raise Refusal(
            400, f"This invoice is {invoice['status']}, not {' or '.join(statuses)}.", "invoice_not_editable"
        )
    return invoice
