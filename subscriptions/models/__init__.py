"""The nouns of selling: each in its own file."""

from subscriptions.models.demo_charge import DemoCharge
from subscriptions.models.entitlement import Entitlement
from subscriptions.models.event import SubscriptionEvent
from subscriptions.models.feed_address import FeedAddress
from subscriptions.models.letter import Letter
from subscriptions.models.offer import Offer, OfferUse
from subscriptions.models.pause import Pause
from subscriptions.models.payment import Dispute, Payment
from subscriptions.models.plan import Plan
from subscriptions.models.plan_version import PlanFeature, PlanVersion, Price, SoldVersionError
from subscriptions.models.planned_change import PlannedChange
from subscriptions.models.promise_check import PromiseCheck
from subscriptions.models.provider_event import Customer, ProviderEvent
from subscriptions.models.received_issue import Extension, ReceivedIssue
from subscriptions.models.reconciliation import Reconciliation
from subscriptions.models.refund import GuaranteeClaim, Refund
from subscriptions.models.subscription import Subscription
from subscriptions.models.term import Term

__all__ = [
    "Customer",
    "DemoCharge",
    "Dispute",
    "Entitlement",
    "Extension",
    "FeedAddress",
    "GuaranteeClaim",
    "Letter",
    "Offer",
    "OfferUse",
    "Pause",
    "Payment",
    "Plan",
    "PlanFeature",
    "PlanVersion",
    "PlannedChange",
    "Price",
    "PromiseCheck",
    "ProviderEvent",
    "ReceivedIssue",
    "Reconciliation",
    "Refund",
    "SoldVersionError",
    "Subscription",
    "SubscriptionEvent",
    "Term",
]
