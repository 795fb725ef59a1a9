"""Gift links: a subscriber gives one piece away, by an address that nobody guesses.

A link opens its piece on so many devices, for so many days, by the rules that held when it was made. It
stays what it is when its giver's plan ends: it was given, and is over soon. Its giver may take it back at
any time.

A device is known by a cookie of its own; only a digest of that is kept, another one for each link, so that
two links do not tell that they were opened by the same person.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.crypto import salted_hmac

from subscriptions import access, terms
from subscriptions.access import Asked, Audience
from subscriptions.models import GiftLink, GiftLinkDevice
from subscriptions.models.sharing import GiftLinkQuerySet
from subscriptions.sharing import rules
from subscriptions.terms import Span


class NotGivenError(Exception):
    """The piece cannot be given away by this reader."""


class NothingLeftError(NotGivenError):
    """All links of the month are made."""


class ClosedLinkError(Exception):
    """The link opens nothing any more, or nothing on one device more."""


@dataclass(frozen=True)
class Allowance:
    """How many links one subscriber may make in ``month``, and how many they made, taken back or not."""

    month: Span
    links: int
    made: int

    @property
    def left(self) -> int:
        """How many more may be made."""
        return max(0, self.links - self.made)


def allowance(reader: Any, at: datetime | None = None) -> Allowance:
    """Return the allowance of ``reader`` in the month of ``at`` (default: now). Two queries."""
    month = terms.month_of(at or timezone.now())
    since, until = terms.start_of(month.starts_on), terms.end_of(month.ends_on)
    made = GiftLink.objects.filter(reader=reader.pk, made_at__gte=since, made_at__lt=until)
    return Allowance(month, rules.now().links_a_month, made.count())


def make(reader: Any, piece: str, at: datetime | None = None) -> GiftLink:
    """Make a link by which ``reader`` gives away ``piece``, which is for subscribers.

    Raises ``NotGivenError`` for somebody who may not read it by right, ``NothingLeftError`` when the month's
    links are made.
    """
    at = at or timezone.now()
    if not access.verdict_for(reader, Audience.SUBSCRIBERS, at).is_by_right:
        raise NotGivenError
    with transaction.atomic():
        # One at a time for each giver: two at once would both see the last link as left.
        get_user_model()._default_manager.select_for_update().get(pk=reader.pk)
        if not allowance(reader, at).left:
            raise NothingLeftError
        said = rules.now()
        return GiftLink.objects.create(
            reader_id=reader.pk,
            piece=piece,
            made_at=at,
            expires_at=at + timedelta(days=said.link_days),
            devices=said.link_devices,
        )


def given_by(reader: Any, piece: str | None = None) -> GiftLinkQuerySet:
    """Return the links that ``reader`` made, the newest first, each with on how many devices it was ``used``.

    With ``piece``, those that give it.
    """
    mine = GiftLink.objects.filter(reader=reader.pk).annotate(used=Count("opened_on"))
    return mine if piece is None else mine.filter(piece=piece)


def to(piece: str) -> GiftLinkQuerySet:
    """Return all links to ``piece``, open or not."""
    return GiftLink.objects.filter(piece=piece)


def behind(key: str) -> GiftLink | None:
    """Return the link with ``key`` in its address, open or not; none for a wrong key. One query."""
    return GiftLink.objects.filter(key=key).first()


def new_device() -> str:
    """Return what a device's cookie holds: 128 random bits."""
    return secrets.token_urlsafe(16)


def asked(link: GiftLink, cookie: str) -> Asked:
    """Return the question of ``subscriptions.access`` for whoever comes by ``link`` with that ``cookie``."""
    return Asked(link.piece, link, _digest(link, cookie))


def is_used_up(link: GiftLink) -> bool:
    """Whether ``link`` was opened on as many devices as it may. One query."""
    return link.opened_on.count() >= link.devices


def open_on(link: GiftLink, cookie: str, at: datetime | None = None) -> None:
    """Open ``link`` on the device that holds ``cookie``; once opened there, it costs nothing more.

    Raises ``ClosedLinkError`` when it is over, taken back, or was opened on as many devices as it may.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # One at a time for each link: two devices at once would both be the last.
        link = GiftLink.objects.select_for_update().get(pk=link.pk)
        if not link.is_open(at):
            raise ClosedLinkError
        device = _digest(link, cookie)
        if link.was_opened_on(device):
            return
        if is_used_up(link):
            raise ClosedLinkError
        GiftLinkDevice.objects.create(link=link, device=device, opened_at=at)


def revoke(link: GiftLink, at: datetime | None = None) -> bool:
    """Take ``link`` back: it opens nothing from now on, on no device. Whether it had been open."""
    at = at or timezone.now()
    return bool(GiftLink.objects.filter(pk=link.pk).open(at).update(revoked_at=at))


def _digest(link: GiftLink, cookie: str) -> str:
    return (
        salted_hmac(f"subscriptions.sharing.{link.pk}", cookie, algorithm="sha256").hexdigest()
        if cookie
        else ""
    )
