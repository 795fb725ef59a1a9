"""Secret addresses of unpublished pieces: who gets in, as whom, and when they close."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles import previews, publishing
from tests import make
from tests.desk.forms import save

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
BODY = "<p>The free opening.</p><hr data-paywall><p>The withheld rest.</p>"


def address(secret, eyes="subscriber"):
    return reverse("articles:preview", args=[secret]) + f"?as={eyes}"


@pytest.fixture
def editor():
    return make.staff(Role.EDITOR)


@pytest.fixture
def article():
    return make.draft(headline="Not yet", body=BODY, audience="subscribers")


def test_whoever_holds_the_link_reads_the_real_page_and_it_stays_secret(client, editor, article):
    response = client.get(address(previews.make_link(article, by=editor)))

    assertContains(response, "Not yet")
    assertContains(response, "The withheld rest.")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assertContains(response, '<meta name="robots" content="noindex')


@pytest.mark.parametrize("eyes", ["stranger", "registered", "", "<script>", "admin"])
def test_seen_by_a_reader_without_the_right_the_rest_is_withheld(client, editor, article, eyes):
    response = client.get(address(previews.make_link(article, by=editor), eyes))

    assertContains(response, "The free opening.")
    assertNotContains(response, "The withheld rest.")
    assertNotContains(response, "<script>&")
    assertNotContains(response, "as=<script>")


def test_a_secret_is_long_and_only_its_digest_is_kept(editor, article):
    secret = previews.make_link(article, by=editor)

    assert len(secret) >= 43
    assert secret not in str(article.preview_links.values_list())


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: s + "A", lambda s: s.swapcase(), lambda s: "x"]
)
def test_a_changed_secret_opens_nothing(client, editor, article, change):
    secret = previews.make_link(article, by=editor)

    assert client.get(address(change(secret))).status_code == 404


def test_a_link_opens_its_own_article_alone(client, editor, article):
    other = make.draft(headline="Another secret")
    secret = previews.make_link(article, by=editor)
    previews.make_link(other, by=editor)

    assertNotContains(client.get(address(secret)), "Another secret")


def test_a_link_closes_after_its_days(editor, article):
    secret = previews.make_link(article, by=editor)
    end = article.preview_links.get().until_at

    assert previews.article_behind(secret, end - timedelta(seconds=1))
    assert previews.article_behind(secret, end) is None


def test_an_editor_closes_every_link(client, editor, article):
    secret = previews.make_link(article, by=editor)
    client.force_login(editor)

    client.post(reverse("admin:articles_article_withdraw", args=[article.pk]))

    assert client.get(address(secret)).status_code == 404


@pytest.mark.parametrize("loss", ["disabled", "no desk", "demoted"])
def test_a_link_dies_with_the_rights_of_its_maker(client, editor, article, loss):
    secret = previews.make_link(article, by=editor)
    if loss == "disabled":
        editor.is_active = False
    elif loss == "no desk":
        editor.is_staff = False
    else:
        editor.groups.clear()
    editor.save()

    assert client.get(address(secret)).status_code == 404


def test_after_publication_the_link_leads_to_the_public_page(client, editor, article):
    secret = previews.make_link(article, by=editor)
    publishing.perform(article, "publish", by=editor)

    response = client.get(address(secret))

    assert response.status_code == 302
    assert response.url == article.get_absolute_url()
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_spiked_or_scheduled_piece_stays_a_preview(client, editor, article):
    secret = previews.make_link(article, by=editor)
    publishing.perform(article, "schedule", by=editor, at=timezone.now() + timedelta(hours=1))

    assertContains(client.get(address(secret)), "Not yet")
    assert client.get(article.get_absolute_url()).status_code == 404


def test_a_writer_makes_links_to_their_own_pieces_only(article):
    writer = make.staff(Role.WRITER)

    assert previews.make_link(make.draft(created_by=writer), by=writer)
    with pytest.raises(PermissionDenied):
        previews.make_link(article, by=writer)


def test_save_and_preview_shows_what_was_just_typed(client, editor, article):
    client.force_login(editor)

    saved = save(client, article, headline="Typed just now", _preview="1")

    assertContains(client.get(saved.url), "Typed just now")
