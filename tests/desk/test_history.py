"""What a piece said before: every change is kept, can be compared, and can come back."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles import comparing, revisions
from articles.models import Article, Revision
from tests import make
from tests.desk.forms import save
from tests.patience import patience

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def editor(client):
    person = make.staff(Role.EDITOR)
    client.force_login(person)
    return person


def restore_address(article, number):
    return reverse("admin:articles_article_restore", args=[article.pk, number])


def history_address(article, query=""):
    return reverse("admin:articles_article_history", args=[article.pk]) + query


def test_a_save_that_changes_nothing_leaves_no_revision(client, editor):
    article = make.draft()
    save(client, article, headline="Changed")
    article.refresh_from_db()
    kept = article.revisions.count()

    save(client, article)

    assert article.revisions.count() == kept


def test_the_first_save_keeps_what_stood_there_before_it(client, editor):
    article = make.draft(headline="As imported")

    save(client, article, headline="Edited")

    headlines = [row.snapshot["headline"] for row in article.revisions.order_by("number")]
    assert headlines == ["As imported", "Edited"]


def test_an_editor_brings_everything_back(client, editor):
    author, related = make.author("Ines"), make.article(headline="Before it")
    article = make.draft(
        headline="First", body="<p>First.</p>", authors=[author], related=[related], tags=["ports"]
    )
    first = revisions.record(article, by=editor)
    save(
        client,
        article,
        headline="Second",
        body="<p>Second.</p>",
        tags="trade,",
        **{"bylines-0-DELETE": "on", "related_articles-0-DELETE": "on"},
    )
    article.refresh_from_db()
    assert (article.headline, article.bylines.count(), list(article.tags.names())) == ("Second", 0, ["trade"])

    client.post(restore_address(article, first.number))

    article = Article.objects.get(pk=article.pk)
    assert (article.headline, article.body) == ("First", "<p>First.</p>")
    assert [byline.author for byline in article.bylines.all()] == [author]
    assert [row.related for row in article.related_articles.all()] == [related]
    assert list(article.tags.names()) == ["ports"]
    assert article.revisions.first().number == 3
    assert article.status == Article.Status.DRAFT


def test_what_no_longer_exists_is_named_and_the_rest_comes_back(client, editor):
    picture = make.picture(title="Gone picture")
    article = make.draft(lead_picture=picture, headline="First")
    first = revisions.record(article, by=editor)
    picture.delete()
    article = Article.objects.get(pk=article.pk)
    article.headline = "Second"
    article.save()

    response = client.post(restore_address(article, first.number), follow=True)

    assertContains(response, "“Gone picture” no longer exists.")
    assert Article.objects.get(pk=article.pk).headline == "First"


def test_words_written_into_an_old_revision_are_cleaned_when_they_come_back(client, editor):
    article = make.draft()
    taken = revisions.snapshot(article) | {"body": '<p onclick="x()">Hello</p><script>alert(1)</script>'}
    Revision.objects.create(article=article, number=1, snapshot=taken)

    client.post(restore_address(article, 1))

    article.refresh_from_db()
    assert article.body == "<p>Hello</p>"


def test_a_writer_restores_words_but_not_what_editors_decided(client):
    writer = make.staff(Role.WRITER)
    article = make.draft(created_by=writer, headline="Old words", audience="everyone")
    first = revisions.record(article, by=writer)
    article.headline, article.audience, article.front_slot = "New words", "subscribers", 1
    article.save()
    client.force_login(writer)

    client.post(restore_address(article, first.number))

    article.refresh_from_db()
    assert (article.headline, article.audience, article.front_slot) == ("Old words", "subscribers", 1)


def test_the_comparison_shows_both_sides_escaped(client, editor):
    article = make.draft(body="<p>One two three.</p>", standfirst="<script>old</script>")
    revisions.record(article, by=editor)
    article.body, article.standfirst = "<p>One four three.</p>", "<script>new</script>"
    article.save()
    revisions.record(article, by=editor)

    page = client.get(history_address(article, "?old=1&new=2"))

    assertContains(page, "&lt;<del>script&gt;old</del>")
    assertContains(page, "<del>two</del>", html=True)
    assertContains(page, "<ins>four</ins>", html=True)
    assertNotContains(page, "<script>new")


@pytest.mark.parametrize(
    "query", ["?old=1&new=99", "?old=x&new=1", "?old=1", "?old=-1&new=1", "?old=" + "9" * 40]
)
def test_a_revision_that_does_not_exist_is_not_found(client, editor, query):
    article = make.draft()
    revisions.record(article, by=editor)

    assert client.get(history_address(article, query)).status_code == 404


def test_a_revision_of_another_piece_cannot_be_restored_or_compared_through_mine(client):
    writer = make.staff(Role.WRITER)
    mine, other = make.draft(created_by=writer), make.draft(body="<p>Secret words.</p>")
    for _ in range(3):
        revisions.record(other, by=None, note="again")
    client.force_login(writer)

    assert client.post(restore_address(mine, 3)).status_code == 404
    assert client.get(history_address(mine, "?old=1&new=3")).status_code == 404


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>" + "word " * 180_000 + "</p>", "<p>" + "ward " * 180_000 + "</p>"),
        ("<p>a b</p>" * 90_000, "<p>b a</p>" * 90_000),
        ("<p></p>" * 140_000, "<p>x</p>" * 100_000),
        (
            "".join(f"<p>{n} x y z</p>" for n in range(50_000)),
            "".join(f"<p>{n} x q z</p>" for n in range(50_000)),
        ),
    ],
)
def test_two_texts_made_to_be_slow_are_compared_in_bounded_time(old, new):
    with patience():
        assert comparing.compare(old, new, is_html=True)
