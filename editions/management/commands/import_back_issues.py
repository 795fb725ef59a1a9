"""Bring past issues here: `manage.py import_back_issues folder/`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from editions.importing.folder import Row, import_folder
from editions.importing.opening import RefusedFileError


class Command(BaseCommand):
    """Bring the PDFs of a folder here as back issues. Safe to stop and to repeat."""

    help = (
        "Bring the PDFs in a folder here as back issues. A file says by its name which issue it is "
        "(“2019-03-15 vol 2 no 7 Title.pdf”), or issues.csv beside it does (file, volume, number, "
        "cover date, title). Safe to stop and to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Where the PDFs are.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Open and report them all, and keep nothing of it."
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE.csv", help="Write what became of each file to this file."
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Put a file in the place of another that is there for its issue.",
        )

    def handle(
        self,
        *,
        folder: Path,
        dry_run: bool,
        report: Path | None,
        replace: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        if report and not report.parent.is_dir():
            raise CommandError(f"The folder of {report} does not exist.")

        def tell(row: Row) -> None:
            if verbosity:
                (self.stdout if row.brought else self.stderr).write(str(row))

        try:
            result = import_folder(folder, replace=replace, is_rehearsal=dry_run, tell=tell)
        except RefusedFileError as refusal:
            raise CommandError(str(refusal)) from refusal
        if report:
            with report.open("w", encoding="utf-8", newline="") as target:
                result.write(target)
        for line in result.summary():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("A rehearsal: nothing was kept.")
