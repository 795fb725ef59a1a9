"""The year that is played: a seed decides it, the house's own rules hold in it, and nothing is sent."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from subscriptions.features import Feature
from subscriptions.keeping import board
from subscriptions.ledger.accounts import accounts
from subscriptions.models import Letter, Subscription
from subscriptions.promises import State
from subscriptions.selling import opening as offer
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

KEPT = {Feature.EXCLUSIVE_CONTENT, Feature.PAST_ISSUES, Feature.MONEY_BACK, Feature.CANCEL_ANYTIME}


@pytest.fixture
def a_year_of_issues():
    """A plan on sale for long, and an issue every fortnight, so far and to come."""
    now = timezone.now()
    offer.create_default_plans(now - timedelta(days=500))
    for fortnight in range(-10, 27):
        released_at = now - timedelta(days=14 * fortnight + 7)
        issue = make.issue(
            released_at=released_at if released_at <= now else None, cover_on=released_at.date()
        )
        make.article(issue=issue)


def play(**options) -> str:
    said = StringIO()
    call_command("simulate_subscriptions", lives=8, days=60, stdout=said, **options)
    return said.getvalue()


def test_a_year_is_played_and_told_and_every_promise_holds_at_its_end(a_year_of_issues):
    said = play(seed=7)

    assert Subscription.objects.count() >= 5
    assert "Ordered" in said
    assert "Paid: £" in said
    assert all(
        account.received + account.owed == account.promised
        for account in accounts(Subscription.objects.all())
    )
    found = board.look()
    for feature in (
        Feature.EXCLUSIVE_CONTENT,
        Feature.PAST_ISSUES,
        Feature.MONEY_BACK,
        Feature.CANCEL_ANYTIME,
    ):
        assert found[feature].state == State.KEPT, found[feature].rows


def test_nobody_is_written_to_and_nothing_is_left_for_the_worker(a_year_of_issues):
    play(seed=7)

    assert mail.outbox == []
    assert Letter.objects.exists()
    assert not Letter.objects.filter(sent_at=None).exists()
    assert not DBTaskResult.objects.exists()


def test_a_seed_is_played_once(a_year_of_issues):
    play(seed=7)

    with pytest.raises(CommandError, match="played already"):
        play(seed=7)


def test_nothing_is_played_beside_real_readers_or_in_production(a_year_of_issues, settings):
    make.subscription(by=make.reader(email="somebody@gmail.com"))
    with pytest.raises(CommandError, match="beside them"):
        play()

    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        play()


@pytest.mark.parametrize("options", [{"lives": 0}, {"days": 29}])
def test_too_little_to_play_is_refused(a_year_of_issues, options):
    with pytest.raises(CommandError, match="at least"):
        call_command("simulate_subscriptions", **options)


def test_the_same_seed_plays_the_same_year(a_year_of_issues):
    told = []
    for _time in range(2):
        with transaction.atomic():
            told.append(play(seed=3))
            transaction.set_rollback(True)

    assert told[0] == told[1]
    assert not Subscription.objects.exists()
