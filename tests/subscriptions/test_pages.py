"""What a reader sees and does: plans, checkout, order, account, cancelling."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects, assertTemplateUsed

from subscriptions import terms
from subscriptions.access import Audience, verdict_for
from subscriptions.features import Feature
from subscriptions.life import lifecycle, renewals
from subscriptions.models import Payment, PlanVersion, Price, Subscription
from tests import make
from tests.subscriptions.clicking import press

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

PLANS = "/subscribe/"
ACCOUNT = "/account/"
CANCEL = "/account/cancel/"
MOST_QUERIES = 44


@pytest.fixture
def reader(client):
    user = make.reader()
    client.force_login(user)
    return user


def order_form(chosen: Price, **changes: str) -> dict[str, str]:
    return {"price": str(chosen.pk), "method": "transfer"} | changes


ADVERTISED = [
    "24 issues per year",
    "Optional print edition",
    "Digital edition access",
    "Exclusive subscriber content",
    "Audio provided for all articles",
    "Unlimited access to past issues",
    "Ad-free (coming soon)",
    "60-day money-back guarantee",
    "Cancel anytime",
]


# -- Plans --------------------------------------------------------------------


def test_a_stranger_sees_the_nine_features_as_advertised_and_in_order(client):
    make.plan()

    page = client.get(PLANS).content.decode().partition("What’s included?")[2]

    places = [page.index(label) for label in ADVERTISED]
    assert places == sorted(places)


def test_a_stranger_sees_when_the_planned_feature_is_due(client):
    make.plan()

    assertContains(client.get(PLANS), "planned for 1 June 2027")


def test_a_stranger_sees_what_a_year_costs_and_saves(client):
    make.plan()

    response = client.get(PLANS)

    assertContains(response, "£84")
    assertContains(response, "£7 a month")
    assertContains(response, "22% less")


def test_a_stranger_can_look_at_prices_in_dollars(client):
    make.plan()

    response = client.get(PLANS, {"currency": "USD"})

    assertContains(response, "$108")
    assertNotContains(response, "£84")


@pytest.mark.parametrize("currency", ["", "XXX", "gbp", "£", "A" * 5000])
def test_an_unknown_currency_shows_the_magazines_own(client, currency):
    make.plan()

    assertContains(client.get(PLANS, {"currency": currency}), "£84")


def test_a_magazine_that_sells_nothing_says_so(client):
    assertContains(client.get(PLANS), "no plan for sale")


def test_a_withdrawn_plan_is_not_shown(client):
    plan = make.plan()
    plan.is_offered = False
    plan.save()

    assertContains(client.get(PLANS), "no plan for sale")


def test_the_plans_page_costs_the_same_whatever_is_sold(client, django_assert_num_queries):
    make.plan()
    make.plan(name="Second")
    client.get(PLANS)  # The frame remembers the sections.
    with django_assert_num_queries(6):  # Plans, versions, features, prices, offers, print.
        client.get(PLANS)
    for number in range(5):
        make.plan(name=f"More {number}")
    with django_assert_num_queries(6):
        client.get(PLANS)


# -- Checkout -----------------------------------------------------------------


def test_a_stranger_signs_in_before_ordering_and_comes_back(client):
    address = make.plan().get_absolute_url()

    assertRedirects(
        client.get(address), f"{reverse('account_login')}?next={address}", fetch_redirect_response=False
    )


def test_a_reader_sees_the_last_paid_day_before_ordering(client, reader):
    plan = make.plan()
    span = terms.span(terms.day_of(timezone.now()), after_months=0, months=12)

    response = client.get(plan.get_absolute_url())

    assertContains(response, f"until {span.ends_on.day} {span.ends_on:%B %Y}")
    assertContains(response, "60-day money-back guarantee")
    assertContains(response, "Cancel anytime")


def test_a_reader_orders_and_is_told_how_to_pay(client, reader, settings):
    price = make.price()

    response = client.post(price.version.plan.get_absolute_url(), order_form(price), follow=True)

    subscription = Subscription.objects.get(reader=reader)
    assertTemplateUsed(response, "subscriptions/order.html")
    assertContains(response, settings.BANK_DETAILS)
    assertContains(response, f"{subscription.number}-1")
    assertContains(response, "£84.00")
    assert not verdict_for(reader, Audience.SUBSCRIBERS).granted


def test_a_reader_who_pays_by_cheque_is_told_to_whom(client, reader):
    price = make.price()

    response = client.post(
        price.version.plan.get_absolute_url(), order_form(price, method="cheque"), follow=True
    )

    assertContains(response, "Payable to")
    assertContains(response, "Halyard Press")


def test_a_double_click_makes_one_order(client, reader):
    price = make.price()

    first = client.post(price.version.plan.get_absolute_url(), order_form(price))
    second = client.post(price.version.plan.get_absolute_url(), order_form(price))

    assert first.url == second.url
    assert Payment.objects.count() == 1


def test_the_amount_is_ours_whatever_the_form_says(client, reader):
    price = make.price()
    tampered = order_form(price, amount_minor="1", amount="0.01", currency="JPY", term_months="120")

    client.post(price.version.plan.get_absolute_url(), tampered)

    payment = Payment.objects.get()
    assert (payment.amount_minor, payment.currency, payment.price) == (8400, "GBP", price)


@pytest.mark.parametrize("bad", ["", "0", "-1", "999999", "x", "1 or 1=1", "9" * 400, "\0"])
def test_a_price_that_is_not_ours_gets_a_sentence_and_orders_nothing(client, reader, bad):
    price = make.price()

    response = client.post(price.version.plan.get_absolute_url(), order_form(price, price=bad))

    assert response.status_code == 422
    assertContains(response, "order-form__error", status_code=422)
    assert not Subscription.objects.exists()


def test_a_price_of_another_plan_is_refused(client, reader):
    price = make.price()
    other = make.price(of=make.plan(name="Second"))

    response = client.post(price.version.plan.get_absolute_url(), order_form(other))

    assertContains(response, "no longer offered", status_code=422)


def test_a_price_of_an_earlier_version_is_refused(client, reader):
    old = make.price()
    newer = PlanVersion.objects.create(plan=old.version.plan, number=2, sold_from_at=timezone.now())
    Price.objects.create(version=newer, term_months=12, amount_minor=9600, currency="GBP")

    response = client.post(old.version.plan.get_absolute_url(), order_form(old))

    assertContains(response, "no longer offered", status_code=422)
    assert not Subscription.objects.exists()


def test_what_was_chosen_stays_when_the_rest_is_wrong(client, reader):
    price = make.price(months=1)

    response = client.post(price.version.plan.get_absolute_url(), order_form(price, method="barter"))

    assertContains(response, f'value="{price.pk}" checked', status_code=422)
    assertContains(response, "cannot take this way", status_code=422)


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_archived_plan_leads_to_what_is_sold_today(client, reader, method):
    price = make.price()
    plan = price.version.plan
    plan.is_offered = False
    plan.save()

    response = getattr(client, method)(plan.get_absolute_url(), order_form(price), follow=True)

    assertTemplateUsed(response, "subscriptions/plans.html")
    assertContains(response, "no longer sold")
    assert not Subscription.objects.exists()


def test_a_subscriber_cannot_order_a_second_subscription(client, reader):
    make.subscription(by=reader)
    price = make.price(months=1)

    response = client.post(price.version.plan.get_absolute_url(), order_form(price), follow=True)

    assertTemplateUsed(response, "subscriptions/account.html")
    assertContains(response, "running plan already")
    assert Subscription.objects.count() == 1


# -- The order ----------------------------------------------------------------


def test_the_demos_bank_opens_everything_at_once(client, reader):
    subscription = make.order(by=reader)

    response = client.post(reverse("subscriptions:play_bank", args=[subscription.number]), follow=True)

    assertContains(response, "Your payment has arrived")
    assert verdict_for(reader, Audience.SUBSCRIBERS).granted


def test_playing_the_bank_twice_pays_once(client, reader):
    subscription = make.order(by=reader)
    address = reverse("subscriptions:play_bank", args=[subscription.number])

    client.post(address)
    client.post(address)

    assert subscription.terms.count() == 1


def test_outside_the_demo_there_is_no_bank_to_play(client, reader, settings):
    settings.DEMO_BANK = False
    subscription = make.order(by=reader)

    assertNotContains(client.get(subscription.get_absolute_url()), "play-bank")
    response = client.post(reverse("subscriptions:play_bank", args=[subscription.number]))

    assert response.status_code == 404
    assert subscription.payments.get().is_expected


@pytest.mark.parametrize("name", ["order", "play_bank"])
def test_somebody_elses_order_does_not_exist(client, reader, name):
    theirs = make.order()
    address = reverse(f"subscriptions:{name}", args=[theirs.number])

    response = client.post(address) if name == "play_bank" else client.get(address)

    assert response.status_code == 404
    assert theirs.payments.get().is_expected


@pytest.mark.parametrize("name", ["play_bank"])
def test_looking_at_an_address_changes_nothing(client, reader, name):
    subscription = make.order(by=reader)

    assert client.get(reverse(f"subscriptions:{name}", args=[subscription.number])).status_code == 405


# -- The account --------------------------------------------------------------


def test_a_reader_without_a_plan_is_shown_the_way_to_one(client, reader):
    response = client.get(ACCOUNT)

    assertContains(response, "You have no plan yet")
    assertContains(response, PLANS)


def test_a_subscriber_sees_what_they_have_until_when_and_what_they_paid(client, reader):
    subscription = make.subscription(by=reader)
    ends_on = subscription.terms.get().ends_on

    response = client.get(ACCOUNT)

    assertContains(response, subscription.number)
    assertContains(response, f"paid until {ends_on.day}\u00a0{ends_on:%B %Y}")
    assertContains(response, "£84.00 for 1 year from")
    assertContains(response, f"{subscription.number}-1")


def test_a_guest_sees_how_long_they_are_one(client):
    guest = make.reader(entitled_until=terms.end_of(date(2031, 5, 3)))
    client.force_login(guest)

    assertContains(client.get(ACCOUNT), "until 3 May 2031, with our compliments")


def test_the_account_page_costs_the_same_for_a_long_life(client, reader, django_assert_num_queries):
    subscription = make.subscription(by=reader, months=1)
    client.get(ACCOUNT)  # The frame remembers the sections.
    with CaptureQueriesContext(connection) as short_life:
        client.get(ACCOUNT)
    for _month in range(3):
        bill = renewals.bill_next_term(subscription, by=reader)
        make.confirm(bill, paid_on=terms.day_of(timezone.now()))
        make.issue()

    with django_assert_num_queries(len(short_life)):
        response = client.get(ACCOUNT)

    assert len(short_life) <= MOST_QUERIES
    assertContains(response, f"{subscription.number}-4")


def test_account_pages_are_never_stored(client, reader):
    make.order(by=reader)

    for address in (ACCOUNT, CANCEL, PLANS, Subscription.objects.get().get_absolute_url()):
        assert client.get(address)["Cache-Control"] == "private, no-store"


def test_a_subscriber_cancels_in_two_clicks_and_keeps_the_paid_days(client, reader):
    subscription = make.subscription(by=reader)
    ends_on = subscription.terms.get().ends_on
    day = f"{ends_on.day} {ends_on:%B %Y}"
    assertContains(client.get(ACCOUNT), f'href="{CANCEL}"')

    assertContains(client.get(CANCEL), f"Everything stays open until {day}, the last paid day")
    response = press(client, CANCEL)

    assertContains(response, f"You can read until {day}")
    assertContains(response, "Keep my plan after all")
    assert verdict_for(reader, Audience.SUBSCRIBERS).granted


def test_looking_at_what_cancelling_does_cancels_nothing(client, reader):
    subscription = make.subscription(by=reader)

    client.get(CANCEL)

    assert not lifecycle.standing(subscription).is_cancelled


def test_a_subscriber_takes_the_cancellation_back(client, reader):
    make.subscription(by=reader)
    press(client, CANCEL)

    response = press(client, "/account/resume/")

    assertContains(response, "Your plan goes on as before")
    assertContains(response, "Cancel my plan")


def test_an_order_that_was_not_paid_can_be_withdrawn(client, reader):
    subscription = make.order(by=reader)

    assertContains(client.get(CANCEL), f"{subscription.number}-1")
    response = press(client, CANCEL)

    assertContains(response, "You owe us nothing")
    assertContains(response, "You have no plan yet")


def test_cancelling_twice_says_that_there_is_nothing_to_cancel(client, reader):
    make.subscription(by=reader)
    press(client, CANCEL)

    assertContains(client.post(CANCEL, follow=True), "nothing to cancel")


def test_a_subscriber_can_pay_the_next_term_early(client, reader):
    subscription = make.subscription(by=reader)

    response = press(client, "/account/renew/")
    again = client.get(ACCOUNT)

    assertContains(response, "Your next term")
    assertContains(response, f"{subscription.number}-2")
    assertContains(again, "Pay £84.00")
    assert Payment.objects.expected().count() == 1


@pytest.mark.parametrize("address", [CANCEL, "/account/resume/", "/account/renew/"])
def test_a_reader_without_a_plan_finds_nothing_to_change(client, reader, address):
    assertContains(client.post(address, follow=True), "You have no plan at the moment")


def test_a_reader_who_lapsed_is_told_since_when(client, reader):
    make.subscription(by=reader, at=timezone.now() - timedelta(hours=1), months=1)
    subscription = Subscription.objects.get()
    term = subscription.terms.get()
    term.starts_on, term.ends_on = date(2026, 4, 4), date(2026, 5, 3)
    term.save()

    assertContains(client.get(ACCOUNT), "ended on 3\u00a0May 2026")


@pytest.mark.parametrize(
    "address", [ACCOUNT, CANCEL, "/account/resume/", "/account/renew/", "/subscribe/orders/H-777777/"]
)
def test_a_stranger_is_asked_to_sign_in(client, address):
    response = client.post(address) if address in {CANCEL} else client.get(address)

    assert response.status_code in {302, 405}
    if response.status_code == 302:
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("address", [CANCEL, "/account/resume/", "/account/renew/"])
def test_another_sites_form_is_refused(address):
    client = Client(enforce_csrf_checks=True)
    user = make.reader()
    client.force_login(user)
    make.subscription(by=user)

    assert client.post(address).status_code == 403


def test_the_registry_and_the_advertisement_agree(client):
    assert len(ADVERTISED) == len(Feature)
    assert get_user_model().objects.count() == 0
