"""An announced feature goes live: whose promise becomes kept, who gets the right, who is told."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from subscriptions import access, entitlements, tasks
from subscriptions.features import Feature
from subscriptions.keeping import board
from subscriptions.life import lifecycle
from subscriptions.models import Entitlement, Gift, Letter, PlanFeature, Seat, WaitsForFeature
from subscriptions.promises import State
from subscriptions.selling import going_live
from subscriptions.terms import day_of
from tests import make
from tests.killing import machines_that_stop
from tests.subscriptions import giving
from tests.working import work

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

AD_FREE = Feature.AD_FREE
PAGE = "/desk/subscriptions/promisecheck/go-live/ad_free/"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def go() -> None:
    going_live.go_live(AD_FREE, shown=going_live.preview(AD_FREE).mark)


def seat() -> Seat:
    """A seat of a group, taken a day ago."""
    group, reader = giving.group(), make.reader()
    taken = Seat.objects.create(
        group=group, email=reader.email, reader=reader, taken_at=timezone.now() - timedelta(days=1)
    )
    entitlements.write_for_seat(taken)
    return taken


def redeemed() -> Gift:
    """A gift that was taken up today by somebody without a plan."""
    gift, today = giving.paid(), day_of(timezone.now())
    gift.recipient, gift.redeemed_at = make.reader(), timezone.now()
    gift.first_on, gift.last_on = today, today + timedelta(days=364)
    gift.save()
    entitlements.write_for_gift(gift)
    return gift


def reads_without(reader) -> bool:
    return access.may(reader, AD_FREE).granted


@pytest.fixture(autouse=True)
def _a_plan_sold_for_long():
    make.sold_plan()


def test_a_publisher_sees_whom_it_touches_and_presses_the_button_once():
    sold, other = make.subscription(), make.plan(name="Not sold yet").versions.get()
    publisher = signed_in(make.staff(Role.PUBLISHER))
    board.check()
    assertContains(publisher.get(reverse("admin:subscriptions_promisecheck_changelist")), PAGE)

    page = publisher.get(PAGE)
    assertContains(page, "Halyard · 1, Not sold yet · 1")
    assert not reads_without(sold.reader)
    assert PlanFeature.objects.filter(key=AD_FREE, state="planned").count() == 2

    assert publisher.post(PAGE, {"shown": "of another day"}).status_code == 409
    publisher.post(PAGE, {"shown": page.context["form"].initial["shown"]})
    work()

    assert reads_without(sold.reader)
    promise = PlanFeature.objects.get(version=other, key=AD_FREE)
    assert (promise.state, promise.planned_on) == ("live", None)
    assert publisher.get(PAGE).status_code == 404
    assertNotContains(Client().get("/subscribe/"), "coming soon")


def test_everybody_who_has_paid_gets_the_right_and_nobody_else():
    running = make.subscription()
    prepaid = make.subscription(months=1)
    trial = make.trial()
    given_back = make.subscription()
    entitlements.end_at(given_back.entitlements.all())
    payment = given_back.payments.get()
    payment.refunded_minor = payment.amount_minor
    payment.save()
    over = make.subscription(months=1, at=timezone.now() - timedelta(days=60))
    sitting, given = seat(), redeemed()
    bystander = make.reader()

    go()
    work()

    with_it = {running.reader, prepaid.reader, trial.reader, sitting.reader, given.recipient}
    assert {
        person
        for person in [*with_it, given.giver, given_back.reader, over.reader, bystander]
        if reads_without(person)
    } == with_it
    term = running.terms.get()
    right = Entitlement.objects.get(term=term, feature=AD_FREE)
    others = Entitlement.objects.filter(term=term).exclude(pk=right.pk)
    assert {(one.from_at, one.until_at) for one in others} == {(right.from_at, right.until_at)}


def test_who_pays_afterwards_gets_it_like_everything_else():
    go()

    assert reads_without(make.subscription().reader)


def test_the_terms_of_a_sold_version_still_cannot_be_changed():
    sold = make.subscription()
    go()
    promise = sold.plan_version.features.get(key=AD_FREE)
    promise.state, promise.planned_on = "planned", date(2030, 1, 1)

    with pytest.raises(ValidationError):
        promise.save()


def test_run_again_it_writes_nothing_twice_and_in_small_batches_it_forgets_nobody(monkeypatch):
    monkeypatch.setattr(going_live, "BATCH", 2)
    readers = [make.subscription().reader for _ in range(5)]
    readers.append(seat().reader)

    go()
    work()
    tasks.write_live_rights.call(AD_FREE.value, 0, 0)
    work()

    assert all(reads_without(reader) for reader in readers)
    assert Entitlement.objects.filter(feature=AD_FREE).count() == 6


def test_a_machine_that_dies_at_any_statement_of_a_batch_leaves_nobody_out_and_no_right_alone():
    make.subscription(), make.subscription()
    go()
    DBTaskResult.objects.all().delete()
    for machine in machines_that_stop():
        with machine.running():
            going_live.write_batch(AD_FREE, 0, 0)
        # All of a batch is there, with the task that takes the next, or nothing is.
        written = Entitlement.objects.filter(feature=AD_FREE).count()
        assert (written, DBTaskResult.objects.count()) == ((0, 0) if machine.has_stopped else (2, 1))


def test_a_subscriber_asks_to_be_told_and_gets_one_letter(django_capture_on_commit_callbacks):
    subscription = make.subscription()
    client = signed_in(subscription.reader)
    assertContains(client.get("/account/"), "Tell me when")
    for _ in range(2):
        client.post("/account/tell-me/", {"feature": "ad_free"})
    assertContains(client.get("/account/"), "We write to you when it is there.")
    for nonsense in ("audio", "free beer", ""):
        client.post("/account/tell-me/", {"feature": nonsense})
    assert WaitsForFeature.objects.count() == 1
    mail.outbox.clear()

    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            if going_live.planned():
                go()
            tasks.write_live_rights.call(AD_FREE.value, 0, 0)
            work()
        work()

    letters = [letter for letter in mail.outbox if letter.subject == "Ad-free: it is there"]
    assert [letter.to for letter in letters] == [[subscription.reader.email]]
    assert "Your plan has it" in letters[0].body
    assert Letter.objects.filter(kind=Letter.Kind.FEATURE_LIVE).count() == 1
    assertNotContains(client.get("/account/"), "Tell me when")


def test_a_reader_who_left_meanwhile_is_told_what_would_give_it():
    subscription = make.subscription(months=1, at=timezone.now() - timedelta(days=60))
    going_live.ask_to_be_told(subscription.reader, AD_FREE)
    mail.outbox.clear()

    go()
    work()

    assert "It comes with a plan" in mail.outbox[-1].body


# -- The promise --------------------------------------------------------------


def found(day: date | None = None):
    at = (
        timezone.now()
        if day is None
        else timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))
    )
    return board.look(at)[AD_FREE]


def test_the_board_waits_for_the_day_turns_red_on_it_and_green_when_it_is_live():
    make.subscription()
    planned_on = PlanFeature.objects.get(key=AD_FREE).planned_on
    assert found(planned_on - timedelta(days=1)).state == State.PLANNED
    assert found(planned_on).state == State.BROKEN

    go()
    assert found().state == State.BROKEN
    assert "without its right" in found().sentence
    work()
    assert found().state == State.KEPT


def test_days_of_grace_are_without_advertisements_too():
    subscription = make.subscription(months=1, at=timezone.now() - timedelta(days=33))
    today = day_of(timezone.now())
    last_day = subscription.terms.get().ends_on
    subscription.grace_until_on = today + timedelta(days=5)
    subscription.save()
    entitlements.write_grace(subscription, after=last_day, until_on=subscription.grace_until_on)

    go()
    work()

    assert reads_without(subscription.reader)
    assert lifecycle.standing(make.loaded(subscription)) is not None
