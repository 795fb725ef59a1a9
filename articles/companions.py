"""What stands beside an article: what to read next, what its authors wrote, its neighbours in the issue.

All of it comes from one query, however many articles there are: short sliced subqueries name the candidates,
annotations say why each is one, and the choice among them is made here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from taggit.models import TaggedItem

from articles.models import Article, ArticleLink, Author, Byline

RELATED = 4
LATEST = 3
# How many candidates each reason may bring: enough to choose from, few enough to weigh in Python.
CANDIDATES = 12

# What each reason weighs. One shared tag may be chance; a link was somebody's decision.
LINKED_FROM_HERE = 4
LINKED_TO_HERE = 3
SHARED_TAG = 2
SAME_AUTHOR = 1
SAME_ISSUE = 1

# Pieces without a printed page come after all others of their issue.
LAST_PAGE = 32_767


@dataclass(frozen=True)
class Companions:
    """The published pieces beside one article, with section and lead picture, without their bodies."""

    related: list[Article] = field(default_factory=list)
    latest: dict[int, list[Article]] = field(default_factory=dict)
    previous: Article | None = None
    following: Article | None = None


def companions_of(
    article: Article, authors: Sequence[Author], tag_ids: Iterable[int], at: datetime | None = None
) -> Companions:
    """Return what stands beside ``article`` for readers at ``at`` (default: now), in one query.

    ``authors`` and ``tag_ids`` are the article's own, which the page has loaded already. Related
    pieces are the editors' choice in its order, then those with most in common, the newest first.
    """
    at = at or timezone.now()
    tag_ids = list(tag_ids)
    candidates = list(_candidates(article, authors, tag_ids, at))
    curated = sorted(
        (other for other in candidates if other.curated_key is not None),
        key=lambda other: (other.curated_position, other.curated_key),
    )
    chosen = {other.pk for other in curated}
    computed = [other for other in candidates if other.pk not in chosen and _score(other, authors, article)]
    computed.sort(key=lambda other: (_score(other, authors, article), other.published_at), reverse=True)
    newest = sorted(candidates, key=lambda other: (other.published_at, other.pk), reverse=True)
    return Companions(
        related=[*curated, *computed][: max(RELATED, len(curated))],
        latest={
            author.pk: [other for other in newest if getattr(other, _by(author))][:LATEST]
            for author in authors
        },
        previous=next((other for other in candidates if other.is_previous), None),
        following=next((other for other in candidates if other.is_following), None),
    )


def _candidates(
    article: Article, authors: Sequence[Author], tag_ids: list[int], at: datetime
) -> QuerySet[Any]:
    others = Article.objects.published(at).exclude(pk=article.pk)
    newest = others.newest_first()
    linked_from_here = ArticleLink.objects.filter(source=article, target=OuterRef("pk"))
    linked_to_here = ArticleLink.objects.filter(target=article, source=OuterRef("pk"))
    written_by = {
        _by(author): Byline.objects.filter(author=author, article=OuterRef("pk")) for author in authors
    }
    tagged = TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(Article),
        tag__in=tag_ids,
        object_id=OuterRef("pk"),
    )
    previous, following = _neighbours(article, others)

    lists = [
        article.related_articles.values("related"),
        *(
            _ids(newest.filter(Exists(reason)))
            for reason in [linked_from_here, linked_to_here, tagged, *written_by.values()]
        ),
        _ids(newest.filter(issue__isnull=False, issue=article.issue_id)),
        _ids(previous, 1),
        _ids(following, 1),
    ]
    wanted = Q()
    for listed in lists:
        wanted |= Q(pk__in=listed)
    return (
        others.alias(curation=FilteredRelation("related_from", condition=Q(related_from__article=article)))
        .filter(wanted)
        .annotate(
            curated_position=F("curation__position"),
            curated_key=F("curation__pk"),
            is_linked_from_here=Exists(linked_from_here),
            is_linked_to_here=Exists(linked_to_here),
            shared_tags=Coalesce(
                Subquery(tagged.order_by().values("object_id").annotate(n=Count("pk")).values("n")), 0
            ),
            is_previous=_is_in(_ids(previous, 1)),
            is_following=_is_in(_ids(following, 1)),
            **{name: Exists(reason) for name, reason in written_by.items()},
        )
        .select_related("section", "lead_picture")
        .defer("body", "body_html", "opening_html", "body_text", "opening_text")
        .order_by()
    )


def _neighbours(article: Article, others: QuerySet[Article]) -> tuple[QuerySet[Article], QuerySet[Article]]:
    """The pieces before and after ``article`` in the running order of its issue, the nearest first."""
    if article.issue_id is None:
        return others.none(), others.none()
    place = article.page or LAST_PAGE
    beside = others.filter(issue=article.issue_id).annotate(place=running_place())
    before = beside.filter(Q(place__lt=place) | Q(place=place, pk__lt=article.pk))
    after = beside.filter(Q(place__gt=place) | Q(place=place, pk__gt=article.pk))
    return before.order_by("-place", "-pk"), after.order_by("place", "pk")


def running_place() -> Coalesce:
    """The printed page as a place in the running order; the key settles ties."""
    return Coalesce("page", LAST_PAGE)


def _ids(articles: QuerySet[Article], limit: int = CANDIDATES) -> QuerySet[Article, Any]:
    return articles.values("pk")[:limit]


def _is_in(listed: QuerySet[Article, Any]) -> Case:
    return Case(When(pk__in=listed, then=Value(True)), default=Value(False))


def _by(author: Author) -> str:
    return f"is_by_{author.pk}"


def _score(other: Any, authors: Sequence[Author], article: Article) -> int:
    """How much ``other``, as annotated, has in common with ``article``."""
    return (
        LINKED_FROM_HERE * other.is_linked_from_here
        + LINKED_TO_HERE * other.is_linked_to_here
        + SHARED_TAG * other.shared_tags
        + SAME_AUTHOR * any(getattr(other, _by(author)) for author in authors)
        + SAME_ISSUE * (article.issue_id is not None and other.issue_id == article.issue_id)
    )
