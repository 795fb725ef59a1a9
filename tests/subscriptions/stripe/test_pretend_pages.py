"""The pages of the pretend Stripe, as somebody who looks at the demo sees them."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from subscriptions.models import Customer
from subscriptions.providers.stripe import from_settings, pretend_stripe
from tests import make
from tests.subscriptions.stripe.conftest import Till

BACK = "http://testserver/account/"


class Demo(Till):
    """The demo's own pretend Stripe, as the settings make it."""

    def __init__(self) -> None:
        self.stripe, self.provider = pretend_stripe(), from_settings()


@pytest.fixture
def demo(db, settings, tmp_path) -> Demo:
    settings.PRETEND_STRIPE, settings.STRIPE_SECRET_KEY, settings.DATA_DIR = True, "", tmp_path
    return Demo()


@pytest.fixture
def order(demo):
    """A payment whose page is open, and its address."""
    payment = demo.expect(by=make.reader())
    page = demo.provider.pay_page(payment, customer="", return_to=BACK)
    assert page.address.startswith("http://testserver/")
    return payment, page.address.removeprefix("http://testserver")


def test_a_reader_sees_what_they_pay_and_that_no_money_moves(client, order):
    payment, address = order

    page = client.get(address)

    assertContains(page, "£")
    assertContains(page, payment.reference)
    assertContains(page, "No money moves")
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_reader_pays_and_comes_back_to_a_subscription_that_runs(client, order):
    payment, address = order

    page = client.post(address, {"card": "Visa ·· 4242, 12/34"})

    assert (page.status_code, page.headers["Location"]) == (302, BACK)
    payment.refresh_from_db()
    assert payment.is_confirmed
    assertNotContains(client.get(address), 'type="radio"')


def test_a_refused_card_is_said_on_the_page_and_another_may_be_tried(client, order):
    payment, address = order

    page = client.post(address, {"card": "Visa ·· 0002, 12/34"})

    assertContains(page, "Your bank refused the card.", status_code=422)
    payment.refresh_from_db()
    assert payment.is_expected
    assert client.post(address, {"card": "Visa ·· 4242, 12/34"}).status_code == 302


@pytest.mark.parametrize("data", [{}, {"card": "Visa ·· 1111, 12/34"}])
def test_a_card_that_is_none_is_not_charged(client, order, data):
    payment, address = order

    # A form sent without anything in it is a page asked for.
    assert client.post(address, data | {"more": "x"}).status_code == 422
    payment.refresh_from_db()
    assert payment.is_expected


def test_paying_twice_pays_once(client, demo, order):
    payment, address = order

    for _tab in range(2):
        client.post(address, {"card": "Visa ·· 4242, 12/34"})

    assert demo.stripe.ledger() == {payment.reference: (payment.amount_minor, 0)}


def test_a_reader_changes_the_card_and_we_know_the_new_one(client, demo, order):
    payment, address = order
    client.post(address, {"card": "Visa ·· 4242, 12/34"})
    customer = Customer.objects.get(reader=payment.subscription.reader)
    assert customer.card == "Visa ·· 4242, 12/34"
    portal = demo.provider.portal(customer.reference, return_to=BACK).removeprefix("http://testserver")

    assertContains(client.get(portal), "Use this card")
    page = client.post(portal, {"card": "Visa ·· 0341, 12/34"})

    assert page.headers["Location"] == BACK
    customer.refresh_from_db()
    assert customer.card == "Visa ·· 0341, 12/34"


@pytest.mark.parametrize("name", ["pretend_pay", "pretend_cards"])
def test_an_address_that_was_made_up_leads_nowhere(client, demo, name):
    assert client.get(reverse(f"subscriptions:{name}", args=["cs_made_up"])).status_code == 404


def test_one_page_is_not_found_under_the_name_of_the_other(client, order):
    _, address = order

    assert client.get(address.replace("/pay/", "/cards/")).status_code == 404


def test_without_the_setting_there_are_no_such_pages(client, order, settings):
    _, address = order
    settings.PRETEND_STRIPE = False

    assert client.get(address).status_code == 404


def test_a_form_from_another_site_pays_nothing(order):
    _, address = order

    assert Client(enforce_csrf_checks=True).post(address, {"card": "Visa ·· 4242, 12/34"}).status_code == 403
