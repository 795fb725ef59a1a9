"""Giving one piece away, being given one, and opening one: the pages."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from articles import giving
from articles.models import Article
from subscriptions.access import Audience
from subscriptions.models import GiftLink, GiftLinkDevice, MeteredPiece, SharingRules
from subscriptions.sharing import links, rules
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture
def piece() -> Article:
    return make.article(audience=Audience.SUBSCRIBERS, body="<p>Free.</p><hr data-paywall><p>Paid words.</p>")


@pytest.fixture
def giver():
    return make.reader(entitled=True)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(link: GiftLink) -> str:
    return reverse("articles:given", args=[link.key])


def give_page(piece: Article) -> str:
    return reverse("articles:give", args=[piece.section.slug, piece.slug])


def open_page(piece: Article) -> str:
    return reverse("articles:open_metered", args=[piece.section.slug, piece.slug])


def test_a_subscriber_makes_a_link_from_the_piece_copies_it_and_takes_it_back(piece, giver):
    client = signed_in(giver)
    assertContains(client.get(piece.get_absolute_url()), give_page(piece))
    assertContains(client.get(give_page(piece)), ": 5 of 5.")

    page = client.post(give_page(piece), follow=True)

    link = GiftLink.objects.get()
    assertContains(page, f'value="http://localhost:8000{page_of(link)}"')
    assertContains(page, ": 4 of 5.")
    assertContains(client.get("/account/"), piece.headline)
    client.post(reverse("subscriptions:take_back", args=[link.pk]))
    assert Client().get(page_of(link)).status_code == 410
    assertNotContains(client.get("/account/"), page_of(link))


def test_the_last_link_of_the_month_is_the_last(piece, giver):
    rules.write(SharingRules(links_a_month=1))
    client = signed_in(giver)
    client.post(give_page(piece))

    page = client.post(give_page(piece))

    assertContains(page, "All your links of this month are made", status_code=409)
    assertNotContains(page, "Make a link", status_code=409)


def test_nobody_else_is_offered_to_give_it(piece):
    open_piece = make.article()
    for person in (make.reader(), make.reader(entitled_until=timezone.now())):
        client = signed_in(person)
        assertNotContains(client.get(piece.get_absolute_url()), give_page(piece))
        assertRedirects(client.post(give_page(piece)), piece.get_absolute_url())
    subscriber = signed_in(make.reader(entitled=True))
    assertNotContains(subscriber.get(open_piece.get_absolute_url()), give_page(open_piece))
    assertRedirects(subscriber.post(give_page(open_piece)), open_piece.get_absolute_url())
    assert not GiftLink.objects.exists()


def test_nobody_takes_back_what_another_gave(piece, giver):
    link = links.make(giver, giving.name_of(piece))

    assert (
        signed_in(make.reader(entitled=True))
        .post(reverse("subscriptions:take_back", args=[link.pk]))
        .status_code
        == 404
    )
    assert GiftLink.objects.open().exists()


def test_a_friend_opens_the_link_and_reads_all_of_it_on_that_device_alone(piece, giver):
    link = links.make(giver, giving.name_of(piece))
    friend, elsewhere = Client(), Client()

    assertNotContains(friend.get(page_of(link)), "Paid words")
    assert not GiftLinkDevice.objects.exists()
    page = friend.post(page_of(link), follow=True)

    assertContains(page, "Paid words")
    assertContains(page, "A subscriber of Halyard gave you this piece")
    assertNotContains(elsewhere.get(page_of(link)), "Paid words")
    assertNotContains(friend.get(piece.get_absolute_url()), "Paid words")
    cookie = friend.cookies["gift-device"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/gift-link/", True, "Lax")


def test_a_forged_cookie_is_no_device(piece, giver):
    link = links.make(giver, giving.name_of(piece))
    links.open_on(link, "mine")
    client = Client()
    client.cookies["gift-device"] = "mine"

    assertNotContains(client.get(page_of(link)), "Paid words")


def test_a_used_up_link_says_so_and_its_first_devices_read_on(piece, giver):
    rules.write(SharingRules(link_devices=1))
    link = links.make(giver, giving.name_of(piece))
    first, second = Client(), Client()
    first.post(page_of(link))

    for answer in (second.get(page_of(link)), second.post(page_of(link))):
        assertContains(answer, "opened on as many devices as it may", status_code=403)
        assertNotContains(answer, "Paid words", status_code=403)
    assertContains(first.get(page_of(link)), "Paid words")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda link, piece: GiftLink.objects.update(expires_at=timezone.now()), 410),
        (lambda link, piece: links.revoke(link), 410),
        (lambda link, piece: Article.objects.filter(pk=piece.pk).update(status="draft"), 404),
        (
            lambda link, piece: Article.objects.filter(pk=piece.pk).update(
                embargo_until=timezone.now() + timedelta(days=1)
            ),
            404,
        ),
        (lambda link, piece: GiftLink.objects.update(key="y" * 22), 404),
    ],
)
def test_a_link_that_opens_nothing_any_more_shows_nothing_even_where_it_was_open(
    piece, giver, change, status
):
    link = links.make(giver, giving.name_of(piece))
    friend = Client()
    friend.post(page_of(link))
    change(link, piece)

    for answer in (friend.get(page_of(link)), friend.post(page_of(link))):
        assertNotContains(answer, "Paid words", status_code=status)


def test_the_page_of_a_link_is_kept_nowhere_indexed_nowhere_and_tells_nobody_its_address(piece, giver):
    link = links.make(giver, giving.name_of(piece))
    friend = Client()
    for answer in (friend.get(page_of(link)), friend.post(page_of(link)), friend.get(page_of(link))):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "strict-origin"
    page = answer.content.decode()
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert f'<link rel="canonical" href="http://localhost:8000{piece.get_absolute_url()}">' in page
    assert link.key not in page


def test_a_registered_reader_opens_a_piece_with_a_button_and_never_by_looking(piece):
    rules.write(SharingRules(metered_pieces=2))
    reader = make.reader()
    client = signed_in(reader)
    month = f"{timezone.localdate():%B}"

    wall = client.get(piece.get_absolute_url())
    assertContains(wall, f"Open this piece: 2 of 2 left in {month}")
    assert not MeteredPiece.objects.exists()
    assert client.get(open_page(piece)).status_code == 405
    page = client.post(open_page(piece), follow=True)

    assertContains(page, "Paid words")
    assertContains(page, "out of your month’s allowance")
    assert page["Cache-Control"] == "private, no-store"
    assertContains(client.get("/account/"), f"each month: 1 left in {month}")
    assertContains(page, 'class="panel"')


def test_when_nothing_is_left_the_wall_says_so(piece):
    rules.write(SharingRules(metered_pieces=1))
    client = signed_in(make.reader())
    client.post(open_page(make.article(audience=Audience.SUBSCRIBERS)))

    page = client.post(open_page(piece), follow=True)

    assertContains(page, "You have opened all the pieces that this month gives you.")
    assertNotContains(page, "Open this piece")
    assertNotContains(page, "Paid words")


def test_a_stranger_is_told_of_the_allowance_has_none_and_their_page_is_everybodys(piece):
    rules.write(SharingRules(metered_pieces=3))
    client = Client()

    page = client.get(piece.get_absolute_url())

    assertContains(page, "Registered readers may open 3 such pieces each month")
    assert "public" in page["Cache-Control"]
    assert not re.search("csrfmiddlewaretoken|Open this piece", page.content.decode())
    assert client.post(open_page(piece))["Location"].startswith("/account/login/")
    assert not MeteredPiece.objects.exists()


def test_staff_use_up_nothing(piece):
    rules.write(SharingRules(metered_pieces=1))

    signed_in(make.staff(Role.EDITOR)).post(open_page(piece))

    assert not MeteredPiece.objects.exists()
