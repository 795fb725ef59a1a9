"""A part of the reader's own page, as the modules that make one hand it over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from subscriptions.models import Subscription


@dataclass(frozen=True)
class Part:
    """One section of the page: its template gets ``context`` and the form token, and nothing else.

    ``is_own`` is for what belongs to the plan itself, and stands beneath it.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    is_own: bool = False


# Given the reader, the subscription they have (or none) and the instant; none where there is nothing to say.
Maker = Callable[[Any, Subscription | None, datetime], Part | None]
