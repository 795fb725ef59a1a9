"""Looking at a piece before the public does, by a secret address that expires and can be withdrawn."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import revisions
from articles.models import Article, PreviewLink
from subscriptions.access import Audience, Reason, Verdict

LIFETIME = timedelta(days=7)
_SECRET_BYTES = 32


class Eyes(TextChoices):
    """As whom the piece is looked at."""

    SUBSCRIBER = "subscriber", _("a subscriber")
    REGISTERED = "registered", _("a registered reader")
    STRANGER = "stranger", _("a stranger")


def make_link(article: Article, *, by: Any, at: datetime | None = None) -> str:
    """Return the secret of a new link to ``article``; it opens for ``LIFETIME``.

    Links that have expired are forgotten on the way. Raises ``PermissionDenied`` if ``by`` may not open
    the article at the desk.
    """
    at = at or timezone.now()
    if not Article.objects.editable_by(by).filter(pk=article.pk).exists():
        raise PermissionDenied
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    PreviewLink.objects.filter(article=article, until_at__lte=at).delete()
    PreviewLink.objects.create(
        article=article, digest=_digest(secret), made_by=by, made_at=at, until_at=at + LIFETIME
    )
    return secret


def article_behind(secret: str, at: datetime | None = None) -> tuple[Article, PreviewLink] | None:
    """Return the article that ``secret`` opens at ``at`` (default: now), or nothing.

    A link is worth what its maker is worth: it closes with their account, and with their right to open
    the article; and it opens nothing that lies in the trash. The look-up is by digest, so its time tells
    nothing about how close a guess was.
    """
    link = (
        PreviewLink.objects.open(at)
        .select_related("made_by", "article__section", "article__lead_picture")
        .filter(digest=_digest(secret))
        .first()
    )
    if link is None or not (link.made_by.is_active and link.made_by.is_staff):
        return None
    if not Article.objects.editable_by(link.made_by).at_hand().filter(pk=link.article_id).exists():
        return None
    return link.article, link


def shows_changes(link: PreviewLink) -> bool:
    """Whether ``link`` to a live piece was made to look at changes, and there are some.

    A link from before the publication was made for the draft: it shows nobody what is changed later.
    """
    went_live_at = link.article.goes_live_at
    was_live = went_live_at is not None and link.made_at >= went_live_at
    return was_live and revisions.pending(link.article) is not None


def withdraw(article: Article) -> int:
    """Close every link to ``article``; returns how many there were."""
    return PreviewLink.objects.filter(article=article).delete()[0]


def verdict_of(eyes: str, audience: str) -> Verdict:
    """Return what the reader who is played would be told about a piece for ``audience``."""
    if audience == Audience.EVERYONE:
        return Verdict(True, Reason.OPEN)
    if eyes == Eyes.SUBSCRIBER:
        return Verdict(True, Reason.ENTITLED)
    if eyes == Eyes.REGISTERED:
        if audience == Audience.REGISTERED:
            return Verdict(True, Reason.REGISTERED)
        return Verdict(False, Reason.NOT_ENTITLED)
    return Verdict(False, Reason.STRANGER)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
