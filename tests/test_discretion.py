"""What stands in a log: what went wrong and where, and never to whom."""

import io
import logging
import smtplib
import sys
from urllib.parse import quote_plus

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.roles import Role
from magazine.discretion import Discreet, named, told, without_secrets
from subscriptions.models import Payment
from subscriptions.paying import charging, messages
from subscriptions.providers.base import ProviderRefusedError
from tests import make

NAME, EMAIL, STREET = "Zephyrine Quill", "zephyrine@example.org", "4 Ropewalk Yard"
PHONE, CODE, TOKEN = "+44 20 7946 0123", "ACDE-FGHJ-KMNP", "tok_" + "s" * 40
WORDS = f"{NAME} <{EMAIL}>, {STREET}, {PHONE}, {CODE}, {TOKEN}"
PERSONAL = (NAME, "Zephyrine", "zephyrine", EMAIL, STREET, PHONE, "7946 0123", CODE, CODE.lower(), TOKEN)


@task()
def stumble(words: str, *, address: str) -> None:
    """Fail as a database does, which quotes the row."""
    try:
        raise IntegrityError(f"Key (email)=({address}) already exists: {words}")
    except IntegrityError as error:
        raise ValueError(words) from error


class Log:
    """What the program's own handler writes, at the level at which most is said."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def __str__(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def log(capfd):
    """Everything that is logged meanwhile, and what comes out on the terminal's other channel."""
    log, root = Log(), logging.getLogger()
    (handler,) = [one for one in root.handlers if isinstance(one.formatter, Discreet)]
    before, level = handler.setStream(log.stream), root.level
    root.setLevel(logging.INFO)
    yield log
    root.setLevel(level)
    handler.setStream(before)
    log.stream.write(capfd.readouterr().err)
    found = [word for word in PERSONAL if word in str(log)]
    assert found == [], str(log)


@pytest.fixture
def reader(db) -> User:
    return make.reader(name=NAME, email=EMAIL)


def boom(*_args, **_kwargs):
    raise ValueError(WORDS)


# -- The flows --------------------------------------------------------------------


@pytest.mark.django_db
def test_signing_up_and_in_names_nobody(log, reader):
    client = Client()
    client.post("/account/signup/", {"email": "zephyrine.two@example.org", "password1": make.PASSWORD})
    for _ in range(8):
        client.post("/account/login/", {"login": EMAIL, "password": TOKEN})
    client.post("/account/login/code/", {"email": EMAIL})
    client.post("/account/login/code/confirm/", {"code": CODE})
    assert mail.outbox


@pytest.mark.django_db
def test_an_order_and_its_failures_name_nobody(log, reader, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(reader)
    plan = make.plan()
    client.post(plan.get_absolute_url(), {"code": CODE, "email": EMAIL, "name": NAME})
    monkeypatch.setattr("subscriptions.views.plans.render", boom)
    assert client.get(f"{plan.get_absolute_url()}?email={EMAIL}&name=Zephyrine").status_code == 500

    assert "ValueError" in str(log)


@pytest.mark.django_db
def test_an_error_page_names_nobody(log, reader, monkeypatch, settings):
    assert not settings.DEBUG
    client = Client(raise_request_exception=False)
    client.force_login(reader)
    monkeypatch.setattr("subscriptions.views.account.render", boom)
    page = client.get("/account/", {"q": WORDS})

    assert page.status_code == 500
    assert NAME not in page.content.decode()
    assert "Internal Server Error: /account/" in str(log)
    assert 'in account\n    return render(request, "subscriptions/account.html", context)' in str(log)
    client.get(f"/no/such/page/{EMAIL}/")
    assert "Not Found: /no/such/page/[e-mail]/" in str(log)


@pytest.mark.django_db
def test_what_the_database_refuses_names_nobody(log, reader):
    try:
        User.objects.create(email=EMAIL.upper(), name=NAME)
    except IntegrityError:
        logging.getLogger("magazine").exception("Not saved: %s", reader)

    assert f"Not saved: accounts.User {reader.pk}" in str(log)
    assert "IntegrityError" in str(log)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_refuses_names_nobody(log, monkeypatch):
    make.order(by=make.reader(name=NAME, email=EMAIL))

    def refuse(self, *_args, **_kwargs):
        raise smtplib.SMTPRecipientsRefused({EMAIL: (550, f"no {WORDS}".encode())})

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    call_command("run_worker", "--once")

    assert "send_letter failed, attempt 1 of 3: smtplib.SMTPRecipientsRefused" in str(log)


@pytest.mark.django_db
def test_a_provider_that_refuses_names_nobody(log, reader, monkeypatch):
    subscription = make.card_subscription(by=reader)
    payment = subscription.payments.get()
    Payment.objects.filter(pk=payment.pk).update(
        status="expected", confirmed_at=None, paid_on=None, next_try_at=timezone.now()
    )

    def refuse(*_args, **_kwargs):
        raise ProviderRefusedError(f"No such customer: {WORDS}")

    monkeypatch.setattr("subscriptions.providers.demo.DemoProvider.charge", refuse)
    charging.charge_due()
    monkeypatch.setattr("subscriptions.paying.settling.look", boom)
    event = messages.ProviderEvent.objects.create(
        provider="demo", event_id="e", kind="k", object_id=payment.reference, body=f'{{"who": "{WORDS}"}}'
    )
    messages.apply(event.pk)

    assert "ProviderRefusedError" in str(log) or "ValueError" in str(log)


@pytest.mark.django_db
def test_addresses_and_gift_codes_name_nobody(log, reader, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(reader)
    typed = {"name": NAME, "street": STREET, "city": NAME, "postal_code": PHONE, "country": "GB"}

    client.post(reverse("subscriptions:addresses"), typed)
    client.post(reverse("subscriptions:redeem"), {"code": CODE})
    client.get(reverse("subscriptions:redeem_code", args=[CODE]))
    monkeypatch.setattr("subscriptions.views.gifts.render", boom)
    assert client.get(reverse("subscriptions:redeem_code", args=[CODE])).status_code in {404, 500}
    monkeypatch.setattr("subscriptions.views.printed.render", boom)
    assert client.post(reverse("subscriptions:addresses"), typed).status_code == 500

    assert "/redeem/[code]/" in str(log)


@pytest.mark.django_db
def test_an_import_with_bad_rows_names_nobody(log, monkeypatch):
    rows = f"email,name,street\n{EMAIL},{NAME},{STREET}\nnonsense {PHONE},{NAME},{STREET}\n"
    client = Client(raise_request_exception=False)
    client.force_login(make.staff(Role.PUBLISHER))
    address = reverse("admin:subscriptions_subscriberimport_add")
    for _ in range(2):
        file = SimpleUploadedFile(f"{NAME}.csv", rows.encode(), content_type="text/csv")
        client.post(address, {"file": file})
        monkeypatch.setattr("subscriptions.importing.taking.look_through", boom)

    assert "ValueError" in str(log)


@pytest.mark.django_db
def test_the_desks_searches_name_nobody(log, reader, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(make.staff(Role.PUBLISHER))
    server = logging.getLogger("django.server")
    asked = f"GET /desk/subscribers/?q={quote_plus(f'{NAME} {PHONE}')} HTTP/1.1"
    server.info('"%s" %s %s', asked, 200, 9)
    for address in ("/desk/accounts/user/", "/desk/subscriptions/letter/"):
        client.get(address, {"q": EMAIL})
    monkeypatch.setattr("accounts.admin.PersonAdmin.roles", boom)
    assert client.get("/desk/accounts/user/", {"q": NAME}).status_code == 500


@pytest.mark.django_db(transaction=True)
def test_a_task_that_fails_names_nobody_in_the_log_on_the_terminal_and_on_record(log):
    stumble.enqueue(WORDS, address=EMAIL)

    call_command("run_worker", "--once")

    row = DBTaskResult.objects.get()
    assert "test_discretion.stumble failed, attempt 1 of 3: builtins.ValueError" in str(log)
    assert "IntegrityError\n\nThat led to:\n\nTraceback" in row.traceback
    assert not [word for word in PERSONAL if word in row.traceback]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_breaks_down_names_nobody(log, monkeypatch):
    monkeypatch.setattr("magazine.work.worker.Worker.run_task", boom)
    stumble.enqueue("x", address="y")

    with pytest.raises(SystemExit):
        sys.exit(call_command_or_exit())

    assert "The worker ended." in str(log)


def call_command_or_exit() -> int:
    """Run the worker as its own program does: what it raises is one sentence on the terminal."""
    try:
        call_command("run_worker", "--once")
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


# -- The formatter ------------------------------------------------------------------


def test_an_error_is_named_with_what_led_to_it_and_speaks_only_of_the_machine():
    try:
        try:
            raise OperationalError("no such table: articles_article")
        except OperationalError as error:
            both = [KeyError(NAME), FileNotFoundError(2, "No such file", "a.mp3")]
            raise ExceptionGroup(NAME, both) from error
    except ExceptionGroup as error:
        text = told(error)

    assert "django.db.utils.OperationalError: no such table: articles_article" in text
    assert "KeyError\n" in text
    assert "FileNotFoundError: [Errno 2] No such file" in text
    assert "Zephyrine" not in text.replace("NAME", "")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError(NAME), "ValueError"),
        (Http404(NAME), "django.http.response.Http404"),
        (smtplib.SMTPResponseException(550, NAME), "smtplib.SMTPResponseException"),
        (
            ConnectionRefusedError(111, "Connection refused"),
            "ConnectionRefusedError: [Errno 111] Connection refused",
        ),
        (OSError(f"nobody home for {EMAIL}"), "OSError: nobody home for [e-mail]"),
    ],
)
def test_errors_are_named(error, text):
    assert named(error) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"to {EMAIL}.", "to [e-mail]."),
        (f"code {CODE.lower()}!", "code [code]!"),
        (f"call {PHONE}, please", "call [telephone], please"),
        ("GET /desk/?q=Ada%20Quill HTTP/1.1", "GET /desk/?[question] HTTP/1.1"),
        ("H-3K4P7R-1 at 12:30", "H-3K4P7R-1 at 12:30"),
        ("0191d3f2-aaaa-4ccc-8ddd-0123456789ab", "0191d3f2-aaaa-4ccc-8ddd-0123456789ab"),
    ],
)
def test_what_looks_like_a_person_is_left_out_and_the_rest_stays(text, left):
    assert without_secrets(text) == left


def test_other_handlers_get_a_record_as_it_was():
    record = logging.LogRecord("a", logging.INFO, "f", 1, "%s", (ValueError(NAME),), None)

    assert NAME not in Discreet().format(record)
    assert record.getMessage() == NAME


SECRETS = {"token", "key", "secret", "code"}


def secret_addresses(patterns, before="") -> list[str]:
    """Every address of ours with a secret in it, as text."""
    found = []
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += secret_addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and SECRETS & set(one.pattern.converters):
            found.append(route)
    return found


def test_every_address_with_a_secret_in_it_is_known_to_the_log():
    routes = [
        route
        for route in secret_addresses(get_resolver().url_patterns)
        # Named by what is recorded, which is no secret: whoever asks is looked at.
        if not route.startswith(("desk/", "listen/<key", "account/confirm-email", "account/password"))
    ]
    assert len(routes) > 8
    for route in routes:
        address = route
        for name in SECRETS:
            for converter in ("str", "slug", "path"):
                # A gift's code is known by its shape, wherever it stands; the rest by what stands before it.
                secret = CODE if name == "code" else "ACDE" * 11
                address = address.replace(f"<{converter}:{name}>", secret)
        assert "ACDE" not in without_secrets(f"/{address}"), route
