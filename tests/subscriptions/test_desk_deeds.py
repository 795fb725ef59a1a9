"""Whatever can be done to a subscription is done at the desk as it was shown, and by those who may."""

import os
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.roles import Role
from subscriptions import terms
from subscriptions.admin import acting
from subscriptions.fulfilment import add_on
from subscriptions.life import lifecycle, pauses, renewals, switching
from subscriptions.life.lifecycle import State
from subscriptions.models import Dispute, Extension, Offer, Payment, Refund, Subscription
from tests import make
from tests.subscriptions.pressing import deed_page, fields, look, press

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

REASON = "Rang on Tuesday and asked for it"


@pytest.fixture
def seller(client):
    person = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(person)
    return person


def today():
    return terms.day_of(timezone.now())


def in_days(n: int) -> str:
    return (today() + timedelta(days=n)).isoformat()


def fresh(subscription: Subscription) -> Subscription:
    return Subscription.objects.with_facts().get(pk=subscription.pk)


def offer(**fields) -> Offer:
    values = {
        "name": "Come again",
        "audience": Offer.Audience.CODE,
        "code": "AGAIN",
        "kind": Offer.Kind.PERCENT,
        "percent": 25,
        "starts_on": today(),
    }
    return Offer.objects.create(**values | fields)


# -- Each deed: how it is reached, what is chosen, what is shown ---------------


def to_cancel():
    return make.subscription(), {}, "the last paid day"


def to_resume():
    subscription = make.subscription()
    lifecycle.cancel(subscription, by=None)
    return subscription, {}, "The next term begins on"


def to_pause():
    return make.subscription(), {"first_on": in_days(3), "last_on": in_days(16)}, "no paid day is used up"


def to_end_a_pause():
    subscription = make.subscription()
    pauses.pause(subscription, today() + timedelta(days=3), today() + timedelta(days=16), by=None)
    return subscription, {}, "The pause is called off"


def to_switch_up():
    subscription = make.subscription(months=1)
    return subscription, {"price": str(make.price(months=12).pk)}, "for the unused days has been taken off"


def to_switch_down():
    subscription = make.subscription(months=12)
    return subscription, {"price": str(make.price(months=1).pk)}, "£9.00 for 1 month"


def to_keep():
    subscription = make.subscription(months=12)
    switching.switch(subscription, make.price(months=1), by=None)
    return subscription, {}, "£84.00 for 1 year"


def to_renew():
    return make.subscription(months=1), {}, "There is £9.00 to pay"


def to_pay_by_cheque():
    return make.order(), {"way": "manual/cheque"}, "is withdrawn"


def to_take_an_offer():
    subscription = make.subscription(months=1)
    renewals.bill_next_term(subscription)
    return subscription, {"offer": str(offer().pk)}, "The offer has taken"


def to_claim_the_guarantee():
    return make.subscription(), {}, "£84.00 goes back"


def to_give_back_a_part():
    return make.subscription(), {"amount": "12.50"}, "£12.50 goes back"


def to_give_back_all():
    return make.subscription(), {"amount": "84"}, "Access to everything in the plan ends at once"


def to_extend():
    return make.subscription(), {"days": "9"}, "The last paid day moves from"


def to_add_print():
    make.zones()
    return make.subscription(), {"country": "DE"}, "£54.00 a year (Europe)"


def to_drop_print():
    return make.printed(make.subscription()), {}, "No further term has the printed copy."


def to_keep_print():
    subscription = make.printed(make.subscription())
    add_on.drop(subscription, by=subscription.reader)
    return subscription, {}, "The printed copy goes on."


DEEDS = {
    "cancel": to_cancel,
    "resume": to_resume,
    "pause": to_pause,
    "end-pause": to_end_a_pause,
    "switch": to_switch_up,
    "switch down": to_switch_down,
    "keep": to_keep,
    "renew": to_renew,
    "pay-by": to_pay_by_cheque,
    "offer": to_take_an_offer,
    "guarantee": to_claim_the_guarantee,
    "give-back": to_give_back_a_part,
    "give-back all": to_give_back_all,
    "extend": to_extend,
    "add-print": to_add_print,
    "drop-print": to_drop_print,
    "keep-print": to_keep_print,
}


# What one view does for all of them is tried with these outside a drill.
FEW = DEEDS if os.environ.get("MAGAZINE_DRILL") else ("cancel", "switch", "guarantee", "give-back", "extend")


def prepared(deed: str):
    """One deed that is possible: the subscription, where it is done, what is chosen, words of what is
    shown."""
    subscription, chosen, shows = DEEDS[deed]()
    return subscription, deed_page(subscription, deed.partition(" ")[0]), chosen, shows


@pytest.fixture(params=DEEDS)
def case(request, client, seller):
    return prepared(request.param)


@pytest.fixture(params=FEW)
def some_case(request, client, seller):
    return prepared(request.param)


def traces(subscription: Subscription) -> tuple:
    """All that a deed could leave behind."""
    return (
        list(subscription.events.values_list("kind", "reason")),
        list(subscription.payments.order_by("pk").values_list("reference", "status", "refunded_minor")),
        list(subscription.terms.order_by("pk").values_list("starts_on", "ends_on")),
        list(Subscription.objects.filter(pk=subscription.pk).values()),
        Refund.objects.count(),
    )


def test_what_is_shown_is_done_and_the_reason_is_in_the_story(client, seller, case):
    subscription, address, chosen, shows = case
    before = traces(subscription)

    seen = look(client, address, **chosen)
    assertContains(seen, shows)
    assert traces(subscription) == before
    sentences = seen.context["look"].consequences.sentences
    done = press(client, seen, address, reason=REASON)

    assert done.redirect_chain[-1][0].endswith(f"/subscribers/{subscription.reader_id}/")
    for sentence in sentences:
        assertContains(done, sentence)
    events = subscription.events.filter(reason__contains=REASON)
    assert events.filter(actor=seller).exists()
    assertContains(done, REASON)


def test_nothing_is_done_without_a_reason(client, some_case):
    subscription, address, chosen, _shows = some_case
    before = traces(subscription)

    refused = press(client, look(client, address, **chosen), address, reason="  ")

    assertContains(refused, "desk-error", status_code=422)
    assert traces(subscription) == before


def test_nothing_is_done_that_was_not_shown(client, some_case):
    subscription, address, chosen, shows = some_case
    before = traces(subscription)

    seen = look(client, address, **chosen)
    refused = press(client, seen, address, reason=REASON, shown="0" * 32)

    assertContains(refused, "nothing was done", status_code=409)
    assertContains(refused, shows, status_code=409)
    assert traces(subscription) == before
    press(client, refused, address, reason=REASON)
    assert traces(subscription) != before


def test_a_button_pressed_twice_acts_once(client, some_case):
    subscription, address, chosen, _shows = some_case
    seen = look(client, address, **chosen)

    press(client, seen, address, reason=REASON)
    after = traces(subscription)
    press(client, seen, address, reason=REASON)

    assert traces(subscription) == after


@pytest.mark.parametrize("role", [Role.FINANCE, Role.EDITOR, Role.WRITER])
def test_finance_and_the_newsroom_only_look(client, some_case, role):
    subscription, address, chosen, _shows = some_case
    seen = look(client, address, **chosen)
    before = traces(subscription)
    client.force_login(make.staff(role))

    assert client.get(address).status_code == 403
    assert client.post(address, fields(seen) | {"reason": REASON}).status_code == 403
    assert traces(subscription) == before


def test_the_publisher_may_do_what_subscriber_staff_may(client, some_case):
    client.force_login(make.staff(Role.PUBLISHER))
    _subscription, address, chosen, shows = some_case

    assertContains(look(client, address, **chosen), shows)


def test_the_page_offers_what_is_possible_and_nothing_else(client, some_case):
    subscription, address, _chosen, _shows = some_case

    page = client.get(f"/desk/subscriptions/subscribers/{subscription.reader_id}/")

    assertContains(page, address)
    client.force_login(make.staff(Role.FINANCE))
    page = client.get(f"/desk/subscriptions/subscribers/{subscription.reader_id}/")
    assertContains(page, subscription.number)
    assertNotContains(page, "/do/")


# -- What is refused -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "chosen", "sentence"),
    [
        ("resume", {}, "no cancellation to take back"),
        ("end-pause", {}, "no pause to end"),
        ("keep", {}, "No change is waiting"),
        ("pause", {"first_on": in_days(0), "last_on": in_days(20)}, "begins tomorrow at the earliest"),
        ("pause", {"first_on": in_days(2), "last_on": in_days(3)}, "lasts 7 days at least"),
        ("give-back", {"amount": "84.01"}, "we have £84.00, and not more"),
        ("confirm", {}, "No payment is expected any more"),
    ],
)
def test_what_cannot_be_gets_its_sentence(client, seller, name, chosen, sentence):
    subscription = make.subscription()

    response = look(client, deed_page(subscription, name), **chosen)

    assertContains(response, sentence, status_code=422)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("switch", "nothing that this plan could be changed to"),
        ("offer", "No offer is running"),
        ("give-back", "no payment of which anything could go back"),
    ],
)
def test_where_nothing_can_be_chosen_it_is_said(client, seller, name, sentence):
    subscription = make.order()

    response = client.get(deed_page(subscription, name))

    assertContains(response, sentence, status_code=422)
    assertNotContains(response, "See what happens", status_code=422)


@pytest.mark.parametrize("amount", ["", "12,50", "-5", "0.001", "all of it"])
def test_an_amount_that_cannot_be_read_is_asked_for_again(client, seller, amount):
    subscription = make.subscription()

    response = look(client, deed_page(subscription, "give-back"), amount=amount)

    assertContains(response, "desk-error", status_code=422)
    assert not Refund.objects.exists()


@pytest.mark.parametrize("days", ["0", "-3", "733", "many"])
def test_days_that_cannot_be_are_asked_for_again(client, seller, days):
    subscription = make.subscription()

    assertContains(look(client, deed_page(subscription, "extend"), days=days), "desk-error", status_code=422)
    assert not Extension.objects.exists()


def test_nothing_is_given_back_out_of_somebody_elses_payment(client, seller):
    subscription, other = make.subscription(), make.subscription()

    response = look(
        client, deed_page(subscription, "give-back"), payment=other.payments.get().pk, amount="10"
    )

    assertContains(response, "desk-error", status_code=422)


def test_while_a_bank_decides_nothing_is_offered_that_gives_back(client, seller):
    subscription = make.subscription()
    subscription.payments.update(dispute=Dispute.OPEN)

    page = client.get(f"/desk/subscriptions/subscribers/{subscription.reader_id}/")

    assertNotContains(page, deed_page(subscription, "give-back"))
    assertContains(
        look(client, deed_page(subscription, "give-back"), amount="5"),
        "bank has this payment in question",
        status_code=422,
    )


def test_a_deed_or_a_subscription_that_does_not_exist_is_not_found(client, seller):
    subscription = make.subscription()

    assert client.get(f"/desk/subscriptions/subscription/{subscription.pk}/do/delete/").status_code == 404
    assert client.get("/desk/subscriptions/subscription/999999/do/cancel/").status_code == 404


def test_what_happened_meanwhile_is_shown_before_anything_is_done(client, seller):
    subscription = make.order()
    address = deed_page(subscription, "cancel")
    seen = client.get(address)
    payment = subscription.payments.get()
    confirm = deed_page(subscription, "confirm")
    press(client, client.get(confirm), confirm, paid_on=today().isoformat())

    again = press(client, seen, address, reason=REASON)

    assertContains(again, "Something has happened since", status_code=409)
    payment.refresh_from_db()
    assert payment.status == Payment.Status.CONFIRMED
    assert lifecycle.standing(fresh(subscription)).state == State.ACTIVE


def test_a_gift_begun_on_the_page_leads_back_to_it(client, seller):
    reader = make.subscription().reader
    page = f"/desk/subscriptions/subscribers/{reader.pk}/"
    grant = f"/desk/subscriptions/entitlement/grant/?to={reader.email}"

    assertContains(client.get(page), f"grant/?to={quote(reader.email)}")
    seen = client.get(grant)
    assertContains(seen, reader.email)
    response = client.post(
        grant,
        {
            "email": reader.email,
            "features": ["audio"],
            "first_on": in_days(0),
            "last_on": in_days(9),
            "reason": "A prize",
        },
    )
    assertRedirects(response, page)


def test_every_deed_of_the_house_is_at_the_desk():
    assert {name.partition(" ")[0] for name in DEEDS} | {"confirm"} == set(acting.ACTS)
