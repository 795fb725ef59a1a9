"""The ledger of issues: what was promised, what came, what is owed; and when a term by issues ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Issue
from subscriptions import ledger, terms
from subscriptions.features import Feature
from subscriptions.ledger.accounts import Receipt, account, account_of, accounts
from subscriptions.ledger.lives import Life, Stretch
from subscriptions.ledger.moving import settle_terms_by_issues
from subscriptions.ledger.shortfalls import shortfall
from subscriptions.ledger.writing import write_down, write_down_all
from subscriptions.life import extensions, lifecycle, pauses, renewals, switching
from subscriptions.models import Payment, PlanFeature, Price, ReceivedIssue, Subscription, Term
from subscriptions.paying import guarantee, payments, refunds
from subscriptions.selling import opening as offer
from subscriptions.terms import Span
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)


def day(offset: int) -> date:
    """The day ``offset`` days after the Monday on which these tests are played."""
    return MONDAY + timedelta(days=offset)


def at(offset: int) -> datetime:
    """Noon of that day."""
    return NOON + timedelta(days=offset)


def planned(offset: int, **fields):
    return make.issue(cover_on=day(offset), released_at=None, **fields)


def came(offset: int, **fields):
    return make.issue(cover_on=day(offset), released_at=at(offset), **fields)


def fortnightly(first: int = 0, last: int = 364):
    """An issue every fortnight, all of them released by the last day."""
    return [came(offset) for offset in range(first, last + 1, 14)]


def plan(*, count: int = 24):
    """The advertised plan, on sale for a year, with ``count`` issues a year and a term of three issues."""
    made = offer.create_default_plans(at(-365))
    if not made.versions.get().is_sold:
        promise = PlanFeature.objects.get(version__plan=made, key=Feature.ISSUES_PER_YEAR)
        promise.parameters = {"count": count}
        promise.save()
        Price.objects.get_or_create(
            version=made.versions.get(), term_issues=3, currency="GBP", defaults={"amount_minor": 1500}
        )
    return made


def subscriber(offset: int = 0, *, months: int | None = 12, issues: int | None = None, count: int = 24):
    """Somebody who ordered and paid on that day."""
    version = plan(count=count).versions.get()
    price = version.prices.get(term_months=None if issues else months, term_issues=issues, currency="GBP")
    ordered = make.place_order(make.reader(), price, method=Payment.Method.TRANSFER, at=at(offset))
    return pay(ordered, offset)


def pay(subscription: Subscription, offset: int) -> Subscription:
    """What is expected of them is paid on that day."""
    bill = subscription.payments.get(status=Payment.Status.EXPECTED)
    payments.confirm(bill, paid_on=day(offset), at=at(offset))
    return Subscription.objects.with_facts().get(pk=subscription.pk)


def received(subscription: Subscription) -> list[int]:
    """The days on which issues came, counted from the Monday."""
    rows = ReceivedIssue.objects.filter(subscription=subscription)
    return [(row.received_on - MONDAY).days for row in rows.order_by("received_on", "key")]


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


# -- What came to whom ---------------------------------------------------------


def test_a_subscriber_receives_what_comes_on_a_day_of_the_term_and_nothing_else():
    for offset in (-1, 0, 15, 30, 31):
        came(offset)
    subscription = subscriber(months=1)

    assert write_down(at(40)) == 3
    assert received(subscription) == [0, 15, 30]


def test_an_issue_that_is_not_out_has_come_to_nobody():
    planned(3)
    came(10)
    subscription = subscriber()

    write_down(at(5))

    assert received(subscription) == []


def test_written_down_twice_an_issue_came_once():
    came(0)
    subscription = subscriber()

    assert [write_down(at(1)), write_down(at(1)), write_down_all(at(2))] == [1, 0, 0]
    assert received(subscription) == [0]


def test_an_issue_that_comes_late_comes_on_the_day_on_which_it_does():
    late = planned(3)
    subscription = subscriber()
    write_down(at(9))

    Issue.objects.filter(pk=late.pk).update(released_at=at(10))
    write_down(at(10))

    assert received(subscription) == [10]


def test_a_row_follows_its_issue_and_goes_with_it():
    issue = came(3)
    subscription = subscriber()
    write_down(at(4))

    Issue.objects.filter(pk=issue.pk).update(weight=2, title="The double one", released_at=at(2))
    write_down(at(5))
    row = ReceivedIssue.objects.get()
    assert (row.weight, row.received_on) == (2, day(2))
    assert "The double one" in row.name

    Issue.objects.filter(pk=issue.pk).update(released_at=None)
    write_down(at(6))
    assert received(subscription) == []


def test_nothing_comes_on_the_days_of_a_pause_and_everything_behind_it():
    for offset in (9, 10, 16, 17, 31, 37, 38):
        came(offset)
    subscription = subscriber(months=1)
    pauses.pause(subscription, day(10), day(16), by=subscription.reader, at=at(1))

    write_down(at(50))

    assert received(subscription) == [9, 17, 31, 37]


def test_what_comes_in_the_days_of_grace_counts_when_the_payment_comes_late():
    subscription = subscriber(months=1)
    came(33)
    renewals.bill_next_term(subscription, at=at(20))
    grace_until_on = Subscription.objects.get(pk=subscription.pk).grace_until_on
    assert (grace_until_on or MONDAY) >= day(34)
    write_down(at(34))
    in_grace = account_of(subscription, at(34))

    pay(subscription, 34)
    paid = account_of(subscription, at(34))

    assert (in_grace.came, in_grace.gifts) == (0, 1)
    assert (paid.came, paid.gifts) == (1, 0)
    assert write_down(at(35)) == 0


def test_nothing_comes_after_the_money_went_back():
    for offset in (3, 10, 11):
        came(offset)
    subscription = subscriber()
    write_down(at(5))
    refunds.execute(guarantee.plan_refund(subscription, at(10)), by=subscription.reader)

    write_down(at(20))

    account = account_of(subscription, at(20))
    assert received(subscription) == [3, 10]
    assert (account.promised, account.received, account.owed, account.gifts) == (0, 0, 0, 2)


def test_what_a_reader_tries_is_a_gift():
    came(3)
    subscription = subscriber()
    Term.objects.filter(subscription=subscription).update(kind=Term.Kind.TRIAL, payment=None, months=0)

    write_down(at(4))

    account = account_of(subscription, at(4))
    assert received(subscription) == [3]
    assert (account.promised, account.received, account.gifts) == (0, 0, 1)


def test_a_thousand_and_one_subscribers_cost_no_more_questions_than_two(django_assert_max_num_queries):
    subscriptions = [subscriber() for _number in range(3)]
    came(1)
    came(2)

    with django_assert_max_num_queries(30):
        assert write_down(at(3)) == 6
    with django_assert_max_num_queries(8):
        assert write_down(at(3)) == 0
    with django_assert_max_num_queries(12):
        assert len(list(accounts(Subscription.objects.all(), at(3)))) == len(subscriptions)
    with django_assert_max_num_queries(14):
        shortfall(at(3))


# -- Accounts ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "months", "promised"),
    [
        (24, 12, [24]),
        (24, 1, [2] * 6),
        (25, 1, [2] * 5 + [3]),
        (11, 1, [1, 1, 1, 1, 1, 1]),
        (6, 1, [1, 0, 1, 0, 1, 0]),
        (5, 1, [0, 1, 0, 1, 0, 1]),
        (1, 1, [0, 0, 0, 0, 0, 1]),
    ],
)
def test_rounding_loses_no_issue_from_one_term_to_the_next(count, months, promised):
    subscription = subscriber(months=months, count=count)
    for _term in promised[1:]:
        renewals.bill_next_term(subscription, at=at(0))
        pay(subscription, 0)

    account = account_of(subscription, at(0))

    assert [line.promised for line in account.lines] == promised
    assert account.promised == sum(promised)


def test_a_double_issue_counts_as_two_received():
    came(3, weight=2)
    came(10)
    subscription = subscriber()
    write_down(at(11))

    account = account_of(subscription, at(11))

    assert (account.promised, account.received, account.owed) == (24, 3, 21)
    assert account.first_issue.on == day(3)


def test_what_is_owed_from_one_term_is_made_good_in_the_next():
    for offset in (3, 35, 40, 45):
        came(offset)
    subscription = subscriber(months=1)
    renewals.bill_next_term(subscription, at=at(0))
    pay(subscription, 0)
    write_down(at(32))
    short = account_of(subscription, at(32))
    write_down(at(50))
    made_good = account_of(subscription, at(50))

    assert [(line.promised, line.received, line.owed) for line in short.lines] == [(2, 1, 1), (2, 0, 2)]
    assert [(line.promised, line.received, line.owed) for line in made_good.lines] == [(2, 2, 0), (2, 2, 0)]
    assert made_good.extra == 0


def test_what_comes_on_top_of_all_that_was_promised_is_extra():
    for offset in (3, 10, 20):
        came(offset)
    subscription = subscriber(months=1)
    write_down(at(21))

    account = account_of(subscription, at(21))

    assert (account.promised, account.received, account.owed, account.extra) == (2, 2, 0, 1)


def test_a_term_cut_short_by_a_change_of_plan_promises_its_share():
    subscription = subscriber(months=1)
    year = subscription.plan_version.prices.get(term_months=12, currency="GBP")
    switching.switch(subscription, year, by=subscription.reader, at=at(15))
    subscription = pay(subscription, 15)

    account = account_of(subscription, at(15))

    # 15 of 31 days of a month of two issues, and then the year.
    assert [line.promised for line in account.lines] == [1, 24]


# -- Terms by issues -----------------------------------------------------------


def issue_term(subscription: Subscription) -> date:
    return Term.objects.kept().get(subscription=subscription).ends_on


def test_a_term_of_three_issues_ends_the_day_before_the_fourth():
    for offset in (5, 20, 35):
        came(offset)
    planned(50)
    planned(65)
    subscription = subscriber(issues=3)

    settle_terms_by_issues(at(36))

    assert issue_term(subscription) == day(49)
    assert subscription.entitlements.first().until_at == terms.end_of(day(49))


def test_a_late_issue_takes_the_end_of_the_term_along():
    for offset in (5, 20):
        came(offset)
    third, fourth = planned(35), planned(50)
    subscription = subscriber(issues=3)
    settle_terms_by_issues(at(21))
    in_time = issue_term(subscription)

    settle_terms_by_issues(at(60))
    waiting = issue_term(subscription)
    Issue.objects.filter(pk=third.pk).update(released_at=at(61))
    Issue.objects.filter(pk=fourth.pk).update(cover_on=day(70))
    settle_terms_by_issues(at(61))
    write_down(at(61))

    assert in_time == day(49)
    assert waiting >= day(61)
    assert issue_term(subscription) == day(69)
    assert received(subscription) == [5, 20, 61]


def test_a_day_that_has_begun_is_not_taken_back_when_the_next_issue_is_out():
    for offset in (5, 20, 35):
        came(offset)
    fourth = planned(50)
    subscription = subscriber(issues=3)
    settle_terms_by_issues(at(50))
    Issue.objects.filter(pk=fourth.pk).update(released_at=at(50))

    settle_terms_by_issues(at(50))

    assert issue_term(subscription) == day(50)
    assert settle_terms_by_issues(at(51)) == 0


def test_the_next_term_begins_with_the_first_issue_that_the_one_before_did_not_pay():
    for offset in (5, 20, 35):
        came(offset)
    fourth = planned(50)
    subscription = subscriber(issues=3)
    renewals.bill_next_term(subscription, at=at(36))
    subscription = pay(subscription, 36)
    Issue.objects.filter(pk=fourth.pk).update(released_at=at(48))

    settle_terms_by_issues(at(48))
    write_down(at(48))

    first, second = Term.objects.filter(subscription=subscription).order_by("number")
    assert (first.ends_on, second.starts_on) == (day(47), day(48))
    assert ReceivedIssue.objects.get(key=f"1/{fourth.number}").term == second
    assert [line.owed for line in account_of(subscription, at(48)).lines] == [0, 2]


def test_an_issue_in_a_pause_does_not_use_up_a_term_of_issues():
    for offset in (5, 20, 35, 50):
        came(offset)
    planned(65)
    subscription = subscriber(issues=3)
    pauses.pause(subscription, day(15), day(25), by=subscription.reader, at=at(6))

    settle_terms_by_issues(at(51))
    write_down(at(51))

    assert received(subscription) == [5, 35, 50]
    assert issue_term(subscription) == day(64)


def test_days_that_were_added_to_a_term_of_issues_stay_added():
    for offset in (5, 20, 35):
        came(offset)
    planned(50)
    subscription = subscriber(issues=3)
    settle_terms_by_issues(at(36))
    extensions.extend(subscription, 7, batch="sorry", by=None, reason="Sorry", at=at(36))

    assert settle_terms_by_issues(at(36)) == 0
    assert issue_term(subscription) == day(56)


def test_settling_costs_no_more_for_more_terms_that_are_right(django_assert_max_num_queries):
    came(5)
    for _number in range(3):
        subscriber(issues=3)
    settle_terms_by_issues(at(6))

    with django_assert_max_num_queries(12):
        assert settle_terms_by_issues(at(6)) == 0


# -- Who will be short ---------------------------------------------------------


def test_nobody_is_short_while_nothing_is_planned_yet():
    subscriber()
    subscriber(months=1)

    assert shortfall(at(0)).rows == ()


def test_a_year_with_too_few_issues_in_the_planner_is_short_by_what_is_missing():
    for offset in range(5, 365, 16):
        planned(offset)
    for offset in (370, 380, 390):
        planned(offset)
    subscription = subscriber()

    [row] = shortfall(at(0)).rows

    assert row.subscription == subscription
    assert (row.promised, row.received, row.to_come, row.missing) == (24, 0, 23, 1)
    assert (row.ends_on, row.enough_on, row.days) == (day(364), day(370), 6)


def test_a_double_issue_in_the_planner_makes_good_what_was_missing():
    for offset in range(5, 365, 16):
        planned(offset)
    Issue.objects.filter(cover_on=day(5)).update(weight=2)
    subscriber()

    assert shortfall(at(0)).rows == ()


def test_who_renews_by_the_month_is_not_short_for_one_issue_that_slips_over_the_edge():
    came(3)
    planned(35)
    _renewing, leaving = subscriber(months=1), subscriber(months=1)
    lifecycle.cancel(leaving, by=leaving.reader, at=at(4))
    write_down(at(5))

    assert [row.subscription for row in shortfall(at(5)).rows] == [leaving]


def test_who_ended_short_stays_on_the_list_until_the_days_are_added():
    came(3)
    for offset in (50, 64):
        planned(offset)
    subscription = subscriber(months=1)
    lifecycle.cancel(subscription, by=subscription.reader, at=at(4))
    write_down(at(40))

    [row] = shortfall(at(40)).rows

    assert (row.missing, row.ends_on, row.enough_on) == (1, day(30), day(50))


def test_who_had_the_money_back_is_owed_nothing():
    for offset in range(5, 365, 60):
        planned(offset)
    planned(380)
    subscription = subscriber()
    refunds.execute(guarantee.plan_refund(subscription, at(3)), by=subscription.reader)

    assert shortfall(at(4)).rows == ()


# -- Always --------------------------------------------------------------------


@st.composite
def lives(draw) -> tuple[Life, list[Receipt]]:
    """A life of some terms, rests and issues; days are counted from the Monday."""
    stretches, starts_on = [], MONDAY
    for number in range(draw(st.integers(0, 6))):
        days = draw(st.integers(1, 400))
        ends_on = starts_on + timedelta(days=days - 1)
        kept = draw(st.booleans()) or draw(st.booleans())
        by_issues = draw(st.booleans())
        stretches.append(
            Stretch(
                term_id=number,
                starts_on=starts_on,
                ends_on=ends_on,
                had_until_on=ends_on if kept else starts_on,
                months=0 if by_issues else draw(st.integers(1, 24)),
                issues=draw(st.integers(1, 40)) if by_issues else 0,
                per_year=draw(st.integers(0, 60)),
                is_trial=draw(st.booleans()) and draw(st.booleans()),
                is_kept=kept,
                is_cut=draw(st.booleans()) and draw(st.booleans()),
            )
        )
        starts_on = ends_on + timedelta(days=1 + draw(st.sampled_from([0, 0, 0, 9])))
    rests = [
        Span(day(first), day(first + length))
        for first, length in draw(st.lists(st.tuples(st.integers(0, 900), st.integers(6, 91)), max_size=2))
    ]
    life = Life(Subscription(number="H-TEST"), tuple(stretches), rests=tuple(rests))
    offsets = draw(st.lists(st.integers(0, 1200), max_size=60, unique=True))
    receipts = [
        Receipt(str(offset), str(offset), day(offset), draw(st.sampled_from([1, 1, 1, 2, 3])))
        for offset in offsets
        if life.has(day(offset))
    ]
    return life, receipts


@given(lives())
def test_received_and_owed_are_what_was_promised_and_nothing_that_came_is_lost(played):
    life, receipts = played

    told = account(life, receipts)

    assert told.received + told.owed == told.promised
    for line in told.lines:
        assert line.received + line.owed == line.promised
        assert min(line.received, line.owed) >= 0
    assert told.received + told.extra + told.gifts == sum(receipt.weight for receipt in receipts)
    # Nothing is extra while something is owed: the oldest promise is filled first.
    assert told.extra == 0 or told.owed == 0
    owing = [line.owed > 0 for line in told.lines]
    received_behind = [line.received > 0 for line in told.lines]
    for place, owes in enumerate(owing):
        assert not (owes and any(received_behind[place + 1 :]))


@given(st.integers(1, 366), st.lists(st.integers(1, 36), min_size=1, max_size=12))
def test_however_a_year_is_cut_into_terms_it_promises_the_same(count, lengths):
    stretches = [
        Stretch(number, day(number), day(number), day(number), months, 0, count)
        for number, months in enumerate(lengths)
    ]
    told = account(Life(Subscription(), tuple(stretches)), [])

    exact = count * sum(lengths) / 12
    assert 0 <= told.promised - exact + 0.5 <= 1
    assert told.promised * 12 >= count * sum(lengths) - 6


@given(
    st.integers(1, 30),
    st.lists(st.tuples(st.integers(0, 600), st.sampled_from([1, 1, 2])), max_size=30),
    st.integers(1, 60),
)
def test_a_term_by_issues_never_ends_before_its_issues_have_come(issues, offsets, per_year):
    known = sorted(
        (
            ledger.forecasts.ComingIssue(str(place), "", day(offset), weight)
            for place, (offset, weight) in enumerate(offsets)
        ),
        key=lambda issue: (issue.on, issue.key),
    )

    ends_on = ledger.forecasts.end_of_count(MONDAY, issues, known=known, per_year=per_year)

    stream = ledger.forecasts.coming.from_day(known, MONDAY, per_year=per_year)
    came_in_it = 0
    for issue in stream:
        if issue.on > ends_on:
            break
        came_in_it += issue.weight
    assert came_in_it >= issues
    assert issue.on == ends_on + timedelta(days=1) or came_in_it - issues < 60
