"""A machine that stops: before or after any one statement to the database, any one word to a provider."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

# What Django puts around a block is not a place to stop: just before it is just after the statement before.
BRACKETS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
READS = ("SELECT", *BRACKETS)


class Stopped(BaseException):
    """The machine is off: nothing catches this, as nothing would run."""


class Machine:
    """Sees every statement. Stops once, so many steps from when it is told to; otherwise it runs."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.has_written = False

    def step(self) -> None:
        """Pass one place at which to stop."""
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            self.left = None
            raise Stopped

    def __call__(self, execute, sql, params, many, context):
        """Run one statement, and perhaps stop before it or after it."""
        if sql.startswith(BRACKETS):
            return execute(sql, params, many, context)
        self.step()
        result = execute(sql, params, many, context)
        self.has_written = self.has_written or not sql.startswith(READS)
        self.step()
        return result

    @contextmanager
    def stopping(self, steps: int | None) -> Iterator[None]:
        """Stop after so many steps (none: run on). What was in a transaction is undone by that, no more."""
        before, self.left = self.left, steps
        try:
            yield
        except Stopped:
            # The transaction of the whole life goes on; what the statement stood in is undone already.
            transaction.set_rollback(False)
            raise
        finally:
            self.left = before
