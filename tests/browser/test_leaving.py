"""Leaving, in a real browser, by keyboard and without scripts: the data taken along, the account erased."""

import json
import zipfile

import pytest
from playwright.sync_api import expect

from accounts.models import ErasureRequest
from accounts.privacy import erasure
from tests import make
from tests.browser.keyboard import press

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_subscriber_takes_their_data_along_asks_to_be_erased_and_stays_after_all(site, visit, tmp_path):
    subscription = make.subscription(by=make.reader(name="Ada Wren"))
    ours = visit(java_script_enabled=False, accept_downloads=True)
    ours.sign_in(subscription.reader.email, make.PASSWORD)
    page = ours.page
    main = page.get_by_role("main")
    page.goto("/account/")

    press(page, page.get_by_role("link", name="Your data"))
    with page.expect_download() as downloading:
        press(page, page.get_by_role("link", name="Download all of my data"))
    downloading.value.save_as(tmp_path / "data.zip")
    with zipfile.ZipFile(tmp_path / "data.zip") as taken_along:
        told = json.loads(taken_along.read("data.json"))
        assert "Ada Wren" in taken_along.read("data.html").decode()
    assert any(row.get("number") == subscription.number for part in told["parts"] for row in part["rows"])

    press(page, page.get_by_role("link", name="Erase my account"))
    expect(main).to_contain_text("Kept, without your name and address")
    expect(main).to_contain_text("nothing is paid back")
    page.get_by_label("Your password").focus()
    page.keyboard.type("not the password")
    press(page, page.get_by_role("button", name="Erase my account"))
    expect(page.get_by_role("alert")).to_contain_text("say that you give this up")
    page.get_by_label("I give this up").focus()
    page.keyboard.press("Space")
    page.get_by_label("Your password").focus()
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(main).to_contain_text("your account is erased")
    assert make.loaded(subscription).cancelled_at

    press(page, page.get_by_role("button", name="Keep my account after all"))
    expect(page.get_by_role("status")).to_contain_text("Your account stays")
    assert not ErasureRequest.objects.open().exists()
    assert erasure.erase_due() == []
