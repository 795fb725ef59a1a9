"""Money asked for, money received: and with it the paid term and its rights, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from subscriptions import entitlements, story, tasks, terms
from subscriptions.models import Payment, Subscription, SubscriptionEvent, Term

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


def next_term(subscription: Subscription, months: int, on: date) -> NextTerm:
    """Return the term of ``months`` that ``subscription`` gets when it is paid on the day ``on``.

    It follows the last paid day. When paid days are over, or there were none, it begins on ``on``, and
    anniversaries are counted from there: nobody pays for days that have passed.
    """
    paid = sorted(subscription.terms.all(), key=lambda term: term.number)
    number = paid[-1].number + 1 if paid else 1
    if not paid or subscription.anchor_on is None or paid[-1].ends_on + timedelta(days=1) < on:
        anchor_on, after_months = on, 0
    else:
        anchor_on = subscription.anchor_on
        after_months = sum(term.months for term in paid if term.starts_on >= anchor_on)
    span = terms.span(anchor_on, after_months=after_months, months=months)
    return NextTerm(number, anchor_on, span.starts_on, span.ends_on)


def expect(subscription: Subscription, *, method: str, at: datetime) -> Payment:
    """Ask for the next term's payment, at the subscription's own price, and write to the reader.

    For use inside a transaction that holds the subscription. An ``IntegrityError`` means that one is
    expected already.
    """
    price = subscription.price
    payment = Payment.objects.create(
        subscription=subscription,
        price=price,
        reference=f"{subscription.number}-{subscription.payments.count() + 1}",
        amount_minor=price.amount_minor,
        currency=price.currency,
        method=method,
        created_at=at,
    )
    tasks.send_payment_request.enqueue(payment.pk)
    return payment


def confirm(payment: Payment, *, paid_on: date, by=None, at: datetime | None = None) -> Term:
    """Record that ``payment`` was received on ``paid_on``: term, rights and receipt follow at once.

    Confirming twice has the effect of confirming once and returns the same term. ``by`` is the member of
    staff (none: the provider's own word). Raises ``PaymentVoidError`` when it is no longer asked for,
    ``ValueError`` when ``paid_on`` is yet to come.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    if paid_on > today:
        raise ValueError("Money cannot have been received on a day to come.")
    with transaction.atomic():
        # The subscription is locked first, as everywhere, so that two changes never wait for each other.
        subscription = story.locked(payment.subscription_id)
        payment = Payment.objects.select_related("price").get(pk=payment.pk)
        if payment.is_confirmed:
            return payment.term
        if not payment.is_expected:
            raise PaymentVoidError
        payment.status = Payment.Status.CONFIRMED
        payment.paid_on, payment.confirmed_at, payment.confirmed_by = paid_on, at, by
        payment.save()

        bought = next_term(subscription, payment.price.term_months, today)
        subscription.anchor_on = bought.anchor_on
        subscription.save(update_fields=["anchor_on"])
        term = Term.objects.create(
            subscription=subscription,
            number=bought.number,
            starts_on=bought.starts_on,
            ends_on=bought.ends_on,
            months=payment.price.term_months,
            payment=payment,
        )
        entitlements.write_for_term(term)
        story.note(subscription, Kind.PAID, by=by, at=at, reason=payment.reference)
        tasks.send_receipt.enqueue(payment.pk)
    return term


def void(payment: Payment, *, by, at: datetime) -> None:
    """Stop asking for an expected payment. For use inside a transaction that holds the subscription."""
    changed = Payment.objects.expected().filter(pk=payment.pk).update(status=Payment.Status.VOID)
    if changed:
        story.note(payment.subscription, Kind.VOIDED, by=by, at=at, reason=payment.reference)
