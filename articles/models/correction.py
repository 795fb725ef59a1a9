"""What we got wrong, and when we said so."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """A dated note under an article. Plain text."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="corrections")
    corrected_on = models.DateField(_("date"), default=timezone.localdate)
    note = models.TextField(_("note"), max_length=1_000)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["corrected_on", "pk"]

    def __str__(self) -> str:
        return self.note[:80]
