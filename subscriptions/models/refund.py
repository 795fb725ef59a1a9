"""Money that goes back: the reader's one claim on the guarantee, and each sum that it brings."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.payment import Payment
from subscriptions.models.plan import Plan
from subscriptions.models.plan_version import CURRENCY
from subscriptions.models.subscription import Subscription


class GuaranteeClaim(models.Model):
    """A reader asked for their money back under the guarantee: once for each plan, for ever."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="guarantee_claims",
        verbose_name=_("reader"),
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="guarantee_claims", verbose_name=_("plan"))
    subscription = models.OneToOneField(
        Subscription, models.PROTECT, related_name="guarantee_claim", verbose_name=_("subscription")
    )
    claimed_at = models.DateTimeField(_("claimed"), default=timezone.now)

    class Meta:
        verbose_name = _("guarantee claim")
        verbose_name_plural = _("guarantee claims")
        ordering = ["-claimed_at"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "plan"], name="guarantee_once_per_reader_and_plan")
        ]

    def __str__(self) -> str:
        return f"{self.reader}: {self.plan}"


class RefundQuerySet(models.QuerySet["Refund"]):
    """Questions about many refunds."""

    def owed(self) -> Self:
        """Keep what has not gone out yet."""
        return self.filter(status=Refund.Status.OWED)


class Refund(models.Model):
    """One sum that goes back, out of one payment. Written by ``subscriptions.paying.refunds`` alone."""

    class Status(models.TextChoices):
        """How far it has gone."""

        OWED = "owed", _("Owed")
        SENT = "sent", _("Sent")

    class Kind(models.TextChoices):
        """Why it goes back."""

        GUARANTEE = "guarantee", _("Money-back guarantee")
        STAFF = "staff", _("Given by staff")
        LATE = "late", _("Paid too late")
        PROVIDER = "provider", _("Made at the provider")
        CHARGEBACK = "chargeback", _("Taken back by the bank")
        GIFT = "gift", _("A gift that was not redeemed")

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="refunds", verbose_name=_("out of the payment")
    )
    claim = models.ForeignKey(
        GuaranteeClaim,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("guarantee claim"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.GUARANTEE)
    key = models.CharField(
        _("key"),
        max_length=60,
        unique=True,
        help_text=_("The same for the same refund, however often it is tried: nothing goes out twice."),
    )
    amount_minor = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OWED)
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    provider_reference = models.CharField(_("provider’s reference"), max_length=100, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    failure = models.CharField(_("why it has not gone out"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_is_positive"),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY), name="refund_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(kind="guarantee", claim__isnull=False) | (~Q(kind="guarantee") & Q(claim=None)),
                name="refund_under_the_guarantee_has_its_claim",
            ),
            models.CheckConstraint(
                name="refund_sent_has_its_instant",
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.payment)

    @property
    def is_owed(self) -> bool:
        """Whether the money has yet to go out."""
        return self.status == self.Status.OWED
