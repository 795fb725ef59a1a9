"""Placing an order: the price comes from us, and twice the same order is one order."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions import entitlements, terms
from subscriptions.letters import post
from subscriptions.life import lifecycle, renewals, story
from subscriptions.models import Letter, Offer, Price, Subscription, SubscriptionEvent, Term
from subscriptions.paying import asking, payments
from subscriptions.selling import offers

Kind = SubscriptionEvent.Kind


class NotOnSaleError(ValueError):
    """The plan is no longer offered, or its terms have changed since the page was opened."""


class AlreadySubscribedError(ValueError):
    """The reader has a running subscription to this product; it is in ``subscription``."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(f"{subscription.number} is still running.")
        self.subscription = subscription


def place_order(
    reader,
    price: Price,
    *,
    method: str,
    provider: str = "manual",
    offer: Offer | None = None,
    at: datetime | None = None,
) -> Subscription:
    """Order a plan at ``price`` for ``reader`` and ask for the first payment, less what ``offer`` takes off.

    The same order placed twice (a double click, two tabs) is one subscription with one expected
    payment. An order that still waits for its payment is changed to the new choice; a subscription whose
    paid days are over is closed, and a new one begins. Who is trying goes on to a paid term, which begins
    when the days to try are over.

    Raises ``NotOnSaleError``, ``AlreadySubscribedError`` and ``offers.OfferRefusedError``.
    """
    at = at or timezone.now()
    _refuse(offer, is_trial=True)
    with transaction.atomic():
        price, live = _open_door(reader, price, at)
        if live is not None:
            now = lifecycle.standing(live, at)
            if now.is_trial:
                return _go_on_from_trial(live, price, method=method, provider=provider, offer=offer, at=at)
            if now.is_running:
                raise AlreadySubscribedError(live)
            if now.is_pending:
                return _change_order(live, price, method=method, provider=provider, offer=offer, at=at)
            lifecycle.close(live, by=reader, at=at)

        subscription = Subscription.objects.create(
            reader=reader,
            plan_version=price.version,
            price=price,
            provider=provider,
            method=method,
            ordered_at=at,
        )
        story.note(subscription, Kind.ORDERED, by=reader, at=at)
        if offer is not None:
            offers.take(offer, subscription, at=at)
        payments.expect(subscription, price=price, at=at)
    return subscription


def begin_trial(reader, price: Price, offer: Offer, *, at: datetime | None = None) -> Subscription:
    """Let ``reader`` try the plan of ``price`` on the terms of ``offer``: at once, and without a payment.

    Nothing is charged when the days are over; the reader is asked whether to go on. Raises
    ``NotOnSaleError``, ``AlreadySubscribedError`` and ``offers.OfferRefusedError``.
    """
    at = at or timezone.now()
    _refuse(offer, is_trial=False)
    with transaction.atomic():
        price, live = _open_door(reader, price, at)
        if live is not None:
            if lifecycle.standing(live, at).is_running:
                raise AlreadySubscribedError(live)
            lifecycle.close(live, by=reader, at=at)
        subscription = Subscription.objects.create(
            reader=reader, plan_version=price.version, price=price, ordered_at=at
        )
        story.note(subscription, Kind.ORDERED, by=reader, at=at)
        offers.take(offer, subscription, at=at)
        days = offers.trial_span(offer, terms.day_of(at))
        term = Term.objects.create(
            subscription=subscription,
            number=1,
            kind=Term.Kind.TRIAL,
            starts_on=days.starts_on,
            ends_on=days.ends_on,
        )
        entitlements.write_for_term(term)
        story.note(subscription, Kind.TRIAL, by=reader, at=at, reason=offer.name)
        post.queue(
            Letter.Kind.TRIAL,
            about=subscription,
            key=subscription.number,
            subscription=subscription,
            at=at,
        )
    return subscription


def pay_by(
    subscription: Subscription,
    *,
    method: str,
    provider: str,
    by,
    at: datetime | None = None,
    reason: str = "",
) -> Subscription:
    """Pay the next term another way; a payment that is expected is asked for anew, that way."""
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        if (subscription.method, subscription.provider) == (method, provider):
            return subscription
        subscription.method, subscription.provider = method, provider
        subscription.save(update_fields=["method", "provider"])
        story.note(subscription, Kind.METHOD, by=by, at=at, reason=reason or method)
        for bill in list(subscription.payments.expected()):
            asking.ask_anew(subscription, bill, by=by, at=at)
    return subscription


def take_offer(
    subscription: Subscription, offer: Offer, *, by, at: datetime | None = None, reason: str = ""
) -> Subscription:
    """Take ``offer`` for a running subscription: its next payments cost less, one that is expected already
    too.

    Raises ``offers.OfferRefusedError``.
    """
    at = at or timezone.now()
    _refuse(offer, is_trial=True)
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        offers.take(offer, subscription, by=by, at=at, reason=reason)
        for bill in list(subscription.payments.expected()):
            asking.ask_anew(subscription, bill, by=by, at=at)
    return subscription


def _refuse(offer: Offer | None, *, is_trial: bool) -> None:
    """Refuse an offer of days to try where one of money is taken, or the other way round."""
    if offer is not None and (offer.kind == Offer.Kind.TRIAL) == is_trial:
        raise offers.OfferRefusedError(_("This offer is not for this."))


def _open_door(reader, price: Price, at: datetime) -> tuple[Price, Subscription | None]:
    """Make orders of one reader wait for each other; return the price as it is sold, and what runs
    already."""
    # The key stays free: who confirms a payment holds the subscription and writes rows that point to the
    # reader.
    get_user_model().objects.select_for_update(no_key=True).get(pk=reader.pk)
    price = Price.objects.select_related("version__plan").get(pk=price.pk)
    plan = price.version.plan
    if not plan.is_offered or plan.version_on_sale(at) != price.version:
        raise NotOnSaleError
    return price, Subscription.objects.live().with_facts().filter(reader=reader, product=plan.product).first()


def _change_order(
    subscription: Subscription, price: Price, *, method: str, provider: str, offer: Offer | None, at: datetime
) -> Subscription:
    subscription = story.locked(subscription.pk)
    bill = subscription.payments.expected().get()
    is_new_offer = offer is not None and not subscription.offer_uses.filter(offer=offer).exists()
    if (subscription.price_id, bill.method, bill.provider) == (
        price.pk,
        method,
        provider,
    ) and not is_new_offer:
        return subscription
    payments.void(bill, by=subscription.reader, at=at)
    _choose(subscription, price, method=method, provider=provider)
    story.note(subscription, Kind.CHANGED, by=subscription.reader, at=at)
    if offer is not None and is_new_offer:
        offers.take(offer, subscription, at=at)
    payments.expect(subscription, price=price, at=at)
    return subscription


def _go_on_from_trial(
    subscription: Subscription, price: Price, *, method: str, provider: str, offer: Offer | None, at: datetime
) -> Subscription:
    if subscription.payments.expected().exists():
        return _change_order(subscription, price, method=method, provider=provider, offer=offer, at=at)
    subscription = story.locked(subscription.pk)
    _choose(subscription, price, method=method, provider=provider)
    if subscription.cancelled_at is not None:
        lifecycle.resume(subscription, by=subscription.reader, at=at)
    if offer is not None:
        offers.take(offer, subscription, at=at)
    renewals.bill_next_term(subscription, by=subscription.reader, at=at)
    return subscription


def _choose(subscription: Subscription, price: Price, *, method: str, provider: str) -> None:
    subscription.plan_version, subscription.price = price.version, price
    subscription.method, subscription.provider = method, provider
    subscription.save(update_fields=["plan_version", "price", "product", "method", "provider"])
