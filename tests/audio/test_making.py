"""How recordings come to be, stay fresh, and survive whatever happens to the worker."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from audio import freshness, keeping, making, player, processes, recording, takes
from audio.freshness import State
from audio.models import Narration, Pronunciation, Wording
from audio.script import script_of
from magazine import vault
from magazine.work import schedule
from tests import make
from tests.audio.fakes import asked, narrated, reading_aloud, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def voice(settings):
    with reading_aloud(settings) as one:
        yield one


@pytest.fixture
def article():
    return make.article(
        headline="The mole",
        standfirst="",
        authors=[make.author("Tobias Wren")],
        body="<p>It is long. It is old.</p><h2>The quay</h2><p>Nobody goes there.</p>",
    )


def narration(article):
    return Narration.objects.get(article=article)


def state(article, at=None):
    return freshness.states_of([article], at)[article.pk]


def files():
    return sorted(vault.names(keeping.FOLDER))


def rewrite(article, old, new):
    article.body = article.body.replace(old, new)
    article.save()


# -- What there is -------------------------------------------------------------


def test_a_published_piece_becomes_a_recording(voice, article):
    assert state(article) == State.MISSING
    making.look()
    assert state(article) == State.QUEUED
    assert work() == 1

    one = narration(article)
    assert state(article) == State.READY
    assert files() == sorted([one.mp3, one.opus])
    assert (one.mp3_size, one.source, one.voice) == (len(vault.read(one.mp3)), "machine", "fake")
    assert one.duration_ms == pytest.approx(one.segments[-1]["until"] + 800, abs=2)
    assert [segment["text"] for segment in one.segments][-1] == "Nobody goes there."
    assert all(a["until"] < b["from"] for a, b in zip(one.segments, one.segments[1:], strict=False))


def test_a_listener_finds_the_words_where_the_segments_say(voice, article):
    """The tone of a sentence is as long as its segment says, and silence follows for as long as it should."""
    work()
    segments = {segment["text"]: segment for segment in narration(article).segments}
    first, second = segments["It is long."], segments["It is old."]

    spoken = next(
        said.spoken for _block, said in script_of(article).sentences() if said.text == "It is long."
    )
    assert first["until"] - first["from"] == pytest.approx(100 + len(spoken), abs=2)
    assert second["from"] - first["until"] == pytest.approx(1000 * recording.BETWEEN_SENTENCES, abs=1)


def test_a_piece_that_is_to_come_is_read_before_its_issue_is_out_and_the_newest_first(voice, article):
    to_come = make.article(issue=make.issue(released_at=None), published_at=None)
    older = make.article(published_at=timezone.now() - timedelta(days=9))
    make.draft()

    assert [one.article for one in making.look()] == [to_come, article, older]


def test_a_back_catalogue_is_asked_for_a_few_at_a_time(voice, monkeypatch):
    monkeypatch.setattr(making, "WAITING_AT_ONCE", 2)
    for _ in range(3):
        make.article()

    assert (len(making.look()), len(making.look())) == (2, 0)
    assert work() == 2
    assert len(making.look()) == 1


def test_looking_costs_the_same_for_many_pieces_and_reads_no_text(voice, article):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            making.look()
        assert not [one for one in seen if "body_html" in one["sql"]]
        return len(seen)

    narrated(article)
    queries()
    few = queries()
    for _ in range(4):
        narrated(make.article())
    assert queries() == few


def test_a_machine_without_a_voice_makes_nothing_and_nothing_that_is_there_grows_stale(
    voice, article, settings
):
    work()
    settings.AUDIO_VOICES = []
    make.article()

    assert making.look() == []
    assert state(article) == State.READY


def test_an_operator_who_wants_it_has_only_what_the_desk_asks_for(voice, article, settings):
    settings.AUDIO_BY_ITSELF = False
    assert making.look() == []

    making.include_again(article, None)
    assert (work(), state(article)) == (1, State.READY)


# -- What has changed ----------------------------------------------------------


def test_a_corrected_sentence_is_the_only_one_that_is_voiced_again(voice, article):
    work()
    before, addressed, old = len(voice.spoken), narration(article).key, files()
    rewrite(article, "It is old.", "It is very old.")

    assert state(article) == State.STALE
    assert work() == 1
    assert voice.spoken[before:] == ["It is very old."]
    assert state(article) == State.READY
    assert narration(article).key != addressed
    assert set(old) < set(files())


@pytest.mark.parametrize("changed", ["pronunciation", "wording", "correction", "byline"])
def test_whatever_is_said_otherwise_is_voiced_again(voice, article, changed):
    work()
    if changed == "pronunciation":
        Pronunciation.objects.create(word="quay", spoken="key")
    elif changed == "wording":
        block = script_of(article).blocks[-1]
        Wording.objects.create(article=article, block_digest=block.digest, spoken="Nobody at all goes there.")
    elif changed == "correction":
        article.corrections.create(note="It was a Tuesday.")
    else:
        article.bylines.all().delete()

    assert state(article) == State.STALE
    assert work() == 1
    assert state(article) == State.READY


def test_a_new_way_of_saying_a_word_concerns_the_pieces_alone_in_which_it_stands(voice, article):
    other = make.article(headline="Peat", standfirst="", body="<p>Peat remembers.</p>")
    work()

    word = Pronunciation.objects.create(word="peat", spoken="peet")
    assert (state(article), state(other)) == (State.READY, State.STALE)

    work()
    Pronunciation.objects.filter(pk=word.pk).delete()
    assert (state(article), state(other)) == (State.READY, State.STALE)


def test_a_save_that_changes_no_word_leaves_the_recording(voice, article):
    work()
    key = narration(article).key
    article.save()

    assert state(article) == State.STALE
    assert work() == 0
    assert (state(article), narration(article).key) == (State.READY, key)
    assert player.is_of_present_text(article, narration(article)), "Its paragraphs are pointed at again."


def test_an_editor_who_asks_anew_gets_other_sounds(voice, article):
    work()
    sentences = len(voice.spoken)
    making.ask(narration(article), anew=True)
    work()

    assert voice.spoken[sentences:] == voice.spoken[:sentences]


def test_a_withdrawn_piece_can_be_heard_by_nobody(voice, article):
    work()
    key = narration(article).key
    Article.objects.filter(pk=article.pk).update(status="spiked")
    making.look()

    gone = narration(article)
    assert (gone.mp3, gone.opus, gone.segments) == ("", "", [])
    assert gone.key != key


def test_an_exempt_piece_has_no_recording_until_it_is_included_again(voice, article):
    work()
    editor = make.staff()
    making.exempt(article, "A picture essay", editor)

    assert (state(article), narration(article).mp3) == (State.EXEMPT, "")
    assert work() == 0

    making.include_again(article, editor)
    assert work() == 1
    assert state(article) == State.READY


def test_a_file_that_is_gone_is_made_again(voice, article):
    work()
    vault.storage().delete(narration(article).mp3)
    keeping.tidy()

    assert state(article) == State.STALE
    assert work() == 1
    assert vault.is_there(narration(article).mp3)


# -- Takes ---------------------------------------------------------------------


def test_half_a_sound_that_a_killed_worker_left_is_voiced_anew(voice, article):
    work()
    name = narration(article).segments[-1]["take"]
    path = vault.storage().path(f"takes/{name[:2]}/{name}.take")
    with open(path, "r+b") as file:
        file.truncate(100)
    before = len(voice.spoken)
    Narration.objects.update(made_from="")
    work()

    assert len(voice.spoken) == before + 1


def test_sounds_are_kept_for_a_month_and_old_files_for_a_day(voice, article):
    work()
    rewrite(article, "It is old.", "It is very old.")
    work()
    in_a_day, in_a_month = (timezone.now() + timedelta(days=days) for days in (2, 31))

    assert (keeping.tidy(), takes.tidy(in_a_day)) == (0, 0)
    assert keeping.tidy(in_a_day) == 2
    assert files() == sorted([narration(article).mp3, narration(article).opus])
    assert takes.tidy(in_a_month) > 0
    assert not list(vault.names(takes.FOLDER))


def test_what_a_killed_worker_had_on_its_table_is_swept_the_next_day(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "audio-work/left").mkdir(parents=True)
    (tmp_path / "audio-work/left/joined.pcm").write_bytes(b"sound")

    assert (processes.tidy(), processes.tidy(timezone.now() + timedelta(days=1))) == (0, 1)
    assert not list((tmp_path / "audio-work").iterdir())


# -- Workers -------------------------------------------------------------------


def test_two_workers_never_make_the_same_recording(voice, article):
    making.look()
    one = narration(article)
    second = []
    voice.meanwhile = lambda sentence: second.append(making.make(one.pk))

    assert making.make(one.pk)
    assert not any(second)
    assert len(voice.spoken) == len(set(voice.spoken))


def test_a_worker_that_died_is_followed_by_another_after_two_minutes(voice, article):
    making.look()
    one = narration(article)
    long_ago = timezone.now() - timedelta(hours=1)
    Narration.objects.update(begun_at=long_ago, told_at=timezone.now() - timedelta(seconds=60))
    assert not making.make(one.pk)
    assert state(article) == State.MAKING

    Narration.objects.update(told_at=timezone.now() - timedelta(seconds=110))
    assert state(article) == State.QUEUED
    assert one in making.look()
    assert making.make(one.pk)


def test_workers_that_die_one_after_the_other_do_not_stop_the_rest(voice, monkeypatch):
    monkeypatch.setattr(making, "WAITING_AT_ONCE", 2)
    for _ in range(3):
        make.article()
    begun = making.look()
    Narration.objects.filter(pk__in=[one.pk for one in begun]).update(begun_at=timezone.now())

    assert making.look() == []
    assert making.look(timezone.now() + timedelta(seconds=110)) == begun
    assert making.look(timezone.now() + timedelta(seconds=170)) == []


def test_a_worker_that_was_given_up_and_comes_back_writes_nothing(voice, article):
    making.look()
    another = timezone.now() + timedelta(seconds=1)
    voice.meanwhile = lambda sentence: Narration.objects.update(begun_at=another)

    assert not making.make(narration(article).pk)
    assert (narration(article).mp3, narration(article).begun_at) == ("", another)


def test_a_piece_that_is_exempted_while_it_is_read_has_no_recording(voice, article):
    making.look()
    voice.meanwhile = lambda sentence: making.exempt(article, "No", None)

    assert not making.make(narration(article).pk)
    assert (state(article), narration(article).mp3) == (State.EXEMPT, "")


def test_a_failure_is_told_leaves_the_old_recording_and_is_tried_again(voice, article):
    work()
    old = narration(article).mp3
    rewrite(article, "It is old.", "It is very old.")

    def fail(sentence):
        raise ValueError("hoarse")

    voice.meanwhile = fail
    work()
    assert (narration(article).mp3, narration(article).failure) == (old, "hoarse")
    assert state(article) == State.FAILED

    voice.meanwhile = lambda sentence: None
    assert making.look() == []
    assert making.look(timezone.now() + timedelta(minutes=16)) == [narration(article)]
    making.make(narration(article).pk)
    assert state(article) == State.READY


def test_a_letter_does_not_wait_for_a_long_piece_to_be_read(voice, article, monkeypatch):
    """The reading is left after a sentence, and gone on with from there."""
    monkeypatch.setattr(making, "BEFORE_MAKING_ROOM", 0)
    making.look()
    DBTaskResult.objects.all().delete()
    schedule.soon("subscriptions.tasks.send_letter", 0)

    assert not making.make(narration(article).pk)
    left = narration(article)
    assert (left.begun_at, len(voice.spoken)) == (None, 1)
    assert DBTaskResult.objects.get(task_path="audio.tasks.go_on").priority == making.PRIORITY_OF_THE_REST

    DBTaskResult.objects.all().delete()
    assert making.make(left.pk)
    assert len(voice.spoken) == len(set(voice.spoken))


def test_what_was_asked_for_is_not_asked_for_every_minute(voice, article):
    assert len(making.look()) == 1
    assert making.look() == []
    assert len(asked()) == 1
    assert len(making.look(timezone.now() + timedelta(minutes=31))) == 1
