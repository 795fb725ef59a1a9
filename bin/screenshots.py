"""Make the pictures that the README shows: the demo magazine, in a real browser.

    make screenshots

Writes docs/pictures/<page>-<width>-<light|dark>.webp. With ``--all FOLDER`` every page in every width and
theme goes to FOLDER instead, for looking at.
"""

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DATA = ROOT / "var" / "screenshots"
PASSWORD = "harbour at dawn"  # noqa: S105 - the demo's, see demo/people.py.
WIDTHS = (375, 1280)
THEMES = ("light", "dark")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass(frozen=True)
class Shot:
    """A page to be taken, and as whom."""

    name: str
    path: str
    email: str = ""
    whole_page: bool = False


SHOTS = [
    Shot("front", "/"),
    Shot("article", "/politics/nothing-lasts-like-the-temporary/"),
    Shot("wall", "/foreign-affairs/two-gauges-and-a-roof/"),
    Shot("issue", "/issues/3/24/"),
    Shot("issues", "/issues/"),
    Shot("plans", "/subscribe/"),
    Shot("account", "/account/", "subscriber@halyard.example"),
    Shot("desk", "/desk/", "editor@halyard.example"),
    Shot("writing", "/desk/articles/article/add/", "editor@halyard.example"),
]
# What the README and the other papers show.
SHOWN = {
    ("front", 1280, "light"),
    ("article", 375, "dark"),
    ("issues", 1280, "light"),
    ("writing", 1280, "light"),
}


def main() -> None:
    """Serve the demo from a folder of its own, and take what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    parser.add_argument("--only", default="", help="a shot's name")
    options = parser.parse_args()
    folder = options.all or ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for shot, width, theme in wanted(everything=bool(options.all), only=options.only):
            picture = taken(browser, address, shot, width, theme)
            Image.open(io.BytesIO(picture)).convert("RGB").save(
                folder / f"{shot.name}-{width}-{theme}.webp", quality=82, method=6
            )
        browser.close()


def wanted(*, everything: bool, only: str) -> Iterator[tuple[Shot, int, str]]:
    """Yield what to take: all of it, or what the papers show."""
    for shot in SHOTS:
        for width in WIDTHS:
            for theme in THEMES:
                is_shown = everything or (shot.name, width, theme) in SHOWN
                if is_shown and only in ("", shot.name):
                    yield shot, width, theme


@contextmanager
def served() -> Iterator[str]:
    """Serve a freshly loaded demo at a free port, with its pictures made; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    environment = os.environ | {"MAGAZINE_DATA": str(DATA), "MAGAZINE_SITE_URL": address}
    for command in (
        ["migrate", "-v0"],
        ["createcachetable"],
        ["load_demo", "--quiet"],
        ["run_worker", "--once"],
    ):
        subprocess.run([BIN / "python", "manage.py", *command], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen(
        [
            BIN / "granian",
            "--interface",
            "wsgi",
            "--port",
            str(port),
            "--blocking-threads",
            "2",
            "magazine.wsgi:application",
        ],
        cwd=ROOT,
        env=environment,
    )
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/health/")  # noqa: S310 - our own server.
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def taken(browser: Browser, address: str, shot: Shot, width: int, theme: str) -> bytes:
    """Return a PNG of the page in a window of ``width``."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 812 if width < 600 else 900},
        color_scheme=theme,  # type: ignore[arg-type]
        device_scale_factor=1,
    )
    page = context.new_page()
    if shot.email:
        page.goto("/account/login/")
        page.get_by_label("Email", exact=True).fill(shot.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "login" not in url)
    page.goto(shot.path, wait_until="networkidle")
    picture = page.screenshot(full_page=shot.whole_page)
    context.close()
    return picture


if __name__ == "__main__":
    main()
