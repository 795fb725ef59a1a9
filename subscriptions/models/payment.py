"""Money that is expected, or has come."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import CURRENCY, Price
from subscriptions.models.subscription import Subscription


class Dispute(models.TextChoices):
    """Whether the reader's bank has taken the payment into question."""

    NONE = "", _("None")
    OPEN = "open", _("Open")
    WON = "won", _("Settled for us")
    LOST = "lost", _("Settled against us")


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Questions about many payments."""

    def expected(self) -> Self:
        """Keep what has not come yet."""
        return self.filter(status=Payment.Status.EXPECTED)

    def confirmed(self) -> Self:
        """Keep what has come."""
        return self.filter(status=Payment.Status.CONFIRMED)

    def disputed(self) -> Self:
        """Keep what a bank has in question today."""
        return self.filter(dispute=Dispute.OPEN)


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
        CARD = "card", _("Card")

    class Purpose(models.TextChoices):
        """What is paid for."""

        TERM = "term", _("A term")
        SWITCH = "switch", _("A change of plan")
        PRINT = "print", _("The printed copy")

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="payments", verbose_name=_("subscription")
    )
    price = models.ForeignKey(Price, models.PROTECT, related_name="payments", verbose_name=_("price"))
    reference = models.CharField(
        _("reference"), max_length=20, unique=True, help_text=_("What the reader writes on the transfer.")
    )
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose, default=Purpose.TERM)
    amount_minor = models.PositiveIntegerField(
        _("amount"), help_text=_("What is asked for: the price, less the discount and the credit.")
    )
    discount_minor = models.PositiveIntegerField(_("discount"), default=0)
    credit_minor = models.PositiveIntegerField(
        _("credit"), default=0, help_text=_("The worth of the unused days of the plan that was given up.")
    )
    print_minor = models.PositiveIntegerField(
        _("of it for print"), default=0, help_text=_("How much of the amount is for the printed copy.")
    )
    print_add_on = models.ForeignKey(
        "subscriptions.PrintAddOn",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("printed copy"),
    )
    offer_use = models.ForeignKey(
        "subscriptions.OfferUse",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("offer"),
    )
    refunded_minor = models.PositiveIntegerField(
        _("given back"), default=0, help_text=_("How much of the amount goes, or went, back to the reader.")
    )
    currency = models.CharField(_("currency"), max_length=3)
    provider = models.SlugField(_("provider"), default="manual")
    provider_reference = models.CharField(_("provider's reference"), max_length=100, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.TRANSFER)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.EXPECTED)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(
        _("next try"), null=True, blank=True, help_text=_("When the card is charged; empty: not by us.")
    )
    failed_try = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("The last of the tries that is known to have failed.")
    )
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(
        _("withdrawn"), null=True, blank=True, help_text=_("Since then the provider takes it no more.")
    )
    dispute = models.CharField(_("dispute"), max_length=10, choices=Dispute, default=Dispute.NONE, blank=True)
    readings = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("How often the provider’s word was written down.")
    )
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

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-id"]
        permissions = [
            ("confirm_payment", _("Can confirm that a payment was received")),
            ("see_figures", _("Can see the magazine’s figures")),
        ]
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
            models.CheckConstraint(
                condition=Q(print_minor__lte=F("amount_minor")), name="payment_for_print_is_part_of_it"
            ),
            models.CheckConstraint(
                condition=Q(print_minor=0) | Q(print_add_on__isnull=False),
                name="payment_for_print_has_its_add_on",
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
    def kept_minor(self) -> int:
        """What the magazine has of it: nothing until it came, and less what went back."""
        return self.amount_minor - self.refunded_minor if self.is_confirmed else 0

    @property
    def is_disputed(self) -> bool:
        """Whether a bank has it in question today, so that nothing of it may move."""
        return self.dispute == Dispute.OPEN

    @property
    def is_given_back(self) -> bool:
        """Whether all of it goes, or went, back to the reader."""
        return self.refunded_minor >= self.amount_minor
