"""One version of a plan's terms: what it gives and what it costs, fixed for ever once sold."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from subscriptions import features
from subscriptions.features import Feature, State
from subscriptions.money import formatted

CURRENCY = r"^[A-Z]{3}$"


class SoldVersionError(ValidationError):
    """Somebody tried to change terms that a reader has already agreed to."""

    def __init__(self) -> None:
        super().__init__(
            _("This version has been sold and stays as it was agreed. Make a new version instead."),
            code="sold",
        )


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    """Questions about many versions."""

    def on_sale(self, at: datetime | None = None) -> Self:
        """Keep versions whose sale has begun at ``at`` (default: now), the one now sold first."""
        return self.filter(sold_from_at__lte=at or timezone.now()).order_by("-sold_from_at", "-number")


class PlanVersion(models.Model):
    """The terms of a plan as they were, or are, agreed. Subscriptions point here, never at the plan."""

    plan = models.ForeignKey(
        "subscriptions.Plan", models.PROTECT, related_name="versions", verbose_name=_("plan")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    sold_from_at = models.DateTimeField(
        _("sold from"),
        null=True,
        blank=True,
        help_text=_("From then on new orders are on these terms. Empty: not for sale yet."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="plan_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"

    @property
    def promises(self) -> list["PlanFeature"]:
        """The features in the order in which they are advertised."""
        return in_advertised_order(self.features.all())

    @property
    def is_sold(self) -> bool:
        """Whether somebody has ordered on these terms."""
        return self.pk is not None and self.subscriptions.exists()

    def clean(self) -> None:
        """Refuse changes to terms that have been sold."""
        super().clean()
        _refuse_change_once_sold(self, [self])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, unless the terms have been sold and this would change them."""
        _refuse_change_once_sold(self, [self])
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a version that nobody has bought."""
        _refuse_once_sold([self])
        return super().delete(*args, **kwargs)


class PartOfVersion(models.Model):
    """What belongs to a version's terms, and freezes with them."""

    class Meta:
        abstract = True

    version: PlanVersion
    version_id: int

    def clean(self) -> None:
        """Refuse changes to terms that have been sold."""
        super().clean()
        if self.version_id:
            _refuse_change_once_sold(self, self._versions_touched())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, unless the terms have been sold and this would change them."""
        _refuse_change_once_sold(self, self._versions_touched())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete from a version that nobody has bought."""
        _refuse_once_sold(self._versions_touched())
        return super().delete(*args, **kwargs)

    def _versions_touched(self) -> Iterable[PlanVersion]:
        """The version it would belong to, and the one it belongs to now."""
        ids = {self.version_id}
        if stored := _stored(self):
            ids.add(stored["version_id"])
        return PlanVersion.objects.filter(pk__in=ids)


def _stored(row: models.Model) -> dict[str, Any] | None:
    return type(row)._default_manager.filter(pk=row.pk).values().first() if row.pk else None


def _refuse_once_sold(versions: Iterable[PlanVersion]) -> None:
    if any(version.is_sold for version in versions):
        raise SoldVersionError


def _refuse_change_once_sold(row: models.Model, versions: Iterable[PlanVersion]) -> None:
    stored = _stored(row)
    if stored is None or any(
        stored[field.attname] != getattr(row, field.attname) for field in row._meta.concrete_fields
    ):
        _refuse_once_sold(versions)


def in_advertised_order(promises: Iterable["PlanFeature"]) -> list["PlanFeature"]:
    """Sort promises as the registry lists them."""
    return sorted(promises, key=lambda promise: features.ORDER[promise.key])


class PlanFeatureQuerySet(models.QuerySet["PlanFeature"]):
    """Questions about many promises."""

    def advertised(self, at: datetime | None = None) -> Self:
        """Keep the features of the plan we advertise first at ``at`` (default: now). One query."""
        first = (
            PlanVersion.objects.on_sale(at)
            .filter(plan__is_offered=True)
            .order_by("plan__position", "plan__name", "-sold_from_at", "-number")
        )
        return self.filter(version=first.values("pk")[:1])

    def live(self) -> Self:
        """Keep what is kept today."""
        return self.filter(state=State.LIVE)


class PlanFeature(PartOfVersion):
    """One promise of a version: a key of the registry, its parameters and its state."""

    version = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="features", verbose_name=_("version")
    )
    key = models.CharField(_("feature"), max_length=30, choices=Feature)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.LIVE)
    planned_on = models.DateField(
        _("planned for"), null=True, blank=True, help_text=_("The day from which it is meant to be kept.")
    )
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)

    objects = PlanFeatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("feature")
        verbose_name_plural = _("features")
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="plan_feature_once_per_version"),
            models.CheckConstraint(
                name="plan_feature_planned_has_day",
                condition=Q(state=State.PLANNED, planned_on__isnull=False)
                | Q(state=State.LIVE, planned_on__isnull=True),
                violation_error_message=_("A planned feature needs its day; a live one has none."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Let the registry judge the parameters."""
        super().clean()
        if self.key in Feature:
            try:
                self.parameters = features.clean_parameters(self.key, self.parameters)
            except ValidationError as error:
                raise ValidationError({"parameters": error.messages}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save what the registry accepts; raises ``ValidationError`` for other parameters."""
        self.parameters = features.clean_parameters(self.key, self.parameters)
        super().save(*args, **kwargs)

    @property
    def is_planned(self) -> bool:
        """Whether it is promised for a day to come rather than kept today."""
        return self.state == State.PLANNED

    @property
    def label(self) -> str:
        """As it is advertised."""
        return features.label_for(self.key, self.parameters, planned=self.is_planned)

    @property
    def sentence(self) -> str:
        """What it means, for a reader."""
        return features.sentence_for(self.key, self.parameters)

    @property
    def comes_with_plan(self) -> bool:
        """Whether paying for the plan grants it, rather than offering it."""
        return features.REGISTRY[Feature(self.key)].comes_with_plan


class Price(PartOfVersion):
    """What one term of a version costs in one currency."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="prices", verbose_name=_("version"))
    term_months = models.PositiveSmallIntegerField(
        _("term in months"), null=True, blank=True, help_text=_("12 is a year. Or leave it empty, and count:")
    )
    term_issues = models.PositiveSmallIntegerField(
        _("term in issues"), null=True, blank=True, help_text=_("A term that ends when so many have come.")
    )
    amount_minor = models.PositiveIntegerField(
        _("amount"), help_text=_("In the currency's smallest unit: 900 is £9.00, 900 yen is ¥900.")
    )
    currency = models.CharField(_("currency"), max_length=3, help_text=_("Three letters: GBP."))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["version", "currency", "term_months", "term_issues"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "term_months", "currency"], name="price_once_per_term_and_currency"
            ),
            models.UniqueConstraint(
                fields=["version", "term_issues", "currency"], name="price_once_per_issues_and_currency"
            ),
            models.CheckConstraint(
                name="price_term_is_sensible",
                condition=Q(term_months__gte=1, term_months__lte=120, term_issues=None)
                | Q(term_months=None, term_issues__gte=1, term_issues__lte=400),
                violation_error_message=_("A term is a number of months or a number of issues: write one."),
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="price_is_positive"),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY), name="price_currency_is_a_code"),
        ]

    def __str__(self) -> str:
        return f"{formatted(self.amount_minor, self.currency)} / {self.term_label}"

    @property
    def term_label(self) -> str:
        """The term in words: “1 month”, “1 year”, “18 months”, “12 issues”."""
        if self.term_months is None:
            return ngettext("%d issue", "%d issues", self.term_issues or 0) % self.term_issues
        years, months = divmod(self.term_months, 12)
        if months:
            return ngettext("%d month", "%d months", self.term_months) % self.term_months
        return ngettext("%d year", "%d years", years) % years
