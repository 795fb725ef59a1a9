"""Makes the recordings: which there are to be, when one is made anew, and how far it is."""

from datetime import datetime
from typing import Any

from articles.models import Article
from audio.models import Narration


def ask(narration: Narration, at: datetime | None = None, *, anew: bool = False) -> None:
    """Have ``narration`` made by the worker; with ``anew`` even if nothing has changed."""
    raise NotImplementedError


def look(at: datetime | None = None) -> list[Narration]:
    """Find out which recordings are missing or stale at ``at``, ask for them, and return them."""
    raise NotImplementedError


def make(narration_id: int) -> bool:
    """Make one recording, if it has changed; return whether there is a new one."""
    raise NotImplementedError


def exempt(article: Article, reason: str, by: Any) -> Narration:
    """Say that there is to be no recording of ``article``, and why."""
    raise NotImplementedError


def include_again(article: Article, by: Any) -> Narration:
    """Take back that there is to be no recording of ``article``."""
    raise NotImplementedError
