"""``manage.py reconcile_payments``: our books beside the providers'."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from subscriptions.paying import reconciling
from subscriptions.providers import Capability, able_to


class Command(BaseCommand):
    """Compares, mends and keeps a record, as the nightly task does; with ``--dry-run`` it only compares."""

    help = (
        "Compare our payments with the providers’ and mend what was missed; fail while a difference remains."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Compare, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        remaining = False
        if options["dry_run"]:
            for key in able_to(Capability.MESSAGES):
                report = reconciling.reconcile(key, since=reconciling.since_last(key), dry_run=True)
                self._say(key, report.looked_at, 0, report.differences, report.failure)
                remaining |= bool(report.differences or report.failure)
        else:
            for run in reconciling.reconcile_all():
                self._say(run.provider, run.looked_at, run.mended, run.differences, run.failure)
                remaining |= not run.agrees
        if remaining:
            raise CommandError("The books do not agree.")

    def _say(
        self, provider: str, looked_at: int, mended: int, differences: list[dict[str, str]], failure: str
    ) -> None:
        self.stdout.write(
            f"{provider}: {looked_at} compared, {mended} put right, {len(differences)} differences remain."
        )
        for one in differences:
            self.stdout.write(f"  {one['payment']}: {one['what']}")
        if failure:
            self.stdout.write(f"  It stopped: {failure}")
