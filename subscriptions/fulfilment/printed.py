"""The printed copy in the books: what it costs beside a term, and for which days it was paid.

Payments, refunds and the life of a plan call the functions here, each inside a transaction that holds the
subscription; what readers ask for is in ``subscriptions.fulfilment.add_on``.

Print for days that are paid already costs its part of each term, by days, those of a pause left out:

    £36.00 a year, a year's term of 365 days, from its 101st day on:  36.00 × 265 ÷ 365 = £26.14
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Q

from subscriptions import entitlements, terms
from subscriptions.features import Feature
from subscriptions.fulfilment import zones
from subscriptions.life import story
from subscriptions.models import (
    Entitlement,
    Pause,
    Payment,
    Price,
    PrintAddOn,
    PrintedTerm,
    Subscription,
    SubscriptionEvent,
    Term,
)

Kind = SubscriptionEvent.Kind
YEAR_DAYS = 365


@dataclass(frozen=True)
class Share:
    """What print costs for the days of ``term`` that are still to come."""

    term: Term
    minor: int


def open_of(subscription: Subscription) -> PrintAddOn | None:
    """Return the printed copy beside ``subscription``, dropped or not, that has not ended. One query."""
    found = PrintAddOn.objects.open().filter(subscription=subscription)
    return found.select_related("zone_price__zone").first()


def asked_for(subscription: Subscription, price: Price, at: datetime) -> tuple[PrintAddOn | None, int]:
    """Return the printed copy that a term at ``price`` is to have, and what it costs; or none, and nothing.

    An order that was changed to another currency has its print priced in that from here on.
    """
    wanted = open_of(subscription)
    if wanted is None or wanted.dropped_at is not None or not zones.is_offered(price.version):
        return None, 0
    if wanted.zone_price.currency != price.currency:
        other = zones.price_in(wanted.zone_price.zone, price.currency, at)
        if other is None:
            return None, 0
        wanted.zone_price = other
        wanted.save(update_fields=["zone_price"])
    return wanted, zones.term_minor(wanted.zone_price, price)


# -- Days ----------------------------------------------------------------------


def live(kept: Iterable[Term]) -> dict[int, PrintedTerm]:
    """Return for each of the terms that has print, by its id, what says so. One query."""
    printed = PrintedTerm.objects.filter(term__in=[term.pk for term in kept], ended_at=None)
    return {one.term_id: one for one in printed.select_related("payment")}


def days_of(printed: PrintedTerm, term: Term, pauses: Iterable[Pause]) -> list[terms.Span]:
    """Return the days of ``term`` on which copies come, in order; those of ``pauses`` are left out."""
    return _outside(max(printed.starts_on, term.starts_on), term.ends_on, pauses)


def until(kept: Sequence[Term], today: date) -> date | None:
    """Return the last day that print was paid for, if that is still to come."""
    having = live(kept)
    ends = [term.ends_on for term in kept if term.pk in having]
    return max((day for day in ends if day >= today), default=None)


def shares(add_on: PrintAddOn, subscription: Subscription, kept: Iterable[Term], today: date) -> list[Share]:
    """Return what ``add_on`` costs for the paid days to come of each term that has no print yet."""
    paid = [term for term in kept if not term.is_trial and term.ends_on >= today]
    having = live(paid)
    found = []
    for term in paid:
        to_come = _count(_outside(max(today, term.starts_on), term.ends_on, subscription.pauses.all()))
        if term.pk in having or not to_come:
            continue
        whole = _count(_outside(term.starts_on, term.ends_on, subscription.pauses.all()))
        part = _part_of_year(term, subscription, whole) * Fraction(to_come, whole)
        found.append(Share(term, zones.part_of_year(add_on.zone_price, part)))
    return found


def unused_minor(subscription: Subscription, kept: Sequence[Term], today: date) -> int:
    """Return what printed days from ``today`` on are worth that were paid for beside their terms, rounded up.

    What was paid together with a term is part of that term's worth.
    """
    having = live(kept)
    return sum(
        _worth(having[term.pk], term, subscription.pauses.all(), today)
        for term in kept
        if term.pk in having and having[term.pk].payment_id != term.payment_id
    )


def _worth(printed: PrintedTerm, term: Term, pauses: Iterable[Pause], today: date) -> int:
    """What is left of the money for ``printed``: its part of the payment that was kept, by days to come."""
    pauses = list(pauses)
    payment = printed.payment
    if payment is None:
        return 0
    whole = _count(days_of(printed, term, pauses))
    unused = _count(_outside(max(today, printed.starts_on, term.starts_on), term.ends_on, pauses))
    if not whole or not unused:
        return 0
    return -(-printed.amount_minor * payment.kept_minor * unused // (payment.amount_minor * whole))


def _part_of_year(term: Term, subscription: Subscription, whole: int) -> Fraction:
    if term.months:
        return Fraction(term.months, 12)
    if term.issues:
        version = term.payment.price.version_id if term.payment else subscription.plan_version_id
        return Fraction(term.issues, zones.issues_per_year(version))
    return Fraction(whole, YEAR_DAYS)


def _outside(first: date, last: date, pauses: Iterable[Pause]) -> list[terms.Span]:
    rests = [terms.Span(one.starts_on, one.ends_on) for one in pauses if one.called_off_at is None]
    return terms.outside(terms.Span(first, last), rests)


def _count(spans: Iterable[terms.Span]) -> int:
    return sum(span.days for span in spans)


# -- What was paid -------------------------------------------------------------


def write_with_term(term: Term, payment: Payment, *, today: date, at: datetime) -> PrintAddOn | None:
    """Note that ``payment``, which bought ``term``, paid for print too; before the rights are written.

    Where the new term has none because its plan offers none, print ends with the days that have it.
    """
    if payment.print_add_on is None:
        wanted = open_of(term.subscription)
        if wanted is not None and wanted.dropped_at is None and not zones.is_offered(payment.price.version):
            _drop(wanted, at)
        return None
    _write(term, payment, payment.print_add_on, payment.print_minor, today)
    return payment.print_add_on


def write_beside(payment: Payment, add_on: PrintAddOn, found: Sequence[Share], *, today: date) -> None:
    """Note that ``payment`` paid for print on the days to come of the terms ``found``, and write the rights.

    What each of them cost of it adds up to the payment, whatever has moved since it was asked for.
    """
    whole, left = sum(share.minor for share in found), payment.print_minor
    for share in found:
        minor = left if share is found[-1] else payment.print_minor * share.minor // whole
        left -= minor
        _write(share.term, payment, add_on, minor, today)
        entitlements.write_for_term(share.term)


def _write(term: Term, payment: Payment, add_on: PrintAddOn, minor: int, today: date) -> None:
    is_beside = payment.purpose == Payment.Purpose.PRINT
    PrintedTerm.objects.create(
        term=term,
        add_on=add_on,
        payment=payment,
        starts_on=max(today, term.starts_on) if is_beside else term.starts_on,
        amount_minor=minor,
    )


def moved(term: Term, *, was_on: date) -> None:
    """All of ``term`` was moved, which ``was_on`` another day first: print goes along with its first day."""
    PrintedTerm.objects.filter(term=term, starts_on=was_on).update(starts_on=term.starts_on)


# -- What ends -----------------------------------------------------------------


def given_back(payment: Payment, *, at: datetime) -> None:
    """All of ``payment`` goes back: print that it paid for, or beside its term, ends at ``at``."""
    bought = PrintedTerm.objects.filter(Q(payment=payment) | Q(term__payment=payment), ended_at=None)
    ended = list(bought.values_list("term", flat=True))
    bought.update(ended_at=at)
    entitlements.end_at(Entitlement.objects.filter(term__in=ended, feature=Feature.PRINT_EDITION), at)


def left_over(term: Term, *, today: date) -> list[tuple[Payment, int]]:
    """Return what is left of payments for print beside ``term``, which has ended: their unused days."""
    pauses = list(term.subscription.pauses.all())
    beside = PrintedTerm.objects.filter(term=term, ended_at=None).exclude(payment=term.payment_id)
    return [
        (one.payment, minor)
        for one in beside.exclude(payment=None).select_related("payment")
        if one.payment is not None
        and (minor := min(_worth(one, term, pauses, today), one.payment.kept_minor))
    ]


def drop_unpaid(subscription: Subscription, kept: Sequence[Term], *, by, at: datetime) -> None:
    """End a printed copy that was asked for and not paid: no day that is to come has it."""
    add_on = open_of(subscription)
    if add_on is not None and until(kept, terms.day_of(at)) is None:
        end(add_on, by=by, at=at)


def cancelled(subscription: Subscription, *, at: datetime) -> None:
    """The plan is cancelled: no further term has print."""
    add_on = open_of(subscription)
    if add_on is not None and add_on.dropped_at is None:
        _drop(add_on, at)


def resumed(subscription: Subscription, *, cancelled_at: datetime) -> None:
    """The cancellation is taken back: print that ended with it goes on too."""
    PrintAddOn.objects.open().filter(subscription=subscription, dropped_at=cancelled_at).update(
        dropped_at=None
    )


def closed(subscription: Subscription, *, by, at: datetime) -> None:
    """Nothing more follows of ``subscription``: its printed copy has ended."""
    add_on = open_of(subscription)
    if add_on is not None:
        end(add_on, by=by, at=at)


def end(add_on: PrintAddOn, *, by, at: datetime) -> None:
    """Close ``add_on``: no day to come has print, and no bill asks for it."""
    add_on.dropped_at = add_on.dropped_at or at
    add_on.ended_at = at
    add_on.save(update_fields=["dropped_at", "ended_at"])
    story.note(add_on.subscription, Kind.PRINT_ENDED, by=by, at=at, reason=str(add_on.zone_price.zone))


def _drop(add_on: PrintAddOn, at: datetime) -> None:
    add_on.dropped_at = at
    add_on.save(update_fields=["dropped_at"])
