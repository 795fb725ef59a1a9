"""Forgetting by itself: every rule that a room has entered, each with its days out of the settings."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from magazine import personal


class _UndoneError(Exception):
    """Takes a dry run back."""


def forget(at: datetime | None = None, *, dry_run: bool = False) -> dict[str, int]:
    """Forget whatever is older at ``at`` (default: now) than its rule allows; return how much, by rule.

    Each rule in a transaction of its own: one that fails keeps no other back, and the last such failure is
    raised at the end. ``dry_run`` does it and takes it back. Safe to run twice.
    """
    at = at or timezone.now()
    counts: dict[str, int] = {}
    trouble = None
    for rule in personal.rules():
        try:
            with transaction.atomic():
                counts[rule.key] = rule.forget(at - timedelta(days=settings.PRIVACY_DAYS[rule.key]))
                if dry_run:
                    raise _UndoneError
        except _UndoneError:
            continue
        except Exception as error:
            trouble = error
    if trouble is not None:
        raise trouble
    return counts
