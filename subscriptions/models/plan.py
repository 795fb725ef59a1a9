"""A plan: what we sell. Its terms are in its versions."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import PlanVersion

MAGAZINE = "magazine"


class PlanQuerySet(models.QuerySet["Plan"]):
    """Questions about many plans."""

    def offered(self, at: datetime | None = None) -> Self:
        """Keep the plans that somebody may order at ``at`` (default: now), with ``version_id`` on sale."""
        on_sale = PlanVersion.objects.on_sale(at).filter(plan=OuterRef("pk"))
        return (
            self.filter(is_offered=True)
            .annotate(version_id=Subquery(on_sale.values("pk")[:1]))
            .exclude(version_id=None)
        )


class Plan(models.Model):
    """Something we sell under one name. A person holds at most one live subscription to its product."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), unique=True)
    summary = models.CharField(_("summary"), max_length=200, help_text=_("One sentence on the plans page."))
    is_offered = models.BooleanField(
        _("offered"),
        default=True,
        help_text=_("Switch off to stop selling; those who have it keep it."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    product = models.SlugField(
        _("product"),
        default=MAGAZINE,
        help_text=_("What the plan gives. Plans of one product exclude each other: a person holds one."),
    )

    # The version on sale, on plans that come from ``offered()``.
    version_id: int

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("subscriptions:checkout", args=[self.slug])

    def version_on_sale(self, at: datetime | None = None) -> PlanVersion | None:
        """Return the version that is sold at ``at`` (default: now), or none."""
        return self.versions.on_sale(at or timezone.now()).first()
