"""Whole days: month ends, the leap day, the clocks going forward and back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions import terms


@pytest.mark.parametrize(
    ("anchor_on", "after", "months", "starts_on", "ends_on"),
    [
        (date(2026, 1, 15), 0, 1, date(2026, 1, 15), date(2026, 2, 14)),
        (date(2026, 1, 15), 1, 1, date(2026, 2, 15), date(2026, 3, 14)),
        (date(2026, 1, 1), 0, 12, date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 1, 31), 0, 1, date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 1, 31), 1, 1, date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 1, 31), 2, 1, date(2026, 3, 31), date(2026, 4, 29)),
        (date(2028, 1, 31), 1, 1, date(2028, 2, 29), date(2028, 3, 30)),
        (date(2026, 8, 30), 6, 1, date(2027, 2, 28), date(2027, 3, 29)),
        (date(2028, 2, 29), 0, 12, date(2028, 2, 29), date(2029, 2, 27)),
        (date(2028, 2, 29), 12, 12, date(2029, 2, 28), date(2030, 2, 27)),
        (date(2028, 2, 29), 36, 12, date(2031, 2, 28), date(2032, 2, 28)),
        (date(2028, 2, 29), 48, 12, date(2032, 2, 29), date(2033, 2, 27)),
        (date(2026, 12, 31), 0, 2, date(2026, 12, 31), date(2027, 2, 27)),
    ],
)
def test_a_term_is_counted_from_the_anchor(anchor_on, after, months, starts_on, ends_on):
    assert terms.span(anchor_on, after_months=after, months=months) == terms.Span(starts_on, ends_on)


def test_a_term_of_no_months_is_refused():
    with pytest.raises(ValueError, match="at least one month"):
        terms.span(date(2026, 1, 1), after_months=0, months=0)


@given(
    anchor_on=st.dates(date(1999, 12, 31), date(2099, 12, 31)),
    lengths=st.lists(st.sampled_from([1, 3, 6, 12, 24]), min_size=1, max_size=12),
)
def test_terms_touch_and_no_paid_day_is_lost(anchor_on, lengths):
    after, expected = 0, anchor_on
    for months in lengths:
        span = terms.span(anchor_on, after_months=after, months=months)
        assert span.starts_on == expected
        assert 28 * months <= span.days <= 31 * months
        after += months
        expected = span.ends_on + timedelta(days=1)
    assert expected == terms.anniversary(anchor_on, after)
    assert expected.day == anchor_on.day or (expected + timedelta(days=1)).month != expected.month


@pytest.mark.parametrize(
    ("zone", "day", "begins_at", "hours"),
    [
        ("Europe/London", date(2026, 1, 10), datetime(2026, 1, 10, 0, 0, tzinfo=UTC), 24),
        ("Europe/London", date(2026, 7, 10), datetime(2026, 7, 9, 23, 0, tzinfo=UTC), 24),
        ("Europe/London", date(2026, 3, 29), datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 23),
        ("Europe/London", date(2026, 10, 25), datetime(2026, 10, 24, 23, 0, tzinfo=UTC), 25),
        # Here the clocks jump from 23:59:59 to 1:00, and midnight does not exist.
        ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, 0, tzinfo=UTC), 23),
        # Here they fall back from 1:00 to midnight, which comes twice.
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, 0, tzinfo=UTC), 25),
        ("Pacific/Kiritimati", date(2026, 5, 1), datetime(2026, 4, 30, 10, 0, tzinfo=UTC), 24),
    ],
)
def test_a_day_begins_and_ends_where_the_magazine_is(settings, zone, day, begins_at, hours):
    settings.TIME_ZONE = zone

    assert terms.start_of(day) == begins_at
    assert terms.end_of(day) - terms.start_of(day) == timedelta(hours=hours)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 7, 10), date(2026, 10, 25)])
def test_the_instants_around_a_day_belong_where_they_should(day):
    tick = timedelta(microseconds=1)

    assert terms.day_of(terms.start_of(day) - tick) == day - timedelta(days=1)
    assert terms.day_of(terms.start_of(day)) == day
    assert terms.day_of(terms.end_of(day) - tick) == day
    assert terms.day_of(terms.end_of(day)) == day + timedelta(days=1)
    assert terms.last_day_before(terms.end_of(day)) == day
