"""What a provider told us, as it came, and whom it knows as whose customer."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProviderEventQuerySet(models.QuerySet["ProviderEvent"]):
    """Questions about many messages."""

    def waiting(self, at: datetime | None = None) -> Self:
        """Keep what is to be applied at ``at`` (default: now): neither applied, nor dead, nor resting."""
        return self.filter(applied_at=None, dead_at=None, next_try_at__lte=at or timezone.now())

    def dead(self) -> Self:
        """Keep what was given up after many tries, and waits for a person."""
        return self.filter(applied_at=None, dead_at__isnull=False)


class ProviderEvent(models.Model):
    """One message, stored under its own id before anything is done about it. Stored twice, it is one."""

    provider = models.SlugField(_("provider"))
    event_id = models.CharField(_("its id"), max_length=100)
    kind = models.CharField(_("kind"), max_length=100)
    object_id = models.CharField(_("about"), max_length=100, blank=True)
    body = models.TextField(_("as it came"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    result = models.CharField(
        _("result"),
        max_length=200,
        blank=True,
        db_index=True,
        help_text=_("The payment’s reference, or what it was."),
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    dead_at = models.DateTimeField(_("given up"), null=True, blank=True)
    failure = models.TextField(_("why"), blank=True)

    objects = ProviderEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider’s message")
        verbose_name_plural = _("providers’ messages")
        ordering = ["-received_at", "-id"]
        permissions = [("retry_providerevent", _("Can have a message applied again"))]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(applied_at=None, dead_at=None), name="message_waiting"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="message_stored_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.event_id})"


class Customer(models.Model):
    """A reader as a provider knows them, and the card they pay with there, as far as it may be shown."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="customers", verbose_name=_("reader")
    )
    provider = models.SlugField(_("provider"))
    reference = models.CharField(_("provider’s reference"), max_length=100)
    card = models.CharField(_("card"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["reader", "provider"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "provider"], name="customer_once_per_provider"),
            models.UniqueConstraint(fields=["provider", "reference"], name="customer_is_one_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.reference}"
