"""The nouns of selling: each in its own file."""

from subscriptions.models.address import Address
from subscriptions.models.bulk import Approval, BulkDeed, BulkLine
from subscriptions.models.copy_claim import CopyClaim
from subscriptions.models.demo_charge import DemoCharge
from subscriptions.models.entitlement import Entitlement
from subscriptions.models.event import SubscriptionEvent
from subscriptions.models.feed_address import FeedAddress
from subscriptions.models.gift import Gift
from subscriptions.models.group import GroupDomain, GroupNetwork, ReaderGroup, Seat
from subscriptions.models.hold import Hold
from subscriptions.models.label_run import Label, LabelDownload, LabelRun, Withheld
from subscriptions.models.letter import Letter
from subscriptions.models.offer import Offer, OfferUse
from subscriptions.models.pause import Pause
from subscriptions.models.payment import Dispute, Payment
from subscriptions.models.plan import Plan
from subscriptions.models.plan_version import PlanFeature, PlanVersion, Price, SoldVersionError
from subscriptions.models.planned_change import PlannedChange
from subscriptions.models.print_add_on import PrintAddOn, PrintedTerm
from subscriptions.models.promise_check import PromiseCheck
from subscriptions.models.provider_event import Customer, ProviderEvent
from subscriptions.models.received_issue import Extension, ReceivedIssue
from subscriptions.models.reconciliation import Reconciliation
from subscriptions.models.refund import GuaranteeClaim, Refund
from subscriptions.models.segment import PersonalLook, Segment, StaffNote
from subscriptions.models.sharing import GiftLink, GiftLinkDevice, MeteredPiece, SharingRules, WaitsForFeature
from subscriptions.models.subscriber_import import ImportRow, SubscriberImport
from subscriptions.models.subscription import Subscription
from subscriptions.models.term import Term
from subscriptions.models.zone import DeliveryZone, ZoneCountry, ZonePrice

__all__ = [
    "Address",
    "Approval",
    "BulkDeed",
    "BulkLine",
    "CopyClaim",
    "Customer",
    "DeliveryZone",
    "DemoCharge",
    "Dispute",
    "Entitlement",
    "Extension",
    "FeedAddress",
    "Gift",
    "GiftLink",
    "GiftLinkDevice",
    "GroupDomain",
    "GroupNetwork",
    "GuaranteeClaim",
    "Hold",
    "ImportRow",
    "Label",
    "LabelDownload",
    "LabelRun",
    "Letter",
    "MeteredPiece",
    "Offer",
    "OfferUse",
    "Pause",
    "Payment",
    "PersonalLook",
    "Plan",
    "PlanFeature",
    "PlanVersion",
    "PlannedChange",
    "Price",
    "PrintAddOn",
    "PrintedTerm",
    "PromiseCheck",
    "ProviderEvent",
    "ReaderGroup",
    "ReceivedIssue",
    "Reconciliation",
    "Refund",
    "Seat",
    "Segment",
    "SharingRules",
    "SoldVersionError",
    "StaffNote",
    "SubscriberImport",
    "Subscription",
    "SubscriptionEvent",
    "Term",
    "WaitsForFeature",
    "Withheld",
    "ZoneCountry",
    "ZonePrice",
]
