"""Groups with seats: who is let in, by what, until when, and how a seat closes."""

import ipaddress
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from editions import opds
from subscriptions import access, feed_addresses
from subscriptions.features import Feature
from subscriptions.giving import groups
from subscriptions.giving.groups import NoSeatError
from subscriptions.letters import sending
from subscriptions.models import Entitlement, GroupDomain, GroupNetwork, Letter, ReaderGroup, Seat
from tests import make
from tests.editions.fakes import shelved
from tests.subscriptions import giving

pytestmark = pytest.mark.django_db
JOIN = "/account/join/"
INSIDE, OUTSIDE = ipaddress.ip_address("192.0.2.17"), ipaddress.ip_address("198.51.100.1")


def opens(reader, at=None) -> bool:
    return access.may(reader, Feature.EXCLUSIVE_CONTENT, at).granted


def test_a_contact_gives_as_many_seats_as_were_agreed_and_no_more(client):
    group = giving.group(seats=2, contact=make.reader())
    client.force_login(group.contact)
    page = reverse("subscriptions:seats", args=[group.pk])

    refused = client.post(page, {"emails": "a@x.example\nb@x.example\nc@x.example"})
    wrong = client.post(page, {"emails": "a@x.example, nobody"})
    client.post(page, {"emails": "A@x.example\na@x.example; b@x.example"})

    assert "has agreed on 2 seats, and all of them are given" in refused.content.decode()
    assert refused.status_code == wrong.status_code == 422
    assert "“nobody” is no email address" in wrong.content.decode()
    assert [seat.email for seat in Seat.objects.held()] == ["a@x.example", "b@x.example"]
    for letter in Letter.objects.all():
        sending.send(letter.pk)
    assert sorted(message.to[0] for message in mail.outbox) == ["a@x.example", "b@x.example"]
    assert "Seats you give" in client.get(reverse("subscriptions:account")).content.decode()
    client.force_login(make.reader())
    assert client.get(page).status_code == 404


def test_a_seat_given_by_name_is_taken_with_that_address_alone(client):
    group = giving.group(contact=make.reader())
    seat = groups.give(group, "Ida@Harbour.example", by=group.contact)
    other, ida = make.reader(), make.reader(email="ida@harbour.example")
    client.force_login(other)
    assert client.post(JOIN, {"seat": seat.pk}).status_code == 422
    with pytest.raises(NoSeatError):
        groups.take(seat, other)
    EmailAddress.objects.filter(user=ida).update(verified=False)
    assert not groups.waiting_for(ida)
    EmailAddress.objects.filter(user=ida).update(verified=True)

    client.force_login(ida)
    assert "Take my seat" in client.get(reverse("subscriptions:account")).content.decode()
    client.post(JOIN, {"seat": seat.pk})
    client.post(JOIN, {"seat": seat.pk})

    assert opens(ida)
    assert not opens(other)
    assert not opens(ida, timezone.now() + timedelta(days=302))
    assert Entitlement.objects.filter(source=Entitlement.Source.SEAT).values("seat").distinct().count() == 1


def test_a_seat_that_is_taken_back_closes_pages_and_apps_at_once(client):
    issue = make.issue(title="Tides today", cover=make.picture())
    shelved(issue)
    piece = make.article(
        issue=issue, audience=access.Audience.SUBSCRIBERS, body="<hr data-paywall>Quaggawort"
    )
    group = giving.group(contact=make.reader())
    reader = make.reader(email="ida@harbour.example")
    seat = groups.take(groups.give(group, reader.email, by=group.contact), reader)
    feed_addresses.renew(reader)
    catalogue = reverse("editions:catalogue", args=[access.feed_token(reader)])
    reading = Client()
    reading.force_login(reader)
    assert f'{opds.ACQUISITION}"' in client.get(catalogue).content.decode()
    assert "Quaggawort" in reading.get(piece.get_absolute_url()).content.decode()

    client.force_login(group.contact)
    page = reverse("subscriptions:seat_end", args=[seat.pk])
    assert "closes to them at once, in their apps too" in client.get(page).content.decode()
    client.post(page)

    assert f'{opds.ACQUISITION}"' not in Client().get(catalogue).content.decode()
    assert "Quaggawort" not in reading.get(piece.get_absolute_url()).content.decode()
    assert groups.room_in(group) == 2


@pytest.mark.parametrize(
    ("email", "verified", "belongs"),
    [
        ("ida@carrow.example", True, True),
        ("IDA@Carrow.Example", True, True),
        ("ida@carrow.example", False, False),
        ("ida@mail.carrow.example", True, False),
        ("ida@notcarrow.example", True, False),
        ("ida@carrow.example.org", True, False),
        ('"@carrow.example"@elsewhere.example', True, False),
    ],
)
def test_belonging_by_mail_takes_a_verified_address_at_the_very_domain(email, verified, belongs):
    group = giving.group(seats=None, domain="carrow.example")
    reader = make.reader(email=email)
    EmailAddress.objects.filter(user=reader).update(verified=verified)

    if belongs:
        seat = groups.join(group, reader, None)
        assert seat.proven_until_on == timezone.localdate() + timedelta(days=90)
    else:
        with pytest.raises(NoSeatError):
            groups.join(group, reader, None)
    assert opens(reader) == belongs


@pytest.mark.parametrize(
    ("network", "address", "belongs"),
    [
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("2001:db8:7::/48", "2001:db8:7:ffff::1", True),
        ("2001:db8:7::/48", "2001:db8:8::1", False),
        ("::/0", "192.0.2.1", False),
        ("192.0.2.0/24", "::ffff:192.0.2.9", True),
    ],
)
def test_belonging_by_network_takes_an_address_in_its_range(client, network, address, belongs):
    group = giving.group(seats=None, network=network)
    reader = make.reader()
    client.force_login(reader)

    page = client.get(JOIN, REMOTE_ADDR=address)
    client.post(JOIN, {"group": group.pk}, REMOTE_ADDR=address)

    assert (group.name in page.content.decode()) == belongs
    assert opens(reader) == belongs


def test_no_header_is_believed_that_no_proxy_of_ours_wrote(client, settings):
    group = giving.group(seats=None, network="192.0.2.0/24")
    client.force_login(make.reader())
    forged = {"HTTP_X_FORWARDED_FOR": "192.0.2.17", "HTTP_X_REAL_IP": "192.0.2.17"}

    assert group.name not in client.get(JOIN, REMOTE_ADDR=str(OUTSIDE), **forged).content.decode()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    two_hops = {"HTTP_X_FORWARDED_FOR": "192.0.2.17, 198.51.100.1"}
    assert group.name not in client.get(JOIN, REMOTE_ADDR="127.0.0.1", **two_hops).content.decode()
    one_hop = {"HTTP_X_FORWARDED_FOR": "192.0.2.17"}
    assert group.name in client.get(JOIN, REMOTE_ADDR="127.0.0.1", **one_hop).content.decode()


def test_a_proof_runs_out_frees_the_seat_and_can_be_shown_again():
    group, reader = giving.group(seats=1, network="192.0.2.0/24"), make.reader()
    groups.join(group, reader, INSIDE)
    month_later = timezone.now() + timedelta(days=31)

    assert not opens(reader, month_later)
    with pytest.raises(NoSeatError, match="agreed on 1 seat"):
        groups.give(group, "another@x.example", by=reader)
    assert groups.end_unproven(month_later - timedelta(days=1)) == 0
    with pytest.raises(NoSeatError, match="belong"):
        groups.join(group, reader, OUTSIDE, at=month_later)
    groups.join(group, reader, INSIDE, at=month_later)

    assert opens(reader, month_later)
    assert Seat.objects.held().count() == 1
    assert groups.end_unproven(month_later + timedelta(days=31)) == 1


def test_the_end_of_an_agreement_ends_its_seats_at_once():
    group, reader = giving.group(seats=None, network="192.0.2.0/24"), make.reader()
    groups.join(group, reader, INSIDE)

    assert groups.end(group) == 1

    assert not opens(reader)
    with pytest.raises(NoSeatError, match="has ended"):
        groups.join(group, reader, INSIDE)


def test_rights_follow_an_agreement_that_is_lengthened_or_cut():
    group, reader = giving.group(contact=make.reader(), days=10), make.reader(email="ida@x.example")
    groups.take(groups.give(group, reader.email, by=group.contact), reader)
    in_a_month = timezone.now() + timedelta(days=30)
    assert not opens(reader, in_a_month)

    group.until_on += timedelta(days=60)
    group.save()
    groups.follow(group)
    assert opens(reader, in_a_month)

    group.until_on = timezone.localdate() - timedelta(days=1)
    group.save()
    groups.follow(group)
    assert not opens(reader, timezone.now())


def test_a_range_and_a_domain_are_kept_in_one_spelling():
    group = giving.group()

    assert GroupNetwork.objects.create(group=group, network=" 2001:DB8:0::/32 ").network == "2001:db8::/32"
    with pytest.raises(ValidationError):
        GroupNetwork.objects.create(group=group, network="192.0.2.7/24")
    with pytest.raises(ValidationError):
        GroupDomain(group=group, domain="@carrow.example").full_clean()


def test_staff_make_an_agreement_give_its_seats_and_end_it(client):
    seller, contact = make.staff(Role.SUBSCRIBER_STAFF), make.reader()
    client.force_login(seller)
    today = timezone.localdate()
    typed = {
        "name": "Carrow University",
        "kind": "team",
        "contact_email": contact.email.upper(),
        "plan_version": make.plan().version_on_sale().pk,
        "seats_count": "",
        "from_on": today.isoformat(),
        "until_on": (today - timedelta(days=1)).isoformat(),
        "agreement": "Letter of 3 May",
        "domains-TOTAL_FORMS": 1,
        "domains-INITIAL_FORMS": 0,
        "domains-0-domain": "@Carrow.Example",
        "networks-TOTAL_FORMS": 1,
        "networks-INITIAL_FORMS": 0,
        "networks-0-network": "192.0.2.0/24",
    }
    add = reverse("admin:subscriptions_readergroup_add")

    refused = client.post(add, typed).content.decode()
    assert "Say for how many seats" in refused
    assert "The last day comes before the first" in refused
    client.post(add, typed | {"seats_count": 1, "until_on": (today + timedelta(days=9)).isoformat()})

    group = ReaderGroup.objects.get()
    assert (group.contact, group.made_by) == (contact, seller)
    assert group.domains.get().domain == "carrow.example"
    give = reverse("admin:subscriptions_readergroup_give", args=[group.pk])
    assert client.post(give, {"emails": "a@x.example b@x.example"}).status_code == 422
    client.post(give, {"emails": "a@x.example"})
    seat = group.seats.get()
    client.post(reverse("admin:subscriptions_seat_take_back", args=[seat.pk]))
    reader = groups.join(group, make.reader(email="ida@carrow.example"), None).reader
    assert opens(reader)
    client.post(reverse("admin:subscriptions_readergroup_end", args=[group.pk]))

    assert not opens(reader)
    assert client.get(reverse("admin:subscriptions_readergroup_changelist")).status_code == 200
    assert client.get(reverse("admin:subscriptions_seat_changelist")).status_code == 200
