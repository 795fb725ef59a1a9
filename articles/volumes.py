"""The volumes: which are complete, and the index that closes each, as it is bound behind the last issue."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from articles.companions import running_place
from articles.models import Article, Author, Issue, Section, Series
from subscriptions.ledger import rescheduling

# What a volume holds where no plan promises a number.
USUAL_A_VOLUME = 24


@dataclass(frozen=True)
class Entry:
    """A name in an index, the page of whatever has that name, and its pieces in the order of the volume."""

    name: str
    url: str
    articles: list[Article]


@dataclass(frozen=True)
class VolumeIndex:
    """What stands in a volume. Every piece comes with its issue, its section and its bylines."""

    issues: list[Issue]
    pieces: int
    authors: list[Entry]
    sections: list[Entry]
    series: list[Entry]
    tags: list[Entry]


def held_by_one(promised: Collection[int]) -> int:
    """Return how many issues a volume holds when plans promise these numbers a year.

    Each counts by its weight: a double issue as two, a special outside the count not at all.
    """
    return max(promised, default=USUAL_A_VOLUME)


def complete(at: datetime) -> list[int]:
    """Return the volumes that are complete at ``at``, newest first. Two queries."""
    return complete_among(Issue.objects.published(at).only("volume", "weight").order_by(), at)


def complete_among(released: Iterable[Issue], at: datetime) -> list[int]:
    """Return which volumes are complete when ``released`` are all that is out at ``at``, newest first.

    Nothing is added any more to a volume whose issues count as many as plans promise a year, or which is
    older than the current one. One query.
    """
    per_volume = held_by_one(rescheduling.promised_a_year(at))
    counts: Counter[int] = Counter()
    for issue in released:
        counts[issue.volume] += issue.weight
    current = max(counts, default=0)
    return sorted(
        (volume for volume, count in counts.items() if volume < current or count >= per_volume),
        reverse=True,
    )


def index_of(volume: int, at: datetime) -> VolumeIndex:
    """Gather what readers find in ``volume`` at ``at``. Four queries, however much it is."""
    issues = list(
        Issue.objects.published(at)
        .filter(volume=volume)
        .select_related("cover")
        .order_by("cover_on", "number")
    )
    articles = list(
        Article.objects.published(at)
        .filter(issue__in=[issue.pk for issue in issues])
        .for_contents()
        .select_related("section", "series", "issue")
        .prefetch_related("tags")  # type: ignore[misc]
        .order_by("issue__cover_on", "issue__number", running_place(), "pk")
    )
    return VolumeIndex(
        issues=issues,
        pieces=len(articles),
        authors=_entries(articles, lambda one: [byline.author for byline in one.bylines.all()], _by_surname),
        sections=_entries(articles, lambda one: [one.section], _by_position),
        series=_entries(articles, lambda one: [one.series] if one.series else [], _by_name),
        tags=_entries(articles, lambda one: one.tags.all(), _by_name),
    )


def _entries(
    articles: Iterable[Article], names: Callable[[Any], Iterable[Any]], order: Callable[[Any], Any]
) -> list[Entry]:
    listed: dict[int, list[Article]] = {}
    found: dict[int, Any] = {}
    for article in articles:
        # Two bylines of one author are one line.
        for one in {one.pk: one for one in names(article)}.values():
            found[one.pk] = one
            listed.setdefault(one.pk, []).append(article)
    return [Entry(one.name, _url(one), listed[one.pk]) for one in sorted(found.values(), key=order)]


def _url(one: Any) -> str:
    """The page of a section, a series, an author or a subject; only the last has none of its own making."""
    if isinstance(one, Author | Section | Series):
        return one.get_absolute_url()
    return reverse("articles:tag", args=[one.slug])


def _by_surname(author: Author) -> tuple[str, str]:
    return author.name.rpartition(" ")[2].casefold(), author.name.casefold()


def _by_position(section: Section) -> tuple[int, str]:
    return section.position, section.name.casefold()


def _by_name(one: Any) -> str:
    return one.name.casefold()
