"""A part of the reader's own page, as the modules that make one hand it over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from subscriptions.models import Subscription


@dataclass(frozen=True)
class Part:
    """One section of the page: its template gets ``context`` and the form token, and nothing else.

    ``is_own`` is for what belongs to the reader's own plan or copies, and stands beneath it. ``has`` are the
    features that the reader took beside what comes with the plan.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    is_own: bool = False
    has: frozenset[str] = frozenset()


# Given the reader, the subscription they have (or none) and the instant; none where there is nothing to say.
Maker = Callable[[Any, Subscription | None, datetime], Part | None]
