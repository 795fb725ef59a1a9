"""What an issue says, gathered once for every kind of file: the same words that the site shows.

A file is for those who may read everything, so bodies are whole. They are made by
``articles.rendering.render`` like the pages of the site, with other addresses in them: a picture is
``picture:ID``, a piece of the same issue ``piece:ID``; every other address is absolute. Builders put in their
places what a reader of their files can follow.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise
from urllib.parse import urljoin

from django.conf import settings
from django.utils import timezone

from articles import rendering
from articles.models import Article, Byline, Issue, Picture

# Raise it when the same words shall make another file, so that all files are made anew.
RULES = 2


@dataclass(frozen=True)
class Image:
    """A picture of the library; ``name`` is its original in default storage, a JPEG."""

    id: int
    name: str
    content_hash: str
    alt: str
    caption: str
    credit: str
    width: int
    height: int

    @property
    def src(self) -> str:
        """The address by which a body asks for it."""
        return f"picture:{self.id}"

    def sources(self) -> Iterable[tuple[str, Iterable[tuple[str, int]]]]:
        """Return nothing: a file carries one copy, which its builder makes."""
        return ()


@dataclass(frozen=True)
class Name:
    """An author on a piece; ``role`` is empty for the words."""

    name: str
    role: str
    biography: str


@dataclass(frozen=True)
class Note:
    """A correction, as it stands under the piece."""

    corrected_on: date
    text: str


@dataclass(frozen=True)
class Piece:
    """One article of the issue. ``body`` is HTML with ``picture:`` and ``piece:`` addresses in it."""

    id: int
    headline: str
    kicker: str
    standfirst: str
    section: str
    byline: str
    names: tuple[Name, ...]
    body: str
    words: int
    page: int | None
    length: int | None
    tags: tuple[str, ...]
    corrections: tuple[Note, ...]
    lead: Image | None
    address: str
    published_on: date | None


@dataclass(frozen=True)
class Department:
    """The pieces of one section, in running order."""

    name: str
    slug: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class IssueText:
    """An issue, whole. ``images`` holds all its pictures by id, ``imprint`` the lines of the masthead."""

    magazine: str
    tagline: str
    language: str
    address: str
    volume: int
    number: int
    label: str
    title: str
    standfirst: str
    cover_on: date
    cover: Image | None
    departments: tuple[Department, ...]
    imprint: tuple[str, ...]
    images: dict[int, Image] = field(default_factory=dict)

    @property
    def pieces(self) -> Iterator[Piece]:
        """Every piece, in running order."""
        return (piece for department in self.departments for piece in department.pieces)

    def printed_on(self, starts: Mapping[int, int], pages: int) -> "IssueText":
        """Return the same with the pages on which its pieces were printed instead of those planned.

        ``starts`` is the page on which each piece begins, by its id; ``pages`` how many there are. A piece
        that is not among them has no page.
        """
        begun = sorted({*starts.values(), pages + 1})
        ends = dict(pairwise(begun))

        def printed(piece: Piece) -> Piece:
            page = starts.get(piece.id)
            return replace(piece, page=page, length=ends[page] - page if page is not None else None)

        departments = (
            replace(one, pieces=tuple(printed(piece) for piece in one.pieces)) for one in self.departments
        )
        return replace(self, departments=tuple(departments))

    @property
    def fingerprint(self) -> str:
        """What a file is made from, in 64 letters: another one means that the file is stale."""
        said = json.dumps([RULES, asdict(self)], default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


def text_of(issue: Issue, at: datetime | None = None) -> IssueText:
    """Gather ``issue`` as readers have it at ``at`` (default: now): the pieces that are public then.

    Before the release ``gathered`` takes the pieces that are to come. About eight queries.
    """
    return gathered(issue, Article.objects.published(at).filter(issue=issue))


def gathered(issue: Issue, articles: Iterable[Article]) -> IssueText:
    """Gather ``issue`` with ``articles`` (a queryset) in it, in running order."""
    rows = list(
        articles.select_related("section", "lead_picture")  # type: ignore[attr-defined]
        .prefetch_related("bylines__author", "tags", "corrections")
        .order_by("page", "headline", "pk")
    )
    ours = {article.pk for article in rows}
    linked = {pk for article in rows for pk in rendering.links_to(article.body)}
    shown = {pk for article in rows for pk in rendering.pictures_in(article.body)}
    leads = {article.lead_picture_id for article in rows} | {issue.cover_id}
    wanted = shown | {pk for pk in leads if pk is not None}
    images = {picture.pk: _image(picture) for picture in Picture.objects.filter(pk__in=wanted)}
    addresses = {
        pk: urljoin(settings.SITE_URL, address)
        for pk, address in Article.objects.published().addresses(linked - ours).items()
    } | {pk: f"piece:{pk}" for pk in ours}
    pieces: dict[tuple[str, str], list[Piece]] = {}
    for article in rows:
        section = (article.section.name, article.section.slug)
        pieces.setdefault(section, []).append(_piece(article, images, addresses))
    return IssueText(
        magazine=settings.MAGAZINE_NAME,
        tagline=settings.MAGAZINE_TAGLINE,
        language=settings.LANGUAGE_CODE,
        address=urljoin(settings.SITE_URL, issue.get_absolute_url()),
        volume=issue.volume,
        number=issue.number,
        label=str(issue.label),
        title=issue.title,
        standfirst=issue.standfirst,
        cover_on=issue.cover_on,
        cover=images.get(issue.cover_id or 0),
        departments=tuple(Department(name, slug, tuple(those)) for (name, slug), those in pieces.items()),
        imprint=tuple(settings.IMPRINT.split("|")),
        images=images,
    )


def _piece(article: Article, images: dict[int, Image], addresses: dict[int, str]) -> Piece:
    rendered = rendering.render(article.body, addresses=addresses, pictures=images)
    return Piece(
        id=article.pk,
        headline=article.headline,
        kicker=article.kicker,
        standfirst=article.standfirst,
        section=article.section.name,
        byline=article.byline_text,
        names=tuple(_names(article.bylines.all())),
        body=rendered.html,
        words=rendered.words,
        page=article.page,
        length=article.length,
        tags=tuple(sorted(tag.name for tag in article.tags.all())),
        corrections=tuple(Note(one.corrected_on, one.note) for one in article.corrections.all()),
        lead=images.get(article.lead_picture_id or 0),
        address=urljoin(settings.SITE_URL, article.get_absolute_url()),
        published_on=timezone.localdate(article.published_at) if article.published_at else None,
    )


def _names(bylines: Iterable[Byline]) -> Iterator[Name]:
    for byline in bylines:
        yield Name(byline.author.name, byline.role, byline.author.biography)


def _image(picture: Picture) -> Image:
    return Image(
        id=picture.pk,
        name=str(picture.original.name),
        content_hash=picture.content_hash,
        alt=picture.alt,
        caption=picture.caption,
        credit=picture.credit,
        width=picture.width,
        height=picture.height,
    )
