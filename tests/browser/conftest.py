"""A real Chromium, looking at a real server."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import make

# Playwright's loop lives in this thread; our own database calls beside it are plain and sequential.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

NODE_MODULES = Path(__file__).parent / "node_modules"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items):
    """Everything here needs the browser. Each worker that comes to one of these starts its own."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Chromium is missing: “make test” installs it where it may, or says how.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, settings):
    """The running magazine; its own address is the one it is served at."""
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    return live_server


class Visitor:
    """One person's browser. What goes wrong in its console is kept, and checked at the end."""

    def __init__(self, browser: Browser, base_url: str, **options) -> None:
        self.context: BrowserContext = browser.new_context(base_url=base_url, **options)
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.base_url = base_url
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)

    def _listen(self, message) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:", "about:")):
            self.foreign.append(request.url)

    def sign_in(self, email: str, password: str, *, path: str = "/account/login/") -> None:
        self.page.goto(path)
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def visit(chromium, site):
    """Open a browser for one more person: ``visit()``; at the end none may have complained."""
    visitors: list[Visitor] = []

    def open_browser(**options) -> Visitor:
        visitor = Visitor(chromium, site.url, **options)
        visitors.append(visitor)
        return visitor

    yield open_browser
    for visitor in visitors:
        visitor.context.close()
    assert [one for visitor in visitors for one in visitor.complaints] == []
    assert [one for visitor in visitors for one in visitor.foreign] == []


@pytest.fixture
def as_reader(visit):
    """Open a browser without scripts, with ``reader`` signed in."""

    def begin(reader) -> Page:
        visitor = visit(java_script_enabled=False)
        visitor.sign_in(reader.email, make.PASSWORD)
        return visitor.page

    return begin
