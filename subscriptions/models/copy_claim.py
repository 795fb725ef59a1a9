"""A copy that did not come, or came damaged."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.label_run import Label
from subscriptions.models.received_issue import Extension


class CopyClaim(models.Model):
    """A reader says that a copy is missing or damaged: once for each, and what was done about it.

    The first in a term is replaced; for a further one days are added instead.
    """

    class Why(models.TextChoices):
        """What is wrong with the copy."""

        MISSING = "missing", _("It did not come")
        DAMAGED = "damaged", _("It came damaged")

    class Outcome(models.TextChoices):
        """What was done about it."""

        REPLACED = "replaced", _("Another copy is sent")
        EXTENDED = "extended", _("Days are added")

    label = models.OneToOneField(Label, models.PROTECT, related_name="claim", verbose_name=_("label"))
    why = models.CharField(_("what is wrong"), max_length=10, choices=Why)
    claimed_at = models.DateTimeField(_("claimed"), default=timezone.now)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("claimed by"),
    )
    outcome = models.CharField(_("what is done"), max_length=10, choices=Outcome)
    replacement = models.OneToOneField(
        Label,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replacement"),
    )
    extension = models.ForeignKey(
        Extension,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copy_claims",
        verbose_name=_("extension"),
    )

    class Meta:
        verbose_name = _("claim for a copy")
        verbose_name_plural = _("claims for copies")
        ordering = ["-claimed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="copy_claim_did_what_it_says",
                condition=Q(outcome="replaced", replacement__isnull=False, extension=None)
                | Q(outcome="extended", replacement=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_why_display()}"
