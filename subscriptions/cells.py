"""Tables for spreadsheets: CSV that opens in the right letters, and does nothing when it is opened."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

# Spreadsheets read a file as the old Windows letters unless it begins with this mark.
BOM = "\ufeff"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> str:
    """Return ``cell`` as text that no spreadsheet takes for a formula: an apostrophe stands before it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULAS) else text


def as_typed(cell: str) -> str:
    """Return what ``harmless`` was given: a table that we wrote ourselves comes back as it was."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell


class _Line:
    """Hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file, one for each of ``rows``, without ever holding more than one."""
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def download(name: str, rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """Answer with ``rows`` as a file called ``name``, sent while it is written; kept by no cache."""
    response = StreamingHttpResponse(_marked(lines(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _marked(text: Iterable[str]) -> Iterator[str]:
    yield BOM
    yield from text
