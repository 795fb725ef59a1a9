"""Many who read on one agreement: a firm with seats, a library with its networks."""

import ipaddress
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.plan_version import PlanVersion


class GroupQuerySet(models.QuerySet["ReaderGroup"]):
    """Questions about many groups."""

    def open(self, day) -> Self:
        """Keep those whose agreement holds on ``day``."""
        return self.filter(ended_at=None, from_on__lte=day, until_on__gte=day)


class ReaderGroup(models.Model):
    """An agreement for many readers: what the plan gives, from a day to a day, for so many seats.

    Seats are given to people by name (teams), or taken by whoever proves that they belong: with an e-mail
    address at one of the domains, or from one of the networks (institutions).
    """

    class Kind(models.TextChoices):
        """Who takes part."""

        TEAM = "team", _("A team with seats")
        INSTITUTION = "institution", _("An institution")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TEAM)
    name = models.CharField(_("name"), max_length=120, unique=True)
    plan_version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="groups", verbose_name=_("plan")
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="groups_managed",
        verbose_name=_("contact"),
        help_text=_("Gives seats and takes them back, in their own account."),
    )
    seats_count = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, help_text=_("Empty: as many as belong.")
    )
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))
    agreement = models.CharField(
        _("agreement"),
        max_length=200,
        help_text=_("What was agreed and where it is kept: an invoice, a letter."),
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="group_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(kind="institution") | Q(seats_count__isnull=False),
                name="group_of_a_team_has_seats",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupDomain(models.Model):
    """An e-mail domain whose people belong to a group: “carrow.example”, and not what is below it."""

    group = models.ForeignKey(ReaderGroup, models.CASCADE, related_name="domains", verbose_name=_("group"))
    domain = models.CharField(_("domain"), max_length=120)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(Lower("domain"), name="group_domain_once"),
            models.CheckConstraint(
                condition=Q(domain__regex=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"), name="group_domain_is_a_domain"
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class GroupNetwork(models.Model):
    """A range of network addresses that belongs to a group: “192.0.2.0/24”, “2001:db8::/32”."""

    group = models.ForeignKey(ReaderGroup, models.CASCADE, related_name="networks", verbose_name=_("group"))
    network = models.CharField(_("network"), max_length=50, unique=True)

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["network"]

    def __str__(self) -> str:
        return self.network

    def clean(self) -> None:
        """Keep the range in its one spelling; refuse what is none."""
        super().clean()
        try:
            self.network = str(ipaddress.ip_network(self.network.strip()))
        except ValueError as error:
            raise ValidationError(
                {"network": _("Write a range such as 192.0.2.0/24: no address has parts beyond it.")}
            ) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a range that is one; raises ``ValidationError`` otherwise."""
        self.clean()
        super().save(*args, **kwargs)


class SeatQuerySet(models.QuerySet["Seat"]):
    """Questions about many seats."""

    def held(self) -> Self:
        """Keep the seats that are given and not taken back."""
        return self.filter(ended_at=None)


class Seat(models.Model):
    """One person's place in a group. Written by ``subscriptions.giving.groups`` alone."""

    class Proof(models.TextChoices):
        """How it is known that they belong."""

        NAMED = "named", _("Named by the contact")
        MAIL = "mail", _("E-mail address")
        NETWORK = "network", _("Network")

    group = models.ForeignKey(ReaderGroup, models.PROTECT, related_name="seats", verbose_name=_("group"))
    email = models.EmailField(_("e-mail address"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("reader"),
        help_text=_("Empty: invited, and has not come yet."),
    )
    proof = models.CharField(_("known by"), max_length=10, choices=Proof, default=Proof.NAMED)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    proven_until_on = models.DateField(
        _("proven until"),
        null=True,
        blank=True,
        help_text=_("Who came by a network or a domain proves it again after that day."),
    )
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["group", "email"]
        constraints = [
            models.UniqueConstraint(
                "group", Lower("email"), condition=Q(ended_at=None), name="one_seat_per_group_and_address"
            ),
            models.UniqueConstraint(
                fields=["group", "reader"],
                condition=Q(ended_at=None, reader__isnull=False),
                name="one_seat_per_group_and_reader",
            ),
        ]

    def __str__(self) -> str:
        return self.email
