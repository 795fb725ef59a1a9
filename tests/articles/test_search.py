"""Search finds what a reader may read, and says nothing of the rest."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from articles import fulltext
from articles.models import Article
from articles.search import search, snippet, words_of
from subscriptions.access import Audience
from tests import make

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()


def found(query, reader=STRANGER):
    return [hit.article for hit in search(query, reader=reader).hits]


def test_a_stranger_finds_an_article_by_a_word_of_its_headline_or_body():
    by_headline = make.article(headline="The lighthouse keeper")
    by_body = make.article(body="<p>He climbed to the lighthouse.</p>")
    make.article()

    assert found("lighthouse") == [by_headline, by_body]


def test_words_are_found_in_another_form_and_with_any_accent():
    article = make.article(headline="Two harbours of Inês")

    assert found("harbour") == [article]
    if connection.vendor == "sqlite":
        assert found("ines") == [article]


@pytest.mark.parametrize("audience", [Audience.REGISTERED, Audience.SUBSCRIBERS])
def test_a_stranger_cannot_find_an_article_by_a_withheld_word(audience):
    article = make.article(
        audience=audience, body="<p>A free zebra.</p><hr data-paywall><p>A withheld quagga.</p>"
    )

    assert found("zebra") == [article]
    assert search("quagga", reader=STRANGER).total == 0
    assert search("zebra quagga", reader=STRANGER).total == 0


def test_a_subscriber_finds_by_every_word_and_sees_it_in_the_snippet():
    article = make.article(
        audience=Audience.SUBSCRIBERS, body="<p>Free.</p><hr data-paywall><p>A withheld quagga.</p>"
    )

    results = search("quagga", reader=make.reader(entitled=True))

    assert [hit.article for hit in results.hits] == [article]
    assert "<mark>quagga</mark>" in results.hits[0].snippet_html


def test_a_draft_and_a_scheduled_piece_are_found_by_nobody(django_user_model):
    make.draft(headline="A zebra in waiting")

    assert found("zebra", make.reader(entitled=True)) == []


def test_the_index_follows_every_writer(django_user_model):
    article = make.article(headline="A zebra")

    Article.objects.filter(pk=article.pk).update(headline="A quagga")

    assert found("zebra") == []
    assert found("quagga") == [article]
    article.delete()
    assert found("quagga") == []


def test_laying_the_index_twice_changes_nothing():
    article = make.article(headline="A zebra")

    fulltext.ensure(connection)
    fulltext.ensure(connection)

    assert found("zebra") == [article]


HOSTILE = ["", "   ", '"', "* OR NEAR(", "headline:zebra", "a AND", "💥", "\x00", "() - ' \"", "%", "_"]


@pytest.mark.parametrize("query", [*HOSTILE, "x" * 5_000])
def test_any_query_gets_an_answer(query):
    make.article(headline="A zebra")

    search(query, reader=STRANGER)


def test_authors_and_tags_answer_to_their_names():
    tobias = make.author("Tobias Wren")
    make.article(authors=[tobias], tags=["Harbours"])

    assert search("wren", reader=STRANGER).authors == [tobias]
    assert [tag.name for tag in search("harbours", reader=STRANGER).tags] == ["Harbours"]


def test_a_search_costs_the_same_whatever_it_finds(django_assert_max_num_queries):
    for _ in range(30):
        make.article(headline="A zebra")

    with django_assert_max_num_queries(8):
        results = search("zebra", reader=STRANGER, page=2)
        assert [hit.article.section.name for hit in results.hits]
        assert [hit.article.byline_text for hit in results.hits]
    assert (results.total, results.page, results.pages, len(results.hits)) == (30, 2, 2, 10)


def test_a_snippet_is_escaped_around_the_words_it_marks():
    assert snippet("a < b <zebra> & c", ["zebra"]) == "a &lt; b &lt;<mark>zebra</mark>&gt; &amp; c"


def test_at_most_twelve_words_are_asked():
    assert len(words_of("word " * 50)) == 12
