"""How the files of an issue come to be, stay fresh, and survive whatever happens to the worker."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from articles.models import Author, Issue, Picture, Section
from editions import freshness, keeping, making
from editions.freshness import State
from editions.models import Edition, Format
from editions.tasks import look_for_stale
from magazine import vault
from magazine.work import schedule
from tests import make
from tests.editions.fakes import asked, presses, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def press():
    with presses() as fakes:
        yield fakes


@pytest.fixture
def issue():
    issue = make.issue(title="Tides")
    make.article(issue=issue, page=4, headline="The mole")
    make.article(issue=issue, page=9, headline="The quay")
    return issue


def edition(issue, form=Format.EPUB):
    return Edition.objects.select_related("issue").get(issue=issue, format=form)


def state(issue, form=Format.EPUB, at=None):
    found = edition(issue, form)
    return freshness.state_of(found, freshness.outline_of(found, at), at)


def words(issue, form=Format.EPUB):
    return keeping.read(edition(issue, form)).decode()


def files():
    return sorted(vault.names(keeping.FOLDER))


# -- What there is -------------------------------------------------------------


def test_a_released_issue_becomes_an_epub_and_a_pdf(press, issue):
    assert work() == 2

    assert "The mole" in words(issue)
    assert edition(issue, Format.PDF).file.endswith(".pdf")
    assert not Edition.objects.filter(format=Format.PRESS).exists()
    assert state(issue) == State.FRESH


def test_nothing_is_made_of_an_issue_that_is_planned_or_has_no_piece(press):
    make.article(issue=make.issue(released_at=None))
    make.draft(issue=make.issue())

    assert work() == 0
    assert not Edition.objects.exists()


def test_an_issue_at_press_has_a_file_for_the_printer_with_the_pieces_that_are_to_come(press):
    issue = make.issue(released_at=None, to_press_at=timezone.now())
    make.article(issue=issue, headline="To come", published_at=None)
    make.draft(issue=issue, headline="Unripe")

    assert work() == 3

    assert "To come" in words(issue, Format.PRESS)
    assert "Unripe" not in words(issue, Format.PRESS)


def test_a_machine_that_cannot_print_makes_epubs_alone(press, issue):
    with patch("magazine.printing.can_print", lambda: False):
        work()

        assert [one.format for one in Edition.objects.all()] == [Format.EPUB]
        assert "bin/system pango" in making.what_is_missing()


def test_a_file_that_was_brought_here_is_never_made_anew(press, issue):
    Edition.objects.create(
        issue=issue, format=Format.PDF, is_brought=True, file="editions/x.pdf", made_at=timezone.now()
    )

    work()
    making.make(edition(issue, Format.PDF).pk)

    assert edition(issue, Format.PDF).file == "editions/x.pdf"
    assert state(issue, Format.PDF) == State.BROUGHT


def test_the_worker_looks_every_minute():
    assert schedule.entries()[look_for_stale.module_path] == 1
    assert look_for_stale.call() == 0


# -- Fresh and stale -----------------------------------------------------------


def test_what_did_not_change_is_not_made_again(press, issue):
    work()
    first = edition(issue)

    issue.articles.first().save()
    assert state(issue) == State.STALE  # Until somebody has looked: it may be another text.
    assert work() == 0

    assert press[Format.EPUB].built == 1
    assert edition(issue).made_at == first.made_at
    assert state(issue) == State.FRESH


CHANGES = {
    "a correction": lambda issue: issue.articles.first().corrections.create(note="It was a Tuesday."),
    "an author's name": lambda issue: Author.objects.update(name="X"),
    "a tag": lambda issue: issue.articles.first().tags.add("Harbours"),
    "a page": lambda issue: issue.articles.update(page=50),
    "a section": lambda issue: Section.objects.update(name="Policy"),
    "a title": lambda issue: Issue.objects.update(title="Ebb"),
    "a piece more": lambda issue: make.article(issue=issue),
    "a piece less": lambda issue: issue.articles.first().delete(),
    "a picture's words": lambda issue: Picture.objects.update(alt="A sail"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_in_an_issue_makes_its_files_stale_at_once_and_fresh_in_a_minute(
    press, issue, change
):
    issue.cover = make.picture()
    issue.save()
    work()
    before = edition(issue).made_from

    CHANGES[change](issue)

    assert state(issue) == State.STALE
    work()
    assert state(issue) == State.FRESH
    assert edition(issue).made_from != before


def test_a_correction_is_in_the_next_file(press, issue):
    work()

    issue.articles.first().corrections.create(note="It was a Tuesday.")
    work()

    assert "It was a Tuesday." in words(issue)


def test_what_no_outline_shows_is_found_when_each_issue_is_read_in_its_turn(press, settings):
    elsewhere, issue = make.article(), make.issue()
    make.article(issue=issue, body=f'<p><a data-article="{elsewhere.pk}">There</a></p>')
    work()
    elsewhere.status = elsewhere.Status.SPIKED
    elsewhere.save()

    assert state(issue) == State.FRESH
    assert work() == 2
    assert elsewhere.slug not in words(issue)


def test_a_file_that_somebody_deleted_is_made_again(press, issue):
    work()
    vault.storage().delete(edition(issue).file)

    work()

    assert "The mole" in words(issue)


def test_an_issue_whose_last_piece_goes_has_no_file_any_more(press, issue):
    work()
    issue.articles.update(trashed_at=timezone.now())

    work()

    assert edition(issue).file == ""
    assert state(issue) == State.EMPTY


def test_looking_costs_the_same_for_many_issues(press, issue, django_assert_max_num_queries):
    for _n in range(5):
        make.article(issue=make.issue())
    work()
    work()

    editions = list(Edition.objects.select_related("issue"))
    with django_assert_max_num_queries(7):
        assert len(freshness.outlines(editions)) == 12


def test_the_epub_leads_to_the_pages_of_our_pdf_and_is_made_once_more_at_most(press, issue):
    mole, quay = issue.articles.order_by("page")
    press[Format.PDF].starts = {mole.pk: 5, quay.pk: 11}
    making.look()

    # As two workers would: the EPUB first, by the plan.
    making.make(edition(issue).pk)
    assert [one.page for one in freshness.text_for(edition(issue)).pieces] == [4, 9]
    making.make(edition(issue, Format.PDF).pk)
    assert state(issue) == State.STALE
    while work():
        pass

    told = [(one.page, one.length) for one in freshness.text_for(edition(issue)).pieces]
    assert told == [(5, 6), (11, 2)]
    assert (press[Format.EPUB].built, press[Format.PDF].built, state(issue)) == (2, 1, State.FRESH)


def test_the_worker_makes_the_pdf_first_so_that_the_epub_is_made_once(press, issue):
    mole, quay = issue.articles.order_by("page")
    press[Format.PDF].starts = {mole.pk: 5, quay.pk: 11}

    for one in making.look():
        making.make(one.pk)

    assert making.look() == []
    assert press[Format.EPUB].built == 1
    assert "11" in words(issue).split()


# -- The same bytes ------------------------------------------------------------


def test_the_same_bytes_are_one_file(press, issue):
    work()
    before = files()

    making.ask(edition(issue), anew=True)
    work()

    assert press[Format.EPUB].built == 2
    assert files() == before
    assert (
        edition(issue).file
        == f"editions/{edition(issue).content_hash[:2]}/{edition(issue).content_hash}.epub"
    )


def test_half_a_file_that_a_killed_worker_left_is_written_anew(press, issue):
    work()
    name = edition(issue).file
    with open(vault.storage().path(name), "wb") as file:
        file.write(b"half")

    making.ask(edition(issue), anew=True)
    work()

    assert "The mole" in words(issue)
    assert edition(issue).file == name


def test_old_files_are_left_for_a_day_and_then_swept(press, issue):
    work()
    old = edition(issue).file
    issue.articles.first().corrections.create(note="It was a Tuesday.")
    work()

    assert keeping.tidy() == 0
    assert keeping.tidy(timezone.now() + timedelta(hours=25)) == 2
    assert old not in files()
    assert "Tuesday" in words(issue)


# -- Workers -------------------------------------------------------------------


def test_two_workers_never_make_the_same_file(press, issue):
    making.look()
    one = edition(issue)
    second = []
    press[Format.EPUB].meanwhile = lambda: second.append(making.make(one.pk))

    assert making.make(one.pk)
    assert second == [False]
    assert press[Format.EPUB].built == 1


def test_a_worker_that_died_is_followed_by_another_after_two_minutes_of_silence(press, issue):
    making.look()
    one, begun = edition(issue), timezone.now() - timedelta(hours=1)
    Edition.objects.filter(pk=one.pk).update(begun_at=begun, told_at=timezone.now() - timedelta(seconds=100))
    assert not making.make(one.pk)
    assert state(issue) == State.BEING_MADE

    Edition.objects.filter(pk=one.pk).update(told_at=timezone.now() - timedelta(seconds=121))
    assert state(issue) == State.WAITING
    assert one in making.look()
    assert making.make(one.pk)


def test_a_worker_that_was_given_up_and_comes_back_writes_nothing(press, issue):
    making.look()
    one = edition(issue)
    another = timezone.now() + timedelta(seconds=1)
    press[Format.EPUB].meanwhile = lambda: Edition.objects.filter(pk=one.pk).update(begun_at=another)

    assert not making.make(one.pk)

    assert (edition(issue).file, edition(issue).begun_at) == ("", another)


def test_a_piece_withdrawn_while_the_file_is_made_is_not_in_it(press, issue):
    def withdraw():
        issue.articles.filter(headline="The mole").update(status="spiked")

    press[Format.EPUB].meanwhile = withdraw
    work()

    assert "The mole" not in words(issue)
    assert "The quay" in words(issue)
    assert press[Format.EPUB].built == 2


def test_a_text_that_never_rests_is_left_for_the_next_look(press, issue):
    press[Format.EPUB].meanwhile = lambda: issue.articles.first().corrections.create(note="Again.")

    making.look()
    assert not making.make(edition(issue).pk)

    assert press[Format.EPUB].built == making.ATTEMPTS
    assert edition(issue).begun_at is None
    assert edition(issue) in making.look()


def test_a_failure_is_told_leaves_the_old_file_and_is_tried_again(press, issue):
    work()
    old = edition(issue).file
    issue.articles.first().corrections.create(note="It was a Tuesday.")

    def fail():
        raise ValueError("no ink")

    press[Format.EPUB].meanwhile = fail
    work()
    assert (edition(issue).file, edition(issue).failure) == (old, "ValueError: no ink")
    assert state(issue) == State.FAILED

    press[Format.EPUB].meanwhile = lambda: None
    assert edition(issue) not in making.look()
    assert edition(issue) in making.look(timezone.now() + timedelta(minutes=16))
    making.make(edition(issue).pk)
    assert (edition(issue).failed_at, state(issue)) == (None, State.FRESH)


def test_a_change_after_a_failure_is_tried_at_once(press, issue):
    press[Format.EPUB].meanwhile = lambda: 1 / 0
    work()
    issue.articles.first().corrections.create(note="It was a Tuesday.")

    assert edition(issue) in making.look()


def test_the_row_tells_how_far_it_is(press, issue):
    seen = []
    begun = timezone.now()

    def look():
        row = edition(issue)
        seen.append((row.percent, row.step, begun <= row.begun_at < row.told_at))

    press[Format.EPUB].meanwhile = look
    work()

    assert seen == [(50, "Setting the type", True)]
    assert edition(issue).told_at is None


def test_what_was_asked_for_is_not_asked_for_every_minute(press, issue):
    assert len(making.look()) == 2
    assert making.look() == []
    assert len(asked()) == 2
    assert len(making.look(timezone.now() + timedelta(minutes=31))) == 2
