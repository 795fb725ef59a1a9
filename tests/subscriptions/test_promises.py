"""The promise board: each promise can be broken on purpose, and the board says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from articles.models import Article, Issue
from audio.models import Narration
from editions import keeping, making
from editions.models import Edition, Format
from magazine import vault
from magazine.work import schedule
from subscriptions import entitlements, promises, terms
from subscriptions.access import Audience
from subscriptions.features import Feature
from subscriptions.keeping import board
from subscriptions.ledger.writing import write_down
from subscriptions.life import extensions, lifecycle, pauses, renewals
from subscriptions.models import (
    Dispute,
    Entitlement,
    Label,
    LabelRun,
    Pause,
    Payment,
    PlanFeature,
    PromiseCheck,
    ReceivedIssue,
    Reconciliation,
    Refund,
    Subscription,
    Term,
)
from subscriptions.paying import guarantee, refunds
from subscriptions.promises import Finding, Row, State
from tests import make
from tests.audio.fakes import MP3, narrate_all
from tests.editions.fakes import presses, shelve_all

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

BOARD = "/desk/subscriptions/promisecheck/"
CHECK = "/desk/subscriptions/promisecheck/check/"


def state_of(feature: Feature, at=None) -> State:
    return board.look(at)[feature].state


@pytest.fixture(scope="module")
def made(once):
    """The number of ``a_good_year``, and the board as it is then; made once."""
    now = timezone.now()
    for fortnight in range(25):
        issue = make.issue(released_at=now - timedelta(days=15 * fortnight + 10))
        make.article(issue=issue)
    with presses():
        shelve_all()
        narrate_all()
        yield make.subscription().pk, board.look()


@pytest.fixture
def a_good_year(made, db):
    """A magazine that keeps its word: 24 issues in a year and one before, a piece in each, one subscriber."""
    with presses():
        keeping.store(b"An issue", "epub")
        vault.store("audio", MP3, "mp3")
        yield make.loaded(Subscription(pk=made[0]))


@pytest.fixture
def before(made):
    """The board of a good year, before anything is broken."""
    return made[1]


def claim(subscription):
    return refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)


# -- Broken on purpose ---------------------------------------------------------


def too_few_issues(subscription):
    newest = Issue.objects.order_by("released_at").last()
    newest.articles.all().delete()
    newest.delete()


def an_issue_is_not_written_down(subscription):
    subscription.terms.update(starts_on=terms.day_of(timezone.now()) - timedelta(days=12))


def an_issue_is_written_down_that_never_came(subscription):
    ReceivedIssue.objects.create(
        subscription=subscription, key="9/9", name="9/9", received_on=terms.day_of(timezone.now())
    )


def an_issue_is_written_down_with_another_weight(subscription):
    an_issue_is_not_written_down(subscription)
    write_down()
    ReceivedIssue.objects.update(weight=2)


def the_planner_leaves_a_year_empty(subscription):
    make.issue(released_at=None, cover_on=terms.day_of(timezone.now()) + timedelta(days=500))


def a_right_is_missing(subscription):
    subscription.entitlements.filter(feature=Feature.EXCLUSIVE_CONTENT).delete()


def a_right_belongs_to_somebody_else(subscription):
    subscription.entitlements.filter(feature=Feature.EXCLUSIVE_CONTENT).update(reader=make.reader())


def a_right_comes_from_nowhere(subscription):
    make.reader(entitled=True)


def a_right_outlives_its_term(subscription):
    term = subscription.terms.get()
    term.ends_on = terms.day_of(timezone.now()) - timedelta(days=1)
    term.starts_on = term.ends_on - timedelta(days=30)
    term.months = 1
    term.save()
    write_down()


def a_right_does_not_rest_in_a_pause(subscription):
    today = terms.day_of(timezone.now())
    Pause.objects.create(subscription=subscription, starts_on=today, ends_on=today)


def grace_is_given_for_nothing(subscription):
    today = terms.day_of(timezone.now())
    entitlements.write_grace(subscription, after=today - timedelta(days=1), until_on=today)


def a_term_given_up_keeps_its_right(subscription):
    old = subscription.terms.get()
    new = Term.objects.create(
        subscription=subscription, number=2, starts_on=old.starts_on + timedelta(days=1), ends_on=old.ends_on
    )
    old.superseded_by = new
    old.save()


def a_gift_has_no_giver(subscription):
    today = terms.day_of(timezone.now())
    entitlements.grant_complimentary(
        make.reader(),
        [Feature.EXCLUSIVE_CONTENT],
        first_on=today,
        last_on=today,
        by=make.staff(Role.SUBSCRIBER_STAFF),
        reason="A prize",
    )
    Entitlement.objects.filter(source=Entitlement.Source.COMPLIMENTARY).update(granted_by=None)


def a_wall_stands_at_the_very_end(subscription):
    make.article(audience=Audience.SUBSCRIBERS, body="<p>All of it.</p><hr data-paywall>")
    narrate_all()


def the_archive_right_is_missing(subscription):
    subscription.entitlements.filter(feature=Feature.PAST_ISSUES).delete()


def an_old_issue_is_empty(subscription):
    Issue.objects.order_by("released_at").first().articles.all().delete()


def a_piece_of_an_old_issue_is_held_back(subscription):
    issue = Issue.objects.order_by("released_at").first()
    make.article(issue=issue, embargo_until=timezone.now() + timedelta(days=1))


def the_right_to_files_is_missing(subscription):
    subscription.entitlements.filter(feature=Feature.DIGITAL_EDITION).delete()


def an_issue_has_no_file(subscription):
    Edition.objects.filter(format=Format.EPUB).first().delete()


def a_file_is_lost(subscription):
    one = Edition.objects.first()
    one.file = keeping.store(b"Another", "pdf")[0]
    one.save()
    vault.storage().delete(one.file)


def a_correction_is_in_no_file(subscription):
    Issue.objects.published().first().articles.get().corrections.create(note="It was a Tuesday.")
    making.look()
    Edition.objects.exclude(stale_at=None).update(stale_at=timezone.now() - timedelta(hours=2))


def nobody_makes_files(subscription):
    Issue.objects.published().first().articles.get().corrections.create(note="It was a Tuesday.")
    Edition.objects.update(looked_at=timezone.now() - timedelta(hours=2))


def nobody_reads_a_piece_aloud(subscription):
    Narration.objects.first().delete()


def a_recording_says_what_was_corrected(subscription):
    article = Issue.objects.published().first().articles.get()
    article.corrections.create(note="It was a Tuesday.")
    Narration.objects.filter(article=article).update(stale_at=timezone.now() - timedelta(hours=2))


def its_day_has_come(subscription):
    PlanFeature.objects.filter(key=Feature.AD_FREE).update(planned_on=terms.day_of(timezone.now()))


def a_refund_is_forgotten(subscription):
    claim(subscription)
    Refund.objects.update(requested_at=timezone.now() - timedelta(days=7, minutes=1))


def a_refund_gives_back_too_little(subscription):
    claim(subscription)
    Refund.objects.update(amount_minor=F("amount_minor") - 1)


def a_claimed_payment_is_not_paid_back(subscription):
    claim(subscription)
    Refund.objects.all().delete()
    Payment.objects.update(refunded_minor=0)
    subscription.entitlements.all().delete()
    subscription.terms.all().delete()


def the_books_differ_from_a_providers(subscription):
    difference = {"payment": subscription.payments.get().reference, "what": "Paid there, and not here."}
    Reconciliation.objects.create(provider="demo", looked_at=1, differences=[difference])


def a_claim_leaves_a_right(subscription):
    claim(subscription)
    subscription.entitlements.filter(feature=Feature.AUDIO).update(
        until_at=timezone.now() + timedelta(days=1)
    )


def the_bill_survives_cancelling(subscription):
    lifecycle.cancel(subscription, by=subscription.reader)
    Payment.objects.create(
        subscription=subscription,
        price=subscription.price,
        reference="LATER",
        amount_minor=8400,
        currency="GBP",
    )


def money_is_taken_after_cancelling(subscription):
    the_bill_survives_cancelling(subscription)
    now = timezone.now()
    Payment.objects.filter(reference="LATER").update(
        status=Payment.Status.CONFIRMED, confirmed_at=now, paid_on=terms.day_of(now)
    )


def cancelling_takes_paid_days(subscription):
    lifecycle.cancel(subscription, by=subscription.reader)
    tomorrow = timezone.now() + timedelta(days=1)
    subscription.entitlements.filter(feature=Feature.AUDIO).update(until_at=tomorrow)


def _gets_print(on: date) -> None:
    """Somebody with the right to print on that day alone, written down long ago."""
    Entitlement.objects.create(
        reader=make.reader(),
        feature=Feature.PRINT_EDITION,
        source=Entitlement.Source.GIFT,
        from_at=terms.start_of(on),
        until_at=terms.end_of(on),
        created_at=timezone.now() - timedelta(days=100),
    )


def _frozen_run(labels_count: int) -> LabelRun:
    """The run of an issue that came out four days before the last, frozen in time."""
    out = Issue.objects.published().latest("released_at")
    on = terms.day_of(out.released_at) - timedelta(days=4)
    return LabelRun.objects.create(
        issue_key="9/9",
        issue_name="No. 9",
        issue_on=on,
        cutoff_at=terms.start_of(on - timedelta(days=12)),
        frozen_at=terms.start_of(on - timedelta(days=11)),
        labels_count=labels_count,
    )


def labels_are_late(held):
    soon = timezone.localdate() + timedelta(days=2)
    make.issue(cover_on=soon, released_at=None, weight=0)
    _gets_print(soon)


def a_copy_is_forgotten(held):
    _gets_print(_frozen_run(0).issue_on)


def a_copy_goes_to_nobodys_reader(held):
    Label.objects.create(
        run=_frozen_run(1), number=1, code="9-9-000001", reader=make.reader(), lines="A", country="GB"
    )


@dataclass(frozen=True)
class Break:
    """One way to break a promise, and how many rows tell of it."""

    feature: Feature
    act: Callable
    count: int = 1


BREAKS = [
    Break(Feature.ISSUES_PER_YEAR, too_few_issues),
    Break(Feature.ISSUES_PER_YEAR, an_issue_is_not_written_down),
    Break(Feature.ISSUES_PER_YEAR, an_issue_is_written_down_that_never_came),
    Break(Feature.ISSUES_PER_YEAR, an_issue_is_written_down_with_another_weight),
    Break(Feature.ISSUES_PER_YEAR, the_planner_leaves_a_year_empty),
    Break(Feature.EXCLUSIVE_CONTENT, a_right_is_missing),
    Break(Feature.EXCLUSIVE_CONTENT, a_right_belongs_to_somebody_else),
    Break(Feature.EXCLUSIVE_CONTENT, a_right_comes_from_nowhere),
    Break(Feature.EXCLUSIVE_CONTENT, a_right_outlives_its_term),
    Break(Feature.EXCLUSIVE_CONTENT, a_right_does_not_rest_in_a_pause),
    Break(Feature.EXCLUSIVE_CONTENT, grace_is_given_for_nothing),
    Break(Feature.EXCLUSIVE_CONTENT, a_term_given_up_keeps_its_right),
    Break(Feature.EXCLUSIVE_CONTENT, a_gift_has_no_giver),
    Break(Feature.EXCLUSIVE_CONTENT, a_wall_stands_at_the_very_end),
    Break(Feature.PAST_ISSUES, the_archive_right_is_missing),
    Break(Feature.PAST_ISSUES, an_old_issue_is_empty),
    Break(Feature.PAST_ISSUES, a_piece_of_an_old_issue_is_held_back),
    Break(Feature.DIGITAL_EDITION, the_right_to_files_is_missing),
    Break(Feature.DIGITAL_EDITION, an_issue_has_no_file),
    Break(Feature.DIGITAL_EDITION, a_file_is_lost),
    Break(Feature.DIGITAL_EDITION, a_correction_is_in_no_file, count=2),
    Break(Feature.DIGITAL_EDITION, nobody_makes_files, count=2),
    Break(Feature.AUDIO, nobody_reads_a_piece_aloud),
    Break(Feature.AUDIO, a_recording_says_what_was_corrected),
    Break(Feature.AD_FREE, its_day_has_come),
    Break(Feature.PRINT_EDITION, labels_are_late),
    Break(Feature.PRINT_EDITION, a_copy_is_forgotten),
    Break(Feature.PRINT_EDITION, a_copy_goes_to_nobodys_reader),
    Break(Feature.MONEY_BACK, a_refund_is_forgotten),
    Break(Feature.MONEY_BACK, a_refund_gives_back_too_little),
    Break(Feature.MONEY_BACK, a_claimed_payment_is_not_paid_back),
    Break(Feature.MONEY_BACK, a_claim_leaves_a_right),
    Break(Feature.MONEY_BACK, the_books_differ_from_a_providers),
    Break(Feature.CANCEL_ANYTIME, the_bill_survives_cancelling),
    Break(Feature.CANCEL_ANYTIME, money_is_taken_after_cancelling),
    Break(Feature.CANCEL_ANYTIME, cancelling_takes_paid_days),
]


@pytest.mark.parametrize("way", BREAKS, ids=lambda way: way.act.__name__)
def test_a_promise_broken_on_purpose_turns_its_tile_red(a_good_year, before, way):
    way.act(a_good_year)
    after = board.look()

    assert before[way.feature].state != State.BROKEN
    assert after[way.feature].state == State.BROKEN
    assert after[way.feature].count == way.count
    assert after[way.feature].rows
    assert {feature for feature in Feature if after[feature].state == State.BROKEN} == {way.feature}


def test_every_promise_that_is_checked_can_be_broken():
    checked = {feature for feature in Feature if promises.checks_of(feature)}

    assert checked <= {way.feature for way in BREAKS}
    assert set(Feature) == checked


def test_a_house_that_keeps_its_word_has_no_red_tile(a_good_year):
    states = {feature: finding.state for feature, finding in board.look().items()}

    assert states.pop(Feature.AD_FREE) == State.PLANNED
    assert set(states.values()) == {State.KEPT}


def test_what_nobody_checks_is_never_green(monkeypatch, a_good_year):
    monkeypatch.setattr(promises, "_checks", {})

    states = {finding.state for finding in board.look().values()}

    assert states == {State.NOT_YET_BUILT, State.PLANNED}


def test_a_check_that_fails_is_no_good_news(monkeypatch, a_good_year):
    def fails(at, promised):
        raise RuntimeError("nobody home")

    monkeypatch.setattr(promises, "_checks", {Feature.AUDIO: ["x"]})
    monkeypatch.setattr(promises, "checks_of", lambda feature: [fails] if feature == Feature.AUDIO else [])

    assert state_of(Feature.AUDIO) == State.BROKEN


def test_one_broken_check_outweighs_all_others():
    green = promises.kept("Fine.")
    red = promises.broken("Not fine.", [Row("this one", "/")])

    assert promises.together([green, red]) == Finding(State.BROKEN, "Not fine.", 1, (Row("this one", "/"),))
    with pytest.raises(ValueError, match="Nothing"):
        promises.together([])


# -- Issues --------------------------------------------------------------------


def test_an_issue_of_more_than_a_year_ago_counts_no_longer(a_good_year):
    newest = Issue.objects.order_by("released_at").last()
    Issue.objects.filter(pk=newest.pk).update(released_at=timezone.now() - timedelta(days=366))

    finding = board.look()[Feature.ISSUES_PER_YEAR]

    assert (finding.state, finding.count) == (State.BROKEN, 1)


def test_the_board_names_the_issue_that_is_late(a_good_year):
    too_few_issues(a_good_year)
    make.issue(title="The late one", released_at=None, cover_on=date(2020, 1, 1))

    rows = board.look()[Feature.ISSUES_PER_YEAR].rows

    assert any("The late one" in row.text and not row.address for row in rows)


def test_pieces_of_the_newest_issue_may_still_come(a_good_year):
    issue = Issue.objects.order_by("released_at").last()
    make.article(issue=issue, published_at=timezone.now() + timedelta(days=1))

    assert state_of(Feature.PAST_ISSUES) == State.KEPT


def test_a_draft_in_an_old_issue_holds_nothing_back(a_good_year):
    make.draft(issue=Issue.objects.order_by("released_at").first())

    assert state_of(Feature.PAST_ISSUES) == State.KEPT


def test_a_piece_of_an_old_issue_that_was_thrown_away_is_not_missed(a_good_year):
    issue = Issue.objects.order_by("released_at").first()
    make.article(issue=issue, trashed_at=timezone.now())

    assert state_of(Feature.PAST_ISSUES) == State.KEPT


def test_a_piece_without_a_marker_keeps_all_of_it_back(a_good_year):
    make.article(audience=Audience.SUBSCRIBERS, body="<p>All of it.</p>")
    make.article(audience=Audience.SUBSCRIBERS, body="", status=Article.Status.APPROVED)

    assert state_of(Feature.EXCLUSIVE_CONTENT) == State.KEPT


def test_who_will_be_short_is_no_longer_when_the_days_are_added(a_good_year):
    the_planner_leaves_a_year_empty(a_good_year)
    extensions.execute(extensions.plan_bulk(), by=None, reason="Fewer issues than planned")

    assert state_of(Feature.ISSUES_PER_YEAR) == State.KEPT


def test_an_issue_of_today_is_written_down_by_tonight(a_good_year):
    issue = make.issue(released_at=timezone.now())
    make.article(issue=issue)

    assert state_of(Feature.ISSUES_PER_YEAR) == State.KEPT


# -- Rests and grace -----------------------------------------------------------


def test_in_a_pause_nobody_misses_a_right_and_nobody_has_one(a_good_year):
    now = timezone.now()
    today = terms.day_of(now)
    pauses.pause(
        a_good_year, today + timedelta(days=3), today + timedelta(days=20), by=a_good_year.reader, at=now
    )
    resting = now + timedelta(days=5)

    assert state_of(Feature.EXCLUSIVE_CONTENT, resting) == State.KEPT
    assert state_of(Feature.PAST_ISSUES, resting) == State.KEPT
    assert not Entitlement.objects.current(resting).exists()
    assert state_of(Feature.EXCLUSIVE_CONTENT, now + timedelta(days=21)) == State.KEPT


def test_while_a_payment_is_late_the_days_of_grace_are_right(a_good_year):
    renewals.bill_next_term(a_good_year)
    late = timezone.now() + timedelta(days=367)

    assert Entitlement.objects.current(late).filter(source=Entitlement.Source.GRACE).exists()
    assert state_of(Feature.EXCLUSIVE_CONTENT, late) == State.KEPT


def test_a_right_in_a_pause_that_was_cut_into_parts_costs_who_cancels_no_paid_day(a_good_year):
    now = timezone.now()
    today = terms.day_of(now)
    pauses.pause(
        a_good_year, today + timedelta(days=3), today + timedelta(days=20), by=a_good_year.reader, at=now
    )
    lifecycle.cancel(a_good_year, by=a_good_year.reader, at=now)

    assert state_of(Feature.CANCEL_ANYTIME, now) == State.KEPT


# -- Money back ----------------------------------------------------------------


def test_a_reader_who_got_the_money_back_leaves_every_tile_as_it_was(a_good_year):
    claim(a_good_year)
    owed = board.look()
    refunds.mark_sent(Refund.objects.get(), by=make.staff(Role.SUBSCRIBER_STAFF))
    sent = board.look()

    assert State.BROKEN not in {finding.state for finding in [*owed.values(), *sent.values()]}


def test_a_right_that_outlives_its_refund_has_nothing_behind_it(a_good_year):
    claim(a_good_year)
    tomorrow = timezone.now() + timedelta(days=1)
    a_good_year.entitlements.filter(feature=Feature.EXCLUSIVE_CONTENT).update(until_at=tomorrow)

    found = board.look()

    assert found[Feature.EXCLUSIVE_CONTENT].state == found[Feature.MONEY_BACK].state == State.BROKEN


def test_a_refund_may_take_a_week(a_good_year):
    now = timezone.now()
    claim(a_good_year)
    Refund.objects.update(requested_at=now - timedelta(days=7))

    assert state_of(Feature.MONEY_BACK, now) == State.KEPT
    assert state_of(Feature.MONEY_BACK, now + timedelta(seconds=1)) == State.BROKEN


def test_a_refund_that_a_readers_bank_holds_up_is_not_late(a_good_year):
    a_refund_is_forgotten(a_good_year)
    assert state_of(Feature.MONEY_BACK) == State.BROKEN

    Payment.objects.filter(refunds__isnull=False).update(dispute=Dispute.OPEN)

    assert state_of(Feature.MONEY_BACK) == State.KEPT


def test_a_refund_sent_after_a_week_is_late_no_longer(a_good_year):
    a_refund_is_forgotten(a_good_year)
    refunds.mark_sent(Refund.objects.get(), by=make.staff(Role.SUBSCRIBER_STAFF))

    assert state_of(Feature.MONEY_BACK) == State.KEPT


# -- Cancelling ----------------------------------------------------------------


def test_a_reader_who_cancels_and_resumes_may_be_billed_again(a_good_year):
    lifecycle.cancel(a_good_year, by=a_good_year.reader)
    lifecycle.resume(a_good_year, by=a_good_year.reader)
    Payment.objects.create(
        subscription=a_good_year,
        price=a_good_year.price,
        reference="NEXT",
        amount_minor=8400,
        currency="GBP",
    )

    assert state_of(Feature.CANCEL_ANYTIME) == State.KEPT


def test_a_reader_who_cancels_keeps_every_paid_day(a_good_year):
    lifecycle.cancel(a_good_year, by=a_good_year.reader)

    assert state_of(Feature.CANCEL_ANYTIME) == State.KEPT
    assert state_of(Feature.EXCLUSIVE_CONTENT) == State.KEPT


# -- The record ----------------------------------------------------------------


def test_looking_twice_writes_twice_and_the_newest_is_shown(a_good_year):
    board.check(timezone.now() - timedelta(days=1))
    a_right_is_missing(a_good_year)
    board.check()

    assert PromiseCheck.objects.count() == 2 * len(Feature)
    assert board.newest()[Feature.EXCLUSIVE_CONTENT].state == State.BROKEN


def test_what_was_found_is_never_rewritten():
    make.plan()
    found = board.check()[0]

    with pytest.raises(TypeError):
        found.save()
    with pytest.raises(TypeError):
        found.delete()


def test_nobody_writes_a_green_line_beside_things_that_are_wrong():
    with pytest.raises(IntegrityError):
        PromiseCheck.objects.create(
            feature=Feature.AUDIO, checked_at=timezone.now(), state=State.KEPT, sentence="Fine.", count=1
        )


def test_twenty_rows_are_kept_and_all_are_counted(a_good_year):
    for _number in range(21):
        make.reader(entitled=True)

    found = next(one for one in board.check() if one.feature == Feature.EXCLUSIVE_CONTENT)

    assert (found.count, len(found.rows)) == (21, promises.MOST_ROWS)


def test_the_worker_looks_every_night(a_good_year):
    a_right_is_missing(a_good_year)

    assert schedule.entries()["subscriptions.keeping.board.check_nightly"] == 24 * 60
    assert board.check_nightly.call() == 1


def test_the_command_says_what_it_finds_and_a_dry_run_writes_nothing(a_good_year):
    a_right_comes_from_nowhere(a_good_year)
    said = StringIO()

    call_command("check_promises", dry_run=True, stdout=said)
    assert not PromiseCheck.objects.exists()
    call_command("check_promises", stdout=StringIO())

    assert PromiseCheck.objects.count() == len(Feature)
    assert "Exclusive subscriber content – Broken: 1 right is in force" in said.getvalue()
    assert "    reader" in said.getvalue()


# -- The desk ------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SUBSCRIBER_STAFF, Role.FINANCE, Role.PUBLISHER])
def test_who_sells_and_who_counts_see_the_board_in_advertised_order(client, a_good_year, role):
    board.check()
    client.force_login(make.staff(role))

    response = client.get(BOARD)

    page = response.content.decode()
    places = [page.index(f'id="{feature}"') for feature in Feature]
    assert places == sorted(places)
    assertContains(response, "24 issues per year")
    assertContains(response, "Kept", count=len(Feature) - 1)
    assertContains(response, "No promise is broken.")
    assertNotContains(response, "ot been built yet")


def test_staff_read_on_the_board_who_is_wronged_and_go_there(client, a_good_year):
    a_right_is_missing(a_good_year)
    board.check()
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))

    response = client.get(BOARD)

    assertContains(response, "1 of the nine promises is broken.")
    assertContains(response, a_good_year.number)
    row = f"/desk/subscriptions/subscription/{a_good_year.pk}/change/"
    assertContains(response, row)
    assert client.get(row).status_code == 200


def test_an_editor_has_no_business_with_the_board(client):
    client.force_login(make.staff(Role.EDITOR))

    assert client.get(BOARD).status_code == 403
    assert client.post(CHECK).status_code == 403


def test_staff_have_the_promises_checked_at_once(client, a_good_year):
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    assertContains(client.get(BOARD), "Not checked yet", count=len(Feature))

    response = client.post(CHECK, follow=True)

    assertRedirects(response, BOARD)
    assertContains(response, "Checked. No promise is broken.")
    assert PromiseCheck.objects.count() == len(Feature)


def test_finance_looks_at_the_board_and_does_not_set_it_off(client, a_good_year):
    client.force_login(make.staff(Role.FINANCE))

    assertNotContains(client.get(BOARD), "Check now")
    assert client.post(CHECK).status_code == 403
    assert not PromiseCheck.objects.exists()


def test_a_board_that_nobody_has_looked_after_says_so(client, a_good_year):
    board.check(timezone.now() - board.FRESH_FOR - timedelta(minutes=1))
    client.force_login(make.staff(Role.PUBLISHER))

    response = client.get(BOARD)

    assertContains(response, "The last night’s check is missing.")
    assertNotContains(response, "No promise is broken.")


def test_a_broken_promise_stands_on_the_first_page_of_the_desk(client, a_good_year):
    client.force_login(make.staff(Role.PUBLISHER))
    board.check()
    assertNotContains(client.get("/desk/"), "Promises that are broken")

    a_right_is_missing(a_good_year)
    board.check()

    assertContains(client.get("/desk/"), "Promises that are broken")
    assertContains(client.get("/desk/"), f"{BOARD}#exclusive_content")
