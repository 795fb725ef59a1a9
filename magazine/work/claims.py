"""One worker's hold on a row that says how far something long has come.

Such a row has ``begun_at`` (somebody began), ``told_at`` (and was last heard of), ``asked_at``,
``stale_at``, ``failed_at``, ``failure`` and ``percent``. Whoever makes a file takes its row first, by compare
and swap, and everything is written under the condition that the hold still stands: a worker that was taken
for dead, and was only slow, changes nothing any more.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, ClassVar, Self

from django.db.models import F, Model, Q
from django.utils import timezone

# How often at most a row is told how far its making is, in seconds.
TELL_EVERY = 1.0


class TakenOverError(RuntimeError):
    """Another worker has begun the same; this one stops, and has changed nothing."""


def silent(at: datetime, after: timedelta) -> Q:
    """Return the condition on rows whose worker has not been heard of for ``after``."""
    before = at - after
    return Q(told_at__lte=before) | Q(told_at=None, begun_at__lte=before)


@dataclass
class Claim:
    """A hold on ``row``, as it was taken at ``begun_at``. Each room says when a silent worker is taken for
    dead (``TAKE_OVER``) and what a row is at which nobody works (``AT_REST``)."""

    row: Model
    begun_at: datetime
    told: float = 0.0

    TAKE_OVER: ClassVar[timedelta]
    AT_REST: ClassVar[Mapping[str, Any]] = {
        "begun_at": None,
        "told_at": None,
        "asked_at": None,
        "stale_at": None,
        "failed_at": None,
        "failure": "",
        "percent": 0,
    }

    @classmethod
    def on(cls, row: Model, **only_if: Any) -> Self | None:
        """Take ``row``, which must still be as ``only_if`` says; nothing where somebody else is at it."""
        at = timezone.now()
        rows = type(row)._default_manager.filter(pk=row.pk, **only_if)
        free = rows.filter(Q(begun_at=None) | silent(at, cls.TAKE_OVER))
        return cls(row, at) if free.update(begun_at=at, told_at=at) else None

    def tell(self, *, at_once: bool = False, **values: Any) -> None:
        """Note that somebody is at it, and ``values``; not oftener than ``TELL_EVERY`` unless ``at_once``.

        Raises ``TakenOverError`` when another has begun in between.
        """
        now = monotonic()
        if at_once or now - self.told >= TELL_EVERY:
            self.told = now
            self._write(**values, told_at=timezone.now())

    def let_go(self, **outcome: Any) -> None:
        """Write how it ended, and free the row. Raises ``TakenOverError`` when it is another's."""
        self._write(**{**self.AT_REST, **outcome})

    def give_up(self, error: Exception, **known: Any) -> None:
        """Write that it failed, why, and what is ``known`` beside; a row that is another's is left alone."""
        told = (str(error) or type(error).__name__)[:400]
        with suppress(TakenOverError):
            self.let_go(**{"failed_at": timezone.now(), "failure": told, "stale_at": F("stale_at"), **known})

    def _write(self, **values: Any) -> None:
        held = type(self.row)._default_manager.filter(pk=self.row.pk, begun_at=self.begun_at)
        if not held.update(**values):
            raise TakenOverError
