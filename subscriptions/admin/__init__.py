"""The desk's pages about selling: they show facts and call what decides."""

from subscriptions.admin import (
    entitlement,
    issues_owed,
    letter,
    message,
    offer,
    payment,
    plan,
    promise,
    refund,
    subscription,
)

__all__ = [
    "entitlement",
    "issues_owed",
    "letter",
    "message",
    "offer",
    "payment",
    "plan",
    "promise",
    "refund",
    "subscription",
]
