"""Whole lives, at random: whatever happens, in the end money, rights and letters are as they must be.

A life that fails is named by its seed. ``LIFE="demo 123" python -m pytest tests/subscriptions/lives`` plays
it again, makes it as short as it can, and tells it step by step.
"""

import os
import traceback
from datetime import date
from random import Random
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from subscriptions import providers
from subscriptions.models import Offer, Price
from subscriptions.models import subscription as subscriptions
from subscriptions.paying import guarantee, messages
from tests import make
from tests.subscriptions.lives import truth
from tests.subscriptions.lives.banks import DemoBank, StripeBank, installed
from tests.subscriptions.lives.life import Clock, House, Life, Step, steps_of

pytestmark = pytest.mark.django_db

BANKS = {"manual": None, "demo": DemoBank, "stripe": StripeBank}
# A life takes a fifth of a second, and some more where Stripe is asked.
USUAL = {"manual": 10, "demo": 18, "stripe": 9}
DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
LIVES, CHUNK = 10_000, 250
ONE = os.environ.get("LIFE", "").split()


class _Over(Exception):
    """Takes a whole life back."""


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    monkeypatch.setattr(guarantee, "now", clock)
    return clock


@pytest.fixture
def house(db, clock) -> House:
    """A reader who has ordered nothing yet, and all that can be ordered."""
    other = make.plan(name="Halyard and friends")
    make.zones()
    version = other.versions.get()
    Price.objects.filter(version=version).delete()
    for months, amount in ((1, 1400), (12, 12600)):
        Price.objects.create(version=version, term_months=months, amount_minor=amount, currency="GBP")
    begun = {"starts_on": date(2026, 1, 1)}
    Offer.objects.create(name="Stay", audience="leaving", kind="percent", percent=30, payments=2, **begun)
    return House(
        reader=make.reader(),
        staff=make.staff(),
        prices=[
            make.price(months=1),
            make.price(months=12),
            *Price.objects.filter(version=version).order_by("term_months"),
        ],
        trial=Offer.objects.create(name="Try", audience="everyone", kind="trial", trial_days=14, **begun),
        code=Offer.objects.create(
            name="Quarter off",
            audience="code",
            code="QUARTER",
            kind="percent",
            percent=25,
            payments=3,
            **begun,
        ),
    )


@pytest.fixture
def play(house, clock, monkeypatch):
    """Play one life and return what was wrong with it, and how it went; then it never was."""

    def play(bank: str, seed: int, steps: list[Step] | None = None) -> tuple[list[str], list[str]]:
        numbers = SimpleNamespace(choice=Random(seed).choice)
        monkeypatch.setattr(subscriptions, "secrets", numbers)
        try:
            with transaction.atomic():
                life = Life(house, clock, BANKS[bank], seed, writes_letters=seed % 10 == 0)
                mine = installed(life.cards)
                for module in (providers, messages):
                    monkeypatch.setattr(module, "installed", lambda: mine)
                try:
                    life.play(steps_of(seed) if steps is None else steps)
                    faults = truth.faults_of(life)
                except Exception as error:
                    faults = [f"{type(error).__name__}: {error}", traceback.format_exc()]
                raise _Over
        except _Over:
            return faults, life.script

    return play


def chunks() -> list[object]:
    """Some lives for every run; for the drill all of them, in parts that can be played side by side."""
    share = 1 if connection.vendor == "sqlite" else 2
    some = [pytest.param(bank, range(usual // share), id=bank) for bank, usual in USUAL.items() if not DRILL]
    many = [
        pytest.param(bank, range(first, first + CHUNK), id=f"{bank}-{first}", marks=pytest.mark.drill)
        for bank in BANKS
        for first in range(0, LIVES, CHUNK)
        if DRILL
    ]
    return [*some, *many]


@pytest.mark.skipif(bool(ONE), reason="one life is played")
@pytest.mark.parametrize(("bank", "seeds"), chunks())
def test_whatever_happens_in_a_life_money_and_rights_come_out_true(play, bank, seeds):
    told: list[str] = []
    for seed in seeds:
        faults, script = play(bank, seed)
        assert not faults, f'LIFE="{bank} {seed}" tells how it came to this: {faults}'
        told += script
    # Lives in which nothing happens prove nothing; in a few of them not everything does.
    if len(seeds) == CHUNK:
        for sign in (" paid ", " all given back ", " the machine stopped "):
            assert any(sign in line for line in told)


@pytest.mark.skipif(not ONE, reason="no life is asked for")
def test_one_life(play):
    """Play the life that is asked for; when it fails, leave out what it fails without, and tell the rest."""
    bank, seed = ONE[0], int(ONE[1])
    steps = steps_of(seed)
    faults, script = play(bank, seed, steps)
    for step in list(steps) if faults else ():
        fewer = [one for one in steps if one is not step]
        found, told = play(bank, seed, fewer)
        if found:
            steps, faults, script = fewer, found, told
    assert not faults, "\n".join(["", *script, "", *faults])
