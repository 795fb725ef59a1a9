"""What the subscriber desk waits for at 100,000 subscribers: its lists, its searches, its segments.

Run by ``make bench``; ``MAGAZINE_BENCH_SUBSCRIBERS`` asks for another number. Uses a database of its own,
made and thrown away by Django's test tools. Prints seconds on the clock, CPU seconds, and queries of each
page, as a member of staff asks for it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "magazine.settings")
    django.setup()

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.test import Client
from django.test.runner import DiscoverRunner
from django.utils import timezone

from benchmarks.desk import timed
from subscriptions.features import Feature
from subscriptions.fulfilment import addresses
from subscriptions.fulfilment.zones import create_default_zones
from subscriptions.importing import taking
from subscriptions.models import (
    Address,
    Entitlement,
    Label,
    LabelRun,
    Letter,
    Payment,
    Price,
    Refund,
    Segment,
    SubscriberImport,
    Subscription,
    SubscriptionEvent,
    Term,
)
from subscriptions.selling.opening import create_default_plans
from subscriptions.terms import day_of, end_of, start_of

SUBSCRIBERS = int(os.environ.get("MAGAZINE_BENCH_SUBSCRIBERS", "100000"))
AT_ONCE = 2000
FIRST_NAMES = "Ottilie Tove Magnus Inês Corin Wren Ada Hamish Lucía Bertil".split()
SURNAMES = "Brandvold Marsh Quay Lind Halloran Pike Okafor Strand Vance Moreau Tallow Ferris".split()
TOWNS = "London Bristol Leeds Cardiff Glasgow York".split()
LISTS = (
    "subscription",
    "payment",
    "refund",
    "entitlement",
    "letter",
    "subscriptionevent",
    "receivedissue",
    "label",
    "gift",
    "segment",
    "approval",
    "bulkdeed",
    "subscriberimport",
    "personallook",
)
DESK = "/desk/subscriptions"


def fill() -> None:
    """A house full of readers: most are paid up, one in ten has ended, one in twenty waits for money."""
    now = timezone.now()
    plan = create_default_plans(now - timedelta(days=2000))
    create_default_zones(now - timedelta(days=2000))
    price = Price.objects.get(version=plan.version_on_sale(), term_months=12, currency="GBP")
    run = LabelRun.objects.create(
        issue_key="b", issue_name="No. 1", issue_on=day_of(now), cutoff_at=now, frozen_at=now
    )
    numbers = range(SUBSCRIBERS)
    _many(
        get_user_model(),
        (
            {
                "email": f"reader{n}@example.org",
                "name": f"{FIRST_NAMES[n % 10]} {SURNAMES[n // 10 % 12]} {n}",
                "password": "!",
            }
            for n in numbers
        ),
    )
    readers = list(get_user_model().objects.order_by("pk").values_list("pk", flat=True))
    _many(
        Subscription,
        (
            {
                "number": f"H-{n:06d}",
                "reader_id": readers[n],
                "plan_version": price.version,
                "price": price,
                "product": plan.product,
                "ordered_at": now - timedelta(minutes=n),
                "anchor_on": day_of(now - timedelta(days=n % 400)),
                "cancelled_at": now if n % 15 == 0 else None,
            }
            for n in numbers
        ),
    )
    held = list(Subscription.objects.order_by("pk").values_list("pk", flat=True))
    _many(
        Payment,
        (
            {
                "subscription_id": held[n],
                "price": price,
                "reference": f"H-{n:06d}-1",
                "amount_minor": 8400,
                "refunded_minor": 100 if n % 50 == 1 else 0,
                "currency": "GBP",
                "status": Payment.Status.CONFIRMED if n % 20 else Payment.Status.EXPECTED,
                "created_at": now - timedelta(minutes=n),
                "confirmed_at": now if n % 20 else None,
                "paid_on": day_of(now) if n % 20 else None,
            }
            for n in numbers
        ),
    )
    paid = list(Payment.objects.order_by("pk").values_list("pk", flat=True))
    _fill_what_was_paid(readers, held, paid, now)
    _fill_print(readers, held, run, now)


def _fill_what_was_paid(readers: list[int], held: list[int], paid: list[int], now: Any) -> None:
    numbers = [n for n in range(SUBSCRIBERS) if n % 20]
    days = {n: day_of(now - timedelta(days=n % 400)) for n in numbers}
    _many(
        Term,
        (
            {
                "subscription_id": held[n],
                "number": 1,
                "starts_on": days[n],
                "ends_on": days[n] + timedelta(days=364),
                "months": 12,
                "payment_id": paid[n],
            }
            for n in numbers
        ),
    )
    bought = dict(Term.objects.values_list("subscription", "pk"))
    features = (Feature.EXCLUSIVE_CONTENT, Feature.AUDIO, Feature.PRINT_EDITION)
    _many(
        Entitlement,
        (
            {
                "reader_id": readers[n],
                "subscription_id": held[n],
                "term_id": bought[held[n]],
                "feature": feature,
                "from_at": start_of(days[n]),
                "until_at": end_of(days[n] + timedelta(days=364)),
                "source": Entitlement.Source.SUBSCRIPTION,
            }
            for n in numbers
            for feature in features[: 3 if n % 2 else 2]
        ),
    )
    _many(
        Refund,
        (
            {
                "payment_id": paid[n],
                "kind": Refund.Kind.STAFF,
                "key": f"b-{n}",
                "amount_minor": 100,
                "currency": "GBP",
            }
            for n in numbers
            if n % 50 == 1
        ),
    )
    for kind in (SubscriptionEvent.Kind.ORDERED, SubscriptionEvent.Kind.PAID):
        _many(SubscriptionEvent, ({"subscription_id": held[n], "kind": kind, "at": now} for n in numbers))
    _many(
        Letter,
        (
            {
                "kind": Letter.Kind.RECEIPT,
                "key": f"receipt-b{n}",
                "reader_id": readers[n],
                "subscription_id": held[n],
                "begun_at": now,
                "sent_at": now,
                "recorded_at": now - timedelta(minutes=n),
            }
            for n in numbers
        ),
    )


def _fill_print(readers: list[int], held: list[int], run: LabelRun, now: Any) -> None:
    printed = range(1, SUBSCRIBERS, 2)
    day = day_of(now - timedelta(days=400))

    def home(n: int) -> dict[str, str]:
        return {
            "name": f"{FIRST_NAMES[n % 10]} {SURNAMES[n // 10 % 12]}",
            "street": f"{n % 300} Ropewalk",
            "city": TOWNS[n % 6],
            "postal_code": f"SW{n % 20} {n % 9}AA",
            "country": "GB" if n % 9 else "IE",
        }

    _many(
        Address,
        (
            {
                "reader_id": readers[n],
                "from_on": day,
                "made_at": now - timedelta(days=400),
                "search": addresses.searchable(home(n).values()),
                **home(n),
            }
            for n in printed
        ),
    )
    _many(
        Label,
        (
            {
                "run": run,
                "number": n,
                "code": f"1-{n:06d}",
                "reader_id": readers[n],
                "subscription_id": held[n],
                "lines": "\n".join(home(n).values()),
                "country": "GB",
            }
            for n in printed
        ),
    )


def _many(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """Store rows of ``model``, some thousand at a time."""
    waiting = iter(rows)
    while some := [model(**row) for row in islice(waiting, AT_ONCE)]:
        model._default_manager.bulk_create(some)


def pages() -> Iterator[tuple[str, str]]:
    """The pages of the desk, each with its name."""
    yield "finding: the newest orders", f"{DESK}/subscribers/"
    middle = SUBSCRIBERS // 2 + 1
    for name, words in {
        "an e-mail address": f"reader{middle}@example.org",
        "a part of one": f"reader{middle}@",
        "a name": f"tove {middle}",
        "a name of many": "brandvold",
        "nobody’s name": "xyzzy",
        "a postal address": "ropewalk bristol sw3",
        "a subscription’s number": f"h-{middle:06d}",
        "a payment’s reference": f"H-{middle:06d}-1",
        "a label’s code": f"1-{middle:06d}",
    }.items():
        yield f"finding by {name}", f"{DESK}/subscribers/?q={words}"
    reader = get_user_model().objects.get(email=f"reader{middle}@example.org")
    yield "one subscriber", f"{DESK}/subscribers/{reader.pk}/"
    for name in LISTS:
        yield f"list of {name}", f"{DESK}/{name}/"
    for name in ("subscription", "payment", "entitlement", "letter"):
        yield f"list of {name}, page 900", f"{DESK}/{name}/?p={min(900, SUBSCRIBERS // 100)}"
        yield f"list of {name}, searched", f"{DESK}/{name}/?q=reader{middle}@example.org"
    for state in ("active", "pending", "grace", "lapsed", "paused", "trial", "refunded", "closed"):
        yield f"subscriptions that are {state}", f"{DESK}/subscription/?state={state}"
    for mind in ("failing", "disputed", "cancelled", "resting"):
        yield f"subscriptions to mind: {mind}", f"{DESK}/subscription/?mind={mind}"
    for segment in Segment.objects.order_by("pk"):
        yield f"segment: {segment.name}", f"{DESK}/segment/{segment.pk}/people/"


def segments(owner: Any) -> None:
    """A segment for each kind of condition."""
    for name, conditions in {
        "active": {"state": ["active"]},
        "lapsed or in grace": {"state": ["lapsed", "grace"]},
        "renews in 30 days": {"renews_within": 30},
        "print in Ireland": {"print": "yes", "country": ["IE"]},
        "the home zone": {"zone": ["united-kingdom"]},
        "never paid": {"never_paid": "yes"},
    }.items():
        Segment.objects.create(name=name, made_by=owner, conditions=conditions)


def look(client: Client, address: str) -> None:
    """Ask for a page; one that does not answer is named, and measured all the same."""
    response = client.get(address)
    if response.status_code not in (200, 302):
        print(f"{address} answers {response.status_code}:")
    b"".join(response)


def bring(owner: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """A file of 10,000 rows, 500 of them bad: what looks through it, and what takes it over."""
    day = (timezone.now() + timedelta(days=200)).date()
    rows = [
        f"new{n}@example.org,Tove Lind,halyard,{day},{'yes' if n % 3 else 'no'},4 Ropewalk,London,SW1A 1AA,GB"
        if n % 20
        else f"new{n} at example.org,,halyard,{day},,,,,"
        for n in range(10_000)
    ]
    plan = Price.objects.select_related("version__plan").first()
    slug = plan.version.plan.slug if plan else ""
    text = "\n".join(["email,name,plan,paid_until,print,street,city,postal_code,country", *rows])
    content = text.replace(",halyard,", f",{slug},").encode()

    def looking() -> None:
        file = taking.look_through("old.csv", content, by=owner)
        taking.order(file)

    def doing() -> None:
        taking.take_over(SubscriberImport.objects.latest("pk").pk)

    return looking, doing


def main() -> None:
    """Print a row for each page."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment(debug=False)
    databases = runner.setup_databases()
    print(f"{'':<48} {'seconds':>8} {'CPU s':>8} {'queries':>8}")
    try:
        timed(f"(filling in {SUBSCRIBERS:,} subscribers)", fill)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        owner = get_user_model().objects.create_superuser(email="desk@example.org", password="!")
        segments(owner)
        client = Client(raise_request_exception=False)
        client.force_login(owner)
        look(client, "/desk/")
        for name, address in pages():
            timed(name, partial(look, client, address))
        segment = Segment.objects.get(name="active")
        timed("segment as a table", partial(look, client, f"{DESK}/segment/{segment.pk}/export/"))
        looking, doing = bring(owner)
        timed("looking through 10,000 rows, 500 bad", looking)
        timed("taking 9,500 subscribers over", doing)
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()


if __name__ == "__main__":
    main()
