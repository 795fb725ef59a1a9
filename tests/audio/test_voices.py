"""Voices: who there is, who reads what, and what becomes of those that hang, die, or answer rubbish."""

import io
import sys
import wave
from itertools import islice

import pytest

from audio import processes
from audio.models import VoiceChoice
from audio.studio import mastering
from audio.studio.tags import Tags
from audio.voices import command, lines, listing, pico, piper
from audio.voices.base import VoiceError, VoiceMissingError
from audio.voices.listing import voice_for
from tests import make
from tests.audio.fakes import FakeVoice, tone


def seconds_of(sound):
    with wave.open(io.BytesIO(sound)) as file:
        return file.getnframes() / file.getframerate()


# -- The voices that come with the project -------------------------------------


def test_the_usual_voice_reads_a_sentence_and_it_comes_out_as_loud_as_podcasts_are(tmp_path):
    voice = piper.voices()[-1]
    line = "The council met on Tuesday."

    sound, quiet = voice.speak([line, "…"])
    assert 1 < seconds_of(sound) < 4
    assert seconds_of(quiet) < 0.5
    assert (voice.name, voice.language) == ("piper:en_US-joe-medium", "en-us")
    assert voice.fingerprint == piper.voices()[-1].fingerprint

    with wave.open(io.BytesIO(sound)) as file:
        (tmp_path / "raw.pcm").write_bytes(file.readframes(10**7))
    made = mastering.master(
        tmp_path / "raw.pcm", 22_050, Tags("Tides", "T. Wren", "3/24", "Halyard"), folder=tmp_path
    )
    for data in (made.mp3, made.opus):
        (tmp_path / "sent").write_bytes(data)
        level = mastering.measured(("-i", "sent"), folder=tmp_path, seconds=30)
        assert level.loudness == pytest.approx(-16, abs=1)
        assert level.peak <= -1


def test_pico_reads_six_languages():
    assert [voice.language for voice in pico.voices()] == [
        *("en-gb", "en-us", "de-de", "es-es", "fr-fr", "it-it")
    ]
    (sound,) = pico.voices()[2].speak(["Guten Tag."])
    assert 0.3 < seconds_of(sound) < 3


def test_a_model_of_ones_own_goes_before_the_one_that_came_along(settings, tmp_path):
    (tmp_path / "en_GB-cori-high.onnx").write_bytes(b"model")
    (tmp_path / "en_GB-cori-high.onnx.json").write_text('{"language": {"code": "en_GB"}}')
    settings.AUDIO_VOICE_MODELS = [str(tmp_path / "en_GB-cori-high.onnx"), str(tmp_path / "gone.onnx")]

    own, packaged = piper.voices()
    assert (own.name, own.language, own.label) == ("piper:en_GB-cori-high", "en-gb", "Cori (Piper, en-gb)")
    assert own.fingerprint != packaged.fingerprint


# -- Programs that misbehave ---------------------------------------------------

LINE_BY_LINE = "import sys\nfor n, line in enumerate(sys.stdin):\n    "
SAYS = f"{LINE_BY_LINE}name = f'{{sys.argv[1]}}/{{n}}.wav'\n    "


def reader(tmp_path, program):
    script = tmp_path / "reader.py"
    script.write_text(program)
    return [sys.executable, str(script), "{folder}"]


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise SystemExit('no model')", "ended too soon. no model"),
        (f"{LINE_BY_LINE}pass", "did not answer for 1 seconds"),
        (f"{SAYS}open(name, 'w').write('<html>')\n    print('Wrote', name, file=sys.stderr)", "no WAV file"),
        (f"{SAYS}print('Wrote /etc/passwd', file=sys.stderr)", "named a file that is not there"),
        (f"{LINE_BY_LINE}\n    while True: sys.stderr.write('a' * 65536)", "says more than anybody reads"),
    ],
)
def test_a_voice_that_does_not_read_is_ended_and_told_of(tmp_path, monkeypatch, program, told):
    monkeypatch.setattr(lines, "WAIT", 1.0)
    monkeypatch.setattr(lines, "WAIT_PER_LETTER", 0.0)
    monkeypatch.setattr(lines, "FIRST_WAIT", 0.0 if "not answer" in told else 30.0)

    with pytest.raises(VoiceError, match=told):
        list(lines.read_lines(reader(tmp_path, program), ["Good morning."], said_by="Ann"))


def test_what_a_voice_said_that_died_before_it_was_asked_is_told(tmp_path):
    dead = lines._Reader(reader(tmp_path, "raise SystemExit('no model')"), tmp_path, "Ann")
    dead.process.wait()

    with pytest.raises(VoiceError, match=r"ended too soon\. no model"):
        dead.read("Good morning.")
    dead.close()


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("sleep 60", "longer than 1 seconds"),
        ("cat /dev/zero", "wrote without end|ended by SIGXFSZ"),
        ("echo rubbish", "no WAV file"),
        ("false", "failed"),
        ("/nowhere/voice", "does not start"),
    ],
)
def test_a_command_that_is_no_voice_is_ended_and_told_of(settings, monkeypatch, program, told):
    monkeypatch.setattr(command, "WAIT", 1.0)
    monkeypatch.setattr(command, "WAIT_PER_LETTER", 0.0)
    monkeypatch.setattr(processes, "LARGEST_FILE", 1024**2)
    settings.AUDIO_COMMAND = program

    with pytest.raises(VoiceError, match=told):
        list(command.voices()[0].speak(["Good morning."]))


def test_an_operators_command_gets_each_sentence_and_answers_with_its_sound(settings, tmp_path):
    (tmp_path / "said.wav").write_bytes(tone(0.5))
    settings.AUDIO_COMMAND = f"sh -c 'cat >> {tmp_path}/heard; cat {tmp_path}/said.wav'"
    (voice,) = command.voices()

    assert list(voice.speak(["One.", "Two\nlines."])) == [tone(0.5)] * 2
    assert (tmp_path / "heard").read_text() == "One.\nTwo lines.\n"


def test_nobody_goes_on_reading_to_somebody_who_left(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "said.wav").write_bytes(tone())
    program = f"{SAYS}open(name, 'wb').write(open('{tmp_path}/said.wav', 'rb').read())\n    "
    program += "print('Wrote', name, file=sys.stderr)"
    sounds = lines.read_lines(reader(tmp_path, program), ["One."] * 1000, said_by="Ann")

    assert len(list(islice(sounds, 2))) == 2
    sounds.close()
    assert not list((tmp_path / "audio-work").iterdir())


# -- Who reads what ------------------------------------------------------------


@pytest.fixture
def three_voices(settings, monkeypatch):
    settings.AUDIO_VOICES = ["tests.audio.test_voices.three"]


def three():
    return [FakeVoice("joe", "en-us"), FakeVoice("cori", "en-gb"), FakeVoice("siegrun", "de-de")]


@pytest.mark.wide
@pytest.mark.django_db
def test_an_author_has_a_voice_before_a_language_has_one_before_the_usual_one(three_voices):
    author = make.author()
    article = make.article(authors=[author, make.author()])
    assert voice_for(article).name == "joe"
    assert voice_for(article, "de").name == "siegrun"

    VoiceChoice.objects.create(language="en", voice="cori")
    assert voice_for(article).name == "cori"
    VoiceChoice.objects.create(author=author, voice="joe")
    assert voice_for(article).name == "joe"


@pytest.mark.wide
@pytest.mark.django_db
def test_a_language_that_nobody_speaks_and_a_voice_that_is_gone_are_told_of(three_voices):
    with pytest.raises(VoiceMissingError, match="No voice on this machine speaks “cy”"):
        voice_for(make.article(), "cy")
    VoiceChoice.objects.create(language="en-gb", voice="piper:gone")
    with pytest.raises(VoiceMissingError, match="“piper:gone” was chosen"):
        voice_for(make.article())
    with pytest.raises(VoiceMissingError):
        listing.voice_named("piper:gone")
