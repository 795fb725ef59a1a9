"""Where an advertisement stands, from when to when."""

from datetime import datetime
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advertising.models.creative import Creative
from advertising.standing import placements


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Questions about many placements."""

    def not_over(self, at: datetime | None = None) -> Self:
        """Keep those that are on and stand at ``at`` (default: now), or will."""
        later = Q(until_at=None) | Q(until_at__gt=at or timezone.now())
        return self.filter(later, is_on=True)


class Placement(models.Model):
    """An advertisement in one slot for some time. Of several in a slot, each page and hour has one."""

    class Slot(models.TextChoices):
        """The slots of ``articles.slots``, as the desk calls them."""

        FRONT = "front", _("Front page, between the departments")
        SECTION = "section", _("Section, below the list")
        ARTICLE = "article", _("Article, below the piece")

    creative = models.ForeignKey(
        Creative, models.PROTECT, related_name="placements", verbose_name=_("advertisement")
    )
    slot = models.CharField(_("where"), max_length=20, choices=Slot)
    from_at = models.DateTimeField(_("from"), default=timezone.now)
    until_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until somebody switches it off.")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("With 2 it stands twice as often as one with 1 beside it."),
    )
    is_on = models.BooleanField(_("switched on"), default=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["slot", "from_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="placement_ends_after_it_begins",
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")),
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                name="placement_weight_is_sensible", condition=Q(weight__gte=1, weight__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creative}: {self.get_slot_display()}"

    def stands(self, at: datetime | None = None) -> bool:
        """Whether it may be shown at ``at`` (default: now)."""
        at = at or timezone.now()
        return self.is_on and self.from_at <= at and (self.until_at is None or at < self.until_at)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let this process see the change at once."""
        super().save(*args, **kwargs)
        placements.forget()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and let this process see the change at once."""
        deleted = super().delete(*args, **kwargs)
        placements.forget()
        return deleted
