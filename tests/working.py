"""Does what is queued, in the test's own transaction: the real worker opens connections of its own."""

from contextlib import suppress

from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult


def work(*, but: type[Exception] | tuple[type[Exception], ...] = ()) -> None:
    """Do every task whose time has come, and what that queues. A task may fail by ``but``."""
    while (queued := DBTaskResult.objects.ready().first()) is not None:
        path, arguments = queued.task_path, queued.args_kwargs
        queued.delete()
        with suppress(but):
            import_string(path).call(*arguments["args"], **arguments["kwargs"])
