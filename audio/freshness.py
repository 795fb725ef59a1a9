"""Whether a recording still says what its article says, without reading the article."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class State(models.TextChoices):
    """How things stand with the recording of one article."""

    READY = "ready", _("Ready")
    STALE = "stale", _("Stale")
    MAKING = "making", _("Being made")
    QUEUED = "queued", _("Waiting to be made")
    FAILED = "failed", _("Failed")
    EXEMPT = "exempt", _("Exempt")
    MISSING = "missing", _("Missing")


def states_of(articles: Iterable[Article], at: datetime | None = None) -> dict[int, State]:
    """Return how things stand with each of ``articles`` at ``at``, by their keys."""
    raise NotImplementedError


def outlines(articles: Iterable[Article], at: datetime | None = None) -> dict[int, str]:
    """Return what each of ``articles`` looks like to whoever reads no bodies, by their keys."""
    raise NotImplementedError
