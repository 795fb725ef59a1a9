"""Staff choose many readers by conditions, and take them as a table."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from subscriptions import entitlements, terms
from subscriptions.features import Feature
from subscriptions.fulfilment import addresses
from subscriptions.life import lifecycle, renewals
from subscriptions.models import Address, PersonalLook, Segment
from subscriptions.people import segments
from tests import make

pytestmark = pytest.mark.django_db

LIST = "/desk/subscriptions/segment/"
HOME = {
    "name": "Tove Lind",
    "street": "4 Ropewalk",
    "city": "London",
    "postal_code": "SW1A 1AA",
    "country": "GB",
}


@pytest.fixture(autouse=True)
def _sold(db):
    make.sold_plan()


@pytest.fixture
def seller(client):
    person = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(person)
    return person


def lives(reader, **home):
    at = timezone.now()
    return addresses.say(reader, HOME | home, from_on=terms.day_of(at), by=reader, at=at)


def names(conditions, at=None) -> set[str]:
    return {person.name for person in segments.readers_in(conditions, at)}


@pytest.fixture
def people():
    """One of each kind, called by what they are."""
    at = timezone.now()
    make.zones()
    made = {
        name: make.reader(name=name)
        for name in ("yearly", "monthly", "cancelled", "ordered", "ended", "given", "registered")
    }
    make.subscription(by=made["yearly"])
    make.subscription(by=made["monthly"], months=1)
    lifecycle.cancel(make.subscription(by=made["cancelled"], months=1), by=None)
    make.order(by=made["ordered"])
    make.subscription(by=made["ended"], months=1, at=at - timedelta(days=90))
    entitlements.grant_complimentary(
        made["given"],
        [Feature.AUDIO],
        first_on=terms.day_of(at),
        last_on=terms.day_of(at) + timedelta(days=9),
        by=None,
        reason="A prize",
    )
    lives(made["yearly"])
    lives(made["monthly"], country="IE", postal_code="D02 X285", city="Dublin", area="Co. Dublin")
    lost = lives(made["given"])
    Address.objects.filter(pk=lost.pk).update(undeliverable_at=at)
    return made


@pytest.mark.parametrize(
    ("conditions", "fit"),
    [
        ({"state": ["active"]}, {"yearly", "monthly", "cancelled"}),
        ({"state": ["active", "pending"]}, {"yearly", "monthly", "cancelled", "ordered"}),
        ({"state": ["active"], "cancelled": "no"}, {"yearly", "monthly"}),
        ({"state": ["lapsed"]}, {"ended"}),
        ({"term": ["12"]}, {"yearly", "ordered"}),
        ({"plan": ["default"], "term": ["1"]}, {"monthly", "cancelled", "ended"}),
        ({"renews_within": 40}, {"monthly"}),
        ({"renews_within": 400}, {"monthly", "yearly"}),
        ({"ends_within": 40}, {"cancelled"}),
        ({"source": ["complimentary"]}, {"given"}),
        ({"never_paid": "yes", "state": ["pending"]}, {"ordered"}),
        ({"zone": ["united-kingdom"]}, {"yearly", "given"}),
        ({"zone": ["europe"]}, {"monthly"}),
        ({"zone": ["rest-of-the-world"]}, set()),
        ({"country": ["IE"]}, {"monthly"}),
        ({"returned": "yes"}, {"given"}),
        ({"print": "yes"}, set()),
        ({"joined_until": "2020-01-01"}, set()),
        ({"claimed_within": 60}, set()),
    ],
)
def test_each_condition_keeps_whom_it_says(people, conditions, fit):
    if "plan" in conditions:
        conditions = conditions | {"plan": [make.plan().slug]}

    assert names(conditions) == fit


def test_an_address_for_some_weeks_decides_while_it_lasts(people):
    at = timezone.now()
    today = terms.day_of(at)
    away = HOME | {"country": "FR", "postal_code": "75001", "city": "Paris"}
    addresses.say(
        people["yearly"],
        away,
        from_on=today + timedelta(days=5),
        until_on=today + timedelta(days=9),
        by=None,
        at=at,
    )

    assert names({"country": ["FR"]}) == set()
    assert names({"country": ["FR"]}, at + timedelta(days=6)) == {"yearly"}
    assert "yearly" not in names({"country": ["GB"]}, at + timedelta(days=6))


def test_the_conditions_about_a_subscription_hold_of_one_and_the_same(people):
    """An old plan that was cancelled and a new one that runs are no cancelled plan that runs."""
    reader = people["ended"]
    make.subscription(by=reader)

    assert "ended" in names({"state": ["active"]})
    assert "ended" not in names({"state": ["active"], "cancelled": "yes"})


@pytest.mark.parametrize("conditions", [{"shoe": 9}, {"renews_within": "soon"}, {"plan": ["gold"]}])
def test_what_no_condition_takes_is_refused(conditions):
    with pytest.raises(ValidationError):
        segments.readers_in(conditions)


@pytest.mark.wide
def test_a_segment_is_made_looked_at_and_downloaded(client, seller, people):
    page = client.post(
        f"{LIST}add/", {"name": "Soon", "is_shared": "on", "if_renews_within": "40"}, follow=True
    )

    assertContains(page, "1 person fits today.")
    assertContains(page, people["monthly"].email)
    segment = Segment.objects.get()
    people["monthly"].name = "=cmd"
    people["monthly"].save()
    table = b"".join(client.get(f"{LIST}{segment.pk}/export/")).decode("utf-8-sig")
    _header, row = csv.reader(io.StringIO(table))
    assert row[0] == people["monthly"].email
    assert row[1] == "'=cmd"
    assert "Dublin" in row[11]
    looks = PersonalLook.objects.filter(by=seller, detail="Soon")
    assert set(looks.values_list("what", "people_count")) == {("list", 1), ("export", 1)}


@pytest.mark.wide
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "All"}, "Choose at least one condition."),
        ({"name": "", "if_renews_within": "4"}, "This field is required."),
        ({"name": "Taken", "if_renews_within": "4"}, "There is a segment of this name."),
        ({"name": "X", "if_renews_within": "-4"}, "greater than or equal to 0"),
    ],
)
def test_a_segment_that_asks_nothing_sensible_gets_a_sentence(client, seller, typed, said):
    Segment.objects.create(name="Taken", made_by=seller)

    response = client.post(f"{LIST}add/", typed)

    assertContains(response, said, status_code=422)


@pytest.mark.wide
def test_what_a_colleague_keeps_to_themselves_is_not_found(client, seller):
    own = Segment.objects.create(
        name="Mine", made_by=make.staff(Role.PUBLISHER), is_shared=False, conditions={"cancelled": "yes"}
    )

    assertNotContains(client.get(LIST), "Mine")
    for page in ("people", "export", "change"):
        assert client.get(f"{LIST}{own.pk}/{page}/").status_code == 404


def test_three_hundred_people_cost_no_more_queries_than_three(client, seller):
    segment = Segment.objects.create(name="All", made_by=seller, conditions={"state": ["active", "grace"]})
    asked = []
    for many in (3, 9):
        for _one in range(many):
            make.subscription()
        counts = []
        for page in ("people", "export"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                b"".join(client.get(f"{LIST}{segment.pk}/{page}/"))
            counts.append(len(queries))
        asked.append(counts)

    assert asked[0] == asked[1]
    assert max(asked[0]) <= 20


def test_who_is_late_is_found_while_it_lasts():
    late = make.subscription(by=make.reader(name="late"), months=1)
    renewals.bill_next_term(late)

    assert names({"state": ["grace"]}, timezone.now() + timedelta(days=33)) == {"late"}
