"""Buying a gift, and having its money back: what the giver can do.

The giver chooses a price of the shelf by months, perhaps with the printed copy to a zone, for whom, from whom
and for which day. They pay as for any order; nothing of it is theirs to read, it does not renew, and it uses
up nothing of their own plan's guarantee. While nobody has redeemed it, and within the guarantee's days, they
may have the money back; after that only staff can give it.

``gives_on`` is a day of the magazine's calendar: nobody but the giver hears of the gift before that day has
begun there.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from subscriptions import terms
from subscriptions.fulfilment import zones
from subscriptions.life import lifecycle, story
from subscriptions.models import Gift, Payment, Price, Refund, Subscription, SubscriptionEvent, ZonePrice
from subscriptions.paying import guarantee, payments, refunds
from subscriptions.selling.catalogue import Choice, OnSale
from subscriptions.selling.checkout import NotOnSaleError

# A gift may wait so long for its day.
MOST_AHEAD = timedelta(days=366)
# The same order within so long is a second click.
SAME_WITHIN = timedelta(hours=1)


class CannotBuyError(ValueError):
    """The gift cannot be had like this; the text says why, ``field`` names what to change."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class CannotHaveBackError(ValueError):
    """The money of this gift does not come back by itself; the text is the sentence for the giver."""


class State(models.TextChoices):
    """Where a gift stands."""

    UNPAID = "unpaid", _later("Waiting for payment")
    WITHDRAWN = "withdrawn", _later("Withdrawn")
    WAITING = "waiting", _later("Waiting to be redeemed")
    BANKED = "banked", _later("Kept for later")
    TO_COME = "to_come", _later("Redeemed, begins later")
    RUNNING = "running", _later("Running")
    ADDED = "added", _later("Added to a plan")
    ENDED = "ended", _later("Ended")
    VOID = "void", _later("Money given back")


@dataclass(frozen=True)
class Wish:
    """What somebody wants to give: all that is chosen, before it is ordered."""

    price: Price
    zone_price: ZonePrice | None
    recipient_name: str
    recipient_email: str
    signed: str
    message: str
    gives_on: date

    @property
    def amount_minor(self) -> int:
        """What it costs, the printed copy included."""
        beside = zones.term_minor(self.zone_price, self.price) if self.zone_price else 0
        return self.price.amount_minor + beside


@dataclass(frozen=True)
class MoneyBack:
    """What having the money back does: the sum, how it comes, and until when it can be asked for."""

    payment: Payment
    amount_minor: int
    last_day: date

    @property
    def mark(self) -> str:
        """What was shown, in short."""
        return f"{self.payment.reference}={self.amount_minor}{self.payment.currency}"


def choices(on_sale: OnSale) -> list[Choice]:
    """Return what can be given of a plan on the shelf: whole months, the longest first."""
    by_months = [choice for choice in on_sale.choices if choice.price.term_months is not None]
    return sorted(by_months, key=lambda choice: choice.price.term_months or 0, reverse=True)


def zone_prices(on_sale: OnSale, currency: str, at: datetime | None = None) -> list[ZonePrice]:
    """Return where the printed copy can be given along, if it can: each zone's price of a year. One query."""
    if not any(one.key == "print_edition" and not one.is_planned for one in on_sale.promises):
        return []
    prices = ZonePrice.objects.on_sale(at).filter(currency=currency).select_related("zone")
    return list(prices.order_by("zone__position", "zone__name"))


def buy(giver, wish: Wish, *, method: str, provider: str = "manual", at: datetime | None = None) -> Gift:
    """Order the gift and ask for its payment; the same wish twice within an hour is one order.

    Raises ``NotOnSaleError`` and ``CannotBuyError``.
    """
    at = at or timezone.now()
    _check_day(wish.gives_on, at)
    with transaction.atomic():
        # Two clicks of one giver wait for each other here, as orders do.
        get_user_model().objects.select_for_update(no_key=True).get(pk=giver.pk)
        price = _on_sale(wish, at)
        if same := _same(giver, wish, method=method, provider=provider, at=at):
            return same
        order = Subscription.objects.create(
            reader=giver,
            plan_version=price.version,
            price=price,
            is_gift=True,
            auto_renews=False,
            provider=provider,
            method=method,
            ordered_at=at,
        )
        gift = Gift.objects.create(
            order=order,
            giver=giver,
            price=price,
            zone_price=wish.zone_price,
            recipient_name=wish.recipient_name,
            recipient_email=wish.recipient_email,
            signed=wish.signed,
            message=wish.message,
            gives_on=wish.gives_on,
            bought_at=at,
        )
        story.note(order, SubscriptionEvent.Kind.ORDERED, by=giver, at=at, reason=str(gift)[:200])
        payments.expect(order, price=price, at=at)
    return gift


def withdraw(gift: Gift, *, by, at: datetime | None = None) -> None:
    """Withdraw a gift that nobody has paid; raises ``lifecycle.NothingToCancelError`` for any other."""
    lifecycle.cancel(gift.order, by=by, at=at)


def state_of(gift: Gift, at: datetime | None = None) -> State:
    """Say where ``gift`` stands at ``at`` (default: now). Its order is asked about while it is not paid."""
    today = terms.day_of(at or timezone.now())
    if gift.void_at is not None:
        return State.VOID
    if gift.paid_at is None:
        return State.UNPAID if gift.order.closed_at is None else State.WITHDRAWN
    if gift.redeemed_at is None:
        return State.WAITING
    if gift.extension_id is not None:
        return State.ADDED
    if gift.first_on is None or gift.last_on is None:
        return State.BANKED
    if gift.first_on > today:
        return State.TO_COME
    return State.RUNNING if gift.last_on >= today else State.ENDED


def money_back(gift: Gift, at: datetime | None = None) -> MoneyBack:
    """Say what having the money back does at ``at`` (default: now); raises ``CannotHaveBackError``."""
    at = at or timezone.now()
    payment = Payment.objects.confirmed().filter(subscription=gift.order_id).order_by("pk").first()
    if payment is None or gift.paid_at is None:
        raise CannotHaveBackError(_("This gift has not been paid, so there is nothing to give back."))
    if gift.void_at is not None or not payment.kept_minor:
        raise CannotHaveBackError(_("The money of this gift has been given back already."))
    if gift.redeemed_at is not None:
        raise CannotHaveBackError(
            _(
                "Your gift was taken up on %(day)s. What is given is theirs: please write to us if "
                "something went wrong."
            )
            % {"day": date_format(terms.day_of(gift.redeemed_at), "j F Y")}
        )
    if payment.is_disputed:
        raise CannotHaveBackError(
            _("Your bank has this payment in question. While it decides, nothing can be paid back twice.")
        )
    days = guarantee.promised_days(gift.price.version)
    if days is None:
        raise CannotHaveBackError(_("No money-back guarantee came with this gift. Please write to us."))
    promised = guarantee.window(gift.paid_at, days)
    if at >= promised.closes_at:
        raise CannotHaveBackError(
            _("You could have your money back until %(day)s. The code stays good, and can still be given.")
            % {"day": date_format(promised.last_day, "j F Y")}
        )
    return MoneyBack(payment, payment.kept_minor, promised.last_day)


def last_day_to_have_back(gift: Gift, at: datetime | None = None) -> date | None:
    """Return the last day on which the giver can have the money back, if they can at ``at``."""
    try:
        return money_back(gift, at).last_day
    except CannotHaveBackError:
        return None


def have_back(gift: Gift, *, by, at: datetime | None = None) -> Refund:
    """Give the giver their money back: the code is dead from here on. Raises ``CannotHaveBackError``.

    Who redeems at the same moment and comes first has the gift, and the money stays.
    """
    at = at or timezone.now()
    with transaction.atomic():
        story.locked(gift.order_id)
        gift = Gift.objects.select_related("price__version").get(pk=gift.pk)
        found = money_back(gift, at)
        try:
            return refunds.give_back(
                found.payment,
                found.amount_minor,
                kind=Refund.Kind.GIFT,
                by=by,
                reason=_("The gift was not redeemed"),
                at=at,
            )
        except refunds.CannotGiveBackError as refusal:
            raise CannotHaveBackError(str(refusal)) from refusal


def _check_day(gives_on: date, at: datetime) -> None:
    today = terms.day_of(at)
    if gives_on < today:
        raise CannotBuyError("gives_on", _("This day has passed. Choose today, or a day to come."))
    if gives_on > today + MOST_AHEAD:
        raise CannotBuyError("gives_on", _("Choose a day within a year from today."))


def _on_sale(wish: Wish, at: datetime) -> Price:
    """Return the price as it is sold now, with its version and plan."""
    price = Price.objects.select_related("version__plan").get(pk=wish.price.pk)
    plan = price.version.plan
    if not plan.is_offered or plan.version_on_sale(at) != price.version or price.term_months is None:
        raise NotOnSaleError
    beside = wish.zone_price
    if beside is not None:
        sold = zones.price_in(beside.zone, price.currency, at) if zones.is_offered(price.version) else None
        if sold is None or sold.pk != beside.pk:
            raise CannotBuyError("zone", _("The printed copy is no longer sold at this price. Look again."))
    return price


def _same(giver, wish: Wish, *, method: str, provider: str, at: datetime) -> Gift | None:
    return (
        Gift.objects.filter(
            giver=giver,
            price=wish.price,
            zone_price=wish.zone_price,
            recipient_name=wish.recipient_name,
            recipient_email=wish.recipient_email,
            signed=wish.signed,
            message=wish.message,
            gives_on=wish.gives_on,
            order__method=method,
            order__provider=provider,
            order__closed_at=None,
            paid_at=None,
            bought_at__gt=at - SAME_WITHIN,
        )
        .select_related("order")
        .first()
    )
