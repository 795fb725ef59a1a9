"""What became of every single thing in a file, and why."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TextIO


class Outcome(StrEnum):
    """How a thing stands here, measured by what it was there."""

    CAME_OVER = "came over"
    CHANGED = "changed"
    REFUSED = "refused"


class Action(StrEnum):
    """What this run did."""

    NEW = "new"
    UPDATED = "updated"
    AS_BEFORE = "as before"
    KEPT = "kept: changed here since"
    NOTHING = ""


@dataclass
class Notes:
    """What was changed on the way, by class and with examples."""

    found: dict[str, list[str]] = field(default_factory=dict)
    links: int = 0

    def add(self, what: str, detail: str = "") -> None:
        """Remember that ``what`` happened; equal details are kept once."""
        details = self.found.setdefault(what, [])
        if detail and detail not in details:
            details.append(detail)

    def count_link(self) -> None:
        """Remember that a link now leads to another imported article; that is no change of the words."""
        self.links += 1

    def sentences(self) -> list[str]:
        """Return each class with its details in brackets."""
        return [f"{what} ({', '.join(details)})" if details else what for what, details in self.found.items()]


@dataclass(frozen=True)
class Row:
    """One thing of the file. ``is_item`` says that it stood there as an ``<item>`` of its own."""

    kind: str
    key: str
    title: str
    outcome: Outcome
    action: Action = Action.NOTHING
    reasons: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    address: str = ""
    is_item: bool = False


HEADER = ["kind", "id", "title", "outcome", "this time", "why", "address here"]


@dataclass
class Report:
    """The rows of one run, in the order of the file."""

    rows: list[Row] = field(default_factory=list)
    links: int = 0

    def add(
        self,
        kind: str,
        key: str,
        title: str,
        outcome: Outcome | None = None,
        *,
        notes: Notes | None = None,
        action: Action = Action.NOTHING,
        reasons: Iterable[str] = (),
        address: str = "",
        is_item: bool = False,
    ) -> None:
        """Enter one thing. Without an ``outcome`` it came over, changed if there are ``notes``."""
        notes = notes or Notes()
        self.links += notes.links
        self.rows.append(
            Row(
                kind,
                key,
                title,
                outcome or (Outcome.CHANGED if notes.found else Outcome.CAME_OVER),
                action,
                (*reasons, *notes.sentences()),
                tuple(notes.found),
                address,
                is_item,
            )
        )

    def items(self) -> list[Row]:
        """Return the rows that stand for an ``<item>`` of the file: as many as the file has."""
        return [row for row in self.rows if row.is_item]

    def counts(self) -> dict[str, Counter[str]]:
        """Return how many of each kind came over, were changed and were refused."""
        table: dict[str, Counter[str]] = {}
        for row in self.rows:
            table.setdefault(row.kind, Counter())[row.outcome] += 1
        return table

    def classes(self) -> list[tuple[str, int]]:
        """Return what was changed by class, with the number of things it happened to, most first."""
        return Counter(name for row in self.rows for name in row.classes).most_common()

    def summary(self) -> Iterator[str]:
        """Yield the lines of a table by kind and outcome, and of what was changed."""
        counts = self.counts()
        width = max([len(kind) for kind in counts] + [len("items of the file")])
        names = [*Outcome]
        yield f"{'':<{width}}  " + "  ".join(f"{name:>9}" for name in names) + f"  {'all':>6}"
        total: Counter[str] = Counter(row.outcome for row in self.items())
        for kind, row in [*counts.items(), ("items of the file", total)]:
            cells = "  ".join(f"{row[name]:>9}" for name in names)
            yield f"{kind:<{width}}  {cells}  {sum(row.values()):>6}"
        yield ""
        yield f"Links between imported articles: {self.links}"
        done = Counter(row.action for row in self.rows if row.action)
        yield "This time: " + (", ".join(f"{count} {name}" for name, count in done.items()) or "nothing")
        if classes := self.classes():
            yield "What was changed, and in how many things:"
            yield from (f"{count:>6}  {name}" for name, count in classes)

    def lines(self) -> Iterator[str]:
        """Yield one line for every row."""
        for row in self.rows:
            why = f": {'; '.join(row.reasons)}" if row.reasons else ""
            name = f"{row.kind} {row.key}".strip()
            action = f" ({row.action})" if row.action else ""
            yield f"{row.outcome:<9}  {name} “{row.title}”{action}{why}"

    def write(self, file: TextIO) -> None:
        """Write all rows as CSV. Cells that a spreadsheet would take for a formula get an apostrophe."""
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in self.rows:
            cells = [
                row.kind,
                row.key,
                row.title,
                row.outcome,
                row.action,
                "; ".join(row.reasons),
                row.address,
            ]
            writer.writerow([harmless(cell) for cell in cells])


def harmless(cell: str) -> str:
    """Return ``cell`` so that no spreadsheet computes it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else str(cell)
