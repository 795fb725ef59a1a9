"""Editions at the desk: what is told of each file is true, and a file can be asked for."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from editions.models import Edition, Format
from tests import make
from tests.editions.fakes import presses, work

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

LIST = "/desk/editions/edition/"


@pytest.fixture
def press():
    with presses() as fakes:
        yield fakes


@pytest.fixture
def issue(press):
    issue = make.issue(title="Tides")
    make.article(issue=issue)
    work()
    return issue


@pytest.fixture
def desk(client):
    client.force_login(make.staff(Role.EDITOR))
    return client


def one(form=Format.EPUB):
    return Edition.objects.get(format=form)


def test_the_list_tells_fresh_from_stale_the_moment_something_changes(desk, issue):
    assertContains(desk.get(LIST), 'data-state="fresh"', count=2)

    issue.articles.first().corrections.create(note="It was a Tuesday.")
    assertContains(desk.get(LIST), 'data-state="stale"', count=2)
    assertContains(desk.get(LIST), "made anew within a minute", count=2)

    work()
    assertContains(desk.get(LIST), 'data-state="fresh"', count=2)


def test_the_list_tells_how_far_a_file_is_while_it_is_made(desk, issue, press):
    seen = []
    issue.articles.first().corrections.create(note="It was a Tuesday.")
    press[Format.EPUB].meanwhile = lambda: seen.append(desk.get(LIST))
    work()

    assertContains(seen[0], 'data-state="being_made"')
    assertContains(seen[0], "50 % · Setting the type")
    assertContains(seen[0], 'data-unfinished="yes"')
    assertContains(seen[0], "desk/making.js")


def test_the_list_tells_what_failed_and_that_the_old_file_is_out(desk, issue, press):
    issue.articles.first().corrections.create(note="It was a Tuesday.")

    def fail():
        raise ValueError("no <ink>")

    press[Format.EPUB].meanwhile = fail
    work()

    assertContains(desk.get(LIST), "ValueError: no &lt;ink&gt; (the file before it is out)")
    assertContains(desk.get("/desk/"), "Files that could not be made")
    assertContains(desk.get(reverse("admin:editions_edition_change", args=[one().pk])), "no &lt;ink&gt;")


def test_a_machine_that_cannot_print_says_so_above_the_list(desk, issue):
    assertNotContains(desk.get(LIST), "This machine makes no PDF")

    with patch("magazine.printing.can_print", lambda: False):
        assertContains(desk.get(LIST), "This machine makes no PDF")


def test_an_editor_has_a_file_made_anew(desk, issue, press):
    page = reverse("admin:editions_edition_make_anew", args=[one().pk])
    assertContains(desk.get(page), "Readers have the present file until the new one is there.")
    assert one().asked_at is None

    assertContains(desk.post(page, follow=True), "The worker makes it as soon as it can.")
    work()

    assert press[Format.EPUB].built == 2
    chosen = {"action": "make_chosen_anew", ACTION_CHECKBOX_NAME: [one().pk, one(Format.PDF).pk]}
    assertContains(desk.post(LIST, chosen, follow=True), "2 files are made anew.")
    work()
    assert press[Format.EPUB].built == 3


def test_an_editor_has_the_printers_file_made_of_an_issue_that_is_out(desk, issue):
    chosen = {"action": "make_for_the_printer", ACTION_CHECKBOX_NAME: [one().pk, one(Format.PDF).pk]}
    assertContains(desk.post(LIST, chosen, follow=True), "1 file for the printer is being made.")
    work()

    assert one(Format.PRESS).file
    issue.articles.first().corrections.create(note="It was a Tuesday.")
    assertContains(desk.get(LIST), 'data-state="stale"', count=3)
    work()
    assertContains(desk.get(LIST), 'data-state="stale"', count=1)


def test_a_file_that_was_brought_here_is_not_made_anew(desk, issue):
    Edition.objects.filter(format=Format.PDF).update(is_brought=True)

    page = reverse("admin:editions_edition_make_anew", args=[one(Format.PDF).pk])
    assertContains(desk.post(page, follow=True), "was brought here")
    assert one(Format.PDF).asked_at is None


def test_the_list_costs_the_same_for_many_files(desk, issue, django_assert_max_num_queries):
    desk.get(LIST)
    for n in range(5):
        make.article(issue=make.issue(released_at=timezone.now() - timedelta(days=n)))
    work()

    with django_assert_max_num_queries(16):
        assertContains(desk.get(LIST), 'data-state="fresh"', count=12)
