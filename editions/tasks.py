"""What the worker does for the editions. Thin: ids come in, activities are called."""

from django_tasks import task

from editions import keeping, making


# Behind letters and pictures: those take a moment, and a file takes half a minute.
@task(priority=-10)
def make(edition_id: int) -> bool:
    """Make one edition if it has changed; return whether there is a new file."""
    return making.make(edition_id)


@task()
def look_for_stale() -> int:
    """Ask for every file that is missing or stale; return how many."""
    return len(making.look())


@task()
def tidy() -> int:
    """Delete the files that no edition has named for a day; return how many."""
    return keeping.tidy()
