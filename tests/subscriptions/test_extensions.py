"""Days that are added: to one subscription, or to all who would be short of issues."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from articles.models import Issue
from subscriptions import terms
from subscriptions.ledger.accounts import account_of
from subscriptions.life import extensions, lifecycle, making_good, pauses, renewals
from subscriptions.models import Extension, Letter, Payment, Subscription, SubscriptionEvent, Term
from subscriptions.paying import guarantee, payments, refunds
from tests import make
from tests.working import work

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

OWED = "/desk/subscriptions/extension/"
BULK = "/desk/subscriptions/extension/bulk/"


def extend(subscription, days=10, *, batch="once", **fields):
    return extensions.extend(subscription, days, batch=batch, by=None, reason="A late issue", **fields)


def ends(subscription) -> list:
    kept = Term.objects.kept().filter(subscription=subscription).order_by("starts_on")
    return [(term.starts_on, term.ends_on) for term in kept]


def prepaid(subscription) -> Subscription:
    """Their next year is paid already."""
    bill = renewals.bill_next_term(subscription, by=subscription.reader)
    payments.confirm(bill, paid_on=terms.day_of(timezone.now()))
    return Subscription.objects.with_facts().get(pk=subscription.pk)


@pytest.fixture
def short():
    """A magazine with an issue of today and one in five hundred days, and a subscriber of a year."""
    today = terms.day_of(timezone.now())
    make.issue(cover_on=today, released_at=timezone.now())
    make.issue(cover_on=today + timedelta(days=500), released_at=None, weight=30)
    return make.subscription()


# -- One -----------------------------------------------------------------------


def test_days_are_added_to_the_end_and_the_rights_follow():
    subscription = make.subscription()
    [(starts_on, ends_on)] = ends(subscription)

    extension = extend(subscription, 10)

    later = ends_on + timedelta(days=10)
    assert ends(subscription) == [(starts_on, later)]
    assert {right.until_at for right in subscription.entitlements.all()} == {terms.end_of(later)}
    event = subscription.events.get(kind=SubscriptionEvent.Kind.EXTENDED)
    assert "A late issue" in event.reason
    letter = Letter.objects.get(kind=Letter.Kind.EXTENDED)
    assert (letter.about_id, letter.reader) == (extension.pk, subscription.reader)


def test_extended_twice_in_one_batch_the_days_are_added_once():
    subscription = make.subscription()
    before = ends(subscription)

    first, again = extend(subscription), extend(subscription)

    assert first == again
    assert ends(subscription) == [(before[0][0], before[0][1] + timedelta(days=10))]
    assert Letter.objects.filter(kind=Letter.Kind.EXTENDED).count() == 1
    extend(subscription, batch="another")
    assert Extension.objects.count() == 2


def test_the_last_of_several_terms_is_the_one_that_is_extended():
    subscription = prepaid(make.subscription())
    first, second = ends(subscription)

    extend(subscription, 5)

    assert ends(subscription) == [first, (second[0], second[1] + timedelta(days=5))]


def test_the_next_term_begins_behind_the_days_that_were_added_and_counts_anew_from_there():
    subscription = make.subscription()
    extend(subscription, 10)

    subscription = prepaid(subscription)

    first, second = ends(subscription)
    assert second[0] == first[1] + timedelta(days=1)
    assert second[1] == terms.anniversary(second[0], 12) - timedelta(days=1)


def test_days_that_are_added_promise_no_more_issues():
    subscription = make.subscription()

    extend(subscription, 100)

    assert account_of(subscription).promised == 24


def test_days_of_grace_move_behind_the_days_that_were_added():
    subscription = make.subscription()
    renewals.bill_next_term(subscription)
    before = Subscription.objects.get(pk=subscription.pk).grace_until_on

    extend(subscription, 10)

    assert Subscription.objects.get(pk=subscription.pk).grace_until_on == before + timedelta(days=10)


def test_a_paused_reader_has_the_days_behind_the_pause():
    subscription = make.subscription()
    today = terms.day_of(timezone.now())
    pauses.pause(subscription, today + timedelta(days=1), today + timedelta(days=10), by=subscription.reader)
    [(starts_on, ends_on)] = ends(subscription)

    extend(subscription, 10)

    assert ends(subscription) == [(starts_on, ends_on + timedelta(days=10))]


def test_a_reader_who_cancelled_has_the_days_all_the_same():
    subscription = make.subscription()
    lifecycle.cancel(subscription, by=subscription.reader)
    [(starts_on, ends_on)] = ends(subscription)

    extend(subscription, 3)

    assert ends(subscription) == [(starts_on, ends_on + timedelta(days=3))]


@pytest.mark.parametrize(("days", "reason"), [(0, "x"), (-1, "x"), (733, "x"), (5, " ")])
def test_what_makes_no_sense_is_refused(days, reason):
    subscription = make.subscription()

    with pytest.raises(extensions.CannotExtendError):
        extensions.extend(subscription, days, batch="b", by=None, reason=reason)
    assert not Extension.objects.exists()


def test_what_was_paid_back_or_never_paid_cannot_be_extended():
    refunded, ordered = make.subscription(), make.order()
    refunds.execute(guarantee.plan_refund(refunded), by=refunded.reader)

    for subscription in (refunded, ordered):
        with pytest.raises(extensions.CannotExtendError):
            extend(subscription)


# -- All who will be short -----------------------------------------------------


def test_the_plan_says_who_gets_how_many_days_and_doing_it_does_just_that(short):
    plan = extensions.plan_bulk()
    [row] = plan.rows

    done = extensions.execute(plan, by=None, reason="Fewer issues")

    assert (row.subscription, plan.days, plan.missing) == (short, row.days, row.missing)
    assert [one.days for one in done.extended] == [row.days]
    assert ends(short)[-1][1] == row.enough_on
    assert extensions.plan_bulk().rows == ()


def test_a_plan_that_is_done_twice_adds_the_days_once(short):
    plan = extensions.plan_bulk()
    extensions.execute(plan, by=None, reason="Fewer issues")
    after = ends(short)

    again = extensions.execute(plan, by=None, reason="Fewer issues")

    assert (again.extended, again.changed) == ((), ())
    assert ends(short) == after


def test_who_has_changed_since_is_left_alone(short):
    other = make.subscription()
    plan = extensions.plan_bulk()
    extend(other, 1)

    done = extensions.execute(plan, by=None, reason="Fewer issues")

    assert [one.subscription for one in done.extended] == [short]
    assert [row.subscription for row in done.changed] == [other]


def test_a_plan_is_known_by_what_it_does(short):
    before = extensions.plan_bulk().key
    assert extensions.plan_bulk().key == before

    Issue.objects.filter(released_at=None).update(weight=1)

    assert extensions.plan_bulk().key != before


# -- The desk ------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SUBSCRIBER_STAFF, Role.FINANCE, Role.PUBLISHER])
def test_who_sells_and_who_counts_see_the_issues_owed(client, short, role):
    client.force_login(make.staff(role))

    response = client.get(OWED)

    assertContains(response, short.number)
    assertContains(
        response, "1 subscription is going to be short of issues. 23 issues will be missing in all."
    )
    if role == Role.FINANCE:
        assertNotContains(response, "Extend them")
        assert client.get(BULK).status_code == 403
        assert client.post(BULK).status_code == 403


def test_staff_see_what_extending_does_before_they_do_it(client, short):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    plan = extensions.plan_bulk()

    shown = client.get(BULK)
    refused = client.post(BULK, {"key": plan.key, "reason": ""})
    assert not Extension.objects.exists()
    done = client.post(BULK, {"key": plan.key, "reason": "Fewer issues than planned"}, follow=True)

    assertContains(shown, short.number)
    assertContains(shown, f"<dd>{plan.days}</dd>", html=True)
    assertContains(refused, "Say why", status_code=422)
    assertRedirects(done, OWED)
    assertContains(done, "1 subscription was extended.")
    assertContains(done, "Fewer issues than planned")
    assertContains(done, "everybody gets what they were promised")
    assert Extension.objects.get().days == plan.days


def test_staff_who_looked_at_something_else_are_shown_it_anew(client, short):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    key = extensions.plan_bulk().key
    other = make.subscription()

    response = client.post(BULK, {"key": key, "reason": "Fewer issues"})

    assertContains(response, "Things have changed since you looked.", status_code=422)
    assertContains(response, other.number, status_code=422)
    assertContains(response, "Fewer issues", status_code=422)
    assert not Extension.objects.exists()


def test_with_nobody_short_there_is_nothing_to_extend(client):
    client.force_login(make.staff(Role.PUBLISHER))

    response = client.get(BULK, follow=True)

    assertRedirects(response, OWED)
    assertContains(response, "there is nothing to extend")


def test_a_card_is_charged_as_much_later_as_days_were_added():
    subscription = make.subscription()
    bill = renewals.bill_next_term(subscription)
    [(_starts_on, ends_on)] = ends(subscription)
    Payment.objects.filter(pk=bill.pk).update(next_try_at=terms.end_of(ends_on))

    extend(subscription, 10)

    assert Payment.objects.get(pk=bill.pk).next_try_at == terms.end_of(ends_on + timedelta(days=10))


# -- A large house -------------------------------------------------------------


@pytest.fixture
def large(short, monkeypatch, settings):
    """A house in which one subscription is too many to look at while somebody waits."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    monkeypatch.setattr(making_good, "AT_ONCE", 0)
    return short


def test_in_a_large_house_the_desk_shows_what_the_worker_found(client, large, django_assert_max_num_queries):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    assertContains(client.get(OWED), "It has not been yet.")

    assert making_good.look() == 1

    with django_assert_max_num_queries(12):
        assertContains(client.get(OWED), "1 subscription is going to be short of issues.")


def test_in_a_large_house_the_worker_extends_those_that_were_shown(client, large):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    making_good.look()
    key = making_good.forecast().key

    response = client.post(BULK, {"key": key, "reason": "Fewer issues"}, follow=True)
    work()

    assertContains(response, "The worker extends them")
    assert Extension.objects.get().subscription == large
    assert making_good.forecast().count == 0


def test_in_a_large_house_nobody_is_extended_who_was_not_shown(large):
    making_good.look()
    key = making_good.forecast().key
    make.subscription()

    assert making_good.extend_as_shown(key, by=make.staff(Role.PUBLISHER), reason="Fewer issues") == 0

    assert not Extension.objects.exists()
    assert making_good.forecast().count == 2
