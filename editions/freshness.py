"""Whether a file still says what the issue says, without reading the issue whole.

A file is fresh while ``made_from`` equals the fingerprint of the issue's text. To know that costs a rendering
of every piece, which is too much for a list of all issues and for each minute. So an *outline* is kept beside
it: a digest of everything in an issue but the bodies, which stand in it by the version of their article. That
costs seven queries, however many issues are asked about. Another outline means "look"; the fingerprint
decides. What no outline shows (a piece of another issue that is linked here goes) is found when ``making``
reads each issue whole in its turn.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Byline, Correction, Issue, Picture
from articles.models.article import ArticleQuerySet
from editions.models import Edition, Format
from editions.source import RULES, IssueText, gathered, text_of

# A worker tells how far it is every few seconds. The longest that a builder is silent, the printer writing
# its file, is 3 s for 86 pages, and was 53 s for 419 on a machine that had four times as much to do as it
# could. After so long it is taken for dead, and another begins again.
TAKE_OVER = timedelta(minutes=2)


class State(models.TextChoices):
    """How things stand with one edition."""

    FRESH = "fresh", _("Fresh")
    BROUGHT = "brought", _("Brought here")
    STALE = "stale", _("Stale")
    BEING_MADE = "being_made", _("Being made")
    WAITING = "waiting", _("Waiting to be made")
    FAILED = "failed", _("Failed")
    EMPTY = "empty", _("Nothing in it")


@dataclass(frozen=True)
class Outline:
    """What an issue says as far as it is seen without reading it, and the keys of the pieces in it."""

    digest: str
    pieces: frozenset[int]


def pieces_for_files(issue: Issue, at: datetime | None = None) -> ArticleQuerySet:
    """Return the pieces that the files of ``issue`` hold at ``at``: the public ones, and before the release
    those that are approved for it.
    """
    at = at or timezone.now()
    if issue.is_published(at):
        return Article.objects.published(at).filter(issue=issue)
    return Article.objects.at_hand().filter(status=Article.Status.APPROVED, issue=issue)


def whole_text(issue: Issue, at: datetime | None = None) -> IssueText:
    """Gather what the files of ``issue`` say at ``at`` (default: now)."""
    if issue.is_published(at):
        return text_of(issue, at)
    return gathered(issue, pieces_for_files(issue, at))


def text_for(edition: Edition, at: datetime | None = None) -> IssueText:
    """Gather what the file of ``edition`` (issue loaded) is made from at ``at`` (default: now).

    An EPUB leads to the pages of our own PDF where there is one of the same text, and to those of the plan
    where there is none.
    """
    text = whole_text(edition.issue, at)
    if edition.format != Format.EPUB:
        return text
    printed = Edition.objects.filter(
        issue=edition.issue_id, format=Format.PDF, is_brought=False, made_from=text.fingerprint
    ).first()
    starts = printed.contains.get("starts") if printed else None
    if printed is None or not starts:
        return text
    return text.printed_on({int(piece): page for piece, page in starts.items()}, printed.pages)


def outlines(editions: Collection[Edition], at: datetime | None = None) -> dict[int, Outline]:
    """Return the outline of each of ``editions`` (issues loaded) at ``at``, by their keys. Seven queries."""
    at = at or timezone.now()
    issues = {edition.issue_id: edition.issue for edition in editions}
    pieces = _pieces(issues.values(), at)
    said: dict[int, list[Any]] = {key: [_of_issue(issue)] for key, issue in issues.items()}
    holding = {row[0]: row[1] for row in pieces}
    for key, issue_id, *rest in pieces:
        said[issue_id].append([key, *rest])
    for key, *rest in _around(list(issues)):
        if key in holding:
            said[holding[key]].append([key, *rest])
    pictures = _pictures(editions)
    house = [RULES, settings.SITE_URL, settings.MAGAZINE_NAME, settings.MAGAZINE_TAGLINE, settings.IMPRINT]
    ours: dict[int, set[int]] = defaultdict(set)
    for key, issue_id in holding.items():
        ours[issue_id].add(key)
    return {
        edition.pk: Outline(
            _digest([house, said[edition.issue_id], [pictures.get(pk) for pk in _pictures_of(edition)]]),
            frozenset(ours[edition.issue_id]),
        )
        for edition in editions
    }


def outline_of(edition: Edition, at: datetime | None = None) -> Outline:
    """Return the outline of one edition."""
    return outlines([edition], at)[edition.pk]


def state_of(edition: Edition, outline: Outline, at: datetime | None = None) -> State:
    """Return how things stand with ``edition`` when its issue has ``outline``. No query."""
    if edition.is_brought:
        return State.BROUGHT
    if is_being_made(edition, at):
        return State.BEING_MADE
    if edition.failed_at:
        return State.FAILED
    if not outline.pieces:
        return State.EMPTY
    if not edition.file:
        return State.WAITING
    return State.FRESH if says_the_same(edition, outline) else State.STALE


def says_the_same(edition: Edition, outline: Outline) -> bool:
    """Whether nothing is known to have changed since the file of ``edition`` was made."""
    has_file = bool(edition.file and edition.made_from and edition.failed_at is None)
    return has_file and edition.outline == outline.digest


def is_being_made(edition: Edition, at: datetime | None = None) -> bool:
    """Whether a worker is at it, and has not been silent for so long that it must be dead."""
    return edition.told_at is not None and edition.told_at > (at or timezone.now()) - TAKE_OVER


def holds_what_is_withdrawn(edition: Edition, at: datetime | None = None) -> bool:
    """Whether the file of ``edition`` has a piece in it that is not public at ``at``. One query."""
    pieces = set(edition.contains.get("pieces", []))
    return Article.objects.published(at).filter(pk__in=pieces).count() != len(pieces)


def _pieces(issues: Collection[Issue], at: datetime) -> list[tuple[Any, ...]]:
    """Rows of (key, issue, all that is said of a piece in its own row), in a fixed order."""
    out = [issue.pk for issue in issues if issue.is_published(at)]
    to_come = [issue.pk for issue in issues if not issue.is_published(at)]
    rows: list[tuple[Any, ...]] = []
    for articles in (
        Article.objects.published(at).filter(issue__in=out),
        Article.objects.at_hand().filter(status=Article.Status.APPROVED, issue__in=to_come),
    ):
        rows += articles.order_by("pk").values_list(
            "pk",
            "issue_id",
            "version",
            "section__name",
            "section__slug",
            "page",
            "length",
            "published_at",
            "lead_picture_id",
        )
    return rows


def _around(issues: list[int]) -> list[tuple[Any, ...]]:
    """Rows of (article, what is said of it elsewhere): bylines, corrections, tags."""
    bylines = Byline.objects.filter(article__issue__in=issues).order_by("article_id", "position", "pk")
    corrections = Correction.objects.filter(article__issue__in=issues).order_by("article_id", "pk")
    tagged = Article.objects.filter(issue__in=issues, tags__isnull=False).order_by("pk", "tags__name")
    return [
        *bylines.values_list("article_id", "author__name", "role", "author__biography"),
        *corrections.values_list("article_id", "corrected_on", "note"),
        *tagged.values_list("pk", "tags__name"),
    ]


def _pictures(editions: Collection[Edition]) -> dict[int, list[Any]]:
    wanted = {key for edition in editions for key in _pictures_of(edition)}
    rows = Picture.objects.filter(pk__in=wanted).values_list("pk", "content_hash", "alt", "caption", "credit")
    return {key: list(rest) for key, *rest in rows}


def _pictures_of(edition: Edition) -> list[int]:
    return sorted(edition.contains.get("pictures", []))


def _of_issue(issue: Issue) -> list[Any]:
    return [
        issue.volume,
        issue.number,
        issue.title,
        issue.standfirst,
        issue.cover_on,
        issue.cover_id,
    ]


def _digest(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()
