"""The places whose films and sounds an article may point to.

An embed is stored as nothing but an address. The public page shows a card that leads
there; no frame is built and no other host is asked for anything before a reader follows it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles import addresses


@dataclass(frozen=True)
class Provider:
    """A host of films or sounds, and how it spells the address of one of them.

    ``find_key`` takes the path and the query of an address and returns the key of the
    work, or ``None``. ``page`` is the address of a work's own page with ``{key}`` in it.
    """

    slug: str
    name: str
    invitation: Promise
    hosts: frozenset[str]
    find_key: Callable[[str, dict[str, list[str]]], str | None]
    page: str


@dataclass(frozen=True)
class Embed:
    """One work at a provider."""

    provider: Provider
    key: str

    @property
    def address(self) -> str:
        """The address of the work's own page."""
        return self.provider.page.format(key=self.key)


_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([A-Za-z0-9_-]{11})/?")
_YOUTUBE_KEY = re.compile(r"[A-Za-z0-9_-]{11}")
_VIMEO_PATH = re.compile(r"/(?:video/|channels/[\w-]+/)?([0-9]{6,12})/?")
_SOUNDCLOUD_PATH = re.compile(r"/([a-z0-9_-]{1,64}/(?:sets/)?[a-z0-9_-]{1,128})/?")


def _youtube(path: str, query: dict[str, list[str]]) -> str | None:
    key = query.get("v", [""])[0] if path.rstrip("/") == "/watch" else ""
    if _YOUTUBE_KEY.fullmatch(key):
        return key
    match = _YOUTUBE_PATH.fullmatch(path)
    return match[1] if match else None


def _by_path(pattern: re.Pattern[str]) -> Callable[[str, dict[str, list[str]]], str | None]:
    def find_key(path: str, query: dict[str, list[str]]) -> str | None:
        match = pattern.fullmatch(path)
        return match[1] if match else None

    return find_key


PROVIDERS = (
    Provider(
        slug="youtube",
        name="YouTube",
        invitation=_("Watch the film on YouTube"),
        hosts=frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"}),
        find_key=_youtube,
        page="https://www.youtube.com/watch?v={key}",
    ),
    Provider(
        slug="youtube",
        name="YouTube",
        invitation=_("Watch the film on YouTube"),
        hosts=frozenset({"youtu.be"}),
        find_key=_by_path(re.compile(r"/([A-Za-z0-9_-]{11})/?")),
        page="https://www.youtube.com/watch?v={key}",
    ),
    Provider(
        slug="vimeo",
        name="Vimeo",
        invitation=_("Watch the film on Vimeo"),
        hosts=frozenset({"vimeo.com", "www.vimeo.com", "player.vimeo.com"}),
        find_key=_by_path(_VIMEO_PATH),
        page="https://vimeo.com/{key}",
    ),
    Provider(
        slug="soundcloud",
        name="SoundCloud",
        invitation=_("Listen on SoundCloud"),
        hosts=frozenset({"soundcloud.com", "www.soundcloud.com", "m.soundcloud.com"}),
        find_key=_by_path(_SOUNDCLOUD_PATH),
        page="https://soundcloud.com/{key}",
    ),
)


def recognise(address: str) -> Embed | None:
    """Return the work that ``address`` shows, or ``None`` for any host not in the table.

    Only https on its usual port counts, and the host must be one of the table's, whole.
    """
    spelt = addresses.web(address)
    if spelt is None:
        return None
    parts = urlsplit(spelt)
    if parts.scheme != "https" or parts.port not in {None, 443}:
        return None
    for provider in PROVIDERS:
        if parts.hostname in provider.hosts:
            key = provider.find_key(parts.path, parse_qs(parts.query))
            if key is not None:
                return Embed(provider, key)
    return None
