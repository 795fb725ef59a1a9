"""What this room holds about people: what its writers published stays, and their accounts may go."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from articles.models import Author, PreviewLink
from magazine.personal import Chapter, Done, Fate, Holding, about_nobody, table

OURS = _("It is about the work of the house, not about its readers.")

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "articles.Author",
        _("Your page as an author, if you have one"),
        why=_("What was published keeps its byline."),
        fate=Fate.KEPT,
        stays=_(
            "The page and the bylines stay, as part of what was published; no account leads there any more."
        ),
    ),
    Holding(
        "articles.PreviewLink",
        _("Links by which you let somebody see a piece before it was out"),
        why=_("To let them in."),
        not_exported=OURS,
    ),
    *(
        Holding(
            model,
            what,
            why=_("So that it can be answered for."),
            fate=Fate.KEPT,
            stays=_("What was published has its history; the account behind it names nobody any more."),
            not_exported=OURS,
        )
        for model, what in (
            ("articles.Article", _("Articles, and which of our people began them")),
            ("articles.Revision", _("What articles said before, and which of our people saved it")),
            ("articles.IssueEvent", _("What happened to an issue, and by whom of our people")),
            ("articles.Picture", _("Pictures, and which of our people brought them")),
        )
    ),
    *about_nobody(
        "articles.ArticleLink",
        "articles.Byline",
        "articles.Correction",
        "articles.FormerAddress",
        "articles.Imported",
        "articles.Issue",
        "articles.RelatedArticle",
        "articles.Section",
        "articles.Series",
    ),
)


def export(reader: Any) -> Iterator[Chapter]:
    """Yield the author's page of ``reader``."""
    yield table("articles.Author", Author.objects.filter(account=reader.pk), "name", "role", "biography")


def erase(reader: Any, at: datetime) -> Iterator[Done]:
    """Part the author from the account, and close the links that the account gave out."""
    links, _by_model = PreviewLink.objects.filter(made_by=reader.pk).delete()
    yield Done("articles.PreviewLink", links)
    yield Done("articles.Author", Author.objects.filter(account=reader.pk).update(account=None))
