"""Look at each promise of the plans and write down what was found. The worker does it nightly."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from subscriptions.keeping import board


class Command(BaseCommand):
    """Say of each of the nine promises whether it is being kept; run twice, it looks twice."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what is found, and write nothing.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        findings = board.look()
        if not dry_run:
            board.write_down(findings)
        for feature, finding in findings.items():
            self.stdout.write(f"{feature.label} – {finding.state.label}: {finding.sentence}")
            for row in finding.rows:
                self.stdout.write(f"    {row.text}")
