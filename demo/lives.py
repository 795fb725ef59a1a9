"""A year in the lives of a thousand invented readers, played day by day with the house's own functions.

Everything that happens goes through the same doors as in earnest: readers order, try, pay, pause, change,
leave, claim their money back and return; every day the house bills, charges, reminds, gives up and writes
down who had which issue. Only the chances are made up here, and a seed decides them, so the same seed plays
the same year. Nothing is sent: the letters stand on record as if they had been.
"""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from demo import invented
from subscriptions.ledger import moving, writing
from subscriptions.life import dunning, lifecycle, pauses, renewals, switching
from subscriptions.models import Customer, Letter, Offer, Payment, Plan, Price, Refund, Subscription
from subscriptions.paying import charging, demo_bank, guarantee, payments, refunds, settling
from subscriptions.providers import DEMO
from subscriptions.providers.base import DisputeStage
from subscriptions.providers.demo import Card
from subscriptions.selling import checkout, offers

# What one of a hundred readers does, and when.
TRIES_FIRST = 18
PAYS_BY_CARD = 62
BY_THE_YEAR = 72
NEVER_PAYS = 5
CARD_EXPIRES = 14
MENDS_CARD = 60
PAYS_A_BILL = 82
GOES_ON_AFTER_TRIAL = 55
CLAIMS_MONEY_BACK = 5
CANCELS = 22
CHANGES_MIND = 12
PAUSES = 9
ENDS_PAUSE_EARLY = 30
CHANGES_PLAN = 9
COMES_BACK = 25
DISPUTES = 1

# Bills and reminders have days to spare, and a year has many nights.
EVERY = 5

ADDRESS = "life-{seed}-{number}@example.org"
# What a reader wants and the house refuses for a good reason: they let it be.
REFUSALS = (
    checkout.NotOnSaleError,
    checkout.AlreadySubscribedError,
    guarantee.NotClaimableError,
    lifecycle.CannotResumeError,
    lifecycle.NothingToCancelError,
    offers.OfferRefusedError,
    pauses.CannotPauseError,
    pauses.NotPausedError,
    payments.PaymentVoidError,
    renewals.NotRenewableError,
    switching.CannotSwitchError,
)

Act = Callable[[datetime], None]


@dataclass
class Year:
    """The stage: who is there, what is going to happen when, and the dice."""

    seed: int
    begins_on: date
    days: int
    chance: Random = field(init=False)
    waiting: list[tuple[date, int, Act]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=count)
    readers: dict[int, "Reader"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - dice, not secrets

    def happens(self, of_a_hundred: float) -> bool:
        """Throw the dice."""
        return self.chance.random() * 100 < of_a_hundred

    def later(self, today: date, first: int, last: int, act: Act) -> None:
        """Let ``act`` happen on one of the days from ``first`` to ``last`` days after ``today``."""
        day = today + timedelta(days=self.chance.randint(first, last))
        heapq.heappush(self.waiting, (day, next(self.order), act))

    def play(self, report: Callable[[str], None]) -> None:
        """Play every day of it."""
        for offset in range(self.days):
            day = self.begins_on + timedelta(days=offset)
            self.night(_instant(day, 3))
            while self.waiting and self.waiting[0][0] <= day:
                _day, _order, act = heapq.heappop(self.waiting)
                try:
                    with transaction.atomic():
                        act(_instant(day, 10))
                except REFUSALS:
                    continue
            if offset % 30 == 29:
                report(f"… {day:%B %Y}")

    def night(self, at: datetime) -> None:
        """Do what the house does by itself, and let its readers find what it wrote to them."""
        if at.toordinal() % EVERY == 0:
            renewals.bill_due(at)
            dunning.remind(at)
        with bank_at(at):
            charging.charge_due(at)
            refunds.send_owed(at)
        dunning.lapse_due(at)
        moving.settle_terms_by_issues(at)
        writing.write_down(at, since=at.date() - timedelta(days=2))
        news = Payment.objects.expected().filter(Q(created_at=at, provider="manual") | Q(failed_at=at))
        for bill in news.select_related("subscription"):
            if reader := self.readers.get(bill.subscription.reader_id):
                reader.find(bill, at)


@contextmanager
def bank_at(at: datetime) -> Iterator[None]:
    """Let the demonstration's bank read the clock of the play."""
    DEMO.clock = lambda: at
    try:
        yield
    finally:
        del DEMO.clock


class Reader:
    """One invented reader: what they do next follows from what they did before."""

    def __init__(self, year: Year, number: int, prices: dict[int, Price], trial: Offer) -> None:
        self.year, self.prices, self.trial = year, prices, trial
        self.user: User = get_user_model().objects.create_user(
            ADDRESS.format(seed=year.seed, number=number), name=invented.name(year.chance)
        )
        self.by_card = year.happens(PAYS_BY_CARD)
        year.readers[self.user.pk] = self

    # -- Coming ----------------------------------------------------------------

    def come(self, at: datetime) -> None:
        """Begin: by trying, or by ordering."""
        if self.year.happens(TRIES_FIRST):
            checkout.begin_trial(self.user, self._price(), self.trial, at=at)
            if self.year.happens(GOES_ON_AFTER_TRIAL):
                self._then(at, 8, 13, self.order)
        else:
            self.order(at)

    def order(self, at: datetime) -> None:
        """Order, and pay by card at once or by transfer some days later."""
        checkout.place_order(
            self.user,
            self._price(),
            method=Payment.Method.CARD if self.by_card else Payment.Method.TRANSFER,
            provider="demo" if self.by_card else "manual",
            at=at,
        )
        if not self.year.happens(NEVER_PAYS):
            self._then(at, *((0, 0) if self.by_card else (1, 9)), self.pay)
        self._plan_the_rest(at)

    def pay(self, at: datetime) -> None:
        """Pay what is expected, on the bank's page or by transfer."""
        subscription = self._subscription()
        bill = subscription and subscription.payments.expected().first()
        if not bill:
            return
        if bill.provider == "demo":
            with bank_at(at):
                charging.pay_page(bill, "https://halyard.example/")
                demo_bank.pay(bill.reference, Card.WORKS, at=at)
                settling.look(bill.pk, at=at)
        else:
            payments.confirm(bill, paid_on=timezone.localdate(at), at=at)

    # -- Staying ---------------------------------------------------------------

    def find(self, bill: Payment, at: datetime) -> None:
        """Find a bill in the post, or a letter that the card was refused."""
        if bill.provider == "manual" and self.year.happens(PAYS_A_BILL):
            self._then(at, 2, 16, self.pay)
        elif bill.provider == "demo" and bill.tries == 1 and self.year.happens(MENDS_CARD):
            self._then(at, 1, 8, self.mend_card)

    def mend_card(self, at: datetime) -> None:
        """Give the bank a card that works; what is due is charged to it."""
        self.change_card(at, Card.WORKS)

    def change_card(self, at: datetime, card: Card) -> None:
        """Have another card at the bank."""
        customer = Customer.objects.filter(reader=self.user, provider="demo").first()
        if customer:
            with bank_at(at):
                demo_bank.change_card(customer.reference, card)
                settling.note_card(customer, card, at=at)

    def pause(self, at: datetime) -> None:
        """Rest for some weeks, and perhaps come back early."""
        if subscription := self._subscription():
            first = timezone.localdate(at) + timedelta(days=2)
            weeks = self.year.chance.randint(2, 8)
            pauses.pause(subscription, first, first + timedelta(days=7 * weeks - 1), by=self.user, at=at)
            if self.year.happens(ENDS_PAUSE_EARLY):
                self._then(at, 4, 12, self.end_pause)

    def end_pause(self, at: datetime) -> None:
        """Come back early."""
        if subscription := self._subscription():
            pauses.end_pause(subscription, by=self.user, at=at)

    def change_plan(self, at: datetime) -> None:
        """Go from the month to the year, or the other way round."""
        if subscription := self._subscription():
            other = self.prices[1 if subscription.price.term_months == 12 else 12]
            switching.switch(subscription, other, by=self.user, at=at)
            self._then(at, 0, 4, self.pay)

    # -- Leaving ---------------------------------------------------------------

    def cancel(self, at: datetime) -> None:
        """Leave; perhaps think better of it, perhaps come back some day."""
        if subscription := self._subscription():
            lifecycle.cancel(subscription, by=self.user, at=at)
            if self.year.happens(CHANGES_MIND):
                self._then(at, 1, 10, self.resume)
            elif self.year.happens(COMES_BACK):
                self._then(at, 40, 160, self.order)

    def resume(self, at: datetime) -> None:
        """Stay after all."""
        if subscription := self._subscription():
            lifecycle.resume(subscription, by=self.user, at=at)

    def claim(self, at: datetime) -> None:
        """Have the money back under the guarantee."""
        if subscription := self._subscription():
            refunds.execute(guarantee.plan_refund(subscription, at), by=self.user)
            self._then(at, 1, 4, self.be_sent_the_money)

    def be_sent_the_money(self, at: datetime) -> None:
        """Staff have made the transfer."""
        for refund in Refund.objects.owed().filter(payment__subscription__reader=self.user):
            if refund.payment.provider == "manual":
                refunds.mark_sent(refund, by=None, at=at)

    def dispute(self, at: datetime) -> None:
        """Have the bank take a payment into question, which it decides in some weeks."""
        paid = Payment.objects.confirmed().filter(subscription__reader=self.user, provider="demo").first()
        if paid and demo_bank.dispute(paid.reference, DisputeStage.OPEN, at=at):
            settling.look(paid.pk, at=at)
            stage = DisputeStage.WON if self.year.happens(50) else DisputeStage.LOST
            self._then(at, 15, 30, lambda then: self._decide(paid, stage, then))

    def _decide(self, paid: Payment, stage: DisputeStage, at: datetime) -> None:
        demo_bank.dispute(paid.reference, stage, at=at)
        settling.look(paid.pk, at=at)

    # -- Helpers ---------------------------------------------------------------

    def _plan_the_rest(self, at: datetime) -> None:
        for of_a_hundred, first, last, act in (
            (CLAIMS_MONEY_BACK, 3, 58, self.claim),
            (CANCELS, 10, 300, self.cancel),
            (PAUSES, 20, 250, self.pause),
            (CHANGES_PLAN, 15, 250, self.change_plan),
            (DISPUTES if self.by_card else 0, 20, 200, self.dispute),
            (CARD_EXPIRES if self.by_card else 0, 20, 330, self._expire),
        ):
            if self.year.happens(of_a_hundred):
                self._then(at, first, last, act)

    def _expire(self, at: datetime) -> None:
        self.change_card(at, Card.REFUSED_LATER)

    def _then(self, at: datetime, first: int, last: int, act: Act) -> None:
        self.year.later(timezone.localdate(at), first, last, act)

    def _price(self) -> Price:
        return self.prices[12 if self.year.happens(BY_THE_YEAR) else 1]

    def _subscription(self) -> Subscription | None:
        return Subscription.objects.own().live().with_facts().filter(reader=self.user).first()


def play(*, seed: int, lives: int, days: int, until_on: date, report: Callable[[str], None]) -> None:
    """Play ``days`` days that end on ``until_on`` with ``lives`` readers: all of it, or nothing.

    Most of them come over the first nine tenths of the time. Raises ``ValueError`` when this seed was played
    before.
    """
    if get_user_model().objects.filter(email=ADDRESS.format(seed=seed, number=0)).exists():
        raise ValueError(f"The year of seed {seed} was played already.")
    year = Year(seed, until_on - timedelta(days=days - 1), days)
    newest = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    began_at = timezone.now()
    with transaction.atomic():
        prices, trial = _offered(year)
        for number in range(lives):
            year.later(year.begins_on, 0, days * 9 // 10, Reader(year, number, prices, trial).come)
        year.play(report)
        _put_letters_away(Letter.objects.filter(pk__gt=newest))
        # What the play had queued for the worker has happened in it, or is a letter.
        queued = DBTaskResult.objects.filter(
            task_path__startswith="subscriptions.", enqueued_at__gte=began_at
        )
        queued.delete()


def _offered(year: Year) -> tuple[dict[int, Price], Offer]:
    plan = Plan.objects.order_by("position", "pk")[0]
    version = plan.version_on_sale(_instant(year.begins_on, 0))
    if version is None:
        raise ValueError("No plan was on sale when this year began. Load the demo first.")
    prices = {
        price.term_months: price for price in version.prices.filter(currency="GBP") if price.term_months
    }
    trial, _is_new = Offer.objects.get_or_create(
        name="Two weeks to try",
        defaults={
            "kind": Offer.Kind.TRIAL,
            "audience": Offer.Audience.EVERYONE,
            "trial_days": 14,
            "starts_on": year.begins_on,
        },
    )
    return prices, trial


def _put_letters_away(letters) -> None:
    """Nobody is written to who does not exist: the record says when it would have been."""
    whose = Subquery(get_user_model().objects.filter(pk=OuterRef("reader")).values("email")[:1])
    for kind in Letter.Kind:
        letters.filter(kind=kind, begun_at=None).update(
            begun_at=F("recorded_at"), sent_at=F("recorded_at"), address=whose, subject=str(kind.label)
        )


def _instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
