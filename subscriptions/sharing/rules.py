"""How generous the magazine is, as the desk has said."""

import time

from subscriptions.models import SharingRules


class Remembered:
    """The rules as a wall tells strangers of them: remembered by this process for a minute.

    Every stranger's wall asks for them, and they change once in a year. What is given and opened is counted
    by the rules as they are, not by these.
    """

    def __init__(self, seconds: float = 60) -> None:
        self.seconds = seconds
        self.forget()

    def forget(self) -> None:
        """Ask the database the next time."""
        self._known: tuple[float, SharingRules] | None = None

    def get(self) -> SharingRules:
        """Return the rules; at most one query."""
        known = self._known
        if known is None or time.monotonic() - known[0] > self.seconds:
            known = self._known = (time.monotonic(), now())
        return known[1]


remembered = Remembered()


def now() -> SharingRules:
    """Return the rules as they are: those of the desk, or else the defaults. One query."""
    return SharingRules.objects.first() or SharingRules()


def write(rules: SharingRules) -> None:
    """Save the one row of rules, and let this process see the change at once."""
    rules.pk = 1
    rules.full_clean(validate_unique=False)
    rules.save()
    remembered.forget()
