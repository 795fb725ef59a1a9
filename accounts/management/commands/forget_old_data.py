"""Forget what is older than its rule allows: what the worker does every night."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.privacy import retention


class Command(BaseCommand):
    help = "Forget personal data that nobody needs any more (docs/privacy.md). Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be forgotten, and keep it."
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        for key, count in retention.forget(dry_run=dry_run).items():
            self.stdout.write(f"{key}, after {settings.PRIVACY_DAYS[key]} days: {count}")
        self.stdout.write("Nothing was changed." if dry_run else "Done.")
