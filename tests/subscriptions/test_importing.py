"""Subscribers come from another system: every bad row is named, and the file is taken over whole or not."""

import csv
import io
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.roles import Role
from subscriptions import access, entitlements, terms
from subscriptions.access import Audience
from subscriptions.features import Feature
from subscriptions.importing import table, taking
from subscriptions.life import lifecycle, renewals
from subscriptions.models import (
    Address,
    Entitlement,
    ImportRow,
    Letter,
    PrintAddOn,
    SubscriberImport,
    Subscription,
)
from tests import make
from tests.killing import done_apart, machines_that_stop
from tests.working import work

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

ADD = "/desk/subscriptions/subscriberimport/add/"
HEADER = "email,name,plan,paid_until,reference,print,street,city,postal_code,country"
Outcome, State = ImportRow.Outcome, SubscriberImport.State


@pytest.fixture(autouse=True)
def _sold(db):
    make.sold_plan()
    make.zones()


@pytest.fixture
def seller():
    return make.staff(Role.SUBSCRIBER_STAFF)


def day(n: int) -> str:
    return (terms.day_of(timezone.now()) + timedelta(days=n)).isoformat()


def plan() -> str:
    return make.plan().slug


def good(email: str = "tove@example.org", *, name: str = "Tove Lind", until: int = 200, **cells: str) -> str:
    printed = cells.get("printed", "no")
    home = "4 Ropewalk,London,SW1A 1AA,GB" if printed == "yes" else ",,,"
    return f"{email},{name},{plan()},{day(until)},{cells.get('reference', '')},{printed},{home}"


def looked_through(*rows: str, by, header: str = HEADER) -> SubscriberImport:
    return taking.look_through("old.csv", "\n".join([header, *rows]).encode(), by=by)


def taken_over(file: SubscriberImport) -> SubscriberImport:
    taking.order(file)
    work()
    file.refresh_from_db()
    return file


def told(file: SubscriberImport) -> dict[int, str]:
    return dict(file.rows.filter(outcome=Outcome.BAD).values_list("line", "problem"))


# -- Reading -------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffemail;name;plan;paid_until\nzoë@example.org;Zoë;x;2030-01-01\n".encode(),
        b'"Paid until","PLAN",email,name\r\n2030-01-01,x,"zo\xc3\xab@example.org","Zo\xc3\xab"\r\n\r\n',
    ],
)
def test_a_table_is_read_however_it_was_saved(content):
    columns = tuple(
        table.Column(name, "", name != "name") for name in ("email", "name", "plan", "paid_until")
    )

    [row] = table.read(content, columns)

    assert row.values == {"email": "zoë@example.org", "name": "Zoë", "plan": "x", "paid_until": "2030-01-01"}
    assert row.line == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{HEADER}\nzo\xeb@example.org".encode("latin-1"), "not UTF-8 (line 2)"),
        (b"email,plan\n", "lacks columns: paid_until"),
        (b"email,plan,paid_until,shoe size\nx", "none for: shoe_size"),
        (b"email,email,plan,paid_until\nx", "twice: email"),
        (HEADER.encode(), "no row below"),
        (b"", "there are none for"),
    ],
)
def test_a_file_that_is_no_such_table_gets_a_sentence_and_leaves_nothing(client, seller, content, said):
    client.force_login(seller)

    response = client.post(ADD, {"file": io.BytesIO(content or b" ")})

    assertContains(response, said, status_code=422)
    assert not SubscriberImport.objects.exists()


def test_every_bad_row_is_named_by_line_column_and_reason(seller):
    make.reader(email="off@example.org", is_active=False)
    make.staff(Role.EDITOR, email="chief@example.org")
    street = '"4 Ropewalk\nTop floor"'
    file = looked_through(
        good(),  # 2
        good("no address"),  # 3
        good("tove@example.org"),  # 4
        good("chief@example.org"),  # 5
        good("off@example.org"),  # 6
        good("a@example.org").replace(plan(), "gold"),  # 7
        good("b@example.org", until=-3),  # 8
        good("c@example.org").replace(day(200), "31.12.2030"),  # 9
        f"d@example.org,Dag,{plan()},{day(9)},,yes,{street},London,,GB",  # 10 and 11
        good("e@example.org", name="=HYPERLINK(1)"),  # 12
        "f@example.org,only",  # 13
        f'g@example.org,"Gro" x,{plan()},{day(9)},,,,,,',  # 14
        good("h@example.org").replace(",no,", ",perhaps,"),  # 15
        good("i@example.org", name="O’Dea"),  # 16
        by=seller,
    )

    problems = told(file)
    for line, said in {
        3: "Column email: “no address” is no e-mail address.",
        4: "Column email: stands in line 2 already.",
        5: "Column email: belongs to a member of staff",
        6: "Column email: belongs to an account that is switched off.",
        7: "Column plan: there is no plan “gold” on sale.",
        8: "Column paid_until: has passed",
        9: "Column paid_until: “31.12.2030” is no day.",
        10: "Column postal_code: ",
        12: "Column name: begins with “=”",
        13: "The row has 2 cells, the first line names 10 columns.",
        14: "A quotation mark",
        15: "Column print: “perhaps” is neither yes nor no.",
    }.items():
        assert said in problems.pop(line)
    assert problems == {}
    assert (file.rows_count, file.new_count, file.known_count, file.bad_count) == (14, 2, 0, 12)
    assert not Subscription.objects.exists()


# -- Taking over ---------------------------------------------------------------


def test_who_comes_over_reads_until_their_last_paid_day_and_is_asked_for_the_next_term(seller):
    file = taken_over(looked_through(good(reference="OLD-7", printed="yes"), by=seller))

    assert (file.state, file.new_count) == (State.DONE, 1)
    held = Subscription.objects.with_facts().get()
    now = lifecycle.standing(held)
    assert (held.reader.email, held.reader.name) == ("tove@example.org", "Tove Lind")
    assert not held.reader.has_usable_password()
    assert (now.state, now.paid_until_on.isoformat()) == (lifecycle.State.ACTIVE, day(200))
    assert access.verdict_for(held.reader, Audience.SUBSCRIBERS).granted
    assert access.may(held.reader, Feature.PRINT_EDITION).granted == PrintAddOn.objects.exists()
    assert Address.objects.get().reader == held.reader
    assert held.events.get().reason == "OLD-7"
    assert not Letter.objects.exists()
    before = Entitlement.objects.count()
    # The one writer of rights finds nothing to put right in what was written for many.
    entitlements.write_for_term(held.terms.get())
    assert Entitlement.objects.count() == before
    at = timezone.now() + timedelta(days=198)
    assert renewals.bill_next_term(make.loaded(held), at=at).amount_minor >= held.price.amount_minor


def test_the_same_file_and_the_same_people_twice_change_nothing(seller):
    rows = [good(reference="OLD-7"), good("two@example.org", reference="OLD-8")]
    taken_over(looked_through(*rows, by=seller))
    second = Subscription.objects.get(reader__email="two@example.org")
    lifecycle.close(second, by=None, at=timezone.now())

    again = looked_through(*rows, good("new@example.org"), by=seller)

    # One has a plan, the other had one: neither comes over a second time.
    assert (again.known_count, again.new_count) == (2, 1)
    taken_over(again)
    assert Subscription.objects.count() == 3
    with pytest.raises(taking.CannotTakeOverError):
        taking.order(again)


def test_rights_and_accounts_that_are_there_are_not_touched(seller):
    reader = make.subscription(months=12).reader
    given = make.reader(email="given@example.org", name="As it was", entitled=True)
    rights = list(Entitlement.objects.order_by("pk").values())
    password = given.password

    file = looked_through(good(reader.email, until=900), good("given@example.org", name="Other"), by=seller)
    taken_over(file)

    assert (file.known_count, file.new_count) == (1, 1)
    given.refresh_from_db()
    assert (given.name, given.password) == ("As it was", password)
    assert list(Entitlement.objects.order_by("pk").values())[: len(rights)] == rights


def test_who_became_staff_in_between_is_left_out(seller):
    file = looked_through(good(), good("other@example.org"), by=seller)
    make.staff(Role.EDITOR, email="tove@example.org")

    taken_over(file)

    assert (file.new_count, file.bad_count) == (1, 1)
    assert "member of staff" in told(file)[2]


def test_wherever_the_machine_stops_nothing_is_half_written(seller):
    file = looked_through(good(), good("b@example.org", printed="yes"), by=seller)
    taking.order(file)

    for machine in machines_that_stop():
        with machine.running():
            taking.take_over(file.pk)
        done = not machine.has_stopped
        assert Subscription.objects.count() == (2 if done else 0)
        assert get_user_model().objects.filter(email="b@example.org").count() == int(done)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_has_written_nothing_and_the_next_does_it(in_thread):
    def begin():
        make.sold_plan()
        file = looked_through(good(), good("b@example.org"), by=make.staff(Role.SUBSCRIBER_STAFF))
        taking.order(file)
        return file.pk

    pk = in_thread(begin)
    act = partial(taking.take_over, pk)

    assert in_thread(partial(done_apart, act, kill_before=14)) is None
    assert in_thread(Subscription.objects.count) == 0
    in_thread(done_apart, act)
    in_thread(done_apart, act)
    assert in_thread(Subscription.objects.count) == 2


def test_what_goes_wrong_is_said_and_can_be_tried_again(seller, monkeypatch):
    file = looked_through(good(), by=seller)
    with monkeypatch.context() as patch:
        patch.setattr(entitlements, "write_for_carried", lambda *_: 1 / 0)
        taking.order(file)
        work(but=ZeroDivisionError)
    file.refresh_from_db()
    assert (file.state, file.failure) == (State.FAILED, "ZeroDivisionError")
    assert not Subscription.objects.exists()

    assert taken_over(file).state == State.DONE


# -- At the desk ---------------------------------------------------------------


def test_a_colleague_brings_a_file_reads_what_is_wrong_and_takes_it_over(client, seller):
    client.force_login(seller)
    content = "\n".join([HEADER, good(), good("no address", name="'=1+1")]).encode()

    page = client.post(ADD, {"file": io.BytesIO(content)}, follow=True)

    assertContains(page, "“no address” is no e-mail address")
    file = SubscriberImport.objects.get()
    report = client.get(f"/desk/subscriptions/subscriberimport/{file.pk}/report/?only=bad")
    [header, row] = csv.reader(io.StringIO(b"".join(report).decode("utf-8-sig")))
    assert (row[0], row[header.index("name")]) == ("3", "'=1+1")
    assertContains(page, "Take 1 subscriber over")
    client.post(f"/desk/subscriptions/subscriberimport/{file.pk}/take-over/")
    work()
    assertContains(client.get(page.redirect_chain[-1][0]), "Taken over")
    example = b"".join(client.get("/desk/subscriptions/subscriberimport/template/"))
    assert taking.look_through("e.csv", example, by=seller).rows_count == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.FINANCE])
def test_others_bring_nothing(client, role):
    client.force_login(make.staff(role))

    assert client.get(ADD).status_code == 403


@pytest.mark.drill
def test_ten_thousand_subscribers_with_five_hundred_bad_rows(seller):
    make.printed(make.subscription())
    rows = [
        good(f"r{n}@example.org", printed="yes" if n % 3 == 0 else "no", reference=f"OLD-{n}")
        if n % 20
        else good(f"r{n} at example.org")
        for n in range(10_000)
    ]

    file = looked_through(*rows, by=seller)

    assert (file.new_count, file.bad_count) == (9500, 500)
    assert sorted(told(file)) == [n + 2 for n in range(0, 10_000, 20)]
    taken_over(file)
    assert Subscription.objects.count() == 9501
    again = looked_through(*rows, by=seller)
    assert (again.known_count, again.new_count) == (9500, 0)
