"""The guarantee in a real browser, by keyboard and without scripts: looked at, and claimed."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from subscriptions.access import Audience, verdict_for
from subscriptions.paying import guarantee
from tests import make
from tests.browser.keyboard import press

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_subscriber_claims_in_three_presses_of_a_key(site, visit):
    reader = make.subscription().reader
    ours = visit(java_script_enabled=False)
    ours.sign_in(reader.email, make.PASSWORD)
    page = ours.page
    page.goto("/")

    press(page, page.get_by_role("banner").get_by_role("link", name="Account"))
    press(page, page.get_by_role("link", name="Get your money back"))
    expect(page.get_by_role("main")).to_contain_text("£84.00")
    expect(page.get_by_role("main")).to_contain_text("Your plan ends at once")
    assert verdict_for(reader, Audience.SUBSCRIBERS).granted
    press(page, page.get_by_role("button", name=re.compile("send back £84.00")))

    expect(page.get_by_role("heading", level=1)).to_have_text("You get your money back")
    assert not verdict_for(reader, Audience.SUBSCRIBERS).granted


def test_a_receipts_link_leads_there_without_signing_in(site, visit):
    subscription = make.subscription()
    payment = subscription.payments.get()
    page = visit(java_script_enabled=False).page

    page.goto(f"/subscribe/refund/{guarantee.link_token(payment)}/")
    press(page, page.get_by_role("button", name=re.compile("send back £84.00")))

    expect(page.get_by_role("main")).to_contain_text(f"{timezone.localdate():%B %Y}")
    payment.refresh_from_db()
    assert payment.is_given_back
