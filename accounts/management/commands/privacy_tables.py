"""Print the tables of docs/privacy.md anew, out of what the rooms have entered."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from magazine import personal

HELD = ("Table", "What is in it about a reader", "Why", "When the account is erased", "What stays", "Rule")
FORGOTTEN = ("Rule", "What", "Days", "Why so long")


class Command(BaseCommand):
    help = "Print the two tables of docs/privacy.md: what is held, and what is forgotten by itself."

    def handle(self, **options: Any) -> None:
        self.stdout.write("\n".join([*held(), "", *forgotten()]))


def held() -> list[str]:
    """Return the lines of the table of what is held."""
    rows = [
        (
            f"`{one.model}`",
            str(one.what),
            str(one.why),
            str(one.fate.label),
            str(one.stays) or "–",
            f"`{one.rule}`" if one.rule else "–",
        )
        for one in personal.holdings().values()
        if one.is_personal
    ]
    return _table(HELD, rows)


def forgotten() -> list[str]:
    """Return the lines of the table of what is forgotten by itself."""
    rows = [
        (f"`{rule.key}`", str(rule.what), str(settings.PRIVACY_DAYS[rule.key]), str(rule.why))
        for rule in personal.rules()
    ]
    return _table(FORGOTTEN, rows)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = (heads, ("---",) * len(heads), *rows)
    return [f"| {' | '.join(cells)} |" for cells in lines]
