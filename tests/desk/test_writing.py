"""Writing and saving at the desk: what is kept, what is refused, and that nothing is lost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles.models import Article, Byline, RelatedArticle
from tests import make
from tests.desk.forms import address, filled, save

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def editor(client):
    person = make.staff(Role.EDITOR, name="Edda Torr")
    client.force_login(person)
    return person


@pytest.fixture
def writer(client):
    person = make.staff(Role.WRITER, name="Will Ryder")
    client.force_login(person)
    return person


def test_an_editor_begins_a_piece_and_its_address_comes_from_the_headline(client, editor):
    make.article(headline="The long tide", slug="the-long-tide")

    response = save(client, headline="The long tide", section=make.section().pk, body="<p>Words.</p>")

    article = Article.objects.get(slug="the-long-tide-2")
    assert response.url == address(article)
    assert article.created_by == editor
    assert article.status == Article.Status.DRAFT


def test_a_writers_new_piece_carries_their_own_byline(client, writer):
    author = make.author("Will Ryder", account=writer)

    save(client, headline="Letter", section=make.section().pk)

    assert [byline.author for byline in Article.objects.get().bylines.all()] == [author]


def test_bylines_and_related_pieces_keep_the_order_they_were_given(client, editor):
    first, second = make.author("Ines"), make.author("Otto")
    near, far = make.article(), make.article()
    article = make.draft(authors=[])
    rows = {
        "bylines-TOTAL_FORMS": 3,
        "bylines-0-author": second.pk,
        "bylines-0-position": 1,
        "bylines-1-author": first.pk,
        "bylines-1-role": "Photographs",
        "bylines-1-position": 0,
        "bylines-2-author": "",
        "bylines-2-position": 2,
        "related_articles-TOTAL_FORMS": 2,
        "related_articles-0-related": near.pk,
        "related_articles-0-position": 5,
        "related_articles-1-related": far.pk,
        "related_articles-1-position": 2,
    }

    save(client, article, **rows)

    assert list(Byline.objects.filter(article=article).values_list("author__name", "role", "position")) == [
        ("Ines", "Photographs", 0),
        ("Otto", "", 1),
    ]
    assert [row.related for row in RelatedArticle.objects.filter(article=article)] == [far, near]


def test_new_words_become_tags(client, editor):
    article = make.draft(tags=["ports"])

    save(client, article, tags="ports, night trains,")

    assert sorted(article.tags.names()) == ["night trains", "ports"]


def test_markup_that_is_refused_is_explained_beside_the_body_and_nothing_typed_is_lost(client, editor):
    article = make.draft(headline="Before")

    response = save(client, article, headline="After", body="<b>" * 2_000 + "deep")

    assert response.status_code == 200
    form = response.context["adminform"].form
    assert form.errors["body"]
    assertContains(response, "After")
    assertContains(response, "&lt;b&gt;&lt;b&gt;")
    article.refresh_from_db()
    assert article.headline == "Before"


def test_a_script_in_any_field_is_never_markup_on_the_desks_pages(client, editor):
    attack = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    article = make.draft(headline=attack, kicker="<b>x", standfirst=attack, tags=["<i>tag</i>"])
    save(client, article, headline=attack + " again")
    save(client, Article.objects.get(), standfirst="else")
    names = ["articles_article_change", "articles_article_history", "articles_article_move"]
    pages = [
        client.get(reverse(f"admin:{names[0]}", args=[article.pk])),
        client.get(reverse(f"admin:{names[1]}", args=[article.pk]) + "?old=1&new=3"),
        client.get(reverse(f"admin:{names[2]}", args=[article.pk, "publish"])),
        client.get(reverse("admin:articles_article_changelist")),
        client.get(reverse("admin:index")),
    ]

    for page in pages:
        assert page.status_code == 200
        assertNotContains(page, "<script>alert")
        assertNotContains(page, "<img src=x")
        assertNotContains(page, "<i>tag")


def test_a_piece_cannot_be_its_own_next_piece_and_no_author_stands_twice(client, editor):
    author, article = make.author(), make.draft(authors=[])
    itself = {"related_articles-TOTAL_FORMS": 1, "related_articles-0-related": article.pk}
    twice = {"bylines-TOTAL_FORMS": 2, "bylines-0-author": author.pk, "bylines-1-author": author.pk}

    assertContains(save(client, article, **itself), "This is the piece itself")
    response = save(client, article, **twice)

    assert response.status_code == 200
    assertContains(response, "stands here twice")
    assert not article.bylines.exists()


class TestTwoPeopleAtOnce:
    """A save that meets a newer version."""

    def test_the_second_sees_both_texts_and_overwrites_nothing(self, client, editor):
        article = make.draft(body="<p>One two three.</p>", headline="Opened")
        opened = filled(article, headline="Mine", body="<p>One <em>mine</em> three.</p>")
        theirs = Article.objects.get(pk=article.pk)
        theirs.headline, theirs.body = "Theirs", "<p>One theirs three.</p>"
        theirs.save()

        response = client.post(address(article), opened)

        assertContains(response, "Two people wrote at the same time")
        assertContains(response, "<del>Theirs</del>", html=True)
        assertContains(response, "<ins>Mine</ins>", html=True)
        assertContains(response, "&lt;em&gt;")
        article.refresh_from_db()
        assert article.headline == "Theirs"

    def test_the_second_may_save_theirs_over_it_on_purpose(self, client, editor):
        article = make.draft(headline="Opened")
        opened = filled(article, headline="Mine")
        theirs = Article.objects.get(pk=article.pk)
        theirs.headline = "Theirs"
        theirs.save()

        client.post(address(article), opened | {"_overwrite": theirs.version})

        article.refresh_from_db()
        assert article.headline == "Mine"
        assert "Theirs" in [row.snapshot["headline"] for row in article.revisions.all()]

    def test_overwriting_one_version_does_not_overwrite_the_next(self, client, editor):
        article = make.draft(headline="Opened")
        opened = filled(article, headline="Mine")
        for headline in ("Theirs", "Theirs again"):
            theirs = Article.objects.get(pk=article.pk)
            theirs.headline = headline
            theirs.save()

        response = client.post(address(article), opened | {"_overwrite": theirs.version - 1})

        assertContains(response, "Two people wrote at the same time")
        article.refresh_from_db()
        assert article.headline == "Theirs again"


class TestWhatAWriterMayNot:
    """P4 and P2: fields sent from outside the form, and other people's pieces."""

    def test_publish_schedule_pin_or_open_the_wall_by_extra_fields(self, client, writer):
        article = make.draft(created_by=writer, slug="mine", front_slot=None)
        extra = {
            "status": "approved",
            "published_at": "2020-01-01 00:00",
            "published_at_0": "2020-01-01",
            "embargo_until": "2020-01-01T00:00",
            "front_slot": "1",
            "audience": "everyone" if article.audience != "everyone" else "subscribers",
            "slug": "another",
            "issue": make.issue().pk,
            "page": "1",
            "created_by": "",
            "version": "99",
            "_move": "publish",
            "corrections-TOTAL_FORMS": 1,
            "corrections-0-note": "Wrong.",
            "corrections-0-corrected_on": "2020-01-01",
        }
        before = Article.objects.values(*PROTECTED).get(pk=article.pk)

        response = save(client, article, headline="Changed", **extra)

        assert response.status_code == 302
        assert Article.objects.get(pk=article.pk).headline == "Changed"
        assert Article.objects.values(*PROTECTED).get(pk=article.pk) == before
        assert not article.corrections.exists()

    @pytest.mark.parametrize("state", ["live", "scheduled", "spiked"])
    def test_change_a_piece_that_has_left_their_hands(self, client, writer, state):
        hour = timedelta(hours=1)
        fields = {
            "live": {"status": "approved", "published_at": timezone.now() - hour},
            "scheduled": {"status": "approved", "published_at": timezone.now() + hour},
            "spiked": {"status": "spiked", "published_at": None},
        }[state]
        article = make.article(created_by=writer, headline="As approved", **fields)

        page = client.get(address(article))
        response = save(client, article, headline="Changed")

        assertContains(page, "As approved")
        assertNotContains(page, "<textarea")
        assert response.status_code == 403
        article.refresh_from_db()
        assert article.headline == "As approved"

    def test_link_to_a_draft_of_somebody_else_and_read_its_headline_from_the_address(self, client, writer):
        secret = make.draft(headline="Secret plan", slug="secret-plan")
        mine = make.draft(created_by=writer)

        linked = save(client, mine, body=f'<p><a data-article="{secret.pk}" href="/">x</a></p>')
        related = save(
            client,
            mine,
            **{"related_articles-TOTAL_FORMS": 1, "related_articles-0-related": secret.pk},
        )

        for response in (linked, related):
            assert response.status_code == 200
            assertNotContains(response, "Secret plan")
            assertNotContains(response, "secret-plan")
        assert not mine.links_out.exists()


PROTECTED = [
    "status",
    "published_at",
    "embargo_until",
    "front_slot",
    "audience",
    "slug",
    "issue",
    "page",
    "created_by",
]


@pytest.mark.parametrize("name", ["articles_article_add", "articles_author_add", "articles_issue_add"])
def test_the_only_inline_script_of_a_form_shows_the_nonce_of_its_policy(client, editor, name):
    page = client.get(reverse(f"admin:{name}"))

    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page.content.decode())
    nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"]).group(1)
    assert inline
    assert all(f'nonce="{nonce}"' in attributes for attributes in inline)
