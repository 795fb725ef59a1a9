"""The year planner: cover dates from a rule, what is wrong with a year, and moving an issue knowingly."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles.issues import planning
from articles.issues.planning import (
    EveryOtherWeek,
    Kind,
    Listed,
    TwiceAMonth,
    cover_dates,
    lay_out,
    rule_like,
)
from articles.models import Issue, IssueEvent
from articles.publishing import Conflict, Refused
from subscriptions.ledger import rescheduling
from subscriptions.ledger.moving import settle_terms_by_issues
from subscriptions.ledger.rescheduling import Change, UnknownIssueError, effect_of
from subscriptions.models import Subscription, Term
from tests import make

pytestmark = pytest.mark.django_db

# -- Cover dates --------------------------------------------------------------


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2027, 2028, 2100])
def test_the_1st_and_the_15th_make_twenty_four_days_of_any_year(year):
    days = cover_dates(TwiceAMonth(), year)

    assert len(days) == 24
    assert days[0] == date(year, 1, 1)
    assert days[-1] == date(year, 12, 15)
    assert days == sorted(set(days))


@pytest.mark.parametrize(
    ("starts_on", "year", "first", "count"),
    [
        (date(2027, 1, 4), 2027, date(2027, 1, 4), 26),
        # Begun in another year, the rhythm goes on.
        (date(2026, 12, 28), 2027, date(2027, 1, 11), 26),
        (date(2026, 12, 18), 2027, date(2027, 1, 1), 27),
        (date(2026, 12, 17), 2027, date(2027, 1, 14), 26),
        (date(2020, 1, 6), 2028, date(2028, 1, 10), 26),
        (date(2027, 7, 5), 2027, date(2027, 7, 5), 13),
        (date(2027, 12, 31), 2027, date(2027, 12, 31), 1),
    ],
)
def test_every_other_week_keeps_its_weekday_and_begins_when_it_is_told(starts_on, year, first, count):
    days = cover_dates(EveryOtherWeek(starts_on), year)

    assert (days[0], len(days)) == (first, count)
    assert {day.weekday() for day in days} == {starts_on.weekday()}


def test_nothing_comes_in_a_year_before_the_rule_begins():
    assert cover_dates(EveryOtherWeek(date(2028, 1, 3)), 2027) == []


def test_days_of_ones_own_are_sorted_and_each_taken_once_and_other_years_left_out():
    own = Listed((date(2027, 5, 3), date(2027, 1, 4), date(2027, 5, 3), date(2026, 12, 7)))

    assert cover_dates(own, 2027) == [date(2027, 1, 4), date(2027, 5, 3)]


def test_the_rule_is_recognised_by_the_days_there_are():
    fortnights = [date(2027, 1, 4) + timedelta(days=14 * n) for n in range(4)]

    assert rule_like(fortnights) == EveryOtherWeek(date(2027, 1, 4))
    assert rule_like(cover_dates(TwiceAMonth(), 2027)[:6]) == TwiceAMonth()
    assert rule_like([]) == TwiceAMonth()


# -- A year laid out ----------------------------------------------------------

EARLY = date(2026, 11, 22)


def at_hand(*rows):
    """Issues as (day, number) or (day, number, weight), all of volume 4 and without a database."""
    return [
        Issue(pk=n, volume=4, number=row[1], cover_on=row[0], weight=row[2] if len(row) > 2 else 1)
        for n, row in enumerate(rows, 1)
    ]


def laid(issues=(), *, days=None, today=EARLY, promised=(24,), only=None):
    days = cover_dates(TwiceAMonth(), 2027) if days is None else days
    return lay_out(2027, days, issues, promised=promised, today=today, only=only)


def kinds(year):
    return [finding.kind for finding in year.findings]


def test_an_empty_year_wants_all_its_issues_numbered_from_one():
    year = laid()

    assert [(slot.volume, slot.number) for slot in year.missing] == [(1, n) for n in range(1, 25)]
    assert (year.weight, year.weight_now, kinds(year)) == (24, 0, [])


def test_numbers_continue_and_a_new_volume_begins_when_the_promised_number_is_full():
    last_year = [Issue(pk=9, volume=3, number=22, cover_on=date(2026, 12, 15))]

    names = [(slot.volume, slot.number) for slot in laid(last_year).missing]

    assert names[:4] == [(3, 23), (3, 24), (4, 1), (4, 2)]


def test_a_number_that_is_taken_is_passed_over():
    names = [slot.number for slot in laid(at_hand((date(2027, 1, 1), 1), (date(2027, 2, 1), 2))).missing]

    assert names[:3] == [3, 4, 5]


def test_a_special_does_not_count_and_takes_no_cover_date_and_leads_no_numbering():
    year = laid(at_hand((date(2027, 1, 1), 1), (date(2027, 1, 8), 99, 0)))

    assert year.weight == 24
    assert [slot.number for slot in year.missing][:2] == [2, 3]
    assert date(2027, 1, 15) in {slot.on for slot in year.missing}


def test_a_volume_is_full_when_its_issues_weigh_as_much_as_is_promised():
    double = [Issue(pk=n, volume=3, number=n, weight=2, cover_on=date(2026, n, 1)) for n in range(1, 13)]

    assert [(slot.volume, slot.number) for slot in laid(double).missing][:2] == [(4, 1), (4, 2)]


def test_a_double_issue_covers_the_cover_date_after_it():
    year = laid(at_hand((date(2027, 7, 15), 14, 2)))

    august = next(slot for slot in year.slots if slot.on == date(2027, 8, 1))
    assert not august.is_missing
    assert august.covered_by.number == 14
    assert (len(year.missing), year.weight, kinds(year)) == (22, 24, [])


def test_a_double_issue_at_the_end_of_a_year_covers_the_first_of_the_next():
    december = [Issue(pk=9, volume=3, number=24, cover_on=date(2026, 12, 15), weight=2)]

    year = laid(december)

    assert year.slots[0].covered_by is december[0]
    # The one that was covered has its place in the year before.
    assert kinds(year) == [Kind.COUNT]


@pytest.mark.parametrize(("moved_by", "slots"), [(0, 24), (6, 24), (7, 25), (-6, 24), (-7, 25)])
def test_an_issue_takes_the_cover_date_it_is_near(moved_by, slots):
    year = laid(at_hand((date(2027, 6, 15) + timedelta(days=moved_by), 12)))

    assert len([slot for slot in year.slots if slot.counts]) == slots


def test_days_that_have_passed_are_not_made_up_for():
    year = laid(today=date(2027, 3, 1))

    assert len([slot for slot in year.slots if slot.has_passed]) == 4
    assert len(year.missing) == 20
    assert kinds(year) == [Kind.COUNT]


@pytest.mark.parametrize(
    ("apart", "found"),
    [
        (14, []),
        # Twenty-four days of a year are 15.1 days apart: 1.6 times that is 24.2.
        (24, []),
        (25, [Kind.GAP]),
        (5, []),
        (4, [Kind.CLASH]),
        (1, [Kind.CLASH]),
        (0, [Kind.CLASH]),
    ],
)
def test_gaps_and_clashes_are_found_at_their_edges(apart, found):
    first = date(2027, 3, 1)
    issues = at_hand((first - timedelta(days=14), 1), (first, 2), (first + timedelta(days=apart), 3))

    year = laid(issues, only=[], promised=())

    assert kinds(year) == found
    assert all(finding.on == first + timedelta(days=apart) for finding in year.findings)


def test_after_a_double_issue_readers_wait_twice_as_long():
    issues = at_hand((date(2027, 7, 15), 1, 2), (date(2027, 8, 15), 2))

    assert kinds(laid(issues, only=[], promised=())) == []


def test_a_special_fills_no_gap():
    issues = at_hand((date(2027, 3, 1), 1), (date(2027, 3, 15), 2, 0), (date(2027, 4, 1), 3))

    assert kinds(laid(issues, only=[], promised=())) == [Kind.GAP]


def test_the_turn_of_the_year_is_looked_at_from_both_sides():
    issues = at_hand((date(2026, 11, 15), 1), (date(2027, 1, 1), 2), (date(2028, 1, 3), 3))

    gaps = laid(issues, only=[], promised=()).findings

    assert [finding.on for finding in gaps] == [date(2027, 1, 1), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1] * 23, "one is missing"),
        ([1] * 21, "3 are missing"),
        ([1] * 25, "one too many"),
        ([1] * 23 + [2, 1], "2 too many"),
        ([1] * 24, None),
        ([1] * 22 + [2, 0], None),
    ],
)
def test_the_weights_of_a_year_are_held_against_what_plans_promise(weights, words):
    days = [date(2027, 1, 1) + timedelta(days=14 * n) for n in range(len(weights))]
    issues = at_hand(
        *((day, n, weight) for n, (day, weight) in enumerate(zip(days, weights, strict=True), 1))
    )

    counts = [one for one in laid(issues, only=[]).findings if one.kind == Kind.COUNT]

    assert [words in counts[0].sentence] == [True] if words else counts == []


def test_numbers_that_run_against_the_days_are_found():
    issues = at_hand((date(2027, 3, 1), 2), (date(2027, 3, 15), 1))

    assert kinds(laid(issues, only=[], promised=())) == [Kind.ORDER]


# -- Making what is missing ---------------------------------------------------

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL_OF_2027 = cover_dates(TwiceAMonth(), 2027)


@pytest.fixture
def editor():
    return make.staff(Role.EDITOR)


def test_a_year_is_made_in_one_act_and_a_second_time_makes_nothing(editor):
    make.issue(volume=3, number=24, cover_on=date(2026, 12, 15))
    make.plan()

    made = planning.make_missing(TwiceAMonth(), 2027, ALL_OF_2027, by=editor, at=NOON)
    again = planning.make_missing(TwiceAMonth(), 2027, ALL_OF_2027, by=editor, at=NOON)

    assert ([issue.cover_on for issue in made], again) == (ALL_OF_2027, [])
    stored = Issue.objects.filter(cover_on__year=2027).order_by("cover_on")
    assert [(issue.volume, issue.number) for issue in stored] == [(4, n) for n in range(1, 25)]
    assert {issue.state(NOON) for issue in stored} == {"planned"}


def test_two_who_press_at_once_make_each_issue_once(editor, monkeypatch):
    look = planning.year_of
    looks = []

    def look_while_another_is_making(*arguments, **more):
        year = look(*arguments, **more)
        looks.append(year)
        if len(looks) == 1:
            planning.make_missing(TwiceAMonth(), 2027, ALL_OF_2027, by=editor, at=NOON)
        return year

    monkeypatch.setattr(planning, "year_of", look_while_another_is_making)

    assert planning.make_missing(TwiceAMonth(), 2027, ALL_OF_2027, by=editor, at=NOON) == []
    assert Issue.objects.filter(cover_on__year=2027).count() == 24


def test_only_the_days_that_are_ticked_are_made_and_numbers_run_on_without_the_others(editor):
    chosen = [date(2027, 1, 1), date(2027, 2, 1), date(2027, 2, 2)]

    made = planning.make_missing(TwiceAMonth(), 2027, chosen, by=editor, at=NOON)

    assert [(issue.cover_on, issue.number) for issue in made] == [
        (date(2027, 1, 1), 1),
        (date(2027, 2, 1), 2),
    ]


def test_a_writer_makes_and_moves_nothing():
    writer, issue = make.staff(Role.WRITER), make.issue(released_at=None)

    with pytest.raises(PermissionDenied):
        planning.make_missing(TwiceAMonth(), 2027, ALL_OF_2027, by=writer, at=NOON)
    with pytest.raises(PermissionDenied):
        planning.reschedule(issue, on=date(2027, 1, 2), weight=1, by=writer, at=NOON)

    assert Issue.objects.get().cover_on == issue.cover_on


# -- Moving one ---------------------------------------------------------------


@pytest.fixture
def issue():
    return make.issue(volume=4, number=1, cover_on=date(2027, 1, 1), released_at=None)


def test_a_move_is_written_down_with_what_its_maker_was_told(editor, issue):
    planning.reschedule(
        issue,
        on=date(2027, 1, 8),
        weight=2,
        by=editor,
        reason="The printer is shut",
        told={"falls_out": 3},
        at=NOON,
    )

    issue.refresh_from_db()
    event = IssueEvent.objects.get()
    assert (issue.cover_on, issue.weight) == (date(2027, 1, 8), 2)
    assert (event.kind, event.by, event.at, event.reason) == (
        "moved",
        editor,
        NOON,
        "The printer is shut",
    )
    assert event.detail == {
        "from": "2027-01-01",
        "to": "2027-01-08",
        "weight_from": 1,
        "weight_to": 2,
        "subscriptions": {"falls_out": 3},
    }


def test_a_weight_alone_is_no_move(editor, issue):
    planning.reschedule(issue, on=issue.cover_on, weight=0, by=editor, at=NOON)

    assert Issue.objects.get().weight == 0
    assert not IssueEvent.objects.exists()


@pytest.mark.parametrize(
    ("released_at", "on", "weight"),
    [
        (NOON - timedelta(days=1), date(2027, 1, 8), 1),
        (NOON, date(2027, 1, 8), 1),
        # Set to be released: that is called off first.
        (NOON + timedelta(days=1), date(2027, 1, 8), 1),
        (None, date(2026, 11, 21), 1),
        (None, date(2027, 1, 8), -1),
        (None, date(2027, 1, 8), 10),
    ],
)
def test_what_readers_have_and_what_cannot_be_is_not_moved(editor, issue, released_at, on, weight):
    issue.released_at = released_at
    issue.save()

    with pytest.raises(Refused):
        planning.reschedule(issue, on=on, weight=weight, by=editor, at=NOON)

    assert Issue.objects.get().cover_on == date(2027, 1, 1)


@pytest.mark.parametrize("change", [{"cover_on": date(2027, 1, 2)}, {"weight": 2}, {"released_at": NOON}])
def test_whoever_saw_the_issue_as_it_was_before_another_changed_it_is_told(editor, issue, change):
    Issue.objects.update(**change)

    with pytest.raises(Conflict):
        planning.reschedule(issue, on=date(2027, 1, 8), weight=1, by=editor, at=NOON)

    assert not IssueEvent.objects.exists()


# -- Whom it touches ----------------------------------------------------------


def day(offset):
    return NOON.date() + timedelta(days=offset)


def planned(offset, **fields):
    return make.issue(cover_on=day(offset), released_at=None, **fields)


def subscriber(offset=0, **choice):
    make.sold_plan()
    return make.bought(make.price(**choice), at=NOON + timedelta(days=offset))


def moved(issue, to, weight=1):
    return effect_of(f"{issue.volume}/{issue.number}", on=day(to), weight=weight, at=NOON)


@pytest.mark.parametrize(
    ("start", "to", "numbers"),
    [
        # A month from today runs for thirty days: the 29th after today is its last.
        (20, 29, {"at_another_time": 1}),
        (20, 30, {"falls_out": 1, "falls_out_of_renewing": 1}),
        (30, 29, {"falls_in": 1}),
        (30, 40, {}),
        (10, 5, {"at_another_time": 1}),
    ],
)
def test_an_issue_that_crosses_the_end_of_a_term_falls_out_of_it_or_in(start, to, numbers):
    issue = planned(start)
    subscriber(months=1)

    effect = moved(issue, to)

    told = {name: number for name, number in effect.numbers.items() if number and name != "short"}
    assert told == numbers
    assert effect.is_later == (to > start)


def test_who_renews_by_themselves_is_told_apart_from_who_leaves():
    issue = planned(20)
    staying, leaving = subscriber(months=1), subscriber(months=1)
    Subscription.objects.filter(pk=leaving.pk).update(cancelled_at=NOON)

    effect = moved(issue, 40)

    assert (effect.falls_out, effect.falls_out_of_renewing) == (2, 1)
    lost = {one.number for one in effect.named if one.change == Change.FALLS_OUT}
    assert lost == {staying.number, leaving.number}


def test_who_rests_or_has_gone_or_was_paid_back_is_not_counted():
    issue = planned(20)
    resting, closed = subscriber(), subscriber()
    make.paused(resting, day(15), day(25), at=NOON)
    Subscription.objects.filter(pk=closed.pk).update(closed_at=NOON)

    assert moved(issue, 22).at_another_time == 0
    assert moved(issue, 30).falls_in == 1


def test_who_counts_on_every_issue_is_short_when_one_falls_out_and_named():
    issue = planned(20)
    leaving = subscriber(months=1)
    Subscription.objects.filter(pk=leaving.pk).update(auto_renews=False)
    planned(10)

    effect = moved(issue, 40)

    assert (effect.falls_out, effect.short) == (1, 1)
    short = next(one for one in effect.named if one.change == Change.SHORT)
    assert (short.number, short.missing, short.reader_id) == (leaving.number, 1, leaving.reader_id)


def test_a_term_paid_by_the_issue_ends_where_the_page_said():
    for offset in (5, 19):
        planned(offset)
    last = planned(33)
    price = make.priced(1500, issues=2)
    subscription = make.bought(price, at=NOON)
    settle_terms_by_issues(NOON)
    before = Term.objects.get(subscription=subscription).ends_on

    effect = moved(last, 40)
    Issue.objects.filter(pk=last.pk).update(cover_on=day(40))
    settle_terms_by_issues(NOON)

    assert before == day(32)
    assert effect.ends_elsewhere == 1
    named = next(one for one in effect.named if one.change == Change.ENDS_ELSEWHERE)
    assert (named.ends_on, named.will_end_on) == (day(32), day(39))
    assert Term.objects.get(subscription=subscription).ends_on == day(39)


def test_a_double_issue_ends_a_term_by_issues_sooner_and_a_special_later():
    first = planned(5)
    for offset in (19, 33, 47):
        planned(offset)
    make.bought(make.priced(1500, issues=2), at=NOON)
    settle_terms_by_issues(NOON)

    assert moved(first, 5, weight=2).ends_elsewhere == 1
    assert moved(first, 5, weight=0).ends_elsewhere == 1
    assert moved(first, 5, weight=0).weighs == 1
    assert moved(first, 6).ends_elsewhere == 0


def test_nothing_is_touched_by_leaving_it_and_an_unknown_issue_is_refused():
    issue = planned(20)
    subscriber()

    assert not any(moved(issue, 20).numbers.values())
    with pytest.raises(UnknownIssueError):
        effect_of("9/99", on=day(3), weight=1, at=NOON)


def test_who_is_touched_costs_the_same_for_few_subscriptions_and_many(django_assert_max_num_queries):
    issue = planned(20)
    for _ in range(3):
        subscriber(months=1)
        make.bought(make.priced(1500, issues=2), at=NOON)

    with django_assert_max_num_queries(35) as few:
        moved(issue, 45)
    for _ in range(4):
        subscriber(months=1)
    with django_assert_max_num_queries(len(few)):
        assert moved(issue, 45).falls_out == 7


def test_more_than_are_looked_at_one_by_one_are_told_as_at_least(monkeypatch):
    monkeypatch.setattr(rescheduling, "MOST_LOOKED_AT", 1)
    issue = planned(20)
    for _ in range(2):
        subscriber(months=1)

    assert moved(issue, 45).is_at_least
    assert moved(issue, 45).falls_out == 2
    assert not moved(issue, 22).is_at_least


def test_the_promise_is_that_of_the_plans_on_sale():
    make.plan()

    assert rescheduling.promised_a_year() == (24,)
    make.plan().versions.update(sold_from_at=None)
    assert rescheduling.promised_a_year() == ()


# -- The pages ----------------------------------------------------------------

PLANNER = "/desk/articles/issue/planner/"
THIS_YEAR = timezone.localdate().year


def page_of(issue):
    return reverse("admin:articles_issue_reschedule", args=[issue.pk])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    make.plan()
    return client


def test_an_editor_lays_next_year_out_and_finds_nothing_to_do_when_pressing_again(desk):
    year = THIS_YEAR + 1
    days = [day.isoformat() for day in cover_dates(TwiceAMonth(), year)]
    form = {"year": year, "rule": "twice", "first": "", "days": "", "day": days}

    page = desk.get(PLANNER, {"year": year, "rule": "twice"})
    done = desk.post(PLANNER, form, follow=True)
    again = desk.post(PLANNER, form, follow=True)

    assertContains(page, "Make volume 1, number 24")
    assertContains(done, "24 issues were laid out.")
    assertNotContains(done, "Make volume")
    assertContains(again, "Nothing was missing")
    assert Issue.objects.count() == 24


def test_gaps_and_clashes_are_marked_where_they_are(desk):
    year = THIS_YEAR + 1
    make.issue(number=1, cover_on=date(year, 6, 15), released_at=None)
    make.issue(number=2, cover_on=date(year, 6, 17), released_at=None)

    page = desk.get(PLANNER, {"year": year, "rule": "own", "days": f"{year}-06-15\n17 June {year}"})

    assertContains(page, "Only 2 days after the issue of 15 June.")
    assertContains(page, "has 2 of the 24 issues that plans promise: 22 are missing.")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"rule": "fortnight"}, "Say from which day on."),
        ({"rule": "own"}, "Write down at least one day."),
        ({"rule": "own", "days": "soon"}, "“soon” is no day"),
        ({"rule": "own", "days": "2027-01-04\n" * 201}, "more than 200 days"),
        ({"rule": "fortnight", "first": "31.2.2027"}, "Enter a valid date."),
        ({"rule": "twice", "year": "99999"}, "less than or equal to 2200"),
        ({"rule": "tides"}, "not one of the available choices"),
    ],
)
def test_a_rule_that_cannot_be_read_is_answered_beside_the_field(desk, asked, sentence):
    page = desk.get(PLANNER, {"year": "2027"} | asked)

    assertContains(page, sentence, status_code=422)


@pytest.mark.parametrize("asked", ["", "?year=", "?year=soon", "?year=2027&rule=twice", "?year=1899"])
def test_any_address_of_the_planner_answers(desk, asked):
    assert desk.get(PLANNER + asked).status_code in {200, 422}


def test_the_planner_costs_the_same_for_few_issues_and_many(desk, django_assert_max_num_queries):
    planning.make_missing(
        TwiceAMonth(), THIS_YEAR + 1, cover_dates(TwiceAMonth(), THIS_YEAR + 1), by=make.staff(Role.EDITOR)
    )

    with django_assert_max_num_queries(10):
        desk.get(PLANNER, {"year": THIS_YEAR + 1})


def test_before_moving_one_sees_whom_it_touches_and_then_it_does_just_that(desk):
    issue = make.issue(released_at=None, cover_on=timezone.localdate() + timedelta(days=20))
    subscription = make.subscription(months=1)
    to = issue.cover_on + timedelta(days=30)

    seen = desk.get(page_of(issue), {"on": to.isoformat(), "weight": 1})
    assert Issue.objects.get().cover_on == issue.cover_on
    done = desk.post(
        page_of(issue),
        {"on": to.isoformat(), "weight": 1, "seen_on": issue.cover_on.isoformat(), "seen_weight": 1},
        follow=True,
    )

    assertContains(seen, "It falls out of the paid days of 1 subscription.")
    # Who that is, an editor is not told.
    assertNotContains(seen, subscription.number)
    assertContains(done, "counts as 1.")
    assert Issue.objects.get().cover_on == to
    assert IssueEvent.objects.get().detail["subscriptions"]["falls_out"] == 1


def test_those_who_look_after_subscribers_see_which_they_are(client):
    client.force_login(make.staff(Role.PUBLISHER))
    issue = make.issue(released_at=None, cover_on=timezone.localdate() + timedelta(days=20))
    subscription = make.subscription(months=1)

    page = client.get(page_of(issue), {"on": (issue.cover_on + timedelta(days=30)).isoformat(), "weight": 1})

    assertContains(page, reverse("admin:subscriptions_subscriber", args=[subscription.reader_id]))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"on": "2020-01-01", "weight": 1}, "That day has passed"),
        ({"on": "soon", "weight": 1}, "Enter a valid date."),
        ({"on": "2100-01-01", "weight": 12}, "less than or equal to 9"),
        ({"on": "2100-01-01", "weight": 1, "seen_on": "2020-02-02"}, "since you looked"),
        ({"on": "2100-01-01", "weight": 1}, "since you looked"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_moved(desk, sent, sentence):
    issue = make.issue(released_at=None, cover_on=timezone.localdate() + timedelta(days=20))

    page = desk.post(page_of(issue), sent)

    assertContains(page, sentence, status_code=422)
    assert Issue.objects.get().cover_on == issue.cover_on


def test_leaving_it_as_it_is_moves_nothing_and_a_neighbour_too_near_is_named(desk):
    issue = make.issue(released_at=None, cover_on=timezone.localdate() + timedelta(days=20))
    make.issue(volume=7, number=7, released_at=None, cover_on=issue.cover_on + timedelta(days=12))

    same = desk.get(page_of(issue), {"on": issue.cover_on.isoformat(), "weight": 1})
    near = desk.get(page_of(issue), {"on": (issue.cover_on + timedelta(days=10)).isoformat(), "weight": 1})

    assertContains(same, "That is how it is now", status_code=422)
    assertContains(near, "Volume 7, number 7 comes on")


def test_a_released_issue_offers_no_move_and_refuses_one(desk):
    issue = make.issue()
    sent = {"on": "2100-01-01", "weight": 1, "seen_on": issue.cover_on.isoformat(), "seen_weight": 1}

    assertContains(desk.get(page_of(issue)), "readers have it, and its day stands")
    assertContains(desk.post(page_of(issue), sent), "its day stands", status_code=422)
    assert Issue.objects.get().cover_on == issue.cover_on


def test_the_form_of_an_issue_does_not_move_it_unseen(desk):
    issue = make.issue(released_at=None)

    page = desk.get(reverse("admin:articles_issue_change", args=[issue.pk]))

    assertNotContains(page, 'name="cover_on"')
    assertNotContains(page, 'name="weight"')
    assertContains(page, page_of(issue))


def test_a_writer_finds_no_planner(client):
    client.force_login(make.staff(Role.WRITER))
    issue = make.issue(released_at=None)

    assert client.get(PLANNER).status_code == 403
    assert client.get(page_of(issue)).status_code == 403
    assertNotContains(client.get(reverse("admin:articles_issue_changelist")), "planner")
