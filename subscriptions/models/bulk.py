"""What staff do to many at once, and what needs a second person."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.entitlement import Entitlement
from subscriptions.models.subscription import Subscription


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Questions about many requests."""

    def waiting(self) -> Self:
        """Keep what nobody has decided."""
        return self.filter(decided_at=None)


class Approval(models.Model):
    """Something above a sum, or above a number of people, that a second person decides about."""

    class Kind(models.TextChoices):
        """What is to be done."""

        REFUND = "refund", _("Give money back")
        BULK = "bulk", _("Do it to many")

    class Decision(models.TextChoices):
        """What the second person said."""

        YES = "yes", _("Approved")
        NO = "no", _("Refused")

    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=200)
    amount_minor = models.PositiveIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    people_count = models.PositiveIntegerField(_("people"), default=1)
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals",
        verbose_name=_("subscription"),
    )
    deed = models.JSONField(_("what exactly"), default=dict)
    shown = models.CharField(
        max_length=64, blank=True, help_text=_("The mark of what was shown: it is done as it was, or not.")
    )
    decision = models.CharField(_("decision"), max_length=5, choices=Decision, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("second signature")
        verbose_name_plural = _("second signatures")
        ordering = ["-asked_at", "-id"]
        permissions = [("decide_approval", _("Can give the second signature"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="approval_needs_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
                name="approval_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class BulkDeed(models.Model):
    """One action on many readers: chosen, shown, done line by line by the worker, and undone."""

    class Kind(models.TextChoices):
        """What can be done to many."""

        EXTEND = "extend", _("Add days")
        GRANT = "grant", _("Give complimentary access")
        NOTE = "note", _("Leave a note")

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("Waits for a second signature")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        REFUSED = "refused", _("Refused")

    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    parameters = models.JSONField(_("how"), default=dict)
    conditions = models.JSONField(_("to whom"), default=dict)
    segment_name = models.CharField(_("segment"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State)
    approval = models.OneToOneField(
        Approval,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bulk_deed",
        verbose_name=_("second signature"),
    )
    people_count = models.PositiveIntegerField(_("people"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    class Meta:
        verbose_name = _("action on many")
        verbose_name_plural = _("actions on many")
        ordering = ["-asked_at", "-id"]
        permissions = [("do_bulkdeed", _("Can act on many subscribers at once"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.people_count}"


class BulkLine(models.Model):
    """What an action on many did to one reader."""

    deed = models.ForeignKey(BulkDeed, models.CASCADE, related_name="lines", verbose_name=_("action"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_lines", verbose_name=_("reader")
    )
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bulk_lines",
        verbose_name=_("subscription"),
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    problem = models.CharField(_("why not"), max_length=200, blank=True)
    rights = models.ManyToManyField(Entitlement, blank=True, related_name="bulk_lines")
    note = models.ForeignKey(
        "subscriptions.StaffNote", models.SET_NULL, null=True, blank=True, related_name="bulk_lines"
    )

    class Meta:
        verbose_name = _("line of an action")
        verbose_name_plural = _("lines of an action")
        ordering = ["deed", "id"]
        constraints = [models.UniqueConstraint(fields=["deed", "reader"], name="bulk_line_once_per_reader")]

    def __str__(self) -> str:
        return str(self.reader)
