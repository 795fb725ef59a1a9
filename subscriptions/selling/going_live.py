"""A planned feature goes live: for every version that announced it, and for all who have paid.

Terms that were sold stay as they were agreed; that what they announced is there now takes nothing from
anybody, and is the one change that a sold version knows. It is made here alone. Afterwards the rights of
running terms, gifts, seats and days of grace are written, and whoever asked to be told gets a letter, all in
batches by the worker. Every batch is taken together with the task that takes the next, so what stops in the
middle goes on where it stopped; whatever is run twice finds the rights there and writes none twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from magazine.work import schedule
from subscriptions import entitlements, terms
from subscriptions.features import Feature, State
from subscriptions.letters import post
from subscriptions.models import (
    Entitlement,
    Gift,
    Letter,
    PlanFeature,
    Seat,
    Subscription,
    Term,
    WaitsForFeature,
)

BATCH = 200


class ChangedSinceError(Exception):
    """Other versions, or other readers, than those that were shown."""


@dataclass(frozen=True)
class GoingLive:
    """What going live means for ``feature``: whose promise becomes kept, and how many have paid for it.

    ``holders`` counts running terms, gifts, seats and days of grace that get the right; ``waiting`` those who
    are told.
    """

    feature: Feature
    promises: tuple[PlanFeature, ...]
    holders: int
    waiting: int

    @property
    def mark(self) -> str:
        """The versions in short: a button is about these and no others."""
        return sha256(",".join(str(promise.pk) for promise in self.promises).encode()).hexdigest()[:32]


def planned() -> set[Feature]:
    """Return the features that some version still only announces. One query."""
    return {
        Feature(key) for key in PlanFeature.objects.filter(state=State.PLANNED).values_list("key", flat=True)
    }


def preview(feature: Feature, at: datetime | None = None) -> GoingLive:
    """Return what ``go_live`` would do at ``at`` (default: now); write nothing."""
    at = at or timezone.now()
    promises = PlanFeature.objects.filter(key=feature, state=State.PLANNED)
    with transaction.atomic():
        # Asked of the rows as they will be, and undone: who gets the right is said in one place.
        found = tuple(promises.select_related("version__plan").order_by("version__plan", "version__number"))
        promises.update(state=State.LIVE, planned_on=None)
        holders = sum(holding.without(feature, at).count() for holding in HOLDINGS)
        transaction.set_rollback(True)
    return GoingLive(feature, found, holders, _waiting(feature).count())


def go_live(feature: Feature, *, shown: str, at: datetime | None = None) -> GoingLive:
    """Make ``feature`` live wherever it is planned; the worker writes the rights and the letters.

    ``shown`` is the mark of what was looked at. Raises ``ChangedSinceError`` when it is something else now.
    """
    with transaction.atomic():
        # The versions that are there now, and none that is made meanwhile.
        list(PlanFeature.objects.select_for_update().filter(key=feature, state=State.PLANNED))
        now = preview(feature, at)
        if not now.promises or now.mark != shown:
            raise ChangedSinceError
        # Not by saving each: that is refused once somebody has bought on these terms.
        made = PlanFeature.objects.filter(pk__in=[promise.pk for promise in now.promises])
        made.update(state=State.LIVE, planned_on=None)
        schedule.soon("subscriptions.tasks.write_live_rights", feature.value, 0, 0)
    return now


def write_batch(feature: Feature, step: int, after: int, at: datetime | None = None) -> int:
    """Take the next rows of the kind ``step`` without their right, by their keys from ``after`` on.

    Returns how many there were. Queues the next batch, or the next kind; at last the letters.
    """
    at = at or timezone.now()
    if step >= len(HOLDINGS):
        return _tell(feature, at)
    holding = HOLDINGS[step]
    with transaction.atomic():
        rows = list(holding.without(feature, at).filter(pk__gt=after).order_by("pk")[:BATCH])
        # What moves days or money in the same moment waits, and writes the rights after us.
        _hold([holding.subscription_of(row) for row in rows])
        for row in holding.without(feature, at).filter(pk__in=[row.pk for row in rows]).order_by("pk"):
            holding.write(row, at)
        following = (step, rows[-1].pk) if rows else (step + 1, 0)
        schedule.soon("subscriptions.tasks.write_live_rights", feature.value, *following)
    return len(rows)


def ask_to_be_told(reader: Any, feature: Feature) -> bool:
    """Note that ``reader`` wants a letter when ``feature`` is there; whether that is new.

    Nothing is noted where no version announces it.
    """
    if feature not in planned():
        return False
    return WaitsForFeature.objects.get_or_create(reader_id=reader.pk, feature=feature, told_at=None)[1]


def waits_of(reader: Any) -> set[str]:
    """Return the features of which ``reader`` asked to be told. One query."""
    return set(
        WaitsForFeature.objects.filter(reader=reader.pk, told_at=None).values_list("feature", flat=True)
    )


# -- Who gets the right ---------------------------------------------------------


@dataclass(frozen=True)
class Holding:
    """One kind of what gives rights: the rows at an instant ``without`` theirs, and how they are written."""

    without: Callable[[Feature, datetime], QuerySet[Any]]
    write: Callable[[Any, datetime], object]
    subscription_of: Callable[[Any], int | None]


def _live(feature: Feature, version: str) -> Exists:
    """Whether the version at the end of that way has the feature live, and it comes with its plan."""
    return Exists(PlanFeature.objects.filter(version=OuterRef(version), key=feature, state=State.LIVE))


def _has_right(feature: Feature, **of: Any) -> Exists:
    return Exists(Entitlement.objects.filter(feature=feature, **of))


def _terms(feature: Feature, at: datetime) -> QuerySet[Term]:
    sold = Coalesce("payment__price__version", "subscription__plan_version")
    running = Term.objects.kept().filter(ends_on__gte=terms.day_of(at)).annotate(sold_version=sold)
    return running.filter(
        _live(feature, "sold_version"), ~_has_right(feature, term=OuterRef("pk"))
    ).select_related("subscription__plan_version", "payment__price__version")


def _gifts(feature: Feature, at: datetime) -> QuerySet[Gift]:
    running = Gift.objects.filter(
        last_on__gte=terms.day_of(at), recipient__isnull=False, void_at=None, extension=None
    )
    return running.filter(_live(feature, "price__version"), ~_has_right(feature, gift=OuterRef("pk")))


def _seats(feature: Feature, at: datetime) -> QuerySet[Seat]:
    today = terms.day_of(at)
    proven = Q(proven_until_on=None) | Q(proven_until_on__gte=today)
    taken = Seat.objects.filter(
        proven, reader__isnull=False, taken_at__isnull=False, ended_at=None, group__until_on__gte=today
    )
    return taken.filter(_live(feature, "group__plan_version"), ~_has_right(feature, seat=OuterRef("pk")))


def _in_grace(feature: Feature, at: datetime) -> QuerySet[Subscription]:
    late = Subscription.objects.filter(grace_until_on__gte=terms.day_of(at))
    grace = {"subscription": OuterRef("pk"), "source": Entitlement.Source.GRACE, "until_at__gt": at}
    return late.filter(
        _live(feature, "plan_version"),
        Exists(Entitlement.objects.filter(**grace)),
        ~_has_right(feature, **grace),
    )


def _write_grace(subscription: Subscription, at: datetime) -> None:
    held = subscription.entitlements.filter(source=Entitlement.Source.GRACE, until_at__gt=at).first()
    if held is not None and subscription.grace_until_on is not None:
        after = terms.last_day_before(held.from_at)
        entitlements.write_grace(subscription, after=after, until_on=subscription.grace_until_on)


HOLDINGS = (
    Holding(_terms, lambda term, at: entitlements.write_for_term(term), lambda term: term.subscription_id),
    Holding(_gifts, lambda gift, at: entitlements.write_for_gift(gift), lambda gift: gift.order_id),
    Holding(_seats, entitlements.write_for_seat, lambda seat: None),
    Holding(_in_grace, _write_grace, lambda subscription: subscription.pk),
)


def _hold(subscriptions: list[int | None]) -> None:
    keys = [key for key in subscriptions if key is not None]
    list(
        Subscription.objects.select_for_update()
        .filter(pk__in=keys)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


# -- Who is told ------------------------------------------------------------------


def _waiting(feature: Feature) -> QuerySet[WaitsForFeature]:
    return WaitsForFeature.objects.filter(feature=feature, told_at=None).select_related("reader")


def _tell(feature: Feature, at: datetime) -> int:
    with transaction.atomic():
        waiting = list(_waiting(feature).order_by("pk")[:BATCH])
        for one in waiting:
            post.queue_to(one.reader, Letter.Kind.FEATURE_LIVE, about=one, key=one.pk, at=at)
        WaitsForFeature.objects.filter(pk__in=[one.pk for one in waiting]).update(told_at=at)
        if waiting:
            schedule.soon("subscriptions.tasks.write_live_rights", feature.value, len(HOLDINGS), 0)
    return len(waiting)
