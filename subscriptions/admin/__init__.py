"""The desk's pages about selling: they show facts and call what decides."""

from subscriptions.admin import entitlement, letter, payment, plan, promise, refund, subscription

__all__ = ["entitlement", "letter", "payment", "plan", "promise", "refund", "subscription"]
