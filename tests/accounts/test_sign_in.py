"""Signing in and up as a person meets it, and as somebody meets it who is only guessing."""

import re
import statistics
import time

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import addresses
from accounts.models import User
from accounts.roles import Role
from tests import make

pytestmark = pytest.mark.wide

KNOWN, UNKNOWN = "known@example.org", "unknown@example.org"
LOGIN = "/account/login/"
BY_CODE = "/account/login/code/"
SIGNUP = "/account/signup/"
RESET = "/account/password/reset/"


@pytest.fixture
def known(db):
    person = make.reader(email=KNOWN, name="Ada Wren")
    addresses.keep_in_step(person, verified=True)
    return person


def code():
    """The code in the newest letter."""
    return re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


def is_signed_in(client):
    return "_auth_user_id" in client.session


def sign_in(client, email=KNOWN, password=make.PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password}, **more)


# -- The ways in --------------------------------------------------------------


def test_a_reader_signs_in_with_a_password(client, known):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, reverse("subscriptions:account"))
    assert is_signed_in(client)


def test_a_reader_signs_in_with_a_mailed_code(client, known):
    client.post(BY_CODE, {"email": KNOWN})
    assert not is_signed_in(client)
    assert mail.outbox[-1].to == [KNOWN]

    client.post("/account/login/code/confirm/", {"code": code()})
    assert is_signed_in(client)


def test_staff_are_led_to_the_desk(client, db):
    editor = make.staff(Role.EDITOR)
    addresses.keep_in_step(editor, verified=True)
    assert sign_in(client, editor.email)["Location"] == "/desk/"


def test_a_stranger_makes_an_account_and_proves_the_address_by_code(client, db):
    client.post(SIGNUP, {"email": "New@Example.org", "password1": make.PASSWORD})
    assert not is_signed_in(client)

    client.post("/account/confirm-email/", {"code": code()})
    assert is_signed_in(client)
    person = User.objects.get()
    assert (person.email, person.is_staff, person.has_usable_password()) == ("new@example.org", False, True)


def test_a_person_whom_the_desk_made_signs_in_by_code(client, db):
    person = User.objects.create_user("invited@example.org")
    addresses.keep_in_step(person)
    client.post(BY_CODE, {"email": "invited@example.org"})
    client.post("/account/login/code/confirm/", {"code": code()})

    assert is_signed_in(client)
    assert person.emailaddress_set.get().verified


def test_a_forgotten_password_is_replaced_with_a_mailed_code(client, known):
    client.post(RESET, {"email": KNOWN})
    client.post("/account/password/reset/confirm/", {"code": code()})
    client.post(
        "/account/password/reset/complete/",
        {"password1": "a longer sentence", "password2": "a longer sentence"},
    )
    other = Client()
    sign_in(other, password=make.PASSWORD)
    assert not is_signed_in(other)
    sign_in(other, password="a longer sentence")
    assert is_signed_in(other)
    assert any("new password was chosen" in letter.body for letter in mail.outbox)


def test_signing_out_takes_a_click_and_not_a_link(client, known):
    sign_in(client)
    assert client.get("/account/logout/").status_code == 200
    assert is_signed_in(client)
    client.post("/account/logout/")
    assert not is_signed_in(client)


def test_a_closed_account_stays_closed(client, known):
    User.objects.update(is_active=False)
    sign_in(client)
    assert not is_signed_in(client)


def test_a_weak_password_is_refused_with_the_reason(client, db):
    response = client.post(SIGNUP, {"email": UNKNOWN, "password1": "password"})
    assert "too common" in response.content.decode()
    assert not User.objects.exists()


# -- Nobody learns who has an account -----------------------------------------


def scrubbed(response, address):
    """What the browser is told, without what differs for every request."""
    text = response.content.decode().replace(address, "ADDRESS")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    return response.status_code, response.get("Location"), text, sorted(response.cookies)


ATTEMPTS = {
    "password": (LOGIN, lambda email: {"login": email, "password": "not the password"}),
    "code": (BY_CODE, lambda email: {"email": email}),
    "sign-up": (SIGNUP, lambda email: {"email": email, "password1": "a fresh long sentence"}),
    "reset": (RESET, lambda email: {"email": email}),
}


@pytest.mark.parametrize("way", ATTEMPTS)
def test_known_and_unknown_addresses_get_the_same_answer(known, way):
    address, data = ATTEMPTS[way]
    told = []
    for email in (KNOWN, UNKNOWN):
        client = Client()
        answer = client.post(address, data(email))
        pages = [scrubbed(answer, email)]
        if answer.status_code == 302:
            pages.append(scrubbed(client.get(answer["Location"]), email))
            pages.append(scrubbed(client.post(answer["Location"], {"code": "WRONG1"}), email))
        told.append(pages)

    assert told[0] == told[1]
    assert len(mail.outbox) == (0 if way == "password" else 2)


class CountingHasher(MD5PasswordHasher):
    """Hashes in no time and keeps count: the hashing is nearly all of what such an answer costs."""

    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("way", ATTEMPTS)
def test_known_and_unknown_addresses_take_the_same_time(db, way, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    addresses.keep_in_step(make.reader(email=KNOWN), verified=True)
    address, data = ATTEMPTS[way]
    hashed, taken = {KNOWN: set(), UNKNOWN: set()}, {KNOWN: [], UNKNOWN: []}
    for _n in range(12):
        for email in (KNOWN, UNKNOWN):
            User.objects.filter(email=UNKNOWN).delete()
            client = Client()
            client.get("/health/")  # Loads what a running server has loaded.
            before, begun = CountingHasher.hashed, time.process_time()
            client.post(address, data(email))
            taken[email].append(time.process_time() - begun)
            hashed[email].add(CountingHasher.hashed - before)

    assert hashed[KNOWN] == hashed[UNKNOWN]
    difference = statistics.median(taken[KNOWN]) - statistics.median(taken[UNKNOWN])
    assert abs(difference) < seconds_of_a_hash() / 20, "a stranger could hear it through the net"


def seconds_of_a_hash():
    """What a password costs in earnest, on this machine, now: the measure of what can be heard."""
    begun = time.process_time()
    PBKDF2PasswordHasher().encode("harbour at dawn", "salt")
    return time.process_time() - begun


# -- Codes --------------------------------------------------------------------


def test_a_code_works_once(client, known):
    client.post(BY_CODE, {"email": KNOWN})
    used = code()
    client.post("/account/login/code/confirm/", {"code": used})
    client.post("/account/logout/")

    client.post("/account/login/code/confirm/", {"code": used})
    assert not is_signed_in(client)


def test_a_code_works_only_where_it_was_asked_for(client, known):
    client.post(BY_CODE, {"email": KNOWN})
    elsewhere = Client()
    elsewhere.post("/account/login/code/confirm/", {"code": code()})
    assert not is_signed_in(elsewhere)


def test_a_code_cannot_be_guessed(client, known):
    client.post(BY_CODE, {"email": KNOWN})
    right = code()
    for _n in range(3):
        client.post("/account/login/code/confirm/", {"code": "WRONG1"})
    client.post("/account/login/code/confirm/", {"code": right})
    assert not is_signed_in(client)


def test_a_code_grows_old(client, known, monkeypatch):
    client.post(BY_CODE, {"email": KNOWN})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT + 1)
    client.post("/account/login/code/confirm/", {"code": code()})
    assert not is_signed_in(client)


def test_a_mail_scanner_that_opens_the_page_spends_nothing(client, known):
    client.post(BY_CODE, {"email": KNOWN})
    for _n in range(5):
        client.get("/account/login/code/confirm/")
    client.post("/account/login/code/confirm/", {"code": code()})
    assert is_signed_in(client)


# -- Sessions -----------------------------------------------------------------


def test_signing_in_begins_a_new_session(client, known):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    before = session.session_key

    sign_in(client)
    assert client.session.session_key != before
    assert not Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={before}"}).session.get(
        "_auth_user_id"
    )


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, known):
    sign_in(client)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_a_form_from_another_site_signs_nobody_in(known):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)


# -- Limits -------------------------------------------------------------------


def test_guessing_one_persons_password_ends_after_five_tries_from_wherever(known):
    for n in range(5):
        sign_in(Client(), password=f"guess {n}", REMOTE_ADDR=f"203.0.113.{n}")
    client = Client()
    answer = sign_in(client, REMOTE_ADDR="203.0.113.99")

    assert "That went wrong too often" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_forged_forwarding_address_makes_nobody_another_person(known):
    for n in range(10):
        sign_in(Client(), f"someone{n}@example.org", "guess", headers={"x-forwarded-for": f"203.0.113.{n}"})
    client = Client()
    sign_in(client, headers={"x-forwarded-for": "203.0.113.200"})
    assert not is_signed_in(client)


def test_a_good_sign_in_between_does_not_begin_the_count_anew(known):
    own = make.reader(email="attacker@example.org")
    addresses.keep_in_step(own, verified=True)
    for n in range(9):
        sign_in(Client(), f"victim{n}@example.org", "guess")
    sign_in(Client(), "attacker@example.org")
    sign_in(Client(), "victim9@example.org", "guess")

    client = Client()
    sign_in(client)
    assert not is_signed_in(client)


def test_nobodys_letter_box_is_flooded(known):
    for _n in range(6):
        last = Client().post(BY_CODE, {"email": KNOWN})
    assert last.status_code == 200 or last.status_code == 429
    assert len(mail.outbox) == 3


# -- Where one is led ---------------------------------------------------------


@pytest.mark.parametrize(
    "destination",
    [
        "//evil.example/",
        "https://evil.example/",
        "\\\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "///evil.example",
        "https:///evil.example",
        "\thttps://evil.example",
        "data:text/html,x",
    ],
)
def test_nobody_is_led_to_another_site(client, known, destination):
    answer = client.post(LOGIN, {"login": KNOWN, "password": make.PASSWORD, "next": destination})
    assert answer["Location"] == reverse("subscriptions:account")
    answer = client.post("/account/logout/", {"next": destination})
    assert answer["Location"] == "/"


def test_a_reader_comes_back_to_where_they_were(client, known):
    answer = client.post(
        LOGIN, {"login": KNOWN, "password": make.PASSWORD, "next": "/politics/a-quiet-quay/"}
    )
    assert answer["Location"] == "/politics/a-quiet-quay/"


def test_an_unknown_host_is_no_host_of_ours(client, db):
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: b@example.org", "a@example.org\r\n", "no address", ""]
)
def test_an_address_carries_no_header(client, db, email):
    client.post(BY_CODE, {"email": email})
    assert all(letter.to == ["a@example.org"] and not letter.bcc for letter in mail.outbox)


# -- The desk's door ----------------------------------------------------------


def test_the_desk_sends_strangers_to_the_magazines_own_sign_in(client, db):
    answer = client.get("/desk/articles/article/", follow=True)
    assert answer.redirect_chain[-1][0] == "/account/login/?next=/desk/articles/article/"
    answer = client.post("/desk/login/", {"username": "a", "password": "b"})
    assert answer["Location"] == "/account/login/?next=/desk/"


def test_a_reader_finds_the_desk_closed(client, known):
    client.force_login(known)
    assert client.get("/desk/", follow=True).status_code == 403


def test_staff_at_the_door_are_let_in(client, db):
    client.force_login(make.staff(Role.EDITOR))
    assert client.get("/desk/login/")["Location"] == "/desk/"


# -- One's own address and password -------------------------------------------


def test_a_new_address_counts_once_its_owner_has_proved_it_and_the_old_one_is_told(client, known):
    sign_in(client)
    asked = client.post("/account/email/", {"email": "new@example.org", "action_add": "1"})
    client.post(asked["Location"], {"password": make.PASSWORD})
    known.refresh_from_db()
    assert known.email == KNOWN
    letter = next(letter for letter in mail.outbox if letter.to == ["new@example.org"])

    typed = re.search(r"^    (\S+)$", letter.body, re.MULTILINE)[1]
    client.post("/account/confirm-email/", {"code": typed})
    known.refresh_from_db()
    assert known.email == "new@example.org"
    assert any(letter.to == [KNOWN] and "new@example.org" in letter.body for letter in mail.outbox)


def test_another_persons_address_cannot_be_taken(client, known):
    other = make.reader(email="other@example.org")
    addresses.keep_in_step(other, verified=True)
    sign_in(client)
    asked = client.post("/account/email/", {"email": "other@example.org", "action_add": "1"})
    client.post(asked["Location"], {"password": make.PASSWORD})
    known.refresh_from_db()
    assert known.email == KNOWN


def test_a_session_found_open_is_not_enough_to_take_an_account_over(client, known):
    sign_in(client)
    answer = client.post("/account/email/", {"email": "thief@example.org", "action_add": "1"})
    assert answer["Location"].startswith("/account/reauthenticate/")
    client.post(
        "/account/password/change/", {"password1": "mine now, all mine", "password2": "mine now, all mine"}
    )
    known.refresh_from_db()
    assert known.check_password(make.PASSWORD)


# -- The pages ----------------------------------------------------------------

FOR_STRANGERS = [LOGIN, SIGNUP, BY_CODE, RESET, "/account/inactive/", "/account/password/reset/done/"]
FOR_READERS = ["/account/logout/", "/account/email/", "/account/password/change/", "/account/reauthenticate/"]


@pytest.mark.parametrize("address", FOR_STRANGERS + FOR_READERS)
def test_every_page_is_one_of_ours_without_inline_script_or_style(client, known, address):
    if address in FOR_READERS:
        sign_in(client)
    answer = client.get(address)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert 'name="robots" content="noindex"' in page
    assert "no-store" in answer["Cache-Control"]
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page)


def test_letters_are_ours(client, known):
    client.post(BY_CODE, {"email": KNOWN})
    letter = mail.outbox[-1]
    assert letter.subject == "Your code for Halyard"
    assert "Here is the code" in letter.body
    assert settings.SITE_URL in letter.body
