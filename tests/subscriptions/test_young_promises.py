"""The promise board of a house that has just opened."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.keeping import board
from subscriptions.promises import State
from subscriptions.selling.opening import AD_FREE_ON
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


def state_of(feature: Feature) -> State:
    return board.look()[feature].state


def test_terms_that_nobody_can_buy_or_holds_promise_nothing():
    plan = make.plan()
    plan.is_offered = False
    plan.save()
    assert {finding.state for finding in board.look().values()} == {State.NOT_PROMISED}


def test_terms_off_the_shelf_bind_us_while_somebody_has_paid_for_them():
    plan = make.subscription().plan
    plan.is_offered = False
    plan.save()

    assert state_of(Feature.PRINT_EDITION) == State.KEPT


def test_a_planned_feature_is_late_on_its_day_and_not_the_day_before():
    make.plan()

    the_day_before = board.look(terms.end_of(AD_FREE_ON) - timedelta(days=1, seconds=1))
    the_day = board.look(terms.start_of(AD_FREE_ON))

    assert the_day_before[Feature.AD_FREE].state == State.PLANNED
    assert the_day[Feature.AD_FREE].state == State.BROKEN


@pytest.mark.parametrize(
    ("days_since_first", "issues", "weight", "state"),
    [
        (10, 1, 1, State.KEPT),
        (180, 11, 1, State.KEPT),
        (180, 10, 1, State.BROKEN),
        (180, 5, 2, State.BROKEN),
        (180, 6, 2, State.KEPT),
        (0, 0, 1, State.BROKEN),
    ],
)
def test_a_young_magazine_owes_the_part_of_a_year_that_it_has_lived(days_since_first, issues, weight, state):
    make.plan()
    first = timezone.now() - timedelta(days=days_since_first, hours=1)
    for _number in range(issues):
        make.issue(released_at=first, weight=weight)

    assert state_of(Feature.ISSUES_PER_YEAR) == state
