"""Listening in a real browser: on two devices, as a stranger, and without scripts."""

import subprocess
from collections.abc import Callable

import imageio_ffmpeg
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from audio.models import Narration, Place
from magazine import vault
from subscriptions.access import Audience
from tests import make
from tests.audio.fakes import narrated
from tests.browser.axe import violations

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 375, "height": 700}
SECONDS = 60
PARAGRAPHS = 20
EACH = SECONDS * 1000 // PARAGRAPHS
NOW = "document.querySelector('audio').currentTime"


@pytest.fixture(scope="session")
def minute() -> dict[str, bytes]:
    """A minute of a tone as the two kinds of file."""
    ways = {"mp3": ["-b:a", "16k", "-f", "mp3"], "opus": ["-c:a", "libopus", "-b:a", "8k", "-f", "ogg"]}
    tone = ["-f", "lavfi", "-i", f"sine=frequency=220:sample_rate=16000:duration={SECONDS}"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *tone]
    return {
        name: subprocess.run([*command, *way, "pipe:1"], capture_output=True, check=True).stdout
        for name, way in ways.items()
    }


@pytest.fixture
def record(site, minute):
    """Give a piece a recording in which each of its paragraphs takes three seconds."""

    def make_one(article) -> Narration:
        files = {name: vault.store("audio", data, name)[0] for name, data in minute.items()}
        told = [
            {
                "block": n,
                "kind": "paragraph",
                "text": "",
                "take": "",
                "from": n * EACH,
                "until": n * EACH + EACH,
            }
            for n in range(PARAGRAPHS)
        ]
        return narrated(article, segments=told, duration_ms=SECONDS * 1000, **files)

    return make_one


@pytest.fixture
def issue(record):
    """An issue of three recorded pieces; the last is for everyone."""
    body = "".join(f"<p>Paragraph {n}. {'The tide came in for it. ' * 12}</p>" for n in range(PARAGRAPHS))
    made = make.issue(title="The tide")
    for page, audience in enumerate([Audience.SUBSCRIBERS, Audience.SUBSCRIBERS, Audience.EVERYONE]):
        article = make.article(
            headline=f"Piece {page + 1}", body=body, audience=audience, issue=made, page=page + 1
        )
        record(article)
    return made


def piece(issue, page):
    return issue.articles.get(page=page)


def marked(page: Page) -> str:
    return page.locator("[data-heard]").inner_text()[:13].strip()


def wait_for(page: Page, expression: str) -> None:
    page.wait_for_function(f"() => {expression}")


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until what a page sent has come to the other side."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    pytest.fail("It never came.")


def test_a_subscriber_listens_goes_about_in_a_piece_and_goes_on_elsewhere(visit, issue):
    reader, article = make.reader(entitled=True), piece(issue, 1)
    phone = visit(viewport=PHONE, reduced_motion="reduce")
    phone.sign_in(reader.email, make.PASSWORD)
    page, answers = phone.page, []
    page.on("response", lambda answer: "/audio/" in answer.url and answers.append(answer.status))
    page.goto(article.get_absolute_url())
    assert answers == [], "Nothing is loaded before somebody wants to hear it"

    # It plays, and marks what is read.
    page.get_by_role("button", name="Play").click()
    wait_for(page, f"{NOW} > 0.3")
    assert marked(page) == "Paragraph 0."
    for _ in range(4):
        page.get_by_role("button", name="Next paragraph").click()
    wait_for(page, f"{NOW} >= 12")
    expect(page.locator("[data-heard]")).to_contain_text("Paragraph 4.")
    page.get_by_role("button", name="30 seconds on").click()
    wait_for(page, f"{NOW} >= 42 && !document.querySelector('audio').seeking")
    expect(page.locator("[data-heard]")).to_contain_text("Paragraph 14.")
    assert set(answers) == {206}

    # The letters work in the player alone.
    page.get_by_label("Speed").select_option("1.6")
    page.get_by_label("Speed").focus()
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('audio').paused") is False, "A letter chooses in a list"
    page.get_by_role("slider").focus()
    page.keyboard.press("j")
    wait_for(page, f"{NOW} < 35")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('audio').paused") is True
    assert page.evaluate("navigator.mediaSession.metadata.title") == "Piece 1"
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.6

    # The bar goes along, and nothing that has the focus lies behind it.
    page.get_by_role("button", name="Play").click()
    page.locator(".article__foot").scroll_into_view_if_needed()
    expect(page.locator("[data-player][data-docked]")).to_have_count(1)
    assert violations(page) == []
    assert covered(page) == []
    page.get_by_role("button", name="Pause").click()
    stopped = page.evaluate(NOW)

    # On another device it goes on from there.
    until(page, lambda: Place.objects.filter(reader=reader, was_listening=True, at_ms__gt=20_000).exists())
    until(page, lambda: abs(Place.objects.get().at_ms / 1000 - stopped) < 1)
    desk = visit()
    desk.sign_in(reader.email, make.PASSWORD)
    page = desk.page
    page.goto(article.get_absolute_url())
    page.get_by_role("button", name="Play").click()
    wait_for(page, f"Math.abs({NOW} - {stopped}) < 3")
    assert int(marked(page).removeprefix("Paragraph ").partition(".")[0]) - stopped // 3 in (0, 1)
    page.get_by_role("button", name="Continue from where you were").click()
    assert page.evaluate("document.activeElement.textContent").startswith("Paragraph")

    # What they read is where they listen on.
    other = piece(issue, 2)
    page.goto(other.get_absolute_url())
    page.get_by_text("Paragraph 9.").scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(1_700)
    page.goto(reverse("audio:list"))
    until(page, lambda: Place.objects.filter(article=other, block__gte=6).exists())
    page.reload()
    expect(page.get_by_role("link", name="Piece 2")).to_be_visible()


def covered(page: Page) -> list[str]:
    """What the keyboard comes to and the bar hides, on the way back from the end of the page."""
    hidden = """() => {
      const one = document.activeElement, box = one.getBoundingClientRect();
      if (one === document.body || one.closest("[data-controls]")) return "";
      const bar = document.querySelector("[data-controls]").getBoundingClientRect();
      const isDocked = document.documentElement.hasAttribute("data-dock");
      return isDocked && box.bottom > bar.top + 1 ? one.outerHTML.slice(0, 80) : "";
    }"""
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator(".footer a").last.focus()
    found = []
    for _ in range(12):
        found.append(page.evaluate(hidden))
        page.keyboard.press("Shift+Tab")
    page.locator(".article__foot a").first.focus()
    for _ in range(12):
        found.append(page.evaluate(hidden))
        page.keyboard.press("Tab")
    return [one for one in found if one]


def test_a_stranger_hears_what_is_open_one_piece_after_the_other(visit, issue, record):
    record(make.article(headline="Piece 4", issue=issue, page=4))
    visitor = visit(reduced_motion="reduce")
    page = visitor.page
    page.goto(issue.get_absolute_url())
    page.get_by_role("link", name="Listen to the issue").click()
    expect(page.get_by_text("2 pieces read aloud, 2 minutes.")).to_be_visible()
    expect(page.get_by_text("Subscribers can listen to this piece, 1 minute.")).to_have_count(2)
    expect(page.get_by_role("button", name="Play: Piece 1")).to_have_count(0)
    assert violations(page) == []

    page.get_by_role("button", name="Play: Piece 3").click()
    wait_for(page, f"{NOW} > 0.3")
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    expect(page.locator("[data-sounds]")).to_contain_text("Piece 4")
    wait_for(page, f"{NOW} > 0.3 && {NOW} < 30")
    page.get_by_role("button", name="30 seconds on").click()
    wait_for(page, f"{NOW} > 29")
    page.get_by_role("button", name="Pause", exact=True).click()

    # They are known by nothing but what their own browser keeps.
    page.goto(piece(issue, 4).get_absolute_url())
    page.get_by_role("button", name="Play").click()
    wait_for(page, f"{NOW} > 29")
    assert visitor.context.cookies() == []
    assert not Place.objects.exists()


def test_without_scripts_every_recording_plays_and_a_list_is_kept(visit, issue):
    reader = make.reader(entitled=True)
    visitor = visit(java_script_enabled=False, viewport=PHONE)
    visitor.sign_in(reader.email, make.PASSWORD)
    page = visitor.page
    for n in (1, 2):
        page.goto(piece(issue, n).get_absolute_url())
        expect(page.locator("audio[controls]")).to_be_visible()
        page.get_by_role("button", name="Put it on your list").click()
        expect(page.get_by_role("button", name="Take it off")).to_be_visible()
    page.get_by_role("link", name="your list").click()
    expect(page.locator("audio[controls]")).to_have_count(2)
    expect(page.locator("[data-do]:visible, [data-play-this]:visible")).to_have_count(0)

    page.get_by_role("button", name="Earlier: Piece 2").click()

    expect(page.locator(".queue__headline")).to_have_text(["Piece 2", "Piece 1"])
