"""What a page and a search cost as the archive grows: CPU milliseconds and queries.

Run by ``make bench``. Uses a database of its own, made and thrown away by Django's test tools.
Set ``MAGAZINE_BENCH_ARTICLES`` for other sizes than 100, 1,000 and 5,000.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.runner import DiscoverRunner
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Author, Byline, Issue, Section
from articles.search import search

SIZES = [int(size) for size in os.environ.get("MAGAZINE_BENCH_ARTICLES", "100,1000,5000").split(",")]
WORDS = "tide harbour ledger clerk bridge river lamp market quay ferry window paper bell stone rope".split()
RUNS = 7


def fill(count: int) -> None:
    """Bring the archive to ``count`` published articles of about 600 words."""
    chance = random.Random(count)
    section, _ = Section.objects.get_or_create(name="Politics", slug="politics")
    author, _ = Author.objects.get_or_create(name="Tobias Wren", slug="tobias-wren")
    issue, _ = Issue.objects.get_or_create(
        volume=1,
        number=1,
        defaults={"cover_on": timezone.localdate(), "released_at": timezone.now() - timedelta(days=1)},
    )
    have = Article.objects.count()
    model = Article(section=section, headline="", slug="")
    model.body = "".join(f"<p>{' '.join(chance.choices(WORDS, k=60))}.</p>" for _ in range(10))
    model._prepare_body()
    rows = []
    for number in range(have, count):
        words = " ".join(chance.choices(WORDS, k=4))
        rows.append(
            Article(
                headline=f"{words} {number}",
                slug=f"piece-{number}",
                standfirst=words,
                section=section,
                issue=issue if number < 12 else None,
                page=number if number < 12 else None,
                body=model.body,
                body_html=model.body_html,
                body_text=model.body_text,
                words=model.words,
                audience="everyone",
                status=Article.Status.APPROVED,
                published_at=timezone.now() - timedelta(minutes=number + 1),
            )
        )
    made = Article.objects.bulk_create(rows, batch_size=500)
    Byline.objects.bulk_create((Byline(article=one, author=author) for one in made), batch_size=500)


def cost(work: Callable[[], object]) -> tuple[float, int]:
    """Return the median CPU milliseconds of ``work``, warm, and its number of queries."""
    work()
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        work()
    times = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1_000, len(asked)


def main() -> None:
    """Print a row for each page and size."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment(debug=False)
    databases = runner.setup_databases()
    client = Client()
    pages = {
        "article": "/politics/piece-50/",
        "front": reverse("articles:front"),
        "section": "/politics/",
        "section, page 4": "/politics/?page=4",
        "issue": "/issues/1/1/",
        "feed": reverse("articles:feed"),
    }
    try:
        print(f"{'':<24}" + "".join(f"{size:>10,} articles" for size in SIZES) + "    last/first")
        figures: dict[str, list[tuple[float, int]]] = {}
        for size in SIZES:
            fill(size)
            for name, address in pages.items():
                figures.setdefault(name, []).append(cost(lambda address=address: client.get(address)))
            for words in ("tide", "tide harbour ledger"):
                found = cost(lambda words=words: search(words, reader=AnonymousUser()))
                figures.setdefault(f"search “{words}”", []).append(found)
        for name, row in figures.items():
            cells = "".join(f"{milliseconds:>9.1f} ms {queries:>2} q   " for milliseconds, queries in row)
            print(f"{name:<24}{cells} {row[-1][0] / row[0][0]:>6.2f}")
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()
