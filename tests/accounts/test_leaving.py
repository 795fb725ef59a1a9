"""Taking one's data away, and having it erased (SAFETY.md, A7)."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.db.models import Sum
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import ErasureRequest, User
from accounts.privacy import erasure, export
from accounts.roles import Role
from articles.models import Author
from magazine import personal
from magazine.personal import Fate
from subscriptions.access import Audience, verdict_for
from subscriptions.letters import post
from subscriptions.models import Entitlement, Letter, Payment, Refund, Subscription, Term
from subscriptions.paying.invoices import invoice_of
from tests import make
from tests.accounts.planted import plant
from tests.working import work

pytestmark = pytest.mark.django_db
LATER = timedelta(days=15)
# No name of anybody else's has it in it.
MARK = "Zephyrine"
ERASE = "/account/data/erase/"


def everything() -> dict[str, str]:
    """Every word in the database, by table, row and field."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        fields = [field for field in model._meta.concrete_fields if not field.is_relation]
        for row in model._base_manager.all():
            for field in fields:
                value = getattr(row, field.attname)
                if isinstance(row, Session) and field.name == "session_data":
                    value = row.get_decoded()
                found[f"{model._meta.label}.{field.name} #{row.pk}"] = str(value)
    return found


def rows_of(reader: User) -> dict[str, list[tuple]]:
    """Every row that points to ``reader``, whole."""
    return {
        f"{model._meta.label}.{field.name}": list(
            model._base_manager.filter(**{field.name: reader.pk}).order_by("pk").values_list()
        )
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is User
    }


def mentions(mark: str) -> list[str]:
    return [place for place, text in everything().items() if mark.lower() in text.lower()]


def ask(reader: User, **more) -> ErasureRequest:
    return erasure.ask(reader, gives_up=True, **more)


# -- Erased ----------------------------------------------------------------------


def test_of_an_erased_reader_no_word_is_left_and_of_others_all(settings):
    settings.PRIVACY_INVOICE_YEARS = 0
    reader, other = plant(MARK), plant("Marmaduke")
    assert len(mentions(MARK)) > 30
    untouched = rows_of(other)

    ask(reader)
    erasure.erase_due(timezone.now() + LATER)

    assert mentions(MARK) == []
    assert mentions(reader.email) == []
    after = rows_of(other)
    assert after.pop("accounts.ErasureRequest.reader") == untouched.pop("accounts.ErasureRequest.reader")
    assert after == untouched


def test_whoever_asks_sees_before_what_is_done_then_and_it_is_done_to_every_table():
    reader = plant(MARK)
    shown = {line.holding.model: line.count for line in erasure.rehearse(reader).lines}
    assert mentions(MARK), "a rehearsal is taken back"

    ask(reader)
    (done,) = erasure.erase_due(timezone.now() + LATER)

    # What asking itself writes: the request, a letter, a line in the story.
    changed = {"accounts.ErasureRequest", "subscriptions.Letter", "subscriptions.SubscriptionEvent"}
    assert {key: count for key, count in done.did.items() if key not in changed} == {
        key: count for key, count in shown.items() if key not in changed
    }
    # Sessions go after the account; links with which an address is proved are codes here, and no rows.
    without_rows = {"sessions.Session", "account.EmailConfirmation"}
    without_rows |= {"accounts.User_groups", "accounts.User_user_permissions"}
    expected = {
        one.model for one in personal.holdings().values() if one.fate in {Fate.GOES, Fate.EMPTIED}
    } - without_rows
    assert expected - {key for key, count in done.did.items() if count} == set()


def test_the_books_stay_and_say_the_same_sums(settings):
    settings.PRIVACY_INVOICE_YEARS = 6
    reader = plant(MARK)
    sums = [
        model.objects.aggregate(Sum(field))
        for model, field in ((Payment, "amount_minor"), (Refund, "amount_minor"), (Term, "months"))
    ]
    payment = Payment.objects.get(subscription__reader=reader)

    ask(reader)
    erasure.erase_due(timezone.now() + LATER)

    assert sums == [
        model.objects.aggregate(Sum(field))
        for model, field in ((Payment, "amount_minor"), (Refund, "amount_minor"), (Term, "months"))
    ]
    # For the years of the law invoices name who paid, and nothing else does.
    assert invoice_of(payment).reader_name == f"{MARK} Quill"
    request = ErasureRequest.objects.get()
    kept = {f"accounts.ErasureRequest.{name} #{request.pk}" for name in ("kept_name", "kept_email")}
    assert set(mentions(MARK)) == kept
    assert request.kept_until_on == timezone.localdate().replace(
        month=12, day=31, year=timezone.localdate().year + 6
    )
    call_command("forget_old_data")
    assert invoice_of(payment).reader_name == f"{MARK} Quill"
    ErasureRequest.objects.update(kept_until_on=timezone.localdate() - timedelta(days=1))
    call_command("forget_old_data", "--dry-run")
    assert invoice_of(payment).reader_name
    call_command("forget_old_data")
    assert (invoice_of(payment).reader_name, invoice_of(payment).reader_email) == ("", "")


def test_nobody_signs_in_as_an_erased_reader_or_reads_with_their_rights(client):
    reader = make.subscription(by=make.reader(email="zephyrine@example.org")).reader
    client.force_login(reader)
    ask(reader)
    assert verdict_for(reader, Audience.SUBSCRIBERS).granted, "paid days stay until it is done"

    erasure.erase_due(timezone.now() + LATER)

    gone = User.objects.get(pk=reader.pk)
    assert not Session.objects.exists()
    assert client.get("/account/").status_code == 302
    assert not gone.is_active
    assert not gone.has_usable_password()
    client.post("/account/login/", {"login": "zephyrine@example.org", "password": make.PASSWORD})
    assert "_auth_user_id" not in client.session
    at = timezone.now() + LATER
    assert not Entitlement.objects.filter(reader=reader).current(at).exists()
    assert not Subscription.objects.live().filter(reader=reader).exists()
    # The address is free: whoever comes back is somebody new.
    assert make.reader(email="zephyrine@example.org").pk != reader.pk


def test_an_author_page_stays_when_its_account_goes(client):
    reader = make.reader()
    author = make.author("Tobias Wren", account=reader)
    make.article(authors=[author])

    ask(reader)
    erasure.erase_due(timezone.now() + LATER)

    assert Author.objects.get().account is None
    assertContains(client.get(author.get_absolute_url()), "Tobias Wren")


def test_whoever_works_here_is_let_go_first():
    editor = make.staff(Role.EDITOR)

    with pytest.raises(erasure.CannotEraseError, match="You work here"):
        ask(editor)

    # Nor is it done to somebody who was given a role while it waited.
    reader = make.reader()
    ask(reader)
    User.objects.filter(pk=reader.pk).update(is_staff=True)
    assert erasure.erase_due(timezone.now() + LATER) == []


# -- Asked for ---------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_done"), [(13, False), (14, True), (60, True)])
def test_it_is_done_on_the_day_and_not_before(days, is_done):
    at = timezone.now().replace(hour=9)
    reader = make.reader(email="zephyrine@example.org")
    ask(reader, at=at)

    assert bool(erasure.erase_due(at + timedelta(days=days))) is is_done
    assert erasure.erase_due(at + timedelta(days=days)) == [], "a second run has nothing to do"
    assert User.objects.get(pk=reader.pk).is_erased is is_done


def test_a_dry_run_erases_nobody(capsys):
    reader = make.reader()
    ask(reader)
    ErasureRequest.objects.update(due_on=timezone.localdate())

    call_command("erase_accounts", "--dry-run")

    assert f"Account {reader.pk}" in capsys.readouterr().out
    assert not User.objects.get(pk=reader.pk).is_erased
    call_command("erase_accounts")
    assert User.objects.get(pk=reader.pk).is_erased


def test_letters_stop_at_once_but_for_the_one_that_confirms_it():
    subscription = make.subscription()
    reader = subscription.reader
    work()
    mail.outbox.clear()

    ask(reader)
    work()
    post.queue(Letter.Kind.WELCOME, about=subscription, key="again", subscription=subscription)
    work()

    (letter,) = mail.outbox
    assert "Your account is erased on" in letter.subject
    assert not User.objects.get(pk=reader.pk).wants_news
    erasure.call_off(reader)
    assert User.objects.get(pk=reader.pk).wants_news
    post.queue(Letter.Kind.WELCOME, about=subscription, key="after", subscription=subscription)
    work()
    assert len(mail.outbox) == 2


def test_nothing_is_charged_any_more():
    subscription = make.card_subscription()

    ask(subscription.reader)

    held = make.loaded(subscription)
    assert held.cancelled_at
    assert not held.payments.expected().exists()


def test_money_on_its_way_back_is_waited_for_but_not_beyond_a_month():
    subscription = make.subscription()
    Refund.objects.create(
        payment=subscription.payments.get(), kind="staff", key="k", amount_minor=100, currency="GBP"
    )
    assert "£1.00 is on its way back" in " ".join(erasure.rehearse(subscription.reader).unfinished)
    ask(subscription.reader)

    assert erasure.erase_due(timezone.now() + LATER) == []
    assert len(erasure.erase_due(timezone.now() + timedelta(days=30))) == 1


def test_one_account_that_cannot_be_erased_keeps_no_other_back(monkeypatch):
    first, second = make.reader(), make.reader()
    ask(first)
    ask(second)
    erase = personal.erase

    def stumble(reader, at):
        if reader.pk == first.pk:
            raise RuntimeError
        return erase(reader, at)

    monkeypatch.setattr(personal, "erase", stumble)
    with pytest.raises(RuntimeError):
        erasure.erase_due(timezone.now() + LATER)

    assert [User.objects.get(pk=one.pk).is_erased for one in (first, second)] == [False, True]


# -- On the page ---------------------------------------------------------------------


def test_paid_days_are_lost_only_by_whoever_says_so(client):
    reader = make.subscription().reader
    client.force_login(reader)
    page = client.get(ERASE)
    assertContains(page, "nothing is paid back")
    assertContains(page, "Have your money back first")

    refused = client.post(ERASE, {"proof": make.PASSWORD})
    assertContains(refused, "say that you give this up", status_code=422)
    assert not ErasureRequest.objects.exists()

    assertRedirects(client.post(ERASE, {"proof": make.PASSWORD, "gives_up": "on"}), "/account/data/")
    assert ErasureRequest.objects.get().due_on == timezone.localdate() + timedelta(days=14)


def test_a_reader_without_a_plan_gives_nothing_up_and_can_change_their_mind(client):
    reader = make.reader()
    client.force_login(reader)
    assertNotContains(client.get(ERASE), "I give this up")

    client.post(ERASE, {"proof": make.PASSWORD})
    assertContains(client.get("/account/data/"), "your account is erased")
    assertRedirects(client.get(ERASE), "/account/data/")
    client.post("/account/data/keep/")

    assertNotContains(client.get("/account/data/"), "your account is erased")
    assert erasure.erase_due(timezone.now() + LATER) == []


def test_a_wrong_proof_erases_nobody_and_codes_work_once_and_for_ten_minutes(client):
    reader = make.reader()
    User.objects.filter(pk=reader.pk).update(password="!")
    reader.refresh_from_db()
    client.force_login(reader)
    client.post("/account/data/erase/code/")
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))

    for wrong in ("", "x", code[:-1] + ("A" if code[-1] != "A" else "B"), make.PASSWORD):
        assert client.post(ERASE, {"proof": wrong}).status_code == 422
    session = client.session
    session["accounts_leaving_code"] |= {"at": session["accounts_leaving_code"]["at"] - 601}
    session.save()
    assert client.post(ERASE, {"proof": code}).status_code == 422
    assert client.post(ERASE, {"proof": code}).status_code == 422
    assert not ErasureRequest.objects.exists()

    client.post("/account/data/erase/code/")
    code = next(line.strip() for line in mail.outbox[-1].body.splitlines() if line.startswith("    "))
    other = Client()
    other.force_login(reader)
    assert other.post(ERASE, {"proof": code}).status_code == 422, "it works where it was asked for"
    assert client.post(ERASE, {"proof": code.lower()}).status_code == 302


# -- Taken away -----------------------------------------------------------------------


def opened(data: bytes) -> tuple[str, dict]:
    bundle = zipfile.ZipFile(io.BytesIO(data))
    assert sorted(bundle.namelist()) == ["data.html", "data.json"]
    return bundle.read("data.html").decode(), json.loads(bundle.read("data.json"))


def test_a_reader_takes_away_all_of_their_own_and_nothing_of_anybody_elses(client):
    reader = plant(MARK)
    plant("Marmaduke")
    client.force_login(reader)

    answer = client.get("/account/data/download/")

    assert "no-store" in answer["Cache-Control"]
    assert "attachment" in answer["Content-Disposition"]
    page, told = opened(answer.content)
    parts = {part["table"]: part["rows"] for part in told["parts"]}
    expected = {one.model for one in personal.holdings().values() if one.is_personal and not one.not_exported}
    assert set(parts) == expected
    assert {table for table, rows in parts.items() if not rows} == {"accounts.ErasureRequest"}
    for mine in (f"4 {MARK} Row", f"{MARK} likes tea", f"Dear {MARK}", f"From {MARK}", "84"):
        assert mine in page
        assert mine in json.dumps(told, ensure_ascii=False)
    assert "marmaduke" not in (page + json.dumps(told)).lower()
    assert "What it is for" in page


def test_what_is_taken_away_is_escaped():
    reader = make.reader(name="<script>alert(1)</script>")

    page, _told = opened(export.archive(reader))

    assert "<script>" not in page


# -- At the desk ------------------------------------------------------------------------


def test_a_publisher_begins_it_for_a_reader_who_asked_in_writing(client):
    subscription = make.subscription()
    reader, publisher = subscription.reader, make.staff(Role.PUBLISHER)
    client.force_login(publisher)
    person = f"/desk/accounts/user/{reader.pk}/"
    assertContains(client.get(f"{person}change/"), f"{person}erase/")
    assertContains(client.get(f"{person}erase/"), "nothing is paid back")

    for wrong in ({}, {"reason": "Letter of 3 May"}):
        assert client.post(f"{person}erase/", wrong).status_code == 422
    assert not ErasureRequest.objects.exists()
    client.post(f"{person}erase/", {"reason": "Letter of 3 May", "gives_up": "on"})

    request = ErasureRequest.objects.get()
    assert (request.asked_by, request.reason) == (publisher, "Letter of 3 May")
    work()
    assert mail.outbox[-1].to == [reader.email]
    assertContains(client.get(f"{person}change/"), f"{request.due_on.day} {request.due_on:%B %Y}")
    assertContains(client.get("/desk/accounts/erasurerequest/"), str(reader.pk))
