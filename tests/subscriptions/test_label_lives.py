"""Random lives of readers with print: each run has each of them once, or says why not, and nobody else.

What each run should hold is computed here from the rows as they stand, reader by reader, by rules written
once more; and where each copy goes is what the account said a moment before the cut-off.
"""

import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subscriptions import entitlements, terms
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on, addresses, holds, notices, runs
from subscriptions.keeping import print_edition
from subscriptions.life import lifecycle, pauses
from subscriptions.models import Address, Entitlement, Hold, Label, Subscription
from subscriptions.paying import guarantee, refunds
from subscriptions.promises import State
from tests import make
from tests.subscriptions import posted
from tests.subscriptions.posted import DAY, NOON, at, day

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
# Issues come every fortnight; a life is followed over four of them.
ISSUES = {number: 5 + 14 * number for number in range(1, 5)}
DAYS = range(-25, 62)

REFUSALS = (
    ValidationError,
    add_on.CannotPrintError,
    guarantee.NotClaimableError,
    lifecycle.NothingToCancelError,
    lifecycle.CannotResumeError,
    pauses.CannotPauseError,
    pauses.NotPausedError,
)


@dataclass
class Life:
    """One reader, what they began with, and what they do on which days."""

    begins: str
    deeds: list[tuple[int, str, int, int]]
    reader: Any = None
    subscription: Subscription | None = None
    promised: dict[str, notices.GoesTo] = field(default_factory=dict)

    def begin(self) -> None:
        """Come into the books: with paid print, a gift, a courtesy, two of these, or without print."""
        self.reader = make.reader(name="Ada Quill")
        now = at(-30)
        if "paid" in self.begins or self.begins == "digital":
            # A month's plan is not paid again: it lapses before the first of the issues.
            months = 1 if self.begins == "paid for a month" else 12
            self.subscription = make.subscription(by=self.reader, at=now, months=months)
        if "paid" in self.begins:
            make.printed(self.subscription, at=now)
        if "gift" in self.begins:
            posted.right(self.reader, last=25, source=posted.Source.GIFT)
        if "courtesy" in self.begins:
            entitlements.grant_complimentary(
                self.reader,
                [Feature.PRINT_EDITION],
                first_on=day(-30),
                last_on=day(40),
                by=make.staff(),
                reason="A contributor",
            )
        # The books are told when a right was written by the clock on the wall.
        Entitlement.objects.filter(reader=self.reader).update(created_at=now)
        make.address(by=self.reader, at=now)

    def act(self, today: int) -> None:
        """Do what is done on that day; what is refused is not done."""
        for on, deed, first, days in self.deeds:
            if on == today:
                try:
                    with transaction.atomic():
                        self._do(deed, at(on), day(on + first), day(on + first + days))
                except REFUSALS:
                    pass

    def _do(self, deed: str, now: datetime, first_on: date, last_on: date) -> None:
        mine = make.loaded(self.subscription) if self.subscription is not None else None
        if deed == "hold":
            holds.hold(self.reader, first_on, last_on, by=self.reader, at=now)
        elif deed == "call off":
            for held in holds.current(self.reader, now):
                holds.call_off(held, by=self.reader, at=now)
        elif deed == "move":
            make.address(by=self.reader, at=now, street=f"{first_on:%j} New Street", from_on=first_on)
        elif deed == "go away":
            make.address(
                by=self.reader, at=now, street=f"{first_on:%j} Sea Road", from_on=first_on, until_on=last_on
            )
        elif deed == "take back":
            for known in Address.objects.known(now).filter(reader=self.reader)[:1]:
                addresses.withdraw(known, by=self.reader, at=now)
        elif deed == "come back":
            Address.objects.known(now).filter(reader=self.reader).update(undeliverable_at=now)
        elif deed == "end courtesy":
            held = Entitlement.objects.filter(reader=self.reader, source=posted.Source.COMPLIMENTARY)
            entitlements.end_at(held, now)
        elif mine is not None:
            self._change(mine, deed, now, first_on, last_on)

    def _change(self, mine: Subscription, deed: str, now: datetime, first_on: date, last_on: date) -> None:
        if deed == "drop":
            add_on.drop(mine, by=self.reader, at=now)
        elif deed == "add":
            add_on.add(mine, "GB", by=self.reader, at=now)
        elif deed == "cancel":
            lifecycle.cancel(mine, by=self.reader, at=now)
        elif deed == "pause":
            pauses.pause(mine, first_on, last_on, by=self.reader, at=now)
        elif deed == "refund":
            refunds.execute(guarantee.plan_refund(mine, now), by=self.reader)

    # -- What a run should hold, said once more

    def gets(self, one: runs.Upcoming, now: datetime) -> bool | None:
        """Whether a run that is frozen now sends a copy; none when it says nothing of this reader."""
        start = terms.start_of(one.issue.on)
        rights = Entitlement.objects.filter(reader=self.reader, feature=Feature.PRINT_EDITION)
        if not any(
            right.from_at <= start and (right.until_at is None or start < right.until_at) for right in rights
        ):
            return None
        until = one.cutoff_at
        away = any(
            held.asked_at <= until
            and held.starts_on <= one.issue.on <= held.ends_on
            and (held.called_off_at is None or held.called_off_at > until)
            for held in Hold.objects.filter(reader=self.reader)
        )
        address = self.promised[one.issue.key].address
        if address is not None:
            address.refresh_from_db()
        return not away and address is not None and address.undeliverable_at is None


deeds = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(
        [
            *("hold", "call off", "move", "go away", "take back", "come back"),
            *("drop", "add", "cancel", "pause", "refund", "end courtesy"),
        ]
    ),
    st.integers(0, 40),
    st.integers(0, 30),
)
lives = st.builds(
    Life,
    st.sampled_from(
        ["paid", "paid for a month", "gift", "courtesy", "paid and gift", "gift and courtesy", "digital"]
    ),
    st.lists(deeds, max_size=6),
)


@settings(
    max_examples=100 if DRILL else 4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(lives, min_size=1, max_size=4 if DRILL else 2))
def test_every_run_has_each_entitled_reader_once_where_the_account_said(people):
    before = transaction.savepoint()
    try:
        make.sold_plan()
        coming = [posted.issue(number, offset) for number, offset in ISSUES.items()]
        for life in people:
            life.begin()
        for offset in DAYS:
            for one in coming:
                if terms.day_of(one.cutoff_at) == day(offset):
                    _cut_off(people, one)
            for life in people:
                life.act(offset)
            for one in coming:
                # Two days later, and not before noon: what was done in between does not count.
                if terms.day_of(one.cutoff_at) == day(offset - 2):
                    _freeze_and_compare(people, one, at(offset))
        found = print_edition.look(at(80), {})
        assert found.state == State.KEPT, found
    finally:
        transaction.savepoint_rollback(before)


def _cut_off(people: list[Life], one: runs.Upcoming) -> None:
    for life in people:
        # What is done at noon of the day is done before 18:00: act first, then ask what the account says.
        life.act((terms.day_of(one.cutoff_at) - NOON.date()).days)
        life.deeds = [deed for deed in life.deeds if day(deed[0]) != terms.day_of(one.cutoff_at)]
        life.promised[one.issue.key] = notices.goes_to(life.reader, one.cutoff_at - timedelta(seconds=1))
        assert life.promised[one.issue.key].upcoming.issue == one.issue


def _freeze_and_compare(people: list[Life], one: runs.Upcoming, now: datetime) -> None:
    expected = {life.reader.pk: life.gets(one, now) for life in people}
    run = runs.freeze(one.issue, by=None, at=now)
    sent = list(Label.objects.filter(run=run).values_list("reader", flat=True))
    withheld = list(run.withheld.values_list("reader", flat=True))
    assert sorted(sent) == sorted(reader for reader, gets in expected.items() if gets)
    assert sorted(withheld) == sorted(reader for reader, gets in expected.items() if gets is False)
    for life in people:
        for label in run.labels.filter(reader=life.reader.pk):
            assert label.lines == "\n".join(life.promised[one.issue.key].lines)
    assert runs.freeze(one.issue, by=None, at=now + DAY).labels.count() == len(sent)
