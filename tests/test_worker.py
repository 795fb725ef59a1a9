"""The worker, its pulse and its schedule: no task is lost, none runs for ever."""

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from magazine.work import clock, schedule
from magazine.work.housekeeping import sweep
from magazine.work.reaper import Reaper, heartbeat_key
from magazine.work.worker import Worker, pause_after
from tests.subscriptions.conftest import in_thread

__all__ = ["in_thread"]


@task()
def stumble(sentence: str) -> None:
    """Fail, saying ``sentence``."""
    raise RuntimeError(sentence)


@task()
def add(one: int, other: int) -> int:
    return one + other


@task()
def sleep_once(marker: str) -> str:
    """Sleep for a minute the first time, and say so in the file ``marker``; then be quick."""
    path = Path(marker)
    if path.exists():
        return "done by another"
    path.write_text("asleep")
    time.sleep(60)
    return "done at last"


def run_once():
    Worker(worker_id="worker-1", batch=True, interval=0).run()


def stored():
    return DBTaskResult.objects.get()


@pytest.fixture
def _empty_schedule(monkeypatch):
    monkeypatch.setattr(schedule, "_minutes", {})


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_is_ready_and_ends():
    add.enqueue(2, 3)
    call_command("run_worker", "--once")

    assert (stored().status, stored().return_value) == (TaskResultStatus.SUCCESSFUL, 5)
    assert cache.get(heartbeat_key(stored().worker_ids[0])) is None


@pytest.mark.django_db(transaction=True)
def test_a_failed_task_is_tried_three_times_with_longer_and_longer_pauses(caplog):
    stumble.enqueue("the printer is out of ink")

    for attempts in (1, 2):
        run_once()
        task_row = stored()
        assert (task_row.status, len(task_row.worker_ids)) == (TaskResultStatus.READY, attempts)
        pause = task_row.run_after - timezone.now()
        assert pause_after(attempts) - timedelta(seconds=5) < pause <= pause_after(attempts)
        run_once()
        assert len(stored().worker_ids) == attempts  # Not before its time.
        DBTaskResult.objects.update(run_after=timezone.now())

    run_once()
    assert (stored().status, len(stored().worker_ids)) == (TaskResultStatus.FAILED, 3)
    # Where it failed and by what, but not what was said: those could be somebody's own words.
    assert "raise RuntimeError(sentence)\nRuntimeError" in stored().traceback
    assert "out of ink" not in stored().traceback
    assert "test_worker.stumble failed, attempt 3 of 3: builtins.RuntimeError" in caplog.text


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 120)])
def test_pauses_grow(attempts, seconds):
    assert pause_after(attempts) == timedelta(seconds=seconds)


def left_running_by(worker_id, attempts=1):
    add.enqueue(1, 1)
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, started_at=timezone.now(), worker_ids=[worker_id] * attempts
    )


@pytest.mark.django_db
def test_a_task_of_a_lost_worker_is_taken_back():
    left_running_by("lost")
    assert Reaper(patience=0).look() == 1
    assert stored().status == TaskResultStatus.READY


@pytest.mark.django_db
def test_a_task_of_a_living_worker_is_left_alone():
    left_running_by("alive")
    cache.set(heartbeat_key("alive"), 1)
    assert Reaper(patience=0).look() == 0
    assert stored().status == TaskResultStatus.RUNNING


@pytest.mark.django_db
def test_one_missing_heartbeat_is_not_believed():
    left_running_by("slow")
    reaper = Reaper(patience=0.05)
    assert reaper.look() == 0
    cache.set(heartbeat_key("slow"), 1)
    time.sleep(0.06)
    assert reaper.look() == 0
    cache.delete(heartbeat_key("slow"))
    assert reaper.look() == 0  # Missing anew: patience begins anew.


@pytest.mark.django_db
def test_a_task_that_kills_every_worker_ends_as_failed():
    left_running_by("lost", attempts=3)
    assert Reaper(patience=0).look() == 1
    assert stored().status == TaskResultStatus.FAILED
    assert stored().exception_class_path == "magazine.work.reaper.WorkerLost"
    assert stored().finished_at


@pytest.mark.django_db
@pytest.mark.usefixtures("_empty_schedule")
def test_what_is_due_is_queued_once_in_its_period_whoever_asks():
    schedule.every("magazine.work.housekeeping.sweep", minutes=10)
    begin = 1_800_000_000.0 - 1_800_000_000 % 600

    assert clock.enqueue_due(begin) == ["magazine.work.housekeeping.sweep"]
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
    assert clock.enqueue_due(begin + 599) == []
    assert clock.enqueue_due(begin + 600) == ["magazine.work.housekeeping.sweep"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_empty_schedule")
def test_what_still_waits_is_not_queued_on_top():
    schedule.every("magazine.work.housekeeping.sweep", minutes=1)
    clock.enqueue_due(0)
    assert clock.enqueue_due(600) == []
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_every_task_on_the_schedule_exists():
    assert "magazine.work.housekeeping.sweep" in schedule.entries()
    clock.enqueue_due()
    assert DBTaskResult.objects.count() == len(schedule.entries())


@pytest.mark.django_db
def test_records_of_work_are_swept_after_two_weeks():
    for days, status in ((15, "SUCCESSFUL"), (15, "READY"), (13, "FAILED")):
        add.enqueue(1, 1)
        DBTaskResult.objects.filter(status="READY", finished_at=None).update(
            status=status, finished_at=timezone.now() - timedelta(days=days)
        )
    assert sweep.call() == 1
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"READY", "FAILED"}


@pytest.fixture
def workers():
    """Start workers, each a process of its own: a copy of this one, so that Django need not start anew."""
    started = []

    def start() -> int:
        child = os.fork()
        if child == 0:
            ended = 1
            try:
                call_command("run_worker", beat=0.1)
            except SystemExit as end:
                ended = end.code
            finally:
                os._exit(ended)
        started.append(child)
        return child

    yield start
    for child in started:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def wait_until(question, seconds=30):
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, f"Not within {seconds} s."
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_empty_schedule")
def test_a_task_whose_worker_was_killed_in_the_middle_is_finished_by_another(tmp_path, in_thread, workers):
    marker = tmp_path / "marker"
    in_thread(sleep_once.enqueue, str(marker))
    first = in_thread(workers)
    wait_until(marker.exists)
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    task_row = in_thread(stored)
    assert (task_row.status, len(task_row.worker_ids)) == (TaskResultStatus.RUNNING, 1)

    second = in_thread(workers)
    wait_until(lambda: in_thread(stored).status == TaskResultStatus.SUCCESSFUL)
    task_row = in_thread(stored)
    assert (len(task_row.worker_ids), task_row.return_value) == (2, "done by another")

    os.kill(second, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(second, 0)[1]) == 0
