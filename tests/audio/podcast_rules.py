"""What podcast apps and directories ask of a feed, as a list of complaints.

From the RSS 2.0 specification, Apple's requirements for podcasts, and the Podcasting 2.0 namespace.
"""

import re
import uuid
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree

NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
# Of Apple's categories those that a magazine might stand in.
CATEGORIES = {
    "Arts",
    "Business",
    "Education",
    "History",
    "News",
    "Science",
    "Society & Culture",
    "Technology",
}
ONCE_IN_CHANNEL = ("title", "link", "description", "language", "itunes:author", "itunes:explicit")
ONCE_IN_CHANNEL += ("itunes:owner", "itunes:image", "podcast:guid", "podcast:locked", "atom:link")
ONCE_IN_ITEM = ("title", "guid", "pubDate", "enclosure", "description", "itunes:duration", "itunes:explicit")
ONCE_IN_ITEM += ("podcast:transcript", "podcast:chapters", "itunes:summary", "content:encoded")
AT_MOST_ONCE = ("itunes:episode", "itunes:season", "podcast:episode", "podcast:season", "itunes:author")
LONGEST_DESCRIPTION = 4000


def complaints(feed: bytes, *, is_private: bool) -> list[str]:
    """Return everything that is wrong with ``feed``."""
    rss = etree.fromstring(feed)
    if (rss.tag, rss.get("version"), len(rss)) != ("rss", "2.0", 1) or rss[0].tag != "channel":
        return ["It is not RSS 2.0 with one channel."]
    return [*_of_channel(rss[0], is_private), *_of_items(rss[0])]


def _of_channel(channel: etree._Element, is_private: bool) -> Iterator[str]:
    yield from _counted(channel, "channel", ONCE_IN_CHANNEL, AT_MOST_ONCE)
    if not re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", text(channel, "language")):
        yield "The language is no ISO 639 code."
    image = first(channel, "itunes:image").get("href", "")
    if not image.endswith((".png", ".jpg")) or not is_whole(image):
        yield "The cover is no JPEG or PNG at a whole address."
    if text(channel, "itunes:explicit") not in {"true", "false"}:
        yield "itunes:explicit says neither true nor false."
    if not {one.get("text") for one in all_of(channel, "itunes:category")} & CATEGORIES:
        yield "It is in none of Apple's categories."
    if not text(channel, "itunes:owner/itunes:name") or "@" not in text(channel, "itunes:owner/itunes:email"):
        yield "The owner has no name, or no email address."
    if uuid.UUID(text(channel, "podcast:guid")).version != 5:
        yield "podcast:guid is no UUID of version 5."
    locked = first(channel, "podcast:locked")
    if locked.text not in {"yes", "no"} or "@" not in locked.get("owner", ""):
        yield "podcast:locked says neither yes nor no, or has no owner."
    itself = first(channel, "atom:link")
    if (itself.get("rel"), itself.get("type")) != ("self", "application/rss+xml"):
        yield "It does not say where it is itself."
    blocked = {text(channel, "itunes:block").lower(), text(channel, "podcast:block").lower()}
    if blocked != ({"yes"} if is_private else {""}):
        yield f"Directories are told {blocked}."
    if text(channel, "itunes:type") not in {"episodic", "serial"}:
        yield "itunes:type is neither episodic nor serial."
    if (built := text(channel, "lastBuildDate")) and not is_instant(built):
        yield "lastBuildDate is no date of RFC 2822."


def _of_items(channel: etree._Element) -> Iterator[str]:
    items = channel.findall("item")
    for item in items:
        name = f"“{text(item, 'title')}”"
        yield from (f"{name}: {complaint}" for complaint in _of_item(item))
    guids = [text(item, "guid") for item in items]
    if len(set(guids)) < len(guids):
        yield "Two items have one guid."
    if text(channel, "itunes:type") == "serial":
        if [text(item, "itunes:episode") for item in items] != [str(n + 1) for n in range(len(items))]:
            yield "The episodes of a serial are not numbered one after the other."
    else:
        instants = [parsedate_to_datetime(text(item, "pubDate")) for item in items]
        if instants != sorted(instants, reverse=True):
            yield "The newest is not the first."


def _of_item(item: etree._Element) -> Iterator[str]:
    yield from _counted(item, "item", ONCE_IN_ITEM, AT_MOST_ONCE)
    enclosure = first(item, "enclosure")
    address = enclosure.get("url", "")
    if not is_whole(address) or not address.isascii() or not urlsplit(address).path.endswith(".mp3"):
        yield f"The enclosure's address is {address}."
    if not enclosure.get("length", "").isdigit() or int(enclosure.get("length", "0")) <= 0:
        yield "The enclosure has no length."
    if enclosure.get("type") != "audio/mpeg":
        yield "The enclosure has another type than its file."
    if first(item, "guid").get("isPermaLink") != "false":
        yield "The guid passes for an address."
    if not is_instant(text(item, "pubDate")):
        yield "pubDate is no date of RFC 2822."
    if not re.fullmatch(r"[1-9][0-9]*", text(item, "itunes:duration")):
        yield "The duration is not in seconds."
    for name in ("itunes:episode", "itunes:season", "podcast:season"):
        if (number := text(item, name)) and not re.fullmatch(r"[1-9][0-9]*", number):
            yield f"{name} is {number}."
    if len(text(item, "description")) > LONGEST_DESCRIPTION:
        yield "The description is too long."
    for name, kind in (("transcript", "text/vtt"), ("chapters", "application/json+chapters")):
        told = first(item, f"podcast:{name}")
        if told.get("type") != kind or not is_whole(told.get("url", "")):
            yield f"podcast:{name} has no address, or not the type {kind}."
    for person in all_of(item, "podcast:person"):
        if not 0 < len(person.text or "") <= 128:
            yield "A person has no name, or a long one."


def _counted(
    parent: etree._Element, what: str, once: tuple[str, ...], at_most_once: tuple[str, ...]
) -> Iterator[str]:
    for name in once:
        if len(all_of(parent, name)) != 1:
            yield f"The {what} has {len(all_of(parent, name))} of {name}."
    for name in at_most_once:
        if len(all_of(parent, name)) > 1:
            yield f"The {what} has more than one {name}."


def all_of(parent: etree._Element, path: str) -> list[etree._Element]:
    return parent.findall(path, NAMES)


def first(parent: etree._Element, path: str) -> etree._Element:
    found = parent.find(path, NAMES)
    return etree.Element("none") if found is None else found


def text(parent: etree._Element, path: str) -> str:
    return (first(parent, path).text or "").strip()


def is_whole(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and bool(parts.path)


def is_instant(words: str) -> bool:
    try:
        return parsedate_to_datetime(words).tzinfo is not None
    except ValueError:
        return False
