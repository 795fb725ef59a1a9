"""Writes a feed: RSS 2.0 with the words that Apple (``itunes:``) and Podcasting 2.0 (``podcast:``) added.

A piece keeps its ``guid`` when it is recorded anew. Apps know an episode by it: with another one everybody
would find a piece that they have heard as new once more. The address of the file does change with the
recording, so that no app joins the halves of two.
"""

import re
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.utils.feedgenerator import rfc2822_date
from django.utils.html import escape
from django.utils.translation import gettext as _
from lxml import etree

from articles.models import Article, Issue
from audio import chapters, transcripts
from audio.feeds.shows import Episode, Show

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"
NAMES = {"atom": ATOM, "content": CONTENT, "itunes": ITUNES, "podcast": PODCAST}
# Minutes after which an app may look again.
OFTEN = 60
# What XML cannot carry.
NOT_CARRIED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Apps cut names that are longer.
LONGEST_NAME = 128


def written(show: Show) -> bytes:
    """Return ``show`` as a file. No query."""
    rss = etree.Element("rss", nsmap=NAMES, version="2.0")
    channel = etree.SubElement(rss, "channel")
    _about(channel, show)
    for episode in show.episodes:
        _item(channel, episode, show)
    return etree.tostring(rss, xml_declaration=True, encoding="utf-8")


def _about(channel: etree._Element, show: Show) -> None:
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    publisher = settings.IMPRINT.partition("|")[0] or settings.MAGAZINE_NAME
    image = _absolute(static("podcast.png"))
    _add(channel, "title", show.title)
    _add(channel, "link", _absolute(show.link))
    _add(channel, "description", show.description)
    _add(channel, "language", settings.LANGUAGE_CODE)
    _add(channel, "copyright", publisher)
    _add(channel, "ttl", str(OFTEN))
    if newest := max((_changed_at(episode) for episode in show.episodes), default=None):
        _add(channel, "lastBuildDate", rfc2822_date(newest))
    etree.SubElement(
        channel,
        f"{{{ATOM}}}link",
        rel="self",
        type=MEDIA_TYPE.partition(";")[0],
        href=_absolute(show.address),
    )
    picture = _add(channel, "image")
    _add(picture, "url", image)
    _add(picture, "title", show.title)
    _add(picture, "link", _absolute(show.link))

    _add(channel, "author", settings.MAGAZINE_NAME, ITUNES)
    _add(channel, "summary", show.description, ITUNES)
    _add(channel, "type", "serial" if show.is_in_order else "episodic", ITUNES)
    _add(channel, "explicit", "false", ITUNES)
    etree.SubElement(channel, f"{{{ITUNES}}}image", href=image)
    owner = _add(channel, "owner", namespace=ITUNES)
    _add(owner, "name", name or settings.MAGAZINE_NAME, ITUNES)
    _add(owner, "email", email, ITUNES)
    _category(channel)

    _add(channel, "guid", str(show.name), PODCAST)
    _add(channel, "medium", "podcast", PODCAST)
    # Nobody else may take the feed over to their house.
    _add(channel, "locked", "yes", PODCAST).set("owner", email)
    if show.is_private:
        _add(channel, "block", "Yes", ITUNES)
        _add(channel, "block", "yes", PODCAST)


def _category(channel: etree._Element) -> None:
    outer: etree._Element = channel
    for word in settings.PODCAST_CATEGORY:
        outer = etree.SubElement(outer, f"{{{ITUNES}}}category", text=word)


def _item(channel: etree._Element, episode: Episode, show: Show) -> None:
    article, narration = episode.article, episode.narration
    page = _absolute(article.get_absolute_url())
    item = _add(channel, "item")
    _add(item, "title", article.headline)
    _add(item, "link", page)
    _add(item, "guid", f"{settings.SITE_URL}/#article-{article.pk}").set("isPermaLink", "false")
    if article.goes_live_at:
        _add(item, "pubDate", rfc2822_date(article.goes_live_at))
    _add(item, "category", article.section.name)
    _add(item, "description", _summary(article))
    _add(item, "encoded", _notes(article, page), CONTENT)
    etree.SubElement(
        item,
        "enclosure",
        url=_absolute(show.of(narration, "mp3")),
        length=str(narration.mp3_size),
        type="audio/mpeg",
    )

    _add(item, "title", article.headline, ITUNES)
    if article.byline_text:
        _add(item, "author", article.byline_text, ITUNES)
    _add(item, "summary", _summary(article), ITUNES)
    _add(item, "duration", str(max(1, round(narration.duration_ms / 1000))), ITUNES)
    _add(item, "explicit", "false", ITUNES)
    _add(item, "episodeType", "full", ITUNES)
    _numbers(item, article.issue, episode.place)

    transcript = etree.SubElement(item, f"{{{PODCAST}}}transcript")
    transcript.set("url", _absolute(show.of(narration, "vtt")))
    transcript.set("type", transcripts.MEDIA_TYPE)
    transcript.set("language", settings.LANGUAGE_CODE)
    told = etree.SubElement(item, f"{{{PODCAST}}}chapters", url=_absolute(show.of(narration, "json")))
    told.set("type", chapters.MEDIA_TYPE)
    for byline in article.bylines.all():
        if not byline.role:
            author = _add(item, "person", byline.author.name[:LONGEST_NAME], PODCAST)
            author.set("group", "writing")
            author.set("role", "author")
            author.set("href", _absolute(byline.author.get_absolute_url()))
    if narration.reader_name:
        _add(item, "person", narration.reader_name, PODCAST).set("role", "narrator")


def _numbers(item: etree._Element, issue: Issue | None, place: int | None) -> None:
    """Number the episode: by its place in the feed of an issue, else by the issue it stood in."""
    if place is not None:
        _add(item, "episode", str(place), ITUNES)
        _add(item, "episode", str(place), PODCAST)
    elif issue is not None:
        volume = _("Volume %d") % issue.volume
        number = _("Number %d") % issue.number
        _add(item, "season", str(issue.volume), ITUNES)
        _add(item, "season", str(issue.volume), PODCAST).set("name", volume)
        if issue.number:
            _add(item, "episode", str(issue.number), ITUNES)
        _add(item, "episode", str(issue.number), PODCAST).set("display", number)


def _summary(article: Article) -> str:
    names = _("By %(names)s.") % {"names": article.byline_text} if article.byline_text else ""
    return " ".join(part for part in (article.standfirst, names) if part) or article.headline


def _notes(article: Article, page: str) -> str:
    """What an app shows beside the recording, as HTML: short, and nothing of the body."""
    parts = [article.standfirst]
    if article.byline_text:
        parts.append(_("By %(names)s.") % {"names": article.byline_text})
    if article.issue is not None:
        label = (
            f"{article.issue.label}: {article.issue.title}" if article.issue.title else article.issue.label
        )
        parts.append(label)
    told = "".join(f"<p>{escape(part)}</p>" for part in parts if part)
    return f'{told}<p><a href="{escape(page)}">{escape(_("Read it on our pages"))}</a></p>'


def _changed_at(episode: Episode) -> datetime:
    live, made = episode.article.goes_live_at, episode.narration.made_at
    return max(instant for instant in (live, made) if instant)


def _absolute(address: str) -> str:
    return urljoin(f"{settings.SITE_URL}/", address)


def _add(parent: etree._Element, name: str, text: str = "", namespace: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
    element.text = NOT_CARRIED.sub("", text) or None
    return element
