"""Single pieces beyond a plan: given to a friend by a subscriber, or out of a month's allowance."""

import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SharingRules(models.Model):
    """How generous the magazine is. One row; without it, what stands here as defaults."""

    metered_pieces = models.PositiveSmallIntegerField(
        _("free pieces a month"),
        default=0,
        help_text=_("How many pieces for subscribers a registered reader may open each month. 0: none."),
    )
    links_a_month = models.PositiveSmallIntegerField(
        _("gift links a month"), default=5, help_text=_("How many pieces a subscriber may give each month.")
    )
    link_devices = models.PositiveSmallIntegerField(
        _("devices for each link"), default=5, help_text=_("On how many devices a gift link opens.")
    )
    link_days = models.PositiveSmallIntegerField(
        _("days of a link"), default=30, help_text=_("How long a gift link lasts.")
    )

    class Meta:
        verbose_name = _("free pieces and gift links")
        verbose_name_plural = _("free pieces and gift links")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="sharing_rules_are_one"),
            models.CheckConstraint(
                condition=Q(link_devices__gte=1) & Q(link_days__gte=1), name="sharing_links_open_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


def new_key() -> str:
    """Return what nobody guesses: 128 random bits, for an address."""
    return secrets.token_urlsafe(16)


class GiftLinkQuerySet(models.QuerySet["GiftLink"]):
    """Questions about many links."""

    def open(self, at: datetime | None = None) -> Self:
        """Keep those that open something at ``at`` (default: now)."""
        return self.filter(revoked_at=None, expires_at__gt=at or timezone.now())


class GiftLink(models.Model):
    """A link by which a subscriber gives one piece away. Written by ``subscriptions.sharing`` alone.

    ``piece`` names the piece for the room that publishes it; here it is only compared.
    """

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="gift_links", verbose_name=_("given by")
    )
    piece = models.CharField(_("piece"), max_length=40)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"))
    devices = models.PositiveSmallIntegerField(_("devices"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = GiftLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift link")
        verbose_name_plural = _("gift links")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["reader", "made_at"])]

    def __str__(self) -> str:
        return self.piece

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether it opens something at ``at`` (default: now); on how many devices is another question."""
        return self.revoked_at is None and self.expires_at > (at or timezone.now())

    def was_opened_on(self, device: str) -> bool:
        """Whether it was opened on the device with that digest before. One query, none for no device."""
        return bool(device) and self.opened_on.filter(device=device).exists()


class GiftLinkDevice(models.Model):
    """A device on which a gift link was opened, known by a digest of what its cookie holds."""

    link = models.ForeignKey(GiftLink, models.CASCADE, related_name="opened_on", verbose_name=_("gift link"))
    device = models.CharField(max_length=64)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["opened_at"]
        constraints = [models.UniqueConstraint(fields=["link", "device"], name="gift_link_once_per_device")]

    def __str__(self) -> str:
        return self.device[:8]


class MeteredPiece(models.Model):
    """A piece that a registered reader opened out of a month's allowance: open to them for that month."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="metered_pieces", verbose_name=_("reader")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    piece = models.CharField(_("piece"), max_length=40)
    place = models.PositiveSmallIntegerField(
        _("place"), help_text=_("The first of the month's allowance, the second: none is given twice.")
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)

    class Meta:
        verbose_name = _("free piece")
        verbose_name_plural = _("free pieces")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "month", "piece"], name="metered_piece_once_a_month"),
            models.UniqueConstraint(fields=["reader", "month", "place"], name="metered_place_once_a_month"),
        ]

    def __str__(self) -> str:
        return self.piece


class WaitsForFeature(models.Model):
    """A reader who asked to be told when a planned feature is there."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="waits_for", verbose_name=_("reader")
    )
    feature = models.CharField(_("feature"), max_length=30)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("waits for a feature")
        verbose_name_plural = _("wait for a feature")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "feature"], condition=Q(told_at=None), name="waits_once_for_a_feature"
            )
        ]

    def __str__(self) -> str:
        return self.feature
