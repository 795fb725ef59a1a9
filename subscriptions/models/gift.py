"""A plan that one person pays and another has."""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import Price
from subscriptions.models.received_issue import Extension
from subscriptions.models.subscription import UNAMBIGUOUS, Subscription
from subscriptions.models.zone import ZonePrice


def new_code() -> str:
    """Return a code for a gift card: twelve unambiguous characters in three groups (54 random bits).

    Whoever types codes is limited by the page that takes them.
    """
    letters = "".join(secrets.choice(UNAMBIGUOUS) for _place in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class GiftQuerySet(models.QuerySet["Gift"]):
    """Questions about many gifts."""

    def waiting(self) -> Self:
        """Keep what is paid and not yet redeemed."""
        return self.filter(paid_at__isnull=False, redeemed_at=None, void_at=None)

    def banked(self) -> Self:
        """Keep what is redeemed and waits for its first day to be set."""
        return self.filter(redeemed_at__isnull=False, first_on=None, extension=None, void_at=None)


class Gift(models.Model):
    """A gift: bought by ``giver`` with ``order``, had by whoever redeems its ``code``.

    Written by ``subscriptions.giving`` alone.
    """

    order = models.OneToOneField(Subscription, models.PROTECT, related_name="gift", verbose_name=_("order"))
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="gifts_given", verbose_name=_("giver")
    )
    price = models.ForeignKey(Price, models.PROTECT, related_name="gifts", verbose_name=_("price"))
    zone_price = models.ForeignKey(
        ZonePrice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("with the printed copy"),
    )
    code = models.CharField(_("code"), max_length=20, unique=True, default=new_code, editable=False)
    recipient_name = models.CharField(_("for"), max_length=120)
    recipient_email = models.EmailField(
        _("their e-mail address"), blank=True, help_text=_("Empty: you print the card and give it yourself.")
    )
    signed = models.CharField(_("from"), max_length=120)
    message = models.TextField(_("a few words"), max_length=500, blank=True)
    gives_on = models.DateField(_("to be given on"), help_text=_("The recipient is not told before."))
    bought_at = models.DateTimeField(_("bought"), default=timezone.now)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    redeemed_at = models.DateTimeField(_("redeemed"), null=True, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts_received",
        verbose_name=_("recipient"),
    )
    first_on = models.DateField(_("first day"), null=True, blank=True)
    last_on = models.DateField(_("last day"), null=True, blank=True)
    extension = models.ForeignKey(
        Extension,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("added to their plan"),
    )
    void_at = models.DateTimeField(_("void"), null=True, blank=True, help_text=_("Its money went back."))

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        ordering = ["-bought_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(redeemed_at=None, recipient=None)
                | Q(redeemed_at__isnull=False, recipient__isnull=False),
                name="gift_redeemed_has_recipient",
            ),
            models.CheckConstraint(
                condition=Q(redeemed_at=None) | Q(paid_at__isnull=False), name="gift_redeemed_was_paid"
            ),
            models.CheckConstraint(
                condition=Q(first_on=None, last_on=None) | Q(first_on__isnull=False, last_on__isnull=False),
                name="gift_has_both_days_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signed} → {self.recipient_name}"

    @property
    def is_waiting(self) -> bool:
        """Whether it is paid and nobody has redeemed it."""
        return self.paid_at is not None and self.redeemed_at is None and self.void_at is None

    @property
    def is_due(self) -> bool:
        """Whether the day has come on which the recipient may know."""
        return self.gives_on <= timezone.localdate()
