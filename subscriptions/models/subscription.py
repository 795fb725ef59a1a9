"""The agreement between a reader and the magazine."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import PlanVersion, Price

# Read aloud and copied by hand: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
UNAMBIGUOUS = "34679ACDEFGHJKMNPQRTWXY"


def new_number() -> str:
    """Return a number that nobody has: the magazine's initial and six unambiguous characters.

    There are 148 million of them; the unique constraint has the last word.
    """
    while True:
        number = _random_number()
        if not Subscription.objects.filter(number=number).exists():
            return number


def new_numbers(count: int) -> list[str]:
    """Return ``count`` numbers that nobody has, all different. A query for each five hundred."""
    found: list[str] = []
    while len(found) < count:
        tried = {_random_number() for _place in range(min(500, count - len(found)))} - set(found)
        taken = Subscription.objects.filter(number__in=tried).values_list("number", flat=True)
        found += tried.difference(taken)
    return found


def _random_number() -> str:
    initial = settings.MAGAZINE_NAME[:1].upper()
    prefix = initial if initial.isascii() and initial.isalpha() else "M"
    return f"{prefix}-{''.join(secrets.choice(UNAMBIGUOUS) for _place in range(6))}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Questions about many subscriptions."""

    def own(self) -> Self:
        """Keep the agreements of readers: not the orders of gifts, of which their reader has nothing."""
        return self.filter(is_gift=False)

    def live(self) -> Self:
        """Keep those that have not been closed for good."""
        return self.filter(closed_at=None)

    def with_facts(self) -> Self:
        """Load what ``lifecycle.standing`` looks at: terms, payments and pauses, plan and price."""
        return self.select_related("plan_version__plan", "price", "reader").prefetch_related(
            "terms", "payments__term", "pauses"
        )


class Subscription(models.Model):
    """One reader's agreement on one version of a plan. What state it is in, ``lifecycle`` computes."""

    number = models.CharField(_("number"), max_length=12, unique=True, default=new_number, editable=False)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="subscriptions", verbose_name=_("reader")
    )
    plan_version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="subscriptions", verbose_name=_("plan")
    )
    price = models.ForeignKey(
        Price,
        models.PROTECT,
        related_name="subscriptions",
        verbose_name=_("price"),
        help_text=_("What the next term costs."),
    )
    product = models.SlugField(_("product"), editable=False)
    is_gift = models.BooleanField(
        _("gift"),
        default=False,
        editable=False,
        help_text=_("An order for somebody else: paid by its reader, who gets nothing of it."),
    )
    ordered_at = models.DateTimeField(_("ordered"), default=timezone.now)
    provider = models.SlugField(_("provider"), default="manual", help_text=_("Who takes the next payment."))
    method = models.CharField(_("pays by"), max_length=20, default="transfer")
    anchor_on = models.DateField(
        _("anchor"),
        null=True,
        blank=True,
        help_text=_("The day from which anniversaries are counted; empty until the first payment."),
    )
    auto_renews = models.BooleanField(
        _("renews"), default=True, help_text=_("Another term follows each term unless it is cancelled.")
    )
    grace_until_on = models.DateField(
        _("grace until"),
        null=True,
        blank=True,
        help_text=_("The last day on which a late payment costs the reader nothing of what they have."),
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    closed_at = models.DateTimeField(
        _("closed"),
        null=True,
        blank=True,
        help_text=_("Nothing more can happen to it: it was withdrawn, or a later one took its place."),
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-ordered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "product"],
                condition=Q(closed_at__isnull=True),
                name="one_live_subscription_per_reader_and_product",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the product of the plan. Of gifts a person may buy as many as they like."""
        self.product = f"gift-{self.number.lower()}" if self.is_gift else self.plan_version.plan.product
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        page = "subscriptions:gift" if self.is_gift else "subscriptions:order"
        return reverse(page, args=[self.number])

    @property
    def plan(self) -> Any:
        """The plan that was bought."""
        return self.plan_version.plan
