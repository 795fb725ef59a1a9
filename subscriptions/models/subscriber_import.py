"""Subscribers who come from another system, as a table."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.subscription import Subscription


class SubscriberImport(models.Model):
    """One file of subscribers: looked through first, then taken over, whole or not at all."""

    class State(models.TextChoices):
        """How far it has come."""

        CHECKED = "checked", _("Looked through")
        QUEUED = "queued", _("Queued")
        DONE = "done", _("Taken over")
        FAILED = "failed", _("Failed")

    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("brought by")
    )
    made_at = models.DateTimeField(_("brought"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKED)
    rows_count = models.PositiveIntegerField(_("rows"), default=0)
    bad_count = models.PositiveIntegerField(_("rows with a problem"), default=0)
    new_count = models.PositiveIntegerField(_("new subscribers"), default=0)
    known_count = models.PositiveIntegerField(_("known already"), default=0)
    done_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")
        ordering = ["-made_at", "-id"]
        permissions = [
            ("import_subscribers", _("Can import subscribers")),
            ("export_subscribers", _("Can export subscribers")),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of a file: as it stood there, what is wrong with it, and what became of it."""

    class Outcome(models.TextChoices):
        """What becomes of it."""

        NEW = "new", _("New")
        KNOWN = "known", _("Known already")
        BAD = "bad", _("Not taken over")

    file = models.ForeignKey(
        SubscriberImport, models.CASCADE, related_name="rows", verbose_name=_("import of subscribers")
    )
    line = models.PositiveIntegerField(_("line"))
    values = models.JSONField(_("as it stands"), default=dict)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="import_rows",
        verbose_name=_("subscription"),
    )

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["file", "line"]
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="import_row_once_per_line")]

    def __str__(self) -> str:
        return f"{self.file}: {self.line}"
