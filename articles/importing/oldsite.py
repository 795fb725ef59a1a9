"""The old site as its export describes it: who wrote, what stood where, which pictures there were."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit

from articles import addresses
from articles.importing import wxr
from articles.importing.words import plain

ARTICLE_TYPES = frozenset({"post", "page"})
PICTURE_ENDINGS = frozenset({"jpg", "jpeg", "jpe", "png", "gif", "webp", "avif"})
_SIZE = re.compile(r"-[0-9]{1,5}x[0-9]{1,5}(?=\.[a-z]+$)")
_SCALED = re.compile(r"-(?:scaled|rotated)(?=\.[a-z]+$)")
_DATED = re.compile(r"[0-9]{4}/[0-9]{2}/(?:[0-9]{2}/)?([^/]+)")
# The category that WordPress files posts under when nobody chose one.
UNFILED = "uncategorized"


@dataclass(frozen=True)
class Attachment:
    """A file that the old site kept: where it is, and its words."""

    key: str
    address: str
    title: str
    alt: str
    caption: str
    parent: str

    @property
    def is_picture(self) -> bool:
        """Whether its address ends as those of pictures do."""
        return ending(self.address) in PICTURE_ENDINGS


@dataclass
class OldSite:
    """What one reading of the whole file taught; bodies are not kept."""

    title: str = ""
    address: str = ""
    items: int = 0
    keys: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    terms: dict[tuple[str, str], wxr.Term] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    galleries: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    slugs: dict[str, list[str]] = field(default_factory=dict)
    standing: Counter[str] = field(default_factory=Counter)

    @property
    def source(self) -> str:
        """How the site is remembered: its host and path, whatever the scheme."""
        parts = split(self.address)
        return f"{_host(parts.netloc)}{parts.path}".rstrip("/")[:200]

    def key_at(self, address: str) -> str | None:
        """Return the key of the item that stood at ``address``, absolute or relative."""
        parts = split(self._joined(address))
        if _host(parts.netloc) != _host(split(self.address).netloc):
            return None
        query = parse_qs(parts.query)
        for name in ("p", "page_id", "attachment_id"):
            if key := query.get(name, [""])[0]:
                return key if key in self.keys else None
        path = _path(parts.path)
        return self.places.get(path) or self._guessed(path) if path else None

    def _guessed(self, path: str) -> str | None:
        """Return the one post of that name at another date, as WordPress itself does."""
        dated = _DATED.fullmatch(path)
        keys = self.slugs.get(dated[1], []) if dated else []
        return keys[0] if len(keys) == 1 else None

    def absolute(self, address: str) -> str:
        """Return ``address`` as it is reached from anywhere; the page of a picture becomes its file."""
        attachment = self.attachments.get(self.key_at(address) or "")
        if attachment is not None:
            return attachment.address
        if not address.strip() or re.match(r"\s*[a-z][a-z0-9+.-]*:", address, re.I):
            return address.strip()
        return self._joined(address)

    def attachment_at(self, address: str, key: str = "") -> Attachment | None:
        """Return the attachment ``key``, else the one whose file, in any size, is at ``address``."""
        found = self.attachments.get(self.pictures.get(picture_path(address), "")) or self.attachments.get(
            key
        )
        return found if found is not None and found.is_picture else None

    def top(self, term: wxr.Term) -> wxr.Term:
        """Return the category at the root of the branch that ``term`` hangs on."""
        for _step in range(20):
            parent = self.terms.get((term.taxonomy, self.term_key(term))) or term
            above = self.terms.get((term.taxonomy, parent.parent)) if parent.parent else None
            if above is None:
                return parent
            term = above
        return term

    def term_key(self, term: wxr.Term) -> str:
        """Return the slug of ``term``; an item of an old export names its categories only."""
        if (term.taxonomy, term.slug) in self.terms:
            return term.slug
        named = (known.slug for (taxonomy, _slug), known in self.terms.items()
                 if taxonomy == term.taxonomy and known.name == term.name)  # fmt: skip
        return next(named, term.slug)

    def categories(self, item: wxr.Item) -> Iterator[wxr.Term]:
        """Yield the categories of ``item`` that somebody chose, in order."""
        for term in item.terms:
            if term.taxonomy == "category" and term.name and self.term_key(term).lower() != UNFILED:
                yield term

    def _joined(self, address: str) -> str:
        try:
            return urljoin(self.address.rstrip("/") + "/", address.strip())
        except ValueError:
            return ""


def survey(path: Path) -> OldSite:
    """Read the export at ``path`` once and return what it says of its site.

    Raises ``wxr.RefusedFile``, also for a file that does not say where its site was.
    """
    site = OldSite()
    for record in wxr.read(path):
        match record:
            case wxr.Site():
                site.title = plain(record.title)
                site.address = record.address if split(record.address).scheme in {"http", "https"} else ""
            case wxr.Contributor():
                site.names.setdefault(record.login, plain(record.name))
            case wxr.Term():
                site.terms.setdefault((record.taxonomy, record.slug), record)
            case wxr.Item():
                _learn(site, record)
    if not site.address:
        raise wxr.RefusedFile("The file does not say which site it comes from (wp:base_blog_url).")
    return site


def _learn(site: OldSite, item: wxr.Item) -> None:
    site.items += 1
    key = item_key(item)
    if not key or key in site.keys:
        return
    site.keys.add(key)
    if item.type == "attachment":
        attachment = Attachment(
            key,
            addresses.web(item.file_address) or "",
            plain(item.title),
            plain(item.field("_wp_attachment_image_alt")),
            plain(item.excerpt),
            item.parent,
        )
        site.attachments[key] = attachment
        if attachment.is_picture:
            site.pictures[picture_path(attachment.address)] = key
            site.pictures.setdefault(picture_path(attachment.address, any_size=True), key)
            site.galleries.setdefault(attachment.parent, []).append(key)
    if item.type in ARTICLE_TYPES | {"attachment"}:
        parts = split(item.address)
        if not parts.query and (path := _path(parts.path)):
            site.places.setdefault(path, key)
            if old_slug := item.field("_wp_old_slug"):
                site.places.setdefault(_path(parts.path.rstrip("/").rpartition("/")[0] + f"/{old_slug}"), key)
    if item.type == "post" and item.slug:
        site.slugs.setdefault(unquote(item.slug).lower(), []).append(key)
    if item.type == "post" and item.status == "publish" and not item.has_password:
        site.standing.update({site.top(term).slug for term in site.categories(item)})


def item_key(item: wxr.Item) -> str:
    """Return what tells ``item`` from all others of its site: its number, else its address."""
    return (item.key or item.address)[:200]


def split(address: str) -> SplitResult:
    """Return the parts of ``address``, all empty if it is none."""
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def ending(address: str) -> str:
    """Return the file ending of ``address`` in small letters, without the dot."""
    return split(address).path.rpartition(".")[2].lower()


def picture_path(address: str, *, any_size: bool = False) -> str:
    """Return what all addresses of one file share, whatever their scheme or query.

    With ``any_size`` also the smaller copies that WordPress makes (``-300x200``) share it.
    """
    parts = split(address)
    path = unquote(parts.path).lower()
    if any_size:
        path = _SCALED.sub("", _SIZE.sub("", path))
    return f"{_host(parts.netloc)}{path}"


def _host(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


def _path(path: str) -> str:
    return re.sub(r"/+", "/", unquote(path).lower()).strip("/")
