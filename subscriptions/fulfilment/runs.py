"""The run of labels of an issue: looked at as often as one likes, frozen once.

==================  ============================================================================
Before the cut-off  readers change what they like; a dry run shows what it would be now
After it            what they change counts for the next issue; the desk freezes the run
Frozen              each label is a copy of an address, and stays as it is
Later               labels are added behind the others: for who went on late, for claims, reprints
==================  ============================================================================

Freezing is one transaction that holds the run's row: all labels are there afterwards, or none is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from magazine.work import schedule
from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.fulfilment import addresses, cutoffs, faces, recipients
from subscriptions.fulfilment.cutoffs import Upcoming
from subscriptions.fulfilment.recipients import Recipient, in_batches
from subscriptions.ledger import coming
from subscriptions.ledger.coming import ComingIssue
from subscriptions.models import Address, Entitlement, Label, LabelRun, Withheld
from subscriptions.models.label_run import LabelQuerySet

# How long after the issue's day labels are still added by themselves for readers who went on late.
LATE_DAYS = 14
# How long a run stays among those of the desk that want something.
RECENT = timedelta(days=120)
LONGEST_PREFIX = 12


class CannotFreezeError(ValueError):
    """The run cannot be frozen, or not be changed; the message says why, to staff."""


@dataclass
class DryRun:
    """What freezing would write down now. ``by_country`` counts labels, ``withheld`` readers by reason.

    ``new``, ``gone`` and ``moved`` compare it with ``before``, the last run that was frozen. ``unset`` are
    the addresses whose letters cannot be printed on a label: they are in the table.
    """

    upcoming: Upcoming
    by_country: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    before: LabelRun | None = None
    new: int = 0
    gone: int = 0
    moved: int = 0
    unset: list[Address] = field(default_factory=list)

    @property
    def labels(self) -> int:
        """How many labels there would be."""
        return self.by_country.total()

    @property
    def held_back(self) -> int:
        """How many readers would get none, for a reason."""
        return self.withheld.total()


# -- The desk's list -----------------------------------------------------------


def issues_and_runs(at: datetime | None = None) -> list[Upcoming]:
    """Return the issues that are to be printed or were of late, the last first, each with its run.

    Two queries. An issue that is gone from the room that made it is told of by its run alone.
    """
    at = at or timezone.now()
    since = terms.day_of(at - RECENT)
    known = coming.issues(at, since=since)
    runs = {run.issue_key: run for run in LabelRun.objects.filter(issue_on__gte=since)}
    runs |= cutoffs.runs_of(known)
    told = [cutoffs.with_run(issue, runs) for issue in known]
    orphans = [run for key, run in runs.items() if key not in {issue.key for issue in known}]
    told += [Upcoming(_as_written(run), run.cutoff_at, run) for run in orphans]
    return sorted(told, key=lambda one: (one.issue.on, one.issue.key), reverse=True)


def find(key: str, at: datetime | None = None) -> Upcoming | None:
    """Return the issue called ``key`` with its run, if there is one. Two queries."""
    at = at or timezone.now()
    run = LabelRun.objects.filter(issue_key=key).select_related("frozen_by").first()
    issue = next((one for one in coming.issues(at) if one.key == key), None)
    if issue is None:
        return Upcoming(_as_written(run), run.cutoff_at, run) if run is not None else None
    return cutoffs.with_run(issue, {key: run} if run is not None else {})


def open_run(issue: ComingIssue) -> LabelRun:
    """Return the run of ``issue``, begun now if there was none. Two at once begin one."""
    run, _is_new = LabelRun.objects.get_or_create(
        issue_key=issue.key,
        defaults={
            "issue_name": issue.name,
            "issue_on": issue.on,
            "cutoff_at": cutoffs.cutoff_for(issue.on),
        },
    )
    return run


def set_up(
    issue: ComingIssue,
    *,
    cutoff_at: datetime,
    overs: int,
    is_printed: bool,
    by: Any,
    at: datetime | None = None,
) -> LabelRun:
    """Say until when changes count for ``issue``, how many copies are printed beyond the labels, and whether
    it is printed at all.

    The cut-off is moved to an instant to come, or left: what readers were told has passed stays passed.
    Raises ``CannotFreezeError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        run = LabelRun.objects.select_for_update().get(pk=open_run(issue).pk)
        if run.is_frozen:
            raise CannotFreezeError("The run is frozen: nothing about it changes any more.")
        if cutoff_at != run.cutoff_at:
            if cutoff_at <= at:
                raise CannotFreezeError("This cut-off has passed. Readers must hear of it before.")
            if run.cutoff_at <= at:
                raise CannotFreezeError("The cut-off has passed, and readers were told so. It stays.")
        if is_printed != (run.not_printed_at is None):
            run.not_printed_at = None if is_printed else at
            run.not_printed_by = None if is_printed else by
        run.cutoff_at, run.overs = cutoff_at, overs
        run.issue_name, run.issue_on = issue.name, issue.on
        run.save()
    return run


# -- Looking, and freezing -----------------------------------------------------


def dry_run(upcoming: Upcoming) -> DryRun:
    """Return what freezing would write down, and write nothing."""
    found = DryRun(upcoming)
    day = upcoming.issue.on
    frozen = LabelRun.objects.filter(frozen_at__isnull=False).exclude(issue_key=upcoming.issue.key)
    found.before = frozen.filter(issue_on__lte=day).order_by("-issue_on", "-pk").first()
    went_to: dict[int, int | None] = {}
    if found.before is not None:
        went_to = dict(found.before.labels.regular().values_list("reader", "address"))
    for batch in in_batches(recipients.recipients(day, upcoming.cutoff_at)):
        sent = [one for one in batch if not one.withheld]
        for one in sent:
            found.by_country[one.country] += 1
            if one.reader_id not in went_to:
                found.new += 1
            elif went_to.pop(one.reader_id) != one.address_id:
                found.moved += 1
        found.withheld.update(one.withheld for one in batch if one.withheld)
        found.unset += _unset([one.address_id for one in sent if one.address_id is not None])
    # Who is left had a copy of the last issue, and has none of this.
    found.gone = len(went_to)
    return found


def freeze(issue: ComingIssue, *, by: Any, at: datetime | None = None) -> LabelRun:
    """Write down the labels of ``issue``; frozen before, it stays as it is. Returns the run.

    Rights are those of now, addresses and holds those that were known at the cut-off. Raises
    ``CannotFreezeError`` before the cut-off, and for an issue that is not printed.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # The row is the lock: who comes second waits here, and then finds it frozen.
        run = LabelRun.objects.select_for_update().get(pk=open_run(issue).pk)
        if run.is_frozen:
            return run
        if run.not_printed_at is not None:
            raise CannotFreezeError("This issue is not printed.")
        if run.cutoff_at > at:
            raise CannotFreezeError(
                "The cut-off has not passed: until then readers may change what they like."
            )
        run.issue_name, run.issue_on = issue.name, issue.on
        found = recipients.recipients(run.issue_on, run.cutoff_at)
        run.labels_count, run.withheld_count = _write(run, found, first=1, by=by, at=at)
        run.frozen_at, run.frozen_by = at, by
        run.save()
        schedule.soon("subscriptions.tasks.make_good_holds", run.pk)
    return run


def add_latecomers(run: LabelRun, at: datetime | None = None) -> int:
    """Add labels to a frozen run for readers whose print went on after it was frozen; return how many.

    A term that is paid between the freeze and the issue's day has that issue, too: whoever had print at the
    cut-off and has it on the day gets a copy. Who began with print after the cut-off was told that the next
    issue is their first. The address is that of now. Run twice, it adds nothing.
    """
    at = at or timezone.now()
    with transaction.atomic():
        run = LabelRun.objects.select_for_update().get(pk=run.pk)
        if not run.is_frozen:
            return 0
        found = recipients.recipients(run.issue_on, at, readers=missing(run))
        labels, withheld = _write(run, found, first=next_number(run), by=None, at=at)
        if withheld:
            schedule.soon("subscriptions.tasks.make_good_holds", run.pk)
    return labels


def missing(run: LabelRun) -> QuerySet[Any]:
    """Return who should be in the frozen ``run`` as things are now, and has neither a label nor a reason.

    Whoever has print on the issue's day by a right that was there when it was frozen, or had print at the
    cut-off and went on.
    """
    rights = Entitlement.objects.filter(feature=Feature.PRINT_EDITION)
    on_the_day = rights.current(terms.start_of(run.issue_on))
    in_time = on_the_day.filter(created_at__lte=run.frozen_at)
    went_on = on_the_day.filter(
        reader__in=rights.current(run.cutoff_at).order_by().values("reader"),
        created_at__lt=late_until(run),
    )
    return (
        recipients.entitled(run.issue_on)
        .filter(Q(pk__in=in_time.order_by().values("reader")) | Q(pk__in=went_on.order_by().values("reader")))
        .exclude(pk__in=run.labels.regular().order_by().values("reader"))
        .exclude(pk__in=run.withheld.order_by().values("reader"))
    )


def late_until(run: LabelRun) -> datetime:
    """Return the instant from which on a payment is too late for a copy of the run's issue."""
    return terms.end_of(run.issue_on + timedelta(days=LATE_DAYS))


def add_all_latecomers(at: datetime | None = None) -> int:
    """Do that for every frozen run of which copies are still sent; return how many labels were added."""
    at = at or timezone.now()
    since = terms.day_of(at) - timedelta(days=LATE_DAYS)
    runs = LabelRun.objects.filter(frozen_at__isnull=False, issue_on__gte=since)
    return sum(add_latecomers(run, at) for run in runs)


# -- Labels --------------------------------------------------------------------


def _unset(address_ids: list[int]) -> list[Address]:
    """Return those of the addresses whose letters cannot be printed on a label."""
    found = Address.objects.filter(pk__in=address_ids).order_by("pk")
    fields = ("pk", "name", "company", "street", "district", "city", "area", "postal_code")
    wrong = [pk for pk, *words in found.values_list(*fields) if not faces.can_set("\n".join(words))]
    return list(Address.objects.filter(pk__in=wrong).select_related("reader"))


def _write(
    run: LabelRun, found: Iterable[Recipient], *, first: int, by: Any, at: datetime
) -> tuple[int, int]:
    """Write a label, or the reason for none, for each of ``found``; return how many of each.

    Addresses are loaded and labels written by the batch: what is in memory does not grow with the run.
    """
    number, withheld = first, 0
    prefix = _prefix(run)
    for batch in in_batches(found):
        where = Address.objects.in_bulk([one.address_id for one in batch if not one.withheld])
        labels, kept_back = [], []
        for one in batch:
            address = where.get(one.address_id or 0)
            if one.withheld or address is None:
                kept_back.append(
                    Withheld(
                        run=run,
                        reader_id=one.reader_id,
                        subscription_id=one.subscription_id,
                        why=one.withheld or Withheld.Why.NO_ADDRESS,
                        hold_id=one.hold_id,
                    )
                )
                continue
            labels.append(
                Label(
                    run=run,
                    number=number,
                    code=f"{prefix}-{number:06d}",
                    reader_id=one.reader_id,
                    subscription_id=one.subscription_id,
                    address=address,
                    lines="\n".join(addresses.lines_of(address)),
                    postal_code=address.postal_code,
                    country=address.country,
                    made_at=at,
                    made_by=by,
                )
            )
            number += 1
        Label.objects.bulk_create(labels)
        Withheld.objects.bulk_create(kept_back)
        withheld += len(kept_back)
    return number - first, withheld


def add(
    run: LabelRun, kind: Label.Kind, address: Address | None, *, like: Label, by: Any, at: datetime
) -> Label:
    """Add a label of ``kind`` behind the others: like another, or to ``address`` where one is given.

    For use inside a transaction.
    """
    run = LabelRun.objects.select_for_update().get(pk=run.pk)
    number = next_number(run)
    return Label.objects.create(
        run=run,
        number=number,
        code=f"{_prefix(run)}-{number:06d}",
        kind=kind,
        reader_id=like.reader_id,
        subscription_id=like.subscription_id,
        address=address or like.address,
        lines="\n".join(addresses.lines_of(address)) if address is not None else like.lines,
        postal_code=(address or like).postal_code,
        country=(address or like).country,
        made_at=at,
        made_by=by,
    )


def next_number(run: LabelRun) -> int:
    """Return the first number that no label of ``run`` has."""
    return (run.labels.aggregate(last=Max("number"))["last"] or 0) + 1


def later(run: LabelRun) -> LabelQuerySet:
    """Return the labels that were added behind those of the frozen run."""
    return run.labels.filter(number__gt=run.labels_count)


def printed(run: LabelRun) -> LabelQuerySet:
    """Return the labels that were written down when ``run`` was frozen."""
    return run.labels.filter(number__lte=run.labels_count)


def _prefix(run: LabelRun) -> str:
    """Return what stands before a label's number: “14-2” for the issue 14/2. Easily said and typed."""
    words = re.sub(r"[^0-9A-Za-z]+", "-", run.issue_key).strip("-").upper()
    # Two issues whose names differ by signs alone, or a long name: the run's own number, after an R.
    is_plain = re.fullmatch(r"[0-9]+/[0-9]+", run.issue_key) and len(words) <= LONGEST_PREFIX
    return words if is_plain else f"R{run.pk}"


def _as_written(run: LabelRun) -> ComingIssue:
    return ComingIssue(run.issue_key, run.issue_name, run.issue_on)


def overdue(at: datetime, *, by: timedelta) -> Iterator[tuple[Upcoming, date]]:
    """Yield the printed issues whose cut-off has passed for longer than ``by`` and whose run is not frozen.

    Only where somebody has print on the issue's day by a right that was there before it: an issue of the time
    before print had no run. With each comes the day of its cut-off.
    """
    for one in issues_and_runs(at):
        if one.is_frozen or not one.is_printed or one.cutoff_at + by > at:
            continue
        start = terms.start_of(one.issue.on)
        rights = Entitlement.objects.current(start).filter(feature=Feature.PRINT_EDITION)
        if rights.filter(created_at__lt=max(start, one.cutoff_at)).exists():
            yield one, terms.day_of(one.cutoff_at)
