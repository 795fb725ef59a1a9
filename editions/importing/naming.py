"""Which issue a PDF is: by its name, or by a table that lies beside it."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from editions.importing.opening import RefusedFileError

TABLE = "issues.csv"
COLUMNS = ("file", "volume", "number", "cover date", "title")
# 2019-03-15 vol 2 no 7 The Long Way Home.pdf
NAME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ _,-]+v(?:ol(?:ume)?)?\.?[ _]*(?P<volume>\d{1,4})"
    r"[ _,-]+(?:n|no|nr|number|issue)\.?[ _]*(?P<number>\d{1,4})(?:[ _,-]+(?P<title>.*))?",
    re.IGNORECASE,
)
LONGEST_TITLE = 120
HIGHEST = 9_999


@dataclass(frozen=True)
class Described:
    """The issue that a file is said to be."""

    volume: int
    number: int
    cover_on: date
    title: str = ""

    def __str__(self) -> str:
        return f"{self.volume}/{self.number}"


def by_name(stem: str) -> Described:
    """Read a file's name without its ending: ``2019-03-15 vol 2 no 7 Title``.

    Raises ``RefusedFileError`` when it says something else.
    """
    found = NAME.fullmatch(stem.strip())
    if found is None:
        raise RefusedFileError(
            _("Its name does not say which issue it is, as “2019-03-15 vol 2 no 7 Title.pdf” would.")
        )
    title = (found["title"] or "").replace("_", " ")
    return described(found["volume"], found["number"], found["day"], title)


def described(volume: str, number: str, day: str, title: str) -> Described:
    """Read what somebody wrote. Raises ``RefusedFileError`` with the reason for what cannot be."""
    for name, value in ((_("volume"), volume), (_("number"), number)):
        if not (value.strip().isascii() and value.strip().isdigit() and 0 < int(value.strip()) <= HIGHEST):
            raise RefusedFileError(_("“%(value)s” is no %(name)s.") % {"value": value[:40], "name": name})
    try:
        cover_on = date.fromisoformat(day.strip())
    except ValueError as error:
        raise RefusedFileError(_("“%s” is no date; write it as 2019-03-15.") % day[:40]) from error
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:
        raise RefusedFileError(_("Its title is longer than %d letters.") % LONGEST_TITLE)
    return Described(int(volume), int(number), cover_on, title)


@dataclass(frozen=True)
class Line:
    """A line of the table: the issue that it names, or what is wrong with it."""

    issue: Described | None
    wrong: str = ""


def table_in(folder: Path) -> dict[str, Line]:
    """Read ``issues.csv`` in ``folder``, by file name; empty without one.

    Its first line names the columns: file, volume, number, cover date, title (in any order; more are left
    alone). Raises ``RefusedFileError`` when it is not such a table.
    """
    path = folder / TABLE
    if not path.is_file():
        return {}
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFileError(_("%s is not written in UTF-8.") % TABLE) from error
    first = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    names = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
    missing = [name for name in COLUMNS[:4] if name not in names]
    if missing:
        raise RefusedFileError(
            _("%(table)s lacks the columns: %(columns)s.") % {"table": TABLE, "columns": ", ".join(missing)}
        )
    lines: dict[str, Line] = {}
    for row in reader:
        file, volume, number, day, title = ((row.get(names.get(name, "")) or "").strip() for name in COLUMNS)
        if not file:
            continue
        if file in lines:
            lines[file] = Line(None, _("It stands in %s twice.") % TABLE)
            continue
        try:
            lines[file] = Line(described(volume, number, day, title))
        except RefusedFileError as refusal:
            lines[file] = Line(None, str(refusal))
    return lines
