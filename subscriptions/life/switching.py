"""Changing the plan: up at once, for the difference; down at the end of the term; and announced new prices.

A change is *up* when the new price is for a longer term, or for as long a term and higher, and is more than
what is left of the paid days. It begins as soon as it is paid. What the unused days were worth is taken off,
each term's share by its days, today's included, a fraction of the smallest unit rounded in the reader's
favour:

    £84.00 for 365 days, changed on day 101:  265 days unused, 84.00 × 265 ÷ 365 = £60.9863, so £60.99 off

Print goes along: its unused days count like the others, and the new term has it again, at its price.

Every other change waits for the end of the paid days and costs nothing until then. So does an announced
price: the first term that begins on its day or later has it, and each before keeps the old one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.fulfilment import printed
from subscriptions.letters import post
from subscriptions.life import lifecycle, story
from subscriptions.models import (
    Letter,
    Payment,
    Plan,
    PlannedChange,
    PlanVersion,
    Price,
    Subscription,
    SubscriptionEvent,
)
from subscriptions.paying import payments
from subscriptions.selling import offers

Kind = SubscriptionEvent.Kind

# Nobody learns of a new price later than this before it holds.
ANNOUNCED_BEFORE = timedelta(days=30)
# How long the difference for a change is waited for: its credit is for days that go by meanwhile.
PAID_WITHIN = timedelta(days=14)


class CannotSwitchError(ValueError):
    """The change is not possible; the text is the sentence for the reader."""


class NothingPlannedError(ValueError):
    """No change is waiting that could be withdrawn."""


class TooSoonError(ValueError):
    """A price is announced earlier than that; the text says until when it is too soon."""


@dataclass(frozen=True)
class Change:
    """A change of ``subscription`` to ``price``: now, for ``to_pay_minor``, or on ``from_on``, for the
    price. ``print_minor`` of it is for the printed copy."""

    price: Price
    is_now: bool
    from_on: date
    credit_minor: int
    to_pay_minor: int
    print_minor: int = 0


def choices(subscription: Subscription, at: datetime | None = None) -> list[Change]:
    """Return every change that is possible at ``at`` (default: now), the cheapest first."""
    at = at or timezone.now()
    offered = {plan.version_id for plan in Plan.objects.offered(at).filter(product=subscription.product)}
    prices = (
        Price.objects.filter(version__in=offered, currency=subscription.price.currency)
        .exclude(pk=subscription.price_id)
        .select_related("version__plan")
        .order_by("amount_minor")
    )
    possible = []
    for price in prices:
        try:
            possible.append(change_to(subscription, price, at))
        except CannotSwitchError:
            continue
    return possible


def change_to(subscription: Subscription, price: Price, at: datetime | None = None) -> Change:
    """Say what changing ``subscription`` to ``price`` at ``at`` (default: now) is; raises
    ``CannotSwitchError``."""
    at = at or timezone.now()
    today = terms.day_of(at)
    now = lifecycle.standing(subscription, at)
    plan = price.version.plan
    if not plan.is_offered or plan.version_on_sale(at) != price.version:
        raise CannotSwitchError(_("This price is no longer offered."))
    if plan.product != subscription.product or price.currency != subscription.price.currency:
        raise CannotSwitchError(_("A plan is changed within its own currency."))
    if price.pk == subscription.price_id:
        raise CannotSwitchError(_("This is the plan you have."))
    if not now.is_active or now.is_cancelled or now.renews_on is None:
        raise CannotSwitchError(_("Only a paid plan that goes on can be changed."))
    if now.pause is not None:
        raise CannotSwitchError(_("There is a pause. End it first, and then change the plan."))
    if now.is_disputed:
        raise CannotSwitchError(
            _("Your bank has a payment in question. When that is settled, the plan can be changed.")
        )
    credit_minor = unused_minor(subscription, today)
    lowered_minor = price.amount_minor - offers.discount(subscription, price).amount_minor
    _add_on, print_minor = printed.asked_for(subscription, price, at)
    if _is_more(price, subscription.price) and lowered_minor > credit_minor:
        to_pay_minor = lowered_minor - credit_minor + print_minor
        return Change(price, True, today, credit_minor, to_pay_minor, print_minor)
    return Change(price, False, now.renews_on, 0, price.amount_minor + print_minor, print_minor)


def unused_minor(subscription: Subscription, today: date) -> int:
    """Return what the paid days from ``today`` on are worth, in whole minor units, rounded up; with print."""
    kept = payments.kept_terms(subscription)
    worth = printed.unused_minor(subscription, kept, today)
    for term in kept:
        if term.payment is None or term.ends_on < today:
            continue
        rested = sum(
            pause.days
            for pause in subscription.pauses.all()
            if pause.called_off_at is None and term.starts_on <= pause.starts_on <= term.ends_on
        )
        whole = term.days - rested
        unused = min(whole, (term.ends_on - max(today, term.starts_on)).days + 1)
        paid_for = term.payment.kept_minor + term.payment.credit_minor
        worth += -(-paid_for * unused // whole)
    return worth


def switch(
    subscription: Subscription, price: Price, *, by, at: datetime | None = None, reason: str = ""
) -> Change:
    """Change ``subscription`` to ``price``: ask for the difference, or plan it for the end of the term.

    A renewal that is asked for already is taken back; what was planned before is replaced. The same change
    planned twice is planned once. Raises ``CannotSwitchError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        price = Price.objects.select_related("version__plan").get(pk=price.pk)
        change = change_to(subscription, price, at)
        planned = PlannedChange.objects.open().filter(subscription=subscription)
        if not change.is_now and planned.filter(kind=PlannedChange.Kind.SWITCH, price=price).exists():
            return change
        payments.ask_no_more(subscription, by=by, at=at, but_for_print=not change.is_now)
        planned.update(withdrawn_at=at)
        if change.is_now:
            bill = payments.expect(
                subscription,
                price=price,
                at=at,
                purpose=Payment.Purpose.SWITCH,
                credit_minor=change.credit_minor,
                charge_at=at,
            )
            story.note(subscription, Kind.BILLED, by=by, at=at, reason=reason or bill.reference)
        else:
            PlannedChange.objects.create(
                subscription=subscription,
                kind=PlannedChange.Kind.SWITCH,
                price=price,
                from_on=change.from_on,
                announced_at=at,
                announced_by=by,
            )
            story.note(subscription, Kind.PLANNED, by=by, at=at, reason=reason or str(price))
    return change


def keep(subscription: Subscription, *, by, at: datetime | None = None, reason: str = "") -> None:
    """Withdraw the change that the reader planned, or the difference that is not paid yet.

    An announced price is not the reader's to withdraw. Raises ``NothingPlannedError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        planned = PlannedChange.objects.open().filter(
            subscription=subscription, kind=PlannedChange.Kind.SWITCH
        )
        unpaid = subscription.payments.expected().filter(purpose=Payment.Purpose.SWITCH)
        bills = list(unpaid)
        if not planned.update(withdrawn_at=at) and not bills:
            raise NothingPlannedError
        for bill in bills:
            payments.void(bill, by=by, at=at)
        # The next term may have been asked for at the price that is not wanted any more.
        wrong = subscription.payments.expected().exclude(price=subscription.price_id)
        for bill in wrong.exclude(purpose=Payment.Purpose.PRINT):
            payments.void(bill, by=by, at=at)
            payments.expect(subscription, price=subscription.price, at=at, charge_at=bill.next_try_at)
        story.note(subscription, Kind.KEPT, by=by, at=at, reason=reason)


def take_back_unpaid(at: datetime | None = None) -> int:
    """Withdraw every change whose difference has not come, and print that was not paid; return how many.

    It is waited for ``PAID_WITHIN``, and no longer than to the last paid day: the plan then goes on as it
    was, and its next term is asked for in time, without the print that nobody paid.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    taken_back = 0
    beside = (Payment.Purpose.SWITCH, Payment.Purpose.PRINT)
    asked = Payment.objects.expected().filter(purpose__in=beside).order_by("pk")
    for subscription_id in list(asked.values_list("subscription", flat=True)):
        with transaction.atomic():
            subscription = story.locked(subscription_id)
            bill = lifecycle.standing(subscription, at).bill
            paid_until_on = lifecycle.standing(subscription, at).paid_until_on
            if bill is None or bill.purpose not in beside:
                continue
            if bill.created_at > at - PAID_WITHIN and paid_until_on is not None and paid_until_on > today:
                continue
            payments.void(bill, by=None, at=at)
            if bill.purpose == Payment.Purpose.SWITCH:
                story.note(subscription, Kind.KEPT, by=None, at=at, reason=bill.reference)
            printed.drop_unpaid(subscription, payments.kept_terms(subscription), by=None, at=at)
            taken_back += 1
    return taken_back


def planned_for(subscription: Subscription) -> PlannedChange | None:
    """Return the change that waits for its day, or none. One query."""
    return (
        PlannedChange.objects.open()
        .filter(subscription=subscription)
        .select_related("price__version__plan")
        .first()
    )


def price_of_term(subscription: Subscription, starts_on: date) -> Price:
    """Return what a term that begins on ``starts_on`` costs: what was announced for that day, or as before.

    What the reader changed to holds from the next term on, should that begin earlier than it looked.
    """
    planned = planned_for(subscription)
    if planned is None:
        return subscription.price
    holds = planned.kind == PlannedChange.Kind.SWITCH or planned.from_on <= starts_on
    return planned.price if holds else subscription.price


def affected(version: PlanVersion, at: datetime | None = None) -> list[tuple[Subscription, Price]]:
    """Return the running subscriptions on older terms of the plan of ``version``, each with its new price
    there.

    The new price is for as long a term in the same currency; who has none there keeps what they have, and so
    does who would pay the same.
    """
    prices = {(price.currency, price.term_months, price.term_issues): price for price in version.prices.all()}
    older = (
        Subscription.objects.own()
        .live()
        .with_facts()
        .filter(plan_version__plan=version.plan_id, plan_version__number__lt=version.number)
        .exclude(pk__in=PlannedChange.objects.open().values("subscription"))
        .order_by("pk")
    )
    return [
        (subscription, new)
        for subscription in older
        if lifecycle.standing(subscription, at).renews_on is not None
        and (new := prices.get(_term_key(subscription.price))) is not None
        and new.amount_minor != subscription.price.amount_minor
    ]


def announce(
    subscriptions: Iterable[tuple[Subscription, Price]], *, from_on: date, by, at: datetime | None = None
) -> int:
    """Announce to each of ``subscriptions`` its new price from ``from_on``, by letter; return how many.

    Who has a change waiting already is left alone, so running it twice announces once. Raises
    ``TooSoonError``.
    """
    at = at or timezone.now()
    earliest = terms.day_of(at) + ANNOUNCED_BEFORE
    if from_on < earliest:
        raise TooSoonError(
            _("A price is announced %(days)d days before: choose %(day)s or a later day.")
            % {"days": ANNOUNCED_BEFORE.days, "day": date_format(earliest, "j F Y")}
        )
    announced = 0
    for subscription, price in subscriptions:
        with transaction.atomic():
            held = story.locked(subscription.pk)
            if planned_for(held) or lifecycle.standing(held, at).renews_on is None:
                continue
            change = PlannedChange.objects.create(
                subscription=held,
                kind=PlannedChange.Kind.PRICE,
                price=price,
                from_on=from_on,
                announced_at=at,
                announced_by=by,
            )
            story.note(held, Kind.PLANNED, by=by, at=at, reason=str(price))
            post.queue(Letter.Kind.PRICE_CHANGE, about=change, key=change.pk, subscription=held, at=at)
            announced += 1
    return announced


def _is_more(new: Price, old: Price) -> bool:
    length, held = _length(new), _length(old)
    return length > held or (length == held and new.amount_minor > old.amount_minor)


def _length(price: Price) -> float:
    # An issue of a fortnightly is half a month; only the order of lengths matters here.
    return price.term_months if price.term_months is not None else (price.term_issues or 0) / 2


def _term_key(price: Price) -> tuple[str, int | None, int | None]:
    return price.currency, price.term_months, price.term_issues
