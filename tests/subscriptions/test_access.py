"""The access question, and the sentence on the wall."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.utils import timezone

from accounts.roles import Role
from subscriptions import access, entitlements, terms
from subscriptions.access import Audience, Reason, explain, may, verdict_for
from subscriptions.features import Feature
from subscriptions.life import pauses
from subscriptions.models import Entitlement
from subscriptions.paying import guarantee, refunds
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

TICK = timedelta(microseconds=1)
STRANGER = AnonymousUser()


@pytest.mark.parametrize(
    ("person", "audience", "granted", "reason"),
    [
        ("stranger", Audience.EVERYONE, True, Reason.OPEN),
        ("stranger", Audience.REGISTERED, False, Reason.STRANGER),
        ("stranger", Audience.SUBSCRIBERS, False, Reason.STRANGER),
        ("registered", Audience.EVERYONE, True, Reason.OPEN),
        ("registered", Audience.REGISTERED, True, Reason.REGISTERED),
        ("registered", Audience.SUBSCRIBERS, False, Reason.NOT_ENTITLED),
        ("lapsed", Audience.REGISTERED, True, Reason.REGISTERED),
        ("lapsed", Audience.SUBSCRIBERS, False, Reason.LAPSED),
        ("subscriber", Audience.SUBSCRIBERS, True, Reason.ENTITLED),
        ("editor", Audience.REGISTERED, True, Reason.STAFF),
        ("editor", Audience.SUBSCRIBERS, True, Reason.STAFF),
        ("switched off", Audience.REGISTERED, False, Reason.STRANGER),
        ("switched off", Audience.SUBSCRIBERS, False, Reason.STRANGER),
    ],
)
def test_who_may_read_what(person, audience, granted, reason, django_assert_max_num_queries):
    reader = {
        "stranger": lambda: STRANGER,
        "registered": make.reader,
        "lapsed": lambda: make.reader(entitled_until=timezone.now() - timedelta(days=1)),
        "subscriber": lambda: make.reader(entitled=True),
        "editor": lambda: make.staff(Role.EDITOR),
        "switched off": lambda: make.reader(entitled=True, is_active=False),
    }[person]()

    with django_assert_max_num_queries(1):
        verdict = verdict_for(reader, audience)

    assert (verdict.granted, verdict.reason, verdict.audience) == (granted, reason, audience)


def grant(reader, first_on: date, last_on: date) -> None:
    entitlements.grant_complimentary(
        reader,
        [Feature.EXCLUSIVE_CONTENT],
        first_on=first_on,
        last_on=last_on,
        by=None,
        reason="A friend of the house",
    )


def test_a_right_holds_from_its_first_instant_to_its_last():
    reader = make.reader()
    grant(reader, date(2026, 4, 1), date(2026, 5, 3))
    begin, end = terms.start_of(date(2026, 4, 1)), terms.start_of(date(2026, 5, 4))

    def reason(at):
        return verdict_for(reader, Audience.SUBSCRIBERS, at).reason

    assert reason(begin - TICK) == Reason.NOT_ENTITLED
    assert reason(begin) == Reason.ENTITLED
    assert reason(end - TICK) == Reason.ENTITLED
    assert reason(end) == Reason.LAPSED


def test_rows_and_querysets_agree_on_what_is_current():
    reader = make.reader()
    grant(reader, date(2026, 4, 1), date(2026, 5, 3))
    right = Entitlement.objects.get()

    for at in (right.from_at - TICK, right.from_at, right.until_at - TICK, right.until_at):
        assert Entitlement.objects.current(at).exists() == right.is_current(at)


def test_the_end_is_that_of_all_terms_that_touch():
    reader = make.reader()
    grant(reader, date(2026, 4, 1), date(2026, 4, 30))
    grant(reader, date(2026, 5, 1), date(2026, 5, 31))
    grant(reader, date(2026, 7, 1), date(2026, 7, 31))

    verdict = verdict_for(reader, Audience.SUBSCRIBERS, datetime(2026, 4, 10, tzinfo=UTC))

    assert verdict.until == terms.end_of(date(2026, 5, 31))


def test_a_right_without_end_has_none():
    assert may(make.reader(entitled=True), Feature.AUDIO).until is None


def test_a_right_to_one_thing_is_not_a_right_to_another():
    reader = make.reader()
    grant(reader, date(2026, 1, 1), date(2099, 1, 1))

    assert may(reader, Feature.EXCLUSIVE_CONTENT).granted
    assert not may(reader, Feature.PAST_ISSUES).granted


@pytest.mark.parametrize(
    ("audience", "sentence"),
    [
        (Audience.REGISTERED, "for registered readers of Halyard. It costs nothing."),
        (Audience.SUBSCRIBERS, "for subscribers of Halyard"),
    ],
)
def test_a_stranger_is_told_what_opens_the_piece(audience, sentence):
    assert sentence in explain(verdict_for(STRANGER, audience))


def test_a_reader_without_a_plan_is_told_so():
    assert "have no plan yet" in explain(verdict_for(make.reader(), Audience.SUBSCRIBERS))


@pytest.mark.parametrize("last_on", [date(2026, 5, 3), date(2026, 3, 29), date(2025, 10, 26)])
def test_a_reader_whose_plan_ended_is_told_the_last_day(last_on):
    reader = make.reader()
    grant(reader, date(2025, 1, 1), last_on)

    sentence = explain(verdict_for(reader, Audience.SUBSCRIBERS, datetime(2026, 6, 1, tzinfo=UTC)))

    assert f"ended on {last_on.day} {last_on:%B %Y}." in sentence


def test_a_reader_whose_plan_rests_is_told_until_when():
    subscription = make.subscription(at=terms.start_of(date(2031, 1, 1)))
    reader = subscription.reader
    asked_at = terms.start_of(date(2031, 3, 1))
    pauses.pause(subscription, date(2031, 3, 10), date(2031, 4, 8), by=reader, at=asked_at)

    verdict = verdict_for(reader, Audience.SUBSCRIBERS, terms.start_of(date(2031, 3, 10)))

    assert verdict.reason == Reason.PAUSED
    assert "rests until 8 April 2031 and opens again" in explain(verdict)
    assert "/account/pause/end/" in wall(verdict)
    assert verdict_for(reader, Audience.SUBSCRIBERS, terms.start_of(date(2031, 4, 9))).granted


def test_a_reader_whose_pause_was_ended_and_whose_plan_is_over_is_told_the_last_day():
    subscription = make.subscription(at=terms.start_of(date(2031, 1, 1)), months=1)
    reader = subscription.reader
    pauses.pause(
        subscription, date(2031, 1, 10), date(2031, 1, 20), by=reader, at=terms.start_of(date(2031, 1, 5))
    )
    pauses.end_pause(subscription, by=reader, at=terms.start_of(date(2031, 1, 6)))

    verdict = verdict_for(reader, Audience.SUBSCRIBERS, terms.start_of(date(2031, 2, 1)))

    assert verdict.reason == Reason.LAPSED
    assert "ended on 31 January 2031." in explain(verdict)


def test_a_reader_who_had_the_money_back_is_told_so_in_one_query_more(django_assert_max_num_queries):
    subscription = make.subscription()
    refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)

    with django_assert_max_num_queries(2):
        verdict = verdict_for(subscription.reader, Audience.SUBSCRIBERS)

    assert verdict.reason == Reason.GIVEN_BACK
    assert "when you had your money back" in explain(verdict)
    assert "Come back" in wall(verdict)


def wall(verdict: access.Verdict) -> str:
    source = '{% include "subscriptions/components/wall.html" with verdict=verdict next="/a/b/?c=d&e" only %}'
    return Template(source).render(Context({"verdict": verdict}))


def test_the_wall_leads_a_stranger_to_plans_and_back_after_signing_in():
    html = wall(verdict_for(STRANGER, Audience.SUBSCRIBERS))

    assert "Subscribe to keep reading" in html
    assert 'href="/subscribe/"' in html
    assert "?next=/a/b/%3Fc%3Dd%26e" in html


def test_the_wall_of_a_registered_piece_asks_for_no_money():
    html = wall(verdict_for(STRANGER, Audience.REGISTERED))

    assert "Register to keep reading" in html
    assert "/subscribe/" not in html


def test_the_wall_invites_a_lapsed_reader_back():
    reader = make.reader(entitled_until=terms.end_of(date(2026, 5, 3)))

    html = wall(verdict_for(reader, Audience.SUBSCRIBERS))

    assert "3 May 2026" in html
    assert "Come back" in html
    assert "login" not in html
