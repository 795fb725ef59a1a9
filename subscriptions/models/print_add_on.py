"""The printed copy beside a plan: what was agreed, and for which terms it was paid."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.payment import Payment
from subscriptions.models.subscription import Subscription
from subscriptions.models.term import Term
from subscriptions.models.zone import ZonePrice


class PrintAddOnQuerySet(models.QuerySet["PrintAddOn"]):
    """Questions about many add-ons."""

    def open(self) -> Self:
        """Keep what has not ended: dropped or not."""
        return self.filter(ended_at=None)

    def wanted(self) -> Self:
        """Keep what the next term is to have, too."""
        return self.open().filter(dropped_at=None)


class PrintAddOn(models.Model):
    """A reader wants the printed copy beside a plan, at the price of a zone.

    Dropping it leaves what is paid: it is no longer ``wanted`` for the next term, and ends with the last
    term that has it. Written by ``subscriptions.fulfilment.add_on`` alone.
    """

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="print_add_ons", verbose_name=_("subscription")
    )
    zone_price = models.ForeignKey(
        ZonePrice, models.PROTECT, related_name="add_ons", verbose_name=_("price of print")
    )
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = PrintAddOnQuerySet.as_manager()

    class Meta:
        verbose_name = _("printed copy")
        verbose_name_plural = _("printed copies")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(ended_at=None),
                name="one_open_print_add_on_per_subscription",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.zone_price.zone}"


class PrintedTerm(models.Model):
    """The printed copy was paid for a term, from ``starts_on`` to the term's end, wherever that moves."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="printed", verbose_name=_("term"))
    add_on = models.ForeignKey(
        PrintAddOn, models.PROTECT, related_name="terms", verbose_name=_("printed copy")
    )
    payment = models.ForeignKey(
        Payment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="printed_terms",
        verbose_name=_("payment"),
        help_text=_("Empty: it came with an import."),
    )
    starts_on = models.DateField(_("from"))
    amount_minor = models.PositiveIntegerField(_("paid"), default=0)
    ended_at = models.DateTimeField(
        _("ended"), null=True, blank=True, help_text=_("Its money was given back.")
    )

    class Meta:
        verbose_name = _("term with print")
        verbose_name_plural = _("terms with print")
        ordering = ["term", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=Q(ended_at=None), name="one_printed_copy_per_term"
            )
        ]

    def __str__(self) -> str:
        return str(self.term)
