"""What each role may do, and that nobody gives themselves another."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from accounts import addresses
from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from tests import make

pytestmark = pytest.mark.wide

PEOPLE = "/desk/accounts/user/"


def held():
    return {
        group.name: {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()}
        for group in Group.objects.prefetch_related("permissions__content_type")
    }


def page_of(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def form(person, *roles, **fields):
    """What the desk's form sends for ``person``."""
    values = {
        "email": person.email,
        "name": person.name,
        "groups": [str(group.pk) for group in Group.objects.filter(name__in=list(roles))],
        "is_active": "on",
    }
    return values | fields


@pytest.fixture
def publisher(client, db):
    person = make.staff(Role.PUBLISHER, name="Pia Publisher")
    client.force_login(person)
    return person


# -- The table ----------------------------------------------------------------


@pytest.mark.django_db
def test_each_role_holds_exactly_what_the_table_says():
    assert held() == {role.value: names for role, names in PERMISSIONS.items()}


@pytest.mark.django_db
def test_migrating_again_takes_back_what_somebody_added_by_hand():
    before = held()
    writers = Group.objects.get(name=Role.WRITER)
    writers.permissions.set(Group.objects.get(name=Role.PUBLISHER).permissions.all())
    call_command("migrate", verbosity=0)
    assert held() == before


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_no_role_may_delete_people_or_rewrite_roles(role):
    names = PERMISSIONS[role]
    assert "accounts.delete_user" not in names
    assert not any(name.startswith("auth.") for name in names)
    assert ("accounts.change_user" in names) == (role is Role.PUBLISHER)


# -- The desk -----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.WRITER, Role.EDITOR, Role.FINANCE])
def test_those_who_need_no_people_see_none(client, role):
    other = make.reader()
    client.force_login(make.staff(role))
    for address in (PEOPLE, f"{PEOPLE}add/", page_of(other)):
        assert client.get(address).status_code == 403
        assert client.post(address, form(other, Role.PUBLISHER)).status_code == 403
    assert not other.groups.exists()


@pytest.mark.django_db
def test_subscriber_staff_look_people_up_and_change_nothing(client):
    reader = make.reader(name="Ruth Reader")
    client.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    assert "Ruth Reader" in client.get(PEOPLE, {"q": "ruth"}).content.decode()
    assert client.get(page_of(reader)).status_code == 200
    assert client.post(page_of(reader), form(reader, Role.PUBLISHER)).status_code == 403
    assert not reader.groups.exists()


def test_a_publisher_gives_a_role_and_with_it_the_key_to_the_desk(client, publisher):
    writer = make.reader()
    client.post(page_of(writer), form(writer, Role.WRITER))
    writer.refresh_from_db()
    assert (writer.is_staff, writer.has_role(Role.WRITER)) == (True, True)

    client.post(page_of(writer), form(writer))
    writer.refresh_from_db()
    assert (writer.is_staff, writer.groups.count()) == (False, 0)


def test_a_person_made_at_the_desk_can_sign_in_by_code(client, publisher):
    client.post(f"{PEOPLE}add/", form(User(email="Nora@Example.org", name="Nora"), Role.EDITOR))
    person = User.objects.get(email="nora@example.org")
    assert (person.is_staff, person.has_usable_password()) == (True, False)

    client.logout()
    client.post(reverse("account_request_login_code"), {"email": "nora@example.org"})
    code = mail.outbox[-1].body.split("    ")[1].split()[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.get("/desk/").status_code == 200


def test_an_address_changed_at_the_desk_ends_the_old_ones_power(client, publisher):
    reader = make.reader(email="old@example.org")
    addresses.keep_in_step(reader, verified=True)
    client.post(page_of(reader), form(reader, email="new@example.org"))

    assert [(a.email, a.verified, a.primary) for a in reader.emailaddress_set.all()] == [
        ("new@example.org", False, True)
    ]


def test_nobody_changes_their_own_roles(client, publisher):
    client.post(page_of(publisher), form(publisher, Role.EDITOR, email="me@example.org", name="New Name"))
    publisher.refresh_from_db()
    assert publisher.name == "New Name"
    assert publisher.email != "me@example.org"
    assert [group.name for group in publisher.groups.all()] == [Role.PUBLISHER]
    assert publisher.is_active


@pytest.mark.parametrize(
    "sent", [{"is_superuser": "on"}, {"is_staff": "on"}, {"password": "x"}, {"id": "1", "pk": "1"}]
)
def test_fields_slipped_into_the_form_do_nothing(client, publisher, sent):
    reader = make.reader()
    before = reader.password
    client.post(page_of(reader), form(reader, **sent))
    reader.refresh_from_db()
    assert (reader.is_superuser, reader.is_staff, reader.password) == (False, False, before)


def test_a_group_that_is_no_role_cannot_be_given(client, publisher):
    reader, other = make.reader(), Group.objects.create(name="Secret")
    answer = client.post(page_of(reader), form(reader, groups=[str(other.pk)]))
    assert answer.status_code == 200
    assert not reader.groups.exists()


def test_the_owner_is_changed_by_owners_alone(client, publisher):
    owner = User.objects.create_superuser("owner@example.org", make.PASSWORD)
    assert client.post(page_of(owner), form(owner, email="mine@example.org")).status_code == 403
    assert client.get(page_of(owner)).status_code == 200
    owner.refresh_from_db()
    assert (owner.email, owner.is_superuser) == ("owner@example.org", True)


@pytest.mark.django_db
def test_an_owner_keeps_the_desk_without_a_role(client):
    owner, other = (User.objects.create_superuser(f"owner{n}@example.org") for n in range(2))
    client.force_login(owner)
    client.post(page_of(other), form(other, name="Second Owner"))
    other.refresh_from_db()
    assert (other.name, other.is_staff, other.is_superuser) == ("Second Owner", True, True)


def test_nobody_is_deleted(client, publisher):
    reader = make.reader()
    assert client.post(f"{PEOPLE}{reader.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(PEOPLE, {"action": "delete_selected", "_selected_action": [reader.pk], "post": "yes"})
    assert User.objects.filter(pk=reader.pk).exists()


def test_passwords_are_neither_shown_nor_guessed_through_the_list(client, publisher):
    reader = make.reader()
    assert reader.password not in client.get(page_of(reader)).content.decode()
    for lookup in ("password__startswith", "emailaddress__email", "is_superuser", "groups__permissions"):
        assert client.get(PEOPLE, {lookup: "a"}).status_code == 400


def test_the_list_costs_the_same_for_many_people(client, publisher, django_assert_max_num_queries):
    for _n in range(20):
        make.staff(Role.WRITER, Role.EDITOR)
    with django_assert_max_num_queries(12):
        assert client.get(PEOPLE).status_code == 200


@pytest.mark.parametrize("address", ["/desk/auth/group/", "/desk/account/emailaddress/"])
@pytest.mark.django_db
def test_not_even_the_owner_rewrites_roles_or_addresses_by_hand(client, address):
    client.force_login(User.objects.create_superuser("owner@example.org"))
    assert client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_dismissed_editor_is_out_with_the_next_click(client, change):
    editor = make.staff(Role.EDITOR)
    client.force_login(editor)
    assert client.get("/desk/").status_code == 200
    User.objects.filter(pk=editor.pk).update(**change)
    assert client.get("/desk/").status_code == 302


# -- The first publisher ------------------------------------------------------


@pytest.mark.django_db
def test_the_first_publisher_is_made_from_the_machine(client, capsys):
    call_command("make_publisher", "First@Example.org", name="Fay First")
    call_command("make_publisher", "first@example.org")
    person = User.objects.get()
    assert (person.name, person.is_staff, person.is_superuser) == ("Fay First", True, False)
    assert person.has_role(Role.PUBLISHER)
    assert "/account/login/code/" in capsys.readouterr().out
    client.force_login(person)
    assert client.get(PEOPLE).status_code == 200


@pytest.mark.django_db
def test_a_publisher_needs_an_address():
    with pytest.raises(CommandError, match="is not an email address"):
        call_command("make_publisher", "nobody")
