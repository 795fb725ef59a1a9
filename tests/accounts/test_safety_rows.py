"""Rows A8 and A9 of the attack cases: led nowhere else, and unsubscribed only by whoever it is about.

Row A7, a deleted account, is tests/accounts/test_leaving.py.
"""

import dataclasses
from email import message_from_bytes
from email.policy import default as policy
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.template import Template
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils.functional import Promise

from accounts.models import User
from accounts.roles import Role
from subscriptions import access, letters
from subscriptions.announcing.readers import link_token
from subscriptions.models import FeedAddress, Letter
from subscriptions.paying import guarantee
from tests import make
from tests.test_url_rules import url_names

pytestmark = pytest.mark.django_db

EVIL = (
    "//evil.example",
    "https://evil.example/",
    "http:evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "///evil.example",
    "https:///evil.example",
    " https://evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "%2f%2fevil.example",
    "http://[::1",
)


def leads_away(response) -> bool:
    """Whether the answer sends a browser anywhere but to a page of ours."""
    where = response.headers.get("Location", "")
    # As browsers read it: back-slashes are slashes, and tabs, line ends and leading spaces are not there.
    read = where.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "").strip()
    parts = urlsplit(read)
    return read.startswith("//") or bool(parts.scheme) or parts.netloc not in {"", "testserver"}


# -- A8: led nowhere else ------------------------------------------------------------


@pytest.mark.parametrize("evil", EVIL)
def test_signing_in_up_and_out_leads_to_pages_of_ours_alone(evil):
    person = make.reader()
    client = Client()
    sent = {"login": person.email, "password": make.PASSWORD, "next": evil}

    answers = [client.get(reverse("desk_login"), {"next": evil})]
    answers.append(client.post(reverse("account_login"), sent))
    assert client.session.get("_auth_user_id") == str(person.pk)
    # Signed in, the sign-in pages lead on at once.
    for name in ("account_login", "account_signup", "account_request_login_code", "account_reauthenticate"):
        answers.append(client.get(reverse(name), {"next": evil}))
        answers.append(client.post(reverse(name), {"next": evil, "password": make.PASSWORD}))
    answers.append(client.post(reverse("account_logout"), {"next": evil}))
    answers.append(
        Client().post(
            reverse("account_signup"),
            {"email": f"new@{len(evil)}.example", "password1": make.PASSWORD, "next": evil},
        )
    )
    by_query = Client().post(f"{reverse('account_login')}?next={evil}", {**sent, "next": ""})

    assert by_query.status_code == 302
    assert [one["Location"] for one in [*answers, by_query] if leads_away(one)] == []


def addresses() -> list[str]:
    """Every address of ours that takes no argument."""
    found = []
    for name in url_names(get_resolver().url_patterns):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return sorted(set(found))


@pytest.mark.wide
@pytest.mark.parametrize("who", ["stranger", "publisher"])
@patch.object(Template, "render", lambda *_: "")
def test_no_address_of_ours_leads_where_it_is_told(who):
    client = Client(raise_request_exception=False)
    if who == "publisher":
        client.force_login(make.staff(Role.PUBLISHER))
    ours = addresses()
    assert len(ours) > 60
    wrong = []
    for address in ours:
        told = dict.fromkeys(("next", "return_to", "back", "url", "to", "redirect"), EVIL[0])
        if leads_away(client.get(address, told, headers={"referer": EVIL[1]})):
            wrong.append(address)

    assert wrong == []


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "evil.example:80@testserver", "", "a b", "[::"]
)
@pytest.mark.parametrize("address", ["/", "/account/login/", "/desk/", "/health/", "/no/such/page/"])
def test_a_wrong_host_is_refused_everywhere(host, address):
    answer = Client().get(address, headers={"host": host}) if host else Client().get(address, HTTP_HOST=host)

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_no_letter_leads_where_the_request_said_it_came_to(settings):
    settings.SITE_URL = "https://halyard.example"
    settings.ALLOWED_HOSTS = ["*"]
    make.reader(email="ada@example.org")
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example"}

    Client().post(reverse("account_request_login_code"), {"email": "ada@example.org"}, headers=evil)
    Client().post(reverse("account_reset_password"), {"email": "ada@example.org"}, headers=evil)

    assert len(mail.outbox) == 2
    assert not any("evil" in letter.message().as_string() for letter in mail.outbox)


# -- A8: nothing is smuggled into the head of a letter ---------------------------------

INJECTED = "Ada\r\nBcc: everyone@evil.example\r\n\r\n<p>Hello"


# What a letter says of itself and nobody types: subscriptions' numbers, and addresses that we make.
OURS = ("number", "address", "kind")


def poisoned(value):
    """``value`` with a head of its own wherever it has words of somebody's."""
    if isinstance(value, str | Promise):
        return INJECTED
    if dataclasses.is_dataclass(value):
        names = [one.name for one in dataclasses.fields(value) if not one.name.endswith(OURS)]
        changed = {name: poisoned(getattr(value, name)) for name in names}
        return dataclasses.replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(poisoned(one) for one in value)
    return value


@pytest.mark.parametrize("kind", sorted(letters.LETTERS))
def test_no_word_in_a_letter_becomes_a_head_of_it(kind):
    sample = letters.sample(kind)

    poisoned(sample).write().send("ada@example.org")

    (sent,) = mail.outbox
    read = message_from_bytes(sent.message().as_bytes(), policy=policy)
    assert read["Bcc"] is None
    assert read.get_all("To") == ["ada@example.org"]
    assert sent.recipients() == ["ada@example.org"]
    ours = {"content-type", "mime-version", "subject", "from", "to", "date", "message-id"}
    assert {name.lower() for name in read} <= ours | {"list-unsubscribe", "list-unsubscribe-post"}


def test_every_letter_there_is_can_be_written():
    """Or the test above would leave one out."""
    assert set(letters.LETTERS) == set(Letter.Kind.values)


@pytest.mark.parametrize(
    "address", ["ada@example.org\nBcc: b@evil.example", "ada@example.org,b@evil.example"]
)
def test_no_address_that_a_person_types_is_two(address):
    client = Client()
    for name in ("account_signup", "account_request_login_code", "account_reset_password"):
        client.post(
            reverse(name), {"email": address, "login": address, "password1": make.PASSWORD, "password": "x"}
        )
    client.force_login(make.reader())
    client.post(reverse("account_email"), {"email": address, "action_add": "1"})

    assert mail.outbox == []
    with pytest.raises(ValidationError):
        letters.sample("welcome").write().send(address)


def test_a_name_is_one_line_in_what_goes_out():
    reader = make.reader(name="Ada\r\nBcc: everyone@evil.example")
    make.order(by=reader)
    letter = Letter.objects.get()

    letters.LETTERS[letter.kind].for_letter(letter, letter.recorded_at)[0].write().send(reader.email)

    read = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=policy)
    assert read["Bcc"] is None


# -- A9: unsubscribed only by whoever it is about ----------------------------------------


def by_link(token: str) -> str:
    return reverse("subscriptions:news_by_link", args=[token])


def wants_news(*readers: User) -> list[bool]:
    return [User.objects.get(pk=reader.pk).wants_news for reader in readers]


def test_looking_by_any_safe_method_unsubscribes_nobody():
    reader = make.reader()
    client = Client()
    for method in ("get", "head", "options"):
        getattr(client, method)(by_link(link_token(reader)), {"List-Unsubscribe": "One-Click"})
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(by_link(link_token(reader))).status_code == 405

    assert wants_news(reader) == [True]


def test_the_button_of_a_mail_program_works_without_cookies_once_and_for_that_reader_alone():
    reader, other = make.reader(), make.reader()
    strict = Client(enforce_csrf_checks=True)

    for _press in range(2):
        answer = strict.post(by_link(link_token(reader)), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
        assert wants_news(reader, other) == [False, True]

    # Signed in as somebody else it is still the letter's reader.
    strict.force_login(other)
    User.objects.filter(pk=reader.pk).update(wants_news=True)
    strict.post(by_link(link_token(reader)), {"List-Unsubscribe": "One-Click"})
    assert wants_news(reader, other) == [False, True]


def test_no_other_secret_and_no_altered_one_unsubscribes_anybody():
    reader, other = make.subscription().reader, make.reader()
    FeedAddress.objects.create(reader=reader)
    token = link_token(reader)
    signature = token.rpartition(":")[2]
    altered = {token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))}
    others = {
        token.upper(),
        token + "=",
        token[:-1],
        link_token(other).rpartition(":")[0] + ":" + signature,
        str(reader.pk),
        access.feed_token(reader),
        guarantee.link_token(reader.subscriptions.get().payments.get()),
        link_token(User(pk=10**6)),
    }
    client = Client()
    for wrong in altered | others:
        try:
            address = by_link(wrong)
        except NoReverseMatch:
            continue
        assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 404, wrong

    assert wants_news(reader, other) == [True, True]


def test_every_letter_that_can_be_switched_off_has_both_heads_that_mail_programs_want():
    with_button = {
        kind: written.headers for kind in letters.LETTERS if (written := letters.sample(kind).write()).headers
    }

    assert "issue_out" in with_button
    for headers in with_button.values():
        assert headers["List-Unsubscribe"].startswith("<http")
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
