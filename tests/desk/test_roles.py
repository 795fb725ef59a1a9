"""Each role at the desk sees its own rows and nothing else, on every page that could name them."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles import revisions
from articles.models import Article, Picture
from tests import make
from tests.desk.forms import save

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

PAGES_OF_ONE = {
    "articles_article_change": "get",
    "articles_article_history": "get",
    "articles_article_preview": "post",
    "articles_article_withdraw": "post",
    "articles_article_delete": "get",
}


def one(name, article, *more):
    return reverse(f"admin:{name}", args=[article.pk, *more])


def pick(client, model, **query):
    return client.get(reverse(f"admin:articles_{model}_pick"), query)


@pytest.fixture
def secret():
    article = make.draft(headline="Secret plan", kicker="Hush", tags=["unheard-of"])
    revisions.record(article, by=None)
    return article


@pytest.fixture
def writer(client):
    person = make.staff(Role.WRITER)
    client.force_login(person)
    return person


@pytest.mark.parametrize(("name", "method"), PAGES_OF_ONE.items())
def test_somebody_elses_piece_looks_to_a_writer_like_none(client, writer, secret, name, method):
    theirs = getattr(client, method)(one(name, secret))
    nothing = getattr(client, method)(reverse(f"admin:{name}", args=[secret.pk + 999]))

    assert theirs.status_code == nothing.status_code
    assert theirs.status_code in {403, 404}
    assertNotContains(theirs, "Secret plan", status_code=theirs.status_code)


def test_a_writer_cannot_move_restore_or_save_somebody_elses_piece(client, writer, secret):
    answers = [
        client.post(one("articles_article_move", secret, "submit"), {"version": secret.version}),
        client.get(one("articles_article_move", secret, "publish")),
        client.post(one("articles_article_restore", secret, 1)),
        save(client, secret, headline="Taken over"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    secret.refresh_from_db()
    assert (secret.headline, secret.status) == ("Secret plan", "draft")


def test_a_writer_finds_their_own_and_the_public_pieces_by_typing_and_no_others(client, writer, secret):
    mine = make.draft(headline="My plan", created_by=writer)
    public = make.article(headline="Public plan")

    typed = pick(client, "article", q="plan").json()["results"]
    named = pick(client, "article", ids=f"{secret.pk},{mine.pk}").json()["results"]

    assert {row["id"] for row in typed} == {mine.pk, public.pk}
    assert [row["id"] for row in named] == [mine.pk]


@pytest.mark.parametrize("name", ["articles_article_changelist", "index"])
def test_lists_and_the_first_page_do_not_name_what_a_writer_may_not_open(client, writer, secret, name):
    make.draft(headline="My plan", created_by=writer)

    page = client.get(reverse(f"admin:{name}"), {"q": "plan"} if "list" in name else {})

    assertContains(page, "My plan")
    assertNotContains(page, "Secret plan")


def test_djangos_own_autocomplete_tells_a_writer_nothing_more(client, writer, secret):
    response = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "articles", "model_name": "relatedarticle", "field_name": "related", "term": "plan"},
    )

    assertNotContains(response, "Secret plan", status_code=response.status_code)


def test_a_bulk_action_reaches_only_the_rows_a_person_may_open(client, writer, secret):
    client.post(
        reverse("admin:articles_article_changelist"),
        {
            "action": "publish_selected",
            "_selected_action": [secret.pk],
            "confirmed": "1",
            "seen": f"{secret.pk}:1",
        },
    )

    secret.refresh_from_db()
    assert secret.status == "draft"


@pytest.mark.parametrize("role", [Role.SUBSCRIBER_STAFF, Role.FINANCE])
def test_those_who_look_after_subscribers_do_not_touch_content(client, secret, role):
    client.force_login(make.staff(role))
    picture = make.picture()

    answers = [
        client.get(reverse("admin:articles_article_changelist")),
        client.get(one("articles_article_change", secret)),
        pick(client, "article", q="plan"),
        pick(client, "picture"),
        client.get(reverse("admin:articles_picture_change", args=[picture.pk])),
        client.post(reverse("admin:articles_picture_take")),
    ]

    assert all(answer.status_code in {403, 404} for answer in answers)
    assertNotContains(client.get(reverse("admin:index")), "Secret plan")


@pytest.mark.parametrize(
    "query",
    [
        "created_by__password__startswith=a",
        "bylines__author__account__password__contains=a",
        "body__startswith=x",
        "body_text__contains=secret",
        "lead_picture__uploaded_by__email__startswith=e",
        "section__articles__headline=x",
        "status__regex=.*",
    ],
)
def test_filters_that_are_not_listed_are_refused(client, query):
    client.force_login(make.staff(Role.EDITOR))

    response = client.get(reverse("admin:articles_article_changelist") + f"?{query}")

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=live", {"Live"}),
        ("state=draft&whose=mine", {"Mine"}),
        ("state=draft&lacks=tags", {"Mine", "Draft"}),
        ("lacks=byline", {"Draft"}),
        ("section__id__exact={section}", {"Live"}),
        ("audience__exact=registered", {"Mine"}),
        ("q=ive", {"Live"}),
        ("q=ines", {"Live"}),
    ],
)
def test_the_lists_filters_answer_in_the_trades_words(client, query, found):
    editor = make.staff(Role.EDITOR)
    client.force_login(editor)
    section = make.section("Culture")
    make.article(headline="Live", section=section, tags=["t"], authors=[make.author("Ines")])
    make.draft(headline="Mine", created_by=editor, audience="registered")
    make.draft(headline="Draft", authors=[])

    page = client.get(reverse("admin:articles_article_changelist") + "?" + query.format(section=section.pk))

    assert page.status_code == 200
    assert {article.headline for article in page.context["cl"].result_list} == found


@pytest.mark.parametrize(
    "query",
    ["o=99.-99.x", "p=99999999999", "state=nonsense", "lacks=%27", "q=%00", "section__id__exact=x", "e=1"],
)
def test_odd_values_never_break_the_list(client, query):
    client.force_login(make.staff(Role.EDITOR))

    response = client.get(reverse("admin:articles_article_changelist") + f"?{query}", follow=True)

    assert response.status_code in {200, 400}


@pytest.mark.parametrize(
    "query", [{"page": "9" * 30}, {"page": "-1"}, {"q": "%" * 500}, {"ids": "x,1,-2"}, {"ids": "9" * 40}]
)
def test_odd_questions_to_the_chooser_are_answered_with_rows_or_none(client, query):
    client.force_login(make.staff(Role.EDITOR))

    assert pick(client, "article", **query).status_code == 200
    assert pick(client, "picture", **query).status_code == 200


def a_file(colour="red", name="a.png"):
    stored = BytesIO()
    Image.new("RGB", (640, 480), colour).save(stored, "PNG")
    return SimpleUploadedFile(name, stored.getvalue(), "image/png")


class TestPictures:
    """The library: everybody who writes looks and adds; writers change only what they brought."""

    def test_a_writer_adds_a_picture_while_writing(self, client, writer):
        response = client.post(
            reverse("admin:articles_picture_take"), {"file": a_file(), "alt": "Red", "credit": "Own"}
        )

        picture = Picture.objects.get()
        assert response.json()["id"] == picture.pk
        assert (picture.alt, picture.credit, picture.uploaded_by) == ("Red", "Own", writer)

    def test_a_file_that_is_no_picture_is_refused_with_a_reason(self, client, writer):
        file = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")

        response = client.post(reverse("admin:articles_picture_take"), {"file": file})

        assert response.status_code == 400
        assert response.json()["error"]
        assert not Picture.objects.exists()

    def test_an_editor_adds_one_on_its_own_page(self, client):
        client.force_login(make.staff(Role.EDITOR))

        response = client.post(
            reverse("admin:articles_picture_add"), {"file": a_file(), "title": "", "alt": "Red"}
        )

        assert response.status_code == 302
        assert Picture.objects.get().title == "a"

    def test_a_refused_file_keeps_the_words_typed_beside_it(self, client):
        client.force_login(make.staff(Role.EDITOR))
        file = SimpleUploadedFile("a.png", b"nothing", "image/png")

        response = client.post(reverse("admin:articles_picture_add"), {"file": file, "alt": "A red square"})

        assertContains(response, "A red square")
        assert response.context["adminform"].form.errors["file"]

    def test_a_writer_changes_their_own_picture_and_not_anothers(self, client, writer):
        mine, other = make.picture(uploaded_by=writer), make.picture()

        def change(picture):
            data = {"title": "T", "alt": "Changed", "focal_x": 10, "focal_y": 20, "caption": "", "credit": ""}
            return client.post(reverse("admin:articles_picture_change", args=[picture.pk]), data)

        assert change(mine).status_code == 302
        assert change(other).status_code == 403
        mine.refresh_from_db()
        other.refresh_from_db()
        assert (mine.alt, mine.focal_x) == ("Changed", 10)
        assert other.alt != "Changed"


class TestTheIssue:
    """The running order changes page numbers and nothing else."""

    def test_page_numbers_are_set_without_touching_the_words_of_a_piece(self, client):
        client.force_login(make.staff(Role.EDITOR))
        issue = make.issue()
        released_at = issue.released_at
        piece = make.article(issue=issue, page=4)
        address = reverse("admin:articles_issue_change", args=[issue.pk])

        client.post(
            address,
            {
                "volume": issue.volume,
                "number": issue.number,
                "cover_on": issue.cover_on.isoformat(),
                "weight": 1,
                "title": "The long tide",
                "standfirst": "",
                "cover": "",
                "pages": 64,
                "released_at_0": "2026-01-01",
                "released_at_1": "06:00",
                "articles-TOTAL_FORMS": 1,
                "articles-INITIAL_FORMS": 1,
                "articles-0-id": piece.pk,
                "articles-0-issue": issue.pk,
                "articles-0-page": 12,
                "articles-0-headline": "Smuggled",
            },
        )

        before, piece = piece, Article.objects.get(pk=piece.pk)
        issue.refresh_from_db()
        assert issue.title == "The long tide"
        # When readers get it is decided in the put-to-bed room.
        assert issue.released_at == released_at
        assert (piece.page, piece.headline, piece.body) == (12, before.headline, before.body)


MOST_QUERIES = {
    "index": 14,
    "articles_article_changelist": 12,
    "articles_picture_changelist": 8,
    "articles_author_changelist": 8,
    "articles_issue_changelist": 8,
    "taggit_tag_changelist": 8,
}


@pytest.mark.parametrize(("name", "most"), MOST_QUERIES.items())
def test_pages_cost_the_same_for_few_rows_and_many(client, django_assert_max_num_queries, name, most):
    client.force_login(make.staff(Role.EDITOR))
    for n in range(12):
        make.article(
            lead_picture=make.picture(), issue=make.issue(), tags=[f"tag{n}"], authors=[make.author()]
        )
        make.draft(lead_picture=make.picture())

    with django_assert_max_num_queries(most):
        assert client.get(reverse(f"admin:{name}")).status_code == 200


def test_the_article_form_costs_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    client.force_login(make.staff(Role.EDITOR))
    article = make.draft(
        authors=[make.author() for _ in range(4)],
        related=[make.article() for _ in range(5)],
        tags=["a", "b", "c"],
        lead_picture=make.picture(),
    )

    with django_assert_max_num_queries(45):
        assert client.get(one("articles_article_change", article)).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_the_desk_and_every_list_in_its_menu(client, role):
    client.force_login(make.staff(role))
    make.article()

    page = client.get(reverse("admin:index"))

    assert page.status_code == 200
    for app in page.context["app_list"]:
        for model in app["models"]:
            if model["admin_url"]:
                assert client.get(model["admin_url"]).status_code == 200, model["admin_url"]
            if model["add_url"]:
                assert client.get(model["add_url"]).status_code == 200, model["add_url"]
