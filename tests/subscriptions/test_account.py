"""The reader's account says where things stand, in every state, and what can be done about it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from subscriptions import terms
from subscriptions.access import Audience, verdict_for
from subscriptions.ledger import coming
from subscriptions.life import dunning, lifecycle, renewals
from subscriptions.life.switching import announce
from subscriptions.models import Payment, PlannedChange, ReceivedIssue, Subscription
from subscriptions.models.payment import Dispute
from subscriptions.paying import charging, guarantee, refunds
from subscriptions.providers.demo import Card
from subscriptions.views import overview
from tests import make
from tests.subscriptions.clicking import press

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

ACCOUNT = "/account/"
DAY = timedelta(days=1)


def signed_in(subscription: Subscription) -> Client:
    client = Client()
    client.force_login(subscription.reader)
    return client


def account(subscription: Subscription) -> str:
    """The words of the account, with ordinary spaces."""
    return signed_in(subscription).get(ACCOUNT).content.decode().replace("\u00a0", " ")


def written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def ago(days: int):
    return timezone.now() - timedelta(days=days)


@pytest.fixture(autouse=True)
def _a_plan_sold_for_long():
    make.sold_plan()


# -- Every state --------------------------------------------------------------


def test_who_ordered_is_told_that_it_opens_with_the_payment():
    page = account(make.order())

    assert "You have ordered Halyard. It opens the moment we have your payment." in page
    assert "Pay £84.00" in page
    assert "Withdraw the order" in page


def test_who_tries_is_told_until_when_and_that_nothing_is_charged():
    trial = make.trial()
    page = account(trial)

    assert f"You are trying Halyard until {written(trial.terms.get().ends_on)}. Nothing is charged" in page
    assert "Choose a plan and go on" in page
    assert "£84.00 for 1 year" in page
    assert "if you go on" in page


def test_who_rests_is_told_when_it_opens_again():
    subscription = make.subscription(at=ago(20))
    today = terms.day_of(timezone.now())
    rests = make.paused(subscription, today - DAY, today + 20 * DAY, at=ago(5))

    page = account(rests)

    assert f"Halyard rests, and opens again by itself on {written(today + 21 * DAY)}" in page
    assert "Read on today" in page
    assert "Change the plan" not in page


def test_who_will_rest_is_told_from_when():
    today = terms.day_of(timezone.now())
    page = account(make.paused(make.subscription(), today + 5 * DAY, today + 20 * DAY))

    assert f"and rests from {written(today + 5 * DAY)} until {written(today + 21 * DAY)}" in page
    assert "Call off the pause" in page


def test_who_is_late_is_told_how_long_everything_stays_open():
    subscription = make.subscription(months=1, at=ago(33))
    renewals.bill_next_term(subscription, at=ago(10))
    standing = lifecycle.standing(make.loaded(subscription))

    page = account(subscription)

    assert f"ended on {written(standing.paid_until_on)}, and the next payment has not come yet" in page
    assert f"stays open until {written(standing.grace_until_on)}" in page
    assert "Pay £9.00" in page


def test_whose_card_fails_is_told_why_and_when_it_is_tried_again():
    subscription = make.card_subscription(months=1, at=ago(33), card=Card.REFUSED_LATER)
    bill = renewals.bill_next_term(subscription, at=ago(10))
    charging.charge(bill.pk)
    again_on = terms.day_of(timezone.now() + dunning.TRY_AGAIN_AFTER[0])

    page = account(subscription)

    assert f"could not be taken. The card was refused. We try again on {written(again_on)}." in page


def test_whose_bank_asks_is_told_that_nothing_moves():
    subscription = make.subscription()
    subscription.payments.update(dispute=Dispute.OPEN)

    page = account(subscription)

    assert "Your bank has a payment in question" in page
    assert "Get your money back" not in page


def test_who_cancelled_sees_the_end_and_the_way_back():
    subscription = make.subscription()
    lifecycle.cancel(subscription, by=subscription.reader)

    page = account(subscription)

    assert f"It is yours until {written(subscription.terms.get().ends_on)}, and ends then." in page
    assert "Keep my plan after all" in page
    assert "Cancel my plan" not in page
    assert "if you do not cancel" not in page


def test_who_lapsed_is_invited_back():
    subscription = make.subscription(months=1, at=ago(60))

    page = account(subscription)

    assert f"Your plan Halyard ended on {written(subscription.terms.get().ends_on)}." in page
    assert "Come back" in page


def test_who_had_the_money_back_is_told_so():
    subscription = make.subscription()
    refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)

    page = account(subscription)

    assert (
        f"Your payment was refunded, and Halyard ended with that on {written(timezone.localdate())}" in page
    )
    assert "Come back" in page


def test_who_withdrew_owes_nothing():
    subscription = make.order()
    lifecycle.cancel(subscription, by=subscription.reader)

    assert f"The order of {written(timezone.localdate())} was withdrawn" in account(subscription)


def test_every_state_has_its_own_sentence():
    states = {
        make.order(): "pending",
        make.trial(): "trial",
        make.subscription(): "active",
        make.subscription(months=1, at=ago(60)): "lapsed",
    }
    sentences = {
        next(overview.sentences(make.loaded(one), lifecycle.standing(make.loaded(one)))) for one in states
    }

    assert len(sentences) == len(states)


# -- What follows ---------------------------------------------------------------


def test_a_reader_sees_the_announced_price_and_the_old_one():
    subscription = make.subscription()
    version = make.dearer(make.plan(), by_minor=1200)
    renews_on = lifecycle.standing(subscription).renews_on
    announce([(subscription, version.prices.get(term_months=12, currency="GBP"))], from_on=renews_on, by=None)

    page = account(subscription)

    assert f"£96.00 for 1 year from {written(renews_on)}" in page
    assert "The new price, instead of £84.00. We announced it on" in page
    assert "Keep it as it was" not in page


def test_a_reader_sees_the_change_they_planned_and_can_take_it_back():
    subscription = make.subscription()
    client = signed_in(subscription)
    press(client, "/account/plan/", price=make.price(months=1).pk)

    page = account(subscription)
    assert "£9.00 for 1 month from" in page
    assert "Your change, instead of £84.00 for 1 year." in page

    press(client, "/account/plan/keep/")
    assert "£84.00 for 1 year from" in account(subscription)


def test_a_reader_sees_the_card_that_is_charged():
    assert f"Card ({Card.WORKS.value})" in account(make.card_subscription())


def test_a_reader_sees_the_next_issue_and_how_many_are_promised():
    subscription = make.subscription()
    soon = timezone.now() + timedelta(days=4)
    make.issue(volume=3, number=7, title="The long harbour", released_at=soon, cover_on=soon.date())
    ReceivedIssue.objects.create(
        subscription=subscription,
        key="3/6",
        name="3/6 The short harbour",
        received_on=timezone.localdate(),
        term=subscription.terms.get(),
    )

    page = account(subscription)

    assert f"The long harbour, on {written(timezone.localdate(soon))}" in page
    assert "24 promised, 1 received, 23 to come" in page
    assert "The first was 3/6 The short harbour." in page


def test_an_issue_that_comes_after_the_end_is_not_promised():
    subscription = make.subscription(months=1)
    lifecycle.cancel(subscription, by=subscription.reader)
    late = timezone.now() + timedelta(days=60)
    make.issue(released_at=late, cover_on=late.date(), title="Too late")

    assert coming.issues(timezone.now())
    assert "Too late" not in account(subscription)


def test_the_account_costs_the_same_in_every_state(django_assert_max_num_queries):
    today = terms.day_of(timezone.now())
    lives = [
        make.order(),
        make.subscription(),
        make.card_subscription(),
        make.trial(),
        make.paused(make.subscription(), today + 5 * DAY, today + 20 * DAY),
    ]
    for subscription in lives:
        client = signed_in(subscription)
        client.get(ACCOUNT)
        with django_assert_max_num_queries(44):
            client.get(ACCOUNT)


# -- What can be done ------------------------------------------------------------


def test_a_subscriber_cancels_in_two_clicks_and_sees_at_most_one_offer():
    make.offer(audience="leaving", percent=30, payments=2)
    make.offer(audience="leaving", percent=10)
    subscription = make.subscription()
    client = signed_in(subscription)

    page = client.get("/account/cancel/").content.decode()
    assert page.count("off your next") == 1
    assert page.index("Cancel my plan") < page.index("off your next")
    assert "Pause instead" not in page
    response = press(client, "/account/cancel/")

    assertContains(response, "Your plan is cancelled")
    assert verdict_for(subscription.reader, Audience.SUBSCRIBERS).granted


def test_who_has_no_offer_hears_that_a_plan_can_rest():
    assertContains(signed_in(make.subscription()).get("/account/cancel/"), "Pause instead")


def test_the_offer_to_stay_lowers_the_next_payment_once():
    make.offer(audience="leaving", percent=50)
    subscription = make.subscription()
    client = signed_in(subscription)

    assertContains(client.get("/account/offer/"), "£42.00 instead of £84.00")
    press(client, "/account/offer/")

    assert "£42.00 for 1 year from" in account(subscription)
    assertContains(client.get("/account/offer/", follow=True), "no offer to take")
    assertNotContains(client.get("/account/cancel/"), "off your next")


def test_a_subscriber_pauses_after_seeing_what_that_does():
    subscription = make.subscription()
    client = signed_in(subscription)
    tomorrow = terms.day_of(timezone.now()) + DAY
    days = {"first_on": tomorrow.isoformat(), "last_on": (tomorrow + 9 * DAY).isoformat()}
    ends_on = subscription.terms.get().ends_on

    page = client.get("/account/pause/", days)
    assertContains(page, f"moves from {written(ends_on)} to {written(ends_on + 10 * DAY)}")
    assert not subscription.pauses.exists()
    press(client, "/account/pause/", **days)

    assert subscription.pauses.get().days == 10
    press(client, "/account/pause/end/")
    assert lifecycle.standing(make.loaded(subscription)).pause is None


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("", "", "Choose the first day"),
        ("soon", "2031-01-01", "Write the day as year, month and day"),
        ("tomorrow", "today", "The last day comes before the first"),
        ("today", "next month", "A pause begins tomorrow at the earliest"),
        ("tomorrow", "tomorrow", "A pause lasts 7 days at least"),
    ],
)
def test_a_pause_that_cannot_be_says_why_and_keeps_what_was_typed(first, last, sentence):
    client = signed_in(make.subscription())
    today = terms.day_of(timezone.now())
    days = {"today": today, "tomorrow": today + DAY, "next month": today + 30 * DAY}
    chosen = {"first_on": str(days.get(first, first)), "last_on": str(days.get(last, last))}

    response = client.get("/account/pause/", chosen)

    assertContains(response, sentence, status_code=422)
    assertContains(response, f'value="{chosen["first_on"]}"', status_code=422)


def test_a_longer_term_begins_with_the_difference_paid():
    subscription = make.subscription(months=1)
    client = signed_in(subscription)
    year = make.price(months=12)

    page = client.get("/account/plan/")
    assertContains(page, "£9.00 for your unused days is taken off")
    response = press(client, "/account/plan/", price=year.pk)

    assertContains(response, "Your change of plan")
    assert Payment.objects.expected().get().amount_minor == 8400 - 900
    assertContains(press(client, "/account/plan/keep/"), "Your plan stays as it is")
    assert not Payment.objects.expected().exists()


def test_a_price_to_which_no_change_is_possible_is_refused():
    client = signed_in(make.subscription())
    euros = make.price(months=1, currency="EUR")

    assertContains(client.get("/account/plan/", {"price": euros.pk}), "not possible", status_code=422)
    assertContains(client.post("/account/plan/", {"price": euros.pk}), "not possible", status_code=422)
    assert not PlannedChange.objects.exists()


def test_a_reader_chooses_another_way_of_paying():
    subscription = make.subscription()
    client = signed_in(subscription)

    assertContains(client.get("/account/payment/", {"way": "cheque"}), "paid by cheque")
    press(client, "/account/payment/", way="cheque")

    assert make.loaded(subscription).method == "cheque"


def test_a_card_is_offered_only_where_something_asks_for_it():
    never_paid_by_card = signed_in(make.subscription())
    has_a_bill = signed_in(make.order())

    assertNotContains(never_paid_by_card.get("/account/payment/"), 'value="card"')
    assertContains(has_a_bill.get("/account/payment/"), 'value="card"')


def test_a_reader_changes_the_card_on_the_providers_page():
    client = signed_in(make.card_subscription())

    response = client.post("/account/payment/card/")

    assert response.url.startswith("http://testserver/subscribe/demo-bank/card/")


def test_what_changed_in_between_is_shown_anew_and_nothing_is_done():
    subscription = make.subscription(at=ago(20), months=1)
    client = signed_in(subscription)
    shown = client.get("/account/cancel/").context["consequences"].mark
    renewals.bill_next_term(subscription)

    response = client.post("/account/cancel/", {"shown": shown})

    assertContains(response, "Nothing has been done yet", status_code=409)
    assertContains(response, f"({subscription.number}-2) is withdrawn", status_code=409)
    assert not lifecycle.standing(make.loaded(subscription)).is_cancelled


@pytest.mark.parametrize("name", ["cancel", "resume", "renew", "pause", "switch", "keep", "pay_by"])
def test_a_button_pressed_without_having_looked_does_nothing(name):
    subscription = make.subscription()
    before = subscription.events.count()

    response = signed_in(subscription).post(reverse(f"subscriptions:{name}"))

    assert response.status_code in {302, 409, 422}
    assert subscription.events.count() == before


@pytest.mark.parametrize("address", ["/account/cancel/", "/account/renew/"])
def test_looking_changes_nothing(address):
    subscription = make.subscription()
    before = subscription.events.count()

    signed_in(subscription).get(address)

    assert subscription.events.count() == before
    assert not Payment.objects.expected().exists()
