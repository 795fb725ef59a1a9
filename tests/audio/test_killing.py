"""A worker that is killed at any moment: every recording is ready once, and nothing lies about for ever."""

import json
import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.utils import timezone

from audio import freshness, keeping, making, takes
from audio.freshness import State
from audio.models import Narration
from magazine import vault
from tests import make
from tests.audio.fakes import reading_aloud

ROOT = Path(__file__).resolve().parents[2]
KILLS, ARTICLES = 20, 16


class KilledError(BaseException):
    """What nothing catches, as nothing catches ``kill -9``."""


def die(*_, **__):
    raise KilledError


@pytest.mark.wide
@pytest.mark.django_db
@pytest.mark.parametrize("where", ["while it reads", "before the row names the files"])
def test_what_a_killed_worker_began_is_gone_on_with_by_the_next(settings, where):
    article = make.article(body="<p>One. Two. Three.</p>")
    with reading_aloud(settings) as voice:
        (one,) = making.look()
        if where == "while it reads":
            voice.meanwhile = lambda sentence: die() if sentence == "Three." else None
            with pytest.raises(KilledError):
                making.make(one.pk)
        else:
            with patch("audio.making._Claim.let_go", die), pytest.raises(KilledError):
                making.make(one.pk)
        assert not making.make(one.pk)
        voice.meanwhile = lambda sentence: None

        later = timezone.now() + freshness.TAKE_OVER + timedelta(seconds=1)
        with patch("django.utils.timezone.now", lambda: later):
            assert making.look() == [one]
            assert making.make(one.pk)
    assert freshness.states_of([article]) == {article.pk: State.READY}
    assert len(voice.spoken) == len(set(voice.spoken))
    one = Narration.objects.get()
    assert sorted(vault.names(keeping.FOLDER)) == sorted([one.mp3, one.opus])


LAY = f"""
from tests import make
from articles.models import Article
for n in range({ARTICLES}):
    body = "".join("<p>Here is one thing in " + str(n) + ", number " + str(m) + ".</p>" for m in range(12))
    make.article(body=body)
"""
SWEEP = """
from datetime import timedelta
from django.utils import timezone
from audio import keeping, processes
keeping.tidy(timezone.now() + timedelta(days=2)), processes.tidy(timezone.now() + timedelta(days=2))
"""
TELL = """
import json
from audio import freshness, keeping, processes, takes
from audio.models import Narration
from articles.models import Article
from magazine import vault
print(json.dumps({
    "states": list(freshness.states_of(Article.objects.all()).values()),
    "named": sorted(name for pair in Narration.objects.values_list("mp3", "opus") for name in pair),
    "files": sorted(vault.names(keeping.FOLDER)),
    "takes": [bool(takes._read(name.rpartition("/")[2].removesuffix(".take")))
              for name in vault.names(takes.FOLDER)],
    "folders": len(list(processes._work_folders().glob("*"))),
}))
"""


class Reading:
    """A database in a file, and real workers with a slow voice, which writes down what it reads."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "MAGAZINE_DATA": str(folder), "PYTHONPATH": str(ROOT)}
        self.environment.pop("DATABASE_URL", None)
        self.workers: list[subprocess.Popen] = []
        self.spoken = folder / "spoken.txt"
        voice = f"{sys.executable} {ROOT / 'tests/audio/slow_voice.py'} 0.1 {self.spoken}"
        self.environment["MAGAZINE_AUDIO_COMMAND"] = voice

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments, "--verbosity", "0"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def start(self) -> subprocess.Popen:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker", "--beat", "0.3"],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        self.workers.append(worker)
        return worker

    def lines(self) -> int:
        return len(self.spoken.read_text().splitlines()) if self.spoken.exists() else 0

    def wait_for_more_than(self, lines: int) -> None:
        deadline = time.monotonic() + 240
        while self.lines() <= lines:
            assert time.monotonic() < deadline, "Nobody reads."
            time.sleep(0.05)

    def told(self) -> dict:
        return json.loads(self.run("shell", "-c", TELL).splitlines()[-1])


@pytest.mark.drill
def test_a_worker_killed_at_twenty_moments_leaves_every_recording_ready_once(tmp_path):
    reading = Reading(tmp_path)
    reading.run("migrate")
    reading.run("createcachetable")
    reading.run("shell", "-c", LAY)
    chance = random.Random(5)
    for _ in range(KILLS):
        worker = reading.start()
        read = reading.lines()
        # A row whose worker died is free after a while: when all are taken, that is waited for.
        reading.wait_for_more_than(read)
        time.sleep(chance.uniform(0, 4))
        worker.kill()
        worker.wait()

    reading.start()
    deadline = time.monotonic() + 900
    while (told := reading.told())["states"] != ["ready"] * ARTICLES:
        assert time.monotonic() < deadline, told
        time.sleep(5)
    for worker in reading.workers:
        worker.kill()
        worker.wait()

    reading.run("shell", "-c", SWEEP)
    told = reading.told()
    sentences = reading.spoken.read_text().splitlines()
    sys.stdout.write(
        f"{len(told['files'])} files, {len(told['takes'])} takes, {len(sentences)} sentences read, "
        f"{len(set(sentences))} of them different\n"
    )
    assert told["named"] == told["files"]
    assert len(set(told["named"])) == 2 * ARTICLES
    assert all(told["takes"])
    assert told["folders"] == 0
    # At most what one process holds is read twice after each death.
    assert len(sentences) - len(set(sentences)) <= KILLS * takes.BATCH
