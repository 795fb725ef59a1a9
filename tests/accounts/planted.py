"""A reader of whom something stands in every table that can hold anything about a person.

Each word of theirs has the ``mark`` in it, so that what remains of them anywhere is found by it.
"""

from datetime import date, timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from articles.models import PreviewLink
from audio.models import FeedAlarm, FeedVisit, Place, PutBy
from editions.models import GuestLink
from subscriptions import models
from subscriptions.features import Feature
from tests import make


def plant(mark: str, **fields: Any) -> User:
    """Make the reader, with a paid plan, and rows all over the house."""
    at = timezone.now()
    reader = make.reader(name=f"{mark} Quill", email=f"{mark.lower()}@example.org", **fields)
    staff = make.staff(Role.SUBSCRIBER_STAFF)
    subscription = make.subscription(by=reader)
    _agreement(mark, reader, subscription, staff)
    _printed_copy(mark, reader, subscription)
    _known(mark, reader, subscription, staff)
    _shared(mark, reader, subscription)
    _elsewhere(mark, reader, at)
    client = Client()
    client.force_login(reader)
    client.get("/account/")
    return reader


def _agreement(mark: str, reader: User, subscription: Any, staff: User) -> None:
    payment, term = subscription.payments.get(), subscription.terms.get()
    today = timezone.localdate()
    models.Customer.objects.create(reader=reader, provider="demo", reference=f"cus-{mark}", card="Visa 4242")
    models.ProviderEvent.objects.create(
        provider="demo",
        event_id=f"evt-{reader.pk}",
        kind="paid",
        object_id=payment.reference,
        body=f'{{"email": "{reader.email}", "name": "{mark}"}}',
        applied_at=timezone.now(),
        result=payment.reference,
    )
    models.Refund.objects.create(
        payment=payment,
        kind=models.Refund.Kind.STAFF,
        key=f"r-{reader.pk}",
        amount_minor=1,
        currency="GBP",
        status=models.Refund.Status.SENT,
        sent_at=timezone.now(),
        reason=f"{mark} rang us",
    )
    models.GuaranteeClaim.objects.create(
        reader=reader, plan=make.plan(slug=f"p-{reader.pk}", name="Plan"), subscription=subscription
    )
    models.Extension.objects.create(
        subscription=subscription, term=term, days=3, batch="b", reason=f"for {mark}"
    )
    models.SubscriptionEvent.objects.create(subscription=subscription, kind="changed", reason=f"for {mark}")
    models.Entitlement.objects.create(
        reader=reader,
        feature=Feature.AUDIO,
        from_at=timezone.now(),
        source="complimentary",
        granted_by=staff,
        reason=f"for {mark}",
    )
    models.Approval.objects.create(
        kind="refund", asked_by=staff, reason=f"for {mark}", subscription=subscription
    )
    models.OfferUse.objects.create(
        offer=make.offer(), subscription=subscription, reader=reader, person=reader.email
    )
    models.Pause.objects.create(subscription=subscription, starts_on=today, ends_on=today)
    models.PlannedChange.objects.create(
        subscription=subscription, kind="price", price=payment.price, from_on=today
    )
    models.ReceivedIssue.objects.create(subscription=subscription, key="1-1", name="No. 1", received_on=today)


def _printed_copy(mark: str, reader: User, subscription: Any) -> None:
    today = timezone.localdate()
    zone, _is_new = models.DeliveryZone.objects.get_or_create(name="Here", slug="here")
    price = models.ZonePrice.objects.create(zone=zone, currency="GBP", year_minor=3600)
    add_on = models.PrintAddOn.objects.create(subscription=subscription, zone_price=price)
    models.PrintedTerm.objects.create(term=subscription.terms.get(), add_on=add_on, starts_on=today)
    address = models.Address.objects.create(
        reader=reader,
        name=f"{mark} Quill",
        company=f"{mark} Ltd",
        street=f"4 {mark} Row",
        city=f"{mark} Bay",
        postal_code="TB1 4AA",
        country="GB",
        from_on=today,
        search=f"{mark} row".lower(),
    )
    hold = models.Hold.objects.create(reader=reader, starts_on=today, ends_on=today)
    runs = [
        models.LabelRun.objects.create(
            issue_key=f"{n}-{reader.pk}",
            issue_name=f"No. {n}",
            issue_on=today,
            cutoff_at=timezone.now(),
            frozen_at=timezone.now(),
        )
        for n in (1, 2)
    ]
    models.Withheld.objects.create(run=runs[1], reader=reader, why="hold", hold=hold)
    label, replacement = [
        models.Label.objects.create(
            run=runs[0],
            number=n,
            code=f"{reader.pk}-{n}",
            kind=kind,
            reader=reader,
            address=address,
            lines=f"{mark} Quill\n4 {mark} Row",
            postal_code="TB1 4AA",
            country="GB",
            returned_why=f"{mark} has moved",
        )
        for n, kind in ((1, "regular"), (2, "replacement"))
    ]
    models.CopyClaim.objects.create(label=label, why="missing", outcome="replaced", replacement=replacement)


def _known(mark: str, reader: User, subscription: Any, staff: User) -> None:
    models.Letter.objects.create(
        kind="welcome",
        key=f"planted-{reader.pk}",
        reader=reader,
        subscription=subscription,
        address=reader.email,
        subject=f"Welcome, {mark}",
        text=f"Dear {mark}",
        failure=f"The mail server did not take it (550 <{reader.email}>).",
        begun_at=timezone.now(),
        sent_at=timezone.now(),
    )
    note = models.StaffNote.objects.create(reader=reader, text=f"{mark} likes tea", by=staff)
    models.PersonalLook.objects.create(by=staff, what="page", reader=reader)
    deed = models.BulkDeed.objects.create(kind="note", reason="Strike", asked_by=staff, state="done")
    models.BulkLine.objects.create(deed=deed, reader=reader, note=note, problem=f"{mark} has none")
    file = models.SubscriberImport.objects.create(file_name="old.csv", digest="0", made_by=staff)
    models.ImportRow.objects.create(
        file=file, line=1, values={"name": mark, "email": reader.email}, outcome="bad", problem=f"{mark}?"
    )
    models.ImportRow.objects.create(
        file=file, line=2, values={"name": mark}, outcome="new", subscription=subscription
    )
    models.PromiseCheck.objects.create(
        feature=Feature.AUDIO,
        checked_at=timezone.now(),
        state="broken",
        sentence="Some have no right.",
        rows=[{"text": f"{reader.email}: no right", "address": "/"}, {"text": "other", "address": "/"}],
    )


def _shared(mark: str, reader: User, subscription: Any) -> None:
    today, at = timezone.localdate(), timezone.now()
    order = models.Subscription.objects.create(
        reader=reader,
        plan_version=subscription.plan_version,
        price=subscription.price,
        is_gift=True,
        closed_at=at,
    )
    words = {"signed": mark, "message": f"From {mark}", "gives_on": today, "price": subscription.price}
    models.Gift.objects.create(
        order=order,
        giver=reader,
        recipient_name=f"{mark}’s aunt",
        recipient_email=f"aunt.of.{mark.lower()}@example.org",
        paid_at=at,
        redeemed_at=at,
        recipient=make.reader(),
        first_on=today,
        last_on=today,
        **words,
    )
    other = models.Subscription.objects.create(
        reader=make.reader(),
        plan_version=subscription.plan_version,
        price=subscription.price,
        is_gift=True,
        closed_at=at,
    )
    models.Gift.objects.create(
        order=other,
        giver=other.reader,
        recipient_name=mark,
        recipient_email=reader.email,
        paid_at=at,
        redeemed_at=at,
        recipient=reader,
        **words | {"signed": "A friend"},
    )
    group = models.ReaderGroup.objects.create(
        name=f"Group {reader.pk}",
        plan_version=subscription.plan_version,
        contact=reader,
        seats_count=3,
        from_on=today,
        until_on=today,
        agreement="A letter",
    )
    models.Seat.objects.create(group=group, email=reader.email, reader=reader)
    link = models.GiftLink.objects.create(reader=reader, piece="1", expires_at=at, devices=1)
    models.GiftLinkDevice.objects.create(link=link, device="d" * 64)
    models.MeteredPiece.objects.create(reader=reader, month=date(2026, 1, 1), piece="1", place=1)
    models.WaitsForFeature.objects.create(reader=reader, feature=Feature.AD_FREE)
    models.FeedAddress.objects.create(reader=reader, reason=f"for {mark}")


def _elsewhere(mark: str, reader: User, at: Any) -> None:
    article = make.article()
    Place.objects.create(reader=reader, article=article)
    PutBy.objects.create(reader=reader, article=article)
    FeedVisit.objects.create(reader=reader, feed_seal="s", network="n", day=at.date())
    FeedAlarm.objects.create(reader=reader, networks=21)
    make.author(f"Byline {reader.pk}", account=reader)
    PreviewLink.objects.create(article=make.draft(), digest=f"{reader.pk}", made_by=reader, until_at=at)
    GuestLink.objects.create(
        issue=make.issue(), digest=f"{reader.pk}", note=f"for {mark}", made_by=reader, until_at=at
    )
    LogEntry.objects.create(
        user=make.staff(),
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(reader.pk),
        object_repr=str(reader),
        action_flag=CHANGE,
        change_message=f"Changed {reader.email}",
        action_time=at - timedelta(minutes=1),
    )
