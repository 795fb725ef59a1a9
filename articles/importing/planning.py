"""What an item of the old site will be here: its headline, its address, and how public it may be."""

from dataclasses import dataclass
from datetime import datetime

from articles.importing import bodies, wxr
from articles.importing.report import Notes
from articles.importing.words import ascii_slug, plain, shorten
from articles.models import Article
from subscriptions.access import Audience

Status = Article.Status
HEADLINE, STANDFIRST = 200, 600


@dataclass
class Planned:
    """What an item will be here, before its links and pictures are known."""

    headline: str
    slug: str
    standfirst: str
    status: str
    published_at: datetime | None
    audience: str
    tags: list[str]
    notes: Notes


def plan(item: wxr.Item, key: str, *, now: datetime, was_approved: bool) -> Planned:
    """Return what ``item`` will be here at ``now``.

    ``was_approved`` says that an earlier import gave it its date, which is not taken back.
    """
    notes = Notes()
    headline = _headline(item, key, notes)
    status, published_at = _state(item, notes, now=now, was_approved=was_approved)
    standfirst = plain(item.excerpt)
    if len(standfirst) > STANDFIRST:
        notes.add("Excerpt shortened to a standfirst")
    if item.type == "page":
        notes.add("Page became an article of the section for pages")
    if item.is_sticky:
        notes.add("Was sticky: give it a place on the front page by hand")
    for name in ("Post format", "Series"):
        taxonomy = name.lower().replace(" ", "_")
        if extra := [term.name for term in item.terms if term.taxonomy == taxonomy][name == "Series" :]:
            notes.add(f"{name} left out", ", ".join(extra))
    is_hidden = item.status == "private" or item.has_password
    return Planned(
        headline=headline,
        slug=_slug(item, key, headline),
        standfirst=shorten(standfirst, STANDFIRST),
        status=status,
        published_at=published_at,
        audience=Audience.SUBSCRIBERS if is_hidden else Audience.EVERYONE,
        tags=[],
        notes=notes,
    )


def _headline(item: wxr.Item, key: str, notes: Notes) -> str:
    headline = plain(item.title)
    if not headline:
        words = plain(bodies.words_only(item.body[:20_000]).replace("</p>", " "))
        headline = shorten(words, 80) or f"Untitled {item.type} {key}"
        notes.add("Headline made from the first words: there was no title")
    elif headline != " ".join(item.title.split()):
        notes.add("Markup or invisible characters removed from the title")
    if len(headline) > HEADLINE:
        notes.add("Headline shortened to 200 characters")
    return shorten(headline, HEADLINE)


def _slug(item: wxr.Item, key: str, headline: str) -> str:
    return ascii_slug(item.slug) or ascii_slug(headline) or ascii_slug(f"{item.type}-{key}") or item.type


def _state(item: wxr.Item, notes: Notes, *, now: datetime, was_approved: bool) -> tuple[str, datetime | None]:
    """Return the status and date here: never public if it was not public there."""
    if item.has_password:
        notes.add("Not public: protected by a password there")
        return Status.DRAFT, None
    public_at = item.public_at
    match item.status:
        case "publish" | "future" if public_at is None:
            notes.add("Not public: the file gives no date for it")
        case "publish":
            return Status.APPROVED, public_at
        case "future" if (public_at and public_at > now) or was_approved:
            return Status.APPROVED, public_at
        case "future":
            notes.add("Not public: its date passed between export and import; publish it by hand")
        case "pending":
            notes.add("Not public: was waiting for review there")
            return Status.SUBMITTED, None
        case "trash":
            notes.add("Not public: was in the trash there, is spiked here")
            return Status.SPIKED, None
        case "draft" | "auto-draft":
            notes.add("Not public: a draft there")
        case "private":
            notes.add("Not public: private there")
        case _:
            notes.add("Not public: its state there is unknown to us", item.status[:40] or "none")
    return Status.DRAFT, None


def is_nothing(item: wxr.Item) -> bool:
    """Whether WordPress made ``item`` by itself when somebody opened an empty editor."""
    return item.status == "auto-draft" and not item.body.strip() and not item.title.strip()
