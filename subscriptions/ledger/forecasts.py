"""When a term by issues will end."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from subscriptions import terms
from subscriptions.ledger import coming
from subscriptions.ledger.coming import ComingIssue

ONE_DAY = timedelta(days=1)
# Where a plan sells issues without promising how many come in a year, one a month is expected.
UNPROMISED = 12


def forecast_end(starts_on: date, issues: int, *, per_year: int, at: datetime | None = None) -> date:
    """Return the day on which a term of ``issues`` that begins on ``starts_on`` is going to end.

    It is the day before the issue comes that is no longer paid for, as it is known at ``at`` (default: now);
    beyond the planner, ``per_year`` issues come at even distances. One query. Raises ``ValueError`` when
    either number is not positive.
    """
    return end_of_count(starts_on, issues, known=known_at(at, since=starts_on), per_year=per_year)


def known_at(at: datetime | None = None, *, since: date | None = None) -> list[ComingIssue]:
    """Return the issues from a year before ``since`` on (default: all), as they are expected at ``at``.

    An issue that is not out cannot have come. It comes in two days at the earliest, so that a term which
    waits for it always has tomorrow too, and no midnight falls between two looks.
    """
    at = at or timezone.now()
    known = coming.issues(at, since=since and since - timedelta(days=coming.YEAR_DAYS))
    return coming.put_off(known, to=terms.day_of(at) + 2 * ONE_DAY)


def end_of_count(
    starts_on: date,
    issues: int,
    *,
    known: Sequence[ComingIssue],
    per_year: int,
    rests_on: Callable[[date], bool] = lambda day: False,
) -> date:
    """Return the day before the first issue after those that count as ``issues`` from ``starts_on`` on.

    What comes on a day on which the subscription ``rests_on`` is not counted. Where two issues come on
    one day, the term lasts through it.
    """
    if issues < 1:
        raise ValueError("A term is of one issue at least.")
    stream = coming.from_day(known, starts_on, per_year=per_year)
    awake = (issue for issue in stream if not rests_on(issue.on))
    still_due = issues
    for issue, following in pairwise(awake):
        still_due -= issue.weight
        if still_due <= 0:
            return max(issue.on, following.on - ONE_DAY)
    raise AssertionError("The issues do not end.")  # pragma: no cover
