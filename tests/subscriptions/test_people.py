"""A caller is found by what they have in their hand; who looks is written down; staff act for readers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from subscriptions import terms
from subscriptions.admin import dossier
from subscriptions.models import (
    Address,
    CopyClaim,
    Gift,
    Hold,
    Label,
    LabelRun,
    PersonalLook,
    ReaderGroup,
    Seat,
    StaffNote,
)
from subscriptions.people import gathering, notes, search
from tests import make

pytestmark = pytest.mark.django_db

FIND = "/desk/subscriptions/subscribers/"


@pytest.fixture(autouse=True)
def _sold(db):
    make.sold_plan()
    make.zones()


@pytest.fixture
def seller(client):
    person = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(person)
    return person


def page_of(reader) -> str:
    return reverse("admin:subscriptions_subscriber", args=[reader.pk])


def sent(reader, *, days_ago: int = 14, number: int = 1) -> Label:
    """A copy that was sent to ``reader``."""
    on = terms.day_of(timezone.now()) - timedelta(days=days_ago)
    run, _is_new = LabelRun.objects.get_or_create(
        issue_key=f"i{days_ago}",
        defaults={"issue_name": "No. 14", "issue_on": on, "cutoff_at": timezone.now()},
    )
    return Label.objects.create(
        run=run,
        number=number,
        code=f"{days_ago}-00000{number}",
        reader=reader,
        subscription=reader.subscriptions.first(),
        lines="A",
        country="GB",
    )


def with_everything() -> object:
    """A reader with something of every kind on their page."""
    held = make.printed(make.subscription(by=make.reader(name="Tove Lind")))
    reader, at = held.reader, timezone.now()
    make.address(by=reader)
    for number in range(1, 4):
        sent(reader, days_ago=14 * number)
    today = terms.day_of(at)
    for weeks in range(3):
        first = today + timedelta(days=20 + 20 * weeks)
        Hold.objects.create(reader=reader, starts_on=first, ends_on=first)
        notes.leave(reader, f"Rings on Mondays {weeks}", by=make.staff(Role.SUBSCRIBER_STAFF))
    group = ReaderGroup.objects.create(
        name=f"Carrow {reader.pk}",
        plan_version=held.plan_version,
        seats_count=3,
        from_on=today,
        until_on=today,
        agreement="A letter",
    )
    Seat.objects.create(group=group, email=reader.email, reader=reader)
    Gift.objects.create(
        order=make.subscription(),
        giver=reader,
        price=held.price,
        recipient_name="Bo",
        signed="T",
        gives_on=today,
    )
    return reader


# -- Finding -------------------------------------------------------------------


def test_whatever_stands_on_a_paper_finds_its_reader():
    reader = with_everything()
    gift = Gift.objects.get()

    for words in (reader.labels.first().code, gift.code.lower(), reader.email.upper()):
        assert [one.pk for one in search.find(words)] == [reader.pk]


def test_an_address_is_found_without_its_accents_and_by_any_part():
    reader = make.reader(name="Ågot Sæther")
    make.address(by=reader, city="Besançon", country="FR", postal_code="25000", street="4 Rue des Échelles")
    make.reader(name="Nobody Else")

    for words in ("besancon", "ÉCHELLES 25000", "ågot", "ÅGOT besancon"):
        assert [one.pk for one in search.find(words)] == [reader.pk]
    assert not search.find("besancon nobody")


def test_what_was_sent_back_to_us_does_not_find_an_old_home():
    reader = make.reader()
    gone = make.address(by=reader, city="Leeds")
    Address.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now())

    assert not search.find("leeds")


# -- The page ------------------------------------------------------------------


def test_everything_is_on_the_page_in_fifteen_queries(client, seller):
    short, full = make.subscription().reader, with_everything()
    client.get("/desk/")
    asked = []
    for reader in (short, full):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(page_of(reader))
        asked.append(len(queries))

    assert max(asked) <= 15
    for words in (
        "The printed copy",
        "14-000001",
        "On hold from",
        "Rings on Mondays 2",
        "A seat at Carrow",
        "Gave a plan to Bo",
        "Goes to",
    ):
        assertContains(page, words)
    # What was bought for somebody else is no agreement of theirs.
    assert len(dossier.dossier_of(full.pk).held) == 1


def test_rows_that_were_gathered_are_the_rows_that_are_stored():
    reader = with_everything()
    models = {
        one.__name__: one for one in (Label, Hold, Gift, Seat, StaffNote, Address, LabelRun, type(reader))
    }

    found = gathering.gathered(**{name: model.objects.all() for name, model in models.items()})

    for name, model in models.items():
        stored = {row.pk: row for row in model.objects.all()}
        gathered = gathering.by_key(getattr(found, name))
        assert gathered.keys() == stored.keys()
        for pk, row in stored.items():
            for field in model._meta.concrete_fields:
                assert getattr(gathered[pk], field.attname) == getattr(row, field.attname), field


def test_a_note_is_left_for_the_next_who_looks(client, seller):
    reader = make.reader()

    page = client.post(f"{page_of(reader)}note/", {"text": "<b>Rings</b> on Mondays"}, follow=True)

    assertContains(page, "&lt;b&gt;Rings&lt;/b&gt; on Mondays")
    client.post(f"{page_of(reader)}note/", {"text": "  "})
    assert StaffNote.objects.get().by == seller


# -- Who looked ----------------------------------------------------------------


def test_whoever_looks_is_written_down_and_what_was_typed_is_not(client, seller):
    reader = make.subscription(by=make.reader(name="Tove Lind")).reader
    make.reader(name="Tove Marsh")

    client.get(page_of(reader))
    client.get(FIND, {"q": "tove"})
    client.get("/desk/subscriptions/payment/")
    client.get(f"/desk/subscriptions/payment/{reader.subscriptions.get().payments.get().pk}/change/")
    client.head(page_of(reader))

    looks = PersonalLook.objects.order_by("pk").values_list("what", "reader", "people_count", "detail")
    assert list(looks)[:4] == [
        ("page", reader.pk, 1, ""),
        ("search", None, 2, ""),
        ("list", None, 1, "payments"),
        ("page", reader.pk, 1, "payment"),
    ]
    assert not PersonalLook.objects.exclude(by=seller).exists()


def test_only_the_publisher_reads_who_looked(client, seller):
    reader = make.reader()
    client.get(page_of(reader))
    assert client.get("/desk/subscriptions/personallook/").status_code == 403
    assertNotContains(client.get(page_of(reader)), "Who has looked")

    client.force_login(make.staff(Role.PUBLISHER))

    assertContains(client.get("/desk/subscriptions/personallook/", {"q": reader.email}), seller.email)
    assertContains(client.get(page_of(reader)), "Who has looked")


# -- For a reader --------------------------------------------------------------


def press(client, address, **typed):
    """See what happens, and press the button."""
    seen = client.post(address, typed)
    assertContains(seen, "What happens")
    return client.post(address, {**typed, "shown": seen.context["shown"]}, follow=True)


@pytest.mark.wide
def test_staff_give_an_address_on_the_telephone(client, seller):
    reader = make.printed(make.subscription()).reader
    address = f"{page_of(reader)}address/"
    home = {
        "name": "Tove Lind",
        "street": "9 Quay",
        "city": "Leeds",
        "postal_code": "LS1 4DY",
        "country": "GB",
        "from_on": terms.day_of(timezone.now()),
    }

    wrong = client.post(address, home | {"postal_code": "1"})
    assertContains(wrong, "Write it like EC1Y", status_code=422)
    assertContains(press(client, address, **home), "9 Quay")
    said = Address.objects.get()
    assert (said.reader, said.made_by, said.city) == (reader, seller, "Leeds")


@pytest.mark.wide
def test_staff_hold_copies_and_send_them_again(client, seller):
    reader = make.printed(make.subscription()).reader
    make.address(by=reader)
    address = f"{page_of(reader)}hold/"
    today = terms.day_of(timezone.now())
    days = {"first_on": today + timedelta(days=30), "last_on": today + timedelta(days=40)}

    press(client, address, **days)

    held = Hold.objects.get()
    assert (held.reader, held.asked_by, held.starts_on) == (reader, seller, days["first_on"])
    page = client.post(address, days)
    assertContains(page, "already", status_code=422)
    press(client, f"{FIND}hold/{held.pk}/end/")
    held.refresh_from_db()
    assert held.called_off_at is not None


@pytest.mark.wide
def test_staff_claim_a_copy_that_did_not_come(client, seller):
    reader = make.printed(make.subscription()).reader
    make.address(by=reader)
    label = sent(reader)
    address = f"{FIND}copy/{label.pk}/claim/"

    assertRedirects(
        client.post(
            address, {"why": "missing", "shown": client.post(address, {"why": "missing"}).context["shown"]}
        ),
        page_of(reader),
    )

    claim = CopyClaim.objects.get()
    assert (claim.label, claim.claimed_by, claim.why) == (label, seller, "missing")
    assertContains(client.post(address, {"why": "missing"}), "already", status_code=422)
