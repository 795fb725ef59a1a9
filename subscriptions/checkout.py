"""Placing an order: the price comes from us, and twice the same order is one order."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from subscriptions import lifecycle, payments, story
from subscriptions.models import Price, Subscription, SubscriptionEvent

Kind = SubscriptionEvent.Kind


class NotOnSaleError(ValueError):
    """The plan is no longer offered, or its terms have changed since the page was opened."""


class AlreadySubscribedError(ValueError):
    """The reader has a running subscription to this product; it is in ``subscription``."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(f"{subscription.number} is still running.")
        self.subscription = subscription


def place_order(reader, price: Price, *, method: str, at: datetime | None = None) -> Subscription:
    """Order a plan at ``price`` for ``reader`` and ask for the first payment.

    The same order placed twice (a double click, two tabs) is one subscription with one expected
    payment. An order that still waits for its payment is changed to the new choice; a subscription whose
    paid days are over is closed, and a new one begins.

    Raises ``NotOnSaleError`` and ``AlreadySubscribedError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # Two orders of one reader wait for each other here. The key stays free: who confirms a payment holds
        # the subscription and writes rows that point to the reader.
        get_user_model().objects.select_for_update(no_key=True).get(pk=reader.pk)
        price = Price.objects.select_related("version__plan").get(pk=price.pk)
        plan = price.version.plan
        if not plan.is_offered or plan.version_on_sale(at) != price.version:
            raise NotOnSaleError

        live = Subscription.objects.live().with_facts().filter(reader=reader, product=plan.product).first()
        if live is not None:
            now = lifecycle.standing(live, at)
            if now.is_active:
                raise AlreadySubscribedError(live)
            if now.is_pending:
                return _change_order(live, price, method=method, at=at)
            lifecycle.close(live, by=reader, at=at)

        subscription = Subscription.objects.create(
            reader=reader, plan_version=price.version, price=price, ordered_at=at
        )
        story.note(subscription, Kind.ORDERED, by=reader, at=at)
        payments.expect(subscription, method=method, at=at)
    return subscription


def _change_order(subscription: Subscription, price: Price, *, method: str, at: datetime) -> Subscription:
    subscription = story.locked(subscription.pk)
    bill = subscription.payments.expected().get()
    if subscription.price_id == price.pk and bill.method == method:
        return subscription
    payments.void(bill, by=subscription.reader, at=at)
    subscription.plan_version, subscription.price = price.version, price
    subscription.save(update_fields=["plan_version", "price", "product"])
    story.note(subscription, Kind.CHANGED, by=subscription.reader, at=at)
    payments.expect(subscription, method=method, at=at)
    return subscription
