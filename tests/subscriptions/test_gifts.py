"""Gifts from the giver's side: bought, paid, told on the day, and taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from subscriptions import access, terms
from subscriptions.acting import rehearsal
from subscriptions.acting.deeds import ConfirmPayment
from subscriptions.features import Feature
from subscriptions.giving import cards, gifts, redeeming, reminders
from subscriptions.giving.gifts import State
from subscriptions.giving.redeeming import Way
from subscriptions.letters import sending
from subscriptions.life import renewals
from subscriptions.models import Gift, Letter, Payment, Refund, Subscription
from subscriptions.paying import demo_bank, guarantee, payments, refunds
from subscriptions.providers.demo import Card
from subscriptions.selling.checkout import NotOnSaleError
from tests import make
from tests.subscriptions import giving

pytestmark = pytest.mark.django_db

MAY = datetime(2027, 5, 4, 12, tzinfo=UTC)


def kinds(gift: Gift) -> list[str]:
    return list(
        Letter.objects.filter(about_id=gift.pk, kind__startswith="gift").values_list("kind", flat=True)
    )


def test_a_giver_pays_by_transfer_and_gets_a_card_and_no_plan(client):
    make.plan()
    giver = make.reader(name="Ada Quill")
    client.force_login(giver)
    price = make.price()
    page = reverse("subscriptions:gift_buy", args=["subscription"])
    typed = {
        "price": price.pk,
        "recipient_name": "Tobias",
        "recipient_email": "Tobias@Example.org",
        "signed": "Ada",
        "message": "Read well.",
        "gives_on": terms.day_of(timezone.now()).isoformat(),
        "method": "transfer",
    }

    refused = client.post(page, typed | {"gives_on": "2020-01-01", "recipient_name": ""})
    first = client.post(page, typed)
    again = client.post(page, typed)

    assert refused.status_code == 422
    assert b"This day has passed" in refused.content or b"Write the name" in refused.content
    gift = Gift.objects.get()
    assert first.url == again.url == reverse("subscriptions:gift", args=[gift.order.number])
    assert b"How to pay" in client.get(first.url).content
    assert gift.recipient_email == "tobias@example.org"
    # Before the payment the code is worth nothing, and the card is not to be had.
    assert client.get(reverse("subscriptions:gift_card", args=[gift.order.number])).status_code == 404
    with pytest.raises(redeeming.CannotRedeemError, match="not been paid"):
        redeeming.check(gift)

    bill = gift.order.payments.get()
    assert (bill.amount_minor, bill.currency) == (price.amount_minor, price.currency)
    assert payments.confirm(bill, paid_on=terms.day_of(timezone.now())) is None
    assert payments.confirm(bill, paid_on=terms.day_of(timezone.now())) is None

    gift = giving.fresh(gift)
    assert gifts.state_of(gift) == State.WAITING
    assert not gift.order.terms.exists()
    assert not giver.entitlements.exists()
    assert not access.may(giver, Feature.EXCLUSIVE_CONTENT).granted
    assert not renewals.due(timezone.now() + timedelta(days=340)).exists()
    account = client.get(reverse("subscriptions:account")).content.decode()
    assert "You have no plan yet" in account
    assert "Gifts you gave" in account
    assert (
        gift.code in client.get(reverse("subscriptions:gift_card", args=[gift.order.number])).content.decode()
    )
    assert kinds(gift) == ["gift_bought"]


def test_a_gift_is_paid_at_the_bank_of_the_demonstration(client, settings):
    settings.DEMO_PROVIDER = True
    gift = giving.ordered(method="card", provider="demo")
    client.force_login(gift.giver)
    payment = gift.order.payments.get()

    there = client.post(reverse("subscriptions:pay", args=[gift.order.number]))
    assert "demo-bank" in there.url
    demo_bank.pay(payment.reference, Card.WORKS)
    client.get(reverse("subscriptions:back", args=[gift.order.number]))

    assert gifts.state_of(giving.fresh(gift)) == State.WAITING
    page = client.get(reverse("subscriptions:order", args=[gift.order.number]), follow=True)
    assert b"the card is ready for you" in page.content or b"Nobody has taken it up yet" in page.content


def test_a_gift_and_what_it_costs_are_the_shelf_s_own():
    zone_price = giving.abroad(5400)
    quarter = giving.ordered(months=1, zone_price=zone_price)

    # A month of £54.00 a year.
    assert quarter.order.payments.get().amount_minor == make.price(months=1).amount_minor + 450
    with pytest.raises(gifts.CannotBuyError, match="no longer sold"):
        giving.ordered(zone_price=giving.abroad(9900) and zone_price)
    make.plan().versions.update(sold_from_at=None)
    with pytest.raises(NotOnSaleError):
        giving.ordered(at_price=Subscription.objects.get().price)


def test_nobody_but_the_giver_finds_a_gift(client):
    gift = giving.paid()
    client.force_login(make.reader())

    for name in ("gift", "gift_card", "gift_card_pdf", "gift_refund"):
        assert client.get(reverse(f"subscriptions:{name}", args=[gift.order.number])).status_code == 404


@pytest.mark.parametrize(
    ("gives_on", "too_early", "in_time"),
    [
        (date(2027, 1, 10), datetime(2027, 1, 10, 7, 59, tzinfo=UTC), datetime(2027, 1, 10, 8, tzinfo=UTC)),
        # Summer time begins on the very day: eight in London is seven in UTC.
        (date(2027, 3, 28), datetime(2027, 3, 28, 6, 59, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)),
    ],
)
def test_nobody_is_told_before_the_day(gives_on, too_early, in_time):
    make.sold_plan()
    gift = giving.paid(at=datetime(2027, 1, 3, 12, tzinfo=UTC), gives_on=gives_on)

    assert reminders.write_due(too_early) == 0
    assert reminders.write_due(in_time) == 1
    assert reminders.write_due(in_time + timedelta(days=1)) == 0
    letter = Letter.objects.get(kind=Letter.Kind.GIFT_GIVEN)
    assert sending.send(letter.pk, in_time)
    assert mail.outbox[-1].to == ["tobias@example.org"]
    assert gift.code in mail.outbox[-1].body
    assert "For the long evenings." in mail.outbox[-1].body


def test_a_gift_that_waits_is_reminded_of_once():
    make.sold_plan()
    mailed, by_hand = giving.paid(at=MAY), giving.paid(at=MAY, recipient_email="")
    taken = giving.paid(at=MAY)
    redeeming.redeem(taken, make.reader(), way=Way.BEGIN, at=MAY)

    reminders.write_due(MAY + timedelta(days=29))
    assert not Letter.objects.filter(kind=Letter.Kind.GIFT_REMINDER).exists()
    for days in (31, 32, 60):
        reminders.write_due(MAY + timedelta(days=days))

    for letter in Letter.objects.filter(kind=Letter.Kind.GIFT_REMINDER):
        sending.send(letter.pk, MAY + timedelta(days=31))
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [mailed.recipient_email, by_hand.giver.email]
    )


def test_a_gift_ends_with_one_letter_and_an_offer(settings):
    make.sold_plan()
    reader = make.reader(email="wren@example.org")
    offer = make.offer(code="GOON")
    settings.GIFT_ENDING_OFFER = "goon"
    gift = redeeming.redeem(giving.paid(at=MAY), reader, way=Way.BEGIN, at=MAY)
    three_weeks_before = datetime(2028, 4, 12, 9, tzinfo=UTC)

    assert gift.last_on == date(2028, 5, 3)
    reminders.write_due(three_weeks_before - timedelta(days=1))
    assert "gift_ending" not in kinds(gift)
    reminders.write_due(three_weeks_before)
    reminders.write_due(three_weeks_before + timedelta(days=3))

    letter = Letter.objects.get(kind=Letter.Kind.GIFT_ENDING)
    assert sending.send(letter.pk, three_weeks_before)
    assert mail.outbox[-1].to == ["wren@example.org"]
    assert "3 May 2028" in mail.outbox[-1].body
    assert offer.code in mail.outbox[-1].body


def test_a_giver_has_the_money_back_while_nobody_redeemed(client):
    giver = make.reader(name="Ada Quill")
    own = make.subscription(by=giver)
    gift = giving.paid(by=giver)
    client.force_login(giver)
    page = reverse("subscriptions:gift_refund", args=[gift.order.number])
    shown = gifts.money_back(gift).mark

    assert client.post(page, {"shown": "H-1-1=1GBP"}).status_code == 409
    assert shown in client.get(page).content.decode()
    client.post(page, {"shown": shown})
    client.post(page, {"shown": shown})

    refund = Refund.objects.get()
    assert (refund.kind, refund.amount_minor) == (Refund.Kind.GIFT, gift.price.amount_minor)
    gift = giving.fresh(gift)
    assert gifts.state_of(gift) == State.VOID
    with pytest.raises(redeeming.CannotRedeemError, match="no longer good"):
        redeeming.redeem(gift, make.reader(), way=Way.BEGIN)
    assert not reminders.write_due(timezone.now() + timedelta(days=31))
    # Their own plan's guarantee is as it was.
    assert guarantee.plan_refund(make.loaded(own)).amount_minor == own.price.amount_minor


def test_the_guarantee_of_a_gift_ends_with_its_days():
    make.sold_plan()
    gift = giving.paid(at=MAY)
    last = guarantee.window(MAY, 60)

    assert gifts.last_day_to_have_back(gift, last.closes_at - timedelta(seconds=1)) == last.last_day
    with pytest.raises(gifts.CannotHaveBackError, match="stays good"):
        gifts.have_back(gift, by=gift.giver, at=last.closes_at)
    redeeming.redeem(gift, make.reader(), way=Way.BEGIN, at=last.closes_at)


def test_staff_alone_give_money_back_for_a_gift_that_was_taken_up():
    reader = make.reader()
    gift = redeeming.redeem(giving.paid(), reader, way=Way.BEGIN)
    payment = Payment.objects.get(subscription=gift.order)

    with pytest.raises(gifts.CannotHaveBackError, match="taken up"):
        gifts.have_back(gift, by=gift.giver)
    assert access.may(reader, Feature.EXCLUSIVE_CONTENT).granted
    refunds.give_back(payment, payment.amount_minor - 1, by=make.staff(), reason="Goodwill")
    assert access.may(reader, Feature.EXCLUSIVE_CONTENT).granted
    refunds.give_back(payment, 1, by=make.staff(), reason="A stolen card")

    assert not access.may(reader, Feature.EXCLUSIVE_CONTENT, timezone.now()).granted
    assert gifts.state_of(giving.fresh(gift)) == State.VOID


def test_a_withdrawn_order_owes_nothing(client):
    gift = giving.ordered()
    client.force_login(gift.giver)

    client.post(reverse("subscriptions:gift_withdraw", args=[gift.order.number]))

    assert gifts.state_of(giving.fresh(gift)) == State.WITHDRAWN
    assert not Payment.objects.expected().exists()


def test_money_that_comes_for_a_withdrawn_gift_goes_back(settings):
    settings.DEMO_PROVIDER = True
    gift = giving.ordered(method="card", provider="demo")
    gifts.withdraw(gift, by=gift.giver)

    with pytest.raises(payments.PaymentVoidError):
        payments.confirm(gift.order.payments.get(), paid_on=terms.day_of(timezone.now()))
    assert giving.fresh(gift).paid_at is None


def test_the_same_card_is_drawn_for_the_same_code_and_another_for_another():
    gift = giving.paid()
    card = cards.card_of(gift)

    assert card.picture == cards.picture(gift.code) != cards.picture("ABCD-EFGH-JKLM")
    assert card.address.endswith(f"/redeem/{gift.code}/")
    assert card.square.path.count("M") > card.square.size


def test_staff_find_a_gift_by_its_code_and_see_what_confirming_it_does(client):
    gift, other = giving.ordered(), giving.paid()
    seller = make.staff(Role.SUBSCRIBER_STAFF)
    client.force_login(seller)
    listed = reverse("admin:subscriptions_gift_changelist")

    found = client.get(listed, {"q": other.code}).content.decode()
    waiting = client.get(listed, {"state": "waiting"}).content.decode()
    bill = gift.order.payments.get()
    look = client.get(reverse("admin:subscriptions_subscription_act", args=[gift.order_id, "confirm"]))
    shown = rehearsal.rehearse(
        ConfirmPayment(bill, terms.day_of(timezone.now())), gift.order, by=seller
    ).sentences

    for page in (found, waiting):
        assert other.order.number in page
        assert gift.order.number not in page
    assert other.code not in waiting
    assert look.status_code == 200
    assert "The gift is then paid, and its code is good." in shown
    assert "The order is then withdrawn." not in shown
