"""A paid period, in whole days."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subscriptions.models.payment import Payment
from subscriptions.models.subscription import Subscription


def kept(prefix: str = "") -> Q:
    """Return the condition on terms that count: not given up for another, and their money not given back.

    ``prefix`` is the way to the terms from where they are asked about, such as ``"terms__"``.
    """
    payment = f"{prefix}payment"
    return Q(**{f"{prefix}superseded_by": None}) & (
        Q(**{payment: None}) | Q(**{f"{payment}__refunded_minor__lt": F(f"{payment}__amount_minor")})
    )


class TermQuerySet(models.QuerySet["Term"]):
    """Questions about many terms."""

    def kept(self) -> Self:
        """Keep the terms that count (``kept``)."""
        return self.filter(kept())


class Term(models.Model):
    """One period of a subscription, both days included, in the magazine's time zone.

    A term by months has its days when it begins; a pause or an extension moves them. A term by ``issues``
    ends when so many have come, and until then ``ends_on`` is the forecast.
    """

    class Kind(models.TextChoices):
        """What stands behind the days."""

        PAID = "paid", _("Paid")
        TRIAL = "trial", _("Trial")
        CARRIED = "carried", _("Carried over from another system")

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="terms", verbose_name=_("subscription")
    )
    number = models.PositiveSmallIntegerField(_("term"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last paid day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PAID)
    months = models.PositiveSmallIntegerField(_("months"), default=0)
    issues = models.PositiveSmallIntegerField(_("issues"), default=0)
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, blank=True, related_name="term", verbose_name=_("payment")
    )

    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("given up for"),
        help_text=_(
            "The term of a change that was made before this one had begun: its value went into that."
        ),
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["subscription", "number"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="term_number_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="term_ends_after_it_begins"
            ),
        ]

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def is_trial(self) -> bool:
        """Whether it was given to try, and nothing was paid for it."""
        return self.kind == self.Kind.TRIAL

    def __str__(self) -> str:
        return f"{self.starts_on:%d.%m.%Y}–{self.ends_on:%d.%m.%Y}"
