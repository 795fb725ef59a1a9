"""The shape of an article's body: which node may stand where.

``tidy`` rebuilds any tree as a sequence of blocks with lines of text in them. Words are
kept wherever they stood; wrappers that mean nothing here fall away, empty paragraphs
go, and nothing is nested deeper than the house's own nodes allow.
"""

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from articles import addresses

BLANK = " \t\n\r\f"
ZERO_WIDTH = "\u200b\u2060\ufeff"

BLOCK_TAGS = frozenset(
    ["p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "aside", "figure", "table", "pre"]
)

_MARKS = {
    **{tag: tag for tag in ("strong", "em", "s", "sub", "sup", "a", "code", "cite")},
    "b": "strong",
    "i": "em",
    "del": "s",
    "strike": "s",
    "dfn": "em",
    "var": "em",
    "tt": "code",
    "kbd": "code",
    "samp": "code",
}
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_SPANS = frozenset(
    [
        "span",
        "font",
        "u",
        "ins",
        "small",
        "big",
        "mark",
        "q",
        "abbr",
        "acronym",
        "bdi",
        "bdo",
        "time",
        "label",
    ]
)

_EVERYWHERE = frozenset(["p", "h2", "ul", "blockquote", "aside", "figure", "table", "pre", "hr"])
_TAKES = {
    "body": _EVERYWHERE,
    "blockquote": _EVERYWHERE - {"aside", "table"},
    "li": frozenset({"p", "ul", "blockquote", "pre", "hr"}),
    "td": frozenset({"p", "ul"}),
    "th": frozenset({"p", "ul"}),
    "aside": frozenset({"p"}),
}
_KINDS = {"ol": "ul", **dict.fromkeys(_HEADINGS, "h2")}

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_KEY = re.compile(r"[1-9][0-9]{0,17}")
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_DIRECTIONS = frozenset({"ltr", "rtl", "auto"})
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})
_MAX_NOTE = 4_000
_MAX_SPAN = 30


class _Mark:
    """A run of emphasis or a link; one object for one element of the source."""

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes


Marks = tuple[_Mark, ...]


class _Line:
    """One line of text being written into ``element``.

    White space and line breaks are held back until words follow, so none is left at
    the start or the end.
    """

    def __init__(self, element: etree._Element, *, preformatted: bool = False) -> None:
        self.element = element
        self.preformatted = preformatted
        self.has_words = False
        self._started = False
        self._open: list[tuple[_Mark, etree._Element]] = []
        self._held: list[tuple[str, Marks]] = []

    def words(self, text: str, marks: Marks) -> None:
        if self.preformatted:
            blank = "\n"
        else:
            blank = BLANK
            text = re.sub(f"[{BLANK}]+", " ", text)
        core = text.strip(blank)
        if not core:
            self.hold(text, marks)
            return
        lead = text[: len(text) - len(text.lstrip(blank))]
        self.hold(lead, marks)
        self._release()
        self._append_text(core, marks)
        self.has_words = self.has_words or bool(core.strip().strip(ZERO_WIDTH))
        self.hold(text[len(lead) + len(core) :], marks)

    def hold(self, text: str, marks: Marks = ()) -> None:
        """Write ``text``, white space or ``<br>``, if more words follow."""
        if not text or not self._started:
            return
        last = self._held[-1][0] if self._held else ""
        if not self.preformatted and text == " " and last in {" ", "<br>"}:
            return
        self._held.append((text, marks))

    def atom(self, element: etree._Element, marks: Marks) -> None:
        self._release()
        self._reach(marks).append(element)
        self._started = self.has_words = True

    def _release(self) -> None:
        held, self._held = self._held, []
        for text, marks in held:
            if text == "<br>":
                self._reach(marks).append(etree.Element("br"))
            else:
                self._append_text(text, marks)

    def _append_text(self, text: str, marks: Marks) -> None:
        parent = self._reach(marks)
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text
        self._started = True

    def _reach(self, marks: Marks) -> etree._Element:
        """Close and open runs until exactly ``marks`` are open; return the innermost."""
        shared = 0
        while shared < min(len(marks), len(self._open)) and self._open[shared][0] is marks[shared]:
            shared += 1
        del self._open[shared:]
        parent = self._open[-1][1] if self._open else self.element
        for mark in marks[shared:]:
            parent = etree.SubElement(parent, mark.tag, dict(mark.attributes))
            self._open.append((mark, parent))
        return parent


class _Flow:
    """A place that takes blocks, loose words, or both."""

    def __init__(self, element: etree._Element, *, takes: frozenset[str], wraps: bool) -> None:
        self.element = element
        self.takes = takes
        self.wraps = wraps
        self.is_filled = False
        self.has_marker = False
        self._line: _Line | None = None
        self._attributes: dict[str, str] = {}

    def words(self, text: str | None, marks: Marks) -> None:
        if not text or (self._line is None and not text.strip(BLANK)):
            return
        self._current().words(text, marks)

    def atom(self, element: etree._Element, marks: Marks) -> None:
        self._current().atom(element, marks)

    def line_break(self, marks: Marks) -> None:
        if self._line is not None:
            self._line.hold("<br>", marks)

    def begin_paragraph(self, attributes: dict[str, str]) -> None:
        self.end_paragraph()
        self._attributes = attributes
        self.wraps = True

    def end_paragraph(self) -> None:
        line, self._line, self._attributes = self._line, None, {}
        if line is None:
            return
        # Words after a block inside an item become a paragraph of their own.
        self.wraps = True
        if line.has_words:
            self.is_filled = True
        elif line.element is not self.element:
            self.element.remove(line.element)

    def block(self, element: etree._Element) -> None:
        self.end_paragraph()
        self.element.append(element)
        self.is_filled = True
        self.wraps = True

    def _current(self) -> _Line:
        if self._line is None:
            inside = self.element
            if self.wraps:
                inside = etree.SubElement(self.element, "p", self._attributes)
            self._line = _Line(inside)
        return self._line


class _LineFlow(_Flow):
    """A place for one line only: a heading, a caption, preformatted text."""

    def __init__(self, element: etree._Element, *, preformatted: bool = False) -> None:
        super().__init__(element, takes=frozenset(), wraps=False)
        self._only = self._line = _Line(element, preformatted=preformatted)

    def line_break(self, marks: Marks) -> None:
        self._only.hold("\n" if self._only.preformatted else "<br>", marks)

    def begin_paragraph(self, attributes: dict[str, str]) -> None:
        self.end_paragraph()

    def end_paragraph(self) -> None:
        self._only.hold("\n" if self._only.preformatted else " ")
        self.is_filled = self._only.has_words


class _Tidier:
    """Rebuilds one body; remembers what may occur only once in it."""

    def __init__(self) -> None:
        self.has_paywall = False
        self.ids: set[str] = set()
        self.blocks = {
            "ul": self.items,
            "ol": self.items,
            "blockquote": self.quotation,
            "aside": self.pull_quote,
            "figure": self.figure,
            "table": self.table,
            "pre": self.preformatted,
            "hr": self.rule,
            **dict.fromkeys(_HEADINGS, self.heading),
        }

    def pour(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        """Write everything inside ``node`` into ``flow``."""
        flow.words(node.text, marks)
        for child in node:
            if isinstance(child.tag, str):
                self.place(child, flow, marks)
            flow.words(child.tail, marks)

    def place(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        tag = node.tag
        if tag == "br":
            flow.line_break(marks)
        elif tag == "sup" and node.get("class") == "fn":
            self.footnote(node, flow, marks)
        elif tag in _MARKS:
            mark = self.mark(node)
            if mark is None or any(mark.tag == other.tag for other in marks):
                self.pour(node, flow, marks)
            else:
                self.pour(node, flow, (*marks, mark))
        elif tag in _SPANS:
            self.pour(node, flow, marks)
        elif tag == "hr" and "data-paywall" in node.attrib:
            self.paywall(flow)
        elif tag in self.blocks and _KINDS.get(tag, tag) in flow.takes:
            self.blocks[tag](node, flow, marks)
        else:
            # Ids and languages survive on real paragraphs; every other wrapper is only a gap.
            flow.begin_paragraph(self.common(node) if tag == "p" else {})
            self.pour(node, flow, marks)
            flow.end_paragraph()

    def mark(self, node: etree._Element) -> _Mark | None:
        tag = _MARKS[node.tag]
        attributes = _language(node)
        if tag == "a":
            link = _link(node)
            if link is None:
                return None
            attributes = {**link, **attributes}
        return _Mark(tag, attributes)

    def footnote(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        note = " ".join((node.get("data-note") or "").split())[:_MAX_NOTE].rstrip()
        if note:
            # A note's number becomes a link, and a link cannot stand inside another.
            marks = tuple(mark for mark in marks if mark.tag in {"strong", "em", "cite", "s"})
            attributes = {"class": "fn", "data-note": note}
            flow.atom(etree.Element("sup", attributes), marks)

    def paywall(self, flow: _Flow) -> None:
        if self.has_paywall:
            return
        self.has_paywall = True
        self.marker(flow)

    def marker(self, flow: _Flow) -> None:
        if "hr" in flow.takes:
            flow.block(etree.Element("hr", {"data-paywall": ""}))
        else:
            # It cannot stand here, so it moves to before the block: rather withhold more.
            flow.has_marker = True

    def finish(self, element: etree._Element, inner: _Flow, flow: _Flow) -> None:
        """Close ``inner`` and put its ``element`` into ``flow`` unless nothing is in it."""
        inner.end_paragraph()
        flow.end_paragraph()
        if inner.has_marker:
            self.marker(flow)
        if inner.is_filled:
            flow.block(element)

    def rule(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        flow.block(etree.Element("hr"))

    def heading(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        element = etree.Element(_HEADINGS[node.tag], self.common(node))
        inner = _LineFlow(element)
        self.pour(node, inner, marks)
        self.finish(element, inner, flow)

    def preformatted(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        element = etree.Element("pre", self.common(node))
        inner = _LineFlow(element, preformatted=True)
        self.pour(node, inner, marks)
        self.finish(element, inner, flow)

    def quotation(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        element = etree.Element("blockquote", self.common(node))
        inner = _Flow(element, takes=_TAKES["blockquote"], wraps=True)
        self.pour(node, inner, marks)
        self.finish(element, inner, flow)

    def pull_quote(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        if node.get("class") != "pullquote":
            flow.end_paragraph()
            self.pour(node, flow, marks)
            flow.end_paragraph()
            return
        element = etree.Element("aside", {"class": "pullquote", **self.common(node)})
        inner = _Flow(element, takes=_TAKES["aside"], wraps=True)
        self.pour(node, inner, marks)
        self.finish(element, inner, flow)

    def figure(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        source = _figure_source(node)
        if source is None:
            flow.end_paragraph()
            self.pour(node, flow, marks)
            flow.end_paragraph()
            return
        element = etree.Element("figure", {**source, **self.common(node)})
        flow.end_paragraph()
        if not self.has_paywall and node.find(".//hr[@data-paywall]") is not None:
            self.paywall(flow)
        words = node.find(".//figcaption")
        if words is not None and "data-image" in source:
            caption = etree.Element("figcaption")
            inner = _LineFlow(caption)
            self.pour(words, inner, ())
            inner.end_paragraph()
            if inner.is_filled:
                element.append(caption)
        flow.block(element)

    def items(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        attributes = self.common(node)
        if node.tag == "ol":
            if _NUMBER.fullmatch(node.get("start", "")):
                attributes["start"] = str(int(node.get("start")))
            if "reversed" in node.attrib:
                attributes["reversed"] = ""
        element = etree.Element(node.tag, attributes)
        outer = _Flow(element, takes=_TAKES["li"], wraps=False)
        entries: list[_Flow] = []
        if (node.text or "").strip(BLANK):
            self._item(entries, {}).words(node.text, marks)
        for child in node:
            if child.tag == "li":
                self.pour(child, self._item(entries, self.common(child)), marks)
            elif isinstance(child.tag, str):
                # A list or words directly inside a list belong to the item before.
                loose = entries[-1] if entries else self._item(entries, {})
                self.place(child, loose, marks)
            if (child.tail or "").strip(BLANK):
                loose = entries[-1] if entries else self._item(entries, {})
                loose.words(child.tail, marks)
        for item in entries:
            item.end_paragraph()
            if item.is_filled:
                element.append(item.element)
                outer.is_filled = True
        self.finish(element, outer, flow)

    def _item(self, items: list[_Flow], attributes: dict[str, str]) -> _Flow:
        item = _Flow(etree.Element("li", attributes), takes=_TAKES["li"], wraps=False)
        items.append(item)
        return item

    def table(self, node: etree._Element, flow: _Flow, marks: Marks) -> None:
        element = etree.Element("table", self.common(node))
        outer = _Flow(element, takes=frozenset(), wraps=False)
        captions = [child for child in node if child.tag == "caption"]
        for source in captions[:1]:
            caption = etree.Element("caption", _language(source))
            inner = _LineFlow(caption)
            self.pour(source, inner, marks)
            inner.end_paragraph()
            outer.has_marker |= inner.has_marker
            if inner.is_filled:
                element.append(caption)
        for tag, sources in _row_groups(node):
            group = etree.Element(tag)
            for source in sources:
                row = self.row(source, outer, marks)
                if len(row):
                    group.append(row)
            if len(group):
                element.append(group)
        self.finish(element, outer, flow)

    def row(self, node: etree._Element, outer: _Flow, marks: Marks) -> etree._Element:
        row = etree.Element("tr")
        for source in node:
            if source.tag not in {"td", "th"}:
                continue
            cell = etree.SubElement(row, source.tag, _cell_attributes(source))
            inner = _Flow(cell, takes=_TAKES[source.tag], wraps=False)
            self.pour(source, inner, marks)
            inner.end_paragraph()
            outer.has_marker |= inner.has_marker
            outer.is_filled |= inner.is_filled
        return row

    def common(self, node: etree._Element) -> dict[str, str]:
        """Return the attributes that any block may carry."""
        attributes = {}
        name = node.get("id", "")
        if _ID.fullmatch(name):
            name = addresses.prefixed(name)
            if name not in self.ids:
                self.ids.add(name)
                attributes["id"] = name
        return {**attributes, **_language(node)}


def tidy(root: etree._Element) -> etree._Element:
    """Return a new ``div`` with the content of ``root`` in the house's own nodes.

    ``root`` holds HTML with decoded entities, nested at most some hundred levels deep.
    The result uses only the nodes and attributes that ``sanitising`` allows. Costs
    linear time in the size of the tree.
    """
    body = etree.Element("div")
    flow = _Flow(body, takes=_TAKES["body"], wraps=True)
    _Tidier().pour(root, flow, ())
    flow.end_paragraph()
    return body


def _language(node: etree._Element) -> dict[str, str]:
    attributes = {}
    if _LANGUAGE.fullmatch(node.get("lang", "")):
        attributes["lang"] = node.get("lang")
    if node.get("dir") in _DIRECTIONS:
        attributes["dir"] = node.get("dir")
    return attributes


def _link(node: etree._Element) -> dict[str, str] | None:
    address = addresses.link(node.get("href", ""))
    words = "".join(node.itertext())
    if not words.strip().strip(ZERO_WIDTH):
        return None
    attributes = {}
    if address and addresses.shows_its_host(address, words):
        attributes["href"] = address
    if _KEY.fullmatch(node.get("data-article", "")):
        attributes["data-article"] = node.get("data-article")
    return attributes or None


def _figure_source(node: etree._Element) -> dict[str, str] | None:
    if _KEY.fullmatch(node.get("data-image", "")):
        return {"data-image": node.get("data-image")}
    address = addresses.web(node.get("data-embed", ""))
    if address and address.startswith("https://"):
        return {"data-embed": address}
    return None


def _cell_attributes(node: etree._Element) -> dict[str, str]:
    attributes = _language(node)
    for name in ("colspan", "rowspan"):
        value = node.get(name, "")
        if _NUMBER.fullmatch(value) and 1 < int(value) <= _MAX_SPAN:
            attributes[name] = str(int(value))
    if node.tag == "th" and node.get("scope") in _SCOPES:
        attributes["scope"] = node.get("scope")
    return attributes


def _row_groups(table: etree._Element) -> Iterable[tuple[str, list[etree._Element]]]:
    """Yield the rows of ``table`` as at most one head, first, and bodies."""
    is_first = True
    for child in table:
        if child.tag in {"thead", "tbody", "tfoot"}:
            rows = [row for row in child if row.tag == "tr"]
        elif child.tag == "tr":
            rows = [child]
        else:
            continue
        yield ("thead" if child.tag == "thead" and is_first else "tbody"), rows
        is_first = False
