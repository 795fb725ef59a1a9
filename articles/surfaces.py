"""The register of every public address that shows words of an article.

A new page, feed or file enters itself here, and is from then on visited as every kind of reader by
the test that plants phrases in withheld text. An address that is neither here nor declared to show
no words fails that test. Rooms that read articles register theirs in their ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    # Rooms enter their surfaces while Django is still loading, before there are models.
    from articles.models import Article

    Addresses = Callable[[Article], list[str]]


@dataclass(frozen=True)
class Surface:
    """One URL name, and the addresses under which it may show a given article."""

    url_name: str
    addresses: Addresses


_surfaces: dict[str, Surface] = {}


def register(url_name: str, addresses: Addresses) -> None:
    """Enter a surface. ``addresses(article)`` lists where the words of ``article`` might be seen."""
    _surfaces[url_name] = Surface(url_name, addresses)


def registered() -> Iterator[Surface]:
    """Yield every surface that has entered itself."""
    yield from _surfaces.values()


def _at(url_name: str, *arguments: object) -> list[str]:
    return [reverse(url_name, args=arguments)]


def _search_for_its_words(article: Article) -> list[str]:
    """Ask for what stands in the withheld part, and for the headline."""
    queries = [article.headline, *article.body_text.split("\n")]
    return [f"{reverse('articles:search')}?{urlencode({'q': query[:150]})}" for query in queries if query]


def _gift_links(article: Article) -> list[str]:
    """The pages of its gift links, open or not, and of one that nobody made."""
    return [*import_string("articles.giving.addresses_of_links")(article), *_at("articles:given", "x" * 22)]


def register_own() -> None:
    """Enter the surfaces of this room."""
    register("articles:front", lambda article: _at("articles:front"))
    register("articles:article", lambda article: [article.get_absolute_url()])
    register("articles:given", _gift_links)
    register("articles:section", lambda article: [article.section.get_absolute_url()])
    register("articles:search", _search_for_its_words)
    register("articles:archive", lambda article: _at("articles:archive"))
    register(
        "articles:archive_year",
        lambda article: (
            _at("articles:archive_year", article.published_at.year) if article.published_at else []
        ),
    )
    register(
        "articles:archive_month",
        lambda article: (
            _at("articles:archive_month", article.published_at.year, article.published_at.month)
            if article.published_at
            else []
        ),
    )
    register("articles:feed", lambda article: _at("articles:feed"))
    register("articles:section_feed", lambda article: _at("articles:section_feed", article.section.slug))
    register("articles:sitemap", lambda article: _at("articles:sitemap"))
    register(
        "articles:tag",
        lambda article: [reverse("articles:tag", args=[tag.slug]) for tag in article.tags.all()],
    )
    register(
        "articles:author", lambda article: [one.author.get_absolute_url() for one in article.bylines.all()]
    )
    register(
        "articles:author_feed",
        lambda article: [
            reverse("articles:author_feed", args=[one.author.slug]) for one in article.bylines.all()
        ],
    )
    register("articles:issue", lambda article: [article.issue.get_absolute_url()] if article.issue else [])
    register(
        "articles:volume",
        lambda article: _at("articles:volume", article.issue.volume) if article.issue else [],
    )
    register("articles:series", lambda article: [article.series.get_absolute_url()] if article.series else [])
