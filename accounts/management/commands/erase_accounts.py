"""Erase the accounts whose day has come: what the worker does every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.privacy import erasure


class Command(BaseCommand):
    help = "Erase the accounts whose owners asked for it and did not change their mind. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say what would be erased, and keep it.")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        for request in erasure.erase_due(dry_run=dry_run):
            rows = sum(request.did.values())
            self.stdout.write(
                f"Account {request.reader_id}, asked on {request.asked_at:%Y-%m-%d}: {rows} rows."
            )
        self.stdout.write("Nothing was changed." if dry_run else "Done.")
