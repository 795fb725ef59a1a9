"""What makes a plan cheaper for a while: trials, codes, and the one offer to somebody who is leaving."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan import Plan
from subscriptions.models.plan_version import CURRENCY
from subscriptions.models.subscription import Subscription


class OfferQuerySet(models.QuerySet["Offer"]):
    """Questions about many offers."""

    def running(self, on: date) -> Self:
        """Keep the offers that may be taken on the day ``on``, as far as days and switches say."""
        return self.filter(is_active=True, starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Offer(models.Model):
    """Terms on which the first payments of a subscription cost less, or its first days nothing."""

    class Kind(models.TextChoices):
        """What is given."""

        TRIAL = "trial", _("Days to try, free of charge")
        PERCENT = "percent", _("Per cent off")
        AMOUNT = "amount", _("An amount off")

    class Audience(models.TextChoices):
        """To whom it is shown."""

        EVERYONE = "everyone", _("Everyone, on the plans page")
        CODE = "code", _("Whoever has the code")
        LEAVING = "leaving", _("Whoever is about to cancel")

    name = models.CharField(_("name"), max_length=100, help_text=_("As readers see it."))
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.CODE)
    code = models.CharField(
        _("code"), max_length=30, blank=True, help_text=_("What the reader types; capitals do not matter.")
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    trial_days = models.PositiveSmallIntegerField(_("days to try"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("per cent off"), null=True, blank=True)
    amount_minor = models.PositiveIntegerField(
        _("amount off"), null=True, blank=True, help_text=_("In the currency’s smallest unit.")
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    payments = models.PositiveSmallIntegerField(
        _("for payments"), default=1, help_text=_("For how many payments in a row the price is lower.")
    )
    plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("plan"),
        help_text=_("Empty: any plan."),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    most_uses = models.PositiveIntegerField(
        _("at most"), null=True, blank=True, help_text=_("How many readers may take it; empty: any number.")
    )
    is_active = models.BooleanField(_("running"), default=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="offer_code_unique",
                violation_error_message=_("Another offer has this code."),
            ),
            models.CheckConstraint(
                condition=Q(audience="code") & ~Q(code="") | ~Q(audience="code") & Q(code=""),
                name="offer_by_code_has_a_code",
                violation_error_message=_("An offer by code needs a code, and no other has one."),
            ),
            models.CheckConstraint(
                name="offer_says_what_it_gives",
                condition=Q(
                    kind="trial", trial_days__gte=1, trial_days__lte=92, percent=None, amount_minor=None
                )
                | Q(kind="percent", percent__gte=1, percent__lte=90, trial_days=None, amount_minor=None)
                | Q(
                    kind="amount",
                    amount_minor__gte=1,
                    trial_days=None,
                    percent=None,
                    currency__regex=CURRENCY,
                ),
                violation_error_message=_(
                    "Write what is given, and only that: "
                    "1 to 92 days, 1 to 90 per cent, or an amount and its currency."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="offer_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(payments__gte=1, payments__lte=24), name="offer_lasts_for_some_payments"
            ),
            models.CheckConstraint(
                condition=~Q(audience="leaving", kind="trial"),
                name="offer_to_leave_is_no_trial",
                violation_error_message=_("Whoever leaves has tried already: take something off the price."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the code in capitals and without spaces."""
        self.code = clean_code(self.code)
        super().save(*args, **kwargs)


class OfferUse(models.Model):
    """One person has taken one offer: once, whatever address they write under."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="uses", verbose_name=_("offer"))
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="offer_uses", verbose_name=_("subscription")
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="offer_uses", verbose_name=_("reader")
    )
    person = models.CharField(
        _("person"), max_length=254, help_text=_("The address without what makes it an alias.")
    )
    trial_of = models.SlugField(
        _("trial of"), blank=True, help_text=_("The product that was tried; empty: no trial.")
    )
    used_at = models.DateTimeField(_("taken"), default=timezone.now)

    class Meta:
        verbose_name = _("use of an offer")
        verbose_name_plural = _("uses of offers")
        ordering = ["-used_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "person"], name="offer_once_per_person"),
            models.UniqueConstraint(
                fields=["trial_of", "person"],
                condition=~Q(trial_of=""),
                name="one_trial_per_person_and_product",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer}: {self.reader}"


def clean_code(code: str) -> str:
    """Return a code as it is stored: no spaces, capitals only."""
    return "".join(code.split()).upper()
