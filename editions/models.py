"""An issue as files: what there is of each, what it was made from, and who was lent it."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Issue


class Format(models.TextChoices):
    """The kinds of file an issue is made into."""

    EPUB = "epub", _("EPUB")
    PDF = "pdf", _("PDF")
    # With bleed and crop marks, for the printer alone: readers are never given it.
    PRESS = "press", _("PDF for the printer")


class Edition(models.Model):
    """One issue in one format.

    ``file`` names the bytes in private storage by what they are (``content_hash``), and ``made_from`` is the
    fingerprint of the words, pictures and rules that they were made from: while it equals the issue's, the
    file is fresh. The fields from ``asked_at`` on tell of the making; a file that is being made anew stays
    where it is until the new one is there. A back issue's PDF was ``brought`` here and is never made anew.
    """

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="editions", verbose_name=_("issue"))
    format = models.CharField(_("format"), max_length=10, choices=Format)
    is_brought = models.BooleanField(_("brought here as a file"), default=False)
    file = models.CharField(max_length=200, blank=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), default=0, editable=False)
    pages = models.PositiveIntegerField(_("pages"), default=0, editable=False)
    made_from = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField(_("made"), null=True, blank=True, editable=False)
    # The keys of the pieces and pictures in it, and what the builder left out, in sentences.
    contains = models.JSONField(default=dict, blank=True, editable=False)
    warnings = models.JSONField(default=list, blank=True, editable=False)

    # When the worker last looked at it, when it last read the issue whole for that, and how that looked then
    # to whoever reads no bodies (``editions.freshness``).
    looked_at = models.DateTimeField(null=True, blank=True, editable=False)
    compared_at = models.DateTimeField(null=True, blank=True, editable=False)
    outline = models.CharField(max_length=64, blank=True, editable=False)

    # Since when it is known that the file is not what the issue says, or that there is none.
    stale_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True, editable=False)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True, editable=False)
    # When the worker that has begun was last heard of; nothing while none is at it.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    percent = models.PositiveSmallIntegerField(_("done"), default=0, editable=False)
    step = models.CharField(_("doing"), max_length=100, blank=True, editable=False)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True, editable=False)
    failure = models.CharField(_("why it failed"), max_length=400, blank=True, editable=False)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-issue__cover_on", "format"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "format"], name="edition_once_per_issue_and_format"),
            models.CheckConstraint(
                condition=Q(file="") | Q(made_at__isnull=False), name="edition_with_file_was_made"
            ),
        ]
        permissions = [("lend_edition", _("Can lend an issue by a guest link"))]

    def __str__(self) -> str:
        return f"{self.issue} ({self.get_format_display()})"


class EditionPage(models.Model):
    """The words on one page of a file that was brought here, as they could be read out of it.

    ``quality`` is the share of them, in per cent, that look like words: 0 for a page that is one picture.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="text_pages")
    number = models.PositiveIntegerField(_("page"))
    text = models.TextField(_("text"), blank=True)
    quality = models.PositiveSmallIntegerField(_("text quality"), default=0)

    class Meta:
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="edition_page_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.edition}, {self.number}"


class GuestLinkQuerySet(models.QuerySet["GuestLink"]):
    """Questions about many links."""

    def open(self, at: datetime | None = None) -> Self:
        """Keep the links that open something at ``at`` (default: now)."""
        return self.filter(revoked_at=None, until_at__gt=at or timezone.now())


class GuestLink(models.Model):
    """A secret address by which somebody without a plan may have one issue for a while.

    Only the digest of the secret is kept.
    """

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="guest_links", verbose_name=_("issue"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(_("for whom"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    until_at = models.DateTimeField(_("open until"))
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = GuestLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest link")
        verbose_name_plural = _("guest links")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.issue}: {self.note}"
