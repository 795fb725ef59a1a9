"""A segment as a table for a spreadsheet: one row for each person, sent while it is read."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.fulfilment import addresses
from subscriptions.life import lifecycle
from subscriptions.models import Address, Entitlement, Subscription

AT_ONCE = 500


def table(readers: QuerySet[Any], at: datetime | None = None) -> Iterator[list[Any]]:
    """Yield a line of names and one for each of ``readers``, in their order. Ten queries for each 500.

    The agreement is the one that is not closed, or else the newest; the address the one that holds today.
    """
    at = at or timezone.now()
    yield [
        _("E-mail address"),
        _("Name"),
        _("With us since"),
        _("Number"),
        _("Plan"),
        _("Price"),
        _("State"),
        _("Cancelled"),
        _("Paid until"),
        _("Renews on"),
        _("Printed copy"),
        _("Address"),
        _("Country"),
    ]
    ids = list(readers.values_list("pk", flat=True))
    for first in range(0, len(ids), AT_ONCE):
        yield from _rows(ids[first : first + AT_ONCE], at)


def _rows(ids: list[int], at: datetime) -> Iterator[list[Any]]:
    people = get_user_model().objects.in_bulk(ids)
    held = newest_agreements(ids)
    printed = Entitlement.objects.current(at).filter(reader__in=ids, feature=Feature.PRINT_EDITION)
    with_print = set(printed.values_list("reader", flat=True))
    homes: dict[int, Address] = {}
    for address in Address.objects.known(at).on(terms.day_of(at)).filter(reader__in=ids):
        homes.setdefault(address.reader_id, address)
    for pk in ids:
        person, home = people[pk], homes.get(pk)
        yield [
            person.email,
            person.name,
            terms.day_of(person.joined_at).isoformat(),
            *_about(held.get(pk), at),
            _("yes") if pk in with_print else _("no"),
            addresses.one_line(home) if home else "",
            home.country if home else "",
        ]


def _about(held: Subscription | None, at: datetime) -> list[Any]:
    if held is None:
        return [""] * 7
    now = lifecycle.standing(held, at)
    return [
        held.number,
        held.plan_version.plan.name,
        str(held.price),
        now.state.label,
        _("yes") if now.is_cancelled else _("no"),
        now.paid_until_on.isoformat() if now.paid_until_on else "",
        now.renews_on.isoformat() if now.renews_on else "",
    ]


def newest_agreements(ids: list[int]) -> dict[int, Subscription]:
    """Return for each reader the agreement that is not closed, or else the newest, with its facts loaded."""
    found: dict[int, Subscription] = {}
    loaded = Subscription.objects.own().with_facts().filter(reader__in=ids)
    for held in sorted(loaded, key=lambda one: (one.closed_at is None, one.ordered_at, one.pk)):
        found[held.reader_id] = held
    return found
