"""Staff do the same for many: shown first, done line by line, undone again."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.roles import Role
from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.life import extensions, lifecycle
from subscriptions.models import (
    BulkDeed,
    BulkLine,
    Entitlement,
    Extension,
    Letter,
    Segment,
    StaffNote,
    Subscription,
)
from subscriptions.people import bulk
from tests import make
from tests.killing import done_apart, machines_that_stop
from tests.subscriptions.clicking import mark_on
from tests.working import work

pytestmark = pytest.mark.django_db

ACTIVE = {"state": ["active"]}
Kind, State = BulkDeed.Kind, BulkDeed.State


@pytest.fixture(autouse=True)
def _sold(db):
    make.sold_plan()


@pytest.fixture
def seller():
    return make.staff(Role.SUBSCRIBER_STAFF)


def begun(kind: Kind, seller, conditions=ACTIVE, **parameters) -> BulkDeed:
    plan = bulk.plan(kind, parameters, conditions)
    return bulk.begin(plan, mark=plan.mark, by=seller, reason="A late issue")


def done(deed: BulkDeed) -> BulkDeed:
    work()
    deed.refresh_from_db()
    return deed


def paid_until(subscription: Subscription):
    return lifecycle.standing(make.loaded(subscription)).paid_until_on


def rights() -> list[tuple]:
    return list(Entitlement.objects.order_by("pk").values_list("pk", "from_at", "until_at"))


def test_days_are_added_for_all_of_them_and_taken_back_again(seller):
    held = [make.subscription(), make.subscription(months=1)]
    ends, before = [paid_until(one) for one in held], rights()

    deed = done(begun(Kind.EXTEND, seller, days=10))

    assert (deed.state, deed.people_count) == (State.DONE, 2)
    assert [paid_until(one) for one in held] == [end + timedelta(days=10) for end in ends]
    assert Letter.objects.filter(kind=Letter.Kind.EXTENDED).count() == 2
    bulk.undo(deed, by=seller)
    deed = done(deed)
    assert (deed.state, deed.undone_by) == (State.UNDONE, seller)
    assert [paid_until(one) for one in held] == ends
    assert rights() == before
    assert not Extension.objects.exists()
    assert [event.reason for event in held[0].events.filter(kind="extended")] == [
        "+10: A late issue",
        "−10: A late issue",
    ]


@pytest.mark.parametrize(("after_days", "stays"), [(27, 0), (33, 3), (39, 9), (41, 10)])
def test_only_days_that_are_still_ahead_are_taken_back(seller, after_days, stays):
    start = timezone.now().replace(hour=12)
    held = make.subscription(months=1, at=start)
    end = paid_until(held)
    extensions.extend(held, 10, batch="b", by=seller, reason="Late", at=start)
    at = terms.start_of(end) + timedelta(days=after_days - 30, hours=12)

    try:
        taken = extensions.take_back(held, "b", by=seller, reason="Not late", at=at)
    except extensions.CannotExtendError:
        taken = 0

    assert taken == 10 - stays
    assert paid_until(held) == end + timedelta(days=stays)
    assert sum(Extension.objects.values_list("days", flat=True)) == stays


@pytest.mark.parametrize("kind", [Kind.GRANT, Kind.NOTE])
def test_what_was_given_and_noted_goes_again(seller, kind):
    reader = make.subscription().reader
    last_on = bulk.default_last_day().isoformat()
    parameters = (
        {"features": [Feature.AUDIO.value], "last_on": last_on} if kind == Kind.GRANT else {"text": "Ring"}
    )
    given = Entitlement.objects.filter(reader=reader, source=Entitlement.Source.COMPLIMENTARY)

    deed = done(begun(kind, seller, **parameters))

    assert given.current().count() == (kind == Kind.GRANT)
    assert StaffNote.objects.filter(reader=reader).count() == (kind == Kind.NOTE)
    bulk.undo(deed, by=seller)
    done(deed)
    assert not given.current().exists()
    assert not StaffNote.objects.exists()


def test_who_cannot_be_helped_is_left_out_or_named_and_the_others_are_done(seller):
    fine, closed = make.subscription(), make.subscription()
    make.reader(is_active=False)
    deed = begun(Kind.EXTEND, seller, days=5)
    lifecycle.close(closed, by=None, at=timezone.now())

    deed = done(deed)

    assert deed.state == State.DONE
    assert fine.extensions.exists()
    assert deed.lines.get(subscription=closed).problem == "Nothing runs that could be extended."
    shown = bulk.plan(Kind.EXTEND, {"days": 5}, {"joined_from": "2020-01-01"})
    assert shown.left_out == {
        "the account is switched off.": 1,
        "no paid days run that could be made more.": 2,
    }


def test_what_has_changed_since_it_was_shown_is_not_done(seller):
    make.subscription()
    shown = bulk.plan(Kind.EXTEND, {"days": 5}, ACTIVE)
    make.subscription()

    with pytest.raises(bulk.ChangedSinceError):
        bulk.begin(bulk.plan(Kind.EXTEND, {"days": 5}, ACTIVE), mark=shown.mark, by=seller, reason="Late")


def test_wherever_the_worker_stops_each_line_is_done_once(seller):
    held = [make.subscription() for _one in range(2)]
    ends = [paid_until(one) for one in held]
    deed = begun(Kind.EXTEND, seller, days=7)

    for machine in machines_that_stop():
        with machine.running():
            bulk.go_on(deed.pk)
        bulk.go_on(deed.pk)
        bulk.go_on(deed.pk)
        assert [paid_until(one) for one in held] == [end + timedelta(days=7) for end in ends]
        assert Extension.objects.count() == 2


@pytest.mark.wide
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_whole_lines_and_the_next_goes_on(in_thread):
    def begin():
        make.sold_plan()
        for _one in range(3):
            make.subscription()
        return begun(Kind.NOTE, make.staff(Role.SUBSCRIBER_STAFF), text="Ring").pk

    pk = in_thread(begin)

    assert in_thread(partial(done_apart, partial(bulk.go_on, pk), kill_before=11)) is None
    half = in_thread(StaffNote.objects.count)
    assert half == in_thread(BulkLine.objects.filter(done_at__isnull=False).count) < 3
    assert in_thread(done_apart, bulk.go_on_with_all)
    assert in_thread(StaffNote.objects.count) == 3


def test_undoing_in_the_middle_leaves_the_rest_undone(seller, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    for _one in range(3):
        make.subscription()
    deed = begun(Kind.NOTE, seller, text="Ring")
    bulk.go_on(deed.pk)
    assert StaffNote.objects.count() == 1

    bulk.undo(deed, by=seller)
    done(deed)

    assert not StaffNote.objects.exists()
    assert deed.lines.filter(done_at=None).count() == 2


@pytest.mark.wide
def test_a_colleague_sees_what_will_happen_does_it_and_undoes_it(client, seller):
    client.force_login(seller)
    held = make.subscription()
    segment = Segment.objects.create(name="Active", made_by=seller, conditions=ACTIVE)
    address = f"/desk/subscriptions/bulkdeed/for/{segment.pk}/extend/"
    chosen = {"days": "7", "reason": "A strike"}

    page = client.post(address, chosen)

    assertContains(page, "7 days are added, for 1 person.")
    assert not BulkDeed.objects.exists()
    response = client.post(address, {**chosen, "shown": mark_on(page)}, follow=True)
    assertContains(response, "It has begun")
    work()
    deed = BulkDeed.objects.get()
    assertContains(client.get(f"/desk/subscriptions/bulkdeed/{deed.pk}/change/"), "1 done, 0 to do")
    assertContains(
        client.get(f"/desk/subscriptions/bulkdeed/{deed.pk}/undo/"), "can be undone", status_code=200
    )
    client.post(f"/desk/subscriptions/bulkdeed/{deed.pk}/undo/")
    work()
    assert not held.extensions.exists()
    assertContains(client.post(address, {**chosen, "shown": "old"}), "Things have changed", status_code=409)
