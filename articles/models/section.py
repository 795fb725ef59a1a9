"""Where a piece stands in the magazine: its section, and the series it may belong to."""

import time
from typing import Any

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
        "gift-link",
        "gifts",
        "health",
        "issues",
        "media",
        "plans",
        "preview",
        "redeem",
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

    def save(self, **kwargs: Any) -> None:
        """Save, and let this process see the change at once."""
        super().save(**kwargs)
        departments.forget()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and let this process see the change at once."""
        deleted = super().delete(*args, **kwargs)
        departments.forget()
        return deleted


class Departments:
    """The sections in order, as every page prints them: remembered by this process for a minute.

    Sections change a few times a year and are asked for by every page. A change shows at once in the
    process that made it and within ``seconds`` in the others.
    """

    def __init__(self, seconds: float = 60) -> None:
        self.seconds = seconds
        self.forget()

    def forget(self) -> None:
        """Ask the database the next time."""
        self._known: tuple[float, list[Section]] | None = None

    def get(self) -> list[Section]:
        """Return all sections in order; at most one query."""
        known = self._known
        if known is None or time.monotonic() - known[0] > self.seconds:
            known = self._known = (time.monotonic(), list(Section.objects.all()))
        return known[1]


departments = Departments()


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
