"""The letters about a new issue, on their way: recorded in batches, sent, or withdrawn.

One for each reader and issue. Every batch is recorded together with the task that sends it and the task
that records the next, so what stops in the middle goes on where it stopped; whatever is run twice finds
the letters on record and sends none twice.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from magazine.work import schedule
from subscriptions.announcing import telling
from subscriptions.announcing.readers import readers
from subscriptions.letters import sending
from subscriptions.letters.issues import TAKEN_BACK
from subscriptions.models import Letter

# So many readers are looked up at once, and so many letters go out in one task.
BATCH = 500
BAG = 50
WITHDRAWN = f"{sending.NO_LONGER_TRUE}{TAKEN_BACK}."


def announce(issue_id: int) -> None:
    """Have every reader told of the issue, once this transaction has committed."""
    schedule.soon("subscriptions.tasks.announce_issue", issue_id, 0)


def how_many(issue_id: int, at: datetime) -> int:
    """Return how many letters ``announce`` would lead to at ``at``."""
    told = Letter.objects.filter(kind=Letter.Kind.ISSUE_OUT, about_id=issue_id, begun_at__isnull=False)
    return readers(at).exclude(pk__in=told.order_by().values("reader")).count()


def record_batch(issue_id: int, after: int, at: datetime | None = None) -> int:
    """Record the letters to the next readers, by their keys from ``after`` on; returns to how many readers.

    Queues their sending, and the next batch. Nothing is recorded about an issue that readers do not have.
    """
    at = at or timezone.now()
    if telling.told(issue_id, at) is None:
        return 0
    with transaction.atomic():
        ids = list(readers(at).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return 0
        keys = {f"{Letter.Kind.ISSUE_OUT}-{issue_id}-{reader}": reader for reader in ids}
        letters = Letter.objects.filter(key__in=keys)
        # Withdrawn when the issue was taken back, and true again.
        letters.filter(begun_at=None, failure=WITHDRAWN).update(failure="", recorded_at=at)
        known = set(letters.values_list("key", flat=True))
        Letter.objects.bulk_create(
            [
                Letter(
                    kind=Letter.Kind.ISSUE_OUT,
                    key=key,
                    reader_id=reader,
                    about_id=issue_id,
                    recorded_at=at,
                )
                for key, reader in keys.items()
                if key not in known
            ],
            ignore_conflicts=True,
        )
        waiting = sending.in_state(letters, sending.State.WAITING, at).order_by("pk")
        for bag in _bags(list(waiting.values_list("pk", flat=True))):
            schedule.soon("subscriptions.tasks.send_letters", bag)
        schedule.soon("subscriptions.tasks.announce_issue", issue_id, ids[-1])
    return len(ids)


def withdraw(issue_id: int) -> int:
    """Take back every letter about the issue that has not gone out; returns how many there were."""
    unsent = Letter.objects.filter(kind=Letter.Kind.ISSUE_OUT, about_id=issue_id, begun_at=None)
    true = unsent.exclude(failure__startswith=sending.NO_LONGER_TRUE)
    return true.update(failure=WITHDRAWN)


def gone_out(issue_id: int) -> int:
    """Return how many letters about the issue were sent, or may have been."""
    letters = Letter.objects.filter(kind=Letter.Kind.ISSUE_OUT, about_id=issue_id)
    return letters.filter(begun_at__isnull=False).count()


def _bags(ids: list[int]) -> Iterable[list[int]]:
    return (ids[first : first + BAG] for first in range(0, len(ids), BAG))
