"""What an article said before: a snapshot for every save that changed something."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """One state of one article with its bylines, tags and related pieces.

    ``snapshot`` is what ``articles.revisions`` wrote: plain values by field name; never changed afterwards.
    """

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    snapshot = models.JSONField()
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Set while these are changes to a live piece that readers do not see: the revision they see meanwhile.
    pending_over = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    note = models.CharField(
        _("note"), max_length=500, blank=True, help_text=_("What was done, where it was more than a save.")
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(pending_over__isnull=False), name="revision_pending_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} #{self.number}"
