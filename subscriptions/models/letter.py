"""A letter to a reader, on the record before and after it was sent."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.subscription import Subscription


class LetterQuerySet(models.QuerySet["Letter"]):
    """Questions about many letters."""

    def in_doubt(self) -> Self:
        """Keep what was begun and never reported as sent: it may have gone out, or not."""
        return self.filter(begun_at__isnull=False, sent_at=None)


class Letter(models.Model):
    """One letter about one thing: ``key`` (“receipt-H-3K4P7R-1”) is what nobody is written to about twice."""

    class Kind(models.TextChoices):
        """The letters there are."""

        PAYMENT_REQUEST = "payment_request", _("How to pay")
        WELCOME = "welcome", _("Welcome")
        RECEIPT = "receipt", _("Receipt")
        TRIAL = "trial", _("Trial begun")
        RENEWAL_NOTICE = "renewal_notice", _("Renewal notice")
        CARD_FAILED = "card_failed", _("Card failing")
        GRACE = "grace", _("Days of grace")
        LAPSED = "lapsed", _("Lapsed")
        CANCELLED = "cancelled", _("Cancelled")
        PAUSED = "paused", _("Paused")
        SWITCHED = "switched", _("Plan changed")
        REFUNDED = "refunded", _("Money back")
        REFUND_SENT = "refund_sent", _("Money sent")
        PRICE_CHANGE = "price_change", _("Price change")
        EXTENDED = "extended", _("Extended")
        ISSUE_OUT = "issue_out", _("A new issue")
        FEED_REPLACED = "feed_replaced", _("A new address for apps")
        PRINT_ADDED = "print_added", _("Print added")
        PRINT_DROPPED = "print_dropped", _("Print dropped")
        ADDRESS_CHANGED = "address_changed", _("Address changed")
        UNDELIVERABLE = "undeliverable", _("A copy came back")
        HOLD = "hold", _("Print held back")
        COPY_CLAIMED = "copy_claimed", _("Copy replaced")
        GIFT_BOUGHT = "gift_bought", _("Gift card")
        GIFT_GIVEN = "gift_given", _("A gift for you")
        GIFT_REMINDER = "gift_reminder", _("A gift that waits")
        GIFT_REDEEMED = "gift_redeemed", _("Your gift was taken up")
        GIFT_ENDING = "gift_ending", _("A gift ends")
        SEAT_GIVEN = "seat_given", _("A seat for you")
        FEATURE_LIVE = "feature_live", _("A feature is there")
        ERASURE = "erasure", _("Account to be erased")

    kind = models.CharField(_("letter"), max_length=30, choices=Kind)
    key = models.CharField(_("about"), max_length=100, unique=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="letters", verbose_name=_("reader")
    )
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("subscription"),
    )
    about_id = models.PositiveBigIntegerField(
        null=True, blank=True, help_text=_("The row it is about; the kind of letter says of which table.")
    )
    address = models.EmailField(_("to"), blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    failure = models.CharField(_("why it was not sent"), max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(begun_at__isnull=False), name="letter_sent_was_begun"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.address or self.reader}"
