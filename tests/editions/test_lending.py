"""Issues that are lent: who may lend, who gets in, and when a link closes."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from editions import addresses, lending
from editions.models import Format, GuestLink
from tests import make
from tests.editions.fakes import presses, work
from tests.words import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

LINKS = "/desk/editions/guestlink/"


@pytest.fixture
def issue():
    issue = make.issue(title="Tides")
    make.article(issue=issue, headline="The mole")
    with presses():
        work()
        yield issue


@pytest.fixture
def editor():
    return make.staff(Role.EDITOR)


def lent(issue, editor, *, days=14, at=None):
    return lending.lend(issue, note="A critic", days=days, by=editor, at=at)


def statuses(issue, secret):
    """What the page, both files and a part of one answer to whoever has the secret."""
    page = reverse("editions:lent", args=[secret])
    files = [page + addresses.file_name(issue, form) for form in (Format.EPUB, Format.PDF, Format.PRESS)]
    part = Client(headers={"Range": "bytes=0-3"}).get(files[0])
    return [Client().get(address).status_code for address in (page, *files)] + [part.status_code]


def test_a_guest_reads_one_issue_without_an_account(issue, editor):
    link, secret = lent(issue, editor)
    other = make.issue()
    make.article(issue=other)
    work()

    page = Client().get(reverse("editions:lent", args=[secret]))
    assertContains(page, "is lent to you")
    assertNotContains(page, "A critic")
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "private, no-store"
    addresses_shown = re.findall(rf'href="(/lent/{secret}/[^"]+)"', page.content.decode())
    assert len(addresses_shown) == 2
    for address in addresses_shown:
        response = Client().get(address)
        assert "The mole" in words_of(response)
        assert words_of(Client().get(address)).endswith(f"Guest {link.pk}")
    assert statuses(issue, secret) == [200, 200, 200, 404, 206]
    wrong = reverse("editions:lent", args=[secret]) + addresses.file_name(other, Format.EPUB)
    assert Client().get(wrong).status_code == 404


CLOSED = [404] * 5


@pytest.mark.parametrize(("days_ago", "opens"), [(13.99, True), (14, False), (20, False)])
def test_a_link_closes_when_its_days_are_over(issue, editor, days_ago, opens):
    _link, secret = lent(issue, editor, at=timezone.now() - timedelta(days=days_ago))

    assert (statuses(issue, secret) != CLOSED) is opens


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"is_staff": False}, {"groups": []}],
    ids=["account off", "no staff", "other role"],
)
def test_a_link_closes_when_its_maker_loses_what_let_them_lend(issue, editor, change):
    _link, secret = lent(issue, editor)
    if "groups" in change:
        editor.groups.clear()
    else:
        type(editor).objects.filter(pk=editor.pk).update(**change)

    assert statuses(issue, secret) == CLOSED


def test_a_withdrawn_link_opens_nothing_and_neither_does_one_to_an_issue_taken_back(issue, editor):
    link, secret = lent(issue, editor)
    _other, second = lent(issue, editor)

    assert lending.withdraw(link)
    assert not lending.withdraw(link)
    assert statuses(issue, secret) == CLOSED
    assert statuses(issue, second) != CLOSED
    issue.released_at = None
    issue.save()
    assert statuses(issue, second) == CLOSED


def test_a_guess_opens_nothing_and_the_table_holds_no_secret(issue, editor):
    link, secret = lent(issue, editor)

    assert secret not in str(GuestLink.objects.values().get())
    for guess in (link.digest, secret[:-1], secret + "A", secret.swapcase(), "x"):
        assert Client().get(f"/lent/{guess}/").status_code == 404


def test_a_piece_withdrawn_from_the_issue_is_not_lent(issue, editor):
    _link, secret = lent(issue, editor)
    make.article(issue=issue)
    issue.articles.filter(headline="The mole").update(status="spiked")

    assert statuses(issue, secret) == [200, 503, 503, 404, 503]


@pytest.mark.parametrize("days", [0, -1, 91])
def test_nobody_lends_for_no_time_or_for_ever(issue, editor, days):
    with pytest.raises(ValueError):
        lent(issue, editor, days=days)


def test_only_those_who_may_lend_do(issue):
    for person in (make.staff(Role.WRITER), make.staff(Role.FINANCE), make.reader(entitled=True)):
        with pytest.raises(PermissionDenied):
            lent(issue, person)


# -- At the desk ---------------------------------------------------------------


def test_an_editor_lends_an_issue_copies_the_address_and_withdraws_it(client, issue, editor):
    make.issue(released_at=None, title="Next month")
    client.force_login(editor)
    assertNotContains(client.get(f"{LINKS}add/"), "Next month")

    page = client.post(f"{LINKS}add/", {"issue": issue.pk, "note": "The Gazette", "days": "3"}, follow=True)
    secret = re.search(r"/lent/([\w-]{43})/", page.content.decode())[1]
    link = GuestLink.objects.get()
    assert (link.made_by, link.note) == (editor, "The Gazette")
    assert timedelta(days=2, hours=23) < link.until_at - timezone.now() <= timedelta(days=3)
    assert statuses(issue, secret)[0] == 200
    listed = client.get(LINKS)
    assertContains(listed, "The Gazette")
    assertNotContains(listed, secret)

    withdraw = reverse("admin:editions_guestlink_withdraw", args=[link.pk])
    assertContains(client.get(withdraw), "gets nothing from then on")
    assert statuses(issue, secret)[0] == 200
    assertContains(client.post(withdraw, follow=True), "It opens nothing any more.")
    assert statuses(issue, secret) == CLOSED
    assertContains(client.get(LINKS), "Withdrawn on")


def test_a_form_that_asks_for_too_many_days_lends_nothing(client, issue, editor):
    client.force_login(editor)

    client.post(f"{LINKS}add/", {"issue": issue.pk, "note": "x", "days": "365"})

    assert not GuestLink.objects.exists()
