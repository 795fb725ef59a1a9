"""One module writes rights, and nothing else does."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from subscriptions import entitlements, terms
from subscriptions.features import Feature
from subscriptions.models import Entitlement
from tests import make

WRITER = settings.BASE_DIR / "subscriptions/entitlements.py"
APPS = ["accounts", "articles", "audio", "demo", "editions", "magazine", "subscriptions"]
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete"}


def writes_of_entitlements(source: str) -> list[int]:
    """Return the lines that make an ``Entitlement`` or write through its manager or a relation to it."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        named = {part.id for part in ast.walk(node.func) if isinstance(part, ast.Name)}
        reached = {part.attr for part in ast.walk(node.func) if isinstance(part, ast.Attribute)}
        makes = isinstance(node.func, ast.Name) and node.func.id == "Entitlement"
        last = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if makes or (last in WRITES and ("Entitlement" in named or "entitlements" in reached)):
            lines.append(node.lineno)
    return lines


def modules() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
        if path != WRITER and "migrations" not in path.parts
    ]


def test_nobody_but_the_one_writer_writes_entitlements():
    found = {str(path): writes_of_entitlements(path.read_text()) for path in modules()}

    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "Entitlement(reader=1).save()",
        "Entitlement.objects.create(reader=1)",
        "Entitlement.objects.filter(reader=1).update(until_at=None)",
        "reader.entitlements.all().delete()",
        "term.entitlements.get_or_create(feature=1)",
    ],
)
def test_a_second_writer_would_be_noticed(line):
    assert writes_of_entitlements(line) == [1]


def test_the_one_writer_is_seen_to_write():
    assert writes_of_entitlements(WRITER.read_text())


@pytest.mark.django_db
def test_a_paid_term_gives_the_live_features_that_come_with_the_plan():
    subscription = make.subscription()

    given = set(subscription.entitlements.values_list("feature", flat=True))

    # Ad-free is planned, so nobody has it; print is offered, and granted to those who take it.
    assert given == set(Feature) - {Feature.AD_FREE, Feature.PRINT_EDITION}


@pytest.mark.django_db
def test_the_rights_hold_on_each_day_of_the_term_and_on_no_other():
    subscription = make.subscription()
    term = subscription.terms.get()

    for right in subscription.entitlements.all():
        assert right.from_at == terms.start_of(term.starts_on)
        assert right.until_at == terms.start_of(term.ends_on + timedelta(days=1))


@pytest.mark.django_db
def test_writing_a_term_twice_changes_nothing_and_a_moved_term_moves_its_rights():
    term = make.subscription().terms.get()
    before = set(Entitlement.objects.values_list("pk", "until_at"))

    entitlements.write_for_term(term)
    assert set(Entitlement.objects.values_list("pk", "until_at")) == before

    term.ends_on += timedelta(days=10)
    term.save()
    entitlements.write_for_term(term)
    moved = set(Entitlement.objects.values_list("pk", "until_at"))
    assert {pk for pk, _end in moved} == {pk for pk, _end in before}
    assert {end for _pk, end in moved} == {terms.end_of(term.ends_on)}


@pytest.mark.django_db
def test_the_database_refuses_the_same_right_twice_for_one_term():
    right = make.subscription().entitlements.first()
    right.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        right.save()


@pytest.mark.django_db
def test_the_database_refuses_a_right_that_ends_before_it_begins():
    right = make.subscription().entitlements.first()
    right.until_at = right.from_at - timedelta(seconds=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        right.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "last_on", "complaint"),
    [("  ", date(2026, 2, 1), "Say why"), ("A prize", date(2025, 12, 31), "before the first")],
)
def test_a_grant_needs_a_reason_and_days_in_order(reason, last_on, complaint):
    with pytest.raises(ValueError, match=complaint):
        entitlements.grant_complimentary(
            make.reader(),
            [Feature.AUDIO],
            first_on=date(2026, 1, 1),
            last_on=last_on,
            by=make.staff(),
            reason=reason,
        )
    assert not Entitlement.objects.exists()


@pytest.mark.django_db
def test_rights_that_are_ended_hold_no_longer_and_old_ones_stay_as_they_were():
    now = timezone.now()
    running = make.reader(entitled_until=now + timedelta(days=5))
    over = make.reader(entitled_until=now - timedelta(days=5))
    before = set(over.entitlements.values_list("pk", "until_at"))

    ended = entitlements.end_at(Entitlement.objects.all(), now)

    assert ended == len(Feature)
    assert not running.entitlements.current(now).exists()
    assert set(over.entitlements.values_list("pk", "until_at")) == before


@pytest.mark.django_db
def test_a_right_that_has_not_begun_never_begins_once_it_is_ended():
    now = timezone.now()
    later = make.subscription(at=now + timedelta(days=30)).entitlements

    entitlements.end_at(later.all(), now)

    assert not later.current(now + timedelta(days=31)).exists()
