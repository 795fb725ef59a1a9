"""Pausing: whole days of rest, and not one paid day lost to them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.life import lifecycle, pauses, renewals
from subscriptions.life.lifecycle import standing
from subscriptions.models import Entitlement, Letter, Payment, Subscription, Term
from subscriptions.paying import payments, refunds
from tests import make

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
JANUARY_20, JANUARY_29 = date(2027, 1, 20), date(2027, 1, 29)


@pytest.fixture(autouse=True)
def _plan(request):
    if request.cls is None:
        request.getfixturevalue("db")
        make.sold_plan()


def reads(subscription: Subscription, at: datetime) -> bool:
    return access.may(subscription.reader, Feature.EXCLUSIVE_CONTENT, at).granted


def read_days(subscription: Subscription) -> set[date]:
    """The days that the rights of the paid terms cover."""
    days = set()
    rights = Entitlement.objects.filter(subscription=subscription, feature=Feature.EXCLUSIVE_CONTENT)
    for right in rights.exclude(source=Entitlement.Source.GRACE):
        on = terms.day_of(right.from_at)
        while terms.start_of(on) < right.until_at:
            days.add(on)
            on += DAY
    return days


def spans(subscription: Subscription) -> list[tuple[date, date]]:
    kept = payments.kept_terms(make.loaded(subscription))
    return [(term.starts_on, term.ends_on) for term in kept]


def renewed(subscription: Subscription, at: datetime) -> Term:
    bill = renewals.bill_next_term(subscription, at=at)
    return payments.confirm(bill, paid_on=terms.day_of(at), at=at)


def end(subscription: Subscription, at: datetime) -> Subscription:
    pauses.end_pause(subscription, by=subscription.reader, at=at)
    return make.loaded(subscription)


# -- What a pause does ----------------------------------------------------------------


def test_who_pauses_gets_the_days_back_behind_the_last_paid_one():
    subscription = make.subscription(months=1, at=NOON)

    make.paused(subscription, JANUARY_20, JANUARY_29, at=NOON)

    assert spans(subscription) == [(date(2027, 1, 10), date(2027, 2, 19))]
    assert not reads(subscription, terms.start_of(JANUARY_20))
    assert not reads(subscription, terms.end_of(JANUARY_29) - INSTANT)
    assert len(read_days(subscription)) == 31


def test_every_feature_rests_and_opens_again():
    subscription = make.paused(make.subscription(months=1, at=NOON), JANUARY_20, JANUARY_29, at=NOON)
    granted = set(Entitlement.objects.values_list("feature", flat=True))

    for feature in map(Feature, granted):
        assert access.may(subscription.reader, feature, NOON).granted
        assert not access.may(subscription.reader, feature, terms.start_of(JANUARY_20)).granted
        assert access.may(subscription.reader, feature, terms.end_of(JANUARY_29)).granted


def test_terms_that_are_paid_already_move_along():
    subscription = make.subscription(months=1, at=NOON)
    renewed(subscription, NOON)
    renewed(subscription, NOON)

    make.paused(subscription, JANUARY_20, JANUARY_29, at=NOON)

    assert spans(subscription) == [
        (date(2027, 1, 10), date(2027, 2, 19)),
        (date(2027, 2, 20), date(2027, 3, 19)),
        (date(2027, 3, 20), date(2027, 4, 19)),
    ]
    assert len(read_days(subscription)) == 31 + 28 + 31


def test_a_pause_within_a_later_term_leaves_the_earlier_one_as_it_is():
    subscription = make.subscription(months=1, at=NOON)
    renewed(subscription, NOON)

    make.paused(subscription, date(2027, 2, 10), date(2027, 2, 19), at=NOON)

    assert spans(subscription) == [
        (date(2027, 1, 10), date(2027, 2, 9)),
        (date(2027, 2, 10), date(2027, 3, 19)),
    ]
    assert reads(subscription, terms.start_of(date(2027, 2, 10)) - INSTANT)
    assert not reads(subscription, terms.start_of(date(2027, 2, 10)))


def test_the_reader_has_it_in_writing_once():
    make.paused(make.subscription(months=1, at=NOON), JANUARY_20, JANUARY_29, at=NOON)

    assert Letter.objects.filter(kind=Letter.Kind.PAUSED).count() == 1


def test_a_renewal_that_is_asked_for_is_taken_back_and_asked_for_when_its_time_comes():
    subscription = make.subscription(months=1, at=NOON)
    asked = renewals.bill_next_term(subscription, at=NOON + 25 * DAY)

    paused = make.paused(subscription, date(2027, 2, 8), date(2027, 2, 27), at=NOON + 26 * DAY)

    asked.refresh_from_db()
    assert asked.status == Payment.Status.VOID
    assert paused.grace_until_on is None
    last_on = standing(paused, NOON).paid_until_on
    assert last_on == date(2027, 3, 1)
    assert renewals.bill_due(terms.start_of(last_on - 10 * DAY)) == 0
    assert renewals.bill_due(terms.start_of(last_on - 9 * DAY)) == 1
    assert make.loaded(subscription).grace_until_on == last_on + 14 * DAY


def test_the_term_after_a_pause_is_counted_from_where_the_paid_days_end():
    subscription = make.subscription(months=1, at=datetime(2027, 1, 31, 12, tzinfo=UTC))
    make.paused(subscription, date(2027, 2, 10), date(2027, 2, 19), at=NOON + 22 * DAY)

    following = [renewed(subscription, NOON + 40 * DAY) for _term in range(3)]

    # 31 January to 27 February and ten days; then from 10 March on, month by month.
    assert [(term.starts_on, term.ends_on) for term in following] == [
        (date(2027, 3, 10), date(2027, 4, 9)),
        (date(2027, 4, 10), date(2027, 5, 9)),
        (date(2027, 5, 10), date(2027, 6, 9)),
    ]


# -- Ending it ---------------------------------------------------------------------


def test_who_ends_a_pause_reads_today_again_and_has_rested_until_yesterday():
    subscription = make.paused(make.subscription(months=1, at=NOON), JANUARY_20, JANUARY_29, at=NOON)
    at = terms.start_of(date(2027, 1, 24)) + 15 * timedelta(hours=1)
    assert not reads(subscription, at)

    subscription = end(subscription, at)

    assert reads(subscription, at)
    assert not reads(subscription, terms.start_of(date(2027, 1, 24)) - INSTANT)
    assert spans(subscription) == [(date(2027, 1, 10), date(2027, 2, 13))]
    assert len(read_days(subscription)) == 31


def test_who_calls_a_pause_off_before_it_began_has_never_paused():
    subscription = make.subscription(months=1, at=NOON)
    before = spans(subscription), read_days(subscription)
    make.paused(subscription, JANUARY_20, JANUARY_29, at=NOON)

    end(subscription, terms.start_of(JANUARY_20) - INSTANT)

    assert (spans(subscription), read_days(subscription)) == before
    assert pauses.days_left(make.loaded(subscription), JANUARY_20) == pauses.LONGEST


def test_who_ends_a_pause_on_its_first_day_reads_that_day_and_has_rested_on_none():
    subscription = make.paused(make.subscription(months=1, at=NOON), JANUARY_20, JANUARY_29, at=NOON)
    at = terms.end_of(JANUARY_20) - INSTANT

    subscription = end(subscription, at)

    assert reads(subscription, at)
    assert spans(subscription) == [(date(2027, 1, 10), date(2027, 2, 9))]
    assert pauses.days_left(subscription, JANUARY_29) == pauses.LONGEST


def test_later_terms_move_back_when_a_pause_ends_early():
    subscription = make.subscription(months=1, at=NOON)
    renewed(subscription, NOON)
    make.paused(subscription, JANUARY_20, JANUARY_29, at=NOON)

    end(subscription, terms.start_of(date(2027, 1, 22)))

    assert spans(subscription) == [
        (date(2027, 1, 10), date(2027, 2, 11)),
        (date(2027, 2, 12), date(2027, 3, 11)),
    ]
    assert len(read_days(subscription)) == 31 + 28


def test_a_card_that_waits_for_the_next_term_waits_for_its_moved_first_day():
    subscription = make.card_subscription(months=1, at=NOON)
    make.paused(subscription, JANUARY_20, JANUARY_29, at=NOON)
    renewals.bill_next_term(subscription, at=NOON + 12 * DAY)
    assert Payment.objects.expected().get().next_try_at == terms.start_of(date(2027, 2, 20))

    subscription = end(subscription, terms.start_of(date(2027, 1, 24)))

    assert Payment.objects.expected().get().next_try_at == terms.start_of(date(2027, 2, 14))
    assert subscription.grace_until_on == date(2027, 2, 13) + 14 * DAY


def test_a_pause_is_ended_once():
    subscription = make.paused(make.subscription(months=1, at=NOON), JANUARY_20, JANUARY_29, at=NOON)
    end(subscription, NOON)

    with pytest.raises(pauses.NotPausedError):
        end(subscription, NOON)


def test_who_was_paid_back_during_a_pause_has_no_pause_to_end():
    subscription = make.paused(make.subscription(months=1, at=NOON), JANUARY_20, JANUARY_29, at=NOON)
    refunds.give_back(Payment.objects.get(), 900, by=None, reason="Our mistake", at=NOON)

    with pytest.raises(pauses.NotPausedError):
        end(subscription, terms.start_of(JANUARY_20))


# -- What is not possible ------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_on", "last_on", "sentence"),
    [
        (date(2027, 1, 10), date(2027, 1, 20), "tomorrow at the earliest"),
        (date(2027, 1, 1), date(2027, 1, 20), "tomorrow at the earliest"),
        (date(2027, 1, 20), date(2027, 1, 25), "7 days at least"),
        (date(2027, 1, 20), date(2027, 1, 19), "7 days at least"),
        (date(2027, 1, 20), date(2027, 4, 22), "92 days, and 92 of them are left"),
        (date(2027, 2, 10), date(2027, 2, 20), "Your paid days end on 9 February 2027"),
    ],
)
def test_a_pause_out_of_bounds_is_refused_with_its_bounds(first_on, last_on, sentence):
    subscription = make.subscription(months=1, at=NOON)

    with pytest.raises(pauses.CannotPauseError, match=sentence):
        make.paused(subscription, first_on, last_on, at=NOON)

    assert spans(subscription) == [(date(2027, 1, 10), date(2027, 2, 9))]


@pytest.mark.parametrize("days", [7, 92])
def test_the_shortest_and_the_longest_pause_are_possible(days):
    subscription = make.subscription(months=1, at=NOON)

    make.paused(subscription, date(2027, 1, 11), date(2027, 1, 10) + days * DAY, at=NOON)

    assert spans(subscription) == [(date(2027, 1, 10), date(2027, 2, 9) + days * DAY)]


def test_the_last_paid_day_can_be_paused():
    subscription = make.subscription(months=1, at=NOON)

    make.paused(subscription, date(2027, 2, 9), date(2027, 2, 18), at=NOON)

    assert reads(subscription, terms.start_of(date(2027, 2, 19)))
    assert not reads(subscription, terms.start_of(date(2027, 2, 20)))


@pytest.mark.parametrize("life", ["trial", "cancelled", "lapsed", "ordered", "in grace"])
def test_only_a_paid_plan_that_goes_on_can_be_paused(life):
    at = NOON
    if life == "trial":
        subscription = make.trial(at=NOON)
    elif life == "ordered":
        subscription = make.order(months=1, at=NOON)
    else:
        subscription = make.subscription(months=1, at=NOON)
    if life == "cancelled":
        lifecycle.cancel(subscription, by=None, at=NOON)
    if life in ("lapsed", "in grace"):
        at = NOON + 33 * DAY
    if life == "in grace":
        renewals.bill_next_term(subscription, at=NOON + 25 * DAY)

    first_on = terms.day_of(at) + DAY
    assert not pauses.can_pause(make.loaded(subscription), at)
    with pytest.raises(pauses.CannotPauseError, match="Only a paid plan that goes on"):
        make.paused(subscription, first_on, first_on + 9 * DAY, at=at)


def test_there_is_one_pause_at_a_time():
    subscription = make.paused(make.subscription(months=12, at=NOON), JANUARY_20, JANUARY_29, at=NOON)

    assert not pauses.can_pause(subscription, NOON)
    with pytest.raises(pauses.CannotPauseError, match="already"):
        make.paused(subscription, date(2027, 3, 1), date(2027, 3, 10), at=NOON)


def test_within_a_year_all_pauses_together_are_no_longer_than_the_longest():
    subscription = make.subscription(months=12, at=NOON)
    make.paused(subscription, date(2027, 2, 1), date(2027, 4, 1), at=NOON)
    later = datetime(2027, 6, 1, 12, tzinfo=UTC)

    with pytest.raises(pauses.CannotPauseError, match="32 of them are left"):
        make.paused(subscription, date(2027, 6, 10), date(2027, 7, 12), at=later)
    make.paused(subscription, date(2027, 6, 10), date(2027, 7, 11), at=later)

    much_later = datetime(2027, 12, 1, 12, tzinfo=UTC)
    assert not pauses.can_pause(make.loaded(subscription), much_later)
    # A year after the last day of the first one its days are there again.
    assert pauses.days_left(make.loaded(subscription), date(2028, 3, 30)) == 0
    assert pauses.days_left(make.loaded(subscription), date(2028, 3, 31)) == 60


def test_what_was_not_rested_is_there_to_be_rested_another_time():
    subscription = make.subscription(months=12, at=NOON)
    make.paused(subscription, date(2027, 2, 1), date(2027, 5, 3), at=NOON)
    subscription = end(subscription, terms.start_of(date(2027, 2, 11)))

    assert pauses.days_left(subscription, date(2027, 3, 1)) == 82
    assert pauses.can_pause(subscription, terms.start_of(date(2027, 2, 11)))


def test_who_was_paid_back_the_running_term_cannot_pause_days_that_are_not_theirs():
    subscription = make.subscription(months=1, at=NOON)
    renewed(subscription, NOON)
    first = subscription.payments.order_by("pk").first()
    refunds.give_back(first, 900, by=None, reason="Our mistake", at=NOON)

    with pytest.raises(pauses.CannotPauseError, match="one of your paid days"):
        make.paused(subscription, JANUARY_20, JANUARY_29, at=NOON)
    make.paused(subscription, date(2027, 2, 12), date(2027, 2, 21), at=NOON)
    # The day on which the money went back was begun.
    assert len(read_days(subscription) - {NOON.date()}) == 28


# -- Months, leap days and clocks -----------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "bought_on", "first_on", "last_on", "ends_on"),
    [
        # Over the end of a month, and of February with and without its 29th.
        ("Europe/London", "2027-01-10", "2027-01-25", "2027-02-07", "2027-02-23"),
        ("Europe/London", "2028-02-01", "2028-02-25", "2028-03-05", "2028-03-10"),
        ("Europe/London", "2027-02-01", "2027-02-25", "2027-03-06", "2027-03-10"),
        ("Europe/London", "2028-02-01", "2028-02-29", "2028-03-09", "2028-03-10"),
        # Over both clock changes, beginning or ending on their day.
        ("Europe/London", "2027-03-10", "2027-03-28", "2027-04-06", "2027-04-19"),
        ("Europe/London", "2027-03-10", "2027-03-19", "2027-03-28", "2027-04-19"),
        ("Europe/London", "2027-10-10", "2027-10-31", "2027-11-09", "2027-11-19"),
        ("Europe/London", "2027-10-10", "2027-10-22", "2027-10-31", "2027-11-19"),
        # Where the clocks jump at midnight, far east, far west, and half an hour off.
        ("America/Santiago", "2027-09-01", "2027-09-05", "2027-09-14", "2027-10-10"),
        ("Africa/Cairo", "2027-04-10", "2027-04-30", "2027-05-09", "2027-05-19"),
        ("Pacific/Kiritimati", "2027-01-10", "2027-01-20", "2027-01-29", "2027-02-20"),
        ("Pacific/Pago_Pago", "2027-01-10", "2027-01-20", "2027-01-29", "2027-02-19"),
        ("Australia/Lord_Howe", "2027-09-20", "2027-10-03", "2027-10-12", "2027-10-29"),
    ],
)
def test_a_pause_is_of_whole_days_in_the_magazines_zone(
    settings, zone, bought_on, first_on, last_on, ends_on
):
    settings.TIME_ZONE = zone
    first_on, last_on, ends_on = (date.fromisoformat(one) for one in (first_on, last_on, ends_on))
    bought_at = datetime.fromisoformat(f"{bought_on}T12:00+00:00")
    subscription = make.subscription(months=1, at=bought_at)
    whole = len(read_days(subscription))

    make.paused(subscription, first_on, last_on, at=bought_at)

    assert spans(subscription)[0][1] == ends_on
    assert reads(subscription, terms.start_of(first_on) - INSTANT)
    assert not reads(subscription, terms.start_of(first_on))
    assert not reads(subscription, terms.end_of(last_on) - INSTANT)
    assert reads(subscription, terms.end_of(last_on))
    assert reads(subscription, terms.end_of(ends_on) - INSTANT)
    assert not reads(subscription, terms.end_of(ends_on))
    assert len(read_days(subscription)) == whole


class NobodyLosesAPaidDay(TestCase):
    """However often, however long, and however early a pause is ended."""

    @classmethod
    def setUpTestData(cls):
        make.sold_plan()

    @settings(deadline=None, max_examples=15)
    @given(
        starts_on=st.dates(date(2027, 1, 1), date(2028, 3, 1)),
        months=st.sampled_from([1, 12]),
        steps=st.lists(
            st.tuples(
                st.integers(0, 60),
                st.sampled_from(["pause", "end", "renew"]),
                st.integers(1, 40),
                st.integers(7, 92),
            ),
            max_size=8,
        ),
    )
    def test_as_many_days_are_read_as_were_paid_for(self, starts_on, months, steps):
        at = datetime(starts_on.year, starts_on.month, starts_on.day, 12, tzinfo=UTC)
        subscription = make.subscription(months=months, at=at)
        paid = sum(term.days for term in subscription.terms.all())
        unused = 0
        for wait, what, ahead, long in steps:
            at += wait * DAY
            today = terms.day_of(at)
            try:
                if what == "pause":
                    make.paused(subscription, today + ahead * DAY, today + (ahead + long) * DAY, at=at)
                elif what == "end":
                    end(subscription, at)
                else:
                    paid += renewed(subscription, at).days
            except (pauses.CannotPauseError, pauses.NotPausedError):
                unused += 1

        days = read_days(subscription)
        kept = spans(subscription)
        rests = [(one.starts_on, one.ends_on) for one in subscription.pauses.filter(called_off_at=None)]
        assert len(days) == paid
        assert all(before[1] < after[0] for before, after in pairwise(kept))
        assert not any(first_on <= day <= last_on for first_on, last_on in rests for day in days)
        assert days | {
            first_on + n * DAY for first_on, last_on in rests for n in range((last_on - first_on).days + 1)
        } == {first_on + n * DAY for first_on, last_on in kept for n in range((last_on - first_on).days + 1)}
