"""The outgoing post: a letter is on record before it is sent and after, and nobody gets one twice."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from magazine.work import schedule
from subscriptions.models import Letter, Subscription


def queue(
    kind: Letter.Kind,
    *,
    about: models.Model,
    key: object,
    subscription: Subscription,
    address: str = "",
    at: datetime | None = None,
) -> Letter:
    """Put the letter ``kind`` about ``about`` on record, and have it sent once this transaction has
    committed.

    ``key`` names what it is about (a payment's reference): a second letter of the same kind about the
    same is the first one, and is not sent again. ``address`` is given for letters that go to somebody else
    than the reader (``Writing.is_for_others``).
    """
    return _record(kind, about, key, subscription.reader_id, subscription, address, at)


def queue_to(
    reader: Any,
    kind: Letter.Kind,
    *,
    about: models.Model,
    key: object,
    address: str = "",
    at: datetime | None = None,
) -> Letter:
    """Do the same with a letter to ``reader`` that is about no subscription."""
    return _record(kind, about, key, reader.pk, None, address, at)


def _record(
    kind: Letter.Kind,
    about: models.Model,
    key: object,
    reader_id: int,
    subscription: Subscription | None,
    address: str,
    at: datetime | None,
) -> Letter:
    letter, is_new = Letter.objects.get_or_create(
        key=f"{kind.value}-{key}",
        defaults={
            "kind": kind,
            "about_id": about.pk,
            "reader_id": reader_id,
            "subscription": subscription,
            "address": address,
            "recorded_at": at or timezone.now(),
        },
    )
    if is_new:
        schedule.soon("subscriptions.tasks.send_letter", letter.pk)
    return letter
