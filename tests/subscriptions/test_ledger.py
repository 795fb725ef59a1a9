"""The ledger of issues: what was promised, what came, what is owed; and when a term by issues ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscriptions import ledger
from tests import make

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def day(offset: int) -> date:
    """The day ``offset`` days after the Monday on which these tests are played."""
    return MONDAY + timedelta(days=offset)


def planned(offset: int, **fields):
    return make.issue(cover_on=day(offset), released_at=None, **fields)


def came(offset: int, **fields):
    return make.issue(cover_on=day(offset), released_at=NOON + timedelta(days=offset), **fields)


# -- When a term by issues will end --------------------------------------------


@pytest.mark.parametrize(
    ("offsets", "issues", "last_day"),
    [
        ([0, 14, 28], 1, 13),
        ([0, 14, 28], 2, 27),
        # Beyond the planner two issues a month: every 15.2 days.
        ([0, 14, 28], 3, 28 + 14),
        ([0, 14, 28], 4, 28 + 29),
        ([-10, 14, 28], 1, 27),
        ([-10], 1, -10 + 29),
        ([], 1, 14),
        ([], 2, 29),
        ([], 24, 364),
    ],
)
def test_a_term_by_issues_lasts_until_the_day_before_the_first_issue_unpaid(offsets, issues, last_day):
    for offset in offsets:
        planned(offset) if offset > 1 else came(offset)

    assert ledger.forecast_end(MONDAY, issues, per_year=24, at=NOON) == day(last_day)


def test_a_double_issue_fills_two_of_a_term():
    came(0)
    planned(14, weight=2)
    planned(28)

    assert ledger.forecast_end(MONDAY, 3, per_year=24, at=NOON) == day(27)
    assert ledger.forecast_end(MONDAY, 2, per_year=24, at=NOON) == day(27)


@pytest.mark.parametrize("overdue", [-20, -1, 0, 1])
def test_a_reader_who_waits_for_a_late_issue_always_has_tomorrow_too(overdue):
    came(-30)
    planned(overdue)

    assert ledger.forecast_end(day(-30), 1, per_year=24, at=NOON) == day(1)


@pytest.mark.parametrize(("issues", "per_year"), [(0, 24), (1, 0)])
def test_a_forecast_of_nothing_is_refused(issues, per_year):
    with pytest.raises(ValueError):
        ledger.forecast_end(MONDAY, issues, per_year=per_year, at=NOON)
