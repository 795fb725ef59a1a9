"""What a run of labels costs: 50,000 of them frozen, and written as a table and as sheets.

Run by ``make bench``. Uses a database of its own, made and thrown away by Django's test tools. The run is
frozen and exported in a process of its own, so that the memory printed is what that takes.

    python -m benchmarks.labels
"""

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "magazine.settings")
    django.setup()

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.runner import DiscoverRunner
from django.utils import timezone

from articles.models import Issue
from subscriptions import cells, terms
from subscriptions.features import Feature
from subscriptions.fulfilment import runs, sheets, tables
from subscriptions.models import Address, Entitlement, LabelRun

LABELS = 50_000
KEY = "90/1"
# How a printed run may be spread: mostly at home, some over the world, a few in other letters.
PLACES: tuple[dict[str, str], ...] = (
    *[{"street": "{n} Ropewalk", "city": "Tallow Bay", "postal_code": "TB{d} 2AB", "country": "GB"}] * 14,
    {"street": "Lindenweg {n}", "city": "Köln", "postal_code": "{n5}", "country": "DE"},
    {"street": "{n} rue des Lilas", "city": "Lyon", "postal_code": "{n5}", "country": "FR"},
    {"street": "{n} Harbor Rd", "city": "Salem", "area": "MA", "postal_code": "{n5}", "country": "US"},
    {"street": "Οδός Ερμού {n}", "city": "Αθήνα", "postal_code": "{n3} 12", "country": "GR"},
    {"street": "ул. Лесная, д. {n}", "city": "Пловдив", "postal_code": "{n4}", "country": "BG"},
    {"street": "Calle Mayor {n}", "city": "Toledo", "area": "Toledo", "postal_code": "{n5}", "country": "ES"},
)


def fill(count: int) -> None:
    """Make ``count`` readers with print and an address, and the issue."""
    now = timezone.now()
    Issue.objects.create(volume=90, number=1, cover_on=terms.day_of(now) + timedelta(days=3))
    made: Iterator[int] = iter(range(count))
    while batch := list(islice(made, 5000)):
        readers = get_user_model().objects.bulk_create(
            get_user_model()(email=f"reader{n}@example.org", name=f"Reader Number {n}", password="!")
            for n in batch
        )
        Entitlement.objects.bulk_create(
            Entitlement(
                reader=reader,
                feature=feature,
                from_at=now - timedelta(days=40),
                source=Entitlement.Source.COMPLIMENTARY,
                created_at=now - timedelta(days=40),
            )
            for reader in readers
            for feature in (Feature.DIGITAL_EDITION, Feature.PRINT_EDITION)
        )
        Address.objects.bulk_create(
            _address(reader, n, now) for reader, n in zip(readers, batch, strict=True)
        )


def _address(reader: Any, n: int, now: Any) -> Address:
    digits = {"n": n % 900 + 1, "d": n % 9 + 1, "n3": f"{n % 900 + 100}", "n4": f"{n % 9000 + 1000}"}
    place = {
        name: text.format(**digits, n5=f"{n % 90_000 + 10_000}")
        for name, text in PLACES[n * 7919 % len(PLACES)].items()
    }
    return Address(
        reader=reader, name=reader.name, from_on=date(2020, 1, 1), made_at=now - timedelta(days=40), **place
    )


def work(folder: Path, tell: Callable[[str], object]) -> None:
    """Freeze the run and write it twice; report seconds and the peak of this process's memory."""
    before = _peak()
    found = runs.find(KEY)
    if found is None:
        raise LookupError("The issue of this measurement is gone.")
    total = 0.0

    def timed(what: str, act: Callable[[], Any]) -> None:
        nonlocal total
        started = time.perf_counter()
        act()
        seconds = time.perf_counter() - started
        total += seconds
        tell(f"{what:<22} {seconds:>8.1f} s {_peak():>8.0f} MiB")

    tell(f"{'before':<22} {'':>8}   {before:>8.0f} MiB")
    timed("dry run", lambda: runs.dry_run(found))
    timed("freeze", lambda: runs.freeze(found.issue, by=None))
    run = LabelRun.objects.get(issue_key=KEY)
    timed("table (CSV)", lambda: _table(run, folder / "first.csv"))
    timed("sheets (PDF)", lambda: _sheets(run, folder / "first.pdf"))
    tell(f"{run.labels_count} labels in {total:.1f} s, the dry run included")
    timed("table, again", lambda: _table(run, folder / "second.csv"))
    timed("sheets, again", lambda: _sheets(run, folder / "second.pdf"))
    for kind in ("csv", "pdf"):
        first, second = (_digest(folder / f"{which}.{kind}") for which in ("first", "second"))
        size = (folder / f"first.{kind}").stat().st_size
        tell(f"{kind}: {size:,} bytes, the second {'is the same' if first == second else 'DIFFERS'}")


def _table(run: LabelRun, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        out.writelines(cells.lines(tables.rows(runs.printed(run))))


def _sheets(run: LabelRun, path: Path) -> None:
    with path.open("wb") as out:
        sheets.write(runs.printed(run), sheets.SHEETS["L7160"], out)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _peak() -> float:
    """Return the most memory that this process had, in MiB.

    Where the system tells it apart from what the process had that began this one, that is what is meant.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(name: str, folder: str) -> None:
    """The fresh process's part, on the database called ``name``."""
    connection.settings_dict["NAME"] = name
    work(Path(folder), lambda line: print(line, flush=True))


def main() -> None:
    runner = DiscoverRunner(verbosity=0, interactive=False)
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            # In a file: another process is to see it.
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "labels.sqlite3")
        databases = runner.setup_databases()
        try:
            fill(LABELS)
            name = str(connection.settings_dict["NAME"])
            connection.close()
            subprocess.run([sys.executable, "-m", "benchmarks.labels", name, folder], check=True)
        finally:
            runner.teardown_databases(databases)


if __name__ == "__main__":
    apart(*sys.argv[1:]) if sys.argv[1:] else main()
