"""Who gets the files of an issue, whole and in parts, and what happens to everybody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles.models import Article
from editions import addresses, keeping
from editions.models import Edition, Format
from magazine import ranges, vault
from subscriptions import entitlements
from subscriptions.access import Audience
from subscriptions.features import Feature
from subscriptions.models import Entitlement
from subscriptions.paying import guarantee, refunds
from tests import make
from tests.editions.fakes import hand_press, presses, shelved, work
from tests.words import bytes_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

SECRET = "quaggawort"


@pytest.fixture
def press():
    with presses() as fakes:
        yield fakes


@pytest.fixture
def issue(press):
    return one_more(timezone.now() - timedelta(days=7))


def one_more(released_at=None, **fields):
    issue = make.issue(released_at=released_at, **fields)
    make.article(
        issue=issue,
        audience=Audience.SUBSCRIBERS,
        headline="The mole",
        body=f"<p>Open.</p><hr data-paywall><p>{SECRET}</p>",
    )
    work()
    return issue


def address(issue, form=Format.EPUB):
    return addresses.download_address(issue, form)


def holder_of(*features):
    reader = make.reader()
    for feature in features:
        Entitlement.objects.create(
            reader=reader,
            feature=feature,
            from_at=timezone.now() - timedelta(days=1),
            source=Entitlement.Source.COMPLIMENTARY,
            granted_by=make.staff(),
            reason="A prize",
        )
    return reader


def get(person, where, **headers):
    client = Client(headers=headers)
    if person:
        client.force_login(person)
    return client.get(where)


# -- Who -----------------------------------------------------------------------


def test_a_subscriber_gets_both_files_of_the_issue_with_their_number_in_it(issue):
    subscription = make.subscription()

    for form, kind in ((Format.EPUB, "application/epub+zip"), (Format.PDF, "application/pdf")):
        response = get(subscription.reader, address(issue, form))
        words = words_of(response)

        assert response.status_code == 200
        assert response["Content-Type"] == kind
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Disposition"] == (
            f'attachment; filename="halyard-{issue.volume}-{issue.number}.{form.value}"'
        )
        assert SECRET in words
        assert words.endswith(subscription.number)


@pytest.mark.parametrize(
    ("person", "says"),
    [
        (lambda: None, "If you are one, sign in."),
        (make.reader, "You have none that is running."),
        (lambda: make.reader(entitled_until=timezone.now() - timedelta(seconds=1)), "Your plan ended on"),
        (lambda: holder_of(Feature.EXCLUSIVE_CONTENT, Feature.AUDIO), "You have none that is running."),
        (lambda: holder_of(Feature.PAST_ISSUES), "You have none that is running."),
        (lambda: make.reader(entitled=True, is_active=False), "sign in"),
    ],
    ids=["stranger", "registered", "lapsed", "other features", "past issues alone", "switched off"],
)
def test_whoever_has_no_right_to_it_is_told_what_opens_it_and_gets_not_a_byte(issue, person, says):
    someone = person()

    for header in ({}, {"Range": "bytes=0-99"}, {"If-None-Match": "*"}, {"X-HTTP-Method-Override": "PUT"}):
        response = get(someone, address(issue), **header)
        assert response.status_code == 403
        assertContains(response, says, status_code=403)
        assert SECRET not in words_of(response)
        assert "ETag" not in response


def test_the_current_issue_and_those_before_it_are_two_rights(press):
    before, current = one_more(timezone.now() - timedelta(days=20)), one_more(timezone.now())
    of_today, of_the_past = holder_of(Feature.DIGITAL_EDITION), holder_of(Feature.PAST_ISSUES)

    assert [get(of_today, address(one)).status_code for one in (current, before)] == [200, 403]
    assert [get(of_the_past, address(one)).status_code for one in (current, before)] == [403, 200]


def test_a_reader_loses_the_download_the_moment_the_right_ends(issue):
    subscription = make.subscription()
    assert get(subscription.reader, address(issue)).status_code == 200

    refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)

    for header in ({}, {"Range": "bytes=0-9"}):
        assert get(subscription.reader, address(issue), **header).status_code == 403


def test_the_makers_have_everything_before_its_day_and_the_printers_file_alone(press):
    issue = one_more(None, to_press_at=timezone.now())
    editor, finance = make.staff(Role.EDITOR), make.staff(Role.FINANCE)
    subscriber = make.reader(entitled=True)

    for form in Format:
        assert get(editor, address(issue, form)).status_code == 200
        for other in (finance, subscriber, None):
            assert get(other, address(issue, form)).status_code == 404

    issue.released_at = timezone.now()
    issue.save()
    Article.objects.update(published_at=timezone.now())
    for other in (finance, subscriber, None):
        assert get(other, address(issue, Format.PRESS)).status_code == 404
    assert get(finance, address(issue)).status_code == 200


def test_staff_and_guests_of_the_house_are_known_by_their_initials(issue):
    editor = make.staff(Role.EDITOR, name="Édith Vale")
    gift = make.reader(name="Ruth Reader")
    today = timezone.localdate()
    entitlements.grant_complimentary(
        gift, [Feature.DIGITAL_EDITION], first_on=today, last_on=today, by=editor, reason="A prize"
    )

    assert words_of(get(editor, address(issue))).endswith(f"EV {editor.pk}")
    assert words_of(get(gift, address(issue))).endswith(f"RR {gift.pk}")


@pytest.mark.parametrize("name", ["x.epub", "halyard-9-9.epub", "halyard-1-1.exe", "..%2f..%2fdb.sqlite3"])
def test_another_name_leads_nowhere(issue, name):
    where = f"/issues/{issue.volume}/{issue.number}/{name}"
    assert get(make.reader(entitled=True), where).status_code == 404


# -- What is withdrawn ---------------------------------------------------------


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda article: Article.objects.filter(pk=article.pk).update(status="spiked"),
        lambda article: Article.objects.filter(pk=article.pk).update(trashed_at=timezone.now()),
        lambda article: Article.objects.filter(pk=article.pk).update(
            embargo_until=timezone.now() + timedelta(days=1)
        ),
        lambda article: article.delete(),
    ],
    ids=["spiked", "in the trash", "under embargo", "deleted"],
)
def test_a_file_with_a_withdrawn_piece_is_not_given_away_until_it_is_made_anew(issue, withdraw):
    reader = make.reader(entitled=True)
    make.article(issue=issue, headline="The quay")
    work()
    withdraw(issue.articles.get(headline="The mole"))

    for header in ({}, {"Range": "bytes=0-9"}):
        response = get(reader, address(issue), **header)
        assert (response.status_code, response["Retry-After"]) == (503, "60")
        assertContains(response, "A minute, please", status_code=503)
        assert "The mole" not in words_of(response)

    work()
    words = words_of(get(reader, address(issue)))
    assert "The quay" in words
    assert "The mole" not in words


def test_a_corrected_issue_is_given_away_as_it_is_until_the_new_file_is_there(issue):
    reader = make.reader(entitled=True)
    issue.articles.first().corrections.create(note="It was a Tuesday.")

    assert get(reader, address(issue)).status_code == 200
    work()
    assert "It was a Tuesday." in words_of(get(reader, address(issue)))


def test_a_file_that_is_gone_is_being_made(issue):
    vault.storage().delete(Edition.objects.get(format=Format.EPUB).file)

    assert get(make.reader(entitled=True), address(issue)).status_code == 503


def test_files_in_object_storage_elsewhere_are_given_away_by_the_same_rules(press, settings):
    settings.STORAGES = settings.STORAGES | {"private": {"BACKEND": "tests.editions.fakes.Bucket"}}
    issue, reader = one_more(timezone.now() - timedelta(days=7)), make.reader(entitled=True)

    response = get(reader, address(issue))
    assert SECRET in words_of(response)
    assert "private" in response.headers["Cache-Control"]
    assert get(make.reader(), address(issue)).status_code == 403
    Entitlement.objects.update(until_at=timezone.now())
    assert get(reader, address(issue)).status_code == 403

    old = Edition.objects.get(format=Format.EPUB).file
    issue.articles.first().corrections.create(note="It was a Tuesday.")
    work()
    assert keeping.tidy(timezone.now() + timedelta(hours=25)) == 2
    assert not vault.storage().exists(old)


def test_what_is_not_made_here_is_not_there(press):
    issue = make.issue()
    assert get(make.reader(entitled=True), address(issue)).status_code == 404


# -- Parts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-200", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=99-", (99, 99)),
        ("", None),
        ("bytes=-", None),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("lines=0-9", None),
        (f"bytes=0-{'9' * 400}", None),
    ],
)
def test_a_part_is_what_was_asked_for_and_nonsense_is_the_whole(header, part):
    assert ranges.part_of(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(header):
    with pytest.raises(ranges.UnsatisfiableError):
        ranges.part_of(header, 100)


def test_a_file_fetched_in_parts_is_the_file(issue):
    reader = make.reader(entitled=True)
    whole = bytes_of(get(reader, address(issue)))
    head = Client()
    head.force_login(reader)
    told = head.head(address(issue))

    assert (told.status_code, told["Content-Length"], told["Accept-Ranges"]) == (
        200,
        str(len(whole)),
        "bytes",
    )
    assert bytes_of(told) == b""
    parts = [get(reader, address(issue), Range=f"bytes={n}-{n + 9}") for n in range(0, len(whole), 10)]
    assert {part.status_code for part in parts} == {206}
    assert parts[0]["Content-Range"] == f"bytes 0-9/{len(whole)}"
    assert b"".join(bytes_of(part) for part in parts) == whole


def test_a_part_of_another_copy_is_answered_with_the_whole(issue):
    reader = make.reader(entitled=True)
    first = get(reader, address(issue))
    issue.articles.first().corrections.create(note="It was a Tuesday.")
    work()

    again = get(reader, address(issue), **{"Range": "bytes=0-9", "If-Range": first["ETag"]})
    assert again.status_code == 200
    fresh = get(reader, address(issue), **{"Range": "bytes=0-9", "If-Range": again["ETag"]})
    assert fresh.status_code == 206
    assert get(reader, address(issue), **{"If-None-Match": again["ETag"]}).status_code == 304
    assert get(reader, address(issue), Range="bytes=999999-").status_code == 416


# -- The page of the issue -----------------------------------------------------


def test_the_issues_page_has_the_buttons_for_whoever_may_have_it(issue):
    page = get(make.reader(entitled=True), issue.get_absolute_url())

    assertContains(page, address(issue, Format.EPUB))
    assertContains(page, address(issue, Format.PDF))
    assertNotContains(page, address(issue, Format.PRESS))


def test_the_issues_page_tells_everybody_else_what_opens_it(issue):
    shelved(issue, Format.PRESS)
    lapsed = make.reader(entitled_until=timezone.now() - timedelta(days=1))

    stranger = get(None, issue.get_absolute_url())
    assertContains(stranger, "To keep, as EPUB and PDF, for subscribers.")
    assertContains(stranger, f"/account/login/?next={issue.get_absolute_url()}")
    assert stranger["Cache-Control"].startswith("public")
    assertContains(get(make.reader(), issue.get_absolute_url()), "To keep, as EPUB and PDF")
    assertContains(get(lapsed, issue.get_absolute_url()), "Your plan ended on")
    for page in (stranger, get(lapsed, issue.get_absolute_url())):
        assertNotContains(page, address(issue))


def test_an_issue_whose_files_are_being_made_says_so(press):
    issue = make.issue()
    Edition.objects.create(issue=issue, format=Format.EPUB)

    assertContains(get(make.reader(entitled=True), issue.get_absolute_url()), "are being made")


# -- The true thing ------------------------------------------------------------


def test_true_files_hold_every_word_and_the_mark():
    with hand_press():
        issue = one_more(timezone.now())
        subscription = make.subscription()
        for form in (Format.EPUB, Format.PDF):
            words = words_of(get(subscription.reader, address(issue, form)))
            assert SECRET in words
            assert subscription.number in words
