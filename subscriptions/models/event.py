"""What happened to a subscription, in order, for ever."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.subscription import Subscription


class SubscriptionEvent(models.Model):
    """One line of a subscription's story. Lines are added, never changed."""

    class Kind(models.TextChoices):
        """What can happen."""

        ORDERED = "ordered", _("Ordered")
        CHANGED = "changed", _("Order changed")
        WITHDRAWN = "withdrawn", _("Order withdrawn")
        BILLED = "billed", _("Next term billed")
        PAID = "paid", _("Payment confirmed")
        VOIDED = "voided", _("Payment voided")
        FAILED = "failed", _("Payment failed")
        CANCELLED = "cancelled", _("Cancelled")
        RESUMED = "resumed", _("Resumed")
        CLOSED = "closed", _("Closed")
        REFUNDED = "refunded", _("Money back asked for")
        REFUND_SENT = "refund_sent", _("Money sent back")
        TRIAL = "trial", _("Trial begun")
        PAUSED = "paused", _("Paused")
        UNPAUSED = "unpaused", _("Pause ended")
        SWITCHED = "switched", _("Plan changed")
        PLANNED = "planned", _("Change announced")
        KEPT = "kept", _("Change withdrawn")
        EXTENDED = "extended", _("Extended")
        OFFERED = "offered", _("Offer taken")
        METHOD = "method", _("Way of paying changed")
        DISPUTED = "disputed", _("Payment disputed")
        SETTLED = "settled", _("Dispute settled")
        LATE = "late", _("Payment came too late")
        LAPSED = "lapsed", _("Lapsed")
        PRINT_ASKED = "print_asked", _("Print asked for")
        PRINT_ADDED = "print_added", _("Print added")
        PRINT_DROPPED = "print_dropped", _("Print dropped")
        PRINT_KEPT = "print_kept", _("Print kept after all")
        PRINT_ENDED = "print_ended", _("Print ended")
        ADDRESS = "address", _("Address changed")
        HELD = "held", _("Print held back")
        UNHELD = "unheld", _("Hold called off")
        CLAIMED = "claimed", _("Copy claimed")
        RETURNED = "returned", _("Copy came back")
        REPRINTED = "reprinted", _("Label reprinted")
        GIFT_REDEEMED = "gift_redeemed", _("Gift redeemed")
        SIGNED = "signed", _("Second signature")
        IMPORTED = "imported", _("Came over from another system")

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="events", verbose_name=_("subscription")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the magazine itself."),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.get_kind_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line; raises ``TypeError`` when it has been written before."""
        if self.pk is not None:
            raise TypeError("A subscription's story is added to, never rewritten.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never."""
        raise TypeError("A subscription's story is added to, never rewritten.")
