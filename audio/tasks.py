"""What the worker does for the recordings. Thin: ids come in, activities are called."""

from django_tasks import task

from audio import keeping, making, processes, takes


# Behind everything else: a recording takes a minute, and there are many of them at first.
@task(priority=making.PRIORITY)
def make(narration_id: int) -> bool:
    """Make one recording if it has changed; return whether there is a new one."""
    return making.make(narration_id)


@task(priority=making.PRIORITY_OF_THE_REST)
def go_on(narration_id: int) -> bool:
    """Make the rest of a recording that was left for something more urgent."""
    return making.make(narration_id)


@task(priority=making.PRIORITY_BY_HAND)
def make_soon(narration_id: int) -> bool:
    """Make a recording that somebody at the desk asked for."""
    return making.make(narration_id)


@task()
def look_for_stale() -> int:
    """Ask for every recording that is missing or stale; return how many."""
    return len(making.look())


@task()
def tidy() -> int:
    """Delete what no recording has named for a day, and sounds not used for a month; return how much."""
    return keeping.tidy() + takes.tidy() + processes.tidy()
