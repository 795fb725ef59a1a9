"""Which web addresses may stand in an article, and what their links may show.

An address is judged after every entity has been decoded, by parsing it, and is written
back in one spelling only, so that a browser cannot read it another way than we did.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

MAX_LENGTH = 2_000
MAX_SHOWN = 1_000
"""The most characters a link may show; normalising longer ones can take very long."""
ID_PREFIX = "b-"

_HOST = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})(?<!-)")
_MAILTO = re.compile(r"mailto:([A-Za-z0-9.!#$&'*+/=^_{|}~-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})(\?.*)?", re.I)
_FRAGMENT = re.compile(r"#([A-Za-z][A-Za-z0-9_-]{0,63})")
# Browsers drop tabs and newlines inside an address and take a back-slash for a slash.
_MISREAD = re.compile(r"[\x00-\x1f\x7f\\]")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "/?#:@!$&'()*+,;=%~-._"

_SHOWN_URL = re.compile(r"(?:https?:|www\.)[/\\]{0,9}(?:[^\s/\\?#@]{0,99}@)?([^\s/\\?#:,;)\]]{1,255})", re.I)
_SHOWN_NAME = re.compile(
    r"(?:[^\s@/\\]+@)?((?:[^\W_](?:[\w-]*[^\W_])?\.)+([^\W\d_]{2,}))(?::\d+)?(?:[/?#]\S*)?", re.I
)
# A bare "name.xx" is taken for an address under these endings and all of two letters,
# so that words such as "e.g.something" or "report.final" stay ordinary words.
_ENDINGS = frozenset(
    [
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "mil",
        "int",
        "info",
        "biz",
        "name",
        "pro",
        "museum",
        "coop",
        "aero",
        "jobs",
        "app",
        "dev",
        "online",
        "shop",
        "site",
        "store",
        "blog",
        "news",
        "page",
        "cloud",
        "tech",
        "bank",
        "finance",
        "media",
        "press",
        "example",
        "invalid",
        "test",
    ]
)
_NOT_COUNTRIES = frozenset({"js"})


def web(value: str) -> str | None:
    """Return ``value`` as an absolute http or https address, or ``None``.

    Refused are user names and passwords, ports that are not numbers, bare IP numbers,
    hosts without a dot, and anything browsers read differently. A host in another
    script is written in its ASCII form (``xn--…``), which is what will be reached.
    """
    value = value.strip()
    if len(value) > MAX_LENGTH or _MISREAD.search(value):
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc:
        return None
    if not value[len(parts.scheme) :].startswith("://") or not _HOST.fullmatch(host):
        return None
    scheme = parts.scheme.lower()
    rest = value[len(scheme) + 3 + len(parts.netloc) :]
    if not rest.startswith("/"):
        rest = "/" + rest
    return f"{scheme}://{host}{f':{port}' if port is not None else ''}{_spelt(rest)}"


def local(value: str) -> str | None:
    """Return ``value`` as an address from the root of this site, or ``None``."""
    value = value.strip()
    if len(value) > MAX_LENGTH or _MISREAD.search(value):
        return None
    if not value.startswith("/") or value.startswith("//"):
        return None
    return _spelt(value)


def fragment(value: str) -> str | None:
    """Return a link to a place in the same article, with our prefix, or ``None``."""
    match = _FRAGMENT.fullmatch(value.strip())
    return f"#{prefixed(match[1])}" if match else None


def mail(value: str) -> str | None:
    """Return ``mailto:`` and one plain address, or ``None``; other fields are left out."""
    match = _MAILTO.fullmatch(value.strip())
    return f"mailto:{match[1]}" if match else None


def link(value: str) -> str | None:
    """Return where a link in an article may lead, in its one spelling, or ``None``."""
    return web(value) or local(value) or fragment(value) or mail(value)


def prefixed(name: str) -> str:
    """Return the id ``name`` with the prefix of article bodies, which no page uses."""
    return name if name.startswith(ID_PREFIX) else ID_PREFIX + name


def host_of(address: str) -> str:
    """Return the host that ``address`` (of ``web`` or ``mail``) reaches, else ``""``."""
    if address.startswith("mailto:"):
        return address.rpartition("@")[2].lower()
    return urlsplit(address).hostname or ""


def shown_hosts(text: str) -> set[str]:
    """Return the hosts that the visible ``text`` of a link makes a reader expect.

    Invisible characters do not count; full-width letters count as the letters they
    look like.
    """
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    visible = unicodedata.normalize("NFKC", visible).strip()
    hosts = {match[1] for match in _SHOWN_URL.finditer(visible)}
    whole = _SHOWN_NAME.fullmatch(visible.rstrip("."))
    if whole:
        ending = whole[2].lower()
        country = len(ending) == 2 and ending not in _NOT_COUNTRIES
        if country or ending in _ENDINGS or not ending.isascii():
            hosts.add(whole[1])
    return {host.lower().rstrip(".").removeprefix("www.") for host in hosts}


def shows_its_host(address: str, text: str) -> bool:
    """Say whether a link to ``address`` may be shown as ``text`` without misleading.

    A shown host must be the real one; a leading ``www.`` makes no difference. A host
    shown in letters outside ASCII never passes, for they can be drawn alike. Nor do more
    than ``MAX_SHOWN`` characters.
    """
    if len(text) > MAX_SHOWN:
        return False
    real = host_of(address).removeprefix("www.")
    return not real or all(host == real for host in shown_hosts(text))


def _spelt(rest: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", rest), safe=_SAFE)
