"""How long a test waits for code that hostile input was made to keep busy."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def patience(seconds: float = 30) -> Iterator[None]:
    """Fail what is still at work after ``seconds`` of this process's own time.

    Not a measure of speed, for that depends on the machine: the limit lies well above what the input takes,
    and far below what it would take if its length were squared.
    """

    def give_up(*_: object) -> None:
        raise TimeoutError(f"Still at work after {seconds} seconds of computing.")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
