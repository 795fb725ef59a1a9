"""The put-to-bed room, as an editor walks through it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from articles.issues import release
from articles.models import Article, Issue
from articles.models.issue import State
from tests import make
from tests.articles.test_release import ready, to_come
from tests.desk.forms import save

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
DAY = timedelta(days=1)


@pytest.fixture
def editor(client):
    person = make.staff(Role.EDITOR)
    client.force_login(person)
    return person


def room(issue: Issue) -> str:
    return reverse("admin:articles_issue_put_to_bed", args=[issue.pk])


def step(issue: Issue, name: str) -> str:
    return reverse("admin:articles_issue_step", args=[issue.pk, name])


def shown(client, issue: Issue, **asked) -> dict:
    """What the form beside the button holds."""
    rehearsal = client.get(room(issue), asked).context["rehearsal"]
    return {"mark": rehearsal.mark, **asked}


@pytest.mark.usefixtures("editor")
def test_an_editor_puts_an_issue_to_bed_from_the_first_page_on(client):
    issue = to_come(opened_at=None, closed_at=None)
    piece = make.draft(issue=issue, page=4, lead_picture=make.picture(), headline="Upstream")
    make.reader(entitled=True)

    assertContains(client.get(reverse("admin:index")), room(issue))
    page = client.get(room(issue))
    assertContains(page, "Draft: approve it, or take it out of the issue.")
    assertNotContains(page, 'name="mark"')
    client.post(step(issue, "open"))
    save(client, piece, issue=issue.pk, page=4, lead_picture=piece.lead_picture_id)
    piece.refresh_from_db()
    client.post(
        reverse("admin:articles_article_move", args=[piece.pk, "approve_for_issue"]),
        {"version": piece.version},
    )
    client.post(step(issue, "close"))
    page = client.get(room(issue))
    assertContains(page, "One piece goes live.")
    assertContains(page, "One letter tells a reader of it.")
    assert not Article.objects.published().exists()

    answer = client.post(room(issue), shown(client, issue), follow=True)

    assertRedirects(answer, room(issue))
    assertContains(answer, "One piece goes with it.")
    issue.refresh_from_db()
    assert issue.state() == State.RELEASED
    assert list(Article.objects.published()) == [piece]
    assert LogEntry.objects.filter(object_id=str(issue.pk), change_message__contains="Released").exists()


@pytest.mark.usefixtures("editor")
def test_an_editor_looks_at_a_moment_to_come_and_releases_for_then(client):
    issue = to_come()
    piece = ready(issue)
    asked = {"day": "2040-07-01", "time": "06:00"}

    page = client.get(room(issue), asked)
    assertContains(page, "Release it Sunday 1 July 2040 at 06:00")
    client.post(room(issue), shown(client, issue, **asked))

    piece.refresh_from_db()
    issue.refresh_from_db()
    assert piece.published_at == issue.released_at
    assert f"{issue.released_at:%Y-%m-%d %H:%M}" == "2040-07-01 05:00"
    assertContains(client.get(room(issue)), "Call the release off…")


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"day": "2020-01-01", "time": "06:00"}, "day"),
        ({"day": "soon", "time": "06:00"}, "day"),
        ({"day": "2040-01-01", "time": ""}, "time"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_moment_that_cannot_be_is_answered_beside_its_field(client, asked, field, method):
    issue = to_come()
    ready(issue)

    page = getattr(client, method)(room(issue), asked | {"mark": release.rehearse(issue).mark})

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Issue.objects.get(pk=issue.pk).released_at


@pytest.mark.usefixtures("editor")
def test_the_button_of_an_old_page_releases_nothing(client):
    issue = to_come()
    piece = ready(issue)
    old = shown(client, issue)
    piece.headline = "Rewritten"
    piece.save()

    answer = client.post(room(issue), old)

    assert answer.status_code == 422
    assertContains(answer, "Something has changed since this was shown", status_code=422)
    assert not Issue.objects.get(pk=issue.pk).released_at
    client.post(room(issue), {"mark": answer.context["rehearsal"].mark})
    assert Issue.objects.get(pk=issue.pk).released_at


@pytest.mark.usefixtures("editor")
def test_an_editor_takes_a_release_back_after_seeing_what_that_does(client, editor):
    former, issue = make.issue(title="The one before"), to_come()
    piece = ready(issue, headline="Upstream")
    release.release(issue, by=editor)
    address = reverse("admin:articles_issue_roll_back", args=[issue.pk])

    page = client.get(address)
    assertContains(page, "Upstream")
    assertContains(page, str(former))
    assert client.post(address, {"reason": " "}).status_code == 422
    assert Article.objects.published().filter(pk=piece.pk).exists()
    client.post(address, {"reason": "A wrong name on the cover."})

    assert not Article.objects.published().filter(pk=piece.pk).exists()
    assertContains(client.get(room(issue)), "A wrong name on the cover.")
    assertRedirects(client.get(address), room(issue))


@pytest.mark.usefixtures("editor")
def test_looking_moves_nothing_and_a_step_is_a_post(client):
    issue = to_come()
    ready(issue)
    client.get(room(issue))

    assert client.get(step(issue, "to_press")).status_code == 405
    assert client.post(step(issue, "burn")).status_code == 404
    assert Issue.objects.get(pk=issue.pk).state() == State.CLOSED
    client.post(step(issue, "to_press"))
    assert Issue.objects.get(pk=issue.pk).state() == State.AT_PRESS


@pytest.mark.usefixtures("editor")
def test_a_step_that_cannot_be_taken_is_answered_in_a_sentence(client):
    issue = to_come()
    ready(issue, status="draft", headline="Half a thought")

    answer = client.post(step(issue, "to_press"), follow=True)

    assertContains(answer, "One piece is not approved: “Half a thought”")
    assert Issue.objects.get(pk=issue.pk).state() == State.CLOSED


@pytest.mark.usefixtures("editor")
def test_a_closed_issue_takes_no_new_piece_at_the_desk_and_keeps_those_it_has(client):
    closed, held = to_come(volume=3, number=255), make.draft()
    inside = make.draft(issue=closed)

    refused = save(client, held, issue=closed.pk)
    save(client, inside, issue=closed.pk, headline="Still here")

    assertContains(refused, "Issue 3/255 The long water is closed and takes no more pieces.")
    held.refresh_from_db()
    inside.refresh_from_db()
    assert (held.issue, inside.issue, inside.headline) == (None, closed, "Still here")


@pytest.mark.usefixtures("editor")
def test_a_piece_taken_out_of_its_issue_at_the_desk_waits_for_an_editor_again(client):
    issue = to_come()
    piece = ready(issue)

    answer = save(client, piece, issue="", lead_picture=piece.lead_picture_id)
    page = client.get(answer.url)

    piece.refresh_from_db()
    assert (piece.status, piece.issue) == (Article.Status.SUBMITTED, None)
    assertContains(page, "has left the issue it was approved for")
    assert "Has left the issue" in piece.revisions.first().note


@pytest.mark.usefixtures("editor")
def test_deleting_an_issue_says_which_pieces_it_sends_back(client):
    issue = to_come()
    piece = ready(issue)

    answer = client.post(
        reverse("admin:articles_issue_delete", args=[issue.pk]), {"post": "yes"}, follow=True
    )

    assertContains(answer, "One piece was approved for it and waits for an editor again.")
    piece.refresh_from_db()
    assert piece.status == Article.Status.SUBMITTED


@pytest.mark.usefixtures("editor")
def test_the_list_of_pieces_finds_what_is_approved_for_an_issue(client):
    issue = to_come(volume=3, number=260)
    piece = ready(issue, headline="Waiting for its day")
    make.article(headline="Public")

    page = client.get(reverse("admin:articles_article_changelist"), {"state": "approved"})

    assertContains(page, "Waiting for its day")
    assertContains(page, "Approved for 3/260")
    assertNotContains(page, "Public</strong>")
    form = client.get(reverse("admin:articles_article_change", args=[piece.pk]))
    assertContains(form, "Approved for issue 3/260 The long water; goes live when that is released")


@pytest.mark.usefixtures("editor")
def test_the_room_costs_the_same_for_few_pieces_and_many(client, django_assert_max_num_queries):
    issue = to_come(pages=400)
    for _ in range(30):
        ready(issue, tags=["Rivers"])
    make.issue()

    with django_assert_max_num_queries(32):
        assert client.get(room(issue)).status_code == 200


def test_a_writer_finds_no_way_into_the_room(client):
    issue = to_come()
    ready(issue)
    client.force_login(make.staff(Role.WRITER))

    for answer in (
        client.get(room(issue)),
        client.post(room(issue), {"mark": release.rehearse(issue).mark}),
        client.post(step(issue, "to_press")),
        client.get(reverse("admin:articles_issue_roll_back", args=[issue.pk])),
    ):
        assert answer.status_code == 403
    assertNotContains(client.get(reverse("admin:index")), room(issue))
    assert Issue.objects.get(pk=issue.pk).state() == State.CLOSED
