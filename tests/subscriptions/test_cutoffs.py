"""Until when a change counts for the printed copy of an issue."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from subscriptions.fulfilment import cutoffs
from subscriptions.models import LabelRun
from tests import make

pytestmark = pytest.mark.wide

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        # A Saturday ten days after a Wednesday; then that Thursday's tenth day, and the day before it.
        (date(2026, 12, 5), datetime(2026, 11, 19, 18, tzinfo=UTC)),
        (date(2026, 12, 6), datetime(2026, 11, 26, 18, tzinfo=UTC)),
        (date(2026, 12, 7), datetime(2026, 11, 26, 18, tzinfo=UTC)),
        # The clocks of the magazine go on by an hour on 29 March 2026, and back on 25 October.
        (date(2026, 4, 5), datetime(2026, 3, 26, 18, tzinfo=UTC)),
        (date(2026, 4, 12), datetime(2026, 4, 2, 17, tzinfo=UTC)),
        (date(2026, 11, 1), datetime(2026, 10, 22, 17, tzinfo=UTC)),
        (date(2026, 11, 8), datetime(2026, 10, 29, 18, tzinfo=UTC)),
    ],
)
def test_a_reader_has_until_thursday_at_six_ten_days_before_the_issue(day, until):
    assert cutoffs.cutoff_for(day) == until
    assert timezone.localtime(until).strftime("%A %H") == "Thursday 18"


@pytest.mark.django_db
def test_a_change_counts_for_the_first_issue_whose_cutoff_is_ahead():
    first, second, third, fourth = (
        make.issue(volume=9, number=n, cover_on=NOW.date() + timedelta(days=14 * n), released_at=None)
        for n in range(1, 5)
    )
    until = cutoffs.cutoff_for(first.cover_on)

    def named(at: datetime) -> list[str]:
        return [one.issue.name for one in cutoffs.upcoming(at, count=2)]

    assert named(until - timedelta(seconds=1)) == [str(first), str(second)]
    assert named(until) == [str(second), str(third)]

    # What the desk has frozen is closed before its time; what is not printed is passed over.
    LabelRun.objects.create(
        issue_key="9/2", issue_name=str(second), issue_on=second.cover_on, cutoff_at=until, frozen_at=until
    )
    LabelRun.objects.create(
        issue_key="9/3",
        issue_name=str(third),
        issue_on=third.cover_on,
        cutoff_at=until + timedelta(days=99),
        not_printed_at=until,
    )
    assert named(until - timedelta(seconds=1)) == [str(first), str(fourth)]


@pytest.mark.django_db
def test_a_cutoff_that_the_desk_set_stays_when_the_issue_is_moved():
    issue = make.issue(volume=9, number=1, cover_on=NOW.date() + timedelta(days=30), released_at=None)
    said = NOW + timedelta(days=5)
    LabelRun.objects.create(issue_key="9/1", issue_name="9/1", issue_on=issue.cover_on, cutoff_at=said)
    issue.cover_on += timedelta(days=30)
    issue.save()

    found = cutoffs.next_affected(NOW)

    assert (found.cutoff_at, found.issue.on) == (said, issue.cover_on)
    assert cutoffs.cutoff_of(found.issue) == said
    assert cutoffs.next_affected(said) is None
