"""The outgoing post: a letter is on record before it is sent and after, and nobody gets one twice."""

from datetime import datetime

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
    at: datetime | None = None,
) -> Letter:
    """Put the letter ``kind`` about ``about`` on record, and have it sent once this transaction has
    committed.

    ``key`` names what it is about (a payment's reference): a second letter of the same kind about the
    same is the first one, and is not sent again.
    """
    letter, is_new = Letter.objects.get_or_create(
        key=f"{kind.value}-{key}",
        defaults={
            "kind": kind,
            "about_id": about.pk,
            "reader_id": subscription.reader_id,
            "subscription": subscription,
            "recorded_at": at or timezone.now(),
        },
    )
    if is_new:
        schedule.soon("subscriptions.tasks.send_letter", letter.pk)
    return letter
