"""Reading an article in a real browser: colours, notes, text size, keyboard, paper, no scripts."""

import pytest

from articles.models import Article
from subscriptions.access import Audience
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

BUDGET_REQUESTS = 8


@pytest.fixture
def article(site) -> Article:
    """A long piece with a note, links and everything beside it."""
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
        audience=Audience.EVERYONE,
    )


def test_a_reader_opens_a_note_beside_the_text_and_goes_back_to_it(visit, article):
    page = visit().page
    page.goto(article.get_absolute_url())
    link = page.locator("a[role=doc-noteref]")

    link.click()
    assert page.get_by_role("note").inner_text() == "Measured in 1931."
    page.keyboard.press("Escape")

    assert page.get_by_role("note").count() == 0
    assert link.evaluate("link => link === document.activeElement")


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


def test_a_reader_without_scripts_reads_everything_and_sees_no_dead_button(visit, article):
    page = visit(java_script_enabled=False).page
    page.goto(article.get_absolute_url())

    assert page.get_by_text("for the 39th time").is_visible()
    assert page.get_by_text("Measured in 1931.").is_visible()
    assert [button for button in page.locator("button").all() if button.is_visible()] == []


def test_a_first_visit_is_light_and_nothing_moves(visit, article):
    visitor = visit(viewport={"width": 390, "height": 800})
    page, requests = visitor.page, []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(
        "window.moved = 0;"
        "new PerformanceObserver(list => list.getEntries().forEach(one => moved += one.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(article.get_absolute_url())
    page.wait_for_timeout(500)

    assert len(requests) <= BUDGET_REQUESTS, requests
    assert page.evaluate("moved") < 0.005


@pytest.mark.parametrize("width", [320, 375, 768, 1280, 2560])
def test_no_page_is_wider_than_the_screen(visit, article, width):
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    odd = make.article(
        headline=long, standfirst=long, kicker=long[:60], authors=[make.author(long)], tags=[long]
    )
    page = visit(viewport={"width": width, "height": 800}).page

    for address in [
        odd.get_absolute_url(),
        article.get_absolute_url(),
        "/",
        "/politics/",
        "/tags/",
        "/authors/",
    ]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


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
