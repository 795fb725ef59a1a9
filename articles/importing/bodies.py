"""From the body of a WordPress post to the body of one of our articles.

What comes out is still untrusted: it goes through ``articles.sanitising`` when the article is saved,
like everything else that is written.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from articles import addresses, embeds, sanitising
from articles.importing import shortcodes
from articles.importing.paragraphs import make_paragraphs, verbatim_parts
from articles.importing.report import Notes
from articles.importing.words import plain

MAX_CHARACTERS = 4 * sanitising.MAX_CHARACTERS
"""Block comments and scripts may make a source longer than what is left of it."""


@dataclass(frozen=True)
class Shown:
    """A picture that a body shows: its key here if its file was given, and its words there."""

    id: int | None
    address: str
    words: str = ""
    caption: str = ""


class OldSite(Protocol):
    """What a body needs to know of the site it stood in."""

    def article_at(self, address: str) -> int | None:
        """Return our key of the article that stood at ``address``."""

    def absolute(self, address: str) -> str:
        """Return ``address`` as it is reached from anywhere; a picture's page becomes its file."""

    def picture(self, address: str, key: str) -> Shown:
        """Return the picture at ``address``, or the attachment ``key``."""

    def attachment(self, key: str) -> Shown | None:
        """Return the attached picture ``key``."""

    def gallery_of(self, key: str) -> list[str]:
        """Return the keys of the pictures attached to the item ``key``."""


def convert(body: str, *, key: str, site: OldSite, notes: Notes) -> str:
    """Return the ``body`` of the item ``key`` in the house's own nodes, as far as they go.

    Pictures with a file become ``figure[data-image]``, those without a link to their address; links to
    imported articles become ``a[data-article]``. ``notes`` learns what was changed.

    Raises ``sanitising.RefusedHTML`` for a body that is too long to be worked through.
    """
    if len(body) > MAX_CHARACTERS:
        raise sanitising.RefusedHTML(f"The text has {len(body)} characters; at most {MAX_CHARACTERS} fit.")
    text = body.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    has_blocks = "<!-- wp:" in text
    text = _Comments(notes).resolve(text)
    writers = _Codes(key, site, notes).writers()
    parts = []
    for is_verbatim, part in verbatim_parts(text):
        if not is_verbatim:
            part = shortcodes.expand(part, writers, lambda name: notes.add("Unknown shortcode removed", name))
            if not has_blocks:
                part = _LONE_ADDRESS.sub(lambda match: _embed(html.unescape(match[1]), notes), part)
        parts.append(part)
    text = "".join(parts)
    if not has_blocks:
        text = make_paragraphs(text)
    root = sanitising.fragment(text)
    _Tree(root, site, notes).rework()
    return _inside(root)


def words_only(body: str) -> str:
    """Return the words of ``body`` in plain paragraphs, as many as a body may hold."""
    text = "\n\n".join(part for is_verbatim, part in verbatim_parts(body[:MAX_CHARACTERS]) if not is_verbatim)
    lines = re.split(r"\n\s*\n|</(?:p|div|li|h[1-6]|tr)>", text)
    paragraphs = [escaped for line in lines if (escaped := html.escape(plain(line), quote=False))]
    kept, size = [], 0
    for paragraph in paragraphs[: sanitising.MAX_PIECES // 8]:
        size += len(paragraph)
        if size > sanitising.MAX_CHARACTERS // 2:
            break
        kept.append(f"<p>{paragraph}</p>")
    return "".join(kept)


# --- Comments ----------------------------------------------------------------------------

_LONE_ADDRESS = re.compile(r"^[ \t]*(https?://[^\s<>\"\[\]]+)[ \t]*$", re.M)
_BLOCK = re.compile(r"\s*wp:([a-z0-9/-]+)\s")


class _Comments:
    """Takes out what stands in comments: the names of blocks, the "more" line, the page breaks."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.has_more = False

    def resolve(self, text: str) -> str:
        pieces, at = [], 0
        while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
            pieces += [text[at:start], self._one(text[start + 4 : end])]
            at = end + 3
        # A comment that never ends is left to the parser.
        return "".join([*pieces, text[at:]])

    def _one(self, inner: str) -> str:
        block = _BLOCK.match(inner)
        if block and inner.rstrip().endswith("/"):
            self.notes.add("Block that the old site filled by itself left out", block[1])
        word = inner.strip()
        if word == "more" or word.startswith("more "):
            if self.has_more:
                return ""
            self.has_more = True
            self.notes.add("“More” line kept as the end of the free opening")
            return "\n\n<hr data-paywall>\n\n"
        if word == "nextpage":
            self.notes.add("Pages of one post joined")
            return "\n\n"
        return ""


# --- Shortcodes --------------------------------------------------------------------------


_CAPTIONED = re.compile(r"(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?")


class _Codes:
    """Writes the shortcodes of WordPress itself as HTML."""

    def __init__(self, key: str, site: OldSite, notes: Notes) -> None:
        self.key = key
        self.site = site
        self.notes = notes

    def writers(self) -> dict[str, Callable[[shortcodes.Code], str]]:
        return {
            "caption": self.caption,
            "wp_caption": self.caption,
            "gallery": self.gallery,
            "audio": self.sound,
            "video": self.film,
            "playlist": self.playlist,
            "embed": self.embed,
        }

    def caption(self, code: shortcodes.Code) -> str:
        inside = code.inside.strip()
        picture = _CAPTIONED.match(inside)
        if picture is None:
            return inside
        words = code.attributes.get("caption") or inside[picture.end() :].strip()
        return f"\n\n<figure>{picture[0]}<figcaption>{words}</figcaption></figure>\n\n"

    def gallery(self, code: shortcodes.Code) -> str:
        listed = code.attributes.get("ids") or code.attributes.get("include") or ""
        keys = re.findall(r"[0-9]+", listed) or self.site.gallery_of(
            next(iter(re.findall(r"[0-9]+", code.attributes.get("id", ""))), self.key)
        )
        left_out = set(re.findall(r"[0-9]+", code.attributes.get("exclude", "")))
        shown = [self.site.attachment(key) for key in keys if key not in left_out]
        pictures = [picture for picture in shown if picture is not None]
        if len(pictures) < len(shown):
            self.notes.add("Gallery names pictures that the file does not hold")
        if not pictures:
            self.notes.add("Gallery without pictures left out")
            return ""
        return "\n\n" + "".join(_write(figure) for figure in _show_all(pictures, self.notes)) + "\n\n"

    def sound(self, code: shortcodes.Code) -> str:
        return self._file(code, "Listen", ("src", "mp3", "m4a", "ogg", "wav", "wma"))

    def film(self, code: shortcodes.Code) -> str:
        return self._file(code, "Watch", ("src", "mp4", "m4v", "webm", "ogv", "flv", "wmv"))

    def playlist(self, code: shortcodes.Code) -> str:
        self.notes.add("Playlist left out")
        return ""

    def embed(self, code: shortcodes.Code) -> str:
        return _embed(plain(code.inside) or code.attributes.get("src", "") or "".join(code.words), self.notes)

    def _file(self, code: shortcodes.Code, verb: str, names: Iterable[str]) -> str:
        found = [code.attributes[name] for name in names if code.attributes.get(name)] + code.words
        found.append(plain(code.inside))
        return _file_link(verb, self.site.absolute(found[0]), self.notes)


def _embed(address: str, notes: Notes) -> str:
    """Write an address that stood for what is found there."""
    address = address.strip()
    known = embeds.recognise(re.sub(r"^http://", "https://", address))
    if known:
        notes.add("Embed kept as its address", known.provider.name)
        return f'\n\n<figure data-embed="{html.escape(known.address)}"></figure>\n\n'
    notes.add("Embed of a host that we do not show became a link", addresses.host_of(address))
    return f"\n\n<p>{_anchor(address, address)}</p>\n\n"


def _file_link(verb: str, address: str, notes: Notes) -> str:
    if addresses.web(address) is None:
        notes.add("Sound or film without an address left out")
        return ""
    notes.add("Sound or film became a link")
    return f"\n\n<p>{_anchor(address, f'{verb}: {_stem(address)}')}</p>\n\n"


def _anchor(address: str, words: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def _stem(address: str) -> str:
    name = re.split(r"[?#]", address)[0].rstrip("/").rpartition("/")[2]
    return " ".join(re.split(r"[-_ ]+|%20", name.rpartition(".")[0] or name)).strip() or address


# --- Pictures ----------------------------------------------------------------------------


def _figure(picture: Shown, notes: Notes, own_caption: etree._Element | None = None) -> etree._Element:
    """Return what stands for ``picture``: a figure, or words with a link to where it is."""
    if picture.id is not None:
        figure = etree.Element("figure", {"data-image": str(picture.id)})
        if own_caption is not None:
            figure.append(own_caption)
        return figure
    notes.add("Picture known by its address, file not given", picture.address)
    paragraph = etree.Element("p")
    link = etree.SubElement(paragraph, "a", {"href": picture.address})
    link.text = _picture_words(picture)
    if own_caption is not None and plain(_write(own_caption)) not in link.text:
        own_caption.tag = "span"
        link.tail = " "
        paragraph.append(own_caption)
    return paragraph


def _picture_words(picture: Shown) -> str:
    return f"Picture: {picture.words or picture.caption or _stem(picture.address)}"


def _show_all(pictures: list[Shown], notes: Notes) -> list[etree._Element]:
    """Return the pictures of a gallery; those without a file share one list of links."""
    shown = [_figure(picture, notes) for picture in pictures if picture.id is not None]
    missing = [picture for picture in pictures if picture.id is None]
    if missing:
        entries = etree.Element("ul")
        for picture in missing:
            notes.add("Picture known by its address, file not given", picture.address)
            link = etree.SubElement(etree.SubElement(entries, "li"), "a", {"href": picture.address})
            link.text = _picture_words(picture)
        shown.append(entries)
    return shown


# --- The tree ----------------------------------------------------------------------------

_WITH_CONTENT = frozenset(
    "script style svg math template noscript object applet textarea select title embed iframe xmp".split()
)
_AS_THEY_ARE = sanitising.ALLOWED_TAGS | frozenset(
    "b i del strike dfn var tt kbd samp span div tbody u q".split()
)
_HEADINGS = frozenset({"h1", "h5", "h6"})
_STYLING = frozenset("style align bgcolor color face size width height valign border".split())
# A figure cannot stand inside these: it follows them.
_CLOSED = frozenset("ul ol dl table h1 h2 h3 h4 h5 h6 aside pre address".split())
_ATTACHMENT = re.compile(r"(?:^|\s)wp-image-([0-9]{1,18})(?:\s|$)")
_BACKGROUND = re.compile(r"url\(\s*[\"']?(https?://[^\"')\s]+)")
_ADDRESS = re.compile(r"\s*(https?://[^\s<>\"]+)\s*")


class _Tree:
    """Reworks the tree of one body in place."""

    def __init__(self, root: etree._Element, site: OldSite, notes: Notes) -> None:
        self.root = root
        self.site = site
        self.notes = notes

    def rework(self) -> None:
        self.note_what_goes()
        self.embed_blocks()
        self.open_galleries()
        self.pull_quotes()
        self.table_captions()
        self.covers()
        self.frames()
        self.sounds_and_films()
        self.pictures()
        self.links()

    def note_what_goes(self) -> None:
        """Say by class what the sanitiser will not let through."""
        tags: Counter[str] = Counter()
        is_styled = has_handlers = False
        for node in self.root.iter(etree.Element):
            tags[node.tag] += 1
            for name in node.attrib:
                is_styled |= name in _STYLING
                has_handlers |= name.startswith("on")
        for tag, count in sorted(tags.items()):
            if tag in _WITH_CONTENT - {"iframe", "embed"}:
                self.notes.add("Element left out with its content", f"{tag} × {count}")
            elif tag in _HEADINGS:
                self.notes.add("Heading moved to a level of the house", f"{tag} × {count}")
            elif tag not in _AS_THEY_ARE | _WITH_CONTENT | {"img", "audio", "video", "source", "track"}:
                self.notes.add("Element unknown to the house gone, its words kept", f"{tag} × {count}")
        if is_styled:
            self.notes.add("Styling left out (alignment, colours, sizes)")
        if has_handlers:
            self.notes.add("Script in an attribute removed")

    def embed_blocks(self) -> None:
        for figure in self.with_class("wp-block-embed"):
            address = _ADDRESS.search(" ".join(figure.xpath(".//text()[not(ancestor::figcaption)]")))
            if address is None:
                continue
            caption = figure.find(".//figcaption")
            made = sanitising.fragment(_embed(address[1], self.notes))
            if caption is not None and "".join(caption.itertext()).strip():
                caption.tag, caption.tail = "p", None
                made.append(caption)
            _replace(figure, list(made))
        for paragraph in list(self.root.iter("p")):
            address = None if len(paragraph) else _ADDRESS.fullmatch(paragraph.text or "")
            if address is not None:
                _replace(paragraph, list(sanitising.fragment(_embed(address[1], self.notes))))

    def open_galleries(self) -> None:
        for gallery in [*self.with_class("wp-block-gallery"), *self.with_class("blocks-gallery-grid")]:
            for node in [*gallery.iter("ul", "li")]:
                if node.getparent() is not None:
                    node.drop_tag()

    def pull_quotes(self) -> None:
        for figure in self.with_class("wp-block-pullquote"):
            figure.tag = "aside"
            figure.attrib.clear()
            figure.set("class", "pullquote")
            for quotation in figure.findall(".//blockquote"):
                quotation.tag = "div"

    def table_captions(self) -> None:
        for figure in self.with_class("wp-block-table"):
            table, caption = figure.find(".//table"), figure.find(".//figcaption")
            if table is not None and caption is not None and table.find("caption") is None:
                caption.drop_tree()
                caption.tag, caption.tail = "caption", None
                table.insert(0, caption)

    def covers(self) -> None:
        """Let the picture behind a cover block be a picture like others."""
        for cover in self.with_class("wp-block-cover"):
            found = _BACKGROUND.search(cover.get("style") or "")
            if found is not None:
                cover.addprevious(sanitising.fragment(f'<img src="{html.escape(found[1])}">')[0])

    def frames(self) -> None:
        for frame in list(self.root.iter("iframe", "embed")):
            address = self.site.absolute(frame.get("src", ""))
            if addresses.web(address) is None:
                self.notes.add("Element left out with its content", f"{frame.tag} × 1")
                frame.drop_tree()
            else:
                self.notes.add("Frame of another site taken out")
                _replace(frame, list(sanitising.fragment(_embed(address, self.notes))))

    def sounds_and_films(self) -> None:
        for player in list(self.root.iter("audio", "video")):
            sources = [player.get("src"), *(source.get("src") for source in player.findall(".//source"))]
            address = self.site.absolute(next((source for source in sources if source), ""))
            verb = "Listen" if player.tag == "audio" else "Watch"
            made = sanitising.fragment(_file_link(verb, address, self.notes))
            figure = next((node for node in player.iterancestors("figure")), None)
            caption = figure.find("figcaption") if figure is not None else None
            if caption is not None:
                caption.tag = "p"
            _replace(player, list(made))

    def pictures(self) -> None:
        for image in list(self.root.iter("img")):
            marked = _ATTACHMENT.search(image.get("class", ""))
            key = marked[1] if marked else image.get("data-id", "")
            address = self.site.absolute(image.get("src", ""))
            unit, caption = self.unit_of(image)
            if addresses.web(address) is None:
                self.notes.add("Picture without an address left out")
                image.drop_tree()
                continue
            known = self.site.picture(address, key)
            words = plain(image.get("alt", "")) or known.words
            made = _figure(Shown(known.id, known.address, words, known.caption), self.notes, caption)
            self.put(made, unit)

    def unit_of(self, image: etree._Element) -> tuple[etree._Element, etree._Element | None]:
        """Return what ``image`` is shown in, a link or a figure of its own, and the caption."""
        unit = image
        parent = unit.getparent()
        if (
            parent.tag == "a"
            and not "".join(parent.itertext()).strip()
            and len(parent.findall(".//img")) == 1
        ):
            self.notes.add("Link around a picture left out")
            unit, parent = parent, parent.getparent()
        figure = next(unit.iterancestors("figure"), None)
        if figure is None or len(figure.findall(".//img")) != 1:
            return unit, None
        captions = [node for node in figure.iter("figcaption") if _has_words(node)]
        if len(captions) > 1:
            return unit, None
        caption = captions[0] if captions else None
        if caption is not None:
            caption.drop_tree()
            caption.tail = None
        if _has_words(figure):
            # More than a picture and its caption: the words stay where they are.
            return unit, caption
        return figure, caption

    def put(self, made: etree._Element, unit: etree._Element) -> None:
        outer = [node for node in unit.iterancestors() if node.tag in _CLOSED]
        if not outer or (made.tag == "p" and outer[-1].tag in {"ul", "ol", "table"}):
            _replace(unit, [made])
            return
        place = outer[-1]
        made.tail, place.tail = place.tail, None
        place.addnext(made)
        unit.drop_tree()

    def links(self) -> None:
        for link in list(self.root.iter("a")):
            address = (link.get("href") or "").strip()
            link.attrib.pop("data-article", None)
            if not address or address.startswith(("#", "mailto:")):
                continue
            key = self.site.article_at(address)
            if key is not None:
                self.notes.count_link()
                link.set("data-article", str(key))
                link.attrib.pop("href")
                continue
            absolute = self.site.absolute(address)
            if addresses.link(absolute) is None:
                self.notes.add("Address of a link refused", absolute[:60])
            elif absolute != address:
                self.notes.add("Link to something not imported leads to the old site", absolute)
                link.set("href", absolute)

    def with_class(self, name: str) -> list[etree._Element]:
        return [node for node in self.root.iter(etree.Element) if name in (node.get("class") or "").split()]


def _has_words(node: etree._Element) -> bool:
    return bool("".join(node.itertext()).strip())


def _replace(node: etree._Element, made: list[etree._Element]) -> None:
    """Put ``made`` in the place of ``node``, whose tail stays."""
    for element in made:
        node.addprevious(element)
    node.drop_tree()


def _write(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def _inside(root: etree._Element) -> str:
    children = (etree.tostring(child, encoding="unicode", method="html") for child in root)
    return html.escape(root.text or "", quote=False) + "".join(children)
