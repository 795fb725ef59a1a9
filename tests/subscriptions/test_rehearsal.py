"""Before it is done it is shown, and what was shown is what happens: to the cent, the day and the issue."""

import inspect
import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.utils.formats import date_format
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from subscriptions import access, terms
from subscriptions.acting import deeds, rehearsal
from subscriptions.acting.consequences import Consequences, picture
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on
from subscriptions.ledger.accounts import account_of
from subscriptions.life import dunning, lifecycle, renewals, switching
from subscriptions.models import Entitlement, Letter, Offer, Payment, Price, Refund, Subscription, Term
from subscriptions.money import formatted
from subscriptions.paying import payments
from tests import make

pytestmark = pytest.mark.wide

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)

Made = tuple[Subscription, deeds.Deed]


def everything() -> dict[str, list[tuple]]:
    """Every row of this room, and every task that waits."""
    tables = [*apps.get_app_config("subscriptions").get_models(), DBTaskResult]
    return {table.__name__: list(table.objects.order_by("pk").values_list()) for table in tables}


def day(on: date) -> str:
    return date_format(on, "j F Y")


# -- One life for each deed -------------------------------------------------------


def a_cancellation() -> Made:
    return make.subscription(at=NOON), deeds.Cancel()


def a_resumption() -> Made:
    subscription = make.subscription(at=NOON)
    lifecycle.cancel(subscription, by=None, at=NOON)
    return subscription, deeds.Resume()


def a_pause() -> Made:
    return make.subscription(at=NOON), deeds.Pause(date(2027, 2, 1), date(2027, 2, 10))


def the_end_of_a_pause() -> Made:
    subscription = make.subscription(at=NOON)
    return make.paused(subscription, date(2027, 1, 11), date(2027, 2, 10), at=NOON), deeds.EndPause()


def a_change_up() -> Made:
    return make.subscription(months=1, at=NOON), deeds.Switch(make.price(months=12))


def a_change_down() -> Made:
    return make.card_subscription(months=12, at=NOON), deeds.Switch(make.price(months=1))


def a_change_of_mind() -> Made:
    subscription = make.subscription(at=NOON)
    switching.switch(subscription, make.price(months=1), by=None, at=NOON)
    return subscription, deeds.Keep()


def an_early_renewal() -> Made:
    return make.card_subscription(at=NOON), deeds.Renew()


def another_way_to_pay() -> Made:
    subscription = make.subscription(months=1, at=NOON)
    renewals.bill_next_term(subscription, at=NOON)
    return subscription, deeds.PayBy("cheque", "manual")


def an_offer_to_stay() -> Made:
    return make.subscription(at=NOON), deeds.TakeOffer(make.offer(audience=Offer.Audience.LEAVING))


def a_claim() -> Made:
    return make.subscription(at=NOON), deeds.ClaimGuarantee()


def a_part_given_back() -> Made:
    subscription = make.subscription(at=NOON)
    return subscription, deeds.GiveBack(subscription.payments.get(), 1234)


def a_payment_that_came() -> Made:
    subscription = make.order(at=NOON)
    return subscription, deeds.ConfirmPayment(subscription.payments.get(), NOON.date())


def an_extension() -> Made:
    return make.subscription(at=NOON), deeds.Extend(10, "a-late-issue")


def print_for_the_days_that_are_left() -> Made:
    return make.subscription(at=NOON), deeds.AddPrint("GB", make.ADDRESS)


def print_with_the_bill_of_an_order() -> Made:
    return make.order(at=NOON), deeds.AddPrint("DE")


def print_that_is_dropped() -> Made:
    return make.printed(make.subscription(at=NOON), at=NOON), deeds.DropPrint()


def print_that_is_kept_after_all() -> Made:
    subscription = make.printed(make.subscription(at=NOON), at=NOON)
    add_on.drop(subscription, by=None, at=NOON)
    return subscription, deeds.KeepPrint()


def a_change_up_with_print() -> Made:
    return make.printed(make.subscription(months=1, at=NOON), at=NOON), deeds.Switch(make.price(months=12))


EXAMPLES: list[Callable[[], Made]] = [
    a_cancellation,
    a_resumption,
    a_pause,
    the_end_of_a_pause,
    a_change_up,
    a_change_down,
    a_change_of_mind,
    an_early_renewal,
    another_way_to_pay,
    an_offer_to_stay,
    a_claim,
    a_part_given_back,
    a_payment_that_came,
    an_extension,
    print_for_the_days_that_are_left,
    print_with_the_bill_of_an_order,
    print_that_is_dropped,
    print_that_is_kept_after_all,
    a_change_up_with_print,
]
by_name = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)


@pytest.fixture
def _plan(db):
    make.sold_plan()


@pytest.mark.usefixtures("_plan")
def test_every_deed_is_rehearsed_here():
    known = {
        deed.name
        for _name, deed in inspect.getmembers(deeds, inspect.isclass)
        if hasattr(deed, "do") and deed is not deeds.Deed
    }

    assert {example()[1].name for example in EXAMPLES} == known


@by_name
@pytest.mark.usefixtures("_plan")
def test_a_reader_who_only_looks_changes_nothing(example):
    subscription, deed = example()
    at = NOON + 2 * DAY
    before = everything()

    shown = rehearsal.rehearse(deed, subscription, by=subscription.reader, at=at)

    assert everything() == before
    assert shown.before != shown.after
    assert shown.sentences
    assert "Nothing changes." not in shown.sentences


@by_name
@pytest.mark.usefixtures("_plan")
def test_a_reader_who_does_it_gets_what_was_shown(example):
    subscription, deed = example()
    at = NOON + 2 * DAY
    shown = rehearsal.rehearse(deed, subscription, by=subscription.reader, at=at)

    done = rehearsal.perform(
        deed, subscription, by=subscription.reader, shown=shown.mark, at=at, reason="As asked"
    )

    assert (done.before, done.after, done.mark) == (shown.before, shown.after, shown.mark)
    assert picture(subscription.pk, at) == shown.after
    assert done.sentences == shown.sentences


@by_name
@pytest.mark.usefixtures("_plan")
def test_where_something_happened_since_it_was_shown_nothing_is_done_and_the_new_is_shown(example):
    subscription, deed = example()
    at = NOON + 2 * DAY
    before = everything()

    with pytest.raises(rehearsal.ChangedSinceError) as refusal:
        rehearsal.perform(deed, subscription, by=None, shown="what was shown then", at=at)

    assert everything() == before
    assert refusal.value.now.sentences == rehearsal.rehearse(deed, subscription, by=None, at=at).sentences


@pytest.mark.usefixtures("_plan")
def test_a_refund_that_is_shown_and_then_less_by_another_is_not_carried_out():
    subscription = make.subscription(at=NOON)
    shown = rehearsal.rehearse(deeds.ClaimGuarantee(), subscription, by=None, at=NOON)
    give = deeds.GiveBack(subscription.payments.get(), 1000)
    part = rehearsal.rehearse(give, subscription, by=None, at=NOON)
    rehearsal.perform(give, subscription, by=None, shown=part.mark, at=NOON, reason="Late issues")

    with pytest.raises(rehearsal.ChangedSinceError) as refusal:
        rehearsal.perform(deeds.ClaimGuarantee(), subscription, by=None, shown=shown.mark, at=NOON)

    assert [one.amount_minor for one in shown.back] == [8400]
    assert [one.amount_minor for one in refusal.value.now.back] == [7400]
    assert Refund.objects.get().amount_minor == 1000


@pytest.mark.usefixtures("_plan")
def test_a_button_pressed_twice_gives_money_back_once():
    subscription = make.subscription(at=NOON)
    give = deeds.GiveBack(subscription.payments.get(), 1000)
    shown = rehearsal.rehearse(give, subscription, by=None, at=NOON)
    rehearsal.perform(give, subscription, by=None, shown=shown.mark, at=NOON, reason="Late issues")

    with pytest.raises(rehearsal.ChangedSinceError):
        rehearsal.perform(give, subscription, by=None, shown=shown.mark, at=NOON, reason="Late issues")

    assert Refund.objects.count() == 1


@pytest.mark.usefixtures("_plan")
def test_a_new_price_between_looking_and_doing_is_shown_first():
    subscription = make.subscription(months=1, at=NOON)
    renew = deeds.Renew()
    shown = rehearsal.rehearse(renew, subscription, by=None, at=NOON)
    newer = make.dearer(subscription.plan, by_minor=100)
    subscription.planned_changes.create(
        kind="price", price=newer.prices.get(term_months=1, currency="GBP"), from_on=NOON.date()
    )

    with pytest.raises(rehearsal.ChangedSinceError):
        rehearsal.perform(renew, subscription, by=None, shown=shown.mark, at=NOON)

    assert not Payment.objects.expected().exists()


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (deeds.Resume(), "no cancellation to take back"),
        (deeds.EndPause(), "no pause to end"),
        (deeds.Keep(), "No change is waiting"),
        (deeds.Pause(date(2027, 1, 12), date(2027, 1, 13)), "lasts 7 days at least"),
        (deeds.Extend(0, "x"), "days can be added"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(deed, sentence):
    subscription = make.subscription(at=NOON)
    before = everything()

    for act in (rehearsal.rehearse, lambda *given, **more: rehearsal.perform(*given, shown="", **more)):
        with pytest.raises(deeds.NotPossibleError, match=sentence):
            act(deed, subscription, by=None, at=NOON)

    assert everything() == before


@pytest.mark.usefixtures("_plan")
def test_money_that_is_said_to_have_come_tomorrow_is_refused_with_a_sentence():
    subscription = make.order(at=NOON)
    deed = deeds.ConfirmPayment(subscription.payments.get(), NOON.date() + DAY)

    with pytest.raises(deeds.NotPossibleError, match="a day to come"):
        rehearsal.rehearse(deed, subscription, by=None, at=NOON)


# -- What the sentences say ---------------------------------------------------------


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("example", "sentences"),
    [
        (
            a_cancellation,
            [
                "Everything stays open until 9 January 2028, the last paid day.",
                "No further term follows, and no further payment is asked for.",
                "An email confirms the cancellation.",
            ],
        ),
        (a_resumption, ["The next term begins on 10 January 2028 and costs £84.00 for 1 year."]),
        (
            a_pause,
            [
                "From 1 February 2027 to 10 February 2027 the plan rests: nothing opens, "
                "and no paid day is used up.",
                "The last paid day moves from 9 January 2028 to 19 January 2028.",
                "The next term begins on 20 January 2028 and costs £84.00 for 1 year.",
                "An email confirms the pause.",
            ],
        ),
        (
            the_end_of_a_pause,
            [
                "The pause ends: everything opens today.",
                "The last paid day moves from 9 February 2028 to 10 January 2028.",
                "The next term begins on 11 January 2028 and costs £84.00 for 1 year.",
                "The plan is then active.",
            ],
        ),
        (
            a_change_up,
            [
                "There is £75.58 to pay.",
                "£8.42 for the unused days has been taken off.",
                "An email says how to pay.",
            ],
        ),
        (a_change_down, ["The next term begins on 10 January 2028 and costs £9.00 for 1 month."]),
        (a_change_of_mind, ["The next term begins on 10 January 2028 and costs £84.00 for 1 year."]),
        (an_early_renewal, ["The card is charged £84.00 now."]),
        (
            a_part_given_back,
            ["£12.34 goes back"],
        ),
        (an_offer_to_stay, ["25% off your next payment."]),
    ],
)
def test_the_reader_reads_what_will_happen(example, sentences):
    subscription, deed = example()

    said = rehearsal.rehearse(deed, subscription, by=subscription.reader, at=NOON + 2 * DAY).sentences

    assert len(said) == len(sentences)
    for heard, sentence in zip(said, sentences, strict=True):
        assert sentence in heard


@pytest.mark.usefixtures("_plan")
def test_who_calls_off_a_pause_to_come_is_not_told_that_anything_opens():
    subscription = make.paused(make.subscription(at=NOON), date(2027, 2, 1), date(2027, 2, 10), at=NOON)

    said = rehearsal.rehearse(deeds.EndPause(), subscription, by=None, at=NOON).sentences

    assert said[0] == "The pause is called off: everything stays open."


@pytest.mark.usefixtures("_plan")
def test_who_pays_another_way_is_told_so_even_when_nothing_is_asked_for():
    subscription = make.subscription(at=NOON)

    said = rehearsal.rehearse(deeds.PayBy("cheque", "manual"), subscription, by=None, at=NOON).sentences

    assert said == ["From now on the plan is paid by cheque."]


@pytest.mark.usefixtures("_plan")
def test_who_gets_the_running_term_back_and_has_paid_the_next_is_told_of_the_days_between():
    subscription = make.subscription(months=1, at=NOON)
    next_bill = renewals.bill_next_term(subscription, at=NOON)
    payments.confirm(next_bill, paid_on=NOON.date(), at=NOON)
    first = subscription.payments.order_by("pk").first()

    said = rehearsal.rehearse(deeds.GiveBack(first, 900), subscription, by=None, at=NOON).sentences

    assert "Access ends at once, and everything opens again on 10 February 2027." in said


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (10, "The last paid day moves from 9 February 2027 to 19 February 2027."),
        (40, "Everything in the plan opens until 21 March 2027."),
    ],
)
def test_an_extension_that_ends_before_today_is_not_said_to_open_anything(days, sentence):
    subscription = make.subscription(months=1, at=NOON)

    said = rehearsal.rehearse(deeds.Extend(days, "x"), subscription, by=None, at=NOON + 45 * DAY)

    assert said.sentences[0] == sentence


# -- Any deed, at any time, in any life ----------------------------------------------


CHOICES = [
    "cancel",
    "resume",
    "pause",
    "end pause",
    "switch",
    "keep",
    "renew",
    "pay by",
    "offer",
    "guarantee",
    "give back",
    "confirm",
    "extend",
]
# What makes a life long enough to be interesting comes more often than what ends it.
OFTEN = ["confirm", "renew", "pause", "switch", "offer"]

steps = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 20), st.integers(0, 120)),
        st.sampled_from(CHOICES + OFTEN),
        st.integers(0, 9999),
    ),
    min_size=1,
    max_size=12 if DRILL else 6,
)


class EveryDeedDoesWhatWasShown(TestCase):
    """Random lives, in which every step is rehearsed, done, and looked at in the rows themselves."""

    prices: list[Price]
    offers: list[Offer]

    @classmethod
    def setUpTestData(cls):
        make.sold_plan()
        cls.prices = [
            make.price(months=1),
            make.price(months=12),
            make.priced(4000),
            make.priced(12100),
            make.priced(8000, issues=24),
            make.priced(700, months=1),
        ]
        cls.offers = [
            make.offer(percent=33, payments=2, audience="leaving"),
            make.offer(amount_minor=500),
            make.offer(percent=90, payments=3),
        ]

    @settings(
        deadline=None,
        max_examples=1500 if DRILL else 10,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        begins=st.sampled_from(["order", "paid", "paid", "card", "card", "trial"]),
        starts_on=st.dates(date(2027, 1, 1), date(2028, 3, 1)),
        hour=st.integers(0, 23),
        first_price=st.integers(0, 5),
        lives=steps,
        nights=st.booleans(),
    )
    def test_preview_equals_result(self, begins, starts_on, hour, first_price, lives, nights):
        at = datetime(starts_on.year, starts_on.month, starts_on.day, hour, 30, tzinfo=UTC)
        subscription = self.begun(begins, self.prices[first_price], at)
        for wait, choice, number in lives:
            at += timedelta(days=wait)
            if nights:
                night(at)
            for deed in self.deeds_of(choice, number, subscription, at):
                try:
                    shown = rehearsal.rehearse(deed, subscription, by=subscription.reader, at=at)
                except deeds.NotPossibleError:
                    continue
                earlier = Facts(subscription, at)
                tables = everything() if DRILL else {}

                rehearsal.perform(deed, subscription, by=subscription.reader, shown=shown.mark, at=at)

                assert picture(subscription.pk, at) == shown.after
                assert not DRILL or tables != everything() or shown.sentences == ["Nothing changes."]
                prove(shown, earlier, Facts(subscription, at))

    def begun(self, how: str, price: Price, at: datetime) -> Subscription:
        if how == "order":
            return make.loaded(make.ordered(price, at=at))
        if how == "paid":
            return make.bought(price, at=at)
        if how == "card":
            return make.card_subscription(price, at=at)
        return make.trial(price, days=9, at=at)

    def deeds_of(
        self, choice: str, number: int, subscription: Subscription, at: datetime
    ) -> list[deeds.Deed]:
        """The deed, as far as there is something to do it to."""
        today = terms.day_of(at)
        if choice == "pause":
            first_on = today + (1 + number % 40) * DAY
            return [deeds.Pause(first_on, first_on + (5 + number % 60) * DAY)]
        if choice == "switch":
            return [deeds.Switch(self.prices[number % len(self.prices)])]
        if choice == "pay by":
            ways = [("transfer", "manual"), ("cheque", "manual"), ("card", "demo")]
            return [deeds.PayBy(*ways[number % 3])]
        if choice == "offer":
            return [deeds.TakeOffer(self.offers[number % len(self.offers)])]
        if choice == "give back":
            came = [one for one in subscription.payments.confirmed().order_by("pk") if one.kept_minor]
            if not came:
                return []
            payment = came[number % len(came)]
            return [deeds.GiveBack(payment, payment.kept_minor if number % 3 else 1 + number % 100)]
        if choice == "confirm":
            return [deeds.ConfirmPayment(one, today) for one in subscription.payments.expected()]
        if choice == "extend":
            return [deeds.Extend(1 + number % 50, f"batch-{number % 5}")]
        simple: dict[str, deeds.Deed] = {
            "cancel": deeds.Cancel(),
            "resume": deeds.Resume(),
            "end pause": deeds.EndPause(),
            "keep": deeds.Keep(),
            "renew": deeds.Renew(),
            "guarantee": deeds.ClaimGuarantee(),
        }
        return [simple[choice]]


def night(at: datetime) -> None:
    """What the house does by itself."""
    renewals.bill_due(at)
    dunning.remind(at)
    dunning.lapse_due(at)


class Facts:
    """What is so in the rows, read without the code that the sentences come from."""

    def __init__(self, subscription: Subscription, at: datetime) -> None:
        self.subscription = make.loaded(subscription)
        self.at = at
        self.payments = {one.pk: one for one in Payment.objects.filter(subscription=subscription)}
        self.refunds = {one.pk: one for one in Refund.objects.filter(payment__subscription=subscription)}
        self.letters = {one.pk: one for one in Letter.objects.filter(subscription=subscription)}
        kept = [
            term
            for term in Term.objects.filter(subscription=subscription).select_related("payment")
            if term.superseded_by_id is None
            and (term.payment is None or term.payment.refunded_minor < term.payment.amount_minor)
        ]
        self.paid_until_on = max((term.ends_on for term in kept), default=None)
        self.reads_now = self.reads(at)
        self.reads_ever = any(
            right.until_at > max(at, right.from_at)
            for right in Entitlement.objects.filter(subscription=subscription)
        )
        self.owed = account_of(subscription, at).owed
        self.expected = [one for one in self.payments.values() if one.is_expected]

    def reads(self, at: datetime) -> bool:
        return access.may(self.subscription.reader, Feature.EXCLUSIVE_CONTENT, at).granted

    def reads_on(self, on: date) -> bool:
        begin, end = terms.start_of(on), terms.end_of(on)
        return self.reads(max(begin, self.at)) and self.reads(end - INSTANT)


def prove(shown: Consequences, before: Facts, after: Facts) -> None:
    """Each sentence is true of the rows, and whatever changed there was said."""
    sentences = shown.sentences
    unproved = [one for one in sentences if not any(proof(one, before, after) for proof in PROOFS)]
    assert sentences
    assert not unproved, (unproved, sentences)

    said = "\n".join(sentences)
    for payment in after.expected:
        if payment.pk not in before.payments:
            assert formatted(payment.amount_minor, payment.currency) in said
    new_refunds = [one for pk, one in after.refunds.items() if pk not in before.refunds]
    assert said.count("goes back") == len(new_refunds)
    assert sum(one.amount_minor for one in shown.back) == sum(one.amount_minor for one in new_refunds)
    if before.reads_now and not after.reads_now:
        assert "ends at once" in said
    if not before.reads_now and after.reads_now:
        assert "opens" in said
    if after.paid_until_on != before.paid_until_on and after.reads_ever:
        assert day(after.paid_until_on) in said
    if after.owed != before.owed:
        assert "still to come" in said
    for pk, letter in after.letters.items():
        assert pk in before.letters or EMAILS[letter.kind] in said


BECOMES = {
    "pending": "The order then waits for its payment.",
    "trial": "The days to try then go on.",
    "active": "The plan is then active.",
    "paused": "The plan is then paused.",
    "grace": "The days of grace then run.",
    "lapsed": "The plan has then ended.",
    "refunded": "The plan has then ended, and all of the money is given back.",
    "closed": "The order is then withdrawn.",
}
EMAILS = {
    "payment_request": "An email says how to pay.",
    "welcome": "An email says welcome, and what the plan gives.",
    "receipt": "An email brings the receipt.",
    "cancelled": "An email confirms the cancellation.",
    "paused": "An email confirms the pause.",
    "switched": "An email confirms the change of plan.",
    "refunded": "An email confirms what is given back.",
    "refund_sent": "An email says that the money has been sent.",
    "extended": "An email says how many days were added.",
}


def _days(sentence: str) -> list[date]:
    found = re.findall(r"\d{1,2} [A-Z][a-z]+ \d{4}", sentence)
    return [datetime.strptime(one, "%d %B %Y").date() for one in found]


def _received(sentence: str, before: Facts, after: Facts) -> bool:
    return sentence.endswith("is noted as received.") and any(
        one.is_confirmed
        and before.payments[pk].is_expected
        and sentence.startswith(formatted(one.amount_minor, one.currency))
        for pk, one in after.payments.items()
        if pk in before.payments
    )


def _asked(sentence: str, before: Facts, after: Facts) -> bool:
    new = [one for one in after.expected if one.pk not in before.payments]
    for one in new:
        amount = formatted(one.amount_minor, one.currency)
        is_price_less_what_is_taken_off = one.amount_minor == max(
            1, one.price.amount_minor - one.discount_minor - one.credit_minor
        )
        assert is_price_less_what_is_taken_off
        if one.next_try_at is None:
            right = [f"There is {amount} to pay."]
        elif one.next_try_at <= after.at:
            right = [f"The card is charged {amount} now."]
        else:
            charged_on = terms.day_of(one.next_try_at)
            right = [f"The card is charged {amount} on {day(charged_on)}."]
            if charged_on == terms.day_of(after.at):
                right.append(f"The card is charged {amount} now.")
        credit = formatted(one.credit_minor, one.currency)
        discount = formatted(one.discount_minor, one.currency)
        if one.credit_minor:
            right.append(f"{credit} for the unused days has been taken off.")
        if one.discount_minor:
            right.append(f"The offer has taken {discount} off.")
        if sentence in right:
            return True
    return False


def _no_longer_asked(sentence: str, before: Facts, after: Facts) -> bool:
    match = re.fullmatch(r"The bill of (.+) \((.+)\) is withdrawn\.", sentence)
    return bool(match) and any(
        one.reference == match[2] and formatted(one.amount_minor, one.currency) == match[1]
        for one in before.expected
        if after.payments[one.pk].status == Payment.Status.VOID
    )


def _goes_back(sentence: str, before: Facts, after: Facts) -> bool:
    return any(
        sentence.startswith(
            f"{formatted(one.amount_minor, one.currency)} goes back ({one.payment.reference})."
        )
        for pk, one in after.refunds.items()
        if pk not in before.refunds
    )


def _offer(sentence: str, before: Facts, after: Facts) -> bool:
    new = after.subscription.offer_uses.filter(used_at=after.at)
    return any(sentence.startswith(f"{use.offer.name}: ") for use in new)


def _way(sentence: str, before: Facts, after: Facts) -> bool:
    ways = {"transfer": "bank transfer", "cheque": "cheque", "card": "card (demonstration)"}
    return sentence == f"From now on the plan is paid by {ways[after.subscription.method]}."


def _rest(sentence: str, before: Facts, after: Facts) -> bool:
    if not sentence.endswith(" the plan rests: nothing opens, and no paid day is used up."):
        return False
    first_on, last_on = _days(sentence)
    return (
        not after.reads(terms.start_of(first_on))
        and not after.reads(terms.end_of(last_on) - INSTANT)
        and after.reads(terms.end_of(last_on))
    )


def _open(sentence: str, before: Facts, after: Facts) -> bool:
    if sentence == "The pause ends: everything opens today.":
        return after.reads_now and not before.reads_now
    return sentence == "The pause is called off: everything stays open." and (
        after.reads_now == before.reads_now
    )


def _shut(sentence: str, before: Facts, after: Facts) -> bool:
    if sentence == "Access to everything in the plan ends at once.":
        return before.reads_ever and not after.reads_ever
    if not sentence.startswith("Access ends at once, and everything opens again on "):
        return False
    (opens_on,) = _days(sentence)
    return (
        not after.reads_now
        and after.reads(terms.start_of(opens_on))
        and not after.reads(terms.start_of(opens_on) - INSTANT)
    )


def _until(sentence: str, before: Facts, after: Facts) -> bool:
    if sentence.startswith("The last paid day moves from "):
        return _days(sentence) == [before.paid_until_on, after.paid_until_on]
    if sentence.startswith(("Everything in the plan opens until ", "Everything stays open until ")):
        (last_on,) = _days(sentence)
        return last_on == after.paid_until_on and after.reads_on(last_on)
    return False


def _next_term(sentence: str, before: Facts, after: Facts) -> bool:
    if sentence == "No further term follows, and no further payment is asked for.":
        goes_on = lifecycle.standing(after.subscription, after.at).renews_on
        return (
            not after.expected and goes_on is None and renewals.is_due(after.subscription, after.at) is False
        )
    match = re.fullmatch(r"The next term begins on (.+?) and costs (.+) for (.+)\.", sentence)
    if not match:
        return False
    (starts_on,) = _days(match[1])
    if any(one.purpose == Payment.Purpose.SWITCH for one in after.expected):
        return starts_on == after.paid_until_on + DAY
    at = max(after.at, terms.start_of(starts_on))
    with transaction.atomic():
        bill = renewals.bill_next_term(after.subscription, at=after.at)
        price = bill.price
        term = payments.confirm(bill, paid_on=terms.day_of(at), at=at)
        transaction.set_rollback(True)
    costs = (formatted(price.amount_minor, price.currency), price.term_label)
    return costs == (match[2], match[3]) and term.starts_on == starts_on


def _state(sentence: str, before: Facts, after: Facts) -> bool:
    return sentence == BECOMES[lifecycle.standing(after.subscription, after.at).state]


def _issues(sentence: str, before: Facts, after: Facts) -> bool:
    match = re.fullmatch(r"(\d+) issues? (?:is|are) still to come, instead of (\d+)\.", sentence)
    return bool(match) and (int(match[1]), int(match[2])) == (after.owed, before.owed)


def _letters(sentence: str, before: Facts, after: Facts) -> bool:
    return any(EMAILS[one.kind] == sentence for pk, one in after.letters.items() if pk not in before.letters)


def _nothing(sentence: str, before: Facts, after: Facts) -> bool:
    return sentence == "Nothing changes." and (
        before.paid_until_on,
        before.reads_now,
        before.owed,
        len(before.payments),
        len(before.refunds),
        len(before.letters),
    ) == (
        after.paid_until_on,
        after.reads_now,
        after.owed,
        len(after.payments),
        len(after.refunds),
        len(after.letters),
    )


PROOFS = [
    _received,
    _asked,
    _no_longer_asked,
    _goes_back,
    _offer,
    _way,
    _rest,
    _open,
    _shut,
    _until,
    _next_term,
    _state,
    _issues,
    _letters,
    _nothing,
]
