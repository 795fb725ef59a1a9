"""The one door for every piece of HTML that anyone can write.

``clean`` leads through four rooms, in this order:

1. a scanner of linear cost, which refuses what would keep the others busy for long, takes
   out scripts and the like *with* their content, and spells every tag in one way;
2. the house's own shape (``articles.tidying``), which knows which node may stand where;
3. the allow-list, held by bleach;
4. the same allow-list, written out again for nh3, a second and independent wall.

What comes out goes in again until nothing changes, so a cleaned body stays as it is for
ever. Nothing may be unescaped or joined to the result afterwards.

Links keep no ``target`` and always carry ``rel="noopener"``. They are not ``nofollow``:
every link in the magazine was chosen by an editor, who vouches for it.
"""

import html
import re
from collections.abc import Iterator

import bleach
import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from lxml import etree
from lxml import html as lxml_html

from articles import addresses, tidying

VERSION = 1
"""Raised with every change of the rules, so that stored bodies can be cleaned again."""

MAX_CHARACTERS = 500_000
MAX_PIECES = 12_000
"""The most tags, character references and the like; 20,000 words with links need 4,000."""
MAX_ATTRIBUTES = 200
"""The most attributes one element may have, whether they are kept or not."""
MAX_DEPTH = 60
MAX_OPEN_RUNS = 40
"""The most unclosed runs of emphasis: parsers repeat each of them in every paragraph."""
_MAX_ROUNDS = 5


class RefusedHTML(ValidationError):
    """A body that cannot be taken in; the message is a sentence for its writer."""


# --- The scanner -------------------------------------------------------------------------

# Gone with everything in them: what runs, and what parsers read by rules of its own.
_DROPPED = frozenset(
    [
        "script",
        "style",
        "svg",
        "math",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "applet",
        "title",
        "textarea",
        "xmp",
        "noembed",
        "noframes",
        "plaintext",
        "select",
        "frameset",
        "head",
        "xml",
    ]
)
# These swallow the rest of the page when they are not closed.
_UNENDING = frozenset(
    [
        "script",
        "style",
        "title",
        "textarea",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
        "plaintext",
        "noscript",
        "template",
    ]
)
_FORMATTING = frozenset(
    [
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
        "del",
        "dfn",
        "cite",
        "kbd",
        "samp",
        "var",
        "sub",
        "sup",
        "ins",
        "mark",
        "q",
        "span",
    ]
)
_VOID = frozenset({"br", "hr"})
_VOID_WRITTEN = _VOID | {"img", "source"}
# A start tag of the first closes an open element of the second, as in any HTML parser.
_PARAGRAPH_ENDS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "aside",
        "figure",
        "figcaption",
        "table",
        "pre",
        "hr",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "address",
        "center",
    ]
)
_SIBLINGS = frozenset(["li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "caption"])
_SCANNED = (
    _PARAGRAPH_ENDS
    | _SIBLINGS
    | _FORMATTING
    | frozenset(["br", "abbr", "acronym", "bdi", "bdo", "time", "label", "summary", "details"])
)
_KEPT_ATTRIBUTES = frozenset(
    [
        "href",
        "class",
        "id",
        "lang",
        "dir",
        "data-image",
        "data-embed",
        "data-article",
        "data-note",
        "data-paywall",
        "scope",
        "colspan",
        "rowspan",
        "start",
        "reversed",
    ]
)

_TAG = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>]*)|!--|[!?/])")
_ATTRIBUTE = re.compile(r"[\s/]*(=?[^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)?))?")
_END_OF = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.I) for name in _DROPPED}
_COMMENT_END = re.compile(r"--!?>")
_INVISIBLE = re.compile(
    # Controls, lone surrogates, characters that are none, and the two direction overrides,
    # which make a reader see other words than are there.
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202d\u202e]"
)


class _Scanner:
    """Reads markup once from left to right and writes it again in one spelling."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.never_closed: set[str] = set()
        self.open: list[str] = []
        self.counts: dict[str, int] = {}
        self.runs: dict[str, int] = {}

    def pieces(self) -> Iterator[str]:
        source, at = self.source, 0
        while (tag := _TAG.search(source, at)) is not None:
            yield _text(source[at : tag.start()])
            at = tag.end()
            if tag[2] is None:
                at = self._after_comment(tag)
                continue
            name = tag[2].lower()
            attributes, at = self._attributes(at)
            if at > len(source):
                return
            if tag[1]:
                yield self._end(name)
            elif name in _DROPPED:
                at = self._after_element(name, at)
            else:
                yield self._start(name, attributes)
        yield _text(source[at:])

    def _after_comment(self, tag: re.Match[str]) -> int:
        if tag[0] == "<!--":
            # "<!-->" and "<!--->" are whole comments.
            end = _COMMENT_END.search(self.source, tag.end() - 2)
            return end.end() if end else len(self.source)
        end_at = self.source.find(">", tag.end())
        return end_at + 1 if end_at >= 0 else len(self.source)

    def _after_element(self, name: str, at: int) -> int:
        end = None
        if name not in self.never_closed:
            end = _END_OF[name].search(self.source, at)
        if end:
            return end.end()
        # Remembered, for looking to the end once for every such tag would be quadratic.
        self.never_closed.add(name)
        return len(self.source) if name in _UNENDING else at

    def _attributes(self, at: int) -> tuple[dict[str, str], int]:
        """Return the attributes of the tag at ``at`` and where its text goes on.

        A tag that never ends gives a place past the end: browsers drop it.
        """
        source, count = self.source, 0
        found: dict[str, str] = {}
        while match := _ATTRIBUTE.match(source, at):
            at = match.end()
            if at >= len(source):
                return found, len(source) + 1
            if match[1]:
                count += 1
                if count > MAX_ATTRIBUTES:
                    raise RefusedHTML(
                        _("One element has more than %(limit)s attributes."),
                        params={"limit": MAX_ATTRIBUTES},
                    )
                name = match[1].lower()
                if name in _KEPT_ATTRIBUTES:
                    found.setdefault(name, match[2] or match[3] or match[4] or "")
            if source[at] == ">":
                return found, at + 1
            if not match[0]:
                break
        # Only a quotation mark that is never closed stops the pattern.
        return found, len(source) + 1

    def _start(self, name: str, attributes: dict[str, str]) -> str:
        if name not in _SCANNED:
            return ""
        if name in _PARAGRAPH_ENDS and self.open and self.open[-1] == "p":
            self._pop("p")
        elif name in _SIBLINGS and self.open and self.open[-1] == name:
            self._pop(name)
        if name not in _VOID:
            self.open.append(name)
            self.counts[name] = self.counts.get(name, 0) + 1
        if name in _FORMATTING:
            self.runs[name] = self.runs.get(name, 0) + 1
        if len(self.open) > MAX_DEPTH or sum(self.runs.values()) > MAX_OPEN_RUNS:
            raise RefusedHTML(
                _("The text is nested more than %(limit)s levels deep, or opens that much "
                  "emphasis without closing it."),
                params={"limit": min(MAX_DEPTH, MAX_OPEN_RUNS)},
            )  # fmt: skip
        written = "".join(f' {key}="{_requoted(value)}"' for key, value in attributes.items())
        return f"<{name}{written}>"

    def _end(self, name: str) -> str:
        if name not in _SCANNED:
            return ""
        if self.runs.get(name):
            self.runs[name] -= 1
        if self.counts.get(name):
            self._pop(name)
        return "" if name in _VOID else f"</{name}>"

    def _pop(self, name: str) -> None:
        while True:
            closed = self.open.pop()
            self.counts[closed] -= 1
            if closed == name:
                return


def _text(piece: str) -> str:
    return piece.replace("<", "&lt;").replace(">", "&gt;")


def _requoted(value: str) -> str:
    return _text(value).replace('"', "&quot;")


def _bound(markup: str) -> None:
    """Refuse what the walls would need long for, by counting alone."""
    if len(markup) > MAX_CHARACTERS:
        raise RefusedHTML(
            _("The text has %(count)s characters with its markup; at most %(limit)s fit."),
            params={"count": len(markup), "limit": MAX_CHARACTERS},
        )
    tags = max(markup.count("<"), markup.count(">"))
    pieces = tags + markup.count("&") + markup.count("\u00a0")
    if pieces > MAX_PIECES:
        raise RefusedHTML(
            _("The text has %(count)s tags and special characters; at most %(limit)s fit."),
            params={"count": pieces, "limit": MAX_PIECES},
        )


def _scan(source: str) -> str:
    _bound(source)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_Scanner(_INVISIBLE.sub("", source)).pieces())


# --- The tree ----------------------------------------------------------------------------

_TREE_TAGS = set(_SCANNED)
_TREE_ATTRIBUTES = {"*": set(_KEPT_ATTRIBUTES)}
_DEPTH = re.compile(r"<(/?)([a-z0-9]+)")


def _parse(markup: str) -> etree._Element:
    """Return a ``div`` with ``markup`` as a browser would understand it."""
    markup = nh3.clean(
        markup,
        tags=_TREE_TAGS,
        attributes=_TREE_ATTRIBUTES,
        clean_content_tags=set(),
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
    )
    depth = 0
    for tag in _DEPTH.finditer(markup):
        if tag[2] not in _VOID:
            depth += -1 if tag[1] else 1
        if depth > 3 * MAX_DEPTH:
            raise RefusedHTML(
                _("The text is nested more than %(limit)s levels deep."),
                params={"limit": 3 * MAX_DEPTH},
            )
    return fragment(markup)


def fragment(markup: str) -> etree._Element:
    """Return a ``div`` that holds ``markup``; nothing is fetched or run for it."""
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    return lxml_html.fragment_fromstring(markup, create_parent="div", parser=parser)


def inner_html(element: etree._Element) -> str:
    """Return the HTML inside ``element``, every attribute in double quotes.

    (libxml2 picks single quotes for some, in which bleach escapes twice.)
    """
    pieces: list[str] = []
    _write_inside(element, pieces)
    return "".join(pieces)


def _quoted(value: str) -> str:
    return html.escape(value, quote=False).replace('"', "&quot;")


def _write_inside(element: etree._Element, pieces: list[str]) -> None:
    pieces.append(html.escape(element.text or "", quote=False))
    for child in element:
        attributes = (f' {name}="{_quoted(value)}"' for name, value in child.items())
        pieces.append(f"<{child.tag}{''.join(attributes)}>")
        if child.tag not in _VOID_WRITTEN:
            _write_inside(child, pieces)
            pieces.append(f"</{child.tag}>")
        pieces.append(html.escape(child.tail or "", quote=False))


# --- The two walls -----------------------------------------------------------------------

_PLAIN = frozenset(
    [
        "strong",
        "em",
        "s",
        "sub",
        "code",
        "cite",
        "caption",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "br",
        "hr",
        "figcaption",
    ]
)
ALLOWED_TAGS = tidying.BLOCK_TAGS | _PLAIN | {"a", "sup"}

_SPELLINGS = {
    "id": re.compile(r"b-[A-Za-z0-9_-]{1,66}"),
    "lang": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "scope": re.compile(r"(row|col)(group)?"),
    "span": re.compile(r"[1-9][0-9]?"),
    "start": re.compile(r"-?[0-9]{1,6}"),
    "key": re.compile(r"[1-9][0-9]{0,17}"),
    "empty": re.compile(r""),
}
_LANGUAGE = {"lang": "lang", "dir": "dir"}
_ATTRIBUTES = {
    **{tag: {"id": "id", **_LANGUAGE} for tag in tidying.BLOCK_TAGS},
    **dict.fromkeys(("strong", "em", "s", "sub", "code", "cite", "caption"), _LANGUAGE),
    "td": {"colspan": "span", "rowspan": "span", **_LANGUAGE},
    "th": {"colspan": "span", "rowspan": "span", "scope": "scope", **_LANGUAGE},
    "hr": {"data-paywall": "empty"},
    "a": {"data-article": "key", **_LANGUAGE},
    "sup": dict(_LANGUAGE),
}
_ATTRIBUTES["ol"] |= {"start": "start", "reversed": "empty"}
_ATTRIBUTES["figure"] |= {"data-image": "key"}


def _is_allowed(tag: str, name: str, value: str) -> bool:
    """Say whether bleach may keep an attribute; it hands values over as they were written."""
    value = html.unescape(value)
    match tag, name:
        case "a", "href":
            return addresses.link(value) == value
        case "a", "rel":
            return value == "noopener"
        case "aside", "class":
            return value == "pullquote"
        case "sup", "class":
            return value == "fn"
        case "sup", "data-note":
            return bool(value)
        case "figure", "data-embed":
            return value.startswith("https://") and addresses.web(value) == value
    spelling = _ATTRIBUTES.get(tag, {}).get(name)
    return spelling is not None and _SPELLINGS[spelling].fullmatch(value) is not None


def _first_wall(markup: str) -> str:
    return bleach.clean(
        markup,
        tags=ALLOWED_TAGS,
        attributes=_is_allowed,
        protocols={"http", "https", "mailto"},
        strip=True,
        strip_comments=True,
    )


def _second_wall(markup: str) -> str:
    common = {"id", "lang", "dir"}
    return nh3.clean(
        markup,
        tags={
            *("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "aside", "pre"),
            *("figure", "figcaption", "hr", "br"),
            *("table", "caption", "thead", "tbody", "tr", "th", "td"),
            *("a", "strong", "em", "s", "sub", "sup", "code", "cite"),
        },
        attributes={
            # Said, for nh3 would otherwise let "title" stand everywhere.
            "*": set(),
            **dict.fromkeys(("p", "h2", "h3", "h4", "ul", "li"), common),
            **dict.fromkeys(("blockquote", "aside", "table", "pre"), common),
            **dict.fromkeys(("strong", "em", "s", "sub", "code", "cite"), {"lang", "dir"}),
            "ol": {"start", "reversed", *common},
            "figure": {"data-image", "data-embed", *common},
            "caption": {"lang", "dir"},
            "th": {"colspan", "rowspan", "lang", "dir"},
            "td": {"colspan", "rowspan", "lang", "dir"},
            "sup": {"data-note", "lang", "dir"},
            "a": {"href", "data-article", "lang", "dir"},
            "hr": {"data-paywall"},
        },
        tag_attribute_values={
            "aside": {"class": {"pullquote"}},
            "sup": {"class": {"fn"}},
            "th": {"scope": {"row", "col", "rowgroup", "colgroup"}},
        },
        url_schemes={"http", "https", "mailto"},
        url_relative=_only_from_the_root,
        link_rel="noopener",
    )


def _only_from_the_root(address: str) -> str | None:
    is_ours = address.startswith(("/", "#")) and not address.startswith(("//", "/\\"))
    return address if is_ours else None


def _round(markup: str) -> str:
    tidied = tidying.tidy(_parse(_scan(markup)))
    markup = inner_html(tidied)
    _bound(markup)
    return _second_wall(_first_wall(markup))


def clean(markup: str) -> str:
    """Return ``markup`` as the body of an article may be stored and shown.

    The result holds only the nodes and attributes of the house (``ALLOWED_TAGS``) and is
    the same, byte for byte, when it is cleaned again. Words are kept wherever they stood,
    but for those inside scripts, styles, frames and forms' text boxes.

    Raises ``RefusedHTML`` for a text too long, too deeply nested or too rich in elements
    to be worked through in about a second. Costs time linear in its length: 20,000
    words take some 0.4 s (``benchmarks/sanitising.py``).
    """
    for _round_number in range(_MAX_ROUNDS):
        cleaned = _round(markup)
        if cleaned == markup:
            return cleaned
        markup = cleaned
    raise RefusedHTML(_("The markup of the text is too tangled to be made safe."))
