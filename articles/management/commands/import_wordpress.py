"""Bring a WordPress site over: `manage.py import_wordpress export.xml --media uploads/`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.importing import wordpress, wxr
from articles.importing.progress import Bar


class Command(BaseCommand):
    help = (
        "Read a WordPress export (WXR) into the magazine. Safe to stop, to repeat and to run twice at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The export, as Tools → Export writes it.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Do it all, report it, and keep nothing of it."
        )
        parser.add_argument(
            "--media", type=Path, metavar="FOLDER", help="A copy of the old site's uploads, for the pictures."
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE.csv", help="Write what became of each thing to this file."
        )
        parser.add_argument(
            "--section",
            action="append",
            default=[],
            metavar="CATEGORY=SECTION",
            help="The section for a category (by slug or name); * stands for all others. May be repeated.",
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Give articles changed or deleted here since the state of the file again.",
        )

    def handle(
        self,
        *,
        file: Path,
        dry_run: bool,
        media: Path | None,
        report: Path | None,
        section: list[str],
        overwrite: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        if media and not media.is_dir():
            raise CommandError(f"{media} is not a folder.")
        if report and not report.parent.is_dir():
            raise CommandError(f"The folder of {report} does not exist.")
        chosen = wordpress.Options(media, self._mapping(section), overwrite, is_rehearsal=dry_run)
        bar = Bar(self._draw, is_terminal=self.stderr.isatty())
        try:
            result = wordpress.import_export(file, chosen, bar)
        except wxr.RefusedFile as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            bar.finish()
        if report:
            with report.open("w", encoding="utf-8", newline="") as target:
                result.write(target)
        if verbosity:
            self.stdout.writelines(f"{line}\n" for line in result.lines())
            self.stdout.write("")
        for line in result.summary():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("A rehearsal: nothing was kept.")

    def _draw(self, text: str) -> None:
        # Neither in the colour of errors nor with a line end of its own.
        self.stderr.write(text, str, ending="")
        self.stderr.flush()

    def _mapping(self, pairs: list[str]) -> dict[str, str]:
        mapping = {}
        for pair in pairs:
            category, equals, name = (part.strip() for part in pair.partition("="))
            if not (category and equals and name):
                raise CommandError(f"“{pair}” is not CATEGORY=SECTION.")
            mapping[category.lower()] = name
        return mapping
