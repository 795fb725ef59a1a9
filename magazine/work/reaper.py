"""Takes up what a dead worker left: a task killed in the middle stays RUNNING in the queue for ever."""

import logging
import time

from django.core.cache import cache
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from magazine.work.worker import MAX_ATTEMPTS

logger = logging.getLogger(__name__)


class WorkerLost(Exception):
    """The worker died in the middle of the task, as often as it was tried."""


def heartbeat_key(worker_id: str) -> str:
    """Return where in the shared cache a worker says that it lives."""
    return f"worker:{worker_id}"


class Reaper:
    """Puts the tasks of lost workers back into the queue, at most ``MAX_ATTEMPTS`` times each.

    A worker is lost when its heartbeat has been missing for ``patience`` seconds in a row, by this
    process's own clock: an emptied cache or a long write lock makes it miss once, not for good.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._missing_since: dict[str, float] = {}

    def look(self) -> int:
        """Look once at all running tasks; return how many were taken from lost workers."""
        running = list(DBTaskResult.objects.running())
        workers = {task.worker_ids[-1] for task in running if task.worker_ids}
        alive = {worker for worker in workers if cache.get(heartbeat_key(worker)) is not None}
        now = time.monotonic()
        self._missing_since = {worker: self._missing_since.get(worker, now) for worker in workers - alive}
        lost = {worker for worker, since in self._missing_since.items() if now - since >= self.patience}
        return sum(take_back(task) for task in running if task.worker_ids and task.worker_ids[-1] in lost)


def take_back(task: DBTaskResult) -> bool:
    """Free one task from its lost worker: READY again, or FAILED after its last attempt."""
    # Compare and swap: another reaper may have been quicker, and a third worker already be at it.
    unchanged = DBTaskResult.objects.filter(
        pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at
    )
    if len(task.worker_ids) < MAX_ATTEMPTS:
        taken = unchanged.update(status=TaskResultStatus.READY)
    else:
        taken = unchanged.update(
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            exception_class_path=f"{__name__}.{WorkerLost.__name__}",
            traceback=f"{WorkerLost.__doc__}",
        )
    if taken:
        logger.warning("Took back %s (%s) from a lost worker.", task.task_path, task.pk)
    return bool(taken)
