"""Sweeps up what the house itself leaves behind."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

KEPT_FOR = timedelta(days=14)


@task()
def sweep() -> int:
    """Delete ended sessions and the records of tasks finished two weeks ago; return how many of those."""
    call_command("clearsessions")
    deleted, _by_model = (
        DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT_FOR).delete()
    )
    return deleted
