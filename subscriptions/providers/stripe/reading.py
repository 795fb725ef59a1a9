"""What Stripe's objects say about one payment. Plain functions over plain dictionaries: nothing is asked
here.

A payment is paid by one of two things, called an *attempt* here: a Checkout session (the reader pays on
Stripe's page) or an invoice (we take it from the saved card). Both carry our reference in their metadata,
and both lead to a payment intent, which knows the charge.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from subscriptions.providers.base import DisputeStage, RefundStage, Reported, ReportedRefund, Stage
from subscriptions.providers.stripe import refusals

# The names under which our own keys travel at Stripe.
PAYMENT = "payment"
REFUND = "refund"
READER = "reader"
CARD_AT = "card_at"

Plain = Mapping[str, Any]

# An inquiry (`warning_…`) moves no money, and giving the money back is a good answer to it; a prevented
# dispute was answered by a refund, which is reported as one.
DISPUTES = {
    "needs_response": DisputeStage.OPEN,
    "under_review": DisputeStage.OPEN,
    "appeal_needs_response": DisputeStage.OPEN,
    "appeal_under_review": DisputeStage.OPEN,
    "won": DisputeStage.WON,
    "lost": DisputeStage.LOST,
}
# Names that are no plain words.
BRANDS = {"amex": "American Express", "jcb": "JCB", "unionpay": "UnionPay"}
REFUNDS = {
    "succeeded": RefundStage.SENT,
    "failed": RefundStage.FAILED,
    "canceled": RefundStage.FAILED,
}


def instant(seconds: int | None) -> datetime | None:
    """Return Stripe's whole seconds since 1970 as an instant."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def id_of(thing: Any) -> str:
    """Return the id of ``thing``, which Stripe gives as an id, as the object itself, or not at all."""
    if isinstance(thing, Mapping):
        return str(thing["id"])
    return thing or ""


def label_of(thing: Plain, name: str) -> str:
    """Return what we wrote into the metadata of ``thing`` under ``name``, or nothing."""
    return (thing.get("metadata") or {}).get(name, "")


def is_session(attempt: Plain) -> bool:
    """Whether ``attempt`` is a page on which the reader pays; otherwise it is an invoice."""
    return attempt["object"] == "checkout.session"


def is_live(attempt: Plain) -> bool:
    """Whether ``attempt`` may still bring money."""
    return attempt["status"] in ({"open"} if is_session(attempt) else {"draft", "open", "uncollectible"})


def intent_id(attempt: Plain) -> str:
    """Return the payment intent of ``attempt``: of an invoice, the one that paid, or else the one that
    would.
    """
    if is_session(attempt):
        return id_of(attempt.get("payment_intent"))
    payments = (attempt.get("payments") or {}).get("data", [])
    by_intent = [one for one in payments if one["payment"]["type"] == "payment_intent"]
    by_intent.sort(key=lambda one: (one["status"] != "paid", not one["is_default"]))
    return id_of(by_intent[0]["payment"]["payment_intent"]) if by_intent else ""


def stage_of(attempt: Plain, intent: Plain | None) -> Stage:
    """Say how far ``attempt`` has come.

    A card refused on the page leaves it open: the reader is told there, and tries another.
    """
    status = attempt["status"]
    if is_session(attempt):
        if status == "complete":
            return Stage.PAID if attempt["payment_status"] == "paid" else Stage.OPEN
        return Stage.OPEN if status == "open" else Stage.GONE
    if status == "paid":
        return Stage.PAID
    if status == "void":
        return Stage.GONE
    return Stage.FAILED if failure_of(intent) else Stage.OPEN


def failure_of(intent: Plain | None) -> str:
    """Say why the last try failed, or nothing."""
    error = (intent or {}).get("last_payment_error")
    if not error:
        return ""
    return refusals.sentence(error.get("code") or "", error.get("decline_code") or "")


def card_name(card: Plain | None) -> str:
    """Name a card so that its holder knows it: “Visa ·· 4242, 12/29”."""
    if not card:
        return ""
    brand = BRANDS.get(card["brand"]) or str(card["brand"]).replace("_", " ").title()
    return f"{brand} ·· {card['last4']}, {card['exp_month']:02}/{card['exp_year'] % 100:02}"


def refund_from(refund: Plain) -> ReportedRefund:
    """Read one refund; what is neither through nor failed is on its way."""
    return ReportedRefund(
        key=label_of(refund, REFUND),
        provider_reference=refund["id"],
        amount_minor=refund["amount"],
        stage=REFUNDS.get(refund["status"], RefundStage.ON_ITS_WAY),
        failure=refund.get("failure_reason") or "",
    )


def dispute_stage(disputes: Iterable[Plain]) -> DisputeStage:
    """Fold the disputes of one charge: one that is open says most, then one that was lost."""
    stages = {DISPUTES.get(dispute["status"], DisputeStage.NONE) for dispute in disputes}
    for stage in (DisputeStage.OPEN, DisputeStage.LOST, DisputeStage.WON):
        if stage in stages:
            return stage
    return DisputeStage.NONE


def reported(
    attempt: Plain, intent: Plain | None, *, refunds: Iterable[Plain] = (), disputes: Iterable[Plain] = ()
) -> Reported:
    """Read one attempt with its intent (its latest charge expanded), refunds and disputes."""
    stage = stage_of(attempt, intent)
    charge = (intent or {}).get("latest_charge") or {}
    amount = attempt["amount_total"] if is_session(attempt) else attempt["total"]
    paid_at = None
    if stage is Stage.PAID:
        amount = intent["amount_received"] if intent else attempt.get("amount_paid", amount)
        paid_at = instant(charge.get("created") or (attempt.get("status_transitions") or {}).get("paid_at"))
    return Reported(
        reference=label_of(attempt, PAYMENT),
        stage=stage,
        amount_minor=amount,
        currency=attempt["currency"].upper(),
        provider_reference=attempt["id"],
        paid_at=paid_at,
        failure="" if stage in {Stage.PAID, Stage.GONE} else failure_of(intent),
        refunds=tuple(refund_from(refund) for refund in refunds),
        dispute=dispute_stage(disputes),
        customer=id_of(attempt.get("customer")),
        card=card_name((charge.get("payment_method_details") or {}).get("card")),
    )
