"""An issue is released as one act, at once or at a moment to come, and taken back as far as that went."""

import os
import random
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.roles import Role
from articles import publishing, revisions
from articles.issues import life, readiness, register, release
from articles.issues.register import Colour, Light
from articles.models import Article, Issue, IssueEvent, Picture, Revision
from articles.models.issue import State
from articles.publishing import Conflict, Refused
from subscriptions.announcing import outgoing
from subscriptions.models import Letter
from tests import make
from tests.killing import done_apart
from tests.working import work

pytestmark = pytest.mark.django_db
Status = Article.Status
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
KILLS = 10 if DRILL else 2


@pytest.fixture
def editor():
    return make.staff(Role.EDITOR)


def to_come(*, closed: bool = True, **fields) -> Issue:
    """An issue that lacks nothing but its pieces."""
    ago = timezone.now() - DAY
    values = {
        "released_at": None,
        "title": "The long water",
        "standfirst": "What rivers remember.",
        "cover": make.picture(),
        "opened_at": ago,
        "closed_at": ago if closed else None,
        "cover_on": timezone.localdate() + 3 * DAY,
    }
    return make.issue(**values | fields)


def ready(issue: Issue, **fields) -> Article:
    """A piece that is approved for ``issue`` and lacks nothing."""
    page = Article.objects.filter(issue=issue).count() * 2 + 4
    values = {"issue": issue, "page": page, "published_at": None, "lead_picture": make.picture()}
    return make.article(**values | fields)


def lights_of(issue: Issue, label: str, at=None) -> list[Light]:
    return [light for light in readiness.look(issue, at).every if light.label == label]


def facts() -> tuple:
    """What a release writes, as it stands in the tables."""
    return (
        list(Article.objects.order_by("pk").values_list("pk", "status", "published_at", "issue")),
        list(Issue.objects.order_by("pk").values_list("pk", "released_at", "archived_at")),
    )


# -- One act ------------------------------------------------------------------------


def test_all_pieces_of_an_issue_go_live_with_it_at_the_same_instant(editor):
    issue = to_come()
    pieces = [ready(issue) for _ in range(3)]
    early = make.article(issue=issue, page=2, lead_picture=make.picture())
    assert not Article.objects.published().filter(pk__in=[piece.pk for piece in pieces]).exists()

    event = release.release(issue, by=editor)

    assert issue.state() == State.RELEASED
    assert set(Article.objects.published(issue.released_at).filter(issue=issue)) == {*pieces, early}
    dates = set(Article.objects.filter(pk__in=[piece.pk for piece in pieces]).values_list("published_at"))
    assert dates == {(issue.released_at,)}
    assert early.published_at == Article.objects.get(pk=early.pk).published_at
    assert event.detail["pieces"] == [piece.pk for piece in pieces]
    assert (event.kind, event.by) == (IssueEvent.Kind.RELEASED, editor)
    assert {revision.article_id for revision in Revision.objects.filter(note__startswith="Released")} == {
        piece.pk for piece in pieces
    }


def test_a_release_at_a_moment_to_come_makes_all_public_at_that_instant_and_not_before(editor):
    issue, at = to_come(), timezone.now() + 5 * HOUR
    piece = ready(issue)

    release.release(issue, by=editor, at=at)

    instant = timedelta(microseconds=1)
    assert not Article.objects.published(at - instant).filter(pk=piece.pk).exists()
    assert not issue.is_published(at - instant)
    assert Article.objects.published(at).filter(pk=piece.pk).exists()
    assert issue.is_published(at)
    assert issue.state() == State.CLOSED


def test_releasing_twice_is_releasing_once(editor):
    issue = to_come()
    ready(issue)
    first = release.release(issue, by=editor)
    before = facts()

    again = release.release(Issue.objects.get(pk=issue.pk), by=editor, at=timezone.now() + DAY)

    assert again == first
    assert facts() == before
    assert DBTaskResult.objects.filter(task_path=release.TELL).count() == 1


def test_a_writer_releases_nothing_and_takes_nothing_back():
    issue, writer = to_come(), make.staff(Role.WRITER)
    ready(issue)
    with pytest.raises(PermissionDenied):
        release.release(issue, by=writer)
    with pytest.raises(PermissionDenied):
        release.roll_back(issue, by=writer, reason="Because")
    with pytest.raises(PermissionDenied):
        life.perform(issue, "reopen", by=writer)


def linking_to(piece: Article) -> str:
    return f'<p><a data-article="{piece.pk}">There</a></p>'


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda issue: ready(issue, status=Status.SUBMITTED), "approve it, or take it out"),
        (lambda issue: ready(issue, authors=[]), "add a byline"),
        (lambda issue: ready(issue, lead_picture=make.picture(alt="")), "do not see"),
        (lambda issue: ready(issue, body=linking_to(make.draft())), "links to"),
        (lambda issue: ready(issue, body='<p>Look:</p><figure data-image="99999"></figure>'), "no longer in"),
        (lambda issue: ready(issue, length=70), "there are 64"),
        (lambda issue: Issue.objects.update(cover=None), "no cover"),
        (lambda issue: Issue.objects.filter(pk=issue.pk).update(closed_at=None), "Close it first"),
        (lambda issue: issue.articles.update(issue=None, status="draft"), "Nothing stands"),
    ],
)
def test_a_red_light_keeps_the_whole_issue_back(editor, spoil, sentence):
    issue = to_come()
    ready(issue)
    spoil(issue)
    before = facts()

    with pytest.raises(Refused, match=sentence):
        release.release(issue, by=editor)

    assert facts() == before
    assert not IssueEvent.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_what_has_changed_since_it_was_shown_is_shown_again_first(editor):
    issue = to_come()
    piece = ready(issue)
    shown = release.rehearse(issue).mark
    piece.save()

    with pytest.raises(Conflict):
        release.release(issue, by=editor, mark=shown)
    assert not Issue.objects.get(pk=issue.pk).released_at
    release.release(issue, by=editor, mark=release.rehearse(issue).mark)


def test_a_moment_that_has_passed_is_refused(editor):
    issue = to_come()
    ready(issue)
    with pytest.raises(Refused, match="passed"):
        release.release(issue, by=editor, at=timezone.now() - HOUR)


def test_a_rehearsal_says_what_a_release_does_and_does_nothing(editor):
    make.reader(entitled=True)
    former, issue = make.issue(), to_come()
    waiting, public = ready(issue), ready(issue, published_at=timezone.now() - HOUR)
    late = ready(issue, embargo_until=timezone.now() + DAY)
    dated = ready(issue, published_at=timezone.now() + 2 * DAY)
    before = facts()

    rehearsal = release.rehearse(issue)

    assert facts() == before
    assert rehearsal.goes_live == (waiting,)
    assert rehearsal.is_public == (public,)
    assert rehearsal.later == (late, dated)
    assert rehearsal.to_archive == (former,)
    assert rehearsal.letters == 1
    assert "One piece goes live." in rehearsal.sentences
    release.release(issue, by=editor)
    assert set(Article.objects.published().filter(issue=issue)) == {waiting, public}
    assert set(Article.objects.published(late.embargo_until).filter(issue=issue)) == {waiting, public, late}


def test_the_former_issue_goes_to_the_archive_at_the_same_instant(editor):
    former, issue, at = make.issue(), to_come(), timezone.now() + HOUR
    ready(issue)

    release.release(issue, by=editor, at=at)

    former.refresh_from_db()
    assert former.state(at - timedelta(seconds=1)) == State.RELEASED
    assert (former.state(at), issue.state(at)) == (State.ARCHIVED, State.RELEASED)


def test_two_hundred_pieces_cost_no_more_statements_than_twenty(editor):
    def statements(count: int) -> int:
        issue = to_come(pages=1000)
        section, author, picture = make.section(), make.author(), make.picture()
        for _ in range(count):
            ready(issue, section=section, authors=[author], lead_picture=picture, tags=["Rivers"])
        with CaptureQueriesContext(connection) as queries:
            release.release(issue, by=editor)
        assert Article.objects.published().filter(issue=issue).count() == count
        return len(queries)

    few, many = statements(5), statements(200 if DRILL else 60)

    assert many <= few + 8
    assert few < 60


# -- What follows -------------------------------------------------------------------


@pytest.fixture
def looks(monkeypatch):
    monkeypatch.setattr(register, "_looks", ["magazine.work.housekeeping.sweep"])


def queued(path: str) -> int:
    return DBTaskResult.objects.filter(task_path=path).count()


@pytest.mark.usefixtures("looks")
def test_readers_are_written_to_and_leaves_look_once_the_issue_is_out(editor):
    reader, issue = make.reader(entitled=True), to_come()
    ready(issue)

    release.release(issue, by=editor)
    assert release.tell(release.last_release(issue).pk)
    assert queued("magazine.work.housekeeping.sweep") == 1
    work()

    letter = Letter.objects.get(kind=Letter.Kind.ISSUE_OUT)
    assert letter.reader == reader
    assert letter.sent_at


@pytest.mark.usefixtures("looks")
def test_of_a_release_to_come_nobody_hears_before_its_moment(editor):
    make.reader(entitled=True)
    issue, at = to_come(), timezone.now() + HOUR
    ready(issue)

    event = release.release(issue, by=editor, at=at)
    work()

    assert not Letter.objects.filter(kind=Letter.Kind.ISSUE_OUT).exists()
    assert DBTaskResult.objects.get(task_path=release.TELL).run_after == at
    assert not release.tell(event.pk)
    assert release.tell(event.pk, at)
    assert queued("subscriptions.tasks.announce_issue") == 1
    assert queued("magazine.work.housekeeping.sweep") == 1


# -- Taking it back -----------------------------------------------------------------


def test_taking_it_back_restores_exactly_what_was(editor):
    former, issue = make.issue(), to_come()
    make.article(issue=former)
    ready(issue)
    ready(issue, published_at=timezone.now() - DAY)
    ready(issue, published_at=timezone.now() + DAY)
    before = facts()
    release.release(issue, by=editor)
    assert facts() != before

    event = release.roll_back(issue, by=editor, reason="The cover names the wrong river.")

    assert facts() == before
    assert issue.state() == State.CLOSED
    assert (event.kind, event.reason) == (IssueEvent.Kind.ROLLED_BACK, "The cover names the wrong river.")
    assert release.last_release(issue) is None


def test_a_release_to_come_is_called_off(editor):
    issue, at = to_come(), timezone.now() + HOUR
    piece = ready(issue)
    event = release.release(issue, by=editor, at=at)

    release.roll_back(issue, by=editor, reason="Not yet.")

    assert not Article.objects.published(at).filter(pk=piece.pk).exists()
    assert not release.tell(event.pk, at + HOUR)
    again = release.release(issue, by=editor)
    assert release.tell(again.pk)
    assert not release.tell(event.pk)


def test_what_somebody_decided_since_is_left_as_it_is(editor):
    issue = to_come()
    offline, redated = ready(issue), ready(issue)
    release.release(issue, by=editor)
    offline.refresh_from_db()
    publishing.perform(offline, "unpublish", by=editor)
    other_day = timezone.now() - 2 * HOUR
    Article.objects.filter(pk=redated.pk).update(published_at=other_day)

    release.roll_back(issue, by=editor, reason="Why not.")

    offline.refresh_from_db()
    redated.refresh_from_db()
    assert (offline.status, offline.published_at) == (Status.DRAFT, None)
    assert redated.published_at == other_day


def test_letters_that_have_not_gone_out_stay_here_and_go_out_with_the_next_release(editor):
    make.reader(entitled=True)
    issue = to_come()
    ready(issue)
    release.release(issue, by=editor)
    outgoing.record_batch(issue.pk, 0)

    release.roll_back(issue, by=editor, reason="A wrong name.")
    work()
    assert not Letter.objects.filter(sent_at__isnull=False).exists()

    release.release(issue, by=editor)
    work()
    assert Letter.objects.filter(kind=Letter.Kind.ISSUE_OUT, sent_at__isnull=False).count() == 1


def test_changes_to_a_live_piece_are_part_of_it_when_the_release_is_taken_back(editor):
    issue = to_come()
    moved, mended = ready(issue), ready(issue)
    release.release(issue, by=editor)
    for piece, change in ((moved, {"issue": None}), (mended, {"headline": "Mended"})):
        piece.refresh_from_db()
        revisions.hold(piece, revisions.snapshot(piece) | change, by=editor)

    release.roll_back(issue, by=editor, reason="A wrong name.")

    moved.refresh_from_db()
    mended.refresh_from_db()
    assert (moved.issue, moved.status, moved.published_at) == (None, Status.SUBMITTED, None)
    assert (mended.headline, mended.status, mended.published_at) == ("Mended", Status.APPROVED, None)
    assert revisions.pending(mended) is None


def test_nothing_is_taken_back_without_a_reason_or_without_a_release(editor):
    issue = to_come()
    ready(issue)
    with pytest.raises(Refused, match="no release"):
        release.roll_back(issue, by=editor, reason="Why not.")
    release.release(issue, by=editor)
    with pytest.raises(Refused, match="Say why"):
        release.roll_back(issue, by=editor, reason="  ")
    with pytest.raises(Refused, match="no release"):
        release.roll_back(make.issue(), by=editor, reason="It was not released here.")


# -- Approved for an issue ----------------------------------------------------------


def test_a_piece_approved_for_its_issue_is_not_public_and_says_so(editor):
    issue = to_come(volume=3, number=250)
    piece = ready(issue, status=Status.SUBMITTED, audience="everyone")

    publishing.perform(piece, "approve_for_issue", by=editor)

    piece.refresh_from_db()
    assert (piece.status, piece.published_at) == (Status.APPROVED, None)
    assert not piece.is_published()
    assert publishing.state_sentence(piece) == (
        "Approved for issue 3/250 The long water; goes live when that is released, for everyone."
    )
    assert piece not in Article.objects.scheduled()
    assert piece in Article.objects.awaiting_release()


@pytest.mark.parametrize("fields", [{"issue": None}, {"released_at": timezone.now() + DAY}])
def test_only_an_issue_that_has_no_moment_yet_is_approved_for(editor, fields):
    issue = to_come(**{key: value for key, value in fields.items() if key != "issue"})
    piece = make.draft(issue=None if "issue" in fields else issue)

    assert "approve_for_issue" not in {move.name for move in publishing.moves_for(editor, piece)}
    with pytest.raises(Refused):
        publishing.perform(piece, "approve_for_issue", by=editor)
    piece.refresh_from_db()
    assert piece.status == Status.DRAFT


@pytest.mark.parametrize("gone", ["taken out", "deleted", "deleted with others"])
@pytest.mark.parametrize("is_scheduled", [False, True])
def test_a_piece_without_its_issue_goes_back_to_the_editors(editor, gone, is_scheduled):
    issue, at = to_come(), timezone.now() + HOUR
    piece = ready(issue)
    if is_scheduled:
        release.release(issue, by=editor, at=at)
        piece.refresh_from_db()

    if gone == "taken out":
        piece.issue = None
        piece.save()
    elif gone == "deleted":
        life.delete(issue, by=editor)
        assert "was deleted" in piece.revisions.first().note
    else:
        Issue.objects.filter(pk=issue.pk).delete()

    piece.refresh_from_db()
    assert (piece.status, piece.published_at, piece.issue) == (Status.SUBMITTED, None, None)
    assert not Article.objects.published(at + DAY).filter(pk=piece.pk).exists()


def test_a_piece_moved_to_another_issue_to_come_waits_for_that(editor):
    one, other, at = to_come(), to_come(), timezone.now() + HOUR
    piece = ready(one)
    ready(one)
    release.release(one, by=editor, at=at)
    piece.refresh_from_db()

    piece.issue = other
    piece.save(update_fields=["issue"])

    piece.refresh_from_db()
    assert (piece.status, piece.published_at) == (Status.APPROVED, None)
    assert not Article.objects.published(at).filter(pk=piece.pk).exists()


def test_a_public_piece_stays_public_when_its_issue_goes(editor):
    issue = to_come()
    public, waiting = ready(issue, published_at=timezone.now() - HOUR), ready(issue)

    assert life.delete(issue, by=editor) == 1

    public.refresh_from_db()
    waiting.refresh_from_db()
    assert public.is_published()
    assert waiting.status == Status.SUBMITTED


def test_an_old_revision_without_the_issue_does_not_make_a_piece_public(editor):
    issue = to_come(closed=False)
    piece = make.draft()
    revisions.record(piece, by=editor)
    piece.issue = issue
    piece.save()
    publishing.perform(piece, "approve_for_issue", by=editor)

    restored, gone = revisions.restore(piece.revisions.last(), by=editor)

    assert (restored.status, restored.issue) == (Status.SUBMITTED, None)
    assert any("approve it anew" in sentence for sentence in gone)


def test_an_old_revision_does_not_bring_a_piece_back_into_a_closed_issue(editor):
    issue = to_come()
    piece = make.draft(issue=issue)
    revisions.record(piece, by=editor)
    piece.issue = None
    piece.save()

    restored, gone = revisions.restore(piece.revisions.last(), by=editor)

    assert restored.issue is None
    assert any("takes no more pieces" in sentence for sentence in gone)


# -- States -------------------------------------------------------------------------


def test_an_issue_goes_from_the_plan_to_press_and_back_and_all_is_written_down(editor):
    issue = to_come(opened_at=None, closed_at=None)
    ready(issue)
    seen = []

    for name in ("open", "close", "to_press", "recall", "reopen", "close", "to_press"):
        life.perform(issue, name, by=editor)
        seen.append(Issue.objects.get(pk=issue.pk).state())

    assert seen == [
        State.OPEN,
        State.CLOSED,
        State.AT_PRESS,
        State.CLOSED,
        State.OPEN,
        State.CLOSED,
        State.AT_PRESS,
    ]
    assert [event.kind for event in issue.events.order_by("pk")] == [
        "opened",
        "closed",
        "to_press",
        "recalled",
        "reopened",
        "closed",
        "to_press",
    ]


def test_of_two_who_move_an_issue_the_slower_is_told(editor):
    issue = to_come()
    ready(issue)
    mine, theirs = Issue.objects.get(pk=issue.pk), Issue.objects.get(pk=issue.pk)
    life.perform(theirs, "to_press", by=editor)

    with pytest.raises(Conflict):
        life.perform(mine, "reopen", by=editor)

    issue.refresh_from_db()
    assert issue.state() == State.AT_PRESS


@pytest.mark.parametrize(
    ("name", "state"),
    [("close", State.CLOSED), ("archive", State.CLOSED), ("open", State.CLOSED), ("recall", State.CLOSED)],
)
def test_a_step_starts_where_the_table_says(editor, name, state):
    issue = to_come()
    with pytest.raises(Conflict, match=state.label.lower()):
        life.perform(issue, name, by=editor)


def test_nothing_unapproved_goes_to_press(editor):
    issue = to_come()
    ready(issue, status=Status.DRAFT, headline="Half a thought")

    with pytest.raises(Refused, match="Half a thought"):
        life.perform(issue, "to_press", by=editor)

    issue.refresh_from_db()
    assert issue.state() == State.CLOSED


def test_an_issue_with_a_moment_is_not_opened_again_before_that_is_called_off(editor):
    issue = to_come()
    ready(issue)
    release.release(issue, by=editor, at=timezone.now() + HOUR)

    assert life.steps_for(editor, issue) != []
    with pytest.raises(Refused, match="call that off"):
        life.perform(issue, "reopen", by=editor)


def test_the_current_issue_is_not_archived(editor):
    older = make.issue(released_at=timezone.now() - 20 * DAY)
    current = make.issue()

    with pytest.raises(Refused, match="current"):
        life.perform(current, "archive", by=editor)
    life.perform(older, "archive", by=editor)

    assert older.state() == State.ARCHIVED


# -- Lights -------------------------------------------------------------------------


def test_a_link_to_a_piece_of_the_same_issue_is_as_good_as_one_to_a_public_piece():
    issue = to_come()
    target, public = ready(issue), make.article()
    scheduled = make.article(published_at=timezone.now() + DAY)
    linked = "".join(linking_to(one) for one in (target, public, scheduled))
    ready(issue, body=linked)

    [_, light] = lights_of(issue, "Links")
    assert light.colour == Colour.RED
    assert light.sentence.count("“") == 1
    assert scheduled.headline in light.sentence
    [_, light] = lights_of(issue, "Links", timezone.now() + 2 * DAY)
    assert light.colour == Colour.GREEN


@pytest.mark.parametrize(
    ("fields", "label", "sentence"),
    [
        ({"lead_picture": None}, "Pictures", "no lead picture"),
        ({"page": None}, "Length", "no printed page"),
        ({"length": 9}, "Length", "given 9"),
        ({"embargo_until": timezone.now() + DAY}, "Approved", "later than the issue"),
    ],
)
def test_an_amber_light_warns_and_keeps_nothing_back(editor, fields, label, sentence):
    issue = to_come()
    ready(issue, **fields)

    [light] = lights_of(issue, label)
    assert light.colour == Colour.AMBER
    assert sentence in light.sentence
    release.release(issue, by=editor)
    assert issue.is_published()


def test_a_picture_without_a_maker_makes_somebody_look():
    issue = to_come()
    picture = make.picture(credit="")
    ready(issue, body=f'<p>Look:</p><figure data-image="{picture.pk}"></figure>')

    [light] = lights_of(issue, "Pictures")
    assert (light.colour, Picture.objects.get(credit="").title in light.sentence) == (Colour.AMBER, True)


def all_recorded(issue, pieces, at):
    """What a leaf would enter: its pieces are not narrated yet, but for the first."""
    yield Light("Files", Colour.AMBER, "They are being made.")
    for piece in pieces[1:]:
        yield Light("Narration", Colour.RED, "Nobody has read it aloud.", piece.pk)


def test_a_leaf_shows_lights_of_its_own_and_they_count(editor, monkeypatch):
    monkeypatch.setattr(register, "_lights", [f"{__name__}.all_recorded"])
    issue = to_come()
    first, second = ready(issue), ready(issue)

    look = readiness.look(issue)

    assert {piece.article: piece.colour for piece in look.pieces} == {
        first: Colour.GREEN,
        second: Colour.RED,
    }
    assert [light.label for light in look.ambers] == ["Files"]
    with pytest.raises(Refused, match="read it aloud"):
        release.release(issue, by=editor)


def test_a_spiked_piece_is_no_part_of_the_issue(editor):
    issue = to_come()
    ready(issue)
    ready(issue, status=Status.SPIKED)

    assert len(readiness.look(issue).pieces) == 1


# -- Killed -------------------------------------------------------------------------


def _release(issue: int, editor: int) -> None:
    release.release(Issue.objects.get(pk=issue), by=get_user_model().objects.get(pk=editor))


@pytest.mark.django_db(transaction=True)
def test_a_release_that_is_killed_was_whole_or_was_none_and_the_next_one_succeeds(in_thread):
    """Killed with -9 at seeded statements; SQLite and PostgreSQL alike."""

    def make_one() -> tuple[int, int]:
        make.issue()
        issue = to_come()
        for _ in range(6):
            ready(issue, tags=["Rivers"])
        return issue.pk, make.staff(Role.EDITOR).pk

    def traces(issue: int) -> tuple[bool, int, int, int, int, int]:
        return (
            Issue.objects.get(pk=issue).released_at is not None,
            Article.objects.published().filter(issue=issue).count(),
            Issue.objects.exclude(archived_at=None).count(),
            IssueEvent.objects.count(),
            Revision.objects.count(),
            DBTaskResult.objects.count(),
        )

    def forget() -> None:
        for model in (Revision, IssueEvent, DBTaskResult):
            model.objects.all().delete()
        Article.objects.all().delete()
        Issue.objects.all().delete()

    none, whole = (False, 0, 0, 0, 0, 0), (True, 6, 1, 1, 6, 1)
    # How many statements there are is seen on a release that nobody kills.
    statements = in_thread(done_apart, partial(_release, *in_thread(make_one)))
    in_thread(forget)
    issue, editor = in_thread(make_one)
    let_go = partial(_release, issue, editor)
    found = []
    for moment in sorted(random.Random(1904).sample(range(2, statements + 1), KILLS)):
        in_thread(partial(done_apart, let_go, kill_before=moment))
        found.append(in_thread(traces, issue))
        # The last statement comes after the commit.
        assert found[-1] in (none, whole)
    assert none in found
    assert in_thread(done_apart, let_go)
    assert in_thread(traces, issue) == whole
