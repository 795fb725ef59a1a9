"""Who gets the printed copy of an issue, and where it goes: one question, answered row by row.

Whoever has a right to print on the issue's day gets one copy, however many rights that is; it goes where
their copies went on that day as it was known at the cut-off. Holds count as they stood at the cut-off, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.models import Address, Entitlement, Hold, Withheld

Item = TypeVar("Item")

# How many addresses are in memory at a time.
AT_ONCE = 2000


@dataclass(frozen=True)
class Recipient:
    """A reader with a right to print, by keys: the plan it comes from (none: a gift, a seat, a courtesy) and
    the address. Without ``withheld`` a copy goes there."""

    reader_id: int
    subscription_id: int | None
    address_id: int | None
    country: str
    withheld: str = ""
    hold_id: int | None = None


def entitled(day: date) -> QuerySet[Any]:
    """Return the readers who have a right to print when ``day`` begins."""
    return access.holders(Feature.PRINT_EDITION, terms.start_of(day))


def recipients(day: date, known_at: datetime, *, readers: QuerySet[Any] | None = None) -> Iterator[Recipient]:
    """Yield everyone who has a right to print on ``day``, in the order of the labels; ``readers`` narrows it.

    Ordered by country, postal code and reader. One query, of which the database hands out a part at a time:
    on PostgreSQL, inside a transaction, that is one state of the books from the first row to the last.
    """
    at = terms.start_of(day)
    rights = Entitlement.objects.current(at).filter(feature=Feature.PRINT_EDITION, reader=OuterRef("pk"))
    # A plan that was paid comes before a gift or a courtesy: it is the one that is made good to.
    first = rights.order_by(F("subscription").asc(nulls_last=True), "pk")
    goes_to = Address.objects.known(known_at).on(day).filter(reader=OuterRef("pk"))
    holds = held_on(day, known_at).filter(reader=OuterRef("pk")).order_by("pk")
    rows = (
        (entitled(day) if readers is None else readers)
        .annotate(
            of_subscription=Subquery(first.values("subscription")[:1]),
            to_address=Subquery(goes_to.values("pk")[:1]),
            to_country=Subquery(goes_to.values("country")[:1]),
            to_postal_code=Subquery(goes_to.values("postal_code")[:1]),
            bad_since=Subquery(goes_to.values("undeliverable_at")[:1]),
            on_hold=Subquery(holds.values("pk")[:1]),
        )
        .order_by("to_country", "to_postal_code", "pk")
        .values_list("pk", "of_subscription", "to_address", "to_country", "bad_since", "on_hold")
    )
    for reader, subscription, address, country, bad_since, hold in rows.iterator(chunk_size=AT_ONCE):
        why = ""
        if hold is not None:
            why = Withheld.Why.HOLD
        elif not country:
            why = Withheld.Why.NO_ADDRESS
        elif bad_since is not None:
            why = Withheld.Why.UNDELIVERABLE
        yield Recipient(reader, subscription, address, country or "", str(why), hold)


def held_on(day: date, known_at: datetime) -> QuerySet[Hold]:
    """Return the holds that keep copies back on ``day``, as they stood at ``known_at``."""
    return Hold.objects.filter(asked_at__lte=known_at, starts_on__lte=day, ends_on__gte=day).filter(
        Q(called_off_at=None) | Q(called_off_at__gt=known_at)
    )


def in_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield ``items``, ``AT_ONCE`` at a time."""
    rest = iter(items)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch
