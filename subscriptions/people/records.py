"""All that is on record of one person, tied together: a few questions, however long the life."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from subscriptions import terms
from subscriptions.models import (
    Address,
    Approval,
    CopyClaim,
    Customer,
    DeliveryZone,
    Entitlement,
    Extension,
    FeedAddress,
    Gift,
    GuaranteeClaim,
    Hold,
    Label,
    LabelRun,
    Letter,
    Pause,
    Payment,
    Plan,
    PlanFeature,
    PlannedChange,
    PlanVersion,
    Price,
    PrintAddOn,
    PrintedTerm,
    ProviderEvent,
    ReaderGroup,
    ReceivedIssue,
    Refund,
    Seat,
    StaffNote,
    Subscription,
    SubscriptionEvent,
    Term,
    Withheld,
    ZonePrice,
)
from subscriptions.people.gathering import by, by_key, gathered, keep, keep_none, link


@dataclass(frozen=True)
class PrintRecords:
    """What is on record of a person's printed copies: the newest of each kind first."""

    add_ons: tuple[PrintAddOn, ...]
    addresses: tuple[Address, ...]
    holds: tuple[Hold, ...]
    labels: tuple[Label, ...]
    withheld: tuple[Withheld, ...]

    @property
    def is_empty(self) -> bool:
        """Whether they never had anything to do with print."""
        return not (self.add_ons or self.addresses or self.labels or self.withheld)


@dataclass(frozen=True)
class Records:
    """The rows about ``reader``, the newest of each kind first, each leading to those it belongs to.

    The subscriptions have their facts, refunds, extensions and promises loaded, the payments their prices.
    """

    reader: Any
    card: str
    subscriptions: tuple[Subscription, ...]
    rights: tuple[Entitlement, ...]
    received: tuple[ReceivedIssue, ...]
    planned: tuple[PlannedChange, ...]
    letters: tuple[Letter, ...]
    refunds: tuple[Refund, ...]
    events: tuple[SubscriptionEvent, ...]
    messages: tuple[ProviderEvent, ...]
    printed: PrintRecords
    gifts_given: tuple[Gift, ...]
    gifts_received: tuple[Gift, ...]
    seats: tuple[Seat, ...]
    notes: tuple[StaffNote, ...]
    approvals: tuple[Approval, ...]


def records_of(reader_id: int, at: datetime) -> Records | None:
    """Return what is on record of a person at ``at``, or none for nobody. Four queries at most."""
    rows = _rows_about(reader_id, at)
    if not rows.people:
        return None
    [reader] = rows.people
    catalogue = _catalogue_for(rows, reader)
    _tie_to_people(rows, catalogue.people)
    _tie_to_prices(rows, catalogue)
    _tie_to_each_other(rows)
    _tie_print(rows, catalogue)
    if rows.feed_addresses:
        reader.feed_address = rows.feed_addresses[0]
    else:
        keep_none(reader, "feed_address")
    return Records(
        reader=reader,
        card=next((one.card for one in rows.customers if one.card), ""),
        subscriptions=_newest(rows.subscriptions, "ordered_at"),
        rights=tuple(
            sorted(rows.rights, key=lambda right: (-right.from_at.timestamp(), right.feature, right.pk))
        ),
        received=tuple(rows.received),
        planned=tuple(rows.planned),
        letters=_newest(rows.letters, "recorded_at"),
        refunds=_newest(rows.refunds, "requested_at"),
        events=_newest(rows.events, "at"),
        messages=_newest(_messages_about(rows.payments), "received_at"),
        printed=PrintRecords(
            _newest(rows.add_ons, "asked_at"),
            _newest(rows.addresses, "made_at"),
            _newest(rows.holds, "starts_on"),
            _newest(rows.labels, "made_at"),
            tuple(sorted(rows.withheld, key=lambda one: one.run.issue_on, reverse=True)),
        ),
        gifts_given=_newest([gift for gift in rows.gifts if gift.giver_id == reader.pk], "bought_at"),
        gifts_received=_newest([gift for gift in rows.gifts if gift.recipient_id == reader.pk], "bought_at"),
        seats=_newest(rows.seats, "given_at"),
        notes=_newest(rows.notes, "at"),
        approvals=_newest(rows.approvals, "asked_at"),
    )


def _rows_about(reader_id: int, at: datetime) -> Any:
    """Everything that points to the reader, or to a subscription or label of theirs. One query."""
    own = {"subscription__reader": reader_id}
    return gathered(
        people=get_user_model().objects.filter(pk=reader_id),
        feed_addresses=FeedAddress.objects.filter(reader=reader_id),
        customers=Customer.objects.filter(reader=reader_id),
        subscriptions=Subscription.objects.filter(reader=reader_id),
        claimed=GuaranteeClaim.objects.filter(reader=reader_id),
        terms=Term.objects.filter(**own),
        payments=Payment.objects.filter(**own),
        refunds=Refund.objects.filter(payment__subscription__reader=reader_id),
        pauses=Pause.objects.filter(**own),
        extensions=Extension.objects.filter(**own),
        planned=PlannedChange.objects.open().filter(**own),
        received=ReceivedIssue.objects.filter(**own, received_on__lte=terms.day_of(at)),
        events=SubscriptionEvent.objects.filter(**own),
        rights=Entitlement.objects.filter(reader=reader_id),
        letters=Letter.objects.filter(reader=reader_id),
        add_ons=PrintAddOn.objects.filter(**own),
        printed_terms=PrintedTerm.objects.filter(term__subscription__reader=reader_id),
        addresses=Address.objects.filter(reader=reader_id),
        holds=Hold.objects.filter(reader=reader_id),
        labels=Label.objects.filter(reader=reader_id),
        withheld=Withheld.objects.filter(reader=reader_id),
        copy_claims=CopyClaim.objects.filter(label__reader=reader_id),
        gifts=Gift.objects.filter(Q(giver=reader_id) | Q(recipient=reader_id)),
        seats=Seat.objects.filter(reader=reader_id),
        notes=StaffNote.objects.filter(reader=reader_id),
        approvals=Approval.objects.filter(**own),
    )


def _catalogue_for(rows: Any, reader: Any) -> Any:
    """What those rows point to: people, plans and prices, runs of labels, groups. One query."""
    prices = {row.price_id for row in (*rows.subscriptions, *rows.payments, *rows.planned, *rows.gifts)}
    sold = PlanVersion.objects.filter(Q(prices__in=prices) | Q(subscriptions__reader=reader))
    zone_prices = ZonePrice.objects.filter(pk__in={one.zone_price_id for one in rows.add_ons})
    found = gathered(
        people=get_user_model().objects.filter(pk__in=_people_in(rows) - {reader.pk}),
        prices=Price.objects.filter(pk__in=prices),
        versions=PlanVersion.objects.filter(pk__in=sold.values("pk")),
        plans=Plan.objects.filter(pk__in=sold.values("plan")),
        promises=PlanFeature.objects.filter(version__in=sold.values("pk")),
        runs=LabelRun.objects.filter(pk__in={one.run_id for one in (*rows.labels, *rows.withheld)}),
        zone_prices=zone_prices,
        zones=DeliveryZone.objects.filter(pk__in=zone_prices.values("zone")),
        groups=ReaderGroup.objects.filter(pk__in={one.group_id for one in rows.seats}),
    )
    found.people.append(reader)
    return found


# The columns in which rows name people, beside the reader.
_WHO = {
    "feed_addresses": ("made_by",),
    "payments": ("confirmed_by",),
    "refunds": ("requested_by", "sent_by"),
    "events": ("actor",),
    "rights": ("granted_by",),
    "gifts": ("giver", "recipient"),
    "notes": ("by",),
    "approvals": ("asked_by", "decided_by"),
    "copy_claims": ("claimed_by",),
    "holds": ("asked_by",),
    "labels": ("made_by",),
}


def _people_in(rows: Any) -> set[int]:
    named = (
        getattr(row, f"{column}_id")
        for name, columns in _WHO.items()
        for column in columns
        for row in getattr(rows, name)
    )
    return {pk for pk in named if pk is not None}


def _tie_to_people(rows: Any, people: list[Any]) -> None:
    known = by_key(people)
    for name, columns in _WHO.items():
        for column in columns:
            link(getattr(rows, name), column, known)
    for name in ("subscriptions", "rights", "letters", "addresses", "labels", "seats", "feed_addresses"):
        link(getattr(rows, name), "reader", known)


def _tie_to_prices(rows: Any, catalogue: Any) -> None:
    versions, prices = by_key(catalogue.versions), by_key(catalogue.prices)
    link(catalogue.versions, "plan", by_key(catalogue.plans))
    link(catalogue.prices, "version", versions)
    link(rows.subscriptions, "plan_version", versions)
    for several in (rows.subscriptions, rows.payments, rows.planned, rows.gifts):
        link(several, "price", prices)
    promises = by(catalogue.promises, "version_id")
    for version in catalogue.versions:
        keep(version, "features", sorted(promises[version.pk], key=lambda one: one.pk))


def _tie_to_each_other(rows: Any) -> None:
    subscriptions, payments = by_key(rows.subscriptions), by_key(rows.payments)
    belonging = (
        "terms",
        "payments",
        "pauses",
        "extensions",
        "planned",
        "events",
        "rights",
        "letters",
        "add_ons",
    )
    for name in (*belonging, "claimed", "approvals", "labels"):
        link(getattr(rows, name), "subscription", subscriptions)
    link(rows.rights, "term", by_key(rows.terms))
    link(rows.refunds, "payment", payments)
    refunds = by(rows.refunds, "payment_id")
    for payment in rows.payments:
        keep_none(payment, "term")
        keep(payment, "refunds", _oldest(refunds[payment.pk]))
    link(rows.terms, "payment", payments)
    claimed = {one.subscription_id for one in rows.claimed}
    parts = {
        name: by(getattr(rows, name), "subscription_id")
        for name in ("terms", "payments", "pauses", "extensions")
    }
    for subscription in rows.subscriptions:
        if subscription.pk not in claimed:
            keep_none(subscription, "guarantee_claim")
        for name, lists in parts.items():
            keep(subscription, name, _oldest(lists[subscription.pk]))


def _tie_print(rows: Any, catalogue: Any) -> None:
    runs = by_key(catalogue.runs)
    link(catalogue.zone_prices, "zone", by_key(catalogue.zones))
    link(rows.add_ons, "zone_price", by_key(catalogue.zone_prices))
    link(rows.seats, "group", by_key(catalogue.groups))
    link(rows.withheld, "run", runs)
    link(rows.labels, "run", runs)
    printed = by(rows.printed_terms, "add_on_id")
    link(rows.printed_terms, "term", by_key(rows.terms))
    for add_on in rows.add_ons:
        keep(add_on, "terms", _oldest(printed[add_on.pk]))
    beside = by(rows.add_ons, "subscription_id")
    for subscription in rows.subscriptions:
        keep(subscription, "print_add_ons", _oldest(beside[subscription.pk]))
    for label in rows.labels:
        keep_none(label, "claim")
    link(rows.copy_claims, "label", by_key(rows.labels))


def _messages_about(payments: list[Payment]) -> list[ProviderEvent]:
    """What providers told us of the payments; nothing is asked where all was paid by hand."""
    known = [payment for payment in payments if payment.provider != "manual"]
    if not known:
        return []
    references = [payment.reference for payment in known]
    theirs = [payment.provider_reference for payment in known if payment.provider_reference]
    return list(
        ProviderEvent.objects.filter(
            Q(result__in=references) | Q(object_id__in=[*references, *theirs]),
            provider__in={payment.provider for payment in known},
        )
    )


def _oldest(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.pk)


def _newest(rows: list[Any], column: str) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=lambda row: (getattr(row, column), row.pk), reverse=True))
