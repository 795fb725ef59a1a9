"""``manage.py simulate_subscriptions``: play a year of a thousand invented lives, and say what happened."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demo import lives
from subscriptions.models import Payment, ReceivedIssue, Refund, Subscription, SubscriptionEvent
from subscriptions.money import formatted

# Lines of everybody's story that say little in a sum.
LEFT_OUT = {SubscriptionEvent.Kind.BILLED, SubscriptionEvent.Kind.KEPT, SubscriptionEvent.Kind.OFFERED}


class Command(BaseCommand):
    """Fill the desk with a past. Refuses in production, and where real readers are."""

    help = "Play a seeded year of invented subscribers in the demo database, up to today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="Decides everything that happens.")
        parser.add_argument("--lives", type=int, default=1000, help="How many readers there are.")
        parser.add_argument("--days", type=int, default=365, help="How many days are played, up to today.")

    def handle(self, *, seed: int, lives: int, days: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Invented subscribers do not belong into production.")
        self._refuse_beside_real_readers()
        self._play(seed, lives, days)
        readers = f"life-{seed}-"
        self._tell_events(SubscriptionEvent.objects.filter(subscription__reader__email__startswith=readers))
        self._tell_money(readers)

    def _refuse_beside_real_readers(self) -> None:
        real = Subscription.objects.exclude(reader__email__endswith="@halyard.example")
        if real.exclude(reader__email__endswith="@example.org").exists():
            raise CommandError(
                "There are subscribers here who are not invented: nothing is played beside them."
            )

    def _play(self, seed: int, how_many: int, days: int) -> None:
        if how_many < 1 or days < 30:
            raise CommandError("Play at least one life, for at least 30 days.")
        try:
            lives.play(
                seed=seed,
                lives=how_many,
                days=days,
                until_on=timezone.localdate(),
                report=lambda line: self.stdout.write(line),
            )
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _tell_events(self, events: Any) -> None:
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for kind, at in events.values_list("kind", "at"):
            if kind not in LEFT_OUT:
                told[kind][f"{timezone.localtime(at):%Y-%m}"] += 1
        months = sorted({month for counts in told.values() for month in counts})
        self._row("", [month[2:] for month in months], "all")
        for kind in SubscriptionEvent.Kind:
            if counts := told.get(kind.value):
                self._row(
                    str(kind.label), [str(counts[month]) for month in months], str(sum(counts.values()))
                )

    def _tell_money(self, readers: str) -> None:
        paid = Payment.objects.confirmed().filter(subscription__reader__email__startswith=readers)
        back = Refund.objects.filter(payment__subscription__reader__email__startswith=readers)
        sent = back.filter(status=Refund.Status.SENT)
        came = ReceivedIssue.objects.filter(subscription__reader__email__startswith=readers)
        self.stdout.write("")
        for what, rows in (("Paid", paid), ("Sent back", sent), ("To be sent back", back.owed())):
            for currency, amount in _sums(rows):
                self.stdout.write(f"{what}: {formatted(amount, currency)}")
        self.stdout.write(f"Issues that came to somebody: {came.count()}")

    def _row(self, name: str, cells: Iterable[str], total: str) -> None:
        self.stdout.write(f"{name:<24}" + "".join(f"{cell:>6}" for cell in cells) + f"{total:>8}")


def _sums(rows: Any) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for currency, amount_minor in rows.values_list("currency", "amount_minor"):
        sums[currency] += amount_minor
    return sorted(sums.items())
