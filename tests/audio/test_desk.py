"""Audio at the desk: an editor sees what is heard of a piece, and changes it without losing a word."""

from unittest.mock import patch

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles.issues import readiness
from articles.issues.register import Colour
from audio import changes, human, making
from audio.hearing import A_MINUTE
from audio.models import Narration, Pronunciation, VoiceChoice, Wording
from audio.script import script_of
from tests import make
from tests.audio.fakes import FakeVoice, narrated

pytestmark = pytest.mark.django_db

LIST = "/desk/audio/narration/"
HEAR = "/desk/audio/pronunciation/hear/"
VOICES = "/desk/audio/voicechoice/"

voice = FakeVoice()


def fake_voices():
    return [voice]


@pytest.fixture(autouse=True)
def voices(settings):
    settings.AUDIO_VOICES = ["tests.audio.test_desk.fake_voices"]
    voice.spoken.clear()


@pytest.fixture
def desk(client):
    client.force_login(make.staff(Role.EDITOR, name="Ada Quill"))
    return client


@pytest.fixture
def article():
    return make.article(headline="Tides", body="<p>Dr. Wren came.</p><p>She left.</p>")


def page(article, deed=""):
    return reverse("admin:audio_piece", args=[article.pk]) + (f"{deed}/" if deed else "")


def digest(article, text):
    return next(block.digest for block in script_of(article).blocks if block.text == text)


def spoken(article):
    return [sentence.spoken for _block, sentence in script_of(article).sentences()]


# -- The page of a piece ---------------------------------------------------------


def test_an_editor_hears_the_recording_and_sees_what_it_is(desk, article):
    narration = narrated(article, duration_ms=125_400)

    shown = desk.get(page(article))

    assertContains(shown, reverse("audio:file", args=[narration.key, "mp3"]))
    assertContains(shown, "Fake (fake)")
    assertContains(shown, "2:05")
    assertContains(shown, "−16.0 LUFS, peak −2.0 dB")
    assertContains(shown, 'data-state="ready"')
    assertContains(desk.get(reverse("admin:articles_article_change", args=[article.pk])), page(article))


def test_an_editor_reads_the_script_as_it_is_written_and_as_it_is_said(desk, article):
    shown = desk.get(page(article))

    assertContains(shown, "Dr. Wren came.")
    assertContains(shown, "<strong>Doctor</strong>")
    assertContains(shown, "She left.</p>")
    said = changes.substitutions("“It’s 14.02,” he said — twice.", "it's fourteen oh two, he said twice.")
    assert said == [("14.02", "fourteen oh two")]


def test_an_editors_own_words_are_said_until_the_rules_are_wanted_back(desk, article):
    typed = {"digest": digest(article, "She left."), "spoken": "She slipped away."}
    assertContains(desk.post(page(article, "word"), typed, follow=True), "It is said in your words.")

    assert spoken(article)[-1] == "She slipped away."
    assertContains(desk.get(page(article)), "Your own words")
    wording = Wording.objects.get()
    assert wording.changed_by.name == "Ada Quill"

    desk.post(page(article, "word"), typed | {"spoken": " "})
    assert spoken(article)[-1] == "Doctor Wren came."

    desk.post(page(article, "unword"), {"wording": wording.pk})
    assert spoken(article)[-1] == "She left."
    assert LogEntry.objects.filter(object_id=Narration.objects.get().pk).count() == 3


def test_words_for_a_paragraph_that_was_changed_meanwhile_are_shown_and_not_lost(desk, article):
    typed = {"digest": digest(article, "She left."), "spoken": "She slipped away."}
    article.body = "<p>Dr. Wren came.</p><p>She stayed.</p>"
    article.save()

    answer = desk.post(page(article, "word"), typed)

    assertContains(answer, "She slipped away.", status_code=422)
    assertContains(answer, "was changed meanwhile", status_code=422)
    assert not Wording.objects.exists()


def test_what_is_too_long_is_refused_beside_its_paragraph_and_stays_typed(desk, article):
    typed = {"digest": digest(article, "She left."), "spoken": "ha" * 10_001}

    answer = desk.post(page(article, "word"), typed)

    assertContains(answer, "That is 20002 letters, and there is room for 20000.", status_code=422)
    assertContains(answer, typed["spoken"], status_code=422)


def test_a_wording_of_what_is_gone_is_kept_to_be_seen(desk, article):
    article.wordings.create(block_digest="0" * 64, written="Gone.", spoken="Away.", changed_by=None)

    assertContains(desk.get(page(article)), "1 wording is of a paragraph that was changed since")


def test_an_editor_asks_anew(desk, article):
    assertContains(desk.post(page(article, "ask"), follow=True), "The worker makes it as soon as it can.")

    assert article.narration.asked_at is not None


def test_a_piece_is_exempt_only_with_a_reason_and_can_be_included_again(desk, article):
    assertContains(desk.post(page(article, "exempt")), "an exemption without a reason", status_code=422)
    assert not Narration.objects.exists()

    desk.post(page(article, "exempt"), {"reason": "A page of maps"})
    assertContains(desk.get(page(article)), "A page of maps")
    assertContains(desk.get(page(article)), "Said Ada Quill.")

    desk.post(page(article, "include"))
    assert not Narration.objects.get().is_exempt


def test_a_reading_needs_a_name_and_a_file_that_is_one(desk, article):
    file = SimpleUploadedFile("a.mp3", b"not sound at all")
    answer = desk.post(page(article, "reading"), {"file": file, "reader_name": ""})
    assertContains(answer, "Say who reads", status_code=422)

    with patch.object(human, "take_reading", side_effect=human.RefusedReadingError("No sound.")):
        file.seek(0)
        answer = desk.post(page(article, "reading"), {"file": file, "reader_name": "Ines Carvalho"})
    assertContains(answer, "No sound.", status_code=422)
    assertContains(answer, 'value="Ines Carvalho"', status_code=422)


def test_a_reading_can_be_given_up_for_a_voice(desk, article):
    narrated(article, source="human", original="x.mp3", reader_name="Ines Carvalho")
    assertContains(desk.get(page(article)), "Read by Ines Carvalho")

    assertContains(desk.post(page(article, "machine"), follow=True), "A voice reads it again.")
    assert not Narration.objects.get().original


def test_writers_look_at_their_own_pieces_and_touch_nothing(client):
    writer = make.staff(Role.WRITER)
    client.force_login(writer)
    own, other = make.article(authors=[make.author(account=writer)]), make.article()
    for one in (own, other):
        narrated(one)

    assertNotContains(client.get(page(own)), "Say it otherwise")
    assert client.get(page(other)).status_code == 404
    assert client.post(page(own, "ask")).status_code == 403
    assertContains(client.get(LIST), own.headline)
    assertNotContains(client.get(LIST), other.headline)


# -- The list --------------------------------------------------------------------


def test_the_list_finds_recordings_by_how_they_stand(desk, article):
    narrated(article)
    failed = make.article()
    narrated(failed, mp3="", opus="", failed_at=timezone.now(), failure="The voice died.")

    assertContains(desk.get(f"{LIST}?state=failed"), failed.headline)
    assertNotContains(desk.get(f"{LIST}?state=failed"), article.headline)
    assertContains(desk.get("/desk/"), "Could not be read aloud")
    row = reverse("admin:audio_narration_change", args=[article.narration.pk])
    assert desk.get(row)["Location"] == page(article)


def test_the_list_costs_the_same_for_many(desk, article, django_assert_max_num_queries):
    narrated(article)
    with django_assert_max_num_queries(25) as one:
        desk.get(LIST)
    for _ in range(4):
        narrated(make.article())
    with django_assert_max_num_queries(len(one)):
        assertContains(desk.get(LIST), 'data-state="ready"', count=5)


# -- Words and voices -------------------------------------------------------------


def test_an_editor_hears_a_word_before_it_is_saved_and_from_the_list(desk):
    answer = desk.post(HEAR, {"word": "Tallow", "spoken": "tal-oh", "language": ""})

    assert answer["Content-Type"] == "audio/wav"
    assert answer.content.startswith(b"RIFF")
    assert "tal-oh" in voice.spoken[0]

    row = Pronunciation.objects.create(word="Wren", spoken="renn")
    desk.post(HEAR, {"row": row.pk})
    desk.post(f"{VOICES}hear/", {"words": "Dr. Wren", "voice": "fake"})
    assert "renn" in voice.spoken[1]
    assert voice.spoken[2].lower() == "doctor renn"


def test_hearing_is_bounded_and_refused_in_a_sentence(desk, settings):
    assertContains(desk.post(HEAR, {"spoken": ""}), "type something first", status_code=422)
    desk.post(f"{VOICES}hear/", {"words": "ha " * 500, "voice": "fake"})
    assert len(voice.spoken[0]) <= 240

    settings.AUDIO_VOICES = []
    assertContains(desk.post(HEAR, {"spoken": "tal-oh"}), "No voice is installed", status_code=422)
    for _ in range(A_MINUTE):
        answer = desk.post(HEAR, {"spoken": "tal-oh"})
    assertContains(answer, "Listen again in a minute", status_code=429)


def test_the_page_of_voices_says_what_is_here_and_how_to_get_what_is_not(desk, settings):
    assertContains(desk.get(VOICES), "Fake (fake)")
    assertContains(desk.get(VOICES), "pip install piper-tts")

    settings.AUDIO_VOICES = []
    assertContains(desk.get(VOICES), "No voice is installed on this machine")


def test_a_voice_is_chosen_for_a_language_or_for_an_author_and_not_for_both(desk):
    author = make.author()
    both = {"language": "en-gb", "author": author.pk, "voice": "fake"}
    assertContains(desk.post(f"{VOICES}add/", both), "one of the two")

    desk.post(f"{VOICES}add/", both | {"language": ""})
    assert VoiceChoice.objects.get().author == author


# -- The put-to-bed room ------------------------------------------------------------


@pytest.mark.parametrize(("holds", "colour"), [(False, Colour.AMBER), (True, Colour.RED)])
def test_a_piece_that_cannot_be_heard_holds_the_release_only_where_the_house_wants_that(
    settings, holds, colour
):
    settings.AUDIO_HOLDS_RELEASE = holds
    issue = make.issue(released_at=None)
    heard, silent, exempt = (make.article(issue=issue, published_at=None) for _ in range(3))
    narrated(heard)
    making.exempt(exempt, "A crossword", make.staff(Role.EDITOR))

    look = readiness.look(issue)

    audio = {piece.article: light for piece in look.pieces for light in piece.lights if "udio" in light.label}
    assert (audio[heard].colour, audio[silent].colour) == (Colour.GREEN, colour)
    assert audio[silent].address == page(silent)
    assert [one.label for piece in look.pieces for one in piece.lights].count("Not read aloud") == 1
