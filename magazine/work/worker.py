"""Does the queued tasks, one after the other, and tries a failed one again later."""

import logging
from datetime import timedelta
from functools import partial

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from magazine import discretion

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
FIRST_PAUSE = timedelta(seconds=30)


class Worker(QueueWorker):
    """The library's worker, which gives a failed task two more chances, half a minute and two later.

    Tasks take ids and are safe to run twice; whatever they raised, the next attempt starts afresh.
    """

    def __init__(self, *, worker_id: str, interval: float = 1.0, batch: bool = False) -> None:
        super().__init__(
            worker_id=worker_id,
            interval=interval,
            batch=batch,
            queue_names=["*"],
            excluded_queue_names=[],
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
        )

    def run_task(self, db_task_result: DBTaskResult) -> None:
        """Do one task; on failure note it for a later attempt, while there is one left."""
        db_task_result.set_failed = partial(_note_failure, db_task_result)
        super().run_task(db_task_result)
        if db_task_result.status != TaskResultStatus.FAILED:
            return
        attempts = len(db_task_result.worker_ids)
        logger.error(
            "%s failed, attempt %d of %d: %s",
            db_task_result.task_path,
            attempts,
            MAX_ATTEMPTS,
            # The library has logged its traceback already.
            db_task_result.exception_class_path,
        )
        if attempts < MAX_ATTEMPTS:
            DBTaskResult.objects.filter(pk=db_task_result.pk, status=TaskResultStatus.FAILED).update(
                status=TaskResultStatus.READY, run_after=timezone.now() + pause_after(attempts)
            )


def _note_failure(task: DBTaskResult, error: BaseException) -> None:
    """Note that ``task`` failed by ``error``: where, and not with which values, which may be somebody's."""
    DBTaskResult.set_failed(task, error)
    task.traceback = discretion.told(error)
    task.save(update_fields=["traceback"])


def pause_after(attempts: int) -> timedelta:
    """Return how long a task rests after its ``attempts``-th failure: 30 s, then four times as long."""
    return FIRST_PAUSE * 4 ** (attempts - 1)
