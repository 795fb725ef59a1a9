"""What is done again and again: a room enters its tasks here, in its ``AppConfig.ready``.

    schedule.every("subscriptions.tasks.close_lapsed_terms", minutes=15)

A timer only says "look now": such a task finds out for itself what is due, takes no arguments, and is
safe to run twice.
"""

_minutes: dict[str, int] = {}


def every(task_path: str, *, minutes: int) -> None:
    """Have the task at the dotted ``task_path`` queued once in each period of ``minutes``."""
    _minutes[task_path] = minutes


def entries() -> dict[str, int]:
    """Return the registered tasks with their periods in minutes."""
    return dict(_minutes)
