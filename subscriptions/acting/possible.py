"""What makes sense to do to a subscription as it stands: the account and the desk offer it from here.

Whether a deed can be done is decided by the deed itself (``subscriptions.acting.deeds``).
"""

from dataclasses import dataclass
from datetime import datetime

from subscriptions.fulfilment import add_on as printing
from subscriptions.life import pauses
from subscriptions.life.lifecycle import Standing
from subscriptions.models import PrintAddOn, Subscription


@dataclass(frozen=True)
class Possible:
    """What can be done now, beside giving money back."""

    pay: bool
    pay_next: bool
    change: bool
    pause: bool
    end_pause: bool
    cancel: bool
    resume: bool
    come_back: bool


def possible(subscription: Subscription, now: Standing, at: datetime) -> Possible:
    """Say what can be done to ``subscription``, which stands as in ``now`` at ``at``. No query of its own."""
    is_open = subscription.closed_at is None
    goes_on = is_open and not now.is_cancelled
    is_free = goes_on and now.is_active and now.pause is None
    return Possible(
        pay=is_open and now.bill is not None,
        pay_next=is_free and now.bill is None,
        change=is_free and now.renews_on is not None,
        pause=is_open and pauses.can_pause(subscription, at),
        end_pause=is_open and now.pause is not None,
        cancel=goes_on and (now.is_running or now.bill is not None),
        resume=is_open and now.is_cancelled and now.is_running,
        come_back=not now.is_running and not now.is_pending,
    )


@dataclass(frozen=True)
class PrintPossible:
    """What can be done now about the printed copy."""

    add: bool
    drop: bool
    keep: bool


def print_possible(subscription: Subscription, now: Standing, add_on: PrintAddOn | None) -> PrintPossible:
    """Say what can be done about ``add_on``, the open one beside ``subscription``, or none.

    No query where the features of the plan's version were loaded.
    """
    can_have = printing.can_add(subscription, now)
    is_dropped = add_on is not None and add_on.dropped_at is not None
    return PrintPossible(
        add=add_on is None and can_have,
        drop=add_on is not None and not is_dropped,
        keep=is_dropped and can_have,
    )
