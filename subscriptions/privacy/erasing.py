"""Erasing a reader from this room: the words go, the books stay.

Rows that others count on (payments, labels of a run, rights) stay and are emptied; rows of which only the
reader had anything are deleted. Stories are added to and never rewritten; that a person is forgotten is the
one exception.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from magazine.personal import Done
from subscriptions import entitlements
from subscriptions.letters.sending import NO_LONGER_TRUE
from subscriptions.life import lifecycle, story
from subscriptions.models import (
    Address,
    Approval,
    BulkLine,
    CopyClaim,
    Customer,
    Entitlement,
    Extension,
    FeedAddress,
    Gift,
    GiftLink,
    GiftLinkDevice,
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
    PromiseCheck,
    ProviderEvent,
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


def erase(reader: Any, at: datetime) -> Iterator[Done]:
    """Erase ``reader`` here at ``at``, in the transaction that is under way."""
    _end(reader, at)
    yield from _money(reader)
    yield from _printed_copy(reader)
    yield from _known(reader)
    yield from _shared(reader, at)
    yield from _kept(reader)


def _end(reader: Any, at: datetime) -> None:
    """End whatever still runs: nothing is asked for any more, and nothing is open any more."""
    for subscription in Subscription.objects.live().filter(reader=reader.pk):
        lifecycle.close(story.locked(subscription.pk), by=None, at=at)
    held = Entitlement.objects.filter(reader=reader.pk).filter(Q(until_at=None) | Q(until_at__gt=at))
    entitlements.end_at(held, at)


def _money(reader: Any) -> Iterator[Done]:
    mine: dict[str, Any] = {"subscription__reader": reader.pk}
    # Before the customer goes, by whose name messages are found.
    yield Done("subscriptions.ProviderEvent", _messages_about(reader).update(body="", failure=""))
    yield _gone(Customer.objects.filter(reader=reader.pk))
    yield _emptied(Refund.objects.filter(payment__subscription__reader=reader.pk), reason="", failure="")
    yield _emptied(Extension.objects.filter(**mine), reason="")
    yield _emptied(SubscriptionEvent.objects.filter(**mine), reason="")
    yield _emptied(Entitlement.objects.filter(reader=reader.pk), reason="")
    yield _emptied(Approval.objects.filter(**mine), reason="", note="")
    uses = list(OfferUse.objects.filter(reader=reader.pk))
    for use in uses:
        use.person = f"{reader.pk}"
    OfferUse.objects.bulk_update(uses, ["person"])
    yield Done("subscriptions.OfferUse", len(uses))


def _messages_about(reader: Any) -> QuerySet[ProviderEvent]:
    """What providers told us about ``reader``: by the payments and the customer they name, or by the address.

    Those that wait to be applied are left: they are emptied by themselves a year later.
    """
    told = ProviderEvent.objects.filter(Q(applied_at__isnull=False) | Q(dead_at__isnull=False))
    payments = Payment.objects.filter(subscription__reader=reader.pk)
    references = payments.values("reference")
    theirs = payments.exclude(provider_reference="").values("provider_reference")
    about = Q(result__in=references) | Q(object_id__in=references) | Q(object_id__in=theirs)
    for name in (
        reader.email,
        *Customer.objects.filter(reader=reader.pk).values_list("reference", flat=True),
    ):
        about |= Q(body__icontains=name) | Q(object_id=name)
    return told.filter(about).exclude(body="")


def _printed_copy(reader: Any) -> Iterator[Done]:
    labels = Label.objects.filter(reader=reader.pk)
    yield _emptied(labels, lines="", postal_code="", address=None, returned_why="")
    # A label of another reader is no copy of this address, but nothing in the database says so.
    Label.objects.filter(address__reader=reader.pk).update(address=None)
    Withheld.objects.filter(hold__reader=reader.pk).update(hold=None)
    yield _gone(Hold.objects.filter(reader=reader.pk))
    yield _gone(Address.objects.filter(reader=reader.pk))


def _known(reader: Any) -> Iterator[Done]:
    letters = Letter.objects.filter(reader=reader.pk)
    # A gift's card on its way to whom it is for is no letter to this reader.
    letters = letters.exclude(~Q(address__in=["", reader.email]), begun_at=None)
    # Why one was not sent quotes the mail server, and that the address.
    done = _emptied(letters, address="", subject="", text="", failure="")
    letters.filter(begun_at=None).update(failure=f"{NO_LONGER_TRUE}the account was erased.")
    yield done
    yield _gone(StaffNote.objects.filter(reader=reader.pk))
    yield _emptied(BulkLine.objects.filter(reader=reader.pk), problem="")
    rows = ImportRow.objects.filter(Q(subscription__reader=reader.pk) | Q(values__icontains=reader.email))
    yield Done("subscriptions.ImportRow", rows.exclude(values={}).update(values={}, problem=""))
    yield Done("subscriptions.PromiseCheck", _forget_in_checks(reader.email))


def _forget_in_checks(email: str) -> int:
    """Take the lines with ``email`` out of what the nightly checks found; return of how many checks."""
    checks = 0
    for check in PromiseCheck.objects.filter(rows__icontains=email):
        others = [row for row in check.rows if email not in str(row)]
        # By its query set: a check refuses to be rewritten by whoever holds one.
        checks += PromiseCheck.objects.filter(pk=check.pk).update(rows=others)
    return checks


def _shared(reader: Any, at: datetime) -> Iterator[Done]:
    given = Gift.objects.filter(giver=reader.pk)
    got = Gift.objects.filter(Q(recipient=reader.pk) | Q(recipient_email__iexact=reader.email))
    count = (given | got).distinct().count()
    given.update(signed=_("A friend"), message="")
    # Whoever has not taken a gift up yet has to be found by it.
    given.exclude(redeemed_at=None).update(recipient_name="", recipient_email="")
    got.update(recipient_name="", recipient_email="", message="")
    yield Done("subscriptions.Gift", count)
    yield _emptied(ReaderGroup.objects.filter(contact=reader.pk), contact=None)
    seats = Seat.objects.filter(Q(reader=reader.pk) | Q(email__iexact=reader.email))
    seats.filter(ended_at=None).update(ended_at=at)
    yield _emptied(seats, email="")
    yield _gone(GiftLinkDevice.objects.filter(link__reader=reader.pk))
    yield _gone(GiftLink.objects.filter(reader=reader.pk))
    yield _gone(MeteredPiece.objects.filter(reader=reader.pk))
    yield _gone(WaitsForFeature.objects.filter(reader=reader.pk))
    yield _gone(FeedAddress.objects.filter(reader=reader.pk))


def _kept(reader: Any) -> Iterator[Done]:
    """Count what stays: whoever is to be erased is told of it before."""
    mine = {"subscription__reader": reader.pk}
    for rows in (
        Subscription.objects.filter(reader=reader.pk),
        Term.objects.filter(**mine),
        Payment.objects.filter(**mine),
        PrintAddOn.objects.filter(**mine),
        PrintedTerm.objects.filter(term__subscription__reader=reader.pk),
        Pause.objects.filter(**mine),
        PlannedChange.objects.filter(**mine),
        ReceivedIssue.objects.filter(**mine),
        GuaranteeClaim.objects.filter(reader=reader.pk),
        Withheld.objects.filter(reader=reader.pk),
        CopyClaim.objects.filter(label__reader=reader.pk),
        PersonalLook.objects.filter(reader=reader.pk),
    ):
        yield Done(rows.model._meta.label, rows.count())


def _gone(rows: QuerySet[Any]) -> Done:
    _all, by_model = rows.delete()
    return Done(rows.model._meta.label, by_model.get(rows.model._meta.label, 0))


def _emptied(rows: QuerySet[Any], **empty: Any) -> Done:
    return Done(rows.model._meta.label, rows.update(**empty))
