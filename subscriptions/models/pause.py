"""Days on which a subscription rests."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.subscription import Subscription


class Pause(models.Model):
    """Whole days, both included, on which nothing is read and nothing is used up: paid days move behind them.

    A pause that is ended early has its last day moved; one that is ended before it began is called off.
    """

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="pauses", verbose_name=_("subscription")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["subscription", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="pause_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%d.%m.%Y}–{self.ends_on:%d.%m.%Y}"

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1

    def covers(self, day: date) -> bool:
        """Whether ``day`` is one of its days."""
        return self.called_off_at is None and self.starts_on <= day <= self.ends_on
