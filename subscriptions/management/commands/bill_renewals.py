"""Bill the terms that follow, as the worker does every hour. Run twice, it does nothing the second time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from subscriptions.life import lifecycle, renewals


class Command(BaseCommand):
    """Ask readers whose paid days end soon for the next term's payment."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Say who would be billed, and stop.")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        for subscription in renewals.due().with_facts().order_by("number"):
            if not renewals.is_due(subscription):
                continue
            paid_until_on = lifecycle.standing(subscription).paid_until_on
            if not dry_run:
                renewals.bill_next_term(subscription)
            self.stdout.write(f"{subscription.number}: paid until {paid_until_on:%d.%m.%Y}")
