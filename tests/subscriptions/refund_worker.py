"""A process of its own that sends owed refunds, and is killed with -9 where the test says.

Run with the number of the statement before which to kill it (0: never), and how many hours from now it is.
The database counts the statements, those about our books and about the bank's alike, so every moment of a
refund has its number.
"""

import os
import signal
import sys
from datetime import timedelta

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from subscriptions.paying import refunds  # noqa: E402


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
    later = timezone.now() + timedelta(hours=int(sys.argv[2]))
    with connection.execute_wrapper(killer):
        refunds.send_owed(later)
    sys.stdout.write(str(killer.asked))
