"""A letter for each new issue: who gets one, once, and how nobody gets one against their will."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User
from articles.models import Issue
from subscriptions.announcing import outgoing
from subscriptions.announcing.readers import link_token
from subscriptions.features import Feature
from subscriptions.letters import sending
from subscriptions.models import Entitlement, Letter
from tests import make
from tests.working import work

pytestmark = pytest.mark.django_db
KIND = Letter.Kind.ISSUE_OUT


def told() -> list[str]:
    """To whom a letter about an issue went."""
    return sorted(Letter.objects.filter(kind=KIND, sent_at__isnull=False).values_list("address", flat=True))


def with_right(feature: Feature, **fields) -> User:
    reader = make.reader(**fields)
    Entitlement.objects.create(
        reader=reader,
        feature=feature,
        from_at=timezone.now() - timedelta(days=3),
        source=Entitlement.Source.COMPLIMENTARY,
    )
    return reader


# -- Who is told ------------------------------------------------------------------


def test_whoever_may_open_the_issue_and_wants_to_know_is_told_once():
    wanted = [
        with_right(Feature.DIGITAL_EDITION),
        with_right(Feature.EXCLUSIVE_CONTENT),
        make.reader(entitled=True),
        make.subscription().reader,
    ]
    with_right(Feature.PAST_ISSUES)
    make.reader()
    make.reader(entitled_until=timezone.now() - timedelta(days=1))
    make.reader(entitled=True, wants_news=False)
    make.reader(entitled=True, is_active=False)
    issue = make.issue()

    outgoing.announce(issue.pk)
    work()
    outgoing.announce(issue.pk)
    work()

    assert told() == sorted(reader.email for reader in wanted)
    assert outgoing.how_many(issue.pk, timezone.now()) == 0
    assert Letter.objects.filter(kind=KIND).count() == len(wanted)


def test_a_whole_readership_is_told_batch_by_batch(monkeypatch):
    monkeypatch.setattr(outgoing, "BATCH", 3)
    monkeypatch.setattr(outgoing, "BAG", 2)
    readers = [with_right(Feature.DIGITAL_EDITION) for _ in range(7)]
    issue = make.issue()

    assert outgoing.how_many(issue.pk, timezone.now()) == 7
    outgoing.announce(issue.pk)
    work()

    assert told() == sorted(reader.email for reader in readers)


def test_a_batch_that_is_done_again_after_a_crash_tells_nobody_twice():
    make.reader(entitled=True)
    issue = make.issue()

    for _ in range(3):
        outgoing.record_batch(issue.pk, 0)
    work()

    assert len(told()) == 1
    assert len(mail.outbox) == 1


def test_a_letter_names_the_pieces_and_gives_nothing_away():
    reader = make.reader(entitled=True, name="Ada")
    issue = make.issue(title="The long water", standfirst="What rivers remember.")
    make.article(issue=issue, headline="Upstream", page=4, audience="subscribers", body="<p>Withheld.</p>")
    make.draft(issue=issue, headline="Not approved")
    for page in range(10, 20):
        make.article(issue=issue, page=page)

    outgoing.announce(issue.pk)
    work()

    (letter,) = mail.outbox
    assert letter.to == [reader.email]
    assert "The long water" in letter.subject
    assert "Upstream" in letter.body
    assert "And 3 more pieces" in letter.body
    for absent in ("Withheld", "Not approved"):
        assert absent not in letter.body + letter.alternatives[0].content
    kept = Letter.objects.get(kind=KIND)
    assert (kept.text, kept.subject, kept.subscription) == (letter.body, letter.subject, None)


# -- When it is not to be any more ------------------------------------------------


def test_nothing_is_said_of_an_issue_that_readers_do_not_have():
    make.reader(entitled=True)
    issue = make.issue(released_at=timezone.now() + timedelta(hours=1))

    outgoing.announce(issue.pk)
    work()

    assert not Letter.objects.filter(kind=KIND).exists()


def test_a_letter_on_its_way_is_withdrawn_and_goes_out_once_it_is_true_again():
    reader = make.reader(entitled=True)
    issue = make.issue()
    outgoing.record_batch(issue.pk, 0)

    assert outgoing.withdraw(issue.pk) == 1
    work()
    assert not mail.outbox
    assert sending.state_of(Letter.objects.get()) == sending.State.DROPPED

    outgoing.announce(issue.pk)
    work()
    assert told() == [reader.email]


def test_a_letter_that_was_sent_is_not_sent_again_when_the_issue_comes_a_second_time():
    make.reader(entitled=True)
    issue = make.issue()
    outgoing.announce(issue.pk)
    work()

    assert outgoing.withdraw(issue.pk) == 0
    outgoing.announce(issue.pk)
    work()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda reader, issue: Issue.objects.update(released_at=None), "taken back"),
        (lambda reader, issue: Issue.objects.all().delete(), "taken back"),
        (lambda reader, issue: User.objects.filter(pk=reader.pk).update(wants_news=False), "wants no"),
        (lambda reader, issue: Entitlement.objects.update(until_at=timezone.now()), "no right"),
    ],
)
def test_a_letter_whose_reason_went_while_it_waited_stays_here(change, why):
    reader, issue = make.reader(entitled=True), make.issue()
    outgoing.record_batch(issue.pk, 0)

    change(reader, issue)
    work()

    assert not mail.outbox
    assert why in Letter.objects.get().failure


def test_one_letter_that_the_mail_server_refuses_keeps_no_other_back(monkeypatch):
    first, second = make.reader(entitled=True), make.reader(entitled=True)
    issue = make.issue()
    outgoing.record_batch(issue.pk, 0)
    User.objects.filter(pk=first.pk).update(email="no address")

    work(but=ValidationError)

    assert told() == [second.email]
    assert "mail server" in Letter.objects.get(reader=first).failure


# -- No more of them --------------------------------------------------------------


def by_link(reader: User) -> str:
    return reverse("subscriptions:news_by_link", args=[link_token(reader)])


def wants_news(reader: User) -> bool:
    return User.objects.get(pk=reader.pk).wants_news


def test_a_mail_programs_button_works_without_a_page_a_cookie_or_a_token(settings):
    reader = make.reader(entitled=True)
    outgoing.announce(make.issue().pk)
    work()
    headers = mail.outbox[0].message()
    address = headers["List-Unsubscribe"].strip("<>")
    assert address == settings.SITE_URL + by_link(reader)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    answer = Client(enforce_csrf_checks=True).post(
        address.removeprefix(settings.SITE_URL), {"List-Unsubscribe": "One-Click"}
    )

    assert answer.status_code == 200
    assert not answer.cookies
    assert not wants_news(reader)


def test_looking_at_the_link_changes_nothing_and_offers_a_button(client):
    reader = make.reader()

    page = client.get(by_link(reader))

    assertContains(page, "Send me no more of them")
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    assert wants_news(reader)

    assertContains(client.post(by_link(reader)), "no more")
    assert not wants_news(reader)
    assertContains(client.get(by_link(reader)), "It is done")


def test_a_link_that_was_changed_or_is_nobodys_opens_nothing(client):
    reader = make.reader()
    for wrong in (by_link(reader)[:-2] + "x/", by_link(User(pk=10**6))):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong).status_code == 404
    assert wants_news(reader)


def test_a_reader_switches_the_letters_off_and_on_in_the_account(client):
    reader = make.reader()
    client.force_login(reader)
    account, switch = reverse("subscriptions:account"), reverse("subscriptions:news")

    assertContains(client.get(account), "Send me no more of them")
    assertRedirects(client.post(switch, {"wants_news": "no"}), account)
    assert not wants_news(reader)
    assertContains(client.get(account), "Tell me when an issue is out")
    client.post(switch, {"wants_news": "yes"})
    assert wants_news(reader)
