"""What search engines may know: every public address, and when it last changed."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import volumes
from articles.models import Article, Author, Issue, Section, Series
from magazine.headers import public_page


class PublicSitemap(Sitemap):
    """A sitemap whose addresses are written with the site's own scheme and host."""

    limit = 5_000


class ArticleSitemap(PublicSitemap):
    """Every published article."""

    def items(self) -> QuerySet[Article]:
        return Article.objects.published().select_related("section").newest_first()

    def lastmod(self, item: Article) -> datetime:
        return item.changed_at


class IssueSitemap(PublicSitemap):
    """Every released issue."""

    def items(self) -> QuerySet[Issue]:
        return Issue.objects.published()


class VolumeSitemap(PublicSitemap):
    """The index of every volume that is complete."""

    def items(self) -> list[int]:
        return volumes.complete(timezone.now())

    def location(self, item: int) -> str:
        return reverse("articles:volume", args=[item])


class AuthorSitemap(PublicSitemap):
    """Every author with a published article."""

    def items(self) -> QuerySet[Author]:
        return Author.objects.filter(bylines__article__in=Article.objects.published()).distinct()


class SectionSitemap(PublicSitemap):
    """Every section."""

    def items(self) -> QuerySet[Section]:
        return Section.objects.all()


class SeriesSitemap(PublicSitemap):
    """Every series with a published article."""

    def items(self) -> QuerySet[Series]:
        return Series.objects.filter(articles__in=Article.objects.published()).distinct()


class PageSitemap(PublicSitemap):
    """The pages that are always there."""

    def items(self) -> list[str]:
        return [
            "articles:front",
            "articles:issues",
            "articles:authors",
            "articles:archive",
            "subscriptions:plans",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {
    "pages": PageSitemap,
    "sections": SectionSitemap,
    "articles": ArticleSitemap,
    "issues": IssueSitemap,
    "volumes": VolumeSitemap,
    "authors": AuthorSitemap,
    "series": SeriesSitemap,
}


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Answer with the whole map; ``?p=2`` for what exceeds one page."""
    return public_page(request, sitemap(request, SITEMAPS).render(), seconds=3_600)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say where the map is, and which addresses hold nothing for a crawler."""
    lines = [
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /desk/",
        "Disallow: /preview/",
        "Disallow: /search/",
        "Disallow: /issues/search/",
        f"Sitemap: {request.build_absolute_uri(reverse('articles:sitemap'))}",
    ]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    return public_page(request, response, seconds=3_600)
