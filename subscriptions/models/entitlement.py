"""The right to have something: who, what, from, until, why."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.features import Feature
from subscriptions.models.subscription import Subscription
from subscriptions.models.term import Term


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    """Questions about many rights."""

    def begun(self, at: datetime | None = None) -> Self:
        """Keep the rights that have begun at ``at`` (default: now), ended or not."""
        return self.filter(from_at__lte=at or timezone.now())

    def current(self, at: datetime | None = None) -> Self:
        """Keep the rights in force at ``at`` (default: now)."""
        at = at or timezone.now()
        return self.begun(at).filter(Q(until_at__isnull=True) | Q(until_at__gt=at))


class Entitlement(models.Model):
    """One dated right of one reader. Written by ``subscriptions.entitlements`` alone."""

    class Source(models.TextChoices):
        """Why somebody has a right."""

        SUBSCRIPTION = "subscription", _("Paid subscription")
        COMPLIMENTARY = "complimentary", _("Complimentary")
        GRACE = "grace", _("Days of grace")
        GIFT = "gift", _("Gift")
        SEAT = "seat", _("Seat in a group")

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="entitlements",
        verbose_name=_("reader"),
    )
    feature = models.CharField(_("feature"), max_length=30, choices=Feature)
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The first instant without the right; empty: no end."),
    )
    source = models.CharField(_("why"), max_length=20, choices=Source)
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entitlements",
        verbose_name=_("subscription"),
    )
    term = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="entitlements", verbose_name=_("term")
    )
    gift = models.ForeignKey(
        "subscriptions.Gift",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entitlements",
        verbose_name=_("gift"),
    )
    seat = models.ForeignKey(
        "subscriptions.Seat",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entitlements",
        verbose_name=_("seat"),
    )
    part = models.PositiveSmallIntegerField(
        _("part"),
        default=0,
        help_text=_("A pause parts the days of a term; this is the first of them, or a later."),
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("granted by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        ordering = ["-from_at", "feature"]
        permissions = [("grant_entitlement", _("Can grant complimentary access"))]
        indexes = [models.Index(fields=["reader", "feature", "from_at"])]
        constraints = [
            models.CheckConstraint(
                name="entitlement_ends_after_it_begins",
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
            ),
            models.UniqueConstraint(
                fields=["term", "feature", "part"],
                condition=Q(term__isnull=False),
                name="entitlement_once_per_part_of_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader}: {self.get_feature_display()}"

    def is_current(self, at: datetime | None = None) -> bool:
        """Whether the right is in force at ``at`` (default: now)."""
        at = at or timezone.now()
        return self.from_at <= at and (self.until_at is None or at < self.until_at)
