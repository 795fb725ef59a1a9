"""What readers do to their plan, in a real browser, by keyboard and without scripts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from subscriptions import terms
from subscriptions.access import Audience, verdict_for
from subscriptions.life import lifecycle
from subscriptions.models import Payment, Subscription
from tests import make
from tests.browser.keyboard import press

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(site, visit):
    """Sign the reader of a subscription in, without scripts, and open the account."""

    def open_account(subscription: Subscription) -> Page:
        ours = visit(java_script_enabled=False)
        ours.sign_in(subscription.reader.email, make.PASSWORD)
        ours.page.goto("/account/")
        return ours.page

    return open_account


def main(page: Page):
    return page.get_by_role("main")


def test_a_subscriber_cancels_in_two_presses_of_a_key_and_takes_it_back(account):
    subscription = make.subscription()
    page = account(subscription)

    press(page, page.get_by_role("link", name="Cancel my plan"))
    expect(main(page)).to_contain_text("the last paid day")
    press(page, page.get_by_role("button", name="Cancel my plan"))

    expect(main(page)).to_contain_text("You have cancelled Halyard")
    assert lifecycle.standing(make.loaded(subscription)).is_cancelled
    assert verdict_for(subscription.reader, Audience.SUBSCRIBERS).granted
    press(page, page.get_by_role("link", name="Keep my plan after all"))
    press(page, page.get_by_role("button", name="Keep my plan"))

    expect(page.get_by_role("status")).to_contain_text("Your plan goes on as before")
    assert not lifecycle.standing(make.loaded(subscription)).is_cancelled


def test_a_subscriber_pauses_by_typing_two_days(account):
    subscription = make.subscription()
    page = account(subscription)

    press(page, page.get_by_role("link", name="Pause"))
    press(page, page.get_by_role("button", name="Show what happens"))
    expect(main(page)).to_contain_text("The last paid day moves from")
    assert not subscription.pauses.exists()
    press(page, page.get_by_role("button", name="Pause my plan"))

    expect(main(page)).to_contain_text("and rests from")
    assert subscription.pauses.get().starts_on == terms.day_of(timezone.now()) + timedelta(days=1)
    press(page, page.get_by_role("link", name="Call off the pause"))
    press(page, page.get_by_role("button", name="End the pause"))

    expect(page.get_by_role("status")).to_contain_text("The pause is over")
    assert lifecycle.standing(make.loaded(subscription)).pause is None


def test_a_subscriber_changes_to_a_year_and_pays_the_difference_by_card(account):
    subscription = make.card_subscription(months=1)
    page = account(subscription)

    press(page, page.get_by_role("link", name="Change the plan"))
    press(page, page.get_by_role("button", name="Show what happens"))
    expect(main(page)).to_contain_text("The card is charged £75.00 now.")
    press(page, page.get_by_role("button", name="Change my plan"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. You are in")
    assert make.loaded(subscription).price == make.price()


def test_a_reader_orders_by_card_with_a_code_and_opens_the_invoice(site, visit):
    make.offer(code="FRIENDS", amount_minor=2000)
    reader = make.reader()
    ours = visit(java_script_enabled=False)
    ours.sign_in(reader.email, make.PASSWORD)
    page = ours.page
    page.goto(make.plan().get_absolute_url())

    page.get_by_label("A code, if you have one").fill("friends")
    press(page, page.get_by_role("button", name="Use the code"))
    expect(main(page)).to_contain_text("Your code gives £20 off the first payment")
    press(page, page.get_by_role("button", name="Order, and go on to the payment"))
    expect(main(page)).to_contain_text("£64.00")
    press(page, page.get_by_role("button", name="Pay", exact=True))

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. You are in")
    press(page, page.get_by_role("link", name=re.compile("Invoice")))
    expect(main(page)).to_contain_text("−£20.00")
    assert Payment.objects.get().amount_minor == 6400
