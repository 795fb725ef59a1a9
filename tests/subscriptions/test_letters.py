"""Letters: what each says, that nobody gets one twice, and what happens when the machine stops in between."""

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from unittest import mock

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from lxml import html as markup
from pytest_django.asserts import assertContains, assertNotContains

from accounts.privacy import erasure
from accounts.roles import Role
from subscriptions import feed_addresses, letters, tasks, terms
from subscriptions.announcing import outgoing
from subscriptions.features import Feature
from subscriptions.fulfilment import add_on, claims, holds, moves, returns
from subscriptions.giving import groups, redeeming, reminders
from subscriptions.letters import post, sending
from subscriptions.letters.sending import NO_LONGER_TRUE, State
from subscriptions.life import dunning, extensions, lifecycle, pauses, renewals, switching
from subscriptions.models import Customer, Letter, Offer, Payment, PlanVersion, Price, Refund, Subscription
from subscriptions.paying import guarantee, payments, refunds
from subscriptions.selling import checkout, going_live
from tests import make
from tests.subscriptions import giving, posted

Kind = Letter.Kind
DAY = timedelta(days=1)
SAMPLES = reverse("admin:subscriptions_letter_samples")
FACTS = re.compile(
    r"[£€$]\d[\d,.]*\d|\d{1,2} [A-Z][a-z]+ \d{4}|\d{1,2}:\d\d [A-Z]{3}|H-[A-Z0-9]{6}(?:-\d+)?|\d+ days?|https?://\S+"
)


# -- What a letter says -------------------------------------------------------


def words(text: str) -> str:
    """``text`` without what text and HTML set differently: white space, colons, the dashes of a list."""
    return " ".join(re.sub(r"(?m)^- |:", " ", text).split())


def seen(html: str) -> str:
    """What a reader sees of a letter's HTML, with the addresses behind its links."""
    page = markup.document_fromstring(html)
    body = page.find("body")
    links = [link.get("href") for link in body.iter("a")]
    return " ".join([strip_tags(markup.tostring(body, encoding="unicode").replace("<", " <")), *links])


def check(subject: str, text: str, html: str) -> None:
    """Text and HTML say the same to the day and the penny, and nobody is watched reading."""
    shown = words(seen(html)).replace(" .", ".").replace(" ,", ",").replace("&amp;", "&")
    for line in text.splitlines():
        assert words(line).replace("--", "") in shown, line
    assert set(FACTS.findall(text)) == set(FACTS.findall(seen(html)))
    for wrong in ("{{", "{%", "None", "  ,", "()"):
        assert wrong not in subject + text
    page = markup.document_fromstring(html)
    assert not page.xpath("//img | //script | //link | //iframe | //@background | //@src")
    assert "url(" not in html
    for address in page.xpath("//@href"):
        assert address.startswith("http://localhost:8000"), address


@pytest.mark.parametrize("kind", Kind.values)
def test_every_letter_can_be_looked_at_without_a_row_in_the_database(kind):
    written = letters.sample(kind).write()

    check(written.subject, written.text, written.html)
    # Who was given something may have neither an account nor a number of their own.
    if not letters.LETTERS[kind].is_for_others:
        assert "H-3K4P7R" in written.text or kind == Kind.GIFT_ENDING
        assert reverse("subscriptions:account") in written.text
    assert written.subject == written.subject.strip() != ""


def test_a_letter_that_can_say_several_things_says_each_the_same_way_in_both_parts():
    sample = letters.sample
    for message in (
        replace(sample(Kind.PAYMENT_REQUEST), last_day="3 May 2028", discount="£8.00"),
        replace(sample(Kind.PAYMENT_REQUEST), last_day="3 May 2028", is_trial=True),
        replace(sample(Kind.PAYMENT_REQUEST), last_day="3 May 2028", is_switch=True, credit="£12.30"),
        replace(sample(Kind.RECEIPT), days="", refund_last_day="", refund_address=""),
        replace(sample(Kind.RECEIPT), credit="£12.30", discount="£8.00"),
        replace(sample(Kind.RECEIPT), printed="£36.00"),
        replace(sample(Kind.RECEIPT), printed="£36.00", is_print=True),
        replace(sample(Kind.PAYMENT_REQUEST), printed="£36.00"),
        replace(sample(Kind.PAYMENT_REQUEST), printed="£36.00", is_print=True, last_day="3 May 2028"),
        replace(sample(Kind.PRINT_ADDED), first_copy="", goes_to=""),
        replace(sample(Kind.PRINT_DROPPED), last_copy=""),
        replace(sample(Kind.CARD_FAILED), tried="", next_try="", keeps_until="", failure=""),
        replace(sample(Kind.RENEWAL_NOTICE), card="", discount="£8.00"),
        replace(sample(Kind.PRICE_CHANGE), last_day=""),
        replace(sample(Kind.REFUND_SENT), came_too_late=True),
        replace(sample(Kind.WELCOME), refund_last_day=""),
        replace(sample(Kind.GRACE), amount=""),
        replace(sample(Kind.LAPSED), last_day=""),
        replace(sample(Kind.CANCELLED), keeps_until="", ended_on="3 May 2028"),
        replace(sample(Kind.FEED_REPLACED), got_about=False),
        replace(sample(Kind.RECEIPT), days="", is_gift=True, refund_last_day="", refund_address=""),
        replace(sample(Kind.PAYMENT_REQUEST), is_gift=True),
        replace(sample(Kind.GIFT_BOUGHT), mailed_on="", refund_last_day="", with_print=False),
        replace(sample(Kind.GIFT_GIVEN), message="", with_print=False),
        replace(sample(Kind.GIFT_REMINDER), is_to_giver=True),
        replace(sample(Kind.GIFT_ENDING), offer="", offer_code=""),
        replace(sample(Kind.SWITCHED), amount="", credit="", next_amount=""),
        replace(sample(Kind.LAPSED), to=replace(sample(Kind.LAPSED).to, name="")),
    ):
        written = message.write()
        check(written.subject, written.text, written.html)


@pytest.mark.parametrize("kind", Kind.values)
def test_a_name_smuggles_nothing_into_a_letter(kind):
    message = letters.sample(kind)
    evil = "Ada\r\nBcc: all@example.org <script>alert(1)</script>"
    written = replace(message, to=replace(message.to, name=evil, plan=evil)).write()

    written.send("ada@example.org")

    (letter,) = mail.outbox
    assert letter.recipients() == ["ada@example.org"]
    assert "\n" not in letter.message()["Subject"].replace("\n ", "")
    assert letter.message()["Bcc"] is None
    assert "<script" not in written.html


# -- Every kind, as life brings it --------------------------------------------


def later(days: int) -> datetime:
    return timezone.now() + days * DAY


def with_card(subscription: Subscription) -> Subscription:
    """The same, but paid by card from now on."""
    Customer.objects.create(
        reader=subscription.reader, provider="demo", reference="cus_1", card="Demo card ·· 4242"
    )
    Subscription.objects.filter(pk=subscription.pk).update(provider="demo", method=Payment.Method.CARD)
    return Subscription.objects.with_facts().get(pk=subscription.pk)


def asked_to_pay() -> Letter:
    return make.order().letters.get()


def receipt() -> Letter:
    return make.subscription().letters.get(kind=Kind.RECEIPT)


def welcome() -> Letter:
    return make.subscription().letters.get(kind=Kind.WELCOME)


def trial() -> Letter:
    offer = Offer.objects.create(
        name="Two weeks to try",
        code="TRY",
        kind=Offer.Kind.TRIAL,
        trial_days=14,
        starts_on=timezone.localdate(),
    )
    return checkout.begin_trial(make.reader(), make.price(), offer).letters.get()


def renewal_notice() -> Letter:
    subscription = with_card(make.subscription())
    renewals.bill_next_term(subscription, at=later(340))
    return subscription.letters.get(kind=Kind.RENEWAL_NOTICE)


def card_failed() -> Letter:
    subscription = with_card(make.subscription())
    bill = renewals.bill_next_term(subscription, at=later(340))
    bill.tries = 1
    bill.save()
    dunning.after_failure(bill, "The card has expired.", at=later(365))
    return subscription.letters.get(kind=Kind.CARD_FAILED)


def grace() -> Letter:
    subscription = make.subscription()
    renewals.bill_next_term(subscription, at=later(340))
    dunning.remind(later(366))
    return subscription.letters.get(kind=Kind.GRACE)


def lapsed() -> Letter:
    subscription = make.subscription()
    renewals.bill_next_term(subscription, at=later(340))
    dunning.lapse_due(later(366 + 15))
    return subscription.letters.get(kind=Kind.LAPSED)


def cancelled() -> Letter:
    subscription = make.subscription()
    lifecycle.cancel(subscription, by=subscription.reader)
    return subscription.letters.get(kind=Kind.CANCELLED)


def paused() -> Letter:
    subscription = make.subscription()
    today = timezone.localdate()
    pauses.pause(subscription, today + 3 * DAY, today + 33 * DAY, by=subscription.reader)
    return subscription.letters.get(kind=Kind.PAUSED)


def switched() -> Letter:
    subscription = make.subscription(months=1)
    switching.switch(subscription, make.price(months=12), by=subscription.reader)
    payments.confirm(subscription.payments.expected().get(), paid_on=timezone.localdate())
    return subscription.letters.get(kind=Kind.SWITCHED)


def refunded() -> Letter:
    subscription = make.subscription()
    refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)
    return subscription.letters.get(kind=Kind.REFUNDED)


def refund_sent() -> Letter:
    subscription = refunded().subscription
    refunds.mark_sent(Refund.objects.get(), by=make.staff(Role.SUBSCRIBER_STAFF))
    return subscription.letters.get(kind=Kind.REFUND_SENT)


def price_change() -> Letter:
    subscription = make.subscription()
    old = subscription.price
    dearer = PlanVersion.objects.create(plan=subscription.plan, number=2, sold_from_at=timezone.now())
    new = Price.objects.create(version=dearer, term_months=12, amount_minor=9000, currency=old.currency)
    switching.announce([(subscription, new)], from_on=timezone.localdate() + 100 * DAY, by=None)
    return subscription.letters.get(kind=Kind.PRICE_CHANGE)


def extended() -> Letter:
    subscription = make.subscription()
    extensions.extend(subscription, 14, batch="2027", by=None, reason="One issue fewer came out.")
    return subscription.letters.get(kind=Kind.EXTENDED)


def issue_out() -> Letter:
    subscription = make.subscription()
    issue = make.issue(title="The long water")
    make.article(issue=issue, headline="The river that came back")
    outgoing.record_batch(issue.pk, 0)
    return subscription.reader.letters.get(kind=Kind.ISSUE_OUT)


def feed_replaced() -> Letter:
    reader = make.subscription().reader
    feed_addresses.give_another(reader, by=None, reason="Lost her telephone")
    return reader.letters.get(kind=Kind.FEED_REPLACED)


def print_added() -> Letter:
    subscription = make.subscription()
    make.address(by=subscription.reader)
    make.printed(subscription)
    return subscription.letters.get(kind=Kind.PRINT_ADDED)


def print_dropped() -> Letter:
    subscription = make.printed(make.subscription())
    add_on.drop(subscription, by=subscription.reader)
    return subscription.letters.get(kind=Kind.PRINT_DROPPED)


def address_changed() -> Letter:
    reader = make.subscription().reader
    move = moves.Say(make.ADDRESS, timezone.localdate())
    moves.perform(move, reader, by=reader, shown=moves.rehearse(move, reader, by=reader).mark)
    return reader.letters.get(kind=Kind.ADDRESS_CHANGED)


def held_back() -> Letter:
    reader = make.printed(make.subscription()).reader
    first_on = timezone.localdate() + 20 * DAY
    make.issue(volume=80, number=7, cover_on=first_on + 3 * DAY, released_at=None)
    holds.hold(reader, first_on, first_on + 9 * DAY, by=reader)
    return reader.letters.get(kind=Kind.HOLD)


def copy_sent_again() -> Letter:
    reader = make.subscription().reader
    claims.claim(posted.sent_out(reader).labels.get(), "missing", by=reader)
    return reader.letters.get(kind=Kind.COPY_CLAIMED)


def came_back() -> Letter:
    reader = make.subscription().reader
    returns.came_back(posted.sent_out(reader).labels.get(), "Moved away", by=None)
    return reader.letters.get(kind=Kind.UNDELIVERABLE)


def feature_live() -> Letter:
    reader = make.subscription().reader
    going_live.ask_to_be_told(reader, Feature.AD_FREE)
    going_live.go_live(Feature.AD_FREE, shown=going_live.preview(Feature.AD_FREE).mark)
    for step in range(len(going_live.HOLDINGS) + 1):
        going_live.write_batch(Feature.AD_FREE, step, 0)
    return reader.letters.get(kind=Kind.FEATURE_LIVE)


def to_be_erased() -> Letter:
    reader = make.subscription().reader
    erasure.ask(reader, gives_up=True)
    return reader.letters.get(kind=Kind.ERASURE)


def about_a_gift(kind: Kind) -> Letter:
    gift = giving.paid(months=1)
    if kind == Kind.GIFT_REMINDER:
        reminders.write_due(later(31))
        Letter.objects.filter(kind=kind).update(recorded_at=later(31))
    elif kind == Kind.GIFT_GIVEN:
        reminders.write_due(later(1))
        Letter.objects.filter(kind=kind).update(recorded_at=later(1))
    elif kind != Kind.GIFT_BOUGHT:
        redeeming.redeem(gift, make.reader(name="Tobias Wren"), way=redeeming.Way.BEGIN)
        reminders.write_due(later(15))
    return Letter.objects.get(kind=kind)


def seat_given() -> Letter:
    groups.give(giving.group(), "ida@harbour.example", by=make.reader())
    return Letter.objects.get(kind=Kind.SEAT_GIVEN)


IN_LIFE: dict[str, Callable[[], Letter]] = {
    Kind.PAYMENT_REQUEST: asked_to_pay,
    Kind.RECEIPT: receipt,
    Kind.WELCOME: welcome,
    Kind.TRIAL: trial,
    Kind.RENEWAL_NOTICE: renewal_notice,
    Kind.CARD_FAILED: card_failed,
    Kind.GRACE: grace,
    Kind.LAPSED: lapsed,
    Kind.CANCELLED: cancelled,
    Kind.PAUSED: paused,
    Kind.SWITCHED: switched,
    Kind.REFUNDED: refunded,
    Kind.REFUND_SENT: refund_sent,
    Kind.PRICE_CHANGE: price_change,
    Kind.EXTENDED: extended,
    Kind.ISSUE_OUT: issue_out,
    Kind.FEED_REPLACED: feed_replaced,
    Kind.SEAT_GIVEN: seat_given,
    Kind.FEATURE_LIVE: feature_live,
    Kind.ERASURE: to_be_erased,
    Kind.HOLD: held_back,
    Kind.COPY_CLAIMED: copy_sent_again,
    Kind.UNDELIVERABLE: came_back,
    Kind.PRINT_ADDED: print_added,
    Kind.PRINT_DROPPED: print_dropped,
    Kind.ADDRESS_CHANGED: address_changed,
}
IN_LIFE |= {
    kind: partial(about_a_gift, kind)
    for kind in (Kind.GIFT_BOUGHT, Kind.GIFT_GIVEN, Kind.GIFT_REMINDER, Kind.GIFT_REDEEMED, Kind.GIFT_ENDING)
}
# What each must say of the life that brought it, beside the number.
SAYS: dict[str, list[str]] = {
    Kind.PAYMENT_REQUEST: ["£84.00", "Bank of Tallow Bay", "-1"],
    Kind.RECEIPT: ["£84.00", "Bank transfer", "/subscribe/refund/"],
    Kind.WELCOME: ["24 issues per year", "60-day money-back guarantee", "Cancel anytime", "Ad-free"],
    Kind.TRIAL: ["free of charge", "£84.00", "you owe nothing"],
    Kind.RENEWAL_NOTICE: ["£84.00", "Demo card ·· 4242", "/account/cancel/"],
    Kind.CARD_FAILED: [
        "£84.00",
        "The card has expired.",
        "We try the card again on",
        "You have lost nothing",
    ],
    Kind.GRACE: ["£84.00", "You keep everything until"],
    Kind.LAPSED: ["has now ended", "/subscribe/"],
    Kind.CANCELLED: ["everything is open to you until", "/account/"],
    Kind.PAUSED: ["31 days", "your plan now runs until"],
    Kind.SWITCHED: ["After that: £84.00 / 1 year", "Taken off for days you had paid for: £"],
    Kind.REFUNDED: ["Amount: £84.00", "Bank transfer, to the account from which it came"],
    Kind.REFUND_SENT: ["Amount: £84.00", "Bank transfer", "up to three working days"],
    Kind.PRICE_CHANGE: ["Now: £84.00 / 1 year", "£90.00 / 1 year", "at any time"],
    Kind.EXTENDED: ["14 days", "One issue fewer came out."],
    Kind.ISSUE_OUT: ["The long water", "The river that came back", "/account/letters/"],
    Kind.HOLD: ["80/7", "15 days are added", "/account/#copies"],
    Kind.COPY_CLAIMED: ["TALLOW BAY", "/account/addresses/"],
    Kind.UNDELIVERABLE: ["TALLOW BAY", "“Moved away”", "/account/addresses/"],
    Kind.ERASURE: ["sign in before", "/account/data/"],
    Kind.FEATURE_LIVE: ["No advertisement on any page you read", "Your plan has it"],
    Kind.PRINT_ADDED: ["£36.00 a year (United Kingdom)", "TALLOW BAY", "/account/addresses/"],
    Kind.PRINT_DROPPED: ["no printed copy", "What is paid for still comes, until"],
    Kind.ADDRESS_CHANGED: ["TALLOW BAY", "Was it not you?"],
    Kind.GIFT_BOUGHT: ["Tobias Wren", "/redeem/", "as long as nobody has taken the gift up"],
    Kind.GIFT_GIVEN: ["Ada gives you", "For the long evenings.", "nothing that renews by itself"],
    Kind.GIFT_REMINDER: ["Ada gave you", "shall not remind you again"],
    Kind.GIFT_REDEEMED: ["Tobias Wren was taken up", "What they read is theirs to tell"],
    Kind.GIFT_ENDING: ["The gift from Ada ends on", "Nothing is charged", "/subscribe/"],
    Kind.SEAT_GIVEN: ["The harbour office", "ida@harbour.example", "/account/join/"],
    Kind.FEED_REPLACED: ["our staff closed the address", "/account/"],
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind.values)
def test_every_turn_of_a_life_is_told_to_the_reader(kind, settings):
    settings.DEMO_PROVIDER = True
    record = IN_LIFE[kind]()

    assert sending.send(record.pk, record.recorded_at)

    (letter,) = mail.outbox
    check(letter.subject, letter.body, letter.alternatives[0].content)
    for_others = letters.LETTERS[kind].is_for_others
    assert letter.to == [record.address if for_others else record.reader.email]
    subscription = record.subscription or record.reader.subscriptions.first()
    number = [subscription.number] if subscription and not for_others else []
    for said in [*number, *SAYS[kind]]:
        assert said in letter.body


@pytest.mark.django_db
def test_the_days_in_letters_are_those_of_the_subscription():
    record = paused()
    sending.send(record.pk)

    standing = lifecycle.standing(Subscription.objects.with_facts().get())
    day = standing.paid_until_on
    assert f"your plan now runs until {day.day} {day:%B %Y}" in mail.outbox[0].body


# -- On record before and after -----------------------------------------------


class Looking(EmailBackend):
    """A mail server that notes what is on record at the moment when a letter reaches it."""

    found: list[tuple] = []

    def send_messages(self, messages):
        self.found.extend(Letter.objects.values_list("subject", "text", "address", "begun_at", "sent_at"))
        return super().send_messages(messages)


@pytest.mark.django_db
def test_what_is_written_is_on_record_before_it_goes_and_noted_after(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Looking"
    Looking.found = []
    record = asked_to_pay()

    tasks.send_letter.func(record.pk)

    (letter,) = mail.outbox
    ((subject, text, address, begun_at, sent_at),) = Looking.found
    assert (subject, text, [address]) == (letter.subject, letter.body, letter.to)
    assert begun_at is not None
    assert sent_at is None
    record.refresh_from_db()
    assert sending.state_of(record) == State.SENT


def refusing(error: type[BaseException] = OSError):
    return mock.patch.object(EmailBackend, "send_messages", side_effect=error("The line is dead"))


@pytest.mark.django_db
def test_a_letter_that_the_mail_server_refused_says_why_and_goes_out_once_the_next_time():
    record = asked_to_pay()

    with refusing(), pytest.raises(OSError, match="dead"):
        tasks.send_letter.func(record.pk)
    record.refresh_from_db()
    assert sending.state_of(record) == State.FAILED
    assert record.failure == "The mail server did not take it (OSError: The line is dead)."

    tasks.send_letter.func(record.pk)
    tasks.send_letter.func(record.pk)
    record.refresh_from_db()
    assert sending.state_of(record) == State.SENT
    assert record.failure == ""
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_letter_that_cannot_be_written_says_so_and_is_not_begun():
    record = asked_to_pay()

    with mock.patch("magazine.mail.render_to_string", side_effect=KeyError("term")), pytest.raises(KeyError):
        tasks.send_letter.func(record.pk)

    record.refresh_from_db()
    assert record.begun_at is None
    assert record.failure.startswith("It could not be written (KeyError")


def test_two_workers_at_once_write_one_letter(in_thread):
    letter_id = in_thread(lambda: make.order().letters.get().pk)
    together = threading.Barrier(4)
    real = sending._written
    results = []

    def all_together(*args):
        written = real(*args)
        together.wait(timeout=10)
        return written

    def work():
        results.append(in_thread(sending.send, letter_id))

    with mock.patch.object(sending, "_written", all_together):
        workers = [threading.Thread(target=work) for _each in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert sorted(results) == [False, False, False, True]
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_the_same_thing_is_not_written_about_twice():
    subscription = make.subscription()
    payment = subscription.payments.get()

    again = post.queue(Kind.RECEIPT, about=payment, key=payment.reference, subscription=subscription)

    assert list(subscription.letters.filter(kind=Kind.RECEIPT)) == [again]


# -- No longer true -----------------------------------------------------------


def paid_meanwhile() -> Letter:
    record = asked_to_pay()
    payments.confirm(record.subscription.payments.get(), paid_on=timezone.localdate())
    return record


def withdrawn_meanwhile() -> Letter:
    record = asked_to_pay()
    lifecycle.cancel(record.subscription, by=record.reader)
    return record


def cancelled_meanwhile() -> Letter:
    record = renewal_notice()
    lifecycle.cancel(record.subscription, by=record.reader, at=later(341))
    return record


def card_paid_meanwhile() -> Letter:
    record = card_failed()
    payments.confirm(
        record.subscription.payments.expected().get(), paid_on=terms.day_of(later(366)), at=later(366)
    )
    return record


def resumed_meanwhile() -> Letter:
    record = cancelled()
    lifecycle.resume(record.subscription, by=record.reader)
    return record


def read_again_meanwhile() -> Letter:
    record = paused()
    pauses.end_pause(record.subscription, by=record.reader)
    return record


def paid_in_grace() -> Letter:
    record = grace()
    payments.confirm(
        record.subscription.payments.expected().get(), paid_on=terms.day_of(later(367)), at=later(367)
    )
    return record


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("happened", "days", "reason"),
    [
        (paid_meanwhile, 0, "the payment has come"),
        (withdrawn_meanwhile, 0, "the payment is no longer asked for"),
        (cancelled_meanwhile, 341, "the subscription was cancelled"),
        (card_paid_meanwhile, 366, "the payment has come"),
        (resumed_meanwhile, 0, "the reader took the cancellation back"),
        (read_again_meanwhile, 0, "the pause was called off"),
        (paid_in_grace, 367, "the payment has come"),
        (grace, 400, "the days of grace are over"),
    ],
)
def test_a_letter_whose_reason_is_gone_is_not_sent_and_never_tried_again(happened, days, reason, settings):
    settings.DEMO_PROVIDER = True
    record = happened()

    for _twice in range(2):
        assert not sending.send(record.pk, later(days))

    record.refresh_from_db()
    assert not mail.outbox
    assert sending.state_of(record) == State.DROPPED
    assert record.failure == f"{NO_LONGER_TRUE}{reason}."
    assert record.pk not in Letter.objects.in_doubt().values_list("pk", flat=True)
    with pytest.raises(sending.CannotSendAgainError):
        sending.send_again(record)


# -- In doubt -----------------------------------------------------------------


class Killed(BaseException):
    """The machine stops."""


def in_doubt(minutes: int = 60) -> Letter:
    """A letter that a worker was killed over, so many minutes ago."""
    record = asked_to_pay()
    with refusing(Killed), pytest.raises(Killed):
        sending.send(record.pk, timezone.now() - timedelta(minutes=minutes))
    record.refresh_from_db()
    return record


@pytest.mark.django_db
def test_a_letter_that_was_going_out_when_the_machine_stopped_is_not_sent_again_by_itself():
    record = in_doubt()

    tasks.send_letter.func(record.pk)
    tasks.queue_waiting_letters.func()

    assert not mail.outbox
    assert list(Letter.objects.in_doubt()) == [record]
    assert sending.state_of(record) == State.IN_DOUBT
    assert sending.state_of(in_doubt(minutes=9)) == State.ON_ITS_WAY


@pytest.mark.django_db
def test_staff_have_a_letter_in_doubt_sent_again_once():
    record = in_doubt()
    desk = Client()
    desk.force_login(make.staff(Role.SUBSCRIBER_STAFF))
    page = reverse("admin:subscriptions_letter_send_again", args=[record.pk])

    assertContains(desk.get(reverse("admin:index")), "Letters that may not have arrived")
    assertContains(desk.get(page), "nobody knows whether it left")
    assertContains(desk.post(page, {"reason": ""}), "This field is required", status_code=422)
    desk.post(page, {"reason": "She says that it never came"})
    answer = desk.post(page, {"reason": "Pressed twice"}, follow=True)
    tasks.send_letter.func(record.pk)
    tasks.send_letter.func(record.pk)

    assertContains(answer, "This letter is not sent again")
    assert len(mail.outbox) == 1
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == [
        "Sent again: She says that it never came"
    ]
    assertNotContains(desk.get(reverse("admin:index")), "Letters that may not have arrived")


@pytest.mark.django_db
def test_of_two_who_ask_at_once_one_has_it_sent():
    record = in_doubt()

    sending.send_again(record)
    with pytest.raises(sending.CannotSendAgainError):
        sending.send_again(record)


@pytest.mark.django_db
def test_nobody_has_a_letter_sent_again_that_is_on_its_way_or_was_sent():
    sent = asked_to_pay()
    sending.send(sent.pk)
    sent.refresh_from_db()

    for record in (sent, in_doubt(minutes=9)):
        with pytest.raises(sending.CannotSendAgainError):
            sending.send_again(record)


@pytest.mark.django_db
def test_what_a_mail_server_did_not_take_for_an_hour_is_tried_again_for_three_days():
    record = asked_to_pay()
    with refusing(), pytest.raises(OSError):
        sending.send(record.pk)

    assert sending.queue_waiting() == 0
    assert sending.queue_waiting(timezone.now() + timedelta(minutes=11)) == 1
    assert sending.queue_waiting(later(4)) == 0
    sending.send(record.pk)
    assert sending.queue_waiting(timezone.now() + timedelta(minutes=11)) == 0


@pytest.mark.django_db
def test_the_list_and_the_letter_agree_how_far_it_has_come():
    waiting, sent, failed, dropped = asked_to_pay(), asked_to_pay(), asked_to_pay(), withdrawn_meanwhile()
    doubtful, on_its_way = in_doubt(), in_doubt(minutes=1)
    with refusing(), pytest.raises(OSError):
        sending.send(failed.pk)
    sending.send(sent.pk)
    sending.send(dropped.pk)

    expected = {
        State.WAITING: waiting,
        State.ON_ITS_WAY: on_its_way,
        State.SENT: sent,
        State.IN_DOUBT: doubtful,
        State.FAILED: failed,
        State.DROPPED: dropped,
    }
    assert set(expected) == set(State)
    for state, record in expected.items():
        assert list(sending.in_state(Letter.objects.all(), state)) == [record]
        assert sending.state_of(Letter.objects.get(pk=record.pk)) == state


# -- The desk -----------------------------------------------------------------


@pytest.mark.django_db
def test_staff_look_at_every_letter_and_nothing_is_written(client, django_assert_num_queries):
    client.force_login(make.staff(Role.FINANCE))
    page = client.get(SAMPLES)
    rows_before = Letter.objects.count()

    for kind in Letter.Kind:
        one = reverse("admin:subscriptions_letter_sample", args=[kind.value])
        assertContains(page, one)
        shown = client.get(one)
        assertContains(shown, "sandbox")
        assertContains(shown, letters.sample(kind.value).write().subject.replace("'", "&#x27;"))
        assert client.post(one).status_code == 405
    assert Letter.objects.count() == rows_before == 0
    assert not mail.outbox
    assert client.get(reverse("admin:subscriptions_letter_sample", args=["love"])).status_code == 404


@pytest.mark.django_db
def test_staff_find_a_letter_and_read_it_as_it_was_sent(client):
    record = asked_to_pay()
    sending.send(record.pk)
    client.force_login(make.staff(Role.FINANCE))
    changelist = reverse("admin:subscriptions_letter_changelist")

    assertContains(client.get(changelist, {"q": record.reader.email}), "How to pay")
    assertContains(client.get(changelist, {"state": "sent"}), record.reader.email)
    assertNotContains(client.get(changelist, {"state": "in_doubt"}), record.reader.email)
    assertContains(
        client.get(reverse("admin:subscriptions_letter_change", args=[record.pk])), "Bank of Tallow Bay"
    )
