"""A folder of PDFs becomes back issues, and a report says what became of each."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from articles.importing.report import harmless
from editions.importing.bringing import Action, Brought, bring
from editions.importing.naming import TABLE, Described, Line, by_name, table_in
from editions.importing.opening import RefusedFileError

HEADER = ["file", "issue", "cover date", "title", "what", "pages", "text quality", "without words", "why"]
REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """What became of one file; ``brought`` is missing when it was refused."""

    file: str
    what: Described | None = None
    brought: Brought | None = None
    why: str = ""

    @property
    def outcome(self) -> str:
        return self.brought.action if self.brought else REFUSED

    def __str__(self) -> str:
        issue = f" as {self.what}" if self.what else ""
        if not self.brought:
            return f"{self.file}{issue}: {self.outcome}: {self.why}"
        found = f"{self.brought.pages} pages, text quality {self.brought.quality}%"
        return "; ".join([f"{self.file}{issue}: {self.outcome} ({found})", *self.brought.notes])


@dataclass
class Report:
    """The rows of one run, by file name."""

    rows: list[Row] = field(default_factory=list)

    @property
    def refused(self) -> list[Row]:
        """The files that are not here."""
        return [row for row in self.rows if row.brought is None]

    def summary(self) -> Iterator[str]:
        """Yield what a person wants to know at the end."""
        counts = Counter(row.outcome for row in self.rows)
        yield f"{len(self.rows)} files: " + (
            ", ".join(f"{counts[name]} {name}" for name in [*Action, REFUSED] if counts[name]) or "nothing"
        )
        brought = [row.brought for row in self.rows if row.brought]
        pages, scanned = sum(one.pages for one in brought), sum(one.scanned for one in brought)
        if pages:
            yield f"{pages} pages, {scanned} of them without words that can be found"

    def write(self, file: TextIO) -> None:
        """Write all rows as CSV. Cells that a spreadsheet would take for a formula get an apostrophe."""
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in self.rows:
            brought = row.brought
            cells = [
                row.file,
                str(row.what or ""),
                row.what.cover_on.isoformat() if row.what else "",
                row.what.title if row.what else "",
                row.outcome,
                str(brought.pages) if brought else "",
                str(brought.quality) if brought else "",
                str(brought.scanned) if brought else "",
                "; ".join(brought.notes) if brought else row.why,
            ]
            writer.writerow([harmless(cell) for cell in cells])


def import_folder(
    folder: Path,
    *,
    replace: bool = False,
    is_rehearsal: bool = False,
    tell: Callable[[Row], None] = lambda row: None,
) -> Report:
    """Bring every PDF in ``folder`` here; ``tell`` is called with each row as it is known.

    Which issue a file is, ``issues.csv`` says, or the file's own name. A file that is refused keeps no other
    from coming; run again, only what is not here yet is opened. Raises ``RefusedFileError`` for an
    ``issues.csv`` that cannot be read.
    """
    lines = table_in(folder)
    files = {path.name: path for path in sorted(folder.iterdir()) if _is_meant(path)}
    report = Report()
    seen: dict[tuple[int, int], str] = {}
    for name in sorted({*files, *lines}):
        row = _row(name, files.get(name), lines.get(name), seen, replace, is_rehearsal)
        report.rows.append(row)
        tell(row)
    return report


def _is_meant(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.suffix.lower() != ".csv"


def _row(
    name: str,
    path: Path | None,
    line: Line | None,
    seen: dict[tuple[int, int], str],
    replace: bool,
    is_rehearsal: bool,
) -> Row:
    what = None
    try:
        if path is None:
            raise RefusedFileError(_("%s names it, and it is not in the folder.") % TABLE)
        if path.suffix.lower() != ".pdf":
            raise RefusedFileError(_("This is not a PDF."))
        if line and line.issue is None:
            raise RefusedFileError(line.wrong)
        what = line.issue if line and line.issue else by_name(path.stem)
        other = seen.setdefault((what.volume, what.number), name)
        if other != name:
            raise RefusedFileError(_("“%s” is this issue too.") % other)
        return Row(name, what, bring(path, what, replace=replace, is_rehearsal=is_rehearsal))
    except RefusedFileError as refusal:
        return Row(name, what, None, str(refusal))
    except OSError as error:
        return Row(name, what, None, str(error))
