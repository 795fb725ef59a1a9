"""Saying and taking back where copies go: shown first, then done, as everything else is.

What is shown is found by doing it and taking it back, so it cannot differ from what is done: which copies go
where, and what print costs from the next term on when the new home lies in another zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions.fulfilment import add_on, addresses, notices
from subscriptions.letters import post
from subscriptions.models import Address, Letter, Subscription
from subscriptions.money import formatted


class ChangedSinceError(ValueError):
    """It would no longer do what was shown; ``now`` is what it would do."""

    def __init__(self, now: "Told") -> None:
        super().__init__("Something happened since this was shown.")
        self.now = now


@dataclass(frozen=True)
class Told:
    """What a change of address does, in ``sentences``; the button carries their ``mark``."""

    sentences: tuple[str, ...]

    @property
    def mark(self) -> str:
        """What was shown, in short."""
        return sha256("\n".join(self.sentences).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Say:
    """Copies for a reader go to ``values`` from a day on, or for some days."""

    values: Mapping[str, str]
    from_on: date
    until_on: date | None = None

    def do(self, reader: Any, *, by: Any, at: datetime, reason: str) -> list[str]:
        """Do it, in the transaction that is under way, and say what it did; raises ``ValidationError``."""
        address = addresses.say(
            reader,
            self.values,
            from_on=self.from_on,
            until_on=self.until_on,
            by=by,
            at=at,
            reason=reason,
        )
        post.queue_to(reader, Letter.Kind.ADDRESS_CHANGED, about=address, key=address.pk, at=at)
        return [notices.takes_effect(address, at)]


@dataclass(frozen=True)
class Withdraw:
    """What was said about ``address_id`` is taken back."""

    address_id: int

    def do(self, reader: Any, *, by: Any, at: datetime, reason: str) -> list[str]:
        """Do it, in the transaction that is under way, and say what it did; raises ``ValidationError``."""
        address = Address.objects.known(at).filter(pk=self.address_id, reader=reader).first()
        if address is None:
            raise ValidationError(_("This address was taken back already."))
        said = [_("Copies no longer go to %s.") % addresses.one_line(address)]
        addresses.withdraw(address, by=by, at=at, reason=reason)
        return [*said, notices.goes_to(reader, at).sentence]


Move = Say | Withdraw


def rehearse(move: Move, reader: Any, *, by: Any, at: datetime | None = None) -> Told:
    """Say what ``move`` would do for ``reader`` at ``at`` (default: now), by doing and undoing it.

    Raises ``ValidationError`` with sentences, by field where there is one.
    """
    at = at or timezone.now()
    with transaction.atomic():
        told = _do(move, reader, by=by, at=at, reason="")
        transaction.set_rollback(True)
    return told


def perform(
    move: Move, reader: Any, *, by: Any, shown: str, at: datetime | None = None, reason: str = ""
) -> Told:
    """Do ``move`` exactly as it was ``shown`` (its mark).

    Raises ``ChangedSinceError`` and ``ValidationError``; either way nothing is done.
    """
    at = at or timezone.now()
    with transaction.atomic():
        told = _do(move, reader, by=by, at=at, reason=reason)
        if told.mark != shown:
            raise ChangedSinceError(told)
    return told


def _do(move: Move, reader: Any, *, by: Any, at: datetime, reason: str) -> Told:
    with transaction.atomic():
        before = _asked(reader)
        said = move.do(reader, by=by, at=at, reason=reason)
        price = add_on.follow(reader, by=by, at=at)
        if price is not None:
            said.append(
                _(
                    "Copies that are paid for go there at no extra cost. From the next term on print costs "
                    "%(year)s a year (%(zone)s)."
                )
                % {"year": formatted(price.year_minor, price.currency), "zone": price.zone.name}
            )
        after = _asked(reader)
        if before != after and after is not None:
            said.append(
                _("There is %(after)s to pay, instead of %(before)s.") % {"before": before, "after": after}
            )
    return Told(tuple(said))


def _asked(reader: Any) -> str | None:
    """What is asked of the reader now."""
    held = Subscription.objects.own().live().filter(reader=reader)
    bill = held.filter(payments__status="expected").values_list(
        "payments__amount_minor", "payments__currency"
    )
    return next((formatted(*row) for row in bill), None)
