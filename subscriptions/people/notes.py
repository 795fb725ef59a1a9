"""Notes about readers, for the next who picks up the telephone. They are for staff, and a reader who asks
for their data gets them too."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from subscriptions.models import StaffNote


def leave(reader: Any, text: str, *, by: Any, at: datetime | None = None) -> StaffNote:
    """Leave a note about ``reader``. Raises ``ValueError`` for one that says nothing."""
    if not text.strip():
        raise ValueError("A note that says nothing helps nobody.")
    return StaffNote.objects.create(reader=reader, text=text.strip()[:1000], by=by, at=at or timezone.now())
