"""Money that came, and how much of it has been earned: one ``Lot`` for each payment.

A payment is a liability until its days have gone by. At the end of a day

    worth     =  amount + what moved in from a plan that was given up − what went back
    earned    =  worth × the part of it that is used,  rounded down
    deferred  =  worth × the part that is not,         rounded up

so that the two make up the worth to the smallest unit, and the reader's side is never the one rounded against
(``switching.unused_minor`` rounds the same way). The part that is used:

=======================  ====================================================================
A term by months         its days gone by ÷ its days, those of pauses in neither
Days that were added     what was left on that day is spread over the days that were left and
                         those that were added; what was earned before stays earned
A term by issues         its issues that have come ÷ its issues, and all with its last day
Print bought in between  its days gone by ÷ its days, of all the terms it was bought for
A gift                   nothing until it is redeemed and its days begin
No term                  nothing: it came too late, and goes back
=======================  ====================================================================

When a change of plan gives a term up, what is left of it on the evening before moves into the new term, and
nothing is earned by the change. (The credit that the reader was offered may be more, because the change was
paid some days later: then the new term has cost less, and that is all.) Money that goes back afterwards out
of the old payment comes out of what was earned of it, and when that is not enough, out of what moved.

When all of a payment went back, its days are over: what is left in it, moved from an older plan and not
claimed, is earned on that day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from subscriptions.terms import Span

ONE_DAY = timedelta(days=1)
# Something used ÷ the whole of it.
Part = tuple[int, int]


class Kind(StrEnum):
    """What the money was paid for."""

    TERM = "term"
    PRINT = "print"
    GIFT = "gift"
    HELD = "held"


@dataclass(slots=True)
class Days:
    """Whole days that money was paid for, without those of ``rests``.

    ``added`` are those that came later: (the day on which, how many). The last ``given`` of the days were
    somebody's gift, and paid for by them.
    """

    starts_on: date
    ends_on: date
    rests: Sequence[Span] = ()
    added: Sequence[tuple[date, int]] = ()
    given: int = 0

    def used(self, day: date) -> Part:
        """Return the part of them that is used at the end of ``day``."""
        whole = self._count(self.ends_on) - self.given
        gone = self._count(day)
        if gone >= whole:
            return 1, 1
        if not self.added:
            return gone, whole
        # Each time that days were added, what was left then is spread over more of them.
        part, since = Fraction(0), 0
        whole -= sum(days for _, days in self.added)
        for made_on, days in (*self.added, (day, 0)):
            if made_on > day:
                continue
            until = min(self._count(made_on), whole)
            if until >= whole:
                return 1, 1
            part += (1 - part) * Fraction(until - since, whole - since)
            since, whole = until, whole + days
        return part.as_integer_ratio()

    def _count(self, day: date) -> int:
        """How many of the days from the first to ``day`` are not of a pause."""
        last_on = day if day < self.ends_on else self.ends_on
        if last_on < self.starts_on:
            return 0
        days = last_on.toordinal() - self.starts_on.toordinal() + 1
        for rest in self.rests:
            days -= max(0, (min(rest.ends_on, last_on) - max(rest.starts_on, self.starts_on)).days + 1)
        return days


@dataclass(slots=True)
class Issues:
    """Issues that money was paid for: ``came`` are their days and weights in order."""

    promised: int
    ends_on: date
    came: Sequence[tuple[date, int]]

    def used(self, day: date) -> Part:
        """Return the part of them that has come at the end of ``day``; all of it with the last day."""
        came = _until(day, self.came)
        return (1, 1) if day >= self.ends_on or came >= self.promised else (came, self.promised)


@dataclass(slots=True)
class Lot:
    """One payment that came on ``billed_on``; ``use`` tells how it is used up (none: not at all).

    ``refunds`` are (day, amount) in order of their days; ``claimed`` what went back out of older payments, of
    which it had moved in here. ``kept_minor`` is what was earned of it when it moved out.
    """

    billed_on: date
    amount_minor: int
    kind: Kind = Kind.TERM
    use: Days | Issues | None = None
    refunds: list[tuple[date, int]] = field(default_factory=list)
    moved_in_minor: int = 0
    claimed: list[tuple[date, int]] = field(default_factory=list)
    moved_out_on: date | None = None
    kept_minor: int = 0

    @property
    def ended_on(self) -> date | None:
        """The day on which the last of it went back; none while something is left."""
        if not self.refunds:
            return None
        gone = 0
        for on, amount_minor in self.refunds:
            gone += amount_minor
            if gone >= self.amount_minor:
                return on
        return None

    def worth(self, day: date) -> int:
        """What there is of it at the end of ``day``: paid, moved in, and not gone back."""
        if not self.refunds and not self.claimed:
            return self.amount_minor + self.moved_in_minor
        return self.amount_minor + self.moved_in_minor - _until(day, self.refunds) - _until(day, self.claimed)

    def deferred(self, day: date) -> int:
        """What of it is not earned yet at the end of ``day``."""
        return self.parts(day)[1]

    def parts(self, day: date) -> tuple[int, int]:
        """What of it is earned until the end of ``day``, and what is not yet."""
        is_over = self.moved_out_on is not None and day >= self.moved_out_on
        is_over = is_over or ((ended_on := self.ended_on) is not None and day >= ended_on)
        if is_over or day < self.billed_on:
            return self.earned(day), 0
        used, whole = self._used(day)
        worth = self.worth(day)
        return worth * used // whole, -(-worth * (whole - used) // whole)

    def earned(self, day: date, *, refunds_until: date | None = None) -> int:
        """What of it is earned until the end of ``day``, of what had not gone back by ``refunds_until``."""
        if day < self.billed_on:
            return 0
        until = refunds_until or day
        if self.moved_out_on is not None and day >= self.moved_out_on:
            return max(0, self.kept_minor - self._gone_since_moved(until))
        if (ended_on := self.ended_on) is not None and until >= ended_on:
            return self.worth(until)
        used, whole = self._used(day)
        return self.worth(until) * used // whole

    def taken_back(self, since: date, until: date) -> int:
        """What had been earned and was no more, because money went back after ``since`` and by ``until``."""
        lost = 0
        for on in sorted({on for on, _ in (*self.refunds, *self.claimed) if since < on <= until}):
            lost += max(0, self.earned(on, refunds_until=on - ONE_DAY) - self.earned(on))
        return lost

    def move_out(self, on: date) -> int:
        """Give it up for a plan that begins ``on``, and return what moves there."""
        if self.moved_out_on is not None:
            return 0
        eve = on - ONE_DAY
        # What came and was given up on one day was not there on the evening before.
        moved = self.deferred(eve) if self.billed_on <= eve else self.worth(eve)
        self.kept_minor = self.worth(eve) - moved
        self.moved_out_on = on
        return moved

    def beyond_kept(self) -> list[tuple[date, int]]:
        """What went back after it was moved out, beyond what was earned of it: (day, amount) each."""
        if self.moved_out_on is None:
            return []
        left, beyond = self.kept_minor, []
        for on, amount_minor in sorted((*self.refunds, *self.claimed)):
            if on >= self.moved_out_on:
                if amount_minor > left:
                    beyond.append((on, amount_minor - left))
                left = max(0, left - amount_minor)
        return beyond

    def _used(self, day: date) -> Part:
        return self.use.used(day) if self.use is not None else (0, 1)

    def _gone_since_moved(self, day: date) -> int:
        gone = _until(day, self.refunds) + _until(day, self.claimed)
        if self.moved_out_on is not None:
            eve = self.moved_out_on - ONE_DAY
            gone -= _until(eve, self.refunds) + _until(eve, self.claimed)
        return gone


def move(sources: Iterable[Lot], into: Lot, on: date) -> None:
    """Give up ``sources`` for ``into``, whose days begin ``on``."""
    for source in sources:
        into.moved_in_minor += source.move_out(on)
        into.claimed += source.beyond_kept()
    into.claimed.sort()


def _until(day: date, dated: Sequence[tuple[date, int]]) -> int:
    """The sum of what is ``dated`` no later than ``day``."""
    return sum(amount for on, amount in dated if on <= day)
