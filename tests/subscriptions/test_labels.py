"""The labels of an issue: who gets a copy and where it goes, frozen once, the same for ever."""

from datetime import timedelta

import pypdfium2
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subscriptions import cells, terms
from subscriptions.fulfilment import addresses, faces, notices, recipients, returns, runs, sheets, tables
from subscriptions.keeping import print_edition
from subscriptions.models import Address, Hold, Label, LabelRun, Letter, Withheld
from subscriptions.promises import State
from tests import make
from tests.subscriptions import posted
from tests.subscriptions.posted import DAY, NOON, at, day
from tests.working import work

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def text_of(file: bytes) -> str:
    """What stands on the sheets."""
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file))


def one_line(label: Label) -> str:
    return label.lines.replace("\n", ", ")


# -- Who, and where ------------------------------------------------------------


def test_everyone_with_print_on_the_day_gets_one_copy_and_nobody_else():
    one = posted.issue(2, 19)
    make.sold_plan()
    paid = make.printed(make.subscription(at=at(-20)), at=at(-20))
    make.address(by=paid.reader, at=at(-20))
    twice = posted.reader()
    posted.right(twice, source=posted.Source.GIFT)
    begins = make.reader()
    posted.right(begins, first=19)
    before = make.reader()
    posted.right(before, last=18)
    posted.right(make.reader(), first=20)
    make.staff()
    for person in (begins, before):
        make.address(by=person, at=at(-20))
    # Rights begin and end with a day; this one ends with the last instant before the issue's.
    before.entitlements.update(until_at=terms.start_of(one.issue.on))
    begins.entitlements.update(from_at=terms.start_of(one.issue.on))

    run = posted.frozen(one)

    assert set(run.labels.values_list("reader", flat=True)) == {paid.reader_id, twice.pk, begins.pk}
    assert (run.labels_count, run.labels.count(), run.withheld_count) == (3, 3, 0)
    # The plan that was paid is the label's; a courtesy has none.
    assert posted.label_of(run, paid.reader).subscription == paid
    assert posted.label_of(run, twice).subscription is None
    assert sorted(run.labels.values_list("code", flat=True)) == [f"14-2-00000{n}" for n in (1, 2, 3)]


def test_whoever_gets_none_for_a_reason_is_named_with_it():
    one = posted.issue(2, 19)
    nowhere, away, unknown = make.reader(), posted.reader(), posted.reader()
    posted.right(nowhere)
    Hold.objects.create(reader=away, starts_on=day(15), ends_on=day(25), asked_at=at(-1))
    Address.objects.filter(reader=unknown).update(undeliverable_at=at(-1))

    run = posted.frozen(one)

    assert {kept.reader: kept.why for kept in run.withheld.all()} == {
        nowhere: Withheld.Why.NO_ADDRESS,
        away: Withheld.Why.HOLD,
        unknown: Withheld.Why.UNDELIVERABLE,
    }
    assert run.labels.count() == 0


def test_a_copy_goes_where_the_account_said_at_the_cutoff():
    one = posted.issue(2, 19)
    moves, stays, too_late, takes_back = (posted.reader(name=f"Reader {n}") for n in range(4))
    until = one.cutoff_at
    make.address(by=moves, at=until - HOUR, street="9 New Street")
    make.address(by=stays, at=until - HOUR, street="9 Far Street", from_on=day(20))
    make.address(by=too_late, at=until + HOUR, street="9 Late Street", from_on=terms.day_of(until))
    away = make.address(
        by=takes_back, at=until - HOUR, street="9 Sea Street", from_on=day(10), until_on=day(30)
    )
    promised = {
        person: notices.goes_to(person, until - timedelta(seconds=1))
        for person in (moves, stays, too_late, takes_back)
    }
    addresses.withdraw(away, by=takes_back, at=until + HOUR)

    run = runs.freeze(one.issue, by=None, at=until + 3 * DAY)

    for person, said in promised.items():
        assert said.upcoming.issue == one.issue
        assert posted.label_of(run, person).lines.split("\n") == list(said.lines)
    assert "9 New Street" in one_line(posted.label_of(run, moves))
    assert "9 Sea Street" in one_line(posted.label_of(run, takes_back))
    assert "Late" not in one_line(posted.label_of(run, too_late))


def test_a_label_stays_as_it_was_when_everything_else_changes():
    one = posted.issue(2, 19)
    person = posted.reader()
    run = posted.frozen(one)
    before = posted.label_of(run, person).lines
    make.address(by=person, at=at(10), street="9 New Street")
    get_user_model().objects.filter(pk=person.pk).update(name="Another Name")
    person.entitlements.update(until_at=at(9))

    assert runs.freeze(one.issue, by=None, at=at(12)) == run
    runs.add_latecomers(run, at(12))

    assert run.labels.get().lines == before


# -- Freezing ------------------------------------------------------------------


def test_a_run_is_frozen_only_after_its_cutoff_and_only_where_something_is_printed():
    one = posted.issue(2, 19)
    with pytest.raises(runs.CannotFreezeError):
        runs.freeze(one.issue, by=None, at=one.cutoff_at - timedelta(seconds=1))
    runs.set_up(one.issue, cutoff_at=one.cutoff_at, overs=40, is_printed=False, by=None, at=NOON)
    with pytest.raises(runs.CannotFreezeError):
        posted.frozen(one)
    runs.set_up(one.issue, cutoff_at=one.cutoff_at, overs=40, is_printed=True, by=None, at=NOON)

    assert posted.frozen(one).overs == 40
    with pytest.raises(runs.CannotFreezeError):
        runs.set_up(one.issue, cutoff_at=one.cutoff_at, overs=0, is_printed=True, by=None, at=NOON)


def test_a_cutoff_is_moved_while_it_is_ahead_and_never_behind_a_readers_back():
    one = posted.issue(2, 19)

    def move(cutoff_at, now) -> LabelRun:
        return runs.set_up(one.issue, cutoff_at=cutoff_at, overs=0, is_printed=True, by=None, at=now)

    earlier = one.cutoff_at - DAY
    assert move(earlier, NOON).cutoff_at == earlier
    for cutoff_at, now in ((NOON, NOON + HOUR), (earlier + DAY, earlier)):
        with pytest.raises(runs.CannotFreezeError):
            move(cutoff_at, now)
    # What else is set up can still be after it.
    assert move(earlier, earlier + DAY).cutoff_at == earlier


def test_an_issue_that_is_moved_takes_its_run_along_and_its_cutoff_stays():
    one = posted.issue(2, 19)
    ends_before = make.reader()
    posted.right(ends_before, last=25)
    make.address(by=ends_before, at=at(-20))
    runs.set_up(one.issue, cutoff_at=one.cutoff_at, overs=0, is_printed=True, by=None, at=NOON)
    posted.known("14/2")
    make.Issue.objects.filter(volume=14, number=2).update(cover_on=day(33))

    moved = posted.known("14/2")
    assert moved.cutoff_at == one.cutoff_at
    run = runs.freeze(moved.issue, by=None, at=moved.cutoff_at)

    assert (run.issue_on, run.labels.count()) == (day(33), 0)
    # After that it is on paper: the run is as it was.
    make.Issue.objects.filter(volume=14, number=2).update(cover_on=day(20))
    assert runs.freeze(posted.known("14/2").issue, by=None, at=at(15)).issue_on == day(33)


def test_the_queries_of_a_freeze_do_not_grow_with_the_readers(monkeypatch):
    counted = []
    for number, people in ((2, 3), (3, 9)):
        for _ in range(people):
            posted.reader()
        one = posted.issue(number, 19)
        with CaptureQueriesContext(connection) as asked:
            posted.frozen(one)
        counted.append(len(asked))
    assert counted[0] == counted[1]

    # By the batch, the same labels come out.
    monkeypatch.setattr(recipients, "AT_ONCE", 5)
    again = posted.frozen(posted.issue(4, 19))
    assert list(again.labels.values_list("number", "reader", "lines")) == list(
        LabelRun.objects.get(issue_key="14/3").labels.values_list("number", "reader", "lines")
    )


def test_a_dry_run_says_what_freezing_would_do_and_writes_nothing():
    first, second = posted.issue(2, 19), posted.issue(3, 33)
    stays, moves, goes = posted.reader(), posted.reader(), posted.reader()
    run = posted.frozen(first)
    goes.entitlements.update(until_at=at(25))
    make.address(by=moves, at=at(10), city="Paris", postal_code="75001", country="FR")
    posted.reader(address={"city": "東京", "name": "山田太郎"})
    posted.right(make.reader())

    found = runs.dry_run(second)

    assert (found.before, found.new, found.gone, found.moved) == (run, 1, 1, 1)
    assert (found.by_country, found.labels) == ({"GB": 2, "FR": 1}, 3)
    assert found.withheld == {Withheld.Why.NO_ADDRESS: 1}
    assert [address.city for address in found.unset] == ["東京"]
    assert LabelRun.objects.count() == 1
    assert stays.labels.count() == 1


# -- Later ---------------------------------------------------------------------


def test_a_reader_whose_print_goes_on_after_the_freeze_gets_a_copy_too_and_a_new_one_does_not():
    one = posted.issue(2, 19)
    goes_on, begins = make.reader(), make.reader()
    posted.right(goes_on, last=12)
    for person in (goes_on, begins):
        make.address(by=person, at=at(-20))
    run = posted.frozen(one)
    assert run.labels.count() == 0
    for person in (goes_on, begins):
        posted.right(person, first=12, created_at=at(12))

    assert [runs.add_latecomers(run, at(13)), runs.add_latecomers(run, at(14))] == [1, 0]

    late = posted.label_of(run, goes_on)
    assert late in runs.later(run)
    assert late not in runs.printed(run)
    assert print_edition.look(at(40), {}).state == State.KEPT


def test_a_copy_that_comes_back_stops_the_next_and_asks_the_reader_where_they_are(mailoutbox):
    person = posted.reader(name="Ada Quill")
    run = posted.frozen(posted.issue(2, 19))
    label = returns.find(" 14-2-1 ")
    assert label == posted.label_of(run, person)
    with pytest.raises(returns.CannotError):
        returns.came_back(label, "  ", by=None)

    returns.came_back(label, "Moved away", by=make.staff(), at=at(25))

    with pytest.raises(returns.CannotError):
        returns.came_back(label, "Moved away", by=None, at=at(26))
    assert posted.frozen(posted.issue(3, 40)).withheld.get().why == Withheld.Why.UNDELIVERABLE
    work()
    (letter,) = mailoutbox
    assert "Moved away" in letter.body
    assert "/account/addresses/" in letter.body
    # Who has told a new address is sent copies again, and was not asked in vain.
    make.address(by=person, at=at(30), street="9 New Street")
    assert posted.frozen(posted.issue(4, 60)).labels.count() == 1
    later = returns.came_back(Label.objects.get(run__issue_key="14/4"), "Unknown", by=None, at=at(61))
    make.address(by=person, at=at(61), street="10 New Street")
    work()
    assert Letter.objects.get(about_id=later.pk).failure.startswith("No longer true")


def test_a_label_that_is_printed_again_has_a_code_of_its_own():
    person = posted.reader()
    run = posted.frozen(posted.issue(2, 19))
    first = posted.label_of(run, person)

    again = returns.reprint(first, by=make.staff())

    assert (again.code, again.lines, again.kind) == ("14-2-000002", first.lines, Label.Kind.REPRINT)
    assert list(runs.printed(run)) == [first]
    assert returns.find("14/2/2") == again


# -- Files ---------------------------------------------------------------------


def test_the_second_file_is_the_first_to_the_byte_and_no_cell_is_a_formula():
    posted.reader(address={"name": "=HYPERLINK(A1)", "street": "+4 Ropewalk"})
    for _ in range(25):
        posted.reader()
    run = posted.frozen(posted.issue(2, 19))

    def files() -> list[str | bytes]:
        table = "".join(cells.lines(tables.rows(runs.printed(run))))
        return [table, *(sheets.pdf(runs.printed(run), sheet) for sheet in sheets.SHEETS.values())]

    first = files()
    make.address(by=run.labels.last().reader, at=at(12), street="9 New Street")
    returns.reprint(run.labels.first(), by=None)

    assert files() == first
    table = first[0]
    assert "'=HYPERLINK(A1)" in table
    assert "'+4 Ropewalk" in table
    assert len(table.splitlines()) == 27


def test_who_was_erased_is_on_no_sheet_that_is_drawn_later():
    for _ in range(2):
        posted.reader()
    run = posted.frozen(posted.issue(2, 19))
    erased, kept = run.labels.all()
    run.labels.filter(pk=erased.pk).update(lines="", postal_code="")

    table = "".join(cells.lines(tables.rows(runs.printed(run))))
    sheet = text_of(sheets.pdf(runs.printed(run), next(iter(sheets.SHEETS.values()))))

    for told in (table, sheet):
        assert kept.code in told
        assert erased.code not in told


def test_what_cannot_be_set_on_a_label_is_said_there_and_stands_in_the_table():
    for name in ("Ζωή Παπαδοπούλου", "Жанна Ђорђевић", "Łucja Őze", "山田太郎", "נועה לוי", "अनन्या"):
        posted.reader(address={"name": name})
    posted.reader(address={"name": "W" * 120, "street": "\n".join(["M" * 79] * 3), "city": "M" * 120})
    run = posted.frozen(posted.issue(2, 19))

    named = "\n".join(
        label.lines for label in run.labels.filter(pk__in=[pk for pk, _ in sheets.unset(run.labels)])
    )
    assert [name in named for name in ("Ζωή", "Жанна", "Łucja", "山田", "נועה", "अनन्या")] == [
        *[False] * 3,
        *[True] * 3,
    ]
    file = sheets.pdf(run.labels.all(), sheets.SHEETS["5160"])
    seen = text_of(file)
    for code in run.labels.values_list("code", flat=True):
        assert code in seen
    for name in ("Ζωή Παπαδοπούλου", "Жанна Ђорђевић", "Łucja Őze"):
        assert name in seen
    # Three in other letters, and one of which no size fits on the smallest label.
    assert seen.count("it cannot be set here.") == 4
    assert "山田太郎" in "".join(cells.lines(tables.rows(run.labels)))
    assert faces.can_set("Straße 4, Ørsted")


# -- The promise ---------------------------------------------------------------


def test_the_board_turns_red_when_labels_are_late_missing_or_nobodys():
    one = posted.issue(2, 19)
    person = posted.reader()
    other = posted.reader()
    due = one.cutoff_at

    def says(now) -> str:
        found = print_edition.look(now, {})
        assert (found.state == State.BROKEN) == bool(found.rows)
        return " ".join(row.text for row in found.rows)

    assert says(due + 23 * HOUR) == ""
    assert "14/2" in says(due + 24 * HOUR)
    run = posted.frozen(one)
    assert says(due + 24 * HOUR) == ""
    # Somebody is missing; a day's grace is for what is added every hour.
    Label.objects.filter(run=run, reader=person).delete()
    assert person.email in says(at(40))
    Withheld.objects.create(run=run, reader=person, why=Withheld.Why.NO_ADDRESS)
    run.labels_count = 1
    run.save()
    Label.objects.filter(run=run).update(number=1)
    assert says(at(40)) == ""
    # Somebody has one and no right; and an issue that is not printed is not late.
    other.entitlements.update(until_at=at(1))
    assert posted.label_of(run, other).code in says(at(40))
    other.entitlements.update(until_at=None)
    late = posted.issue(3, 33)
    assert "14/3" in says(at(40))
    runs.set_up(late.issue, cutoff_at=late.cutoff_at, overs=0, is_printed=False, by=None, at=at(39))
    assert says(at(40)) == ""


def test_an_issue_of_the_time_before_print_is_not_late():
    posted.issue(1, 5)
    posted.right(make.reader(), first=-100, created_at=at(20))

    assert print_edition.look(at(30), {}).state == State.KEPT
