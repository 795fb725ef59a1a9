"""Nothing is lost by deleting: a piece goes to the trash, comes back, and is gone only by a command."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles import previews, publishing
from articles.models import Article
from tests import make
from tests.desk.forms import address, save

pytestmark = pytest.mark.django_db
Status = Article.Status
LIST = "admin:articles_article_changelist"


@pytest.fixture
def editor(client):
    person = make.staff(Role.EDITOR)
    client.force_login(person)
    return person


def trashed(*, days=0, **fields):
    at = timezone.now() - timedelta(days=days)
    return make.draft(**{"status": Status.SPIKED, "trashed_at": at} | fields)


def test_an_editor_throws_a_spiked_piece_away_and_puts_it_back(client, editor):
    article = make.draft(status=Status.SPIKED, headline="Thrown away")

    asked = save(client, article, _move="trash")
    article.refresh_from_db()
    client.post(asked.url, {"version": article.version, "note": "Twice the same."})

    assertNotContains(client.get(reverse(LIST)), "Thrown away")
    assertContains(client.get(reverse(LIST), {"state": "trash"}), "Thrown away")
    page = client.get(address(article))
    assertContains(page, "In the trash since")
    assertContains(page, "Put back")

    article.refresh_from_db()
    put_back = reverse("admin:articles_article_move", args=[article.pk, "put_back"])
    client.post(put_back, {"version": article.version})

    article.refresh_from_db()
    assert (article.trashed_at, article.status) == (None, Status.SPIKED)
    assertContains(client.get(reverse(LIST)), "Thrown away")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.APPROVED])
def test_a_piece_in_hand_or_live_is_not_thrown_away(editor, status):
    article = make.article(status=status)

    with pytest.raises(publishing.Conflict):
        publishing.perform(article, "trash", by=editor)

    article.refresh_from_db()
    assert article.trashed_at is None


def test_nobody_deletes_for_good_at_the_desk(client, editor):
    for article in (make.draft(status=Status.SPIKED), trashed()):
        delete = reverse("admin:articles_article_delete", args=[article.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
    everything = {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"}
    client.post(reverse(LIST), everything)

    assert Article.objects.count() == 2


def test_a_writer_neither_throws_away_nor_sees_the_trash(client):
    writer = make.staff(Role.WRITER)
    client.force_login(writer)
    spiked = make.draft(created_by=writer, status=Status.SPIKED)
    thrown = trashed(created_by=writer, headline="Thrown away")

    with pytest.raises(PermissionDenied):
        publishing.perform(spiked, "trash", by=writer)
    assert client.get(address(thrown)).status_code == 404
    assertNotContains(client.get(reverse(LIST), {"state": "trash"}), "Thrown away")
    assertNotContains(client.get(reverse("admin:articles_article_pick"), {"q": "Thrown"}), "Thrown away")


def test_what_lies_in_the_trash_is_not_worked_on(client, editor):
    article = trashed(headline="As it was")

    assertNotContains(client.get(address(article)), "<textarea")
    assert save(client, article, headline="Changed").status_code == 403
    with pytest.raises(publishing.Conflict, match="in the trash"):
        publishing.perform(article, "revive", by=editor)


def test_nobody_reads_what_lies_in_the_trash(client, editor):
    article = make.draft(status=Status.SPIKED)
    secret = previews.make_link(article, by=editor)
    publishing.perform(article, "trash", by=editor)
    # Whatever else its row says.
    public = trashed(status=Status.APPROVED, published_at=timezone.now() - timedelta(days=1))

    assert client.get(reverse("articles:preview", args=[secret])).status_code == 404
    assert client.get(public.get_absolute_url()).status_code == 404
    assert not public.is_published()


def test_the_command_empties_what_has_lain_long_enough_and_nothing_else(capsys):
    old, young = trashed(days=31, headline="Old"), trashed(days=29, headline="Young")
    spiked = make.draft(status=Status.SPIKED)

    call_command("empty_trash", "--dry-run")
    assert "Old" in capsys.readouterr().out
    assert Article.objects.filter(pk=old.pk).exists()
    call_command("empty_trash", "--older-than", "30")
    call_command("empty_trash", "--older-than", "30")

    assert capsys.readouterr().out.endswith("0 articles deleted.\n")
    assert set(Article.objects.all()) == {young, spiked}


@pytest.mark.parametrize("days", ["-1", "99999999999"])
def test_a_senseless_number_of_days_is_refused(days):
    trashed(days=1)

    with pytest.raises(CommandError):
        call_command("empty_trash", f"--older-than={days}")

    assert Article.objects.exists()
