"""A gift and a seat in a real browser, by keyboard and without scripts: given, and taken up."""

import re

import pytest
from playwright.sync_api import expect

from subscriptions import access
from subscriptions.features import Feature
from subscriptions.giving import gifts
from subscriptions.models import Gift, Seat
from tests import make
from tests.browser.keyboard import press, type_into
from tests.subscriptions import giving

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_gift_is_bought_and_taken_up_and_a_seat_given_and_taken(as_reader, settings):
    settings.DEMO_BANK = True
    settings.DEMO_PROVIDER = False
    make.plan()
    ada, tobias = make.reader(name="Ada Quill"), make.subscription(months=1).reader
    page = as_reader(ada)

    page.goto("/gifts/")
    press(page, page.get_by_role("link", name=re.compile("1 year")))
    type_into(page, "Who is it for?", "Tobias Wren")
    type_into(page, "A few words", "For the long evenings.")
    press(page, page.get_by_role("button", name="Order the gift, and go on to the payment"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Now the payment")
    press(page, page.get_by_role("button", name="Let the payment arrive"))
    expect(page.get_by_label("Gift card")).to_contain_text("For the long evenings.")
    gift = Gift.objects.get()
    expect(page.get_by_label("Gift card")).to_contain_text(gift.code)

    theirs = as_reader(tobias)
    theirs.goto("/redeem/")
    type_into(theirs, "The code on your card", gift.code.lower())
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("A gift from Ada Quill")
    expect(theirs.get_by_role("main")).to_contain_text("The last paid day moves from")
    press(theirs, theirs.get_by_role("button", name="Add its days to my plan"))
    expect(theirs.get_by_role("status")).to_contain_text("The days are added to your plan")
    assert gifts.state_of(giving.fresh(gift)) == gifts.State.ADDED

    ida = make.reader(email="ida@harbour.example")
    group = giving.group(contact=ada, seats=1)
    page.goto("/account/")
    press(page, page.get_by_role("link", name=group.name))
    type_into(page, "Their email addresses", "Ida@harbour.example")
    press(page, page.get_by_role("button", name="Give them a seat"))
    expect(page.get_by_role("main")).to_contain_text("ida@harbour.example")

    hers = as_reader(ida)
    hers.goto("/account/")
    press(hers, hers.get_by_role("link", name="Take my seat"))
    press(hers, hers.get_by_role("button", name="Take my seat"))
    expect(hers.get_by_role("main")).to_contain_text("by your seat")
    assert access.may(ida, Feature.EXCLUSIVE_CONTENT).granted

    page.reload()
    press(page, page.get_by_role("link", name=re.compile("Take it back")))
    press(page, page.get_by_role("button", name="Take it back"))
    expect(page.get_by_role("status")).to_contain_text("The seat is free again")
    assert not access.may(ida, Feature.EXCLUSIVE_CONTENT).granted
    assert not Seat.objects.held().exists()
