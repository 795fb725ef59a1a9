"""Reading a table that somebody brings: letters, separators and lines, and nothing of what it means.

The file is UTF-8, with or without a mark at its beginning, its cells parted by commas or semicolons. The
first line names the columns, in any order. A cell in quotation marks may hold separators and line breaks.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from subscriptions.cells import FORMULAS, as_typed

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
LONGEST_CELL = 1000
SEPARATORS = ",;"


@dataclass(frozen=True)
class Column:
    """One column of the table: its name there, and what it holds, for people."""

    name: str
    says: str | Promise
    is_needed: bool = False


class UnreadableError(ValueError):
    """The file as a whole cannot be read; the text says why, and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins, its cells by column, and why it cannot be read, if so."""

    line: int
    values: dict[str, str]
    problems: list[str] = field(default_factory=list)


def read(content: bytes, columns: tuple[Column, ...]) -> list[Row]:
    """Return the rows of a file, empty lines left out. Raises ``UnreadableError`` for the file as a whole."""
    text = _text(content)
    separator = _separator(text.partition("\n")[0], columns)
    # With ``strict``, a quotation mark that is never closed does not swallow the rest without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    header = _header(next(reader, []), columns)
    rows = []
    for line, cells, problem in _records(reader):
        if not problem and not any(cell.strip() for cell in cells):
            continue
        rows.append(_row(line, cells, problem, header))
        if len(rows) > MOST_ROWS:
            raise UnreadableError(_("That are more than %d rows. Divide the file.") % MOST_ROWS)
    if not rows:
        raise UnreadableError(_("There is no row below the names of the columns."))
    return rows


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise UnreadableError(_("The file is larger than %d MB. Divide it.") % (MOST_BYTES // 1_000_000))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableError(
            _(
                "The letters of this file are not UTF-8 (line %d), so names would come out wrong. "
                "Save it again as “CSV UTF-8”."
            )
            % line
        ) from error
    if "\0" in text:
        raise UnreadableError(_("This is no table of text. Save it as “CSV UTF-8”."))
    return text


def _separator(first_line: str, columns: tuple[Column, ...]) -> str:
    """The one that finds most of our columns in the first line."""
    known = {column.name for column in columns}

    def found(separator: str) -> int:
        return len(known & {_name(cell) for cell in first_line.split(separator)})

    return max(SEPARATORS, key=found)


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip().lower().replace(" ", "_")


def _header(cells: list[str], columns: tuple[Column, ...]) -> list[str]:
    names = [_name(cell) for cell in cells]
    known = {column.name for column in columns}
    if unknown := [name for name in names if name not in known]:
        raise UnreadableError(
            _("The first line names columns that there are none for: %(unknown)s. There are: %(known)s.")
            % {"unknown": ", ".join(name or "–" for name in unknown), "known": ", ".join(sorted(known))}
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UnreadableError(_("The first line names a column twice: %s.") % ", ".join(twice))
    if missing := [one.name for one in columns if one.is_needed and one.name not in names]:
        raise UnreadableError(_("The first line lacks columns: %s.") % ", ".join(missing))
    return names


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str], str]]:
    """Yield the line on which each record begins, its cells, and what is wrong with its quotation marks."""
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            yield line, next(reader), ""
        except StopIteration:
            return
        except csv.Error:
            yield line, [], _("A quotation mark is opened and not closed, or stands within a cell.")


def _row(line: int, cells: list[str], problem: str, header: list[str]) -> Row:
    if problem:
        return Row(line, {}, [problem])
    if len(cells) != len(header):
        told = _("The row has %(cells)d cells, the first line names %(names)d columns.")
        return Row(line, {}, [told % {"cells": len(cells), "names": len(header)}])
    values, problems = {}, []
    for name, cell in zip(header, cells, strict=True):
        value = cell.strip()
        if len(value) > LONGEST_CELL:
            told = _("Column %(name)s: longer than %(most)d characters.")
            problems.append(told % {"name": name, "most": LONGEST_CELL})
            value = value[:LONGEST_CELL]
        elif value.startswith(FORMULAS):
            told = _("Column %(name)s: begins with “%(sign)s”, as a formula does.")
            problems.append(told % {"name": name, "sign": value[0]})
        # What our own tables mark as text is text.
        value = as_typed(value)
        values[name] = value
    return Row(line, values, problems)
