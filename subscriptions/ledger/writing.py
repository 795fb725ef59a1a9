"""Writing down which issue came to whom: the one writer of received issues."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from subscriptions import terms
from subscriptions.ledger import coming, lives
from subscriptions.ledger.coming import ComingIssue
from subscriptions.ledger.lives import Life
from subscriptions.models import Entitlement, ReceivedIssue, Subscription, Term
from subscriptions.models.subscription import SubscriptionQuerySet

# What is paid late counts from the last paid day: so long ago may an issue have come to a subscription anew.
LOOK_BACK = timedelta(days=60)


def write_down(at: datetime | None = None, *, since: date | None = None) -> int:
    """Write a row for each issue that is out at ``at`` (default: now) and each subscription that had its day.

    Only issues that came on ``since`` or later are looked at (default: ``LOOK_BACK`` ago). Run twice, or
    twice at once, it writes each row once; return how many there are more. A row follows its issue when that
    is given another day, name or weight, and is taken back when the issue is not out after all. Two queries
    for each issue, and some more for each ``lives.BATCH`` of those who lack one.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    since = since or today - LOOK_BACK
    out = coming.released(coming.issues(at, until=today))
    recent = [issue for issue in out if issue.on >= since]
    _take_back(since, today, {issue.key for issue in out})
    for issue in recent:
        _follow(issue)
    lacking = {pk for issue in recent for pk in _without(issue).values_list("pk", flat=True)}
    return sum(_write(batch, recent) for batch in lives.batches_of(lacking)) if lacking else 0


def write_down_all(at: datetime | None = None) -> int:
    """Do the same for every issue there ever was; return how many rows there are more."""
    return write_down(at, since=date.min)


def due(life: Life, out: Iterable[ComingIssue]) -> list[ComingIssue]:
    """Return those of the issues that are ``out`` which came to the subscription. No query."""
    return [issue for issue in out if life.has(issue.on)]


def _write(batch: list[Life], recent: list[ComingIssue]) -> int:
    with transaction.atomic():
        written = set(
            ReceivedIssue.objects.filter(
                subscription__in=[life.subscription.pk for life in batch],
                key__in=[issue.key for issue in recent],
            ).values_list("subscription", "key")
        )
        rows = [
            ReceivedIssue(
                subscription=life.subscription,
                term_id=stretch.term_id if (stretch := life.stretch_on(issue.on)) else None,
                key=issue.key,
                name=issue.name,
                weight=issue.weight,
                received_on=issue.on,
            )
            for life in batch
            for issue in due(life, recent)
            if (life.subscription.pk, issue.key) not in written
        ]
        # Another run may be writing the same at this moment: the constraint lets one of the two through.
        ReceivedIssue.objects.bulk_create(rows, ignore_conflicts=True, batch_size=lives.BATCH)
    return len(rows)


def _without(issue: ComingIssue) -> SubscriptionQuerySet:
    """Those who may have had the day of ``issue`` and have no row for it."""
    of_it = {"subscription": OuterRef("pk")}
    had_term = Exists(Term.objects.filter(**of_it, starts_on__lte=issue.on, ends_on__gte=issue.on))
    had_grace = Exists(
        Entitlement.objects.filter(
            **of_it,
            source=Entitlement.Source.GRACE,
            from_at__lt=terms.end_of(issue.on),
            until_at__gt=terms.start_of(issue.on),
        )
    )
    has_row = Exists(ReceivedIssue.objects.filter(**of_it, key=issue.key))
    return Subscription.objects.own().filter(had_term | had_grace).exclude(has_row)


def _follow(issue: ComingIssue) -> None:
    as_told = Q(received_on=issue.on, weight=issue.weight, name=issue.name)
    ReceivedIssue.objects.filter(key=issue.key).exclude(as_told).update(
        received_on=issue.on, weight=issue.weight, name=issue.name
    )


def _take_back(since: date, today: date, keys: set[str]) -> None:
    ReceivedIssue.objects.filter(received_on__gte=since, received_on__lte=today).exclude(
        key__in=keys
    ).delete()
