"""Tables: small ones row by row with their headings, large ones by their name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

# What a listener still follows.
MOST_ROWS = 6
MOST_COLUMNS = 4
MOST_CHARACTERS = 900
# What says that there is nothing.
_NOTHING = frozenset("– — - n/a n.a.".split())


@dataclass(frozen=True)
class Table:
    """A table as lines of cells; ``headings`` are those over the columns."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_regular: bool

    @property
    def text(self) -> str:
        """What the eye reads, a line to a row."""
        lines = [self.caption, " | ".join(self.headings), *(" | ".join(row) for row in self.rows)]
        return "\n".join(line for line in lines if line.strip(" |"))

    @property
    def is_small(self) -> bool:
        """Whether it is read row by row."""
        columns = max((len(row) for row in self.rows), default=0)
        return (
            self.is_regular
            and len(self.rows) <= MOST_ROWS
            and columns <= MOST_COLUMNS
            and len(self.text) <= MOST_CHARACTERS
        )

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what is read, as pairs of what the eye reads and what is said."""
        name = self.caption.rstrip(".")
        if not self.is_small:
            said = _("A table, “%(name)s”, is on the page.") if name else _("A table is on the page.")
            yield self.caption or said % {"name": name}, said % {"name": name}
            return
        if name:
            yield self.caption, _("A table: %(name)s.") % {"name": name}
        else:
            yield _("A table."), _("A table.")
        for row in self.rows:
            yield " | ".join(row), self._said(row)

    def _said(self, row: tuple[str, ...]) -> str:
        """The first cell names the row, and every other is said after the heading of its column."""
        if not self.headings:
            return ", ".join(cell for cell in row if cell)
        first, rest = row[0], zip(self.headings[1:], row[1:], strict=False)
        cells = [f"{heading}: {_cell(cell)}" if heading else _cell(cell) for heading, cell in rest]
        named = f"{self.headings[0]} {first}" if first[:1].isdigit() and self.headings[0] else first
        return f"{named}. {'; '.join(cells)}." if cells else named


def _cell(cell: str) -> str:
    return cell if cell and cell not in _NOTHING else _("nothing")


def read(table: etree._Element, words_of: Callable[[etree._Element], str]) -> Table:
    """Return what ``table`` holds; ``words_of`` gives the words of an element."""
    caption = table.find("caption")
    lines = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    lines = [line for line in lines if line]
    has_head = bool(lines) and all(cell.tag == "th" for cell in lines[0])
    cells = [tuple(" ".join(words_of(cell).split()) for cell in line) for line in lines]
    width = {len(line) for line in lines}
    spans = any(
        cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for line in lines for cell in line
    )
    return Table(
        caption="" if caption is None else " ".join(words_of(caption).split()),
        headings=cells[0] if has_head else (),
        rows=tuple(cells[1:] if has_head else cells),
        is_regular=len(width) <= 1 and not spans and bool(lines),
    )
