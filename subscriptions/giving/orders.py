"""What becomes of a gift when its money comes, and when it goes back: called by whoever books the money.

The order of a gift is an order like any other, but its payment buys no term and opens nothing to its reader,
the giver: it makes the gift's code good. What was redeemed already ends when the money goes back.
"""

from datetime import datetime

from magazine.work import schedule
from subscriptions import entitlements
from subscriptions.fulfilment import zones
from subscriptions.letters import post
from subscriptions.life import story
from subscriptions.models import Gift, Letter, Payment, Price, Subscription, SubscriptionEvent

Kind = SubscriptionEvent.Kind


def print_minor(order: Subscription, price: Price) -> int:
    """Return what the printed copy costs beside ``price`` in the gift of ``order``; nothing for other orders.

    One query for a gift.
    """
    if not order.is_gift:
        return 0
    gift = Gift.objects.select_related("zone_price").filter(order=order).first()
    return zones.term_minor(gift.zone_price, price) if gift and gift.zone_price else 0


def note_paid(order: Subscription, payment: Payment, *, by, at: datetime) -> None:
    """Note that the gift of ``order`` was paid by ``payment``, close the order, and write to the giver.

    For use inside a transaction that holds the order.
    """
    gift = Gift.objects.get(order=order)
    gift.paid_at = at
    gift.save(update_fields=["paid_at"])
    order.closed_at = at
    order.save(update_fields=["closed_at"])
    story.note(order, Kind.PAID, by=by, at=at, reason=payment.reference)
    post.queue(Letter.Kind.RECEIPT, about=payment, key=payment.reference, subscription=order, at=at)
    post.queue(Letter.Kind.GIFT_BOUGHT, about=gift, key=order.number, subscription=order, at=at)


def begin_kept_soon(reader_id: int) -> None:
    """Have a gift that ``reader_id`` keeps looked at once this transaction is through: a plan has ended.

    One query.
    """
    if Gift.objects.banked().filter(recipient=reader_id).exists():
        schedule.soon("subscriptions.tasks.begin_kept_gifts", reader_id)


def note_given_back(order: Subscription, *, at: datetime) -> None:
    """All that was paid for the gift of ``order`` goes back: its code is dead, and its rights end at ``at``.

    Days that it added to a plan of the recipient's are taken off again by a task, as far as they are still to
    come: who holds the order does not wait for a plan. For use inside a transaction that holds the order.
    """
    gift = Gift.objects.filter(order=order, void_at=None).first()
    if gift is None:
        return
    gift.void_at = at
    gift.save(update_fields=["void_at"])
    entitlements.end_gift(gift, at)
    if gift.extension_id is not None:
        schedule.soon("subscriptions.tasks.take_back_gift", gift.pk)
