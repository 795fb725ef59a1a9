"""What the figures of the desk cost, with 20,000 subscribers, or as many as ``BENCH_SUBSCRIBERS`` says.

Run by ``make bench``. Uses a database of its own, made and thrown away by Django's test tools. Prints
seconds on the clock, CPU seconds, queries, and by how much the most memory that was ever held grew.
"""

import os
import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "magazine.settings")
    django.setup()

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.runner import DiscoverRunner

from subscriptions import terms
from subscriptions.finance import churn, cohorts, deferred, owed, periods, recurring, refunds
from subscriptions.models import Payment, Price, ReceivedIssue, Refund, Subscription, Term
from subscriptions.selling.opening import create_default_plans

SUBSCRIBERS = int(os.environ.get("BENCH_SUBSCRIBERS", "20000"))
UNTIL = date(2027, 6, 20)
# One in so many pays by the month, has given up, has had money back, has a term of issues.
MONTHLY, LEFT, RETURNED, BY_ISSUES = 8, 6, 40, 20
CHUNK = 10_000


def fill_books() -> None:
    """Subscribers who came on every day of the last four years, and renewed or left."""
    plan = create_default_plans(datetime(2020, 1, 1, tzinfo=UTC))
    year = Price.objects.get(version=plan.version_on_sale(), term_months=12, currency="GBP")
    month = Price.objects.get(version=plan.version_on_sale(), term_months=1, currency="GBP")
    issues = Price.objects.create(version=year.version, term_issues=24, amount_minor=8400, currency="GBP")
    for first in range(0, SUBSCRIBERS, CHUNK):
        _fill(range(first, min(first + CHUNK, SUBSCRIBERS)), year, month, issues)


def _fill(numbers: range, year: Price, month: Price, issues: Price) -> None:
    readers = get_user_model().objects.bulk_create(
        get_user_model()(email=f"r{n}@example.org", password="!") for n in numbers
    )
    sold = []
    for n, reader in zip(numbers, readers, strict=True):
        price = issues if n % BY_ISSUES == 3 else month if n % MONTHLY == 0 else year
        begun_on = UNTIL - timedelta(days=n * 7919 % 1460)
        begun_at = datetime.combine(begun_on, datetime.min.time(), tzinfo=UTC)
        left = n % LEFT == 0
        sold.append(
            Subscription(
                number=f"B{n}",
                reader=reader,
                plan_version=price.version,
                price=price,
                product="magazine",
                anchor_on=begun_on,
                ordered_at=begun_at,
                cancelled_at=begun_at + timedelta(days=n % 500) if left else None,
            )
        )
    Subscription.objects.bulk_create(sold)
    paid: list[Payment] = []
    bought: list[Term] = []
    gone: list[Refund] = []
    came: list[ReceivedIssue] = []
    for n, one in zip(numbers, sold, strict=True):
        months = one.price.term_months or 12
        term = 0
        assert one.anchor_on is not None
        while (
            span := terms.span(one.anchor_on, after_months=term * months, months=months)
        ).starts_on <= UNTIL:
            if one.cancelled_at and span.starts_on > terms.day_of(one.cancelled_at):
                break
            term += 1
            at = terms.start_of(span.starts_on)
            payment = Payment(
                subscription=one,
                price=one.price,
                reference=f"B{n}-{term}",
                amount_minor=one.price.amount_minor,
                currency="GBP",
                status=Payment.Status.CONFIRMED,
                created_at=at,
                confirmed_at=at,
                paid_on=span.starts_on,
            )
            paid.append(payment)
            made = Term(
                subscription=one,
                number=term,
                starts_on=span.starts_on,
                ends_on=span.ends_on,
                months=one.price.term_months or 0,
                issues=one.price.term_issues or 0,
                payment=payment,
            )
            bought.append(made)
            if one.price.term_issues:
                came += [
                    ReceivedIssue(
                        subscription=one,
                        term=made,
                        key=f"{term}-{issue}",
                        name="An issue",
                        received_on=span.starts_on + timedelta(days=15 * issue),
                    )
                    for issue in range(24)
                ]
        if n % RETURNED == 1 and paid[-1].subscription is one:
            payment = paid[-1]
            payment.refunded_minor = payment.amount_minor if n % 80 == 1 else payment.amount_minor // 3
            gone.append(
                Refund(
                    payment=payment,
                    kind=Refund.Kind.STAFF,
                    key=f"B{n}",
                    amount_minor=payment.refunded_minor,
                    currency="GBP",
                    requested_at=terms.start_of(bought[-1].starts_on) + timedelta(days=n % 60),
                )
            )
    Payment.objects.bulk_create(paid, batch_size=CHUNK)
    Term.objects.bulk_create(bought, batch_size=CHUNK)
    Refund.objects.bulk_create(gone, batch_size=CHUNK)
    ReceivedIssue.objects.bulk_create(came, batch_size=CHUNK)


def timed(name: str, act: Callable[[], object]) -> None:
    """Do ``act`` and print a line about it."""
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, busy = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        act()
    seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name:<48} {seconds:>8.2f} {cpu:>8.2f} {len(asked):>8} {grown:>8.0f}", flush=True)


def main() -> None:
    """Print a row for each question that the figures answer, over the usual 24 months."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment(debug=False)
    databases = runner.setup_databases()
    try:
        fill_books()
        days = periods.points(periods.usual_start(UNTIL), UNTIL)
        print(f"{Term.objects.count():,} terms\n")
        print(f"{'':<48} {'seconds':>8} {'CPU s':>8} {'queries':>8} {'MB more':>8}")
        timed("recurring revenue", lambda: recurring.movement(days))
        timed("churn, by plan", lambda: churn.churn(days))
        timed("cohorts", lambda: cohorts.cohorts(UNTIL))
        timed("deferred revenue, month by month", lambda: deferred.roll_forward(days))
        timed("deferred revenue on one day", lambda: deferred.deferred(UNTIL))
        timed("issues owed", lambda: owed.issues_owed(UNTIL))
        timed("refunds", lambda: refunds.refunds(days[0], UNTIL))
        timed("use of the guarantee", lambda: refunds.guarantee_use(days[0], UNTIL))
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()


if __name__ == "__main__":
    main()
