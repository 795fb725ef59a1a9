"""The whole main job in one story: a piece is written, published, found, paid for and read."""

import re
from io import BytesIO

import pytest
from django.core import mail
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.roles import Role
from articles import uploads
from articles.models import Article
from subscriptions.access import Audience
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

READER = "wanda@example.org"
HEADLINE = "The harbour that priced the tide"
OPENING = "Nobody had thought of charging for the sea."
WITHHELD = "The answer stood in the minutes of 1931."


def a_photograph() -> BytesIO:
    file = BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(file, "JPEG")
    file.seek(0)
    return file


@pytest.fixture
def magazine(site):
    """What an editor finds in the house on a usual morning."""
    make.section("Finance")
    for name in ("Anna Gale", "Ben Ash"):
        make.author(name)
    for headline in ("A lock without a river", "Who owns the fog", "The last pilot", "Salt by the tonne"):
        make.article(headline=headline, section=make.section("Politics"), tags=["Harbours"])
    uploads.take_picture(
        a_photograph(), title="The quay at dawn", alt="An empty quay", credit="Photograph: Halyard"
    )
    make.plan()


def test_a_piece_is_written_found_paid_for_and_read(visit, magazine):
    editor = make.staff(Role.EDITOR)
    clerk = make.staff(Role.SUBSCRIBER_STAFF)

    desk = visit(viewport={"width": 1280, "height": 900})
    desk.sign_in(editor.email, make.PASSWORD, path="/desk/")
    write_the_piece(desk.page)
    look_at_the_preview(desk.page)
    publish(desk.page)
    article = Article.objects.get(headline=HEADLINE)
    the_piece_is_as_it_was_written(article)

    stranger = visit().page
    for place in places_to_find(article):
        find(stranger, place, article)
    meet_the_wall(stranger, article)
    order_number = sign_up_and_order(stranger)
    stranger.goto(article.get_absolute_url())
    assert WITHHELD not in stranger.content()

    office = visit(viewport={"width": 1280, "height": 900})
    office.sign_in(clerk.email, make.PASSWORD, path="/desk/")
    confirm_the_payment(office.page)

    stranger.goto(f"/subscribe/orders/{order_number}/")
    expect(stranger.get_by_role("heading", name="Thank you. You are in")).to_be_visible()
    stranger.goto(article.get_absolute_url())
    expect(stranger.get_by_text(WITHHELD)).to_be_visible()
    expect(stranger.get_by_role("heading", name="Subscribe to keep reading")).to_have_count(0)


def test_in_the_demo_a_reader_plays_the_bank(visit, site, settings):
    settings.DEMO_BANK = True
    reader = make.reader()
    article = make.article(
        audience=Audience.SUBSCRIBERS, body=f"<p>Free.</p><hr data-paywall><p>{WITHHELD}</p>"
    )
    order = make.order(by=reader)
    visitor = visit()
    visitor.sign_in(reader.email, make.PASSWORD)

    visitor.page.goto(order.get_absolute_url())
    visitor.page.get_by_role("button", name="Let the payment arrive").click()

    expect(visitor.page.get_by_role("heading", name="Thank you. You are in")).to_be_visible()
    visitor.page.goto(article.get_absolute_url())
    expect(visitor.page.get_by_text(WITHHELD)).to_be_visible()


# -- At the desk --------------------------------------------------------------


def write_the_piece(page: Page) -> None:
    page.get_by_role("link", name="New article").click()
    page.get_by_label("Kicker").fill("Ports")
    page.get_by_label("Headline", exact=True).fill(HEADLINE)
    page.get_by_label("Standfirst").fill("How a small town sold what it did not own.")
    page.get_by_label("Section").select_option(label="Finance")
    page.get_by_label("Audience").select_option(Audience.SUBSCRIBERS)
    write_the_body(page)
    for number, name in enumerate(["Ben Ash", "Anna Gale"]):
        add_a_row(page, "Add an author", f"#id_bylines-{number}-author_text", name)
    for number, headline in enumerate(["The last pilot", "Salt by the tonne"]):
        add_a_row(page, "Add an article", f"#id_related_articles-{number}-related_text", headline)
    for tag in ("Harbours", "Tolls"):
        page.locator("#id_tags_text").fill(tag)
        page.locator("#id_tags_text").press("Enter")
        expect(page.get_by_role("button", name=f"Remove {tag}")).to_be_visible()


def write_the_body(page: Page) -> None:
    body = page.get_by_role("textbox", name="Body")
    keys, tools = page.keyboard, page.get_by_role("toolbar", name="Formatting")

    def tool(name: str) -> None:
        tools.get_by_role("button", name=name, exact=True).click()

    expect(tools).to_be_visible()
    body.click()
    keys.type(f"{OPENING} We had asked before: ")
    tool("Link to an article")
    choose_article(page, "lock without")
    keys.type(".")
    tool("Paywall")
    tool("Heading 2")
    keys.type("What the council knew")
    keys.press("Enter")
    keys.type(f"{WITHHELD} It begins with fog")
    keys.press("Control+Shift+ArrowLeft")
    the_editor_has_heard(page)
    keys.press("Control+Shift+K")
    choose_article(page, "owns the fog")
    keys.press("End")
    the_editor_has_heard(page)
    keys.press("Enter")
    tool("Quotation")
    keys.type("The tide is a tenant like any other.")
    keys.press("Enter")
    keys.press("Enter")
    tool("Picture")
    page.locator(".desk-wall button").filter(has_text="The quay at dawn").click()
    body.locator("figcaption").click()
    keys.type("The quay, before anybody paid.")


def choose_article(page: Page, words: str) -> None:
    before = page.get_by_role("textbox", name="Body").get_by_role("link").count()
    page.get_by_label("Search our articles").press_sequentially(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Body").get_by_role("link")).to_have_count(before + 1)
    the_editor_has_heard(page)


def the_editor_has_heard(page: Page) -> None:
    """Wait as any hand does: a browser tells a page where the cursor is a moment after it has moved."""
    page.wait_for_timeout(150)


def add_a_row(page: Page, button: str, field: str, words: str) -> None:
    if not page.locator(field).count():
        page.get_by_role("button", name=button).click()
    page.locator(field).fill(words)
    page.get_by_role("listbox").get_by_role("option").filter(has_text=words).first.click()
    expect(page.locator(field)).to_have_value(re.compile(words))


def look_at_the_preview(page: Page) -> None:
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_text("Not public; whoever has this address")).to_be_visible()
    expect(page.get_by_role("heading", name=HEADLINE)).to_be_visible()
    page.get_by_role("link", name="a subscriber", exact=True).click()
    expect(page.get_by_text(WITHHELD)).to_be_visible()
    page.get_by_role("link", name="a stranger", exact=True).click()
    expect(page.get_by_text(WITHHELD)).to_have_count(0)
    page.get_by_role("link", name="Back to writing").click()


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("link", name="See it live")).to_be_visible()


def the_piece_is_as_it_was_written(article: Article) -> None:
    assert article.is_published()
    assert [byline.author.name for byline in article.bylines.all()] == ["Ben Ash", "Anna Gale"]
    assert [row.related.headline for row in article.related_articles.all()] == [
        "The last pilot",
        "Salt by the tonne",
    ]
    assert sorted(article.tags.names()) == ["Harbours", "Tolls"]
    assert {link.target.headline for link in article.links_out.all()} == {
        "A lock without a river",
        "Who owns the fog",
    }
    opening, _, rest = article.body.partition("<hr data-paywall")
    assert OPENING in opening
    for written in (
        "<h2>What the council knew</h2>",
        "<blockquote><p>The tide is a tenant like any other.</p></blockquote>",
        "<figcaption>The quay, before anybody paid.</figcaption>",
        WITHHELD,
    ):
        assert written in rest


def confirm_the_payment(page: Page) -> None:
    page.get_by_role("link", name="Payments").first.click()
    page.locator("#result_list").get_by_role("row").filter(has_text=READER).get_by_role("link").first.click()
    page.get_by_role("link", name="Confirm payment received").click()
    page.get_by_role("button", name="Confirm: the money has come").click()
    expect(page.get_by_text("Done. £84.00 is noted as received.")).to_be_visible()


# -- On the readers' side -----------------------------------------------------


def places_to_find(article: Article) -> list[str]:
    author = article.bylines.all()[0].author
    return ["/", "/finance/", "/tags/tolls/", author.get_absolute_url(), "/search/?q=priced+tide"]


def find(page: Page, place: str, article: Article) -> None:
    page.goto(place)
    page.get_by_role("main").get_by_role("link", name=HEADLINE).first.click()
    assert page.url.endswith(article.get_absolute_url())


def meet_the_wall(page: Page, article: Article) -> None:
    feed = page.request.get("/feeds/latest.xml").text()
    assert HEADLINE in feed
    assert WITHHELD not in feed

    page.goto(article.get_absolute_url())
    expect(page.get_by_text(OPENING)).to_be_visible()
    expect(page.get_by_role("link", name="A lock without a river").first).to_be_visible()
    expect(page.get_by_role("heading", name="Subscribe to keep reading")).to_be_visible()
    for withheld in (WITHHELD, "tenant like any other", "before anybody paid"):
        assert withheld not in page.content()


def sign_up_and_order(page: Page) -> str:
    """A stranger at the wall becomes a reader with an open order; its number."""
    page.get_by_role("region", name="Subscribe to keep reading").get_by_role(
        "link", name="See the plans"
    ).click()
    page.get_by_role("link", name="Subscribe for 1 year").click()
    page.get_by_role("link", name="Make a free account").click()
    page.get_by_label("Email").fill(READER)
    page.get_by_label("Password", exact=True).fill(make.PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    page.get_by_label("Code").fill(mailed_code())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("radio", name="Bank transfer").check()
    page.get_by_role("button", name="Order, and go on to the payment").click()
    expect(page.get_by_role("heading", name="Thank you. Now the payment")).to_be_visible()
    return page.url.rstrip("/").rpartition("/")[2]


def mailed_code() -> str:
    letter = mail.outbox[-1]
    assert letter.to == [READER]
    return re.search(r"^    (\S+)$", letter.body, re.MULTILINE)[1]
