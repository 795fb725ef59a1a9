"""A numbered issue of the magazine."""

from datetime import datetime
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.picture import Picture


class IssueQuerySet(models.QuerySet["Issue"]):
    """Questions about many issues."""

    def published(self, at: datetime | None = None) -> Self:
        """Keep the issues that the public may know about at ``at`` (default: now)."""
        return self.filter(released_at__lte=at or timezone.now())


class Issue(models.Model):
    """One number of the magazine: what subscribers were promised twenty-four of a year."""

    volume = models.PositiveSmallIntegerField(_("volume"))
    number = models.PositiveSmallIntegerField(_("number"))
    cover_on = models.DateField(_("cover date"))
    title = models.CharField(_("cover line"), max_length=120, blank=True)
    standfirst = models.CharField(_("standfirst"), max_length=400, blank=True)
    cover = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover")
    )
    weight = models.PositiveSmallIntegerField(
        _("counts as"),
        default=1,
        help_text=_("A double issue counts as two of the issues promised."),
    )
    released_at = models.DateTimeField(
        _("released"),
        null=True,
        blank=True,
        help_text=_("Readers see the issue from this moment on."),
    )

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-cover_on", "-volume", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["volume", "number"], name="issue_number_once_per_volume")
        ]

    def __str__(self) -> str:
        return f"{self.volume}/{self.number}" + (f" {self.title}" if self.title else "")

    @property
    def label(self) -> str:
        """How the issue is named on the page."""
        return _("Volume %(volume)d, number %(number)d") % {
            "volume": self.volume,
            "number": self.number,
        }

    def is_published(self, at: datetime | None = None) -> bool:
        """Whether the public may know about this issue at ``at`` (default: now)."""
        return self.released_at is not None and self.released_at <= (at or timezone.now())

    def get_absolute_url(self) -> str:
        return reverse("articles:issue", args=[self.volume, self.number])
