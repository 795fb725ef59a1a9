"""The meter: how many pieces for subscribers a registered reader may open in a calendar month.

It counts accounts, not browsers: a stranger has no allowance, so that nothing is won by clearing cookies or
by another address. Each piece takes one *place* of the month (the first, the second…), and the database
gives no place twice: however many ask at once, nobody opens more than the month allows. A piece that was
opened stays open to its reader until the month is over, in the magazine's zone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from subscriptions import access, terms
from subscriptions.access import Audience, Verdict
from subscriptions.models import MeteredPiece
from subscriptions.sharing import rules
from subscriptions.terms import Span


class NothingLeftError(Exception):
    """The month's pieces are opened, or there is no such allowance."""


@dataclass(frozen=True)
class Allowance:
    """What one reader may open in ``month``: so many in all, and so many opened."""

    month: Span
    pieces: int
    opened: int

    @property
    def left(self) -> int:
        """How many more may be opened; never below nothing, even where the rules were made stricter."""
        return max(0, self.pieces - self.opened)


def allowance(reader: Any, at: datetime | None = None) -> Allowance | None:
    """Return the allowance of ``reader`` in the month of ``at`` (default: now); none where there is no meter.

    Strangers have none. One query, none where there is no meter; see ``rules.Remembered``.
    """
    month = terms.month_of(at or timezone.now())
    pieces = rules.remembered.get().metered_pieces
    if not pieces or not _may_have_one(reader):
        return None
    opened = MeteredPiece.objects.filter(reader=reader.pk, month=month.starts_on).count()
    return Allowance(month, pieces, opened)


def pieces_for_whoever_registers() -> int:
    """Return how many pieces a month a stranger would have. No query in most cases: see ``rules``."""
    return rules.remembered.get().metered_pieces


def open_piece(reader: Any, piece: str, at: datetime | None = None) -> Verdict:
    """Open ``piece``, which is for subscribers, to ``reader`` for the month of ``at`` (default: now).

    Costs nothing where they may read it anyway. Raises ``NothingLeftError`` when nothing is left of the
    month.
    """
    at = at or timezone.now()
    verdict = access.verdict_for(reader, Audience.SUBSCRIBERS, at, about=access.Asked(piece))
    if verdict.granted:
        return verdict
    if not _may_have_one(reader):
        raise NothingLeftError
    month, most = terms.month_of(at).starts_on, rules.now().metered_pieces
    while not _takes_a_place(reader, piece, month, most, at):
        # Somebody took that place in the same moment: the next look sees it taken.
        pass
    return access.verdict_for(reader, Audience.SUBSCRIBERS, at, about=access.Asked(piece))


def _takes_a_place(reader: Any, piece: str, month: Any, most: int, at: datetime) -> bool:
    opened = MeteredPiece.objects.filter(reader=reader.pk, month=month)
    taken = dict(opened.values_list("piece", "place"))
    if piece in taken:
        return True
    place = next((one for one in range(1, most + 1) if one not in taken.values()), None)
    if place is None:
        raise NothingLeftError
    try:
        with transaction.atomic():
            MeteredPiece.objects.create(
                reader_id=reader.pk, month=month, piece=piece, place=place, opened_at=at
            )
    except IntegrityError:
        return False
    return True


def _may_have_one(reader: Any) -> bool:
    return bool(reader.is_authenticated and reader.is_active)
