"""Who leaves, and why: of those who paid at the end of one day, how many did not at the end of the next.

*Cancelled*: they said so. *Unpaid*: the term and the days of grace ended, and no money came. *Refunded*: all
of the term's money went back, by us or by the bank.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from subscriptions.finance import payers as paying
from subscriptions.finance import recurring
from subscriptions.finance.payers import Payer
from subscriptions.finance.recurring import Step


@dataclass(frozen=True)
class Churn:
    """Who left in each step, in one currency: in all, and by the id of the plan they had at its beginning."""

    steps: list[Step]
    by_plan: dict[int, list[Step]]


def churn(days: Sequence[date]) -> dict[str, Churn]:
    """Return who left between ``days``, by currency. Nine queries."""
    by_plan: dict[tuple[str, int], list[Step]] = {}
    steps = recurring.movement(days, _counted(paying.payers(days), days, by_plan))
    return {
        currency: Churn(of_it, {plan: one for (code, plan), one in by_plan.items() if code == currency})
        for currency, of_it in steps.items()
    }


def rate(part: int, whole: int) -> Fraction | None:
    """Return the share that ``part`` is of ``whole``; none of nothing."""
    return Fraction(part, whole) if whole else None


def _counted(
    payers: Iterable[Payer], days: Sequence[date], by_plan: dict[tuple[str, int], list[Step]]
) -> Iterable[Payer]:
    """Pass ``payers`` on, and count each under the plan that they began a step with."""
    for payer in payers:
        for place in range(1, len(days)):
            if before := payer.brings(place - 1):
                key = payer.currency, payer.plans[place - 1]
                if key not in by_plan:
                    by_plan[key] = [Step(*pair) for pair in pairwise(days)]
                by_plan[key][place - 1].add(
                    before, payer.brings(place), came_before=True, why=payer.leaving.get(place)
                )
        yield payer
