"""How a piece is named where single pieces are given and opened, and the way back to it.

``subscriptions.sharing`` knows pieces by a name that it only compares. It is the key, because headlines and
addresses change.
"""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from articles.models import Article
from subscriptions.sharing import links
from subscriptions.sharing.pieces import Piece


def name_of(article: Article) -> str:
    """Return the name of ``article`` for ``subscriptions.sharing``."""
    return str(article.pk)


def named(names: Iterable[str]) -> dict[str, Piece]:
    """Return what a list shows of the public pieces with these names. One query."""
    keys = [int(name) for name in names if name.isdecimal()]
    public = Article.objects.published().filter(pk__in=keys).select_related("section")
    return {
        name_of(article): Piece(article.headline, article.get_absolute_url())
        for article in public.only("headline", "slug", "section__slug")
    }


def public_piece(name: str, at: datetime) -> Article | None:
    """Return the piece with that name, if it is public at ``at``, with all that its page shows."""
    public = Article.objects.published(at).select_related("section", "series", "lead_picture", "issue__cover")
    return public.filter(pk=int(name)).first() if name.isdecimal() else None


def addresses_of_links(article: Article) -> list[str]:
    """Return the addresses of all gift links to ``article``, open or not. One query."""
    return [reverse("articles:given", args=[link.key]) for link in links.to(name_of(article))]
