"""Readings by people: what is taken, what is refused, and where the words are in them."""

import struct
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from audio import freshness, human, making, readings
from audio.freshness import State
from audio.human import RefusedReadingError
from audio.models import Narration
from audio.processes import work_folder
from audio.script import script_of
from audio.studio import ffmpeg
from magazine import vault
from tests import make
from tests.audio.fakes import MP3, reading_aloud, tone, work

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def voice(settings):
    with reading_aloud(settings) as one:
        yield one


@pytest.fixture
def article():
    return make.article(headline="The mole", body="<p>It is long. It is old.</p><p>Nobody goes there.</p>")


def send(article, data, name="reading.mp3"):
    return human.take_reading(article, ContentFile(data, name), reader_name="Mara Finch", by=make.staff())


def narration(article):
    return Narration.objects.get(article=article)


def state(article):
    return freshness.states_of([article])[article.pk]


def encoded(*arguments):
    """A file made by ffmpeg from what the arguments say."""
    with work_folder() as folder:
        ffmpeg.run([*arguments, "-f", arguments[-1], "made"], folder=folder)
        return (folder / "made").read_bytes()


def test_a_reading_is_made_ready_by_the_worker_and_what_was_there_stays_until_then(voice, article):
    work()
    by_machine = narration(article)
    send(article, MP3)
    assert (narration(article).mp3, narration(article).source) == (by_machine.mp3, "machine")

    assert work() == 1
    one = narration(article)
    assert (one.source, one.reader_name, one.voice, one.is_estimated) == ("human", "Mara Finch", "", True)
    assert one.key != by_machine.key
    assert state(article) == State.READY
    assert one.segments[0]["from"] == 0
    assert one.duration_ms == one.segments[-1]["until"] == pytest.approx(2000, abs=60)


def test_a_reading_stays_out_when_the_text_changes_until_an_editor_decides(voice, article):
    send(article, MP3)
    work()
    reading = narration(article).mp3
    article.body += "<p>But for gulls.</p>"
    article.save()
    assert state(article) == State.STALE

    work()
    assert (work(), narration(article).mp3, state(article)) == (0, reading, State.STALE)
    assert making.look(timezone.now() + timedelta(hours=3)) == []
    assert voice.spoken == []

    human.back_to_machine(article, by=make.staff())
    assert (narration(article).mp3, narration(article).source) == (reading, "human")
    assert work() == 1
    assert (narration(article).source, narration(article).reader_name) == ("machine", "")
    assert state(article) == State.READY
    assert "But for gulls." in voice.spoken


def test_a_save_that_changes_no_word_leaves_a_reading_fresh(voice, article):
    send(article, MP3)
    work()
    article.save()
    work()

    assert state(article) == State.READY
    assert narration(article).source == "human"


def test_a_reading_comes_back_with_the_piece(voice, article):
    send(article, MP3)
    work()
    making.exempt(article, "The reader asked for time", make.staff())
    assert narration(article).mp3 == ""

    making.include_again(article, make.staff())
    work()
    assert (narration(article).source, state(article)) == ("human", State.READY)


def huge_tag():
    """An MP3 behind an ID3 tag of 8 MB, which claims to be four times as long."""
    size = 32 * 1024**2
    header = b"ID3\x03\x00\x00" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return header + b"APIC" + struct.pack(">I", size) + bytes(8 * 1024**2) + MP3


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"<script>alert(1)</script>" * 100, "not a sound file"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n", "not a sound file"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "not a sound file"),
        (MP3[:200], "not a sound file|shorter"),
        (tone(0.3), "shorter than a second"),
        (huge_tag(), "not a sound file"),
    ],
    ids=["empty", "page", "playlist", "concat", "stump", "short", "tag"],
)
def test_what_is_no_reading_is_refused_and_leaves_nothing(article, data, told):
    with pytest.raises(RefusedReadingError, match=told):
        send(article, data)
    assert not Narration.objects.exists()
    assert not list(vault.names("audio"))


def test_a_reading_that_never_ends_is_refused(article, monkeypatch):
    monkeypatch.setattr(readings, "LONGEST", 60)
    with pytest.raises(RefusedReadingError, match="longer than 1 minutes"):
        send(article, encoded("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "90", "-f", "flac"))


def test_a_file_that_is_too_large_is_refused_unread(article):
    upload = ContentFile(b"x", "reading.wav")
    upload.size = human.LARGEST + 1
    with pytest.raises(RefusedReadingError, match="larger than 30 MB"):
        human.take_reading(article, upload, reader_name="Mara", by=None)


def test_nothing_of_a_file_goes_on_but_its_sound(settings, article):
    with reading_aloud(settings, true_studio=True):
        send(article, MP3[:10] + MP3[10:].replace(b"A tone", b"<b>Hi>"))
        work()
    data = vault.read(narration(article).mp3)
    assert b"<b>Hi>" not in data
    assert b"The mole" in data


def test_words_are_laid_over_a_reading_by_their_lengths_and_moved_to_its_pauses(article):
    lines = [(block, said) for block, said in script_of(article).sentences()]
    plain = readings.align(lines, 30.0)
    assert plain[0]["from"] == 0
    assert plain[-1]["until"] == 30_000
    assert all(a["until"] == b["from"] for a, b in pairwise(plain))

    bound = plain[1]["until"] / 1000
    moved = readings.align(lines, 30.0, [(bound + 0.4, bound + 1.0)])
    assert (moved[1]["until"], moved[2]["from"]) == (int((bound + 0.4) * 1000), int((bound + 1.0) * 1000))
