"""Where a piece stands in the magazine: its section, and the series it may belong to."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# The first words of addresses that belong to other pages.
RESERVED_SLUGS = frozenset(
    [
        "account",
        "archive",
        "authors",
        "desk",
        "feeds",
        "health",
        "issues",
        "media",
        "plans",
        "preview",
        "search",
        "series",
        "sitemap",
        "static",
        "subscribe",
        "tags",
    ]
)


def not_reserved(slug: str) -> None:
    """Refuse a section address that another page of the site already has."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is the address of another page: choose another word."),
            params={"slug": slug},
        )


class Section(models.Model):
    """A department of the magazine."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True, validators=[not_reserved])
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:section", args=[self.slug])


class Series(models.Model):
    """Pieces that belong together across issues."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:series", args=[self.slug])
