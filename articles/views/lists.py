"""Lists of articles: by section, series, tag and author."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag, TaggedItem

from articles import slots
from articles.models import Article, Author, Byline, Section, Series
from articles.models.article import ArticleQuerySet
from articles.slots import Slot
from articles.views.pages import page_of
from magazine.headers import public_page, reader_of


def _show(request: HttpRequest, template: str, articles: ArticleQuerySet, **context: Any) -> HttpResponse:
    page = page_of(request, articles.newest_first().for_cards())
    return public_page(request, render(request, template, {"page": page, **context}))


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    """Show a department: its newest piece large, then the rest, page by page."""
    found = get_object_or_404(Section, slug=section)
    at = timezone.now()
    articles = Article.objects.published(at).filter(section=found)
    advertisement = slots.filling(Slot.SECTION, request.path, reader_of(request), at)
    return _show(request, "articles/section.html", articles, section=found, advertisement=advertisement)


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the pieces of a series."""
    found = get_object_or_404(Series, slug=slug)
    return _show(
        request, "articles/series.html", Article.objects.published().filter(series=found), series=found
    )


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the pieces on one subject; a subject without published pieces does not exist for readers."""
    at = timezone.now()
    found = get_object_or_404(_tags(at), slug=slug)
    articles = Article.objects.published(at).filter(tags=found)
    return _show(request, "articles/tag.html", articles, tag=found)


@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    """Show all subjects, by letter."""
    subjects = _tags(timezone.now()).order_by(Lower("name"))
    return public_page(request, render(request, "articles/tags.html", {"tags": subjects}))


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person and what they made."""
    found = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    held = Byline.objects.filter(author=found, article=OuterRef("pk"))
    articles = Article.objects.published().filter(Exists(held))
    return _show(request, "articles/author.html", articles, author=found)


@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    """Show everybody whose name stands over a published piece."""
    published = Q(bylines__article__in=Article.objects.published())
    people = (
        Author.objects.select_related("portrait")
        .annotate(
            pieces=Count("bylines__article", filter=published, distinct=True),
            latest_at=Max("bylines__article__published_at", filter=published),
        )
        .filter(pieces__gt=0)
        .order_by(Lower("name"))
    )
    return public_page(request, render(request, "articles/authors.html", {"authors": people}))


def _tags(at: datetime) -> QuerySet[Tag]:
    """The subjects of published pieces, with how many pieces each has."""
    items = TaggedItem.objects.filter(
        content_type__app_label="articles",
        content_type__model="article",
        object_id__in=Article.objects.published(at).values("pk"),
    )
    return Tag.objects.filter(taggit_taggeditem_items__in=items).annotate(
        pieces=Count("taggit_taggeditem_items", distinct=True)
    )
