"""An advertisement: plain words, a picture, and where it leads."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advertising.standing import placements
from articles import addresses
from articles.models import Picture

WEB = r"^https?://"


def leads_somewhere(address: str) -> None:
    """Refuse an address that a browser would not simply go to: only http and https, or a page of ours."""
    if addresses.web(address) is None and addresses.local(address) is None:
        raise ValidationError(
            _("Write an address that begins with https://, or a page of ours: /subscribe/.")
        )


class Creative(models.Model):
    """One advertisement. All its words are plain text: no markup of anybody's reaches a page."""

    class Kind(models.TextChoices):
        """Whose it is."""

        HOUSE = "house", _("Our own")
        SPONSOR = "sponsor", _("A sponsor’s")

    kind = models.CharField(_("whose"), max_length=10, choices=Kind, default=Kind.HOUSE)
    sponsor = models.CharField(
        _("sponsor"), max_length=80, blank=True, help_text=_("Stands beside “Advertisement”.")
    )
    headline = models.CharField(_("headline"), max_length=80)
    text = models.CharField(_("text"), max_length=240, blank=True, help_text=_("A sentence or two."))
    picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    address = models.CharField(
        _("leads to"), max_length=500, validators=[leads_somewhere], help_text=_("https://…, or /subscribe/.")
    )
    invitation = models.CharField(
        _("invitation"), max_length=40, help_text=_("The words of the link: “See the exhibition”.")
    )

    class Meta:
        verbose_name = _("advertisement")
        verbose_name_plural = _("advertisements")
        ordering = ["headline", "pk"]
        constraints = [
            models.CheckConstraint(
                name="creative_sponsor_is_named",
                condition=Q(kind="house", sponsor="") | Q(kind="sponsor") & ~Q(sponsor=""),
                violation_error_message=_("A sponsor is named; for our own there is none."),
            ),
            models.CheckConstraint(
                name="creative_sponsor_leads_to_the_web",
                condition=Q(kind="house") | Q(address__regex=WEB),
                violation_error_message=_("A sponsor’s address begins with https://."),
            ),
            # Never “javascript:”, nor “//elsewhere”, whatever wrote the row.
            models.CheckConstraint(
                name="creative_address_is_a_page",
                condition=Q(address__regex=WEB) | Q(address__regex=r"^/([^/\\]|$)"),
                violation_error_message=_("Write an address that begins with https://, or a page of ours."),
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def is_sponsors(self) -> bool:
        """Whether somebody else pays for it."""
        return self.kind == self.Kind.SPONSOR

    @property
    def label(self) -> str:
        """What readers are told before anything else."""
        return str(_("Advertisement") if self.is_sponsors else _("From the magazine"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let this process see the change at once."""
        super().save(*args, **kwargs)
        placements.forget()
