"""The desk's pages about selling: they show facts and call what decides."""

from subscriptions.admin import (
    approval,
    bulk,
    entitlement,
    issues_owed,
    letter,
    look,
    message,
    offer,
    payment,
    plan,
    promise,
    refund,
    segment,
    subscriber_import,
    subscription,
)

__all__ = [
    "approval",
    "bulk",
    "entitlement",
    "issues_owed",
    "letter",
    "look",
    "message",
    "offer",
    "payment",
    "plan",
    "promise",
    "refund",
    "segment",
    "subscriber_import",
    "subscription",
]
