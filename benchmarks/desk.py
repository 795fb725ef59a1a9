"""What the desk waits for: releasing an issue of 40 pieces, and moving one before 10,000 subscriptions.

Run by ``make bench``. Uses a database of its own, made and thrown away by Django's test tools. Prints
seconds on the clock, CPU seconds, and queries.
"""

import os
import time
from collections.abc import Callable
from copy import copy
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "magazine.settings")
    django.setup()

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.runner import DiscoverRunner
from django.utils import timezone

from articles.issues import release
from articles.models import Article, Author, Byline, Issue, Picture, Section
from articles.numbering import key_of
from benchmarks.editions import ARTICLES, PICTURES, VOCABULARY, WORDS
from subscriptions.ledger import rescheduling
from subscriptions.models import Entitlement, Payment, Price, Subscription, Term
from subscriptions.paying.payments import confirm
from subscriptions.selling.checkout import place_order
from subscriptions.selling.opening import create_default_plans
from subscriptions.terms import day_of

SUBSCRIPTIONS = 10_000
# One in so many has a term of issues and not of months: that is what a moved date lengthens or cuts.
BY_ISSUES = 10


def fill_issue() -> Issue:
    """An issue that lacks nothing, at press: 40 pieces of 1,000 words with 60 pictures."""
    now = timezone.now()
    pictures = Picture.objects.bulk_create(
        Picture(
            title=f"Picture {key}",
            alt=f"A quay, number {key}",
            caption="A caption.",
            credit="A credit",
            content_hash=f"{key:064x}",
            original=f"originals/{key}.jpg",
            width=2400,
            height=1600,
        )
        for key in range(PICTURES + 1)
    )
    issue = Issue.objects.create(
        volume=2,
        number=1,
        title="The River Returns",
        standfirst="Lower Hask bends it back.",
        cover=pictures[PICTURES],
        cover_on=timezone.localdate() + timedelta(days=3),
        opened_at=now,
        closed_at=now,
        to_press_at=now,
        pages=ARTICLES * 3 + 8,
    )
    sections = [Section.objects.create(name=name, slug=name.lower()) for name in ("Politics", "Culture")]
    author = Author.objects.create(name="Tobias Wren", slug="tobias-wren")
    words = (VOCABULARY * WORDS)[:WORDS]
    text = "".join(f"<p>{' '.join(words[start : start + 100])}.</p>" for start in range(0, WORDS, 100))
    for key in range(ARTICLES):
        figure = f'<figure data-image="{pictures[ARTICLES + key // 2].pk}"></figure>' if key % 2 == 0 else ""
        piece = Article.objects.create(
            headline=f"The quay {key}",
            slug=f"quay-{key}",
            standfirst="What the clerk said.",
            section=sections[key % 2],
            issue=issue,
            page=4 + 3 * key,
            body=text + figure,
            lead_picture=pictures[key],
            status=Article.Status.APPROVED,
        )
        Byline.objects.create(article=piece, author=author)
        piece.tags.add("Harbours")
    return issue


def fill_books() -> None:
    """Subscriptions whose terms began on every day of the last year, one in ten of them by issues."""
    now = timezone.now()
    plan = create_default_plans(now - timedelta(days=800))
    by_months = Price.objects.get(version=plan.version_on_sale(), term_months=12, currency="GBP")
    by_issues = Price.objects.create(
        version=by_months.version, term_issues=24, amount_minor=by_months.amount_minor, currency="GBP"
    )
    patterns = [_bought(f"pattern{n}@example.org", price) for n, price in enumerate((by_months, by_issues))]
    readers = get_user_model().objects.bulk_create(
        get_user_model()(email=f"reader{n}@example.org", password="!") for n in range(SUBSCRIPTIONS)
    )
    pattern_of = [patterns[n % BY_ISSUES == 0] for n in range(SUBSCRIPTIONS)]
    back = [timedelta(days=n % 365) for n in range(SUBSCRIPTIONS)]
    subscriptions = Subscription.objects.bulk_create(
        _like(one, number=f"H-B{n}", reader=readers[n], anchor_on=one.anchor_on - back[n])
        for n, one in enumerate(pattern_of)
    )
    payments = Payment.objects.bulk_create(
        _like(one.payments.get(), subscription=subscriptions[n], reference=f"B{n}")
        for n, one in enumerate(pattern_of)
    )
    terms = {one.pk: one.terms.get() for one in patterns}
    rights = {one.pk: list(one.entitlements.all()) for one in patterns}
    made = Term.objects.bulk_create(
        _like(
            terms[one.pk],
            subscription=subscriptions[n],
            payment=payments[n],
            starts_on=terms[one.pk].starts_on - back[n],
            ends_on=terms[one.pk].ends_on - back[n],
        )
        for n, one in enumerate(pattern_of)
    )
    Entitlement.objects.bulk_create(
        _like(
            right,
            reader=readers[n],
            subscription=subscriptions[n],
            term=made[n],
            from_at=right.from_at - back[n],
            until_at=right.until_at - back[n] if right.until_at else None,
        )
        for n, one in enumerate(pattern_of)
        for right in rights[one.pk]
    )


def _bought(email: str, price: Price) -> Subscription:
    at = timezone.now()
    reader = get_user_model().objects.create(email=email, password="!")
    made = place_order(reader, price, method=Payment.Method.TRANSFER, at=at)
    confirm(made.payments.get(), paid_on=day_of(at), at=at)
    return Subscription.objects.get(pk=made.pk)


def _like(pattern: Any, **fields: Any) -> Any:
    """Another row like ``pattern``, not stored yet."""
    made = copy(pattern)
    made._state = copy(pattern._state)
    made._state.fields_cache = {}
    made.pk = None
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def timed(name: str, act: Callable[[], object]) -> None:
    """Do ``act`` and print a line about it."""
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    started, busy = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        act()
    seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    print(f"{name:<48} {seconds:>8.2f} {cpu:>8.2f} {len(asked):>8}", flush=True)


def main() -> None:
    """Print a row for each thing that somebody waits for."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment(debug=False)
    databases = runner.setup_databases()
    print(f"{'':<48} {'seconds':>8} {'CPU s':>8} {'queries':>8}")
    try:
        fill_books()
        issue = fill_issue()
        editor = get_user_model().objects.create_superuser(email="editor@example.org", password="!")
        later = Issue.objects.create(volume=2, number=2, cover_on=issue.cover_on + timedelta(days=14))
        for name, days, weight in (
            ("moving an issue by 8 days", 8, 1),
            ("moving it by 60 days", 60, 1),
            ("making it a special", 0, 0),
        ):
            on = later.cover_on + timedelta(days=days)
            timed(
                name, lambda on=on, weight=weight: rescheduling.effect_of(key_of(later), on=on, weight=weight)
            )
        timed("rehearsing the release", lambda: release.rehearse(issue))
        timed("releasing", lambda: release.release(issue, by=editor))
        event = release.last_release(issue)
        timed("queueing what follows", lambda: event and release.tell(event.pk))
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()


if __name__ == "__main__":
    main()
