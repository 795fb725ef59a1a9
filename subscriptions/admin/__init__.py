"""The desk's pages about selling: they show facts and call what decides."""

from subscriptions.admin import entitlement, payment, plan, promise, refund, subscription

__all__ = ["entitlement", "payment", "plan", "promise", "refund", "subscription"]
