"""How articles point at each other: by an editor's choice, and by their own words."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RelatedArticle(models.Model):
    """An editor's choice of what to read next, in order."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="related_articles")
    related = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="related_from", verbose_name=_("article")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "related"], name="related_once"),
            models.CheckConstraint(name="related_to_another", condition=~Q(article=F("related"))),
        ]

    def __str__(self) -> str:
        return str(self.related)


class ArticleLink(models.Model):
    """A link in one article's words to another article; written whenever the words are saved."""

    source = models.ForeignKey("articles.Article", models.CASCADE, related_name="links_out")
    target = models.ForeignKey("articles.Article", models.CASCADE, related_name="links_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"
