"""The nouns of selling: each in its own file."""

from subscriptions.models.entitlement import Entitlement

__all__ = ["Entitlement"]
