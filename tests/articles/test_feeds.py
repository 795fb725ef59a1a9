"""Feeds, the sitemap and robots.txt say what a stranger may know."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from subscriptions.access import Audience
from tests import make

pytestmark = pytest.mark.django_db


def items(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(response.content).findall("channel/item")


def test_a_feed_reader_gets_the_newest_first_with_headline_byline_date_and_words(client):
    older = make.article(published_at=timezone.now() - timedelta(days=2))
    newer = make.article(
        headline="On <em> & other dashes",
        authors=[make.author("Inês Carvalho"), make.author("Tobias Wren")],
        body="<p>All of it.</p>",
        tags=["Harbours"],
    )

    first, second = items(client, reverse("articles:feed"))

    assert first.findtext("title") == newer.headline
    assert first.findtext("{http://purl.org/dc/elements/1.1/}creator") == "Inês Carvalho and Tobias Wren"
    assert "All of it." in first.findtext("description")
    assert [one.text for one in first.findall("category")] == ["Politics", "Harbours"]
    assert second.findtext("title") == older.headline


def test_a_subscribers_piece_is_in_the_feed_with_its_opening_and_a_way_to_the_rest(client):
    article = make.article(
        audience=Audience.SUBSCRIBERS, body="<p>Free opening.</p><hr data-paywall><p>Withheld.</p>"
    )

    (item,) = items(client, reverse("articles:feed"))

    assert "Free opening." in item.findtext("description")
    assert "Withheld." not in ElementTree.tostring(item, encoding="unicode")
    assert f"http://localhost:8000{article.get_absolute_url()}" in item.findtext("description")


def test_pictures_and_links_in_a_feed_have_whole_addresses(client):
    picture = make.picture()
    other = make.article()
    make.article(
        body=f'<p><a data-article="{other.pk}">there</a></p><figure data-image="{picture.pk}"></figure>'
    )

    description = items(client, reverse("articles:feed"))[0].findtext("description")

    assert f'href="http://localhost:8000{other.get_absolute_url()}"' in description
    assert 'src="http://localhost:8000/media/' in description
    assert "<source" not in description


def test_section_and_author_feeds_hold_their_own_pieces_only(client):
    author = make.author("Tobias Wren")
    mine = make.article(section=make.section("Culture"), authors=[author])
    make.article(section=make.section("Politics"))

    for url in (
        reverse("articles:section_feed", args=["culture"]),
        reverse("articles:author_feed", args=[author.slug]),
    ):
        assert [item.findtext("title") for item in items(client, url)] == [mine.headline]


def test_what_is_not_public_is_in_no_feed_and_no_sitemap(client):
    hidden = [
        make.draft(),
        make.article(published_at=timezone.now() + timedelta(hours=1)),
        make.article(embargo_until=timezone.now() + timedelta(hours=1)),
    ]
    known = make.article()

    assert len(items(client, reverse("articles:feed"))) == 1
    sitemap = client.get(reverse("articles:sitemap")).content.decode()
    assert known.get_absolute_url() in sitemap
    assert not [article for article in hidden if article.slug in sitemap]


def test_control_characters_in_a_headline_leave_the_feed_well_formed(client):
    make.article(headline="A bell \x07 and ]]> rings", standfirst="\x0b <b>")

    (item,) = items(client, reverse("articles:feed"))

    assert item.findtext("title") == "A bell  and ]]> rings"


def test_a_feed_costs_the_same_whatever_it_holds(client, django_assert_num_queries):
    make.article(tags=["One"])
    with django_assert_num_queries(3):
        client.get(reverse("articles:feed"))
    for _ in range(10):
        make.article(tags=["One", "Two"])
    with django_assert_num_queries(3):
        client.get(reverse("articles:feed"))


def test_robots_are_told_where_the_map_is_and_where_nothing_is(client):
    text = client.get(reverse("articles:robots")).content.decode()

    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /desk/" in text


def test_feeds_may_be_kept_by_caches_and_set_no_cookie(client):
    response = client.get(reverse("articles:feed"))

    assert "public" in response["Cache-Control"]
    assert not response.cookies
