"""RSS for everybody: what a stranger may read, and not a word more."""

from datetime import datetime
from typing import Any

import lxml.html
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, Author, Section
from articles.models.article import ArticleQuerySet
from magazine.headers import public_page
from subscriptions import access

LENGTH = 30
STRANGER = AnonymousUser()


def without_controls(text: str) -> str:
    """Drop the characters that XML 1.0 cannot carry."""
    return "".join(character for character in text if character in "\t\n\r" or character >= " ")


def for_elsewhere(html: str) -> str:
    """Make a body readable outside the site: absolute addresses, one plain file per picture."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for source in root.xpath(".//source"):
        source.drop_tag()  # Alone: the parser takes what follows a source for its content.
    for image in root.xpath(".//img"):
        for attribute in ("srcset", "sizes", "loading", "decoding"):
            image.attrib.pop(attribute, None)
    root.make_links_absolute(settings.SITE_URL + "/")
    inner = (root.text or "") + "".join(lxml.html.tostring(child, encoding="unicode") for child in root)
    return inner.strip()


class ArticleFeed(Feed):
    """The newest articles; each with as much of its body as is open to everyone."""

    feed_type = Rss201rev2Feed
    language = settings.LANGUAGE_CODE
    ttl = 30

    def articles(self, obj: Any) -> ArticleQuerySet:
        """Return the published articles of this feed."""
        return Article.objects.published()

    def title(self, obj: Any) -> str:
        return settings.MAGAZINE_NAME if obj is None else f"{settings.MAGAZINE_NAME}: {obj}"

    def link(self, obj: Any) -> str:
        return "/" if obj is None else obj.get_absolute_url()

    def description(self, obj: Any) -> str:
        return settings.MAGAZINE_TAGLINE if obj is None else (getattr(obj, "description", "") or str(obj))

    def items(self, obj: Any) -> QuerySet[Article]:
        return self.articles(obj).for_feed().newest_first()[:LENGTH]

    def item_title(self, item: Article) -> str:
        return without_controls(item.headline)

    def item_description(self, item: Article) -> str:
        """The standfirst and the readable part of the body, as HTML."""
        verdict = access.verdict_for(STRANGER, item.audience)
        parts = [f"<p>{escape(without_controls(item.standfirst))}</p>" if item.standfirst else ""]
        parts.append(without_controls(for_elsewhere(item.readable_html(verdict))))
        if item.withholds(verdict):
            parts.append(
                f'<p><a href="{settings.SITE_URL}{item.get_absolute_url()}">{_("Read the rest.")}</a></p>'
            )
        return "\n".join(part for part in parts if part)

    def item_link(self, item: Article) -> str:
        return item.get_absolute_url()

    def item_author_name(self, item: Article) -> str:
        return without_controls(item.byline_text)

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.goes_live_at

    def item_updateddate(self, item: Article) -> datetime:
        return item.changed_at

    def item_categories(self, item: Article) -> list[str]:
        return [item.section.name, *(without_controls(tag.name) for tag in item.tags.all())]

    def item_guid(self, item: Article) -> str:
        """A name that stays when the address changes."""
        return f"{settings.SITE_URL}/#article-{item.pk}"

    item_guid_is_permalink = False


class SectionFeed(ArticleFeed):
    """The newest articles of one section."""

    def get_object(self, request: HttpRequest, slug: str) -> Section:
        return get_object_or_404(Section, slug=slug)

    def articles(self, obj: Section) -> ArticleQuerySet:
        return Article.objects.published().filter(section=obj)


class AuthorFeed(ArticleFeed):
    """The newest articles of one author."""

    def get_object(self, request: HttpRequest, slug: str) -> Author:
        return get_object_or_404(Author, slug=slug)

    def articles(self, obj: Author) -> ArticleQuerySet:
        return Article.objects.published().filter(bylines__author=obj).distinct()


def _served(feed: ArticleFeed) -> Any:
    @require_safe
    def view(request: HttpRequest, **arguments: str) -> HttpResponse:
        return public_page(request, feed(request, **arguments), seconds=300)

    return view


latest = _served(ArticleFeed())
section = _served(SectionFeed())
author = _served(AuthorFeed())
