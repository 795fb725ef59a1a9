"""A question about subscribers that staff ask again and again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """Conditions under a name. Who fits is asked anew each time; ``subscriptions.people`` knows how."""

    name = models.CharField(_("name"), max_length=80)
    conditions = models.JSONField(_("conditions"), default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    is_shared = models.BooleanField(_("for the whole desk"), default=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(is_shared=True), name="shared_segment_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StaffNote(models.Model):
    """A line that staff leave about a reader, for the next who picks up the telephone."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_notes", verbose_name=_("reader")
    )
    text = models.TextField(_("note"), max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:80]


class PersonalLook(models.Model):
    """A member of staff looked at what is personal, or took it out of the house."""

    class What(models.TextChoices):
        """What was looked at."""

        PAGE = "page", _("A subscriber's page")
        SEARCH = "search", _("A search")
        LIST = "list", _("A list")
        EXPORT = "export", _("An export")
        LABELS = "labels", _("Labels")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="looks", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    what = models.CharField(_("what"), max_length=10, choices=What)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="looked_at",
        verbose_name=_("whose"),
    )
    people_count = models.PositiveIntegerField(_("people"), default=1)
    detail = models.CharField(
        _("more"), max_length=200, blank=True, help_text=_("Which segment or run; never what was typed.")
    )

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["reader", "at"]), models.Index(fields=["by", "at"])]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_what_display()}"
