"""Tables of figures: as they are read, and as CSV for a spreadsheet, in which nothing is a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.formats import date_format

from subscriptions.finance import periods
from subscriptions.money import formatted, typed

# What a spreadsheet takes for the beginning of a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Money:
    """A sum, in whole minor units; ``is_less`` is shown as taken off."""

    minor: int
    currency: str
    is_less: bool = False

    def __str__(self) -> str:
        if not self.minor:
            return "–"
        shown = formatted(abs(self.minor), self.currency)
        return f"−{shown}" if (self.minor < 0) != self.is_less else shown

    @property
    def plain(self) -> str:
        """As a spreadsheet reads it: “-84.00”."""
        minor = -self.minor if self.is_less else self.minor
        return f"-{typed(-minor, self.currency)}" if minor < 0 else typed(minor, self.currency)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of something; none where there is nothing that it could be a part of."""

    value: Fraction | None
    places: int = 1

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        return f"{float(self.value * 100):.{self.places}f}%" if self.value else "0%"

    @property
    def level(self) -> int | None:
        """The share in steps of a tenth, from 0 to 10: how dark it is set where a table is shaded."""
        return None if self.value is None else round(self.value * 10)

    @property
    def plain(self) -> str:
        """As a spreadsheet reads it: “0.0625”."""
        return "" if self.value is None else f"{float(self.value):.4f}"


@dataclass(frozen=True, slots=True)
class Number:
    """How many."""

    value: int | None

    def __str__(self) -> str:
        return f"{self.value:,}" if self.value else "–"

    @property
    def plain(self) -> str:
        """As a spreadsheet reads it."""
        return "" if self.value is None else str(self.value)


Cell = Money | Share | Number | str


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, and its figures; ``is_sum`` sets it apart."""

    name: str
    cells: Sequence[Cell]
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under ``columns`` (the first names the lines). ``key`` is part of its file's name."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""

    def csv(self) -> bytes:
        """Return it as CSV, with a mark by which spreadsheets know the letters (UTF-8)."""
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        writer.writerow(_safe(column) for column in self.columns)
        writer.writerows(
            [_safe(row.name), *(_safe(cell) if isinstance(cell, str) else cell.plain for cell in row.cells)]
            for row in self.rows
        )
        return file.getvalue().encode("utf-8-sig")


def day_name(day: date) -> str:
    """Name the time up to ``day``: by its month, or by the day where the month is not over with it."""
    return date_format(day, "M Y" if day == periods.month_end(day) else "j M Y")


def _safe(words: str) -> str:
    """Return words in a form that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(FORMULAS) else words
