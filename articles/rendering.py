"""From a body as it is stored to what a reader sees.

The markers of a body (pictures, embeds, notes, links to our own articles, the paywall)
become HTML here, and here alone the withheld part is cut off: the opening is built from
a tree that no longer holds it.
"""

import copy
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext as _
from lxml import etree

from articles import addresses as web_addresses
from articles import embeds, sanitising

PICTURE_SIZES = "(min-width: 48rem) 44rem, 100vw"
"""How wide a picture stands in the text: the measure, or the whole of a small screen."""

_PARAGRAPHS = frozenset(
    [
        "p",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "blockquote",
        "aside",
        "figure",
        "table",
        "pre",
        "hr",
        "figcaption",
        "caption",
    ]
)
_LINES = frozenset({"li", "tr"})
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class PictureLike(Protocol):
    """What the text needs to know of a picture. All words are plain text."""

    @property
    def alt(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def credit(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...

    @property
    def src(self) -> str:
        """The address of the copy for browsers that know no other."""

    def sources(self) -> Iterable[tuple[str, Iterable[tuple[str, int]]]]:
        """Yield each type (``image/avif``, the best first) with its addresses and widths in px."""


@dataclass(frozen=True)
class Heading:
    """A heading inside an article: its level (2 to 4), the id to link to, its words."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """An article's body, ready to be shown.

    ``html`` and ``text`` are for readers who may read everything. ``opening`` and
    ``opening_text`` end at the paywall marker, and equal the others if there is none;
    every public surface (search, feeds, descriptions) takes these. The texts are plain:
    paragraphs are parted by an empty line; notes and pull quotes are left out.
    ``words`` counts ``text``; ``headings`` are those of the whole, withheld ones too.
    """

    html: str
    opening: str
    text: str
    opening_text: str
    words: int
    headings: tuple[Heading, ...]
    has_paywall: bool


def links_to(body: str) -> list[int]:
    """Return the ids of our own articles that ``body`` links to, each once, in order."""
    return _ids(body, "a", "data-article")


def pictures_in(body: str) -> list[int]:
    """Return the ids of the pictures that stand in ``body``, each once, in order."""
    return _ids(body, "figure", "data-image")


def recognise_links(body: str, resolve: Callable[[str], int | None], hosts: Collection[str]) -> str:
    """Return clean ``body`` with ordinary links to our own articles turned into references.

    ``resolve`` is given the decoded path of an address on this site and returns an
    article's id, or ``None``. ``hosts`` are the names this site answers to, with or without
    a port. A link to a place inside another article becomes a link to that article.
    """
    root = sanitising.fragment(body)
    has_changed = False
    for link in root.iterfind(".//a[@href]"):
        path = None if link.get("data-article") else _own_path(link.get("href"), hosts)
        key = resolve(path) if path else None
        if key is not None:
            link.set("data-article", str(key))
            has_changed = True
    return sanitising.clean(sanitising.inner_html(root)) if has_changed else body


def render(body: str, *, addresses: Mapping[int, str], pictures: Mapping[int, PictureLike]) -> Rendered:
    """Return ``body`` as readers see it.

    ``addresses`` gives the address of each linked article by its id, ``pictures`` each
    picture by its id. A link to an article that is not given becomes plain words; a
    picture that is not given is left out. The body is cleaned first, so that a row that
    was written past the sanitiser is safe as well.

    Raises ``sanitising.RefusedHTML`` for such a row if it cannot be cleaned.
    """
    whole = sanitising.fragment(sanitising.clean(body))
    headings = _name_headings(whole)
    has_paywall = whole.find(".//hr[@data-paywall]") is not None
    opening = _cut(copy.deepcopy(whole))
    _remove_marker(whole)

    text, opening_text = _plain(whole), _plain(opening)
    finished = _Finisher(addresses, pictures)
    return Rendered(
        html=finished.html(whole),
        opening=finished.html(opening),
        text=text,
        opening_text=opening_text,
        words=len(text.split()),
        headings=headings,
        has_paywall=has_paywall,
    )


# --- The cut -----------------------------------------------------------------------------


def _cut(root: etree._Element) -> etree._Element:
    """Take away the paywall marker and everything after it in the order of reading."""
    marker = root.find(".//hr[@data-paywall]")
    node = marker
    while node is not None and node is not root:
        parent = node.getparent()
        del parent[parent.index(node) + 1 :]
        node.tail = None
        node = parent
    _remove_marker(root)
    return root


def _remove_marker(root: etree._Element) -> None:
    for node in root.findall(".//hr[@data-paywall]"):
        # What the marker leaves empty, such as the last item of a list, goes with it.
        while node is not root:
            parent = node.getparent()
            node.drop_tree()
            if len(parent) or (parent.text or "").strip() or parent.tag == "td":
                break
            node = parent


# --- Words -------------------------------------------------------------------------------


def _plain(root: etree._Element) -> str:
    pieces: list[str] = []
    _collect(root, pieces)
    lines = ("".join(pieces)).split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    return "\n\n".join(part.strip("\n") for part in text.split("\n\n") if part.strip())


def _collect(node: etree._Element, pieces: list[str]) -> None:
    if node.tag == "br":
        pieces.append("\n")
    elif node.tag != "aside":
        edge = "\n\n" if node.tag in _PARAGRAPHS else "\n" if node.tag in _LINES else ""
        pieces.append(edge)
        pieces.append(node.text or "")
        for child in node:
            _collect(child, pieces)
            pieces.append(child.tail or "")
        pieces.append(" " if node.tag in {"td", "th"} else edge)


def _name_headings(root: etree._Element) -> tuple[Heading, ...]:
    """Give every heading an id made from its words, unless it has one.

    A level that skips one is raised: an article goes from its headline to ``h2`` and on.
    """
    taken = {node.get("id") for node in root.iterfind(".//*[@id]")}
    headings = []
    level = 1
    for node in root.iter("h2", "h3", "h4"):
        level = min(int(node.tag[1]), level + 1)
        node.tag = f"h{level}"
        text = " ".join("".join(node.itertext()).split())
        name = node.get("id")
        if not name:
            stem = name = web_addresses.prefixed(slugify(text[:120])[:60].strip("-") or "part")
            number = 1
            while name in taken:
                number += 1
                name = f"{stem}-{number}"
            taken.add(name)
            node.set("id", name)
        headings.append(Heading(level, name, text))
    return tuple(headings)


# --- What the markers become -------------------------------------------------------------


class _Finisher:
    """Turns the markers of a tree into what is shown."""

    def __init__(self, addresses: Mapping[int, str], pictures: Mapping[int, PictureLike]) -> None:
        self.addresses = addresses
        self.pictures = pictures

    def html(self, root: etree._Element) -> str:
        """Change ``root`` in place and return the HTML inside it."""
        self.hush_pull_quotes(root)
        self.fill_links(root)
        self.show_pictures(root)
        self.show_embeds(root)
        self.number_notes(root)
        self.let_tables_scroll(root)
        return sanitising.inner_html(root)

    def hush_pull_quotes(self, root: etree._Element) -> None:
        """Hide pull quotes from screen readers: they repeat words of the text.

        Nothing in them may then take the focus, so their links and notes go.
        """
        for aside in root.findall(".//aside"):
            aside.set("aria-hidden", "true")
            for note in aside.findall(".//sup[@data-note]"):
                note.drop_tree()
            for link in aside.findall(".//a"):
                link.drop_tag()

    def fill_links(self, root: etree._Element) -> None:
        for link in root.findall(".//a[@data-article]"):
            address = self.addresses.get(int(link.attrib.pop("data-article")))
            if address is None:
                link.drop_tag()
            else:
                link.set("href", address)
                link.attrib.pop("rel", None)
        for link in root.findall(".//a"):
            if link.get("href", "").startswith("#"):
                link.attrib.pop("rel", None)

    def show_pictures(self, root: etree._Element) -> None:
        for figure in root.findall(".//figure[@data-image]"):
            picture = self.pictures.get(int(figure.attrib.pop("data-image")))
            if picture is None:
                figure.drop_tree()
                continue
            figure.set("class", "figure")
            own_words = figure.find("figcaption")
            figure.insert(0, _picture(picture))
            _caption(figure, own_words, picture)

    def show_embeds(self, root: etree._Element) -> None:
        for figure in root.findall(".//figure[@data-embed]"):
            address = figure.attrib.pop("data-embed")
            embed = embeds.recognise(address)
            link = _element("a", href=embed.address if embed else address, rel="noopener")
            if embed is None:
                figure.tag = "p"
                link.text = address
            else:
                figure.set("class", f"embed embed--{embed.provider.slug}")
                link.set("class", "embed__link")
                link.text = str(embed.provider.invitation)
            figure.append(link)

    def number_notes(self, root: etree._Element) -> None:
        notes = root.findall(".//sup[@data-note]")
        if not notes:
            return
        section = etree.SubElement(root, "section", {"class": "footnotes"})
        section.set("aria-labelledby", "fn-heading")
        heading = etree.SubElement(section, "h2", {"id": "fn-heading"})
        heading.text = _("Notes")
        entries = etree.SubElement(section, "ol")
        for number, note in enumerate(notes, start=1):
            words = note.attrib.pop("data-note")
            note.set("id", f"fnref-{number}")
            link = etree.SubElement(note, "a", {"href": f"#fn-{number}", "role": "doc-noteref"})
            link.set("aria-label", _("Note %(number)s") % {"number": number})
            link.text = str(number)
            entry = etree.SubElement(entries, "li", {"id": f"fn-{number}"})
            paragraph = etree.SubElement(entry, "p")
            paragraph.text = words + " "
            back = etree.SubElement(paragraph, "a", {"href": f"#fnref-{number}"})
            back.set("role", "doc-backlink")
            back.set("aria-label", _("Back to the text at note %(number)s") % {"number": number})
            back.text = "↩"

    def let_tables_scroll(self, root: etree._Element) -> None:
        for table in root.findall(".//table"):
            caption = table.find("caption")
            words = "" if caption is None else " ".join(_plain(caption).split())
            frame = _element("div", tabindex="0", role="region")
            frame.set("class", "table-scroll")
            frame.set("aria-label", words or _("Table"))
            frame.tail, table.tail = table.tail, None
            table.getparent().replace(table, frame)
            frame.append(table)


def _picture(picture: PictureLike) -> etree._Element:
    element = etree.Element("picture")
    for mime, copies in picture.sources():
        srcset = ", ".join(f"{url} {width}w" for url, width in copies)
        if srcset:
            etree.SubElement(element, "source", {"type": mime, "srcset": srcset, "sizes": PICTURE_SIZES})
    etree.SubElement(
        element,
        "img",
        {
            "src": picture.src,
            "alt": _without_controls(picture.alt),
            "width": str(picture.width),
            "height": str(picture.height),
            "loading": "lazy",
            "decoding": "async",
        },
    )
    return element


def _caption(figure: etree._Element, own_words: etree._Element | None, picture: PictureLike) -> None:
    """Let the figure end with the text's own caption, else the picture's, and the credit."""
    if own_words is None and not (picture.caption or picture.credit):
        return
    caption = own_words
    if caption is None:
        caption = etree.SubElement(figure, "figcaption")
        caption.text = _without_controls(picture.caption)
    if picture.credit:
        if len(caption):
            caption[-1].tail = (caption[-1].tail or "") + " "
        elif caption.text:
            caption.text += " "
        credit = etree.SubElement(caption, "span", {"class": "figure__credit"})
        credit.text = _without_controls(picture.credit)


# --- Small things ------------------------------------------------------------------------


def _without_controls(words: str) -> str:
    """Leave out what no tree can hold: words of a picture may come from a file's own description."""
    return _CONTROLS.sub("", words)


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(tag, attributes)


def _ids(body: str, tag: str, attribute: str) -> list[int]:
    nodes = sanitising.fragment(body).iterfind(f".//{tag}[@{attribute}]")
    values = (node.get(attribute) for node in nodes)
    return list(dict.fromkeys(int(value) for value in values if value.isdecimal()))


def _own_path(address: str, hosts: Collection[str]) -> str | None:
    if web_addresses.local(address):
        return unquote(urlsplit(address).path)
    if web_addresses.web(address):
        parts = urlsplit(address)
        if parts.hostname in hosts or parts.netloc in hosts:
            return unquote(parts.path)
    return None
