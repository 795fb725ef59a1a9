"""Ordering: what is offered, by which code and way of paying; and nothing that a browser says is believed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from subscriptions import terms
from subscriptions.access import Audience, verdict_for
from subscriptions.life import lifecycle
from subscriptions.models import Offer, OfferUse, Payment, Price, Subscription
from subscriptions.paying import demo_bank
from subscriptions.providers import DEMO
from subscriptions.providers.demo import Card, Outage
from subscriptions.selling.catalogue import catalogue
from tests import make
from tests.subscriptions.clicking import press

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

PLANS = "/subscribe/"


@pytest.fixture
def reader(client):
    user = make.reader(email="ada@example.org")
    client.force_login(user)
    return user


@pytest.fixture
def checkout():
    return make.plan().get_absolute_url()


@pytest.fixture
def outage():
    yield lambda kind: setattr(DEMO, "outage", kind)
    DEMO.outage = None


def chosen(price: Price | None = None, **changes: str) -> dict[str, str]:
    return {"price": str((price or make.price()).pk), "method": "transfer", "code": ""} | changes


def may_read(reader) -> bool:
    return verdict_for(reader, Audience.SUBSCRIBERS).granted


# -- What is on the shelf -------------------------------------------------------


def test_terms_by_issues_stand_behind_those_by_months_and_say_what_an_issue_costs(client):
    version = make.plan().version_on_sale()
    for issues, amount_minor in ((24, 8400), (12, 4800)):
        Price.objects.create(version=version, term_issues=issues, amount_minor=amount_minor, currency="GBP")

    (plan,) = catalogue("GBP").plans

    assert [choice.price.term_label for choice in plan.choices] == [
        "1 month",
        "1 year",
        "12 issues",
        "24 issues",
    ]
    assert [choice.saving for choice in plan.choices] == [0, 22, 0, 12]
    assert [choice.per_month_minor for choice in plan.choices] == [900, 700, None, None]
    assert [choice.per_issue_minor for choice in plan.choices] == [None, None, 400, 350]
    response = client.get(PLANS)
    assertContains(response, "£4 an issue")
    assertContains(response, "for 12 issues")


def test_a_plan_sold_by_issues_alone_can_be_ordered(client, reader):
    price = make.priced(4800, issues=12)

    response = client.get(price.version.plan.get_absolute_url())
    assertContains(response, "paid today, about until")
    client.post(price.version.plan.get_absolute_url(), chosen(price))

    assert Payment.objects.get().amount_minor == 4800


def test_an_offer_for_everyone_stands_on_the_shelf_and_lowers_the_first_payment(client, reader, checkout):
    make.offer(name="Harvest reading", audience="everyone", percent=25)

    shelf = client.get(PLANS)
    assertContains(shelf, "Harvest reading.")
    assertContains(shelf, "25% off the first payment")
    assertContains(shelf, "£63 the first time")
    assertContains(client.get(checkout), "£63.00")
    client.post(checkout, chosen())

    payment = Payment.objects.get()
    assert (payment.amount_minor, payment.discount_minor) == (6300, 2100)


def test_of_two_offers_for_everyone_a_reader_gets_the_better_one(client, reader, checkout):
    make.offer(audience="everyone", percent=10)
    make.offer(audience="everyone", percent=40)

    client.post(checkout, chosen())

    assert Payment.objects.get().amount_minor == 5040


def test_an_offer_for_another_plan_or_in_another_currency_is_not_shown(client):
    make.plan()
    make.offer(name="Elsewhere", audience="everyone", plan=make.plan(name="Second", is_offered=False))
    make.offer(name="In dollars", audience="everyone", amount_minor=500, currency="USD")

    assertNotContains(client.get(PLANS), "Elsewhere")
    assertNotContains(client.get(PLANS), "In dollars")
    assertContains(client.get(PLANS, {"currency": "USD"}), "In dollars")


# -- Codes ------------------------------------------------------------------------


def test_a_code_is_looked_at_before_ordering(client, reader, checkout):
    make.offer(code="FRIENDS", amount_minor=2000)

    response = client.post(checkout, chosen(code=" friends ", look="1"))

    assertContains(response, "Your code gives £20 off the first payment")
    assertContains(response, "£64.00")
    assertContains(response, 'value=" friends "')
    assert not Subscription.objects.exists()


def test_a_code_lowers_what_is_asked_for_and_an_order_sent_twice_is_one(client, reader, checkout):
    make.offer(code="FRIENDS", amount_minor=2000)

    first = client.post(checkout, chosen(code="Friends"))
    second = client.post(checkout, chosen(code="Friends"))

    assert first.url == second.url
    assert Payment.objects.get().amount_minor == 6400
    assert OfferUse.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "OTHER"}, "We do not know this code"),
        ({"is_active": False}, "not open"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-02-01"}, "has ended"),
        ({"amount_minor": 900, "currency": "USD"}, "for prices in USD"),
        ({"amount_minor": 8400}, "for a longer term"),
        ({"most_uses": 0}, "All of this offer has been taken"),
        ({"audience": "code", "trial_days": 14}, "for days to try"),
    ],
)
def test_a_code_that_does_not_hold_says_why_beside_the_field_m5(client, reader, checkout, fields, sentence):
    make.offer(**{"code": "FRIENDS"} | fields)

    response = client.post(checkout, chosen(code="friends"))

    assertContains(response, sentence, status_code=422)
    assertContains(response, 'aria-describedby="code-error"', status_code=422)
    assertContains(response, 'value="friends"', status_code=422)
    assert not Subscription.objects.exists()


def test_a_code_taken_under_an_alias_is_not_given_again_m5(client, reader, checkout):
    make.offer(code="FRIENDS", percent=50)
    client.post(checkout, chosen(code="FRIENDS"))
    client.force_login(make.reader(email="ada+second@example.org"))

    assertContains(client.post(checkout, chosen(code="FRIENDS")), "taken this offer before", status_code=422)


@pytest.mark.parametrize("code", ["\0", "x" * 61, "'; --", "<script>", "💣"])
def test_a_code_that_nobody_gave_out_changes_nothing(client, reader, checkout, code):
    response = client.post(checkout, chosen(code=code))

    assert response.status_code == 422
    assertNotContains(response, "<script>", status_code=422)
    assert not Subscription.objects.exists()


# -- Nothing is believed (M4) --------------------------------------------------------


def test_price_currency_plan_offer_and_days_come_from_us_alone_m4(client, reader, checkout):
    secret = make.offer(audience="leaving", percent=90)
    tampered = chosen(
        amount_minor="1",
        amount="0.01",
        currency="JPY",
        quantity="0",
        discount_minor="8399",
        credit_minor="8399",
        offer=str(secret.pk),
        offer_use="1",
        plan="free",
        trial_days="90",
        term_months="120",
        provider="manual",
        status="confirmed",
        paid_on="2026-01-01",
    )

    client.post(checkout, tampered)

    payment = Payment.objects.get()
    assert (payment.amount_minor, payment.currency) == (8400, "GBP")
    assert (payment.discount_minor, payment.credit_minor) == (0, 0)
    assert payment.is_expected
    assert not OfferUse.objects.exists()
    assert not may_read(reader)


@pytest.mark.parametrize("method", ["demo", "manual-transfer", "stripe-card", "free", "", "card\0"])
def test_a_way_of_paying_that_is_not_offered_is_refused_m4(client, reader, checkout, method):
    response = client.post(checkout, chosen(method=method))

    assert response.status_code == 422
    assert not Subscription.objects.exists()


def test_without_a_bank_no_card_is_offered(client, reader, checkout, settings):
    settings.DEMO_PROVIDER = False

    assertNotContains(client.get(checkout), 'value="card"')
    assert client.post(checkout, chosen(method="card")).status_code == 422


# -- Trials ------------------------------------------------------------------------


def test_a_reader_begins_to_try_without_a_card(client, reader, checkout):
    make.offer(trial_days=14)
    ends_on = timezone.localdate() + timedelta(days=13)

    assertContains(client.get(PLANS), "14 days to try, free of charge")
    page = client.get(f"{checkout}try/")
    assertContains(page, f"until the end of {ends_on.day} {ends_on:%B %Y}")
    assert not may_read(reader)
    response = client.post(f"{checkout}try/", follow=True)

    assertContains(response, "Nothing was charged, and nothing will be")
    assert may_read(reader)
    assert not Payment.objects.exists()


def test_a_second_trial_by_another_spelling_of_the_address_is_refused_m5(client, reader, checkout):
    make.offer(trial_days=14)
    client.post(f"{checkout}try/")
    client.force_login(other := make.reader(email="ada+again@example.org"))

    assertContains(client.get(f"{checkout}try/"), "before")
    assertContains(client.post(f"{checkout}try/"), "before", status_code=409)
    assert not may_read(other)


def test_who_tries_goes_on_to_a_paid_term_behind_the_free_days(client, reader, checkout):
    make.offer(trial_days=14)
    client.post(f"{checkout}try/")
    begins_on = timezone.localdate() + timedelta(days=14)
    ends_on = terms.span(begins_on, after_months=0, months=12).ends_on

    page = client.get(checkout)
    assertContains(page, "the paid term begins when they are over")
    assertContains(page, f"until {ends_on.day} {ends_on:%B %Y}")
    client.post(checkout, chosen())

    assert Subscription.objects.get().payments.get().is_expected


def test_without_an_offer_there_is_nothing_to_try(client, reader, checkout):
    assertRedirects(client.get(f"{checkout}try/"), PLANS)
    assertRedirects(client.post(f"{checkout}try/"), PLANS)
    assert not Subscription.objects.exists()


def test_who_has_a_plan_does_not_try_it(client, reader, checkout):
    make.offer(trial_days=14)
    make.subscription(by=reader)

    assertRedirects(client.post(f"{checkout}try/"), "/account/")
    assert not OfferUse.objects.filter(offer__kind=Offer.Kind.TRIAL).exists()


# -- Cards, at the demonstration's bank ----------------------------------------------


def by_card(client, checkout) -> str:
    """Order by card; return the address of the bank's page."""
    response = client.post(checkout, chosen(method="card"))
    assert response.status_code == 302
    return response.url


def test_a_reader_pays_by_card_and_is_in_at_once(client, reader, checkout):
    page = by_card(client, checkout)
    assert "/subscribe/demo-bank/pay/" in page

    response = client.post(page, {"card": Card.WORKS}, follow=True)

    assertContains(response, "Thank you. You are in")
    assert may_read(reader)


def test_who_comes_back_without_having_paid_waits_for_the_banks_word_m6(client, reader, checkout):
    by_card(client, checkout)
    subscription = Subscription.objects.get()

    response = client.get(f"{subscription.get_absolute_url()}back/", follow=True)

    assertContains(response, "We are waiting for the bank’s word")
    assertContains(response, "nothing was charged, and your order waits for you")
    assert not may_read(reader)
    assert Payment.objects.get().is_expected


def test_who_comes_back_before_the_banks_message_is_looked_up_once_m6(client, reader, checkout):
    by_card(client, checkout)
    payment = Payment.objects.get()
    demo_bank.pay(payment.reference, Card.WORKS)
    assert not may_read(reader)

    response = client.get(f"{payment.subscription.get_absolute_url()}back/", follow=True)

    assertContains(response, "Thank you. You are in")
    assert may_read(reader)


def test_two_tabs_and_a_double_click_are_one_order_and_one_charge_m6(client, reader, checkout):
    first, second = by_card(client, checkout), by_card(client, checkout)
    client.post(first, {"card": Card.WORKS})
    client.post(second, {"card": Card.WORKS})

    assert Subscription.objects.count() == 1
    assert Payment.objects.get().is_confirmed


def test_opening_the_success_page_of_a_transfer_opens_nothing_m6(client, reader):
    subscription = make.order(by=reader)

    client.get(f"{subscription.get_absolute_url()}back/")
    response = client.get(f"{subscription.get_absolute_url()}?back=1&paid=1&success=true")

    assertContains(response, "Now the payment")
    assert not may_read(reader)


def test_a_refused_card_says_so_and_can_be_tried_again(client, reader, checkout):
    page = by_card(client, checkout)

    assertContains(client.post(page, {"card": Card.REFUSED}), "refused", status_code=422)
    client.post(page, {"card": Card.WORKS})

    assert may_read(reader)


@pytest.mark.parametrize("how", [Outage.BEFORE, Outage.AFTER])
def test_a_bank_that_does_not_answer_costs_nothing_m8(client, reader, checkout, outage, how):
    outage(how)
    response = client.post(checkout, chosen(method="card"), follow=True)

    assertContains(response, "Nothing was charged and nothing is lost")
    assertContains(response, "Pay £84.00 now")
    outage(None)
    page = client.post(f"{Subscription.objects.get().get_absolute_url()}pay/").url
    client.post(page, {"card": Card.WORKS})

    assert may_read(reader)
    assert Payment.objects.count() == 1


def test_a_bank_that_does_not_answer_when_looked_up_leaves_the_reader_waiting_m8(
    client, reader, checkout, outage
):
    by_card(client, checkout)
    outage(Outage.BEFORE)

    response = client.get(f"{Subscription.objects.get().get_absolute_url()}back/", follow=True)

    assertContains(response, "We are waiting for the bank’s word")


def test_a_page_of_another_site_is_named_before_it_opens(client, reader, checkout, monkeypatch):
    monkeypatch.setattr(
        "subscriptions.paying.charging.pay_page",
        lambda payment, return_to: "https://pay.example.com/c/1?a=b&c=d",
    )

    response = client.post(checkout, chosen(method="card"))

    assertContains(response, "on your way to pay.example.com")
    assertContains(response, 'content="0; url=https://pay.example.com/c/1?a=b&amp;c=d"')


def test_while_the_card_is_being_charged_no_second_page_opens_m8(client, reader, outage):
    subscription = make.card_subscription(by=reader, months=1)
    outage(Outage.AFTER)
    press(client, "/account/renew/")
    outage(None)

    response = client.post(f"{subscription.get_absolute_url()}pay/", follow=True)

    assertContains(response, "Your card is being charged at this moment")
    assert Payment.objects.count() == 2


def test_somebody_elses_order_can_be_neither_paid_nor_looked_up_m9(client, reader):
    theirs = make.order()

    assert client.post(f"{theirs.get_absolute_url()}pay/").status_code == 404
    assert client.get(f"{theirs.get_absolute_url()}back/").status_code == 404


def test_the_next_term_is_charged_to_the_card_at_once_when_the_reader_asks(client, reader):
    subscription = make.card_subscription(by=reader, months=1)
    shown = client.get("/account/renew/")
    assertContains(shown, "The card is charged £9.00 now")

    response = client.post("/account/renew/", {"shown": shown.context["consequences"].mark}, follow=True)

    assertContains(response, "Thank you. You are in")
    assert lifecycle.standing(make.loaded(subscription)).bill is None
    assert make.loaded(subscription).terms.count() == 2
