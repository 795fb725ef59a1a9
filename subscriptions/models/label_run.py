"""Who is sent a printed copy of one issue, and where: written down once, for ever."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.address import Address
from subscriptions.models.hold import Hold
from subscriptions.models.subscription import Subscription


class LabelRun(models.Model):
    """The labels of one issue. Until it is frozen there are none; then they are what they are.

    ``issue_key`` names the issue for the room that makes it. Who has a right to print on ``issue_on`` gets a
    copy, at the address that was known at ``cutoff_at``. Written by ``subscriptions.fulfilment`` alone.
    """

    issue_key = models.CharField(_("issue"), max_length=40, unique=True)
    issue_name = models.CharField(_("name"), max_length=120)
    issue_on = models.DateField(_("day of the issue"))
    cutoff_at = models.DateTimeField(
        _("cut-off"), help_text=_("What readers change until then counts for this issue.")
    )
    overs = models.PositiveIntegerField(
        _("overs"), default=0, help_text=_("Copies to be printed beyond the labels: claims, shops, spoilage.")
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("frozen by"),
    )
    labels_count = models.PositiveIntegerField(_("labels"), default=0)
    withheld_count = models.PositiveIntegerField(_("withheld"), default=0)
    not_printed_at = models.DateTimeField(
        _("not printed"), null=True, blank=True, help_text=_("There is no printed copy of this issue.")
    )
    not_printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("not printed, says"),
    )

    class Meta:
        verbose_name = _("label run")
        verbose_name_plural = _("label runs")
        ordering = ["-issue_on", "-id"]
        permissions = [
            ("freeze_labelrun", _("Can freeze the labels of an issue")),
            ("download_labelrun", _("Can download labels")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(frozen_at=None) | Q(not_printed_at=None), name="label_run_frozen_is_printed"
            )
        ]

    def __str__(self) -> str:
        return self.issue_name

    @property
    def is_frozen(self) -> bool:
        """Whether its labels are written down."""
        return self.frozen_at is not None


class LabelQuerySet(models.QuerySet["Label"]):
    """Questions about many labels."""

    def regular(self) -> Self:
        """Keep those that the run itself wrote: one for each reader."""
        return self.filter(kind=Label.Kind.REGULAR)

    def still_addressed(self) -> Self:
        """Keep those whose address was not erased: with its reader, or when its time was over."""
        return self.exclude(lines="")


class Label(models.Model):
    """One copy for one reader: the address as it was, not as it is."""

    class Kind(models.TextChoices):
        """Why there is one."""

        REGULAR = "regular", _("Of the run")
        REPLACEMENT = "replacement", _("For a claim")
        REPRINT = "reprint", _("Reprinted")

    run = models.ForeignKey(LabelRun, models.PROTECT, related_name="labels", verbose_name=_("label run"))
    number = models.PositiveIntegerField(_("number"), help_text=_("Its place in the run."))
    code = models.CharField(
        _("code"), max_length=20, unique=True, help_text=_("What is printed on it, to be found again by.")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.REGULAR)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="labels", verbose_name=_("reader")
    )
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="labels",
        verbose_name=_("subscription"),
    )
    address = models.ForeignKey(
        Address,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="labels",
        verbose_name=_("copied from"),
    )
    lines = models.TextField(_("lines"), help_text=_("The address as it is set in its country."))
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    returned_at = models.DateTimeField(_("came back"), null=True, blank=True)
    returned_why = models.CharField(_("why it came back"), max_length=200, blank=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["run", "number", "id"]
        permissions = [("reprint_label", _("Can reprint a label"))]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "reader"], condition=Q(kind="regular"), name="one_label_per_reader_and_run"
            ),
            models.UniqueConstraint(fields=["run", "number"], name="label_number_once_per_run"),
        ]

    def __str__(self) -> str:
        return self.code


class Withheld(models.Model):
    """A reader with a right to print to whom a run sent nothing, and why."""

    class Why(models.TextChoices):
        """What stood in the way."""

        HOLD = "hold", _("On hold")
        NO_ADDRESS = "no_address", _("No address")
        UNDELIVERABLE = "undeliverable", _("Undeliverable")

    run = models.ForeignKey(LabelRun, models.PROTECT, related_name="withheld", verbose_name=_("label run"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="withheld", verbose_name=_("reader")
    )
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="withheld",
        verbose_name=_("subscription"),
    )
    why = models.CharField(_("why"), max_length=15, choices=Why)
    hold = models.ForeignKey(
        Hold, models.PROTECT, null=True, blank=True, related_name="withheld", verbose_name=_("hold")
    )
    made_good_at = models.DateTimeField(
        _("made good"), null=True, blank=True, help_text=_("Days were added for it.")
    )

    class Meta:
        verbose_name = _("copy withheld")
        verbose_name_plural = _("copies withheld")
        ordering = ["run", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "reader"], name="withheld_once_per_reader_and_run")
        ]

    def __str__(self) -> str:
        return f"{self.reader}: {self.get_why_display()}"


class LabelDownload(models.Model):
    """Somebody took the labels of a run out of the house."""

    run = models.ForeignKey(LabelRun, models.PROTECT, related_name="downloads", verbose_name=_("label run"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    form = models.CharField(_("as"), max_length=40)
    labels_count = models.PositiveIntegerField(_("labels"))

    class Meta:
        verbose_name = _("download of labels")
        verbose_name_plural = _("downloads of labels")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.run}: {self.form}"
