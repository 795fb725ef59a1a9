"""Taking a table of subscribers over: looked through first, then done by the worker, whole or not at all.

=========  ======================================================================================
Row        What becomes of it
=========  ======================================================================================
New        the person (where there is none with that address), a subscription with a term that was
           paid elsewhere, its rights, the printed copy and the address where the row names them
Known      nothing: they have an agreement already, or came with an earlier file
Bad        nothing; the report says the line, the columns and the reasons
=========  ======================================================================================

Everything is judged once more in the transaction that writes it, so that the same file twice, or the same
people in two files, changes nothing; and what a crash ends in the middle was never begun. Nobody is written
to. An account of staff is never touched, and no right that somebody has is moved or ended.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from magazine.work import schedule
from subscriptions import entitlements
from subscriptions.fulfilment import addresses
from subscriptions.importing import table
from subscriptions.importing.judging import COLUMNS, Judge, Outcome, Subscriber
from subscriptions.importing.table import Row
from subscriptions.models import (
    Address,
    ImportRow,
    PrintAddOn,
    PrintedTerm,
    SubscriberImport,
    Subscription,
    SubscriptionEvent,
    Term,
)
from subscriptions.models.subscription import new_numbers

State = SubscriberImport.State

AT_ONCE = 500
# A month of the calendar, on the average: what a term that was paid elsewhere promises is reckoned by it.
MONTH_DAYS = 365.25 / 12


class CannotTakeOverError(ValueError):
    """The file cannot be taken over; the text is the sentence for whoever wanted to."""


def look_through(file_name: str, content: bytes, *, by: Any, at: datetime | None = None) -> SubscriberImport:
    """Judge every row of a file and keep what was found; nobody's subscription is touched.

    Raises ``table.UnreadableError`` for a file that is no such table: then nothing is kept.
    """
    at = at or timezone.now()
    rows = table.read(content, COLUMNS)
    judge = Judge(rows, at)
    judged = [judge.judge(row) for row in rows]
    with transaction.atomic():
        file = SubscriberImport.objects.create(
            file_name=file_name[-200:], digest=sha256(content).hexdigest(), made_by=by, made_at=at
        )
        ImportRow.objects.bulk_create(
            (
                ImportRow(
                    file=file,
                    line=one.row.line,
                    values=one.row.values,
                    outcome=one.outcome,
                    problem=one.problem[:300],
                )
                for one in judged
            ),
            batch_size=AT_ONCE,
        )
        _count(file, (one.outcome for one in judged))
    return file


def order(file: SubscriberImport) -> None:
    """Have a file taken over by the worker. Raises ``CannotTakeOverError`` where nobody new is in it."""
    with transaction.atomic():
        held = SubscriberImport.objects.select_for_update().get(pk=file.pk)
        if held.state not in (State.CHECKED, State.FAILED):
            raise CannotTakeOverError("It is under way, or done.")
        if not held.new_count:
            raise CannotTakeOverError("There is nobody new in it.")
        held.state, held.failure = State.QUEUED, ""
        held.save(update_fields=["state", "failure"])
        schedule.soon("subscriptions.tasks.take_over_subscribers", held.pk)


def take_over(file_id: int, at: datetime | None = None) -> int:
    """Take a file over that was ordered to be, in one transaction; return how many subscribers are new.

    Done before, it is not done again. Where something goes wrong, nothing is written but that it did.
    """
    at = at or timezone.now()
    try:
        with transaction.atomic():
            file = SubscriberImport.objects.select_for_update().get(pk=file_id)
            if file.state != State.QUEUED:
                return 0
            return _take_over(file, at)
    except Exception as error:
        # What it says may quote a row; its kind does not, and the worker's record keeps the rest.
        SubscriberImport.objects.filter(pk=file_id, state=State.QUEUED).update(
            state=State.FAILED, failure=type(error).__name__
        )
        raise


def _take_over(file: SubscriberImport, at: datetime) -> int:
    hopeful = {row.line: row for row in file.rows.filter(outcome=Outcome.NEW).order_by("line")}
    rows = [Row(line, row.values) for line, row in hopeful.items()]
    judge = Judge(rows, at)
    judged = [judge.judge(row) for row in rows]
    new = [one for one in judged if one.subscriber is not None]
    made = _write([one.subscriber for one in new if one.subscriber], by=file.made_by, at=at)
    subscriptions = {one.row.line: subscription for one, subscription in zip(new, made, strict=True)}
    for one in judged:
        row = hopeful[one.row.line]
        row.outcome, row.problem = one.outcome, one.problem[:300]
        row.subscription = subscriptions.get(one.row.line)
    # An upsert of rows that are there: an update of many rows by cases takes ten times as long.
    ImportRow.objects.bulk_create(
        hopeful.values(),
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["outcome", "problem", "subscription"],
    )
    file.state, file.done_at = State.DONE, at
    _count(file, file.rows.values_list("outcome", flat=True))
    return len(made)


def _count(file: SubscriberImport, outcomes: Iterable[str]) -> None:
    counts = Counter(outcomes)
    file.rows_count = counts.total()
    file.new_count = counts[Outcome.NEW]
    file.known_count = counts[Outcome.KNOWN]
    file.bad_count = counts[Outcome.BAD]
    file.save()


# -- Writing -------------------------------------------------------------------


def _write(new: Sequence[Subscriber], *, by: Any, at: datetime) -> list[Subscription]:
    """Write what the rows say, table by table: a few statements for each five hundred of them."""
    readers = _readers(new, at)
    numbers = new_numbers(len(new))
    made = _created(
        Subscription(
            number=number,
            reader=readers[one.email],
            plan_version=one.price.version,
            price=one.price,
            product=one.price.version.plan.product,
            ordered_at=at,
            anchor_on=one.starts_on,
            auto_renews=one.renews,
        )
        for one, number in zip(new, numbers, strict=True)
    )
    paid = _created(
        Term(
            subscription=subscription,
            number=1,
            starts_on=one.starts_on,
            ends_on=one.paid_until_on,
            kind=Term.Kind.CARRIED,
            months=round(((one.paid_until_on - one.starts_on).days + 1) / MONTH_DAYS),
        )
        for one, subscription in zip(new, made, strict=True)
    )
    _created(
        SubscriptionEvent(
            subscription=subscription,
            kind=SubscriptionEvent.Kind.IMPORTED,
            actor=by,
            at=at,
            reason=one.reference,
        )
        for one, subscription in zip(new, made, strict=True)
    )
    printed = _write_print(new, made, paid, by=by, at=at)
    entitlements.write_for_carried(paid, printed)
    return made


def _readers(new: Sequence[Subscriber], at: datetime) -> dict[str, Any]:
    """The people of the rows by their e-mail address; who has no account yet is given one."""
    person = get_user_model()
    known: dict[str, Any] = {}
    emails = [one.email for one in new]
    for first in range(0, len(emails), AT_ONCE):
        known |= {one.email: one for one in person.objects.filter(email__in=emails[first : first + AT_ONCE])}
    made = _created(
        # Nobody has chosen a password: they sign in with a mailed code.
        person(email=one.email, name=one.name, password=make_password(None), joined_at=at)
        for one in new
        if one.email not in known
    )
    # They prove the address with their first code.
    _created(EmailAddress(user=one, email=one.email, primary=True, verified=False) for one in made)
    return known | {one.email: one for one in made}


def _write_print(
    new: Sequence[Subscriber],
    made: Sequence[Subscription],
    paid: Sequence[Term],
    *,
    by: Any,
    at: datetime,
) -> set[int]:
    """Write addresses and printed copies; return the ids of the terms that have print."""
    rows = list(zip(new, made, paid, strict=True))
    _created(
        Address(
            reader=subscription.reader,
            from_on=one.starts_on,
            made_at=at,
            made_by=by,
            search=addresses.searchable(one.address.values())[: addresses.LONGEST_SEARCH],
            **one.address,
        )
        for one, subscription, _term in rows
        if one.address is not None
    )
    with_print = [(one, subscription, term) for one, subscription, term in rows if one.zone_price is not None]
    add_ons = _created(
        PrintAddOn(subscription=subscription, zone_price=one.zone_price, asked_at=at, asked_by=by)
        for one, subscription, _term in with_print
    )
    _created(
        PrintedTerm(term=term, add_on=add_on, starts_on=term.starts_on)
        for (_one, _subscription, term), add_on in zip(with_print, add_ons, strict=True)
    )
    return {term.pk for _one, _subscription, term in with_print}


def _created(rows: Iterable[Any]) -> list[Any]:
    """Create the rows of one table, some hundred with each statement."""
    ready = list(rows)
    return type(ready[0])._default_manager.bulk_create(ready, batch_size=AT_ONCE) if ready else []


# -- Telling -------------------------------------------------------------------


def report(file: SubscriberImport, outcomes: Iterable[str] = ()) -> Iterator[list[Any]]:
    """Yield a table of the rows: line, what becomes of each, why, and the cells as they stood there."""
    names = [column.name for column in COLUMNS]
    yield ["line", "outcome", "problem", *names]
    rows = file.rows.order_by("line")
    wanted = list(outcomes)
    for row in (rows.filter(outcome__in=wanted) if wanted else rows).iterator(chunk_size=AT_ONCE):
        cells = [row.values.get(name, "") for name in names]
        yield [row.line, row.get_outcome_display(), row.problem, *cells]


def template() -> Iterator[list[str]]:
    """Yield the first line of a table that can be brought, and one row as an example."""
    yield [column.name for column in COLUMNS]
    example = {
        "email": "ottilie.brandvold@example.org",
        "name": "Ottilie Brandvold",
        "plan": "digital",
        "months": "12",
        "currency": "GBP",
        "paid_until": "2027-03-31",
        "reference": "A-1842",
        "print": "yes",
        "street": "4 Ropewalk",
        "city": "Tallow Bay",
        "postal_code": "TB1 4AA",
        "country": "GB",
    }
    yield [example.get(column.name, "") for column in COLUMNS]
