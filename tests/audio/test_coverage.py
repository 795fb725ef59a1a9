"""The board's number is true, says what is behind it, and costs the same for any number of pieces."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles.models import Article
from audio import coverage, making
from audio.freshness import State
from audio.models import Narration, Pronunciation
from tests import make
from tests.audio.fakes import FakeVoice, narrated

pytestmark = pytest.mark.django_db

BOARD = "/desk/audio/coverage/"


@pytest.fixture(autouse=True)
def voices(settings):
    settings.AUDIO_VOICES = ["tests.audio.test_coverage.fake_voices"]


def fake_voices():
    return [FakeVoice()]


@pytest.fixture
def desk(client):
    client.force_login(make.staff(Role.EDITOR))
    return client


def heard(**fields) -> Article:
    """A piece whose recording says what it says."""
    article = make.article(**fields)
    narrated(article)
    return article


def test_the_number_is_the_share_of_what_is_owed_and_never_rounded_up():
    for _ in range(3):
        heard()
    making.exempt(make.article(), "A crossword", make.staff(Role.EDITOR))
    make.article()
    make.draft()

    look = coverage.look()

    assert (look.ready, look.owed, look.exempt, look.percent) == (3, 4, 1, 75)
    assert look.sentence == "3 of 4 pieces can be heard as they stand, 1 more is exempt by name."
    assert coverage.Coverage(dict.fromkeys(range(199), State.READY) | {199: State.STALE}).percent == 99


def test_a_magazine_with_nothing_in_it_lacks_nothing(desk):
    assert coverage.look().percent == 100
    assertContains(desk.get(BOARD), "There is nothing to read aloud yet.")


def test_an_editor_sees_the_words_that_were_changed_since_they_were_read(desk):
    article = make.article(headline="Tides", body="<p>The tide turned at six.</p><p>Nobody saw it.</p>")
    narrated(article, texts=["The tide turned at six.", "Nobody saw it."])
    assert coverage.look().keys(State.READY) == [article.pk]

    article.body = "<p>The tide turned at seven.</p><p>Nobody saw it.</p>"
    article.save()
    page = desk.get(BOARD)

    assertContains(page, "The tide turned at <del>six.</del>")
    assertContains(page, "The tide turned at <ins>seven.</ins>")
    assertNotContains(page, "Nobody saw it.")


def test_an_editor_is_told_when_only_the_way_of_saying_it_is_another(desk):
    article = make.article(headline="Tides", standfirst="", authors=[], body="<p>Tallow burns.</p>")
    narrated(article, texts=["Tallow burns."])

    Pronunciation.objects.create(word="Tallow", spoken="tal-oh")

    assertContains(desk.get(BOARD), "All words are the same")


def test_the_board_names_what_is_exempt_with_reason_and_person_and_what_failed_with_its_reason(desk):
    editor = make.staff(Role.EDITOR, name="Ada Quill")
    making.exempt(make.article(headline="Crossword 12"), "Clues are read, not heard", editor)
    narrated(make.article(), mp3="", opus="", failed_at=timezone.now(), failure="The voice <died>.")

    page = desk.get(BOARD)

    assertContains(page, "Crossword 12")
    assertContains(page, "Clues are read, not heard")
    assertContains(page, "said Ada Quill")
    assertContains(page, "The voice &lt;died&gt;.")


def test_the_board_tells_how_far_a_recording_is(desk):
    now = timezone.now()
    narrated(make.article(), mp3="", opus="", begun_at=now, told_at=now, percent=40)

    page = desk.get(BOARD)

    assertContains(page, 'value="40"')
    assertContains(page, 'data-unfinished="yes"')


def test_an_issue_has_a_board_of_its_own_before_it_is_out_too(desk):
    heard()
    issue = make.issue(released_at=None)
    waiting = make.article(issue=issue, published_at=None)

    assert coverage.look(issue).states == {waiting.pk: State.MISSING}
    assertContains(desk.get(f"{BOARD}?issue={issue.pk}"), waiting.headline)
    assert desk.get(f"{BOARD}?issue=none").status_code == 404


def test_an_editor_asks_for_everything_that_is_missing_or_stale_at_once(desk):
    fresh, stale, missing = heard(), heard(), make.article()
    stale.corrections.create(note="It was a Tuesday.")

    assertContains(desk.get(BOARD), "Ask for all 2 that are missing or stale")
    assertContains(desk.post(f"{BOARD}ask/", follow=True), "2 recordings are asked for.")

    asked = Narration.objects.exclude(asked_at=None)
    assert set(asked.values_list("article", flat=True)) == {stale.pk, missing.pk}
    assert LogEntry.objects.filter(change_message="Asked for with all others").count() == 2
    assert fresh.narration.asked_at is None


def test_what_somebody_read_is_not_asked_for_when_its_words_are_others(desk):
    article = heard()
    fields = {"source": "human", "original": "x.mp3", "stale_at": timezone.now()}
    narrated(article, reader_name="Ada", **fields)

    assert coverage.look().keys(State.STALE) == [article.pk]
    assertContains(desk.post(f"{BOARD}ask/", follow=True), "There is nothing to ask for")


def test_the_board_costs_the_same_for_many_pieces_and_turns_its_pages(desk, django_assert_max_num_queries):
    def several(count):
        for n in range(count):
            at = timezone.now() - timedelta(hours=n + 2)
            article = heard(published_at=at, tags=["Tides"])
            article.corrections.create(note="It was a Tuesday.")
            make.article(published_at=at)

    several(3)
    with django_assert_max_num_queries(40) as few:
        desk.get(BOARD)
    several(5)
    with django_assert_max_num_queries(len(few)):
        desk.get(BOARD)

    Article.objects.bulk_create(
        Article(headline=f"Old {n}", slug=f"old-{n}", section=make.section(), status="approved",
                published_at=timezone.now() - timedelta(days=n + 1))
        for n in range(coverage.MOST_ASKED)
    )  # fmt: skip
    with django_assert_max_num_queries(len(few)):
        page = desk.get(f"{BOARD}?state=missing&page=2")
    assertContains(page, "Page 2 of 3")
    assertContains(page, "Old 60")
    assertNotContains(page, ">Old 10<")


def test_writers_are_not_shown_the_board(client):
    client.force_login(make.staff(Role.WRITER))

    assert client.get(BOARD).status_code == 403
    assert client.post(f"{BOARD}ask/").status_code == 403
    assertNotContains(client.get("/desk/"), reverse("admin:audio_coverage"))
