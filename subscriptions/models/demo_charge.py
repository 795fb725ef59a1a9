"""What the pretend bank of the demo knows: its own record, which is not ours."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DemoCharge(models.Model):
    """One payment as the demo's bank has it. Only ``subscriptions.providers.demo`` reads or writes it."""

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    customer = models.CharField(_("customer"), max_length=100, blank=True)
    amount_minor = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    stage = models.CharField(_("stage"), max_length=10)
    card = models.CharField(_("card"), max_length=60, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    last_try = models.PositiveSmallIntegerField(_("last try"), default=0)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    dispute = models.CharField(_("dispute"), max_length=10, blank=True)
    refunds = models.JSONField(_("refunds"), default=list)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("payment at the demo’s bank")
        verbose_name_plural = _("payments at the demo’s bank")

    def __str__(self) -> str:
        return self.reference
