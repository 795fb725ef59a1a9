"""The printed copy in a real browser, by keyboard and without scripts: added, moved, held back, claimed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from subscriptions.fulfilment import cutoffs, runs
from subscriptions.models import Hold, Label, LabelRun
from subscriptions.paying.payments import confirm
from tests import make
from tests.browser.keyboard import press, type_into

pytestmark = pytest.mark.django_db(transaction=True)

LYON = {"Street": "3 rue des Cordiers", "Postcode": "69002", "Town": "Lyon"}
TALLOW_BAY = {"Street": "4 Ropewalk", "Town": "Tallow Bay", "Postcode": "EC1Y 8SY"}


def type_address(page: Page, address: dict[str, str]) -> None:
    for label, words in address.items():
        type_into(page, label, words)


def button(page: Page, name: str) -> None:
    press(page, page.get_by_role("button", name=name, exact=True))


def link(page: Page, name: str) -> None:
    press(page, page.get_by_role("link", name=name))


def test_a_subscriber_adds_print_moves_house_goes_away_and_misses_a_copy(as_reader, settings):
    # The days that a hold begins with are then those of the issue.
    settings.MAGAZINE_PRINT_LEAD_DAYS = 3
    make.zones()
    subscription = make.subscription(by=make.reader(name="Ada Quill"))
    today = timezone.localdate()
    issue = make.issue(cover_on=today + timedelta(days=12), released_at=None, title="Low water")
    page = as_reader(subscription.reader)
    main, status = page.get_by_role("main"), page.get_by_role("status")
    prints, copies = page.get_by_label("The printed copy"), page.get_by_label("Your copies")
    happens = page.get_by_label("What happens")

    page.goto("/account/")
    link(page, "Add the printed copy")
    type_into(page, "Country", "France")
    button(page, "Show the price there")
    expect(page.get_by_label("What it costs: France")).to_contain_text("£54.00 a year (Europe)")
    type_address(page, LYON)
    button(page, "Show what happens")
    expect(happens).to_contain_text("There is £54.00 to pay.")
    expect(happens).to_contain_text("Ada Quill, 3 rue des Cordiers, 69002 LYON")
    assert not subscription.payments.expected().exists()
    button(page, "Add the printed copy")
    expect(main).to_contain_text("£54.00")

    confirm(subscription.payments.expected().get(), paid_on=today)
    page.goto("/account/")
    expect(prints).to_contain_text("It comes by post")
    expect(prints).to_contain_text("3 rue des Cordiers")
    upcoming = cutoffs.next_affected()
    assert upcoming is not None
    until = timezone.localtime(upcoming.cutoff_at)
    counts = f"takes effect from {issue} ({upcoming.issue.on:%-d %B %Y}), if you make it before"
    expect(prints).to_contain_text(f"{counts} {until:%A %-d %B, %H:%M}.")

    link(page, "Change the address")
    type_into(page, "Country", "United Kingdom")
    button(page, "Show its fields")
    type_address(page, TALLOW_BAY)
    button(page, "Show what happens")
    expect(happens).to_contain_text("Copies that are paid for go there at no extra cost.")
    button(page, "Send copies there")
    expect(status).to_contain_text(f"4 Ropewalk, TALLOW BAY, EC1Y 8SY from {issue}")
    page.goto("/account/")
    expect(prints).to_contain_text("4 Ropewalk")
    expect(prints).not_to_contain_text("rue des Cordiers")

    link(page, "Hold copies while I am away")
    button(page, "Show what happens")
    expect(happens).to_contain_text(f"Held back, as things are planned: {issue} of")
    assert not Hold.objects.exists()
    button(page, "Hold my copies")
    expect(status).to_contain_text("Your copies wait while you are away")
    link(page, "Call it off")
    expect(happens).to_contain_text(f"The first copy that comes again is {issue}")
    button(page, "Send copies again")
    expect(copies).not_to_contain_text("Held back")

    run = runs.freeze(upcoming.issue, by=None, at=upcoming.cutoff_at)
    # Three weeks go by.
    LabelRun.objects.filter(pk=run.pk).update(issue_on=today - timedelta(days=10))
    page.reload()
    link(page, f"{issue} is missing or damaged")
    expect(happens).to_contain_text(f"Another copy of {issue} is sent to Ada Quill, 4 Ropewalk")
    page.get_by_label("It did not come").focus()
    page.keyboard.press("Space")
    button(page, "Tell the magazine")
    expect(copies).to_contain_text("Another copy is sent")
    expect(copies.get_by_role("link", name="is missing or damaged")).to_have_count(0)
    assert "4 Ropewalk" in run.labels.get(kind=Label.Kind.REPLACEMENT).lines
