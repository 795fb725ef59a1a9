"""Copies held back while nobody is at home, and copies that did not come or came damaged."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from subscriptions.fulfilment import claims, cutoffs, holds, runs
from subscriptions.models import CopyClaim, Extension, Hold, Label, SubscriptionEvent, Withheld
from tests import make
from tests.subscriptions import posted
from tests.subscriptions.posted import DAY, NOON, at, day
from tests.working import work

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

Why = CopyClaim.Why
Outcome = CopyClaim.Outcome


@pytest.fixture
def subscriber():
    """Somebody with a paid plan, print and an address."""
    make.sold_plan()
    made = make.printed(make.subscription(at=at(-20)), at=at(-20))
    make.address(by=made.reader, at=at(-20))
    return made


def ends_on(subscription):
    return max(term.ends_on for term in subscription.terms.kept())


# -- Holds ---------------------------------------------------------------------


def test_a_held_copy_is_withheld_and_days_are_added_for_it_once(subscriber, mailoutbox):
    one = posted.issue(2, 19)
    other = posted.issue(3, 33)
    before = ends_on(subscriber)
    assert holds.would(subscriber.reader, day(15), day(25), NOON).kept_back == (one,)

    made = holds.hold(subscriber.reader, day(15), day(25), by=subscriber.reader, at=NOON)
    run = posted.frozen(one)
    work()

    kept = run.withheld.get()
    assert (kept.why, kept.hold, kept.subscription) == (Withheld.Why.HOLD, made, subscriber)
    assert kept.made_good_at is not None
    # A year of 24 issues: 15 days for one.
    assert ends_on(subscriber) == before + timedelta(days=15)
    assert [holds.make_good(run), holds.make_all_good(), Extension.objects.count()] == [0, 0, 1]
    assert posted.frozen(other).labels.get().reader == subscriber.reader
    assert [letter.subject for letter in mailoutbox if "No printed copies" in letter.subject]
    kinds = set(subscriber.events.values_list("kind", flat=True))
    assert {SubscriptionEvent.Kind.HELD, SubscriptionEvent.Kind.EXTENDED} <= kinds


def test_a_hold_begins_when_the_next_open_cutoff_allows_and_lasts_three_months_at_most(subscriber):
    closed, later = posted.issue(2, 9), posted.issue(3, 33)
    reader = subscriber.reader
    assert closed.cutoff_at < NOON < later.cutoff_at
    assert holds.first_possible(NOON) == day(10)
    for first, last, field in (
        (9, 20, "first_on"),
        (20, 19, "last_on"),
        (10, 10 + holds.LONGEST_DAYS, "last_on"),
        (400, 401, "first_on"),
    ):
        with pytest.raises(ValidationError) as refusal:
            holds.hold(reader, day(first), day(last), by=reader, at=NOON)
        assert field in refusal.value.message_dict
    holds.hold(reader, day(10), day(9 + holds.LONGEST_DAYS), by=reader, at=NOON)
    with pytest.raises(ValidationError):
        holds.hold(reader, day(50), day(120), by=reader, at=NOON)
    with pytest.raises(ValidationError):
        holds.hold(make.reader(), day(10), day(20), by=reader, at=NOON)
    assert Hold.objects.count() == 1


@pytest.mark.parametrize(("called_off", "comes"), [(timedelta(hours=-1), True), (timedelta(hours=1), False)])
def test_a_hold_that_is_called_off_before_the_cutoff_lets_the_copy_come(subscriber, called_off, comes):
    one = posted.issue(2, 19)
    made = holds.hold(subscriber.reader, day(15), day(25), by=subscriber.reader, at=NOON)
    until = cutoffs.cutoff_of(one.issue)

    assert holds.call_off(made, by=subscriber.reader, at=until + called_off)
    assert not holds.call_off(made, by=subscriber.reader, at=until + called_off)

    run = runs.freeze(one.issue, by=None, at=until + 2 * DAY)
    assert (run.labels.exists(), run.withheld.exists()) == (comes, not comes)


def test_a_copy_of_a_gift_that_is_held_back_costs_nothing_and_adds_nothing():
    one = posted.issue(2, 19)
    reader = posted.reader()
    assert holds.hold(reader, day(15), day(25), by=reader, at=NOON)
    run = posted.frozen(one)
    work()
    assert (run.withheld.get().made_good_at, Extension.objects.count()) == (None, 0)


# -- Claims --------------------------------------------------------------------


def test_the_first_missing_copy_of_a_term_is_sent_again_and_for_the_next_days_are_added(
    subscriber, mailoutbox
):
    first, second = (
        posted.label_of(posted.frozen(posted.issue(number, offset)), subscriber.reader)
        for number, offset in ((2, 19), (3, 33))
    )
    make.address(by=subscriber.reader, at=at(30), street="9 New Street")
    before = ends_on(subscriber)

    made = claims.claim(first, Why.MISSING, by=subscriber.reader, at=at(26))
    again = claims.claim(second, Why.DAMAGED, by=subscriber.reader, at=at(45))
    work()

    assert (made.outcome, made.replacement.code) == (Outcome.REPLACED, "14-2-000002")
    assert made.replacement.kind == Label.Kind.REPLACEMENT
    assert (again.outcome, again.extension.days) == (Outcome.EXTENDED, 15)
    assert ends_on(subscriber) == before + timedelta(days=15)
    for label, now in ((first, at(27)), (made.replacement, at(27))):
        with pytest.raises(claims.CannotClaimError):
            claims.claim(label, Why.MISSING, by=subscriber.reader, at=now)
    assert "4 Ropewalk" in next(one.body for one in mailoutbox if "14/2" in one.subject)


@pytest.mark.parametrize(("days", "can"), [(6, False), (7, True), (60, True), (61, False)])
def test_a_copy_is_claimed_from_a_week_to_two_months_after_its_day(days, can):
    reader = posted.reader()
    label = posted.label_of(posted.frozen(posted.issue(2, 19)), reader)
    assert claims.can_claim(label, at(19 + days)) is can


def test_a_gift_has_one_copy_a_year_replaced_and_nobody_one_to_nowhere():
    reader = posted.reader()
    first, second = (
        posted.label_of(posted.frozen(posted.issue(number, offset)), reader)
        for number, offset in ((2, 19), (3, 33))
    )
    reader.addresses.update(undeliverable_at=at(20))
    with pytest.raises(claims.CannotClaimError):
        claims.would(first, at(26))
    make.address(by=reader, at=at(26), street="9 New Street")
    assert "9 New Street" in claims.claim(first, Why.MISSING, by=reader, at=at(26)).replacement.lines
    with pytest.raises(claims.CannotClaimError):
        claims.would(second, at(45))


# -- The reader's pages --------------------------------------------------------


def test_a_reader_holds_copies_calls_it_off_and_claims_one_on_their_own_pages(client):
    reader = posted.reader()
    now = timezone.now()
    today = timezone.localdate()
    sent = make.issue(volume=13, number=1, cover_on=today - timedelta(days=10), released_at=None)
    label = posted.label_of(
        runs.freeze(runs.find("13/1").issue, by=None, at=now - timedelta(days=11)), reader
    )
    make.issue(volume=13, number=2, cover_on=today + timedelta(days=30), released_at=None)
    client.force_login(reader)
    account, page = reverse("subscriptions:account"), reverse("subscriptions:hold")
    days = {"first_on": today + timedelta(days=25), "last_on": today + timedelta(days=35)}

    shown = client.get(page, days)
    assert "13/2" in shown.text
    assert client.get(page, {**days, "last_on": today}).status_code == 422
    assert client.post(page, {"first_on": "soon", "last_on": ""}).status_code == 422
    assert not Hold.objects.exists()
    assert client.post(page, days).status_code == 302
    held = Hold.objects.get()
    end = reverse("subscriptions:hold_end", args=[held.pk])
    assert end in client.get(account).text
    assert "13/2" in client.get(end).text
    assert client.post(end).status_code == 302
    assert end not in client.get(account).text

    claim = reverse("subscriptions:claim", args=[label.code])
    assert claim in client.get(account).text
    assert "4 Ropewalk" in client.get(claim).text
    assert client.post(claim).status_code == 422
    assert client.post(claim, {"why": "missing"}).status_code == 302
    assert CopyClaim.objects.get().label.run.issue_name == str(sent)
    assert "told us of this copy already" in client.get(claim).text
    # What is somebody else's is not found.
    client.force_login(make.reader())
    assert [client.get(address).status_code for address in (claim, end)] == [404, 404]
