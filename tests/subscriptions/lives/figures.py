"""What must be so of the figures of a life: they add up, and they agree with what the reader has."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils import timezone

from subscriptions import terms
from subscriptions.finance import deferred, periods, recurring
from subscriptions.life import lifecycle, switching
from subscriptions.life.lifecycle import State
from subscriptions.models import Extension, Pause, Payment, Refund, Subscription
from subscriptions.paying import payments

DAY = timedelta(days=1)
PAYING = (State.ACTIVE, State.PAUSED, State.GRACE)


def faults_of_figures(life: object) -> Iterator[str]:
    """Say what does not add up at the end of a life, whoever's it was."""
    today = terms.day_of(timezone.now())
    begun = Subscription.objects.order_by("ordered_at").first()
    if begun is None:
        return
    days = periods.points(terms.day_of(begun.ordered_at) - DAY, today + DAY)
    yield from _money(days)
    yield from _agreements(days[:-1] if days[-2] == today else (*days[:-1], today))
    yield from _unused(today)


def _money(days: tuple[date, ...]) -> Iterator[str]:
    for rolls in deferred.roll_forward(days).values():
        for one in rolls:
            left = one.opening_minor + one.billed_minor - one.earned_minor - one.refunded_minor
            if left != one.closing_minor:
                yield f"deferred: {left} is left and {one.closing_minor} told: {one}"
        for one, following in pairwise(rolls):
            if one.closing_minor != following.opening_minor:
                yield f"deferred: {one.until_on} closes otherwise than the next opens"
        billed, refunded = sum(one.billed_minor for one in rolls), sum(one.refunded_minor for one in rolls)
        came = sum(payment.amount_minor for payment in Payment.objects.confirmed())
        gone = sum(refund.amount_minor for refund in Refund.objects.all())
        if (billed, refunded) != (came, gone):
            yield f"deferred: {billed} billed and {refunded} back, and {came} came and {gone} went"
    late = sum(sum(kinds.values()) for kinds in deferred.deferred(date(2099, 1, 1)).values())
    if late:
        yield f"deferred: {late} is left when all is over"


def _agreements(days: tuple[date, ...]) -> Iterator[str]:
    pays = any(
        (now := lifecycle.standing(one)).state in PAYING
        and not now.is_cancelled
        and one.closed_at is None
        and not (now.state == State.GRACE and now.bill is None)
        for one in Subscription.objects.with_facts()
        if any(not term.is_trial and term.starts_on <= days[-1] for term in payments.kept_terms(one))
    )
    steps = recurring.movement(days).get("GBP", [])
    for one in steps:
        moved = one.new_minor + one.returned_minor + one.expansion_minor
        moved -= one.contraction_minor + one.churned_minor
        if one.opening_minor + moved != one.closing_minor:
            yield f"recurring: {one} does not add up"
    if bool(steps and steps[-1].closing_minor) != pays:
        yield f"recurring: the reader pays: {pays}, and the figures say {steps and steps[-1]}"


def _unused(today: date) -> Iterator[str]:
    """Where no plan was changed, what is deferred is what a change would take off tomorrow.

    With a pause to come no plan can be changed.
    """
    changed = Payment.objects.confirmed().filter(purpose=Payment.Purpose.SWITCH).exists()
    rests = Pause.objects.filter(called_off_at=None, ends_on__gt=today).exists()
    if changed or rests or Extension.objects.exists():
        return
    worth = sum(switching.unused_minor(one, today + DAY) for one in Subscription.objects.with_facts())
    told = sum(sum(kinds.values()) for kinds in deferred.deferred(today).values())
    if worth != told:
        yield f"deferred: {told} on {today}, and a change tomorrow would take {worth} off"
