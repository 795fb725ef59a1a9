"""Recurring revenue: what the running agreements bring in a month, and how that moved from month to month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from subscriptions.finance import payers as paying
from subscriptions.finance.payers import Leaving, Payer


@dataclass(slots=True)
class Step:
    """From the end of one day to that of another, ``until_on``, in one currency: what a month brings.

    Sums are in whole minor units; ``opening + new + returned + expansion − contraction − churned = closing``.
    The printed copy is in all of them, and once more by itself in ``closing_print_minor``.
    """

    since_on: date
    until_on: date
    opening_minor: int = 0
    new_minor: int = 0
    returned_minor: int = 0
    expansion_minor: int = 0
    contraction_minor: int = 0
    lost_minor: dict[Leaving, int] = field(default_factory=lambda: dict.fromkeys(Leaving, 0))
    closing_minor: int = 0
    closing_print_minor: int = 0
    opening_readers: int = 0
    new_readers: int = 0
    returned_readers: int = 0
    lost_readers: dict[Leaving, int] = field(default_factory=lambda: dict.fromkeys(Leaving, 0))
    closing_readers: int = 0

    @property
    def churned_minor(self) -> int:
        """What went with those who left, whatever the reason."""
        return sum(self.lost_minor.values())

    @property
    def churned_readers(self) -> int:
        """How many left."""
        return sum(self.lost_readers.values())

    def add(self, before: int, now: int, *, came_before: bool, why: Leaving | None) -> None:
        """Add one reader, who brought ``before`` and brings ``now``; ``why`` they left, if they did."""
        self.opening_minor += before
        self.closing_minor += now
        self.opening_readers += before > 0
        self.closing_readers += now > 0
        if before and not now:
            why = why or Leaving.UNPAID
            self.lost_minor[why] += before
            self.lost_readers[why] += 1
        elif now and not before:
            if came_before:
                self.returned_minor += now
                self.returned_readers += 1
            else:
                self.new_minor += now
                self.new_readers += 1
        elif now > before:
            self.expansion_minor += now - before
        else:
            self.contraction_minor += before - now


def movement(days: Sequence[date], payers: Iterable[Payer] | None = None) -> dict[str, list[Step]]:
    """Return the steps between ``days``, by currency: the movement of recurring revenue.

    ``payers`` are those at the same days (default: all there are, nine queries).
    """
    steps: dict[str, list[Step]] = {}
    for payer in paying.payers(days) if payers is None else payers:
        if payer.currency not in steps:
            steps[payer.currency] = [Step(*pair) for pair in pairwise(days)]
        before = payer.brings(0)
        for place, step in enumerate(steps[payer.currency], start=1):
            now = payer.brings(place)
            if before or now:
                step.closing_print_minor += payer.print_minor[place]
                step.add(
                    before,
                    now,
                    came_before=payer.first_on <= days[place - 1],
                    why=payer.leaving.get(place),
                )
            before = now
    return steps
