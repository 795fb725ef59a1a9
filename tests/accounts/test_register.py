"""Every table of the house has an answer to: what is in it about a person, and what becomes of it?"""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model

from accounts import checks
from magazine import personal
from magazine.personal import Fate

ROOT = Path(settings.BASE_DIR)


def tables():
    """Every table of every room, of the libraries too."""
    return apps.get_models(include_auto_created=True)


def test_every_table_is_named_by_a_room_and_every_name_is_a_table():
    named = set(personal.holdings())
    there = {model._meta.label for model in tables()}

    assert there - named == set(), "A new table: say in the room's HOLDINGS what it holds about a reader."
    assert named - there == set(), "These are no tables."


def test_what_points_to_a_person_is_never_called_nobodys():
    user = get_user_model()
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in tables()
        for field in model._meta.concrete_fields
        if field.related_model is user and personal.holdings()[model._meta.label].fate is Fate.NOBODYS
    ]

    assert wrong == []


def test_every_holding_says_what_why_and_what_stays():
    for one in personal.holdings().values():
        assert one.what, one.model
        if one.is_personal:
            assert one.why, one.model
        if one.fate in {Fate.EMPTIED, Fate.KEPT}:
            assert one.stays, f"{one.model}: whoever is erased is told why something stays"


def test_every_rule_is_named_by_a_holding_and_has_its_days():
    rules = {rule.key for rule in personal.rules()}

    assert {one.rule for one in personal.holdings().values() if one.rule} == rules
    assert set(settings.PRIVACY_DAYS) == rules


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("PRIVACY_DAYS", {"label_addresses": 10}, "accounts.E002"),
        ("PRIVACY_DAYS", {"letters": 0}, "accounts.E002"),
        ("PRIVACY_DAYS", {"whims": 10}, "accounts.E003"),
        ("PRIVACY_ERASURE_DAYS", 31, "accounts.E004"),
        ("PRIVACY_ERASURE_DAYS", 0, "accounts.E004"),
        ("PRIVACY_INVOICE_YEARS", 100, "accounts.E005"),
    ],
)
def test_a_silly_setting_is_refused_before_anything_starts(settings, name, value, wrong):
    assert checks.privacy_is_sensible(None) == []

    setattr(settings, name, settings.PRIVACY_DAYS | value if isinstance(value, dict) else value)

    assert [one.id for one in checks.privacy_is_sensible(None)] == [wrong]


def test_a_rule_without_its_days_is_refused(settings):
    settings.PRIVACY_DAYS = {key: days for key, days in settings.PRIVACY_DAYS.items() if key != "letters"}

    assert [one.id for one in checks.privacy_is_sensible(None)] == ["accounts.E001"]


# -- The page that tells of it ---------------------------------------------------


def documented(heading: str) -> list[list[str]]:
    """The rows of the table under ``heading`` of docs/privacy.md."""
    text = (ROOT / "docs" / "privacy.md").read_text()
    section = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_the_page_about_privacy_says_what_the_register_says():
    told = {row[0]: row[1:] for row in documented("What is held")}

    assert told == {
        f"`{one.model}`": [
            str(one.what),
            str(one.why),
            str(one.fate.label),
            str(one.stays) or "–",
            f"`{one.rule}`" if one.rule else "–",
        ]
        for one in personal.holdings().values()
        if one.is_personal
    }


def test_the_page_about_privacy_says_for_how_long():
    assert documented("What is forgotten by itself") == [
        [f"`{rule.key}`", str(rule.what), str(settings.PRIVACY_DAYS[rule.key]), str(rule.why)]
        for rule in personal.rules()
    ]
