"""The articles application."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from articles import fulltext, surfaces
from magazine import personal
from subscriptions.announcing.telling import told_by
from subscriptions.ledger.coming import issues_come_from
from subscriptions.promises import Feature, register
from subscriptions.sharing import pieces


def lay_search_index(using: str, **kwargs: object) -> None:
    """Lay the full-text index beside the articles, or mend it after a table was rebuilt."""
    fulltext.ensure(connections[using])


class ArticlesConfig(AppConfig):
    """What the magazine publishes."""

    name = "articles"
    verbose_name = _("The magazine")

    def ready(self) -> None:
        surfaces.register_own()
        register(Feature.ISSUES_PER_YEAR, "articles.promises.issues_per_year")
        register(Feature.EXCLUSIVE_CONTENT, "articles.promises.exclusive_content")
        register(Feature.PAST_ISSUES, "articles.promises.past_issues")
        issues_come_from("articles.numbering.issues_between")
        told_by("articles.issues.telling.issue_out")
        pieces.named_by("articles.giving.named")
        personal.register(
            self.label,
            holds="articles.privacy.HOLDINGS",
            export="articles.privacy.export",
            erase="articles.privacy.erase",
        )
        post_migrate.connect(lay_search_index, sender=self, dispatch_uid="articles.search_index")
