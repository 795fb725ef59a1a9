"""A nightly comparison of our books with a provider's."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reconciliation(models.Model):
    """One run: how many payments were compared, what was put right, and what could not be."""

    provider = models.SlugField(_("provider"))
    ran_at = models.DateTimeField(_("when"), default=timezone.now)
    looked_at = models.PositiveIntegerField(_("payments compared"), default=0)
    mended = models.PositiveIntegerField(_("put right"), default=0)
    differences = models.JSONField(
        _("differences"),
        default=list,
        blank=True,
        help_text=_("What remains: the payment, and in words what."),
    )
    failure = models.TextField(_("why it stopped"), blank=True)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-ran_at", "-id"]

    def __str__(self) -> str:
        return f"{self.provider}, {self.ran_at:%d.%m.%Y}"

    @property
    def agrees(self) -> bool:
        """Whether it went through and nothing remains."""
        return not self.failure and not self.differences
