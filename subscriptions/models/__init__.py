"""The nouns of selling: each in its own file."""

from subscriptions.models.entitlement import Entitlement
from subscriptions.models.event import SubscriptionEvent
from subscriptions.models.payment import Payment
from subscriptions.models.plan import Plan
from subscriptions.models.plan_version import PlanFeature, PlanVersion, Price, SoldVersionError
from subscriptions.models.promise_check import PromiseCheck
from subscriptions.models.refund import GuaranteeClaim, Refund
from subscriptions.models.subscription import Subscription
from subscriptions.models.term import Term

__all__ = [
    "Entitlement",
    "GuaranteeClaim",
    "Payment",
    "Plan",
    "PlanFeature",
    "PlanVersion",
    "Price",
    "PromiseCheck",
    "Refund",
    "SoldVersionError",
    "Subscription",
    "SubscriptionEvent",
    "Term",
]
