"""A process of its own that releases an issue, and is killed with -9 where the test says.

Run with the number of the statement before which to kill it (0: never), the issue and the editor. What it
writes is how many statements there were.
"""

import os
import signal
import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402

from articles.issues import release  # noqa: E402
from articles.models import Issue  # noqa: E402


class Killer:
    """Ends this process before the ``number``-th statement, as a machine does that loses its power."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = 0

    def __call__(self, execute, sql, params, many, context):
        self.asked += 1
        if self.asked == self.number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


if __name__ == "__main__":
    killer = Killer(int(sys.argv[1]))
    issue = Issue.objects.get(pk=sys.argv[2])
    editor = get_user_model().objects.get(pk=sys.argv[3])
    with connection.execute_wrapper(killer):
        release.release(issue, by=editor)
    sys.stdout.write(str(killer.asked))
