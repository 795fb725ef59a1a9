"""Queues what the schedule says is due."""

import time

from django.core.cache import cache
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from magazine.work import schedule


def enqueue_due(at: float | None = None) -> list[str]:
    """Queue what the present period has not seen yet; return the paths of what was queued.

    ``at`` is seconds since the epoch (default: now). Every worker calls this: the shared cache lets
    one of them through. What is still waiting or running is not queued on top.
    """
    seconds = time.time() if at is None else at
    queued = []
    for path, minutes in schedule.entries().items():
        period = int(seconds // (minutes * 60))
        if cache.add(f"schedule:{path}:{period}", 1, timeout=minutes * 120) and not _is_pending(path):
            import_string(path).enqueue()
            queued.append(path)
    return queued


def _is_pending(path: str) -> bool:
    return DBTaskResult.objects.filter(
        task_path=path, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    ).exists()
