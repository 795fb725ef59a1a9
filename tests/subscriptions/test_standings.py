"""Two ways to ask where a subscription stands: of its row, and of the database for all that stand there."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions import terms
from subscriptions.life import lifecycle
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import Payment, Subscription
from tests import make

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
# A month from 10 January.
LAST_ON = date(2027, 2, 9)


@pytest.mark.django_db
def test_a_list_of_subscriptions_in_a_state_holds_those_that_stand_there():
    """All facts in all combinations: ``in_state`` is the twin of ``standing``, on each of eight days."""
    make.sold_plan()
    price = make.price(months=1)
    paid_choices = ["nothing", "trial", "paid", "trial and paid", "back", "part back", "superseded"]
    rows = itertools.product(
        paid_choices, [False, True], [False, True], [False, True], [None, 3, 14], [False, True]
    )
    for number, (had, is_billed, is_cancelled, is_closed, grace, rests) in enumerate(rows):
        subscription = Subscription.objects.create(
            number=f"H-{number:06}",
            reader=_reader(number),
            plan_version=price.version,
            price=price,
            cancelled_at=NOON if is_cancelled else None,
            closed_at=NOON if is_closed else None,
            grace_until_on=LAST_ON + grace * DAY if grace else None,
        )
        _write_terms(subscription, had, price)
        if is_billed:
            _payment(subscription, price, Payment.Status.EXPECTED)
        if rests:
            subscription.pauses.create(starts_on=LAST_ON - 9 * DAY, ends_on=LAST_ON - 5 * DAY)
            subscription.pauses.create(starts_on=LAST_ON - 3 * DAY, ends_on=LAST_ON + DAY, called_off_at=NOON)

    loaded = list(Subscription.objects.with_facts())
    for offset in (-10, -9, -5, -4, 0, 1, 3, 4, 14, 15):
        at = terms.start_of(LAST_ON + offset * DAY)
        stands: dict[str, set[int]] = {one: set() for one in State}
        for subscription in loaded:
            stands[standing(subscription, at).state].add(subscription.pk)
        for one in State:
            found = lifecycle.in_state(Subscription.objects.all(), one, at)
            assert set(found.values_list("pk", flat=True)) == stands[one], (one, offset)
    assert Subscription.objects.count() == 7 * 2**4 * 3


def _reader(number: int):
    return make.reader(email=f"n{number}@example.org")


def _payment(subscription: Subscription, price, status: str, refunded_minor: int = 0) -> Payment:
    has_come = status == Payment.Status.CONFIRMED
    return Payment.objects.create(
        subscription=subscription,
        price=price,
        reference=f"{subscription.number}-{subscription.payments.count() + 1}",
        amount_minor=900,
        refunded_minor=refunded_minor,
        currency="GBP",
        status=status,
        paid_on=NOON.date() if has_come else None,
        confirmed_at=NOON if has_come else None,
    )


def _write_terms(subscription: Subscription, had: str, price) -> None:
    whole = {"starts_on": date(2027, 1, 10), "ends_on": LAST_ON}
    if had in ("trial", "trial and paid"):
        subscription.terms.create(number=1, kind="trial", **whole)
    if had in ("paid", "trial and paid", "back", "part back", "superseded"):
        back = {"back": 900, "part back": 899}.get(had, 0)
        paid = _payment(subscription, price, Payment.Status.CONFIRMED, back)
        term = subscription.terms.create(number=2, months=1, payment=paid, **whole)
        if had == "superseded":
            other = _payment(subscription, price, Payment.Status.CONFIRMED, 900)
            term.superseded_by = subscription.terms.create(number=3, months=1, payment=other, **whole)
            term.save()
