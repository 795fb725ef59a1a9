"""The addresses of readers' own feeds: the one door by which they are made and replaced.

Each reader has at most one. What is made in its place closes it at once, with every address that was given
out by it. Who had the new one made is kept with it: readers are written to about what they did not ask for.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from subscriptions import access
from subscriptions.letters import post
from subscriptions.models import FeedAddress, Letter
from subscriptions.models.feed_address import new_key

Origin = FeedAddress.Origin


def of(reader: Any) -> FeedAddress | None:
    """Return ``reader``'s address, if they ever asked for one."""
    return FeedAddress.objects.filter(reader=reader.pk).first()


def renew(reader: Any, *, at: datetime | None = None) -> bool:
    """Make ``reader``'s address, or another one in its place; return whether it is their first."""
    return _make(reader, Origin.READER, at=at)[1]


def give_another(reader: Any, *, by: Any, reason: str, at: datetime | None = None) -> FeedAddress:
    """Make another address for ``reader``, because a member of staff (``by``) says so, and write to them."""
    with transaction.atomic():
        address, _is_first = _make(reader, Origin.STAFF, by=by, reason=reason, at=at)
        _tell(address)
    return address


def replace_shared(reader: Any, token: str, *, at: datetime | None = None) -> bool:
    """Close the address with ``token``, which got about, and write to ``reader``; return whether we did.

    It is done once: who comes second finds another address there, and leaves it.
    """
    with transaction.atomic():
        address = FeedAddress.objects.select_for_update().filter(reader=reader.pk).first()
        if address is None or access.token_of(address) != token:
            return False
        address, _is_first = _make(reader, Origin.SHARED, at=at)
        _tell(address)
    return True


def _make(
    reader: Any, origin: str, *, by: Any = None, reason: str = "", at: datetime | None = None
) -> tuple[FeedAddress, bool]:
    return FeedAddress.objects.update_or_create(
        reader_id=reader.pk,
        defaults={
            "key": new_key(),
            "made_at": at or timezone.now(),
            "origin": origin,
            "made_by": by,
            "reason": reason,
        },
    )


def _tell(address: FeedAddress) -> None:
    post.queue_to(
        address.reader,
        Letter.Kind.FEED_REPLACED,
        about=address,
        # A reader may need another address more than once, and is told each time.
        key=f"{address.pk}-{address.made_at:%Y%m%d%H%M%S%f}",
        at=address.made_at,
    )
