"""Readers who are sent printed copies, and their issues: on the Monday on which these are played."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from subscriptions.features import Feature
from subscriptions.fulfilment import cutoffs, runs
from subscriptions.fulfilment.cutoffs import Upcoming
from subscriptions.models import Entitlement, Label, LabelRun
from tests import make

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = NOON.date()
DAY = timedelta(days=1)
Source = Entitlement.Source


def day(offset: int) -> date:
    """The day so many days after that Monday."""
    return MONDAY + timedelta(days=offset)


def at(offset: int) -> datetime:
    """Noon of that day."""
    return NOON + timedelta(days=offset)


def issue(number: int, offset: int, **fields: Any) -> Upcoming:
    """The issue 14/``number``, planned for so many days after that Monday."""
    make.issue(volume=14, number=number, cover_on=day(offset), released_at=None, **fields)
    return known(f"14/{number}")


def known(key: str) -> Upcoming:
    """That issue as it is known now."""
    found = runs.find(key, NOON)
    assert found is not None
    return found


def right(reader: Any, first: int = -30, last: int | None = None, **fields: Any) -> Entitlement:
    """A right to print from one day to another (default: without end), a courtesy unless told otherwise."""
    values = {"source": Source.COMPLIMENTARY, "created_at": at(first)} | fields
    return Entitlement.objects.create(
        reader=reader,
        feature=Feature.PRINT_EDITION,
        from_at=at(first),
        until_at=None if last is None else at(last),
        **values,
    )


def reader(*, address: dict[str, Any] | None = None, **fields: Any) -> Any:
    """A reader with a right to print and an address, both for a month already."""
    made = make.reader(**fields)
    right(made)
    make.address(by=made, at=at(-30), **(address or {}))
    return made


def frozen(one: Upcoming, *, by: Any = None) -> LabelRun:
    """The run of that issue, frozen an hour after its cut-off."""
    return runs.freeze(one.issue, by=by, at=cutoffs.cutoff_of(one.issue) + timedelta(hours=1))


def label_of(run: LabelRun, person: Any) -> Label:
    """That reader's label."""
    return Label.objects.regular().get(run=run, reader=person)


def sent_out(*people: Any, days_ago: int = 10, title: str = "") -> LabelRun:
    """A run of an issue that came out lately, by the clock on the wall; ``people`` had print, and do."""
    now = timezone.now()
    for person in people:
        right(person, first=0, created_at=now - timedelta(days=100))
        person.entitlements.filter(feature=Feature.PRINT_EDITION).update(from_at=now - timedelta(days=100))
        make.address(by=person, at=now - timedelta(days=90))
    on = timezone.localdate() - timedelta(days=days_ago)
    out = make.issue(volume=80, cover_on=on, released_at=None, title=title)
    found = runs.find(f"80/{out.number}", now)
    assert found is not None
    return runs.freeze(found.issue, by=None, at=found.cutoff_at)
