"""Money asked for, money received: and with it the paid term and its rights, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from magazine.work import schedule
from subscriptions import entitlements, ledger, terms
from subscriptions.fulfilment import printed, zones
from subscriptions.giving import orders as gift_orders
from subscriptions.letters import post
from subscriptions.life import story
from subscriptions.models import (
    Customer,
    Entitlement,
    Letter,
    Payment,
    PlannedChange,
    Price,
    PrintAddOn,
    PrintedTerm,
    Subscription,
    SubscriptionEvent,
    Term,
)
from subscriptions.providers import Capability, provider_for
from subscriptions.selling import offers

Kind = SubscriptionEvent.Kind


class PaymentVoidError(ValueError):
    """The payment is no longer asked for: the order was changed, withdrawn or cancelled."""


@dataclass(frozen=True)
class NextTerm:
    """The term that a payment buys, counted from ``anchor_on``."""

    number: int
    anchor_on: date
    starts_on: date
    ends_on: date


def kept_terms(subscription: Subscription) -> list[Term]:
    """Return the terms that count, in order: not given up for another, and their money not given back.

    The twin of ``Term.objects.kept()`` for a subscription that was loaded ``with_facts()``.
    """
    given_back = {payment.pk for payment in subscription.payments.all() if payment.is_given_back}
    kept = [
        term
        for term in subscription.terms.all()
        if term.superseded_by_id is None and term.payment_id not in given_back
    ]
    return sorted(kept, key=lambda term: (term.starts_on, term.number))


def next_term(
    subscription: Subscription,
    price: Price,
    on: date,
    *,
    purpose: str = Payment.Purpose.TERM,
    at: datetime | None = None,
) -> NextTerm:
    """Return the term that ``subscription`` gets for ``price`` when it is paid on the day ``on``.

    A term by issues ends as it is known at ``at`` (default: now).

    It follows the last paid day. When paid days are over, or there were none, it begins on ``on``, and
    anniversaries are counted from there: nobody pays for days that have passed. Within the days of grace it
    still follows the last paid day, because nothing was missed. After a change of plan it begins on ``on``.
    """
    number = 1 + max((term.number for term in subscription.terms.all()), default=0)
    kept = kept_terms(subscription)
    last = max(kept, key=lambda term: term.ends_on) if kept else None
    in_grace = subscription.grace_until_on is not None and on <= subscription.grace_until_on
    is_followed = last is not None and (last.ends_on + timedelta(days=1) >= on or in_grace)
    anchor_on = starts_on = on
    after_months = 0
    if last is not None and is_followed and purpose == Payment.Purpose.TERM:
        anchor_on = starts_on = last.ends_on + timedelta(days=1)
        if subscription.anchor_on is not None:
            counted = sum(term.months for term in kept if term.starts_on >= subscription.anchor_on)
            if counted and terms.anniversary(subscription.anchor_on, counted) == starts_on:
                anchor_on, after_months = subscription.anchor_on, counted
    if price.term_months is not None:
        ends_on = terms.span(anchor_on, after_months=after_months, months=price.term_months).ends_on
    else:
        ends_on = ledger.forecast_end(
            starts_on, price.term_issues or 1, per_year=zones.issues_per_year(price.version_id), at=at
        )
    return NextTerm(number, anchor_on, starts_on, ends_on)


def expect(
    subscription: Subscription,
    *,
    price: Price,
    at: datetime,
    purpose: str = Payment.Purpose.TERM,
    credit_minor: int = 0,
    charge_at: datetime | None = None,
) -> Payment:
    """Ask for ``price``, less an offer and ``credit_minor``, and for print if that is wanted.

    Where the provider can charge the reader's card by itself, it does so at ``charge_at``; otherwise we write
    to the reader how to pay. For use inside a transaction that holds the subscription. An ``IntegrityError``
    means that one is expected already.
    """
    discount = offers.discount(subscription, price)
    add_on, print_minor = printed.asked_for(subscription, price, at)
    beside_minor = print_minor + gift_orders.print_minor(subscription, price)
    payment = Payment.objects.create(
        subscription=subscription,
        price=price,
        purpose=purpose,
        reference=_reference(subscription),
        amount_minor=max(1, price.amount_minor - discount.amount_minor - credit_minor) + beside_minor,
        print_minor=print_minor,
        print_add_on=add_on,
        discount_minor=discount.amount_minor,
        offer_use=discount.use,
        credit_minor=credit_minor,
        currency=price.currency,
        provider=subscription.provider,
        method=subscription.method,
        next_try_at=charge_at if has_card(subscription) else None,
        created_at=at,
    )
    _announce(payment, subscription, at)
    return payment


def expect_print(
    subscription: Subscription, add_on: PrintAddOn, minor: int, *, at: datetime, charge_at: datetime | None
) -> Payment:
    """Ask for ``minor`` for print on days that are paid already; the rest as ``expect``."""
    payment = Payment.objects.create(
        subscription=subscription,
        price=subscription.price,
        purpose=Payment.Purpose.PRINT,
        reference=_reference(subscription),
        amount_minor=minor,
        print_minor=minor,
        print_add_on=add_on,
        currency=subscription.price.currency,
        provider=subscription.provider,
        method=subscription.method,
        next_try_at=charge_at if has_card(subscription) else None,
        created_at=at,
    )
    _announce(payment, subscription, at)
    return payment


def _reference(subscription: Subscription) -> str:
    return f"{subscription.number}-{subscription.payments.count() + 1}"


def _announce(payment: Payment, subscription: Subscription, at: datetime) -> None:
    """Write how to pay, where no card is charged and no page leads to the payment."""
    _forget_loaded(subscription)
    if payment.next_try_at is None and Capability.PAY_PAGE not in provider_for(payment.provider).capabilities:
        post.queue(
            Letter.Kind.PAYMENT_REQUEST,
            about=payment,
            key=payment.reference,
            subscription=subscription,
            at=at,
        )


def has_card(subscription: Subscription) -> bool:
    """Whether the next payment can be taken without the reader. At most one query."""
    return (
        Capability.CHARGES in provider_for(subscription.provider).capabilities
        and Customer.objects.filter(reader=subscription.reader_id, provider=subscription.provider)
        .exclude(card="")
        .exists()
    )


def confirm(payment: Payment, *, paid_on: date, by=None, at: datetime | None = None) -> Term | None:
    """Record that ``payment`` was received on ``paid_on``: term, rights and receipt follow at once.

    Confirming twice has the effect of confirming once and returns the same term; a payment for print alone
    buys none, and returns the last one that has print by it, and one for a gift returns none. ``by`` is the
    member of staff (none: the provider's own word). Raises ``PaymentVoidError`` when it is no longer asked
    for, or no day is left that it could buy, ``ValueError`` when ``paid_on`` is yet to come.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    if paid_on > today:
        raise ValueError("Money cannot have been received on a day to come.")
    with transaction.atomic():
        # The subscription is locked first, as everywhere, so that two changes never wait for each other.
        subscription = story.locked(payment.subscription_id)
        payment = Payment.objects.select_related("price__version", "print_add_on__zone_price").get(
            pk=payment.pk
        )
        if payment.is_confirmed and (bought_before := _bought_by(payment)):
            return bought_before
        if payment.is_confirmed and subscription.is_gift:
            return None
        if not payment.is_expected:
            raise PaymentVoidError
        if subscription.is_gift:
            _note_came(payment, paid_on=paid_on, by=by, at=at)
            gift_orders.note_paid(subscription, payment, by=by, at=at)
            return None
        if payment.purpose == Payment.Purpose.PRINT:
            return _confirm_print(payment, subscription, paid_on=paid_on, by=by, at=at)
        is_first = not any(one.is_confirmed for one in subscription.payments.all())
        bought = next_term(subscription, payment.price, today, purpose=payment.purpose, at=at)

        _note_came(payment, paid_on=paid_on, by=by, at=at)
        term = Term.objects.create(
            subscription=subscription,
            number=bought.number,
            starts_on=bought.starts_on,
            ends_on=bought.ends_on,
            months=payment.price.term_months or 0,
            issues=payment.price.term_issues or 0,
            payment=payment,
        )
        if payment.purpose == Payment.Purpose.SWITCH:
            _give_up_for(term, at)
        add_on = printed.write_with_term(term, payment, today=today, at=at)
        entitlements.write_for_term(term)
        entitlements.end_grace(subscription, at)
        subscription.anchor_on, subscription.grace_until_on = bought.anchor_on, None
        subscription.plan_version, subscription.price = payment.price.version, payment.price
        subscription.save(update_fields=["anchor_on", "grace_until_on", "plan_version", "price", "product"])
        planned = PlannedChange.objects.open().filter(subscription=subscription)
        planned.filter(price=payment.price).update(done_at=at)
        if payment.purpose == Payment.Purpose.SWITCH:
            planned.update(withdrawn_at=at)

        story.note(subscription, Kind.PAID, by=by, at=at, reason=payment.reference)
        if payment.purpose == Payment.Purpose.SWITCH:
            story.note(subscription, Kind.SWITCHED, by=by, at=at, reason=str(payment.price))
            post.queue(Letter.Kind.SWITCHED, about=term, key=term.pk, subscription=subscription, at=at)
        elif is_first:
            post.queue(
                Letter.Kind.WELCOME,
                about=subscription,
                key=subscription.number,
                subscription=subscription,
                at=at,
            )
        _receipt(payment, subscription, add_on, by=by, at=at)
    return term


def void(payment: Payment, *, by, at: datetime) -> None:
    """Stop asking for an expected payment. For use inside a transaction that holds the subscription.

    Where a provider has a page open for it, that is closed by a task; money that comes all the same goes
    back.
    """
    changed = (
        Payment.objects.expected().filter(pk=payment.pk).update(status=Payment.Status.VOID, next_try_at=None)
    )
    if not changed:
        return
    _forget_loaded(payment.subscription)
    story.note(payment.subscription, Kind.VOIDED, by=by, at=at, reason=payment.reference)
    if Capability.PAY_PAGE in provider_for(payment.provider).capabilities:
        schedule.soon("subscriptions.tasks.withdraw", payment.pk)


def ask_no_more(subscription: Subscription, *, by, at: datetime, but_for_print: bool = False) -> None:
    """Void whatever is expected of ``subscription``, and take back the days of grace that waited for it.

    ``but_for_print`` leaves what is asked for print on days that are paid already. For use inside a
    transaction that holds the subscription.
    """
    for bill in subscription.payments.expected():
        if not (but_for_print and bill.purpose == Payment.Purpose.PRINT):
            void(bill, by=by, at=at)
    entitlements.take_back_grace(subscription, at)


def _confirm_print(payment: Payment, subscription: Subscription, *, paid_on: date, by, at: datetime) -> Term:
    """Note that print was paid for days that were paid already: no term follows, but copies do."""
    today = terms.day_of(at)
    add_on = payment.print_add_on
    found = printed.shares(add_on, subscription, kept_terms(subscription), today) if add_on else []
    if add_on is None or not found:
        raise PaymentVoidError
    _note_came(payment, paid_on=paid_on, by=by, at=at)
    printed.write_beside(payment, add_on, found, today=today)
    story.note(subscription, Kind.PAID, by=by, at=at, reason=payment.reference)
    _receipt(payment, subscription, add_on, by=by, at=at)
    return found[-1].term


def _bought_by(payment: Payment) -> Term | None:
    if hasattr(payment, "term"):
        return payment.term
    has_print = PrintedTerm.objects.filter(payment=payment).select_related("term").order_by("pk").last()
    return has_print.term if has_print else None


def _note_came(payment: Payment, *, paid_on: date, by, at: datetime) -> None:
    payment.status = Payment.Status.CONFIRMED
    payment.paid_on, payment.confirmed_at, payment.confirmed_by = paid_on, at, by
    payment.next_try_at, payment.failed_at = None, None
    payment.save()


def _receipt(
    payment: Payment, subscription: Subscription, add_on: PrintAddOn | None, *, by, at: datetime
) -> None:
    """Write the receipt; and, when copies begin to come with it, what comes where."""
    if add_on is not None and add_on.terms.count() == add_on.terms.filter(payment=payment).count():
        story.note(subscription, Kind.PRINT_ADDED, by=by, at=at, reason=str(add_on.zone_price.zone))
        post.queue(Letter.Kind.PRINT_ADDED, about=add_on, key=add_on.pk, subscription=subscription, at=at)
    post.queue(Letter.Kind.RECEIPT, about=payment, key=payment.reference, subscription=subscription, at=at)


def _give_up_for(term: Term, at: datetime) -> None:
    """End the days of earlier terms where ``term`` begins: what they were worth was taken off its price."""
    subscription = term.subscription
    for other in kept_terms(subscription):
        if other.pk == term.pk or other.ends_on < term.starts_on:
            continue
        if other.starts_on < term.starts_on:
            other.ends_on = term.starts_on - timedelta(days=1)
            other.save(update_fields=["ends_on"])
            entitlements.write_for_term(other)
        else:
            other.superseded_by = term
            other.save(update_fields=["superseded_by"])
            entitlements.end_at(Entitlement.objects.filter(term=other), at)


def _forget_loaded(subscription: Subscription) -> None:
    """What was loaded of the payments is no longer so."""
    getattr(subscription, "_prefetched_objects_cache", {}).pop("payments", None)
