"""Where a row came from, when it was not written here."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Imported(models.Model):
    """One thing of another system and what it became here; kept so that no import makes it twice.

    A row whose thing is gone says that an editor deleted it: the next import leaves it deleted.
    """

    class Kind(models.TextChoices):
        """What the thing became here; each names the field that points to it."""

        ARTICLE = "article", _("Article")
        AUTHOR = "author", _("Author")
        PICTURE = "picture", _("Picture")
        SECTION = "section", _("Section")
        SERIES = "series", _("Series")

    source = models.CharField(_("came from"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    key = models.CharField(_("its key there"), max_length=200)
    address = models.CharField(_("its address there"), max_length=2_000, blank=True)

    article = models.ForeignKey("articles.Article", models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey("articles.Author", models.SET_NULL, null=True, blank=True, related_name="+")
    picture = models.ForeignKey("articles.Picture", models.SET_NULL, null=True, blank=True, related_name="+")
    section = models.ForeignKey("articles.Section", models.SET_NULL, null=True, blank=True, related_name="+")
    series = models.ForeignKey("articles.Series", models.SET_NULL, null=True, blank=True, related_name="+")

    # Of what was last brought over, so that a file without news changes nothing.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    # Of the article as the import left it; any other number means that somebody worked on it here.
    version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    brought_at = models.DateTimeField(_("brought over"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.source})"
