"""Money that is expected, or has come."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import CURRENCY, Price
from subscriptions.models.subscription import Subscription


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Questions about many payments."""

    def expected(self) -> Self:
        """Keep what has not come yet."""
        return self.filter(status=Payment.Status.EXPECTED)

    def confirmed(self) -> Self:
        """Keep what has come."""
        return self.filter(status=Payment.Status.CONFIRMED)


class Payment(models.Model):
    """One sum for one term of a subscription. It opens nothing: ``payments.confirm`` writes the rights."""

    class Status(models.TextChoices):
        """How far it has come."""

        EXPECTED = "expected", _("Expected")
        CONFIRMED = "confirmed", _("Confirmed")
        VOID = "void", _("Void")

    class Method(models.TextChoices):
        """How the reader pays."""

        TRANSFER = "transfer", _("Bank transfer")
        CHEQUE = "cheque", _("Cheque")

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="payments", verbose_name=_("subscription")
    )
    price = models.ForeignKey(Price, models.PROTECT, related_name="payments", verbose_name=_("price"))
    reference = models.CharField(
        _("reference"), max_length=20, unique=True, help_text=_("What the reader writes on the transfer.")
    )
    amount_minor = models.PositiveIntegerField(_("amount"))
    refunded_minor = models.PositiveIntegerField(
        _("given back"), default=0, help_text=_("How much of the amount goes, or went, back to the reader.")
    )
    currency = models.CharField(_("currency"), max_length=3)
    provider = models.SlugField(_("provider"), default="manual")
    provider_reference = models.CharField(_("provider's reference"), max_length=100, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.TRANSFER)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.EXPECTED)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    request_sent_at = models.DateTimeField(_("request sent"), null=True, blank=True)
    receipt_sent_at = models.DateTimeField(_("receipt sent"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-id"]
        permissions = [("confirm_payment", _("Can confirm that a payment was received"))]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY), name="payment_currency_is_a_code"),
            models.CheckConstraint(
                name="payment_confirmed_has_its_day",
                condition=Q(status="confirmed", confirmed_at__isnull=False, paid_on__isnull=False)
                | (~Q(status="confirmed") & Q(confirmed_at__isnull=True, paid_on__isnull=True)),
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("amount_minor")),
                name="payment_gives_back_no_more_than_came",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor=0) | Q(status="confirmed"), name="payment_gives_back_what_came"
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(status="expected"),
                name="one_expected_payment_per_subscription",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="payment_once_per_provider_reference",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_expected(self) -> bool:
        """Whether the money has yet to come."""
        return self.status == self.Status.EXPECTED

    @property
    def is_confirmed(self) -> bool:
        """Whether the money has come."""
        return self.status == self.Status.CONFIRMED

    @property
    def is_given_back(self) -> bool:
        """Whether all of it goes, or went, back to the reader."""
        return self.refunded_minor >= self.amount_minor
