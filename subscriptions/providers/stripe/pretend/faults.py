"""What can go wrong on the wire, made to go wrong on demand."""

import threading
from dataclasses import dataclass
from enum import StrEnum

import stripe


class Fault(StrEnum):
    """One way in which an answer does not come."""

    DOWN = "down"  # no connection; nothing was done
    BROKEN = "broken"  # 500; nothing was done
    BUSY = "busy"  # 429; nothing was done
    LOST = "lost"  # the work was done, the answer never arrived: also what somebody slow looks like


@dataclass
class _Planned:
    fault: Fault
    times: int
    on: str


class Faults:
    """The faults to come. ``always`` holds until it is taken away; planned ones come first, and end."""

    def __init__(self) -> None:
        self.always: Fault | None = None
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()

    def plan(self, fault: Fault, *, times: int = 1, on: str = "") -> None:
        """Let the next ``times`` requests whose “POST /v1/refunds” begins with ``on`` fail so."""
        with self._lock:
            self._planned.append(_Planned(fault, times, on))

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._planned.clear()
        self.always = None

    def take(self, question: str) -> Fault | None:
        """Return what goes wrong with the request ``question``, “POST /v1/refunds”."""
        with self._lock:
            for planned in self._planned:
                if planned.times and question.startswith(planned.on):
                    planned.times -= 1
                    return planned.fault
        return self.always


def no_connection() -> stripe.APIConnectionError:
    """Return what the library raises when nothing comes back."""
    return stripe.APIConnectionError("No answer from the pretend Stripe.", should_retry=True)
