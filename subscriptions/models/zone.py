"""Where printed copies go, and what that costs."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import CURRENCY
from subscriptions.money import formatted


class DeliveryZone(models.Model):
    """Countries to which the post costs the same. Each country is in one zone; one zone takes the rest."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), unique=True)
    takes_the_rest = models.BooleanField(
        _("takes the rest"), default=False, help_text=_("Every country that no other zone names.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("delivery zone")
        verbose_name_plural = _("delivery zones")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["takes_the_rest"],
                condition=Q(takes_the_rest=True),
                name="one_zone_takes_the_rest",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ZoneCountry(models.Model):
    """A country of a zone, by its two letters (ISO 3166-1)."""

    zone = models.ForeignKey(
        DeliveryZone, models.CASCADE, related_name="countries", verbose_name=_("delivery zone")
    )
    country = models.CharField(_("country"), max_length=2, unique=True)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["country"]
        constraints = [
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="zone_country_is_a_code")
        ]

    def __str__(self) -> str:
        return self.country


class ZonePriceQuerySet(models.QuerySet["ZonePrice"]):
    """Questions about many prices."""

    def on_sale(self, at: datetime | None = None) -> Self:
        """Keep for each zone and currency the one price that is asked for at ``at`` (default: now)."""
        at = at or timezone.now()
        newest = (
            ZonePrice.objects.filter(
                zone=OuterRef("zone"), currency=OuterRef("currency"), sold_from_at__lte=at
            )
            .order_by("-sold_from_at", "-pk")
            .values("pk")[:1]
        )
        return self.filter(pk=Subquery(newest))


class ZonePrice(models.Model):
    """What the printed copy costs for a year in a zone, beside the plan. Who has bought at it keeps it.

    A change is another row, sold from another instant. Shorter terms cost their part of the year.
    """

    zone = models.ForeignKey(
        DeliveryZone, models.PROTECT, related_name="prices", verbose_name=_("delivery zone")
    )
    currency = models.CharField(_("currency"), max_length=3, help_text=_("Three letters: GBP."))
    year_minor = models.PositiveIntegerField(
        _("a year"), help_text=_("In the currency's smallest unit: 3600 is £36.00.")
    )
    sold_from_at = models.DateTimeField(_("sold from"), default=timezone.now)

    objects = ZonePriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price of print")
        verbose_name_plural = _("prices of print")
        ordering = ["zone", "currency", "-sold_from_at"]
        constraints = [
            models.CheckConstraint(condition=Q(year_minor__gt=0), name="zone_price_is_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex=CURRENCY), name="zone_price_currency_is_a_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone}: {formatted(self.year_minor, self.currency)} / {_('1 year')}"
