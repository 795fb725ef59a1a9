"""The issues a subscription has had, and the days that were added when some did not come."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.subscription import Subscription
from subscriptions.models.term import Term


class ReceivedIssue(models.Model):
    """One issue that came to one subscription on one of its days. Written by ``subscriptions.ledger`` alone.

    ``key`` names the issue for the room that publishes it; here it is only compared.
    """

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="received_issues", verbose_name=_("subscription")
    )
    term = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="received_issues", verbose_name=_("term")
    )
    key = models.CharField(_("issue"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    weight = models.PositiveSmallIntegerField(_("counts as"), default=1)
    received_on = models.DateField(_("received on"))

    class Meta:
        verbose_name = _("received issue")
        verbose_name_plural = _("received issues")
        ordering = ["subscription", "received_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "key"], name="issue_received_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """Days that were added to a term, and why: once for each ``batch``, however often it is run."""

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="extensions", verbose_name=_("subscription")
    )
    term = models.ForeignKey(Term, models.PROTECT, related_name="extensions", verbose_name=_("term"))
    days = models.PositiveSmallIntegerField(_("days"))
    batch = models.CharField(_("batch"), max_length=60)
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-made_at", "-id"]
        permissions = [("extend_subscription", _("Can extend subscriptions"))]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "batch"], name="extension_once_per_batch"),
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_adds_days"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription}: {self.days}"
