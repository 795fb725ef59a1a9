"""Search: from a reader’s words to the published articles that this reader may find by them.

The database’s own index (``articles.fulltext``) proposes, ``published()`` and the access question dispose:
words that a reader may not read are never searched for that reader.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from taggit.models import Tag

from articles import fulltext
from articles.models import Article, Author
from subscriptions import access

PER_PAGE = 20
MOST_WORDS = 12
LONGEST_WORD = 60
SNIPPET_LENGTH = 240


@dataclass(frozen=True)
class Hit:
    """One article found; ``snippet_html`` is escaped, with the words marked."""

    article: Article
    snippet_html: SafeString


@dataclass(frozen=True)
class Results:
    """One page of what was found; ``authors`` and ``tags`` answer to the words by name."""

    query: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1
    pages: int = 1
    authors: list[Author] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)

    @property
    def previous_page(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def words_of(query: str) -> list[str]:
    """Return the words of a query, letters and digits only, at most twelve."""
    return [word[:LONGEST_WORD] for word in re.findall(r"\w+", query.replace("_", " "))][:MOST_WORDS]


def search(query: str, *, reader: Any, page: int = 1, at: datetime | None = None) -> Results:
    """Find the articles public at ``at`` that hold all words of ``query`` where ``reader`` may read.

    A page beyond the last answers as the last one. A constant number of queries.
    """
    query = query.replace("\x00", "").strip()[:200]
    words = words_of(query)
    if not words:
        return Results(query=query)
    verdicts = {audience: access.verdict_for(reader, audience, at) for audience in access.Audience}
    ranked = _ranked(words, verdicts, at)
    shown = Paginator(ranked, PER_PAGE).get_page(page)
    articles = {
        article.pk: article for article in Article.objects.filter(pk__in=list(shown)).for_cards().defer(None)
    }
    return Results(
        query=query,
        hits=[
            Hit(
                articles[pk],
                snippet(articles[pk].readable_text(verdicts[access.Audience(articles[pk].audience)]), words),
            )
            for pk in shown
        ],
        total=len(ranked),
        page=shown.number,
        pages=shown.paginator.num_pages,
        authors=list(_named(Author.objects.all(), words)[:5]),
        tags=list(_named(Tag.objects.all(), words)[:5]),
    )


def _ranked(words: list[str], verdicts: dict, at: datetime | None) -> list[int]:
    granted = [audience for audience, verdict in verdicts.items() if verdict.granted]
    full = fulltext.candidates(connection, fulltext.Depth.FULL, words)
    readable = set(Article.objects.published(at).filter(pk__in=full, audience__in=granted).ids())
    found = [pk for pk in full if pk in readable]
    if len(granted) < len(verdicts):
        opening = fulltext.candidates(connection, fulltext.Depth.OPEN, words)
        others = Article.objects.published(at).filter(pk__in=opening).exclude(audience__in=granted)
        teasers = set(others.ids())
        found += [pk for pk in opening if pk in teasers]
    return found


def _named(queryset: QuerySet, words: list[str]) -> QuerySet:
    for word in words:
        queryset = queryset.filter(name__icontains=word)
    return queryset.order_by("name")


def snippet(text: str, words: list[str]) -> SafeString:
    """Return the part of ``text`` around the first of ``words``, escaped, the words marked."""
    # The index knows word stems; a shared beginning is near enough for showing where it matched.
    stems = sorted({re.escape(word[: max(4, len(word) - 2)]) for word in words}, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(stems)})\w*", re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - SNIPPET_LENGTH // 3) if first else 0
    if start:
        start = text.find(" ", start) + 1
    piece = text[start : start + SNIPPET_LENGTH]
    if start + SNIPPET_LENGTH < len(text):
        piece = piece[: piece.rfind(" ")] + " …"
    parts, last = [], 0
    for match in pattern.finditer(piece):
        parts.append((escape(piece[last : match.start()]), match.group()))
        last = match.end()
    marked = format_html_join("", "{}<mark>{}</mark>", ((mark_safe(a), b) for a, b in parts))  # noqa: S308
    return format_html("{}{}{}", "… " if start else "", marked, piece[last:])
