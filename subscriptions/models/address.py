"""Where a reader's printed copies go."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AddressQuerySet(models.QuerySet["Address"]):
    """Questions about many addresses."""

    def known(self, at: datetime | None = None) -> Self:
        """Keep what had been said by ``at`` (default: now) and not been taken back by then."""
        at = at or timezone.now()
        return self.filter(made_at__lte=at).filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))

    def on(self, day: date) -> Self:
        """Keep what holds on ``day``, the one that decides first: temporary before normal, newest first."""
        return (
            self.filter(from_on__lte=day)
            .filter(Q(until_on=None) | Q(until_on__gte=day))
            .order_by("reader", F("until_on").asc(nulls_last=True), "-from_on", "-made_at", "-pk")
        )


class Address(models.Model):
    """An address that a reader gave: from a day on, or from one day to another.

    Rows are added and not changed: a run of labels asks what was known at its cut-off, and is answered the
    same for ever. Which fields a country has, and how they are set, ``subscriptions.fulfilment.addresses``
    knows. What a reader says about the same days later stands before what they said earlier.
    """

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="addresses", verbose_name=_("reader")
    )
    name = models.CharField(_("name"), max_length=120)
    company = models.CharField(_("company"), max_length=120, blank=True)
    street = models.TextField(
        _("street and number"), max_length=240, help_text=_("Or the PO box. Up to three lines.")
    )
    district = models.CharField(_("district"), max_length=120, blank=True)
    city = models.CharField(_("town or city"), max_length=120, blank=True)
    area = models.CharField(_("county, state or province"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    sorting_code = models.CharField(_("sorting code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Empty: it is the address from then on.")
    )
    made_at = models.DateTimeField(_("said"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("said by"),
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undeliverable_at = models.DateTimeField(
        _("undeliverable"), null=True, blank=True, help_text=_("Copies came back: nothing is sent there.")
    )
    search = models.CharField(max_length=600, blank=True, editable=False, db_index=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["reader", "-made_at", "-id"]
        indexes = [models.Index(fields=["reader", "from_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="address_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(country__regex="^[A-Z]{2}$|^$"), name="address_country_is_a_code"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.city, self.country) if part)

    @property
    def is_temporary(self) -> bool:
        """Whether it holds for some days only."""
        return self.until_on is not None
