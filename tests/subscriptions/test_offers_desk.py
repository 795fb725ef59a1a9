"""The publisher makes offers; once somebody has taken one, it is a promise."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from subscriptions import terms
from subscriptions.models import Offer
from subscriptions.selling import offers
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

LIST = "/desk/subscriptions/offer/"
ADD = "/desk/subscriptions/offer/add/"


@pytest.fixture
def publisher(client):
    person = make.staff(Role.PUBLISHER)
    client.force_login(person)
    return person


def today():
    return terms.day_of(timezone.now())


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "A quarter off",
        "audience": "code",
        "code": "harbour 25",
        "kind": "percent",
        "trial_days": "",
        "percent": "25",
        "amount_minor": "",
        "currency": "",
        "payments": "3",
        "plan": "",
        "starts_on": today().isoformat(),
        "ends_on": "",
        "most_uses": "100",
        "is_active": "on",
    } | changes


def made(**fields: Any) -> Offer:
    values = {
        "name": "A quarter off",
        "audience": Offer.Audience.CODE,
        "code": "HARBOUR25",
        "kind": Offer.Kind.PERCENT,
        "percent": 25,
        "payments": 3,
        "starts_on": today(),
    }
    return Offer.objects.create(**values | fields)


def page_of(offer: Offer) -> str:
    return reverse("admin:subscriptions_offer_change", args=[offer.pk])


def test_an_offer_is_made_and_read_back_as_a_sentence(client, publisher):
    assertRedirects(client.post(ADD, form()), LIST)

    offer = Offer.objects.get()
    assert (offer.code, offer.percent, offer.payments) == ("HARBOUR25", 25, 3)
    assertContains(client.get(LIST), "25% off the first 3 payments")
    assertContains(client.get(LIST), "0 of 100")


def test_an_amount_off_is_written_as_money(client, publisher):
    client.post(ADD, form(kind="amount", percent="", amount_minor="5.50", currency="gbp"))

    offer = Offer.objects.get()
    assert (offer.amount_minor, offer.currency) == (550, "GBP")
    assertContains(client.get(page_of(offer)), "5.50")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"percent": "95"}, "Write what is given, and only that"),
        ({"trial_days": "14"}, "Write what is given, and only that"),
        ({"kind": "amount", "percent": "", "amount_minor": "5"}, "Write the currency too."),
        (
            {"kind": "amount", "percent": "", "amount_minor": "5,5", "currency": "GBP"},
            "figures and a point",
        ),
        ({"code": ""}, "An offer by code needs a code"),
        ({"audience": "everyone"}, "An offer by code needs a code"),
        (
            {"audience": "leaving", "code": "", "kind": "trial", "percent": "", "trial_days": "9"},
            "take something off the price",
        ),
        ({"ends_on": "2020-01-01"}, "comes before the first"),
        ({"payments": "0"}, "offer_lasts_for_some_payments"),
    ],
)
def test_an_offer_that_cannot_be_gets_a_sentence(client, publisher, wrong, sentence):
    assertContains(client.post(ADD, form(**wrong)), sentence)
    assert not Offer.objects.exists()


def test_two_offers_do_not_share_a_code(client, publisher):
    made()

    assertContains(client.post(ADD, form(code="HARBOUR25")), "Another offer has this code")


def test_an_offer_that_nobody_has_taken_can_be_changed(client, publisher):
    offer = made()

    client.post(page_of(offer), form(percent="30"))

    offer.refresh_from_db()
    assert offer.percent == 30


def test_an_offer_that_was_taken_is_kept_and_can_only_end(client, publisher):
    offer = made()
    subscription = make.subscription()
    offers.take(offer, subscription)
    ends_on = today() + timedelta(days=3)

    page = client.get(page_of(offer))
    assertNotContains(page, 'name="percent"')
    assertContains(page, 'name="ends_on"')
    client.post(page_of(offer), form(percent="5", code="OTHER", ends_on=ends_on.isoformat(), most_uses="2"))

    offer.refresh_from_db()
    assert (offer.percent, offer.code) == (25, "HARBOUR25")
    assert (offer.ends_on, offer.most_uses) == (ends_on, 2)


def test_a_taken_offer_does_not_end_before_it_began(client, publisher):
    offer = made()
    offers.take(offer, make.subscription())

    response = client.post(page_of(offer), form(ends_on="2020-01-01"))

    assertContains(response, "comes before the first")


def test_who_took_it_is_one_click_away(client, publisher):
    offer = made(most_uses=10)
    subscription = make.subscription()
    offers.take(offer, subscription)

    page = client.get(LIST)
    assertContains(page, "1 of 10")
    assertContains(page, f"/desk/subscriptions/offeruse/?offer__id__exact={offer.pk}")
    uses = client.get("/desk/subscriptions/offeruse/", {"offer__id__exact": offer.pk})
    assertContains(uses, subscription.reader.email)


@pytest.mark.parametrize("role", [Role.SUBSCRIBER_STAFF, Role.FINANCE])
def test_staff_look_at_offers_and_make_none(client, role):
    offer = made()
    client.force_login(make.staff(role))

    assertContains(client.get(LIST), "25% off")
    assert client.get(page_of(offer)).status_code == 200
    assert client.post(page_of(offer), form()).status_code == 403
    assert client.post(ADD, form()).status_code == 403


@pytest.mark.parametrize("role", [Role.EDITOR, Role.WRITER])
def test_the_newsroom_does_not_see_offers(client, role):
    client.force_login(make.staff(role))

    assert client.get(LIST).status_code == 403


def test_no_offer_is_deleted(client, publisher):
    offer = made()

    assert client.post(f"/desk/subscriptions/offer/{offer.pk}/delete/", {"post": "yes"}).status_code == 403
