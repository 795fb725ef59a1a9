"""The moves of a piece: who may make them, what they ask for, and that two people never move it at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.roles import Role
from articles import publishing
from articles.models import Article
from tests import make
from tests.desk.forms import save

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
Status = Article.Status


def move_address(article, name):
    return reverse("admin:articles_article_move", args=[article.pk, name])


@pytest.fixture
def editor():
    return make.staff(Role.EDITOR)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("submit", Status.DRAFT, Status.SUBMITTED),
        ("send_back", Status.SUBMITTED, Status.DRAFT),
        ("publish", Status.DRAFT, Status.APPROVED),
        ("publish", Status.SUBMITTED, Status.APPROVED),
        ("spike", Status.SUBMITTED, Status.SPIKED),
        ("revive", Status.SPIKED, Status.DRAFT),
    ],
)
def test_an_editor_moves_a_piece_along_the_table(editor, name, before, after):
    article = make.draft(status=before)

    publishing.perform(article, name, by=editor)

    article.refresh_from_db()
    assert article.status == after
    assert article.revisions.first().note.startswith(str(publishing.MOVES[name].done))


@pytest.mark.parametrize("name", [name for name in publishing.MOVES if name != "submit"])
@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.SPIKED])
def test_a_writer_can_make_no_move_but_submitting(name, status):
    writer = make.staff(Role.WRITER)
    article = make.draft(status=status, created_by=writer)

    with pytest.raises(PermissionDenied):
        publishing.perform(article, name, by=writer, at=timezone.now() + timedelta(days=1))

    article.refresh_from_db()
    assert article.status == status


def test_a_writer_submits_their_own_piece_and_nobody_elses():
    writer = make.staff(Role.WRITER)
    mine, other = make.draft(created_by=writer), make.draft()

    publishing.perform(mine, "submit", by=writer)
    with pytest.raises(PermissionDenied):
        publishing.perform(other, "submit", by=writer)

    assert mine.status == Status.SUBMITTED


def test_two_editors_moving_the_same_piece_make_one_move(editor):
    article = make.draft()
    mine, theirs = Article.objects.get(pk=article.pk), Article.objects.get(pk=article.pk)
    publishing.perform(theirs, "publish", by=editor)

    with pytest.raises(publishing.Conflict):
        publishing.perform(mine, "spike", by=editor)

    article.refresh_from_db()
    assert article.status == Status.APPROVED


def test_a_piece_saved_since_it_was_seen_is_not_published_unseen(editor):
    article = make.draft()
    seen = Article.objects.get(pk=article.pk)
    article.save()

    with pytest.raises(publishing.Conflict):
        publishing.perform(seen, "publish", by=editor)


@pytest.mark.parametrize(
    ("lack", "sentence"),
    [
        ({"authors": []}, "byline"),
        ({"body": ""}, "words"),
        ({"headline": " "}, "headline"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_published(editor, lack, sentence):
    article = make.draft(**lack)

    with pytest.raises(publishing.Refused, match=sentence):
        publishing.perform(article, "publish", by=editor)

    article.refresh_from_db()
    assert article.status == Status.DRAFT


NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("at", [None, NOW - timedelta(seconds=1), NOW])
def test_a_schedule_in_the_past_is_refused(editor, at):
    with pytest.raises(publishing.Refused, match="passed"):
        publishing.perform(make.draft(), "schedule", by=editor, at=at, now=NOW)


def test_a_scheduled_piece_is_public_from_its_second_on_and_not_before(editor):
    article = make.draft()
    publishing.perform(article, "schedule", by=editor, at=NOW + timedelta(hours=1), now=NOW)

    public = Article.objects.published
    assert not public(NOW + timedelta(minutes=59, seconds=59)).exists()
    assert public(NOW + timedelta(hours=1)).exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": Status.DRAFT, "published_at": None}, "Draft. Not public."),
        (
            {"status": Status.APPROVED, "published_at": datetime(2026, 11, 24, 6, tzinfo=UTC)},
            "Goes live Tuesday 24 November at 06:00, in 1 day 20 hours, for subscribers.",
        ),
        (
            {"status": Status.APPROVED, "published_at": datetime(2026, 11, 22, 10, 30, tzinfo=UTC)},
            "Goes live Sunday 22 November at 10:30, in 30 minutes, for subscribers.",
        ),
        (
            {"status": Status.APPROVED, "published_at": datetime(2026, 7, 1, 6, tzinfo=UTC)},
            "Live since Wednesday 1 July at 07:00, for subscribers. "
            "What you save is not public until you publish the changes.",
        ),
    ],
)
def test_the_state_is_said_in_a_sentence_in_the_magazines_time(fields, sentence, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    article = make.article(audience="subscribers", **fields)

    assert publishing.state_sentence(article, NOW) == sentence


class TestAtTheDesk:
    """The same through the pages."""

    def test_an_editor_publishes_from_the_form_by_way_of_the_page_that_says_what_will_happen(
        self, client, editor
    ):
        client.force_login(editor)
        article = make.draft(headline="Out it goes")

        saved = save(client, article, _move="publish", standfirst="Typed just now.")
        page = client.get(saved.url)
        article.refresh_from_db()
        client.post(saved.url, {"version": article.version})

        assertContains(page, "Publish now")
        article.refresh_from_db()
        assert article.is_published()
        assert article.standfirst == "Typed just now."

    def test_an_editor_schedules_in_the_magazines_time(self, client, editor, settings):
        client.force_login(editor)
        article = make.draft()

        client.post(
            move_address(article, "schedule"),
            {"version": article.version, "day": "2030-07-01", "time": "06:00"},
        )

        article.refresh_from_db()
        assert article.published_at == datetime(2030, 7, 1, 5, 0, tzinfo=UTC)

    def test_a_day_without_a_time_is_answered_beside_the_field(self, client, editor):
        client.force_login(editor)
        article = make.draft()

        response = client.post(
            move_address(article, "schedule"), {"version": article.version, "day": "soon", "time": ""}
        )

        assert response.status_code == 200
        assert response.context["moment"].errors.keys() == {"day", "time"}
        article.refresh_from_db()
        assert article.status == Status.DRAFT

    def test_an_old_page_does_not_move_a_piece_that_was_saved_since(self, client, editor):
        client.force_login(editor)
        article = make.draft()
        seen = article.version
        article.save()

        response = client.post(move_address(article, "publish"), {"version": seen}, follow=True)

        assertContains(response, "Somebody saved or moved this piece")
        article.refresh_from_db()
        assert article.status == Status.DRAFT

    def test_reading_a_page_moves_nothing(self, client, editor):
        client.force_login(editor)
        article = make.draft()

        for name in publishing.MOVES:
            client.get(move_address(article, name))

        article.refresh_from_db()
        assert article.status == Status.DRAFT

    def test_a_writer_reads_the_note_with_which_a_piece_came_back(self, client, editor):
        writer = make.staff(Role.WRITER)
        article = make.draft(status=Status.SUBMITTED, created_by=writer)
        client.force_login(editor)
        client.post(
            move_address(article, "send_back"), {"version": article.version, "note": "Open with the ferry."}
        )

        client.force_login(writer)
        page = client.get(reverse("admin:articles_article_change", args=[article.pk]))

        assertContains(page, "Open with the ferry.")

    def test_several_pieces_are_published_after_a_preview_and_the_unready_stay(self, client, editor):
        client.force_login(editor)
        ready, unready = make.draft(), make.draft(authors=[])
        asked = {"action": "publish_selected", "_selected_action": [ready.pk, unready.pk]}
        address = reverse("admin:articles_article_changelist")

        page = client.post(address, asked)
        assert not Article.objects.published().exists()
        seen = [f"{article.pk}:{article.version}" for article in (ready, unready)]
        client.post(address, asked | {"confirmed": "1", "seen": seen})

        assertContains(page, "add a byline")
        assert list(Article.objects.published()) == [ready]
