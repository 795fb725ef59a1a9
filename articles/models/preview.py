"""A link by which somebody without an account may look at one unpublished article for a while."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    """Questions about many links."""

    def open(self, at: datetime | None = None) -> Self:
        """Keep the links that open something at ``at`` (default: now)."""
        return self.filter(until_at__gt=at or timezone.now())


class PreviewLink(models.Model):
    """One secret address of one article. Only the digest of the secret is kept.

    Made, looked up and withdrawn by ``articles.previews``.
    """

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="preview_links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(default=timezone.now)
    until_at = models.DateTimeField(_("open until"))

    objects = PreviewLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.article_id} until {self.until_at:%Y-%m-%d %H:%M}"
