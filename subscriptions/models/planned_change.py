"""What will be different from a day on: announced, and not yet so."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import Price
from subscriptions.models.subscription import Subscription


class PlannedChangeQuerySet(models.QuerySet["PlannedChange"]):
    """Questions about many changes."""

    def open(self) -> Self:
        """Keep what has neither happened nor been withdrawn."""
        return self.filter(done_at=None, withdrawn_at=None)


class PlannedChange(models.Model):
    """The price of the first term that begins on ``from_on`` or later; the term before keeps the old one."""

    class Kind(models.TextChoices):
        """Whose wish it is."""

        SWITCH = "switch", _("The reader changes the plan")
        PRICE = "price", _("The price changes")

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="planned_changes", verbose_name=_("subscription")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    price = models.ForeignKey(Price, models.PROTECT, related_name="planned_changes", verbose_name=_("to"))
    from_on = models.DateField(_("from"))
    announced_at = models.DateTimeField(_("announced"), default=timezone.now)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("announced by"),
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = PlannedChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned change")
        verbose_name_plural = _("planned changes")
        ordering = ["subscription", "announced_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(done_at=None, withdrawn_at=None),
                name="one_open_change_per_subscription",
            )
        ]

    def __str__(self) -> str:
        return f"{self.price} ({self.from_on:%d.%m.%Y})"
