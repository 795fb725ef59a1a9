"""What a reader takes away from this room: their own rows, in words that they know."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from magazine.personal import Chapter, table
from subscriptions.models import (
    Address,
    BulkLine,
    CopyClaim,
    Customer,
    Entitlement,
    Extension,
    FeedAddress,
    Gift,
    GiftLink,
    GuaranteeClaim,
    Hold,
    ImportRow,
    Label,
    Letter,
    MeteredPiece,
    OfferUse,
    Pause,
    Payment,
    PersonalLook,
    PlannedChange,
    PrintAddOn,
    PrintedTerm,
    ReaderGroup,
    ReceivedIssue,
    Refund,
    Seat,
    StaffNote,
    Subscription,
    SubscriptionEvent,
    Term,
    WaitsForFeature,
    Withheld,
)


def export(reader: Any) -> Iterator[Chapter]:
    """Yield every table with rows about ``reader``, and with nobody else's."""
    yield from _agreement(reader)
    yield from _printed_copy(reader)
    yield from _known(reader)
    yield from _shared(reader)


def _agreement(reader: Any) -> Iterator[Chapter]:
    mine: dict[str, Any] = {"subscription__reader": reader.pk}
    yield table(
        "subscriptions.Subscription",
        Subscription.objects.filter(reader=reader.pk).select_related("plan_version__plan", "price"),
        *("number", "plan_version__plan__name", "price", "is_gift", "ordered_at", "method", "auto_renews"),
        *("cancelled_at", "closed_at"),
    )
    yield table(
        "subscriptions.Term",
        Term.objects.filter(**mine).select_related("subscription"),
        *("subscription", "number", "starts_on", "ends_on", "kind"),
    )
    yield table(
        "subscriptions.Payment",
        Payment.objects.filter(**mine).select_related("subscription"),
        *("subscription", "reference", "purpose", "amount_minor", "discount_minor", "credit_minor"),
        *(
            "print_minor",
            "refunded_minor",
            "currency",
            "method",
            "status",
            "created_at",
            "paid_on",
            "failure",
        ),
    )
    yield table(
        "subscriptions.Refund",
        Refund.objects.filter(payment__subscription__reader=reader.pk).select_related("payment"),
        *("payment", "kind", "amount_minor", "currency", "status", "requested_at", "reason", "sent_at"),
    )
    yield table(
        "subscriptions.GuaranteeClaim",
        GuaranteeClaim.objects.filter(reader=reader.pk).select_related("plan", "subscription"),
        *("plan", "subscription", "claimed_at"),
    )
    yield table(
        "subscriptions.PrintAddOn",
        PrintAddOn.objects.filter(**mine).select_related("subscription", "zone_price__zone"),
        *("subscription", "zone_price", "asked_at", "dropped_at", "ended_at"),
    )
    yield table(
        "subscriptions.PrintedTerm",
        PrintedTerm.objects.filter(term__subscription__reader=reader.pk).select_related("term"),
        *("term", "starts_on", "amount_minor", "ended_at"),
    )
    yield table(
        "subscriptions.Pause",
        Pause.objects.filter(**mine).select_related("subscription"),
        *("subscription", "starts_on", "ends_on", "asked_at", "called_off_at"),
    )
    yield table(
        "subscriptions.PlannedChange",
        PlannedChange.objects.filter(**mine).select_related("subscription", "price"),
        *("subscription", "kind", "price", "from_on", "announced_at", "done_at", "withdrawn_at"),
    )
    yield table(
        "subscriptions.ReceivedIssue",
        ReceivedIssue.objects.filter(**mine).select_related("subscription"),
        *("subscription", "name", "weight", "received_on"),
    )
    yield table(
        "subscriptions.Extension",
        Extension.objects.filter(**mine).select_related("subscription"),
        *("subscription", "days", "reason", "made_at"),
    )
    yield table(
        "subscriptions.SubscriptionEvent",
        SubscriptionEvent.objects.filter(**mine).select_related("subscription"),
        *("subscription", "at", "kind", "reason"),
    )
    yield table(
        "subscriptions.Entitlement",
        Entitlement.objects.filter(reader=reader.pk),
        *("feature", "from_at", "until_at", "source", "reason"),
    )
    yield table(
        "subscriptions.OfferUse",
        OfferUse.objects.filter(reader=reader.pk).select_related("offer", "subscription"),
        *("offer", "subscription", "person", "used_at"),
    )
    yield table(
        "subscriptions.Customer",
        Customer.objects.filter(reader=reader.pk),
        *("provider", "reference", "card"),
    )


def _printed_copy(reader: Any) -> Iterator[Chapter]:
    yield table(
        "subscriptions.Address",
        Address.objects.filter(reader=reader.pk),
        *("name", "company", "street", "district", "city", "area", "postal_code", "sorting_code", "country"),
        *("from_on", "until_on", "made_at", "withdrawn_at", "undeliverable_at"),
    )
    yield table(
        "subscriptions.Label",
        Label.objects.filter(reader=reader.pk).select_related("run"),
        *("run", "code", "kind", "lines", "made_at", "returned_at", "returned_why"),
    )
    yield table(
        "subscriptions.Withheld",
        Withheld.objects.filter(reader=reader.pk).select_related("run"),
        *("run", "why", "made_good_at"),
    )
    yield table(
        "subscriptions.Hold",
        Hold.objects.filter(reader=reader.pk),
        *("starts_on", "ends_on", "asked_at", "called_off_at"),
    )
    yield table(
        "subscriptions.CopyClaim",
        CopyClaim.objects.filter(label__reader=reader.pk).select_related("label"),
        *("label", "why", "claimed_at", "outcome"),
    )


def _known(reader: Any) -> Iterator[Chapter]:
    yield table(
        "subscriptions.Letter",
        Letter.objects.filter(reader=reader.pk),
        *("kind", "address", "subject", "text", "recorded_at", "sent_at"),
    )
    yield table("subscriptions.StaffNote", StaffNote.objects.filter(reader=reader.pk), "text", "at")
    yield table("subscriptions.PersonalLook", PersonalLook.objects.filter(reader=reader.pk), "at", "what")
    yield table(
        "subscriptions.BulkLine",
        BulkLine.objects.filter(reader=reader.pk).select_related("deed"),
        *("deed__kind", "done_at", "undone_at", "problem"),
    )
    rows = ImportRow.objects.filter(subscription__reader=reader.pk).select_related("file")
    yield table("subscriptions.ImportRow", rows, "file__made_at", "values", "outcome", "problem")


def _shared(reader: Any) -> Iterator[Chapter]:
    given_or_got = Gift.objects.filter(Q(giver=reader.pk) | Q(recipient=reader.pk))
    given = table(
        "subscriptions.Gift",
        given_or_got.filter(giver=reader.pk).select_related("order"),
        *("order", "recipient_name", "recipient_email", "signed", "message", "gives_on", "bought_at"),
        *("paid_at", "redeemed_at", "void_at"),
    )
    # What the giver wrote to the reader is the reader's; what the giver paid is not.
    got = table(
        "subscriptions.Gift",
        given_or_got.filter(recipient=reader.pk),
        *("recipient_name", "recipient_email", "signed", "message", "redeemed_at", "first_on", "last_on"),
    )
    yield Chapter("subscriptions.Gift", given.rows + got.rows)
    yield table(
        "subscriptions.ReaderGroup",
        ReaderGroup.objects.filter(contact=reader.pk),
        *("name", "from_on", "until_on"),
    )
    yield table(
        "subscriptions.Seat",
        Seat.objects.filter(reader=reader.pk).select_related("group"),
        *("group", "email", "proof", "given_at", "taken_at", "proven_until_on", "ended_at"),
    )
    yield table(
        "subscriptions.GiftLink",
        GiftLink.objects.filter(reader=reader.pk),
        *("piece", "made_at", "expires_at", "devices", "revoked_at"),
    )
    yield table(
        "subscriptions.MeteredPiece", MeteredPiece.objects.filter(reader=reader.pk), "piece", "opened_at"
    )
    yield table(
        "subscriptions.WaitsForFeature",
        WaitsForFeature.objects.filter(reader=reader.pk),
        *("feature", "asked_at", "told_at"),
    )
    yield table(
        "subscriptions.FeedAddress",
        FeedAddress.objects.filter(reader=reader.pk),
        "made_at",
        "origin",
        "reason",
    )
