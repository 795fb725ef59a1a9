"""What stands on our pages just now, as this process remembers it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    # The models let this memory go when they change, so it cannot import them.
    from advertising.models import Placement


class Placements:
    """The placements that are on and not over, with advertisement and picture: remembered for a minute.

    Every front page, section and article asks for them, and they change a few times a month. A change shows
    at once in the process that made it and within ``seconds`` in the others.
    """

    def __init__(self, seconds: float = 60) -> None:
        self.seconds = seconds
        self.forget()

    def forget(self) -> None:
        """Ask the database the next time."""
        self._known: tuple[float, list[Placement]] | None = None

    def get(self) -> list[Placement]:
        """Return them all, those to come too; at most one query."""
        known = self._known
        if known is None or time.monotonic() - known[0] > self.seconds:
            model = apps.get_model("advertising", "Placement")
            found = list(model.objects.not_over().select_related("creative__picture").order_by("pk"))
            known = self._known = (time.monotonic(), found)
        return known[1]


placements = Placements()
