"""What costs much or touches many needs two people, and is done as it was shown or not at all."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.roles import Role
from subscriptions.acting import rehearsal
from subscriptions.admin import acting
from subscriptions.models import Approval, BulkDeed, Refund, StaffNote
from subscriptions.paying import refunds
from subscriptions.people import approvals, bulk
from tests import make
from tests.subscriptions.clicking import mark_on
from tests.working import work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits(settings, db):
    settings.MAGAZINE_SECOND_PERSON_ABOVE = {"GBP": 5000}
    settings.MAGAZINE_SECOND_PERSON_PEOPLE = 2
    make.sold_plan()


@pytest.fixture
def seller(client):
    person = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(person)
    return person


@pytest.fixture
def colleague():
    return make.staff(Role.FINANCE)


def give_back(client, subscription, amount: str, *, reason: str = "Moved away"):
    """Choose, look and press the button, as staff do."""
    address = f"/desk/subscriptions/subscription/{subscription.pk}/do/give-back/"
    chosen = {"payment": subscription.payments.order_by("pk").first().pk, "amount": amount}
    page = client.post(address, chosen)
    return client.post(address, {**chosen, "reason": reason, "shown": mark_on(page)}, follow=True)


def decide(client, person, approval, decision: str):
    client.force_login(person)
    address = f"/desk/subscriptions/approval/{approval.pk}/decide/"
    return client.post(address, {"decision": decision, "note": "Looked at it"}, follow=True)


@pytest.mark.parametrize(
    ("before", "amount", "waits"), [(0, "50.00", False), (0, "50.01", True), (3000, "20.01", True)]
)
def test_more_than_the_limit_waits_however_it_is_parted(client, seller, before, amount, waits):
    subscription = make.subscription()
    if before:
        refunds.give_back(subscription.payments.get(), before, by=seller, reason="A torn cover")

    give_back(client, subscription, amount)

    assert Approval.objects.exists() == waits
    assert Refund.objects.count() == bool(before) + (not waits)


def test_a_second_person_signs_and_the_money_goes_back(client, seller, colleague):
    subscription = make.subscription()
    page = give_back(client, subscription, "84.00")
    assertContains(page, "it waits until somebody else has signed it")
    give_back(client, subscription, "84.00")
    approval = Approval.objects.get()
    assertContains(
        client.get(f"/desk/subscriptions/subscribers/{subscription.reader_id}/"), "second signature"
    )
    client.force_login(colleague)
    assertContains(client.get("/desk/"), "£84.00 goes back to")

    decide(client, colleague, approval, "yes")

    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.requested_by, refund.reason) == (8400, seller, "Moved away")
    signed = subscription.events.get(kind="signed")
    assert (signed.actor, signed.reason) == (colleague, "Looked at it")
    decide(client, colleague, approval, "yes")
    assert Refund.objects.count() == 1


def test_the_same_person_cannot_sign_nor_can_who_may_not(client, seller):
    subscription = make.subscription()
    give_back(client, subscription, "84.00")
    approval = Approval.objects.get()

    assertContains(decide(client, seller, approval, "yes"), "You asked for this yourself", status_code=422)
    assert decide(client, make.staff(Role.EDITOR), approval, "yes").status_code == 403
    with pytest.raises(approvals.CannotDecideError):
        approvals.refuse(approval, by=make.reader())
    approval.refresh_from_db()
    assert not approval.decision
    assert not Refund.objects.exists()


def test_what_would_be_something_else_by_now_is_not_done(client, seller, colleague):
    subscription = make.subscription()
    give_back(client, subscription, "84.00")
    approval = Approval.objects.get()
    refunds.give_back(subscription.payments.get(), 100, by=seller, reason="A torn cover")

    page = decide(client, colleague, approval, "yes")

    assertContains(page, "Nothing was done")
    assertContains(page, "It cannot be signed")
    assert Refund.objects.count() == 1
    decide(client, colleague, approval, "no")
    approval.refresh_from_db()
    assert (approval.decision, approval.decided_by) == ("no", colleague)


def test_the_mark_is_compared_where_it_is_done(client, seller, colleague):
    subscription = make.subscription()
    give_back(client, subscription, "84.00")
    Approval.objects.update(shown="something else")
    approval = Approval.objects.get()
    deed = acting.asked_deed(approval, make.loaded(subscription))

    with pytest.raises(rehearsal.ChangedSinceError):
        approvals.approve_money(approval, deed, by=colleague)

    approval.refresh_from_db()
    assert not approval.decision
    assert not Refund.objects.exists()


def test_the_guarantee_claimed_at_the_desk_waits_too(client, seller, colleague):
    subscription = make.subscription()
    address = f"/desk/subscriptions/subscription/{subscription.pk}/do/guarantee/"
    client.post(address, {"reason": "Rang", "shown": mark_on(client.get(address))})
    assert not Refund.objects.exists()

    decide(client, colleague, Approval.objects.get(), "yes")

    assert Refund.objects.get().kind == Refund.Kind.GUARANTEE


@pytest.mark.parametrize(("decision", "notes"), [("yes", 3), ("no", 0)])
def test_an_action_on_many_waits_and_is_done_for_exactly_those_who_were_shown(
    client, seller, colleague, decision, notes
):
    for _one in range(3):
        make.subscription()
    plan = bulk.plan(bulk.Kind.NOTE, {"text": "Ring"}, {"state": ["active"]})
    deed = bulk.begin(plan, mark=plan.mark, by=seller, reason="A survey")
    make.subscription()
    work()
    assert (deed.state, StaffNote.objects.count()) == (BulkDeed.State.WAITING, 0)

    decide(client, colleague, deed.approval, decision)
    work()

    deed.refresh_from_db()
    assert StaffNote.objects.count() == notes
    assert deed.state == (BulkDeed.State.DONE if notes else BulkDeed.State.REFUSED)


def test_whose_question_it_was_may_have_left(client, seller, colleague):
    subscription = make.subscription(at=timezone.now() - timedelta(days=1))
    give_back(client, subscription, "84.00")
    seller.is_active = False
    seller.save()

    page = decide(client, colleague, Approval.objects.get(), "yes")

    assertContains(page, "has to be asked anew", status_code=422)
