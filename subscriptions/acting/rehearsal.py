"""Before anything costs or ends something, it is rehearsed: done in full, looked at, and undone.

What a person is shown is therefore computed by the very code that will do it, and cannot differ from it. The
button then carries the mark of what was shown; doing it compares once more, and where something has happened
in between so that it would do something else, it does nothing and the new consequences are shown instead.

A deed changes rows and nothing else; letters and payments leave the house by tasks that are queued in the
same transaction, so that a rehearsal sends nothing.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from subscriptions.acting import consequences
from subscriptions.acting.consequences import Consequences
from subscriptions.acting.deeds import Deed
from subscriptions.life import story
from subscriptions.models import Subscription


class ChangedSinceError(ValueError):
    """It would no longer do what was shown; ``now`` is what it would do."""

    def __init__(self, now: Consequences) -> None:
        super().__init__("Something happened since this was shown.")
        self.now = now


class _UndoneError(Exception):
    """Takes a rehearsal back."""


def rehearse(deed: Deed, subscription: Subscription, *, by, at: datetime | None = None) -> Consequences:
    """Say what ``deed`` would do to ``subscription`` at ``at`` (default: now), by doing and undoing it.

    Raises ``deeds.NotPossibleError`` with the sentence for whoever asked.
    """
    at = at or timezone.now()
    found: list[Consequences] = []
    try:
        with transaction.atomic():
            found.append(_do(deed, subscription, by=by, at=at, reason=""))
            raise _UndoneError
    except _UndoneError:
        return found[0]


def perform(
    deed: Deed,
    subscription: Subscription,
    *,
    by,
    shown: str,
    at: datetime | None = None,
    reason: str = "",
) -> Consequences:
    """Do ``deed`` to ``subscription`` at ``at`` (default: now), exactly as it was ``shown`` (its ``mark``).

    Raises ``ChangedSinceError`` when it would do something else, and ``deeds.NotPossibleError``; either way
    nothing is done.
    """
    at = at or timezone.now()
    with transaction.atomic():
        done = _do(deed, subscription, by=by, at=at, reason=reason)
        if done.mark != shown:
            raise ChangedSinceError(done)
    return done


def _do(deed: Deed, subscription: Subscription, *, by, at: datetime, reason: str) -> Consequences:
    held = story.locked(subscription.pk)
    before = consequences.picture(held.pk, at)
    deed.do(held, by=by, at=at, reason=reason)
    return Consequences(held.pk, at, before, consequences.picture(held.pk, at))
