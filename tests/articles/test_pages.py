"""The public pages, as those who read them see them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from advertising.standing import placements
from articles.models import Article, Correction
from subscriptions.access import Audience
from subscriptions.sharing import rules
from tests import make
from tests.audio.fakes import narrated

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


def structured(response) -> dict:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode())
    return json.loads(found[1])


# -- The article --------------------------------------------------------------------------------


def test_a_reader_sees_who_wrote_it_and_can_go_to_them(client):
    anna, ben, cleo = (make.author(name) for name in ["Anna Gale", "Ben Ash", "Cleo Dunn"])
    article = make.article(authors=[anna, ben])
    article.bylines.create(author=cleo, role="Photographs", position=9)

    page = client.get(article.get_absolute_url())

    assertContains(
        page,
        'By <a href="/authors/anna-gale/" rel="author">Anna Gale</a> and '
        '<a href="/authors/ben-ash/" rel="author">Ben Ash</a>',
    )
    assertContains(page, 'Photographs: <a href="/authors/cleo-dunn/">Cleo Dunn</a>')


def test_a_reader_sees_the_picture_with_its_words_at_once(client):
    article = make.article(lead_picture=make.picture(caption="The mole at dawn", credit="Olu Brandt"))

    page = client.get(article.get_absolute_url()).content.decode()
    lead = page[page.index('class="article__lead"') : page.index("</figure>")]

    assert "The mole at dawn" in lead
    assert "Olu Brandt" in lead
    assert 'fetchpriority="high"' in lead
    assert "lazy" not in lead
    assert re.search(r'<link rel="preload" as="image" type="image/avif" imagesrcset="[^"]+960w"', page)


def test_a_reader_sees_what_was_corrected_and_when(client):
    article = make.article()
    Correction.objects.create(article=article, corrected_on=date(2026, 3, 4), note="The mole is 412 m long.")

    page = client.get(article.get_absolute_url())

    assertContains(page, "The mole is 412 m long.")
    assertContains(page, '<a class="article__corrected" href="#corrections">')
    assertContains(page, "4 March 2026", count=2)


def test_a_reader_finds_the_issue_and_turns_its_pages(client):
    issue = make.issue(title="The River Returns")
    before = make.article(issue=issue, page=4, headline="Before")
    after = make.article(issue=issue, page=9, headline="After")
    article = make.article(issue=issue, page=6)

    page = client.get(article.get_absolute_url())

    assertContains(page, issue.get_absolute_url())
    assertContains(page, f'rel="prev" href="{before.get_absolute_url()}"')
    assertContains(page, f'rel="next" href="{after.get_absolute_url()}"')
    assertContains(page, "page 6")


def test_an_issue_that_is_not_out_is_not_mentioned(client):
    issue = make.issue(title="Next month", released_at=timezone.now() + timedelta(days=1))
    article = make.article(issue=issue, page=6)

    assertNotContains(client.get(article.get_absolute_url()), "Next month")


@pytest.mark.parametrize("audience", [Audience.REGISTERED, Audience.SUBSCRIBERS])
def test_a_stranger_meets_the_wall_and_doors_in_it(client, audience):
    article = make.article(audience=audience)

    page = client.get(article.get_absolute_url())

    assertContains(page, "Opening words")
    assertNotContains(page, "Closing words")
    assertContains(page, 'class="wall"')
    assertContains(page, f"{reverse('account_login')}?next={quote(article.get_absolute_url())}")
    assertContains(page, reverse("subscriptions:plans"))


def test_a_lapsed_subscriber_sees_the_wall_and_no_door_they_have_passed(client):
    client.force_login(make.reader(entitled_until=timezone.now() - timedelta(days=1)))
    article = make.article(audience=Audience.SUBSCRIBERS)

    page = client.get(article.get_absolute_url())

    assertNotContains(page, "Closing words")
    assertContains(page, 'class="wall"')
    assertNotContains(page, f"{reverse('account_login')}?next=")


def test_a_subscriber_reads_on_and_is_sold_nothing(client):
    client.force_login(make.reader(entitled=True))
    article = make.article(audience=Audience.SUBSCRIBERS)

    page = client.get(article.get_absolute_url())

    assertContains(page, "Closing words")
    assertNotContains(page, 'class="wall"')
    assertNotContains(page, 'class="panel"')


def test_a_stranger_is_invited_below_an_open_piece(client):
    page = client.get(make.article(section=make.section("Politics")).get_absolute_url())

    assertContains(page, 'class="panel"')
    assertContains(page, 'href="/politics/"')


def test_a_machine_is_told_what_it_is_and_nothing_withheld(client):
    article = make.article(
        headline='</script><script>alert("1")\u2028', audience=Audience.SUBSCRIBERS, tags=["Harbours"]
    )

    page = client.get(article.get_absolute_url())
    facts = structured(page)

    assert facts["@type"] == "NewsArticle"
    assert facts["headline"] == article.headline
    assert facts["isAccessibleForFree"] is False
    assert facts["hasPart"]["isAccessibleForFree"] is False
    assert facts["keywords"] == ["Harbours"]
    assertNotContains(page, "<script>alert")
    assertNotContains(page, "Closing words")


def test_markup_in_any_plain_field_is_shown_as_it_was_typed(client):
    shout = "<b onclick=x>&amp;"
    writer = make.author(shout, slug="shout", role=shout, biography=shout)
    picture = make.picture(alt=shout, caption=shout, credit=shout)
    section = make.section(shout, slug="shouts", description=shout)
    issue = make.issue(title=shout, standfirst=shout, cover=picture)
    article = make.article(
        authors=[writer],
        headline=shout,
        kicker=shout,
        standfirst=shout,
        section=section,
        lead_picture=picture,
        issue=issue,
        page=3,
        tags=[shout],
        series=make.series(shout, slug="shout", description=shout),
    )
    Correction.objects.create(article=article, note=shout)
    addresses = [
        article.get_absolute_url(),
        section.get_absolute_url(),
        writer.get_absolute_url(),
        issue.get_absolute_url(),
        article.series.get_absolute_url(),
        reverse("articles:tag", args=[article.tags.get().slug]),
        reverse("articles:front"),
        reverse("articles:issues"),
        reverse("articles:tags"),
        reverse("articles:authors"),
        reverse("articles:search") + "?q=" + quote(shout),
    ]

    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assertNotContains(page, "<b onclick")


def test_a_reader_of_a_former_address_is_sent_on(client):
    article = make.article(slug="old-words", section=make.section("Politics"))
    article.slug = "new-words"
    article.section = make.section("Culture")
    article.save()

    for address in ["/politics/old-words/", "/politics/new-words/", "/culture/old-words/"]:
        assertRedirects(client.get(address), "/culture/new-words/", status_code=301)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Article.Status.DRAFT, "published_at": None},
        {"status": Article.Status.SPIKED},
        {"published_at": timezone.now() + timedelta(days=2)},
        {"embargo_until": timezone.now() + timedelta(days=2)},
    ],
)
def test_nobody_learns_of_a_piece_before_its_time(client, fields):
    article = make.article(**fields)
    present, former = article.get_absolute_url(), "/politics/earlier-slug/"
    article.former_addresses.create(slug="earlier-slug")

    for person in [None, make.reader(entitled=True), make.staff()]:
        if person:
            client.force_login(person)
        assert client.get(present).status_code == 404
        assert client.get(former).status_code == 404


# -- Who may keep a copy ------------------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience.values)
def test_a_strangers_page_may_be_kept_for_other_strangers(client, audience):
    page = client.get(make.article(audience=audience).get_absolute_url())

    assert page["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in page["Vary"]
    assert not page.cookies


@pytest.mark.parametrize("audience", Audience.values)
def test_a_subscribers_page_is_kept_by_nobody(client, audience):
    client.force_login(make.reader(entitled=True))

    page = client.get(make.article(audience=audience).get_absolute_url())

    assert "private" in page["Cache-Control"]
    assert "no-store" in page["Cache-Control"]


def test_a_page_that_says_what_just_happened_is_kept_by_nobody(client):
    client.force_login(make.reader())
    client.post(reverse("account_logout"))

    page = client.get("/")

    assertContains(page, 'class="messages"')
    assert "no-store" in page["Cache-Control"]
    assertNotContains(client.get("/"), 'class="messages"')


# -- The front page and the lists ---------------------------------------------------------------


def test_the_editors_place_the_pieces_at_the_top_and_the_newest_fill_the_rest(client):
    newest, newer = make.article(headline="Newest"), make.article(headline="Newer")
    now = timezone.now()
    Article.objects.filter(pk=newest.pk).update(published_at=now)
    Article.objects.filter(pk=newer.pk).update(published_at=now - timedelta(minutes=1))
    old = now - timedelta(days=90)
    second = make.article(front_slot=2, published_at=old)
    lead = make.article(front_slot=1, published_at=old)

    page = client.get("/")

    assert page.context["lead"] == lead
    assert page.context["seconds"] == [second, newest, newer]


def test_a_piece_at_the_top_does_not_stand_in_its_department_again(client):
    lead = make.article(front_slot=1)
    other = make.article()
    for _ in range(3):
        make.article(section=make.section("Culture"), published_at=timezone.now())

    departments = {one.section.name: one.articles for one in client.get("/").context["departments"]}

    assert lead not in departments.get("Politics", [])
    assert departments == {"Politics": [other]}


def test_a_magazine_that_has_published_nothing_still_has_pages(client):
    make.section("Politics")
    for name in ["front", "tags", "authors", "issues", "archive", "search"]:
        assert client.get(reverse(f"articles:{name}")).status_code == 200
    assertContains(client.get("/politics/"), "Nothing has been published")


def test_a_long_list_is_turned_page_by_page(client):
    make.section("Politics")
    for _ in range(21):
        make.article()

    first, second = client.get("/politics/"), client.get("/politics/?page=2")

    assert [len(first.context["page"]), len(second.context["page"])] == [20, 1]
    assertContains(first, 'rel="next" href="?page=2"')
    assertContains(second, 'rel="prev" href="?page=1"')


@pytest.mark.parametrize("asked", ["0", "3", "-1", "x", "1e3", "²", "", "9" * 400, "1\x00", "None"])
def test_a_page_that_is_not_there_is_not_found(client, asked):
    article = make.article(tags=["Harbours"])
    now = article.published_at
    addresses = [
        "/politics/",
        article.bylines.first().author.get_absolute_url(),
        "/tags/harbours/",
        f"/archive/{now.year}/{now.month}/",
    ]
    for address in addresses:
        assert client.get(address, {"page": asked}).status_code == 404, address


@pytest.mark.parametrize(
    "address",
    [
        "/archive/0/",
        "/archive/99999999999999999999/",
        "/archive/2026/0/",
        "/archive/2026/13/",
        "/archive/9999/12/",
        "/issues/99999999999999999999/1/",
        "/issues/1/99999999999999999999/",
        "/tags/nothing/",
        "/tags/%00/",
        "/politics/%00/",
        "/nowhere/",
        "/authors/nobody/",
        "/series/none/",
    ],
)
def test_an_odd_address_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 400, "\x00", "²"])
@pytest.mark.parametrize("query", ["", "\x00", '"', "*", "a AND (", "%", "harbour " * 400, "’", "\u2028"])
def test_any_search_is_answered(client, query, page):
    make.article(body="<p>The harbour.</p>")

    assert client.get("/search/", {"q": query, "page": page}).status_code == 200


def test_a_reader_finds_a_piece_by_its_words(client):
    article = make.article(body="<p>The harbourmaster spoke.</p>")

    assertContains(client.get("/search/", {"q": "harbourmaster"}), article.get_absolute_url())


def test_an_issue_lists_its_pieces_by_department_in_running_order(client):
    issue = make.issue()
    culture, politics = make.section("Culture"), make.section("Politics")
    last = make.article(issue=issue, page=40, section=politics)
    second = make.article(issue=issue, page=12, section=culture)
    first = make.article(issue=issue, page=4, section=culture)
    make.draft(issue=issue, page=5, section=culture)

    page = client.get(issue.get_absolute_url())

    assert page.context["departments"] == [(culture, [first, second]), (politics, [last])]


def test_an_issue_that_is_not_out_is_not_found(client):
    issue = make.issue(released_at=timezone.now() + timedelta(hours=1), title="Tomorrow")

    assert client.get(issue.get_absolute_url()).status_code == 404
    for address in ["/issues/", "/"]:
        assertNotContains(client.get(address), "Tomorrow")


def test_a_month_of_the_archive_ends_at_midnight_in_the_magazines_zone(client):
    # In July London is an hour ahead: this is the first of August there.
    article = make.article(published_at=datetime(2025, 7, 31, 23, 30, tzinfo=UTC))

    assertContains(client.get("/archive/2025/8/"), article.headline)
    assert client.get("/archive/2025/7/").status_code == 404


def test_a_subject_and_a_writer_without_published_pieces_are_not_listed(client):
    make.draft(tags=["Secret plans"], authors=[make.author("Hidden Hand")])

    assertNotContains(client.get("/tags/"), "Secret plans")
    assert client.get("/tags/secret-plans/").status_code == 404
    assertNotContains(client.get("/authors/"), "Hidden Hand")


def test_a_form_cannot_be_sent_to_a_page(client):
    assert client.post("/").status_code == 405


# -- When something is wrong --------------------------------------------------------------------


def test_a_page_that_is_not_there_offers_ways_on(client):
    page = client.get("/politics/nothing/")

    assert page.status_code == 404
    assertContains(page, reverse("articles:search"), status_code=404)


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_the_page_for_our_own_faults_asks_for_nothing(template, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert "<h1>" in render_to_string(template)


# -- What it costs ------------------------------------------------------------------------------


@pytest.fixture
def busy_magazine():
    """Fill the magazine around one piece."""

    def fill(others: int) -> Article:
        writers, issue = [make.author(), make.author()], make.issue(cover=make.picture())
        sections = [make.section(name) for name in ["Politics", "Culture", "Finance"]]
        article = make.article(
            authors=writers,
            tags=["Harbours", "Tides"],
            issue=issue,
            page=3,
            lead_picture=make.picture(),
            audience=Audience.SUBSCRIBERS,
            section=sections[0],
        )
        Correction.objects.create(article=article, note="Mended.")
        picture = make.picture()
        for number in range(others):
            make.article(
                authors=writers,
                tags=["Harbours"],
                issue=issue,
                page=number + 1,
                lead_picture=picture,
                section=sections[number % 3],
            )
        # What a running process has remembered after its first pages.
        ContentType.objects.get_for_model(Article)
        rules.remembered.get()
        placements.get()
        return article

    return fill


@pytest.mark.parametrize("others", [5, 60])
def test_an_article_to_hear_costs_a_subscriber_ten_queries_and_a_new_process_one_more(
    client, django_assert_num_queries, busy_magazine, others
):
    article = busy_magazine(others)
    narrated(article)
    client.force_login(make.reader(entitled=True))

    with django_assert_num_queries(11):
        client.get(article.get_absolute_url())
    with django_assert_num_queries(10):
        client.get(article.get_absolute_url())


@pytest.mark.parametrize("others", [5, 60])
def test_an_article_costs_a_stranger_as_little(client, django_assert_num_queries, busy_magazine, others):
    article = busy_magazine(others)
    narrated(article)
    client.get("/authors/")

    with django_assert_num_queries(7):
        client.get(article.get_absolute_url())


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("front", 6),
        ("section", 4),
        ("tag", 4),
        ("author", 4),
        ("issue", 10),
        ("issues", 2),
        ("volume", 6),
        ("authors", 1),
        ("tags", 1),
        ("archive", 1),
        ("archive_month", 3),
    ],
)
@pytest.mark.parametrize("others", [5, 60])
def test_a_list_costs_the_same_however_long_it_is(
    client, django_assert_num_queries, busy_magazine, name, queries, others
):
    article = busy_magazine(others)
    when = article.published_at
    arguments = {
        "section": [article.section.slug],
        "tag": ["harbours"],
        "author": [article.bylines.first().author.slug],
        "issue": [article.issue.volume, article.issue.number],
        "archive_month": [when.year, when.month],
        "volume": [article.issue.volume],
    }.get(name, [])
    if name == "volume":
        make.issue(volume=article.issue.volume + 1)
    client.get("/authors/")

    with django_assert_num_queries(queries):
        assert client.get(reverse(f"articles:{name}", args=arguments)).status_code == 200
