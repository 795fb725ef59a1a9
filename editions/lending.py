"""Guest links: one issue for somebody without a plan, for a while, by a secret address."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.models import Issue
from editions.models import GuestLink

LONGEST_DAYS = 90
_SECRET_BYTES = 32


def lend(issue: Issue, *, note: str, days: int, by: Any, at: datetime | None = None) -> tuple[GuestLink, str]:
    """Return a new link to ``issue`` and its secret, which nobody can ask for again.

    It opens for ``days`` (1 to ``LONGEST_DAYS``) from ``at`` (default: now). ``note`` says for whom. Raises
    ``PermissionDenied`` if ``by`` may not lend, ``ValueError`` for days out of bounds.
    """
    at = at or timezone.now()
    if not may_lend(by):
        raise PermissionDenied
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"An issue is lent for 1 to {LONGEST_DAYS} days.")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    link = GuestLink.objects.create(
        issue=issue,
        digest=_digest(secret),
        note=note,
        made_by=by,
        made_at=at,
        until_at=at + timedelta(days=days),
    )
    return link, secret


def may_lend(person: Any) -> bool:
    """Whether ``person`` may lend issues, and so whether the links they made still open."""
    return bool(person.is_active and person.is_staff and person.has_perm("editions.lend_edition"))


def link_behind(secret: str, at: datetime | None = None) -> GuestLink | None:
    """Return the link that ``secret`` opens at ``at`` (default: now), its issue and cover loaded; or nothing.

    A link is worth what its maker is worth: it closes with their account, and with their right to lend. It
    opens nothing that is not released. The look-up is by digest, so its time tells nothing of a guess.
    """
    links = GuestLink.objects.open(at).select_related("issue__cover", "made_by")
    link = links.filter(digest=_digest(secret)).first()
    if link is None or not may_lend(link.made_by) or not link.issue.is_published(at):
        return None
    return link


def withdraw(link: GuestLink, at: datetime | None = None) -> bool:
    """Close ``link`` at once; return whether it was open until then."""
    at = at or timezone.now()
    return bool(GuestLink.objects.open(at).filter(pk=link.pk).update(revoked_at=at))


def mark_of(link: GuestLink) -> str:
    """Return by what a copy is known as one that was lent."""
    return f"Guest {link.pk}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
