"""What podcast apps are told of a feed as a whole, and which pieces are in it.

Only headlines, standfirsts and names stand in a feed: what readers see without a plan. The words themselves
are behind the addresses of transcripts, which ask who may hear the piece.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from articles.companions import running_place
from articles.models import Article, Issue
from articles.models.article import ArticleQuerySet
from audio import addresses
from audio.models import Narration
from subscriptions import access
from subscriptions.access import Audience, Reason, Verdict

# The newest so many pieces; apps keep what they have of those before.
LENGTH = 300
# The namespace in which podcasts have their names (Podcasting 2.0, podcast:guid).
PODCASTS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


@dataclass(frozen=True)
class Episode:
    """One piece with its recording, and its place: in the order of an issue, or none."""

    article: Article
    narration: Narration
    place: int | None = None


@dataclass(frozen=True)
class Show:
    """One feed. ``link`` and ``address`` are paths of ours: the page it is about, and where it is.

    ``of`` returns the path of a recording's file in it (``mp3``, ``vtt``, ``json``). A private one asks apps
    and directories to list it nowhere. One that is ``in_order`` is heard from its first episode on.
    """

    title: str
    description: str
    link: str
    address: str
    name: uuid.UUID
    of: Callable[[Narration, str], str]
    episodes: list[Episode]
    is_private: bool = True
    is_in_order: bool = False


@dataclass(frozen=True)
class Hears:
    """For whom the pieces may be written that a reader may hear, and what their feed says of that."""

    audiences: list[str]
    sentence: str

    @classmethod
    def of(cls, reader: Any, at: datetime) -> "Hears":
        """Ask what ``reader`` may hear at ``at``. Two queries; some more where the answer is no."""
        verdicts = {audience: access.may_hear(reader, audience, at) for audience in Audience.values}
        audiences = [audience for audience, verdict in verdicts.items() if verdict.granted]
        of_all = verdicts[Audience.SUBSCRIBERS]
        if of_all.granted:
            sentence = _("%(line)s, read aloud for you alone. Please pass this address on to nobody.")
            return cls(audiences, sentence % {"line": settings.MAGAZINE_TAGLINE})
        may_read = access.verdict_for(reader, Audience.SUBSCRIBERS, at)
        return cls(audiences, f"{_why_not(may_read, of_all)} {_('What is open to you is here as before.')}")


def open_show(at: datetime) -> Show:
    """Return the feed for everybody: what is open to everyone, whole. Two queries."""
    address = reverse("audio:feed")
    paths = {"vtt": "audio:transcript", "json": "audio:chapters"}

    def of(narration: Narration, extension: str) -> str:
        if extension in paths:
            return reverse(paths[extension], args=[narration.key])
        return addresses.file_address(narration, extension)

    return Show(
        title=_("%(name)s: open pieces, read aloud") % {"name": settings.MAGAZINE_NAME},
        description=_(
            "%(line)s. Here are the pieces that are open to everyone, read aloud; subscribers hear them all."
        )
        % {"line": settings.MAGAZINE_TAGLINE},
        link="/",
        address=address,
        name=_name(address),
        of=of,
        episodes=_newest(Article.objects.published(at), [Audience.EVERYONE]),
        is_private=False,
    )


def own_show(reader: Any, token: str, at: datetime) -> Show:
    """Return ``reader``'s feed, by their address with ``token``: all that they may hear at ``at``.

    Whose plan has ended keeps a feed that works. What is open to them comes on, and the first thing it says
    of itself is what became of the rest. It is no episode: apps leave out what has no sound, and a letter
    about the end was written. Four queries, and some more where the plan has ended.
    """
    hears = Hears.of(reader, at)
    return Show(
        title=_("%(name)s, read aloud") % {"name": settings.MAGAZINE_NAME},
        description=hears.sentence,
        link="/",
        address=reverse("audio:own_feed", args=[token]),
        name=_name(f"/listen/{_mark(reader)}/"),
        of=_own(token),
        episodes=_newest(Article.objects.published(at), hears.audiences),
    )


def issue_show(reader: Any, token: str, issue: Issue, at: datetime) -> Show:
    """Return ``issue``, which is published, as a feed of ``reader``'s, in its running order."""
    hears = Hears.of(reader, at)
    pieces = _recorded(Article.objects.published(at).filter(issue=issue), hears.audiences)
    in_order = pieces.order_by(running_place(), "pk")[:LENGTH]
    label = _("%(name)s %(volume)d/%(number)d") % {
        "name": settings.MAGAZINE_NAME,
        "volume": issue.volume,
        "number": issue.number,
    }
    return Show(
        title=f"{label}: {issue.title}" if issue.title else label,
        description=f"{issue.standfirst} {hears.sentence}".strip(),
        link=issue.get_absolute_url(),
        address=reverse("audio:own_issue_feed", args=[token, issue.volume, issue.number]),
        name=_name(f"/listen/{_mark(reader)}/{issue.volume}-{issue.number}"),
        of=_own(token),
        episodes=[Episode(one, one.narration, place) for place, one in enumerate(in_order, start=1)],
        is_in_order=True,
    )


# -- What is in it -------------------------------------------------------------


def _newest(articles: ArticleQuerySet, audiences: list[str]) -> list[Episode]:
    newest = _recorded(articles, audiences).newest_first()[:LENGTH]
    return [Episode(article, article.narration) for article in newest]


def _recorded(articles: ArticleQuerySet, audiences: list[str]) -> ArticleQuerySet:
    """Keep what is for one of ``audiences`` and can be heard, and load what a feed says of it."""
    can_be_heard = articles.filter(audience__in=audiences, narration__exempt_reason="")
    return (
        can_be_heard.exclude(narration__mp3="")
        .for_contents()
        .select_related("section", "issue", "narration")
        .defer("narration__segments")
    )


# -- What is said of it --------------------------------------------------------


def _why_not(read: Verdict, heard: Verdict) -> str:
    if read.granted:
        return _("Your plan comes without audio.")
    if heard.reason == Reason.NOT_ENTITLED:
        return _("You have no plan that is running, and most pieces are read aloud for subscribers.")
    return access.explain(heard)


def _own(token: str) -> Callable[[Narration, str], str]:
    # Hundreds of pieces with three addresses each: the part that all have in common is looked up once.
    behind = reverse("audio:own_feed", args=[token]).removesuffix("feed.xml")
    return lambda narration, extension: f"{behind}{narration.key}.{extension}"


def _name(path: str) -> uuid.UUID:
    """Return the name of the feed at ``path`` by the rule of the namespace: of its address without scheme."""
    site = urlsplit(settings.SITE_URL)
    return uuid.uuid5(PODCASTS, f"{site.netloc}{path}".rstrip("/"))


def _mark(reader: Any) -> str:
    """Return what stays with ``reader`` when their address is replaced, and tells nobody who they are."""
    return salted_hmac("audio.feeds", str(reader.pk)).hexdigest()[:32]
