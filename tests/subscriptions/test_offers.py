"""Offers: days to try once in a life, codes that hold what they say, and a price that is always ours."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.life import lifecycle, renewals, switching
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import Letter, Offer, OfferUse, Payment, Subscription, Term
from subscriptions.paying import payments
from subscriptions.selling import checkout, offers
from subscriptions.selling.checkout import AlreadySubscribedError, NotOnSaleError, begin_trial, place_order
from subscriptions.selling.offers import OfferRefusedError
from tests import make

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LEAVING = Offer.Audience.LEAVING


@pytest.fixture
def _plan(db):
    make.sold_plan()


pytestmark = pytest.mark.usefixtures("_plan")


def reads(subscription: Subscription, at: datetime) -> bool:
    return access.may(subscription.reader, Feature.EXCLUSIVE_CONTENT, at).granted


def ordered(offer: Offer | None = None, *, by=None, price=None, at: datetime = NOON) -> Subscription:
    return place_order(
        by or make.reader(), price or make.price(months=1), method="transfer", offer=offer, at=at
    )


def paid(subscription: Subscription, at: datetime) -> Payment:
    """The payment of the next term, asked for where it is not, and made."""
    bill = renewals.bill_next_term(subscription, at=at) if subscription.anchor_on else None
    bill = bill or subscription.payments.expected().get()
    payments.confirm(bill, paid_on=terms.day_of(at), at=at)
    subscription.refresh_from_db()
    bill.refresh_from_db()
    return bill


# -- Days to try ------------------------------------------------------------------------


def test_who_tries_reads_everything_for_as_many_days_as_were_promised_and_owes_nothing():
    subscription = make.trial(days=14, at=NOON)

    term = subscription.terms.get()
    assert (term.starts_on, term.ends_on, term.days) == (date(2027, 1, 10), date(2027, 1, 23), 14)
    assert term.is_trial
    assert reads(subscription, terms.end_of(term.ends_on) - timedelta(microseconds=1))
    assert not reads(subscription, terms.end_of(term.ends_on))
    assert not Payment.objects.exists()
    assert Letter.objects.get().kind == Letter.Kind.TRIAL


def test_who_tries_is_written_to_shortly_before_the_end_and_charged_nothing_by_it():
    subscription = make.trial(days=14, at=NOON)

    nights = [NOON + night * DAY for night in range(14)]
    asked = [terms.day_of(at) for at in nights if renewals.bill_due(at)]

    assert asked == [date(2027, 1, 21)]
    bill = Payment.objects.get()
    assert (bill.is_expected, bill.next_try_at) == (True, None)
    assert Letter.objects.filter(kind=Letter.Kind.PAYMENT_REQUEST).count() == 1
    # No days of grace follow days to try: nothing was paid yet.
    assert make.loaded(subscription).grace_until_on is None
    assert standing(make.loaded(subscription), NOON + 14 * DAY).state == State.LAPSED


def test_who_goes_on_has_a_paid_term_that_begins_when_the_days_to_try_are_over():
    reader = make.reader()
    make.trial(days=14, by=reader, at=NOON)

    subscription = ordered(by=reader, at=NOON + 3 * DAY)
    payments.confirm(subscription.payments.expected().get(), paid_on=date(2027, 1, 13), at=NOON + 3 * DAY)

    assert Subscription.objects.count() == 1
    trial, term = Term.objects.order_by("number")
    assert (trial.ends_on, term.starts_on, term.ends_on) == (
        date(2027, 1, 23),
        date(2027, 1, 24),
        date(2027, 2, 23),
    )
    assert reads(subscription, terms.end_of(date(2027, 1, 23)))
    subscription = make.loaded(subscription)
    assert subscription.anchor_on == date(2027, 1, 24)


def test_who_goes_on_after_the_days_to_try_pays_for_no_day_before():
    reader = make.reader()
    make.trial(days=14, by=reader, at=NOON)

    subscription = ordered(by=reader, at=NOON + 20 * DAY)
    payments.confirm(subscription.payments.expected().get(), paid_on=date(2027, 1, 30), at=NOON + 20 * DAY)

    assert subscription.terms.get().starts_on == date(2027, 1, 30)
    assert Subscription.objects.count() == 2


def test_who_cancelled_while_trying_and_orders_after_all_goes_on():
    reader = make.reader()
    trial = make.trial(days=14, by=reader, at=NOON)
    lifecycle.cancel(trial, by=reader, at=NOON)

    subscription = ordered(by=reader, price=make.price(months=12), at=NOON + DAY)

    assert subscription == trial
    assert not standing(make.loaded(trial), NOON + DAY).is_cancelled
    assert subscription.payments.expected().get().amount_minor == 8400


def test_another_choice_while_trying_changes_the_order():
    reader = make.reader()
    make.trial(days=14, by=reader, at=NOON)
    ordered(by=reader, at=NOON)

    subscription = ordered(by=reader, price=make.price(months=12), at=NOON)

    assert subscription.payments.expected().get().amount_minor == 8400
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("ada@example.org", "ada+again@example.org"),
        ("ada+first@example.org", "ada+again@example.org"),
        ("ada.lovelace@gmail.com", "adalovelace@gmail.com"),
        ("ada.lovelace@gmail.com", "A.D.A.Lovelace+x@googlemail.com"),
        ("ada@googlemail.com", "ada@gmail.com"),
    ],
)
def test_nobody_tries_twice_under_another_form_of_the_address(first, again):
    trial = make.offer(trial_days=14)
    begin_trial(make.reader(email=first), make.price(), trial, at=NOON)
    same_person = make.reader(email=again)

    with pytest.raises(OfferRefusedError, match="taken this offer before"):
        begin_trial(same_person, make.price(), trial, at=NOON)
    with pytest.raises(OfferRefusedError, match="had your days to try"):
        begin_trial(same_person, make.price(), make.offer(trial_days=30), at=NOON)
    assert Subscription.objects.count() == 1


def test_capitals_and_spaces_make_nobody_another_person():
    assert offers.person_behind(" Ada@Example.ORG ") == offers.person_behind("ada@example.org")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@example.org", "grace@example.org"),
        # Elsewhere a dot makes another letter box.
        ("ada.l@example.org", "adal@example.org"),
        ("ada@gmail.com", "ada@example.org"),
    ],
)
def test_two_people_are_not_taken_for_one(one, other):
    assert offers.person_behind(one) != offers.person_behind(other)


def test_the_database_lets_a_person_try_a_product_once():
    use = make.trial(at=NOON).offer_uses.get()
    other = make.order(at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        OfferUse.objects.create(
            offer=make.offer(trial_days=7),
            subscription=other,
            reader=other.reader,
            person=use.person,
            trial_of=use.trial_of,
        )


@pytest.mark.parametrize("life", ["running", "lapsed", "cancelled"])
def test_days_to_try_are_not_for_who_has_read_with_us(life):
    subscription = make.subscription(months=1, at=NOON)
    at = NOON + (60 * DAY if life == "lapsed" else DAY)
    if life == "cancelled":
        lifecycle.cancel(subscription, by=None, at=NOON)

    with pytest.raises((OfferRefusedError, AlreadySubscribedError)):
        begin_trial(subscription.reader, make.price(), make.offer(trial_days=14), at=at)

    assert make.loaded(subscription).closed_at is None


def test_who_has_an_order_that_is_not_paid_can_try_first():
    order = make.order(months=12, at=NOON)

    trial = begin_trial(order.reader, make.price(), make.offer(trial_days=14), at=NOON)

    assert make.loaded(order).closed_at == NOON
    assert not Payment.objects.expected().exists()
    assert reads(trial, NOON)


def test_days_to_try_are_not_taken_by_another_kind_of_offer_nor_the_other_way_round():
    reader = make.reader()

    with pytest.raises(OfferRefusedError):
        begin_trial(reader, make.price(), make.offer(percent=10), at=NOON)
    with pytest.raises(OfferRefusedError):
        ordered(make.offer(trial_days=14), by=reader)

    assert not Subscription.objects.exists()
    assert not OfferUse.objects.exists()


# -- Codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["SPRING", "spring", " Spring ", "s p r i n g", "SPR ING\t"])
def test_capitals_and_spaces_in_a_code_do_not_matter(typed):
    offer = make.offer(code="Spring")

    assert offers.by_code(typed, make.price(), make.reader(), NOON) == offer


def test_an_unknown_code_is_said_to_be_unknown():
    make.offer(audience=LEAVING)

    for code in ("", "SUMMER"):
        with pytest.raises(OfferRefusedError, match="do not know this code"):
            offers.by_code(code, make.price(), make.reader(), NOON)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ends_on": date(2027, 1, 9)}, "has ended"),
        ({"starts_on": date(2027, 1, 11)}, "not open"),
        ({"is_active": False}, "not open"),
        ({"most_uses": 0}, "has been taken"),
        ({"amount_minor": 100, "currency": "EUR"}, "prices in EUR"),
        ({"amount_minor": 900}, "longer term"),
    ],
)
def test_a_code_that_does_not_hold_says_why_and_takes_nothing_off(fields, sentence):
    offer = make.offer(code="SPRING", **fields)

    with pytest.raises(OfferRefusedError, match=sentence):
        offers.by_code("SPRING", make.price(months=1), make.reader(), NOON)
    with pytest.raises(OfferRefusedError, match=sentence):
        ordered(offer)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("on", [date(2027, 1, 10), date(2027, 1, 20)])
def test_a_code_holds_on_its_first_and_on_its_last_day(on):
    offer = make.offer(starts_on=date(2027, 1, 10), ends_on=date(2027, 1, 20))
    last_instant = terms.end_of(on) - timedelta(microseconds=1)

    assert offers.by_code(offer.code, make.price(), make.reader(), terms.start_of(on)) == offer
    assert offers.by_code(offer.code, make.price(), make.reader(), last_instant) == offer


def test_a_code_for_another_plan_is_refused():
    offer = make.offer(plan=make.priced(4000).version.plan)

    with pytest.raises(OfferRefusedError, match="another plan"):
        ordered(offer)


def test_a_code_is_taken_once_by_a_person():
    offer = make.offer(code="SPRING")
    first = ordered(offer, by=make.reader(email="ada@gmail.com"))
    lifecycle.cancel(first, by=None, at=NOON)

    with pytest.raises(OfferRefusedError, match="given once"):
        ordered(offer, by=make.reader(email="a.d.a@gmail.com"))


def test_an_order_with_a_code_that_is_sent_twice_is_one_order():
    offer = make.offer(code="SPRING")
    reader = make.reader()
    ordered(offer, by=reader)

    again = offers.by_code("spring", make.price(months=1), reader, NOON)
    ordered(again, by=reader)

    assert OfferUse.objects.count() == Payment.objects.count() == 1


def test_another_choice_keeps_the_code_as_far_as_it_goes_with_it():
    offer = make.offer(percent=25)
    reader = make.reader()
    ordered(offer, by=reader)

    subscription = ordered(offer, by=reader, price=make.price(months=12))

    assert subscription.payments.expected().get().amount_minor == 6300


def test_an_offer_for_one_plan_lowers_no_other():
    subscription = ordered(make.offer(percent=50, payments=5, plan=make.plan()))
    paid(subscription, NOON)
    switching.switch(subscription, make.priced(500, months=1), by=None, at=NOON)

    assert renewals.bill_next_term(subscription, at=NOON + 25 * DAY).amount_minor == 500


# -- What is taken off -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "months", "off_minor"),
    [
        ({"percent": 25}, 12, 2100),
        ({"percent": 33}, 12, 2772),
        # A fraction of a penny goes to the reader: 33% of £9.00 is £2.97, 7% is £0.63; of £84.00 £5.88.
        ({"percent": 7}, 12, 588),
        ({"percent": 1}, 1, 9),
        ({"percent": 90}, 1, 810),
        ({"amount_minor": 899}, 1, 899),
        ({"amount_minor": 2000}, 12, 2000),
    ],
)
def test_the_first_payment_is_lower_by_what_was_promised(fields, months, off_minor):
    price = make.price(months=months)

    payment = ordered(make.offer(**fields), price=price).payments.get()

    assert (payment.discount_minor, payment.amount_minor) == (off_minor, price.amount_minor - off_minor)


def test_a_fraction_of_the_smallest_unit_goes_to_the_reader():
    offer = make.offer(percent=33)

    assert offers.off(offer, make.priced(101)) == 34  # 33.33
    assert offers.off(offer, make.priced(1001, currency="JPY")) == 331  # 330.33


def test_an_offer_for_some_payments_is_followed_by_the_full_price():
    subscription = ordered(make.offer(percent=50, payments=3))
    amounts = [paid(subscription, NOON + term * 30 * DAY).amount_minor for term in range(5)]

    assert amounts == [450, 450, 450, 900, 900]


def test_a_payment_that_is_asked_for_anew_uses_the_offer_once():
    subscription = ordered(make.offer(percent=50))
    checkout.pay_by(subscription, method="cheque", provider="manual", by=None, at=NOON)
    checkout.pay_by(subscription, method="transfer", provider="manual", by=None, at=NOON)

    assert paid(subscription, NOON).amount_minor == 450
    assert paid(subscription, NOON + 25 * DAY).amount_minor == 900


def test_the_last_of_an_offer_is_taken_by_one_of_two_who_come_at_the_same_moment(in_thread):
    def prepared():
        make.sold_plan()
        return make.offer(most_uses=1), [make.reader() for _reader in range(6)], make.price(months=1)

    offer, readers, price = in_thread(prepared)
    start = threading.Barrier(len(readers))

    def take(reader) -> bool:
        start.wait()
        try:
            in_thread(lambda: ordered(offer, by=reader, price=price))
        except OfferRefusedError:
            return False
        return True

    with ThreadPoolExecutor(len(readers)) as pool:
        taken = list(pool.map(take, readers))

    assert sum(taken) == 1
    assert in_thread(lambda: (OfferUse.objects.count(), Subscription.objects.count())) == (1, 1)


# -- The one to somebody who is leaving ----------------------------------------------------------


def test_who_is_about_to_leave_is_made_one_offer_and_never_a_second():
    subscription = make.subscription(months=1, at=NOON)
    stay, _other = make.offer(audience=LEAVING, percent=50), make.offer(audience=LEAVING, percent=10)
    assert offers.to_stay(subscription, NOON) in (stay, _other)

    checkout.take_offer(subscription, stay, by=subscription.reader, at=NOON)

    assert offers.to_stay(make.loaded(subscription), NOON) is None
    assert renewals.bill_next_term(subscription, at=NOON + 25 * DAY).amount_minor == 450


def test_a_bill_that_is_out_already_is_lowered_by_the_offer_to_stay():
    subscription = make.card_subscription(months=1, at=NOON)
    before = renewals.bill_next_term(subscription, at=NOON + 25 * DAY)

    offer = make.offer(audience=LEAVING, percent=50)
    checkout.take_offer(subscription, offer, by=subscription.reader, at=NOON + 26 * DAY)

    bill = Payment.objects.expected().get()
    assert (bill.amount_minor, bill.next_try_at) == (450, before.next_try_at)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"ends_on": date(2027, 1, 9)}, {"most_uses": 0}])
def test_who_leaves_is_offered_nothing_that_does_not_hold(fields):
    subscription = make.subscription(months=1, at=NOON)
    make.offer(audience=LEAVING, **fields)
    make.offer(audience=LEAVING, plan=make.priced(400).version.plan)

    assert offers.to_stay(subscription, NOON) is None


# -- The price is ours (M4, M5) ---------------------------------------------------------------------


def test_the_price_of_an_order_is_read_again_whatever_was_sent():
    price = make.price(months=12)
    price.amount_minor, price.currency = 1, "EUR"

    payment = ordered(price=price).payments.get()

    assert (payment.amount_minor, payment.currency) == (8400, "GBP")


def test_an_offer_is_read_again_whatever_was_sent():
    offer = make.offer(percent=10)
    Offer.objects.filter(pk=offer.pk).update(is_active=False)

    with pytest.raises(OfferRefusedError):
        ordered(offer)


def test_an_archived_plan_can_be_neither_ordered_nor_tried():
    price = make.price()
    type(price.version.plan).objects.update(is_offered=False)

    with pytest.raises(NotOnSaleError):
        ordered(price=price)
    with pytest.raises(NotOnSaleError):
        begin_trial(make.reader(), price, make.offer(trial_days=14), at=NOON)
