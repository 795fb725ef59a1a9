"""Machines that lose their power in the middle of a deed: played in a transaction, or killed with -9."""

import itertools
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction


class Stopped(BaseException):
    """The machine is off: nothing catches this, as nothing would run."""


class Machine:
    """Stops before its ``number``-th statement; what a transaction holds at that is undone by it, no more."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = 0
        self.has_stopped = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Do on this machine what is done meanwhile, as far as that goes."""
        try:
            with connection.execute_wrapper(self):
                yield
        except Stopped:
            self.has_stopped = True

    def __call__(self, execute, sql, params, many, context):
        # Just before a bracket is just after the statement before it.
        if "SAVEPOINT" not in sql:
            self.asked += 1
            if self.asked == self.number:
                raise Stopped
        return execute(sql, params, many, context)


def machines_that_stop() -> Iterator[Machine]:
    """Give machines that stop one statement later each, up to the first that comes to the end.

    Whatever happened with one is undone before the next, so that all find the same books.
    """
    for number in itertools.count(1):
        machine = Machine(number)
        before = transaction.savepoint()
        yield machine
        transaction.savepoint_rollback(before)
        if not machine.has_stopped:
            return


class Killer:
    """Ends this process before the ``number``-th statement. The database counts, ours and a bank's alike."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = 0

    def __call__(self, execute, sql, params, many, context):
        self.asked += 1
        if self.asked == self.number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def done_apart(act: Callable[[], object], *, kill_before: int = 0) -> int | None:
    """Do ``act`` in a process of its own; return how many statements it made, or none if it was killed.

    The process is a copy of this one, with Django as it stands: nothing is started anew. Call it through
    ``in_thread``, where no connection is open yet, so that the copy opens one of its own. An error in
    ``act`` fails here with the copy's traceback.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _work(act, Killer(kill_before), writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL), told
    return int(told) if ended == 0 else None


def _work(act: Callable[[], object], killer: Killer, writing: int) -> None:
    """The copy's part. It ends here whatever happens, and tidies nothing that belongs to the original."""
    ended = 1
    try:
        with connection.execute_wrapper(killer):
            act()
        told = str(killer.asked)
        ended = 0
    except BaseException:
        told = traceback.format_exc()
    os.write(writing, told.encode()[:60_000])
    os._exit(ended)
