"""A paid period, in whole days."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subscriptions.models.payment import Payment
from subscriptions.models.subscription import Subscription


class TermQuerySet(models.QuerySet["Term"]):
    """Questions about many terms."""

    def kept(self) -> Self:
        """Keep the terms whose money was not given back."""
        return self.filter(Q(payment=None) | Q(payment__refunded_minor__lt=F("payment__amount_minor")))


class Term(models.Model):
    """One paid period of a subscription, both days included, in the magazine's time zone."""

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="terms", verbose_name=_("subscription")
    )
    number = models.PositiveSmallIntegerField(_("term"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last paid day"))
    months = models.PositiveSmallIntegerField(_("months"))
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, blank=True, related_name="term", verbose_name=_("payment")
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["subscription", "number"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="term_number_unique"),
            models.UniqueConstraint(fields=["subscription", "starts_on"], name="term_start_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="term_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%d.%m.%Y}–{self.ends_on:%d.%m.%Y}"
