"""Reading in a real browser: every width, colours, notes, keyboard, paper, no scripts, and what it weighs."""

import gzip
from collections import defaultdict
from io import BytesIO

import brotli
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from articles import uploads
from articles.models import Article, Picture
from subscriptions.access import Audience
from tests import make
from tests.advertising import advertised

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 375, "height": 800}
WIDTHS = [320, 375, 768, 1280, 1920, 2560]
BUDGET_REQUESTS = 8
# What a stranger with an empty cache waits for, in bytes as sent.
BUDGETS = {"document": 15_000, "stylesheet": 10_000, "script": 8_000, "font": 60_000}
# What may move is less than an eye sees: a letter within its line when the font comes.
UNSEEN_SHIFT = 0.005
WATCH_SHIFTS = """
window.moved = 0;
new PerformanceObserver(list => list.getEntries().forEach(one => moved += one.value))
  .observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def photograph(site) -> Picture:
    """A picture whose files are there."""
    file = BytesIO()
    Image.effect_noise((1280, 853), 40).convert("RGB").save(file, "JPEG")
    file.seek(0)
    return uploads.take_picture(
        file, alt="Fog on the quay", caption="Before dawn.", credit="Photograph: Halyard"
    )


@pytest.fixture
def article(site, photograph) -> Article:
    """A long piece with a note, a picture, links and everything beside it."""
    earlier = make.article(headline="An earlier piece", tags=["Harbours"])
    words = "".join(
        f'<p>The tide came in for the {n}th time, as <a href="{earlier.get_absolute_url()}">we wrote</a>, '
        f"and nobody on the quay looked up from what they were doing, which was waiting for it.</p>"
        for n in range(4, 40)
    )
    return make.article(
        headline="The harbour that priced the tide",
        authors=[make.author("Anna Gale"), make.author("Ben Ash")],
        body=f'<p>It begins.<sup class="fn" data-note="Measured in 1931."></sup></p>{words}',
        tags=["Harbours"],
        issue=make.issue(),
        page=4,
        lead_picture=photograph,
        audience=Audience.EVERYONE,
    )


@pytest.fixture
def magazine(article, photograph) -> Article:
    """As many pieces in as many departments as a front page shows; the newest of all is ``article``."""
    for name in ("Politics", "Finance", "Foreign Affairs", "Environment", "Culture", "Technology"):
        section = make.section(name)
        for number in range(5):
            make.article(
                headline=f"{name}: what the {number + 1}th inquiry found out about the sluices",
                standfirst="A commission sat for two years, and answered what nobody had asked it.",
                section=section,
                lead_picture=photograph,
            )
    make.plan()
    advertised.everywhere(picture=photograph)
    return article


# -- Eyes ---------------------------------------------------------------------


def test_no_page_is_wider_than_the_screen(visit, article):
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    odd = make.article(
        headline=long, standfirst=long, kicker=long[:60], authors=[make.author(long)], tags=[long]
    )
    subscription = make.subscription()
    visitor = visit(reduced_motion="reduce")
    visitor.sign_in(subscription.reader.email, make.PASSWORD)
    too_wide = []
    for address in (
        odd.get_absolute_url(),
        article.get_absolute_url(),
        "/",
        "/politics/",
        "/tags/",
        "/authors/",
        "/search/?q=tide",
        "/subscribe/",
        "/account/",
        subscription.get_absolute_url(),
    ):
        visitor.page.goto(address)
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 800})
            needed = visitor.page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                too_wide.append(f"{address} at {width}: {needed}")

    assert too_wide == []


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_the_colours_a_reader_chose_are_there_on_the_next_page(visit, article, system, chosen):
    page = visit(color_scheme=system).page
    page.goto(article.get_absolute_url())
    before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.get_by_role("banner").get_by_role("button", name=f"Switch to {chosen} colours").click()

    page.goto("/")

    assert page.evaluate("document.documentElement.dataset.theme") == chosen
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != before
    page.get_by_role("banner").get_by_role("button", name=f"Switch to {system} colours").click()
    assert page.evaluate("localStorage.length") == 0


def test_a_reader_who_wants_larger_words_gets_them_on_every_piece(visit, article):
    page = visit().page
    size = "parseFloat(getComputedStyle(document.querySelector('.prose')).fontSize)"
    page.goto(article.get_absolute_url())
    before = page.evaluate(size)

    page.get_by_role("button", name="Larger text").click()
    page.reload()
    page.wait_for_function("document.documentElement.dataset.text === '1'")

    assert page.evaluate(size) > before


def test_a_reader_opens_a_note_beside_the_text_and_goes_back_to_it(visit, article):
    page = visit().page
    page.goto(article.get_absolute_url())
    link = page.locator("a[role=doc-noteref]")

    link.click()
    assert page.get_by_role("note").inner_text() == "Measured in 1931."
    page.keyboard.press("Escape")

    assert page.get_by_role("note").count() == 0
    assert link.evaluate("link => link === document.activeElement")


# -- Hands --------------------------------------------------------------------


def test_the_keyboard_skips_to_the_text_and_always_shows_where_it_is(visit, article):
    page = visit().page
    page.goto(article.get_absolute_url())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page’s text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()

    seen, unmarked = 0, []
    while (
        not page.get_by_role("link", name="we wrote")
        .nth(2)
        .evaluate("link => link === document.activeElement")
    ):
        unmarked += page.evaluate(
            """() => {
              const focused = document.activeElement, style = getComputedStyle(focused);
              const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              return marked ? [] : [focused.outerHTML.slice(0, 120)];
            }"""
        )
        seen += 1
        assert seen < 60
        page.keyboard.press("Tab")
    assert unmarked == []

    page.goto(article.get_absolute_url())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('content').contains(document.activeElement)")


def test_the_bar_never_stands_before_what_the_keyboard_is_on(visit, article):
    page = visit(viewport={"width": 800, "height": 500}, reduced_motion="reduce").page
    page.goto(article.get_absolute_url())
    hidden = []
    for number in range(5, 30, 6):
        # The link lies under the bar, and the keyboard comes to it from the one below.
        page.evaluate(
            """number => {
              const links = document.querySelectorAll(".prose p a");
              scrollBy(0, links[number].getBoundingClientRect().top - 8);
              links[number + 1].focus({preventScroll: true});
            }""",
            number,
        )
        page.keyboard.press("Shift+Tab")
        hidden += page.evaluate(
            """() => {
              const focused = document.activeElement.getBoundingClientRect();
              const bar = document.querySelector("[data-bar]").getBoundingClientRect();
              return focused.top < bar.bottom ? [[focused.top, bar.bottom]] : [];
            }"""
        )

    assert hidden == []


# -- Without scripts, and on paper ---------------------------------------------


def test_a_reader_without_scripts_reads_everything_and_sees_no_dead_button(visit, article):
    page = visit(java_script_enabled=False, viewport=PHONE).page
    page.goto(article.get_absolute_url())

    assert page.get_by_text("for the 39th time").is_visible()
    assert page.get_by_text("Measured in 1931.").is_visible()
    assert [button for button in page.locator("button").all() if button.is_visible()] == []


def test_a_reader_without_scripts_comes_from_the_wall_to_an_order(visit, magazine):
    reader = make.reader()
    walled = make.article(audience=Audience.SUBSCRIBERS)
    page = visit(java_script_enabled=False, viewport=PHONE).page

    page.goto(walled.get_absolute_url())
    page.get_by_role("link", name="See the plans").first.click()
    page.get_by_role("link", name="Subscribe for 1 year").click()
    page.get_by_label("Email").fill(reader.email)
    page.get_by_label("Password", exact=True).fill(make.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("radio", name="Cheque").check()
    page.get_by_role("button", name="Order, and go on to the payment").click()

    expect(page.get_by_role("heading", name="Thank you. Now the payment")).to_be_visible()


def test_a_subscriber_gives_a_piece_away_and_a_friend_reads_it_all_by_keyboard_and_without_scripts(
    visit, site
):
    piece = make.article(
        audience=Audience.SUBSCRIBERS, body="<p>Free.</p><hr data-paywall><p>Paid words.</p>"
    )
    giver, friend = (visit(java_script_enabled=False, viewport=PHONE) for _ in range(2))
    giver.sign_in(make.reader(entitled=True).email, make.PASSWORD)
    giver.page.goto(piece.get_absolute_url())
    giver.page.get_by_role("link", name="Give this piece to a friend").press("Enter")
    giver.page.get_by_role("button", name="Make a link").press("Enter")
    address = giver.page.get_by_label("Made on").input_value()

    friend.page.goto(address)
    expect(friend.page.get_by_text("Paid words.")).to_have_count(0)
    friend.page.get_by_role("button", name="Open the piece").press("Enter")
    expect(friend.page.get_by_text("Paid words.")).to_be_visible()

    giver.page.get_by_role("button", name="Take it back").press("Enter")
    expect(giver.page.get_by_text("It opens nothing any more.")).to_be_visible()
    friend.page.reload()
    expect(friend.page.get_by_text("Whoever gave you this piece has taken the link back.")).to_be_visible()
    expect(friend.page.get_by_text("Paid words.")).to_have_count(0)


def test_the_byline_heads_every_printed_page(visit, article):
    page = visit().page
    page.goto(article.get_absolute_url())
    page.emulate_media(media="print")
    head = page.locator(".printed__head")

    # A table's head that may not be broken is repeated on each sheet of paper.
    assert head.evaluate("head => getComputedStyle(head).display") == "table-header-group"
    assert head.evaluate("head => getComputedStyle(head).breakInside") == "avoid"
    assert "The harbour that priced the tide” by Anna Gale and Ben Ash" in head.inner_text()
    assert page.get_by_text(article.get_absolute_url()).is_visible()
    for furniture in [".masthead", ".footer", ".bar", ".related"]:
        assert not page.locator(furniture).is_visible(), furniture


# -- Weight, and what is left behind -------------------------------------------


@pytest.mark.parametrize("place", ["front", "article"])
def test_a_first_visit_is_light_nothing_moves_and_no_cookie_is_left(visit, magazine, place):
    visitor = visit(viewport=PHONE)
    page, answers = visitor.page, []
    page.on("requestfinished", lambda request: answers.append(request.response()))
    page.add_init_script(WATCH_SHIFTS)
    page.goto("/" if place == "front" else magazine.get_absolute_url(), wait_until="networkidle")
    below = pictures_below_the_fold(page)
    needed = [answer for answer in answers if answer.url not in below]
    weights = weigh(needed)

    assert len(needed) <= BUDGET_REQUESTS, [answer.url for answer in needed]
    assert {kind: weights[kind] for kind, budget in BUDGETS.items() if weights[kind] > budget} == {}
    assert page.evaluate("moved") < UNSEEN_SHIFT
    assert visitor.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def pictures_below_the_fold(page: Page) -> set[str]:
    return set(
        page.evaluate(
            """() => [...document.images]
                .filter(image => image.getBoundingClientRect().top > innerHeight)
                .map(image => image.currentSrc)"""
        )
    )


def weigh(answers) -> dict[str, int]:
    """The bytes that would be sent, by kind: pages as a server squeezes them, files as they were prepared."""
    weights: dict[str, int] = defaultdict(int)
    for answer in answers:
        kind, body = answer.request.resource_type, answer.body()
        if kind == "document":
            body = gzip.compress(body, 6)
        elif kind in ("stylesheet", "script"):
            body = brotli.compress(body)
        weights[kind] += len(body)
    return weights


# -- What the policy forbids -----------------------------------------------------


def test_a_script_that_got_into_a_page_would_not_run(visit, article):
    visitor = visit()
    page = visitor.page
    page.goto(article.get_absolute_url())

    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = 'inline'";
          document.body.append(script);
          const foreign = document.createElement("script");
          foreign.src = "data:text/javascript,window.ran='data'";
          document.body.append(foreign);
          document.querySelector(".prose").insertAdjacentHTML("beforeend", `
            <img src="data:," onerror="window.ran = 'handler'">
            <a id="trap" href="javascript:window.ran = 'link'">x</a>`);
          document.getElementById("trap").click();
        }"""
    )
    page.wait_for_timeout(300)

    assert page.evaluate("window.ran") is None
    refused = [complaint for complaint in visitor.complaints if "Content Security Policy" in complaint]
    assert len(refused) == 4
    visitor.complaints = [one for one in visitor.complaints if one not in refused]
