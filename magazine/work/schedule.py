"""What the worker is to do: again and again, or soon.

A room enters what is done again and again in its ``AppConfig.ready``:

    schedule.every("subscriptions.tasks.close_lapsed_terms", minutes=15)

A timer only says "look now": such a task finds out for itself what is due, takes no arguments, and is
safe to run twice.

Tasks are named by their dotted paths, so that what asks for one need not import what does it.
"""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

_minutes: dict[str, int] = {}


def every(task_path: str, *, minutes: int) -> None:
    """Have the task at the dotted ``task_path`` queued once in each period of ``minutes``."""
    _minutes[task_path] = minutes


def entries() -> dict[str, int]:
    """Return the registered tasks with their periods in minutes."""
    return dict(_minutes)


def soon(task_path: str, *args: Any) -> None:
    """Queue the task at the dotted ``task_path`` with ``args``, in the transaction that is under way.

    It is done when that has committed, and never when it has not.
    """
    import_string(task_path).enqueue(*args)


def at(moment: datetime, task_path: str, *args: Any) -> None:
    """Queue the task as ``soon`` does; it is done once ``moment`` has come."""
    import_string(task_path).using(run_after=moment).enqueue(*args)


def is_waiting(*, above: int) -> bool:
    """Whether a task of a higher priority than ``above`` is ready and not begun: letters, for one.

    What takes long asks now and then, and makes room. One query.
    """
    return bool(
        apps.get_model("django_tasks_database.DBTaskResult")
        .objects.ready()
        .filter(priority__gt=above)
        .exists()
    )
