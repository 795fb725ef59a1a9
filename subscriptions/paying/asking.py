"""Asking anew for what is asked for already, because something about it has changed."""

from datetime import datetime

from subscriptions import terms
from subscriptions.life import lifecycle
from subscriptions.models import Payment, Subscription
from subscriptions.paying import payments


def ask_anew(subscription: Subscription, bill: Payment, *, by, at: datetime) -> Payment:
    """Void ``bill`` and ask for the same as ``subscription`` is now: its way of paying, its offer, its print.

    For use inside a transaction that holds the subscription.
    """
    payments.void(bill, by=by, at=at)
    charge_at = bill.next_try_at or at
    if bill.purpose == Payment.Purpose.PRINT and bill.print_add_on is not None:
        return payments.expect_print(
            subscription, bill.print_add_on, bill.print_minor, at=at, charge_at=charge_at
        )
    renews_on = lifecycle.standing(subscription, at).renews_on
    if bill.next_try_at is None and bill.purpose == Payment.Purpose.TERM and renews_on is not None:
        # A card is charged when the next term begins, as if it had been asked for that way from the first.
        charge_at = max(at, terms.start_of(renews_on))
    return payments.expect(
        subscription,
        price=bill.price,
        at=at,
        purpose=bill.purpose,
        credit_minor=bill.credit_minor,
        charge_at=charge_at,
    )
