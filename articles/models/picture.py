"""A picture in the library: one upload, its words, and the files made from it."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SHARE = [MinValueValidator(0), MaxValueValidator(100)]


class Picture(models.Model):
    """One picture. Made by ``articles.uploads`` alone, which re-encodes what it is given.

    ``renditions`` lists the files for readers, each ``{"mime", "width", "height", "name"}``; the JPEG
    ones exist from the first moment, the lighter formats follow from the worker.
    """

    title = models.CharField(_("name in the library"), max_length=200)
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = models.CharField(_("caption"), max_length=400, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    original = models.FileField(_("original"), max_length=200, editable=False)
    content_hash = models.CharField(max_length=64, unique=True, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    colour = models.CharField(_("placeholder colour"), max_length=7, default="#cccccc", editable=False)
    focal_x = models.PositiveSmallIntegerField(_("focal point, across (%)"), default=50, validators=SHARE)
    focal_y = models.PositiveSmallIntegerField(_("focal point, down (%)"), default=50, validators=SHARE)
    renditions = models.JSONField(default=list, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def src(self) -> str:
        """The address of the file that every browser can show: the JPEG nearest to 960 wide."""
        jpegs = [r for r in self.renditions if r["mime"] == "image/jpeg"]
        return default_storage.url(min(jpegs, key=lambda r: abs(r["width"] - 960))["name"]) if jpegs else ""

    def sources(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """Return (MIME type, [(address, width), …]) for a ``<picture>``, lightest format first."""
        by_mime: dict[str, list[tuple[str, int]]] = {}
        for rendition in sorted(self.renditions, key=lambda r: r["width"]):
            address = default_storage.url(rendition["name"])
            by_mime.setdefault(rendition["mime"], []).append((address, rendition["width"]))
        order = ["image/avif", "image/webp", "image/jpeg"]
        return [(mime, by_mime[mime]) for mime in order if mime in by_mime]
