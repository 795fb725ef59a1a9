"""One life: its steps, decided by a seed, and how they are played."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from subscriptions.acting import deeds
from subscriptions.fulfilment import add_on
from subscriptions.letters import sending
from subscriptions.life import dunning, lifecycle, renewals
from subscriptions.models import Offer, Payment, Price, PrintedTerm, Refund, Subscription, Term
from subscriptions.paying import charging, guarantee, messages, payments, reconciling, refunds, settling
from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError
from subscriptions.selling import checkout, offers
from tests.subscriptions.lives.banks import DemoBank, ManualBank, StripeBank
from tests.subscriptions.lives.crash import Machine, Stopped
from tests.subscriptions.lives.days import DAY, GRACE, Days
from tests.subscriptions.lives.wire import Line

LONDON = ZoneInfo("Europe/London")
# Month ends, a leap day, both changes of the clock, and a summer's day.
FIRST_DAYS = [
    date(2027, 1, 31),
    date(2027, 2, 28),
    date(2027, 3, 27),
    date(2027, 6, 15),
    date(2027, 10, 30),
    date(2027, 12, 31),
    date(2028, 2, 29),
    date(2028, 8, 30),
]
HOURS = [(0, 0), (0, 30), (1, 30), (9, 0), (12, 30), (18, 0), (23, 59)]

WAITING = """SELECT
    EXISTS (SELECT 1 FROM subscriptions_providerevent WHERE applied_at IS NULL AND dead_at IS NULL),
    EXISTS (SELECT 1 FROM subscriptions_refund WHERE status = 'owed'),
    EXISTS (SELECT 1 FROM django_tasks_database_dbtaskresult)"""

REFUSED = (
    deeds.NotPossibleError,
    checkout.NotOnSaleError,
    checkout.AlreadySubscribedError,
    offers.OfferRefusedError,
    charging.NotPayableError,
    payments.PaymentVoidError,
    refunds.CannotGiveBackError,
    refunds.PlanChangedError,
    guarantee.NotClaimableError,
    settling.DisagreesError,
    ProviderUnavailableError,
    ProviderRefusedError,
)

# Who acts next, how often of a hundred; what they do is up to the dice and to how things stand.
STEPS: dict[str, int] = {
    "wait_hours": 7,
    "wait_days": 13,
    "wait_weeks": 9,
    "wait_months": 5,
    "reader": 30,
    "pay_old_page": 2,
    "come_back": 4,
    "desk": 9,
    "at_the_bank": 9,
    "deliver": 7,
    "work": 9,
    "night": 2,
    "reconcile": 2,
}
ANYTHING = (
    "order begin_trial pay open_page cancel resume pause end_pause switch keep renew claim pay_another_way "
    "add_print drop_print keep_print"
).split()
# What somebody else may do while we wait for a provider's answer.
MEANWHILE = (
    "pay pay_old_page cancel resume claim pause switch keep deliver work come_back order night renew "
    "add_print drop_print"
).split()


@dataclass(frozen=True)
class Step:
    """One thing that happens, and the dice that decide how."""

    name: str
    dice: int

    def __str__(self) -> str:
        return f"{self.name}:{self.dice}"


def steps_of(seed: int) -> list[Step]:
    """Return the life that ``seed`` decides."""
    rng = Random(seed)
    # Most lives are short, and one in ten is long.
    length = rng.choice((1, 2, 3, 3, 4, 4, 5, 6, 8, 20))
    names = rng.choices(list(STEPS), list(STEPS.values()), k=length)
    return [Step(name, rng.getrandbits(32)) for name in ["reader", "reader", "work", *names]]


@dataclass
class House:
    """What there is before anybody orders: a reader, somebody at the desk, prices and offers."""

    reader: User
    staff: User
    prices: list[Price]
    trial: Offer
    code: Offer


class Clock:
    """What time it is, everywhere."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        """The day in London."""
        return self.now.astimezone(LONDON).date()


@dataclass
class Seen:
    """A payment as it was when it was last looked at."""

    status: str
    refunded: int
    subscription: int


class Life:
    """One life in one house, with one bank for cards (or none), told to the end by ``play``."""

    def __init__(
        self,
        house: House,
        clock: Clock,
        card_bank: Callable[[Clock, Line], DemoBank | StripeBank] | None,
        seed: int,
        *,
        writes_letters: bool = False,
    ) -> None:
        self.house, self.clock, self.seed = house, clock, seed
        self.machine = Machine()
        self.line = Line(self.machine.step, len(connection.savepoint_ids))
        self.cards = card_bank(clock, self.line) if card_bank else None
        self.transfers = ManualBank(clock)
        self.writes_letters = writes_letters
        self.script: list[str] = []
        self.happened: Counter[str] = Counter()
        self.due: set[str] = set()
        self.tries_at: list[datetime] = []
        self.days: dict[int, Days] = {}
        self.seen: dict[str, Seen] = {}
        self.cancelled: dict[int, list[tuple[datetime, datetime | None]]] = {}
        self.pages: list[str] = []
        self.tries: dict[Any, int] = {}
        self.rng = Random(seed)
        self.is_whole = True
        self.stop: int | None = None
        self.refusal: Exception | None = None
        self._batches = itertools.count(1)
        rng = Random(f"birth {seed}")
        hour, minute = rng.choice(HOURS)
        first = rng.choice(FIRST_DAYS)
        self.clock.now = datetime(
            first.year, first.month, first.day, hour, minute, 20, tzinfo=LONDON
        ).astimezone(UTC)
        self.born = self.clock.today

    # -- Playing

    def play(self, steps: Iterable[Step]) -> None:
        """Live through ``steps``, and then until everything has come to rest."""
        with connection.execute_wrapper(self.machine):
            self._live_through(self.clock.now - timedelta(days=1), self.clock.now)
            for step in steps:
                self.script.append(f"{self.clock.now:%Y-%m-%d %H:%M} {step}")
                self._perform(step)
            self.heal()

    def _perform(self, step: Step, *, is_meanwhile: bool = False) -> None:
        outer, self.rng = self.rng, Random(step.dice)
        stop = None
        try:
            if not is_meanwhile:
                if self.rng.random() < 0.2:
                    stop = self._somewhere()
                words = self.cards.words if self.cards else 1
                if self.rng.random() < 0.15:
                    self.line.fails_in = self.rng.randint(1, words)
                    self.line.loses_answer = self.rng.random() < 0.6
                if self.rng.random() < 0.3:
                    inner = Step(self.rng.choice(MEANWHILE), self.rng.getrandbits(32))
                    self.line.acts_in = self.rng.randint(1, words)
                    self.line.act = lambda: self._meanwhile(inner)
            self.stop = stop
            getattr(self, step.name)()
        finally:
            self.rng = outer
            self.stop = None
            if not is_meanwhile:
                self.line.is_clear()

    def _meanwhile(self, step: Step) -> None:
        """Somebody else acts, on a machine of their own."""
        self.script.append(f"    meanwhile {step}")
        self._observe()
        stop = self.stop
        with self.machine.stopping(None):
            self._perform(step, is_meanwhile=True)
        self.stop = stop

    def _somewhere(self) -> int:
        """A place to stop: after so many statements, each of which has two."""
        return self.rng.randint(1, self.rng.choice([12, 50, 50, 100]))

    def do(self, name: str, act: Callable[[], Any]) -> bool:
        """Do something of ours, here where the machine may stop; return whether it was done."""
        stop, self.stop = self.stop, None
        self.machine.has_written = False
        done, self.refusal = False, None
        try:
            with self.machine.stopping(stop):
                act()
                done = True
        except Stopped:
            self.happened["stopped"] += 1
            self.script.append(f"    the machine stopped ({name}, {stop})")
        except REFUSED as refusal:
            self.refusal = refusal
            self.script.append(f"    {name}: {type(refusal).__name__} {refusal}")
        self.happened[name] += done
        if self.machine.has_written:
            self._observe()
        return done

    # -- The clock

    def wait_hours(self) -> None:
        self.advance(timedelta(minutes=self.rng.choice([1, 6, 20, 70, 300, 900])))

    def wait_days(self) -> None:
        self.advance(timedelta(days=self.rng.randint(1, 6), minutes=self.rng.randint(0, 700)))

    def wait_weeks(self) -> None:
        self.advance(timedelta(days=self.rng.randint(7, 40)))

    def wait_months(self) -> None:
        self.advance(timedelta(days=self.rng.randint(28, 370)))

    def advance(self, span: timedelta) -> None:
        """Let time pass, with the nights in which something may be due."""
        end = self.clock.now + span
        for _most in range(40):
            night = self._next_night()
            if night is None or night >= end:
                break
            self._turn(night)
            self.night()
        self._turn(end)

    def _turn(self, until: datetime) -> None:
        self._live_through(self.clock.now, until)
        self.clock.now = until

    def _live_through(self, after: datetime, until: datetime) -> None:
        """Note what is so at each noon; nothing happens in between."""
        day = after.astimezone(LONDON).date()
        for days in self.days.values():
            noon = day if after < _noon(day) else day + DAY
            while _noon(noon) <= until:
                days.live_through(noon)
                noon += DAY

    def _next_night(self) -> datetime | None:
        """The next moment at which the nightly work finds something, as far as one can tell."""
        moments = []
        for days in self.days.values():
            if days.is_closed or (last := days.last) is None:
                continue
            for day in (last - 27 * DAY, last - 9 * DAY, last + DAY, last + (GRACE + 1) * DAY):
                moments.append(datetime(day.year, day.month, day.day, 3, 10, tzinfo=LONDON).astimezone(UTC))
        moments += [at + timedelta(minutes=4) for at in self.tries_at]
        soon = self.clock.now + timedelta(hours=6)
        for at in (
            Refund.objects.owed().exclude(payment__provider="manual").values_list("next_try_at", flat=True)
        ):
            moments.append(max(at or soon, soon))
        if any(days.bill for days in self.days.values()) or (self.cards and self.cards.post):
            moments.append(self.clock.now + timedelta(days=self.rng.uniform(0.8, 5)))
        ahead = [moment for moment in moments if moment > self.clock.now + timedelta(minutes=30)]
        return min(ahead, default=None)

    def night(self) -> None:
        """What the schedule does, unless the worker is down."""
        jobs: list[tuple[str, Callable[[datetime], Any]]] = [
            ("bill", renewals.bill_due),
            ("end print", add_on.tidy),
            ("charge", charging.charge_due),
            ("remind", dunning.remind),
            ("lapse", self._lapse),
            ("messages", messages.apply_waiting),
            ("refunds", refunds.send_owed),
            ("withdraw", charging.withdraw_void),
        ]
        # Most jobs find nothing in most nights, and a life has many: those are not asked each time.
        due = self._due()
        if self.is_whole and self.rng.random() < 0.93:
            jobs = [job for job in jobs if job[0] in due]
        if self.rng.random() < 0.08 and self.is_whole:
            self.script.append(f"  {self.clock.now:%Y-%m-%d %H:%M} the worker is down")
            return
        if self.is_whole and self.rng.random() < 0.35 and (bill := self._bill()) and bill.next_try_at is None:
            self.pay()
        if self.is_whole and self.rng.random() < 0.5:
            self.confirm()
            self.deliver()
            if "work" in due:
                self.work()
        for name, job in jobs:
            if self.is_whole and self.rng.random() < 0.04:
                self.stop = self._somewhere()
            self.do(name, lambda job=job: job(self.clock.now))

    def _due(self) -> set[str]:
        """Which jobs may find something: too many rather than too few."""
        today, due = self.clock.today, set(self.due)
        for days in self.days.values():
            if days.is_closed or days.last is None:
                continue
            if "grace" in due and days.last < today:
                due |= {"remind", "lapse"}
            if days.bill != "term" and not days.is_cancelled and days.last - 28 * DAY <= today:
                due.add("bill")
        if any(at <= self.clock.now for at in self.tries_at):
            due.add("charge")
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            waiting = cursor.fetchone()
        return due | {
            job
            for job, is_waiting in zip(("messages", "refunds", "work"), waiting, strict=True)
            if is_waiting
        }

    def _lapse(self, at: datetime) -> None:
        dunning.lapse_due(at)
        for days in self.days.values():
            if days.last is not None and self.clock.today > days.last + GRACE * DAY:
                days.has_grace = False

    # -- The reader

    def reader(self) -> None:
        """The reader does what there is to do, or now and then anything at all."""
        name = self.rng.choice(ANYTHING) if self.rng.random() < 0.12 else self._wish()
        self.script.append(f"    {name}")
        getattr(self, name)()

    def _wish(self) -> str:
        live, at = Subscription.objects.live().with_facts().first(), self.clock.now
        now = live and lifecycle.standing(live, at)
        wishes: dict[str, float]
        if now is None or not (now.is_running or now.is_pending):
            wishes = {"order": 8, "begin_trial": 1 if live or self.days else 4, "pay": 1, "claim": 0.5}
        elif now.is_pending:
            wishes = {"pay": 8, "order": 1.5, "cancel": 1, "open_page": 1, "pay_another_way": 0.7}
            wishes |= {"add_print": 2, "drop_print": 0.5}
        else:
            wishes = {
                "cancel": 2,
                "switch": 3,
                "renew": 2,
                "claim": 1,
                "change_card": 1,
                "pay_another_way": 1,
            }
            wishes |= {"stay": 0.7, "order": 0.3}
            wishes |= {"add_print": 3, "drop_print": 1, "keep_print": 0.5}
            if now.is_trial:
                wishes |= {"order": 6}
            if now.is_active and now.pause is None:
                wishes |= {"pause": 5}
            if now.pause is not None:
                wishes |= {"end_pause": 4}
            if now.is_cancelled:
                wishes |= {"resume": 6, "switch": 0.3}
            if now.bill is not None:
                wishes |= {"pay": 9 if now.bill.next_try_at is None else 2, "open_page": 1}
            if live.planned_changes.open().exists() or (now.bill and now.bill.purpose == "switch"):
                wishes |= {"keep": 3}
        return self.rng.choices(list(wishes), list(wishes.values()))[0]

    def order(self) -> None:
        price = self.rng.choice(self.house.prices[:2] * 3 + self.house.prices)
        offer = self.house.code if self.rng.random() < 0.2 else None
        provider, method = self._way(0.85)
        reader = self.house.reader
        self.do(
            "order",
            lambda: checkout.place_order(
                reader, price, method=method, provider=provider, offer=offer, at=self.clock.now
            ),
        )

    def begin_trial(self) -> None:
        price = self.house.prices[0]
        today, days = self.clock.today, self.house.trial.trial_days or 0
        if self.do(
            "trial",
            lambda: checkout.begin_trial(self.house.reader, price, self.house.trial, at=self.clock.now),
        ):
            self._days(self._live().pk).try_out(today, days)

    def pay(self) -> None:
        """The reader pays what is asked for: by transfer, or on the page."""
        bill = self._bill()
        if bill is None:
            return
        if bill.provider == "manual":
            self.transfers.pay(bill)
            self.script.append(f"    transfer {bill.reference} {bill.amount_minor}")
        elif page := self._open(bill):
            self.cards.pay(
                page, self.rng.choice(["works"] * 7 + ["refused", "refused_later", "refused_later"])
            )
            self.script.append(f"    at the bank {bill.reference}")
            if self.rng.random() < 0.6:
                self.do("look", lambda: settling.look(bill.pk, at=self.clock.now))

    def open_page(self) -> None:
        bill = self._bill()
        if bill is not None and bill.provider != "manual":
            self._open(bill)

    def pay_old_page(self) -> None:
        """The reader goes back to a page that was opened before, in another tab."""
        if self.pages:
            page = self.rng.choice(self.pages)
            self.cards.pay(page, "works")
            self.script.append(f"    at the bank {page}")

    def come_back(self) -> None:
        """The reader returns to us from the bank's page, and we look."""
        mine = list(
            Payment.objects.exclude(provider="manual").order_by("-pk").values_list("pk", flat=True)[:3]
        )
        if mine:
            payment = self.rng.choice(mine)
            self.do("look", lambda: settling.look(payment, at=self.clock.now))

    def cancel(self) -> None:
        self._deed(deeds.Cancel())

    def resume(self) -> None:
        self._deed(deeds.Resume())

    def pause(self) -> None:
        first = self.clock.today + self.rng.choice([1, 1, 1, 2, 3, 7, 20, 60]) * DAY
        days = self.rng.choice([7, 7, 8, 14, 31, 60, 92])
        if self._deed(deeds.Pause(first, first + (days - 1) * DAY)):
            self._days(self._live().pk).rest(first, days)

    def end_pause(self) -> None:
        live = self._live()
        rest = live and lifecycle.standing(live, self.clock.now).pause
        if not rest:
            return
        today = self.clock.today
        behind, days = rest.ends_on + DAY, (rest.ends_on - max(today, rest.starts_on)).days + 1
        if self._deed(deeds.EndPause()):
            self._days(live.pk).rest_no_more(behind, days)

    def switch(self) -> None:
        self._deed(deeds.Switch(self.rng.choice(self.house.prices)))

    def keep(self) -> None:
        self._deed(deeds.Keep())

    def renew(self) -> None:
        self._deed(deeds.Renew())

    def add_print(self) -> None:
        self._deed(deeds.AddPrint(self.rng.choice(["GB", "GB", "DE", "JP"])))

    def drop_print(self) -> None:
        self._deed(deeds.DropPrint())

    def keep_print(self) -> None:
        self._deed(deeds.KeepPrint())

    def claim(self) -> None:
        mine = list(Subscription.objects.order_by("pk"))
        if mine:
            about = self.rng.choice(mine)
            if self._deed(deeds.ClaimGuarantee(), about=about):
                self._days(about.pk).over(self.clock.today)

    def pay_another_way(self) -> None:
        provider, method = self._way(0.5)
        self._deed(deeds.PayBy(method, provider))

    def change_card(self) -> None:
        if self.cards:
            self.cards.change_card(self.house.reader, self.rng.choice(["works", "works", "refused_later"]))

    def stay(self) -> None:
        live = self._live()
        offer = live and offers.to_stay(live, self.clock.now)
        if offer:
            self._deed(deeds.TakeOffer(offer))

    # -- The desk

    def desk(self) -> None:
        """Somebody of staff acts."""
        acts = {"confirm": 4, "send_money_back": 2, "extend": 3, "give_back_part": 2, "give_back_all": 2}
        name = self.rng.choices(list(acts), list(acts.values()))[0]
        self.script.append(f"    {name}")
        getattr(self, name)()

    def give_back_part(self) -> None:
        self._give_back(lambda kept: self.rng.randint(1, kept))

    def give_back_all(self) -> None:
        self._give_back(lambda kept: kept)

    def extend(self) -> None:
        live = self._live()
        if live is None or not self._days(live.pk).counting:
            return
        days = self.rng.choice([1, 3, 14, 30])
        if self._deed(deeds.Extend(days, f"batch-{next(self._batches)}"), by=self.house.staff, about=live):
            self._days(live.pk).add(days, self.clock.today)

    def confirm(self) -> None:
        """Staff read the statement, late perhaps, and perhaps for the second time."""
        came = list(self.transfers.came)
        if came:
            self._confirm(self.rng.choice(came))

    def _confirm(self, reference: str) -> None:
        _amount, came_at = self.transfers.came[reference]
        payment = Payment.objects.get(reference=reference)
        on = came_at.astimezone(LONDON).date()
        self.do(
            "confirm",
            lambda: payments.confirm(payment, paid_on=on, by=self.house.staff, at=self.clock.now),
        )
        if isinstance(self.refusal, payments.PaymentVoidError):
            self.transfers.returned.add(reference)

    def send_money_back(self) -> None:
        """Staff send by hand what is owed, and note it."""
        for refund in (
            Refund.objects.filter(payment__provider="manual").select_related("payment").order_by("pk")
        ):
            if refund.is_owed or self.rng.random() < 0.2:
                if refund.is_owed:
                    self.transfers.sent.setdefault(
                        refund.key, (refund.payment.reference, refund.amount_minor)
                    )
                self.do(
                    "send back",
                    lambda refund=refund: refunds.mark_sent(refund, by=self.house.staff, at=self.clock.now),
                )

    # -- The bank and the provider's own staff

    def at_the_bank(self) -> None:
        """A bank acts, or somebody at the provider; without either, the desk."""
        if self.cards is None:
            self.desk()
            return
        acts = {"dispute": 3, "decide": 4, "refund_there": 3, "refund_fails": 2, "change_card": 1}
        name = self.rng.choices(list(acts), list(acts.values()))[0]
        self.script.append(f"    {name}")
        getattr(self, name)()

    def dispute(self) -> None:
        if came := self._came():
            reference = self.rng.choice(came)
            self.script.append(f"    disputed {reference}")
            self.cards.dispute(reference)

    def decide(self) -> None:
        for reference in self._came():
            won = self.rng.random() < 0.5
            self.cards.decide(reference, won=won)

    def refund_there(self) -> None:
        if came := self._came():
            reference, part = self.rng.choice(came), self.rng.choice([0.25, 0.5, 1, 1])
            self.script.append(f"    given back there {reference} {part}")
            try:
                self.cards.refund(reference, part)
            except ProviderRefusedError:
                return

    def refund_fails(self) -> None:
        if self.cards:
            self.cards.refund_fails(self.rng.choice)

    # -- The network and the worker

    def deliver(self) -> None:
        """Some messages come: in any order, now and then twice; some will never come."""
        if not self.cards:
            return
        post = self.cards.post
        for _n in range(min(len(post), self.rng.randint(1, 4))):
            chosen = self.rng.randrange(len(post))
            fate = self.rng.random()
            message = post[chosen] if fate < 0.2 else post.pop(chosen)
            if fate < 0.8:
                self.do("receive", message)
            if not post:
                break

    def work(self) -> None:
        """The worker does what is queued, in any order; some of it twice."""
        queued = list(DBTaskResult.objects.order_by("pk").values_list("pk", "task_path", "args_kwargs"))
        queued.sort(key=lambda row: (row[1], row[2]["args"]))
        self.rng.shuffle(queued)
        finished = []
        for task, path, given in queued:
            if path.endswith("send_letter"):
                if self.writes_letters:
                    letter = given["args"][0]
                    self.do("letter", lambda letter=letter: sending.send(letter, self.clock.now))
                finished.append(task)
                continue
            if self.is_whole and self.rng.random() < 0.12:
                self.stop = self._somewhere()
            done = self.do(
                path.rpartition(".")[2],
                lambda path=path, given=given: import_string(path).call(*given["args"], **given["kwargs"]),
            )
            self.tries[task] = self.tries.get(task, 0) + 1
            # A worker takes a task up again that was lost with another, three times in all.
            if (done and self.rng.random() < 0.9) or self.tries[task] >= 3:
                finished.append(task)
        if finished:
            DBTaskResult.objects.filter(pk__in=finished).delete()

    def reconcile(self) -> None:
        self.do("reconcile", lambda: reconciling.reconcile_all(self.clock.now))

    # -- The end

    def heal(self) -> None:
        """Nothing goes wrong any more: whatever is under way comes to its end."""
        self.script.append(f"{self.clock.now:%Y-%m-%d %H:%M} all is well again")
        self.is_whole = False
        self.rng = Random(self.seed)
        self.reconcile()
        for _round in range(8):
            self._deliver_all()
            for reference in self.transfers.came.keys() - self.transfers.returned:
                self._confirm(reference)
            self.work()
            self.night()
            self.send_money_back()
            self.advance(timedelta(hours=13))
            if not self._is_restless():
                break
        self.reconcile()
        self.work()

    def _deliver_all(self) -> None:
        if self.cards:
            post, self.cards.post[:] = list(self.cards.post), []
            self.rng.shuffle(post)
            for message in post[:10]:
                self.do("receive", message)
                if self.rng.random() < 0.2:
                    self.do("receive", message)

    def _is_restless(self) -> bool:
        owed = Refund.objects.filter(status="owed").exclude(payment__dispute="open").exists()
        return (
            owed
            or DBTaskResult.objects.exists()
            or messages.ProviderEvent.objects.filter(applied_at=None).exists()
        )

    # -- Looking

    def _observe(self) -> None:
        """See what became of each payment, and tell the days about it."""
        rows = Payment.objects.order_by("confirmed_at", "pk").values_list(
            "reference",
            "status",
            "refunded_minor",
            "amount_minor",
            "purpose",
            "price__term_months",
            "confirmed_at",
            "subscription",
            "subscription__closed_at",
            "subscription__cancelled_at",
            "term",
            "next_try_at",
            "withdrawn_at",
            "subscription__grace_until_on",
            "print_minor",
        )
        today = self.clock.today
        bills: dict[int, str] = {}
        stands: dict[int, tuple[Any, Any]] = {}
        self.due, self.tries_at = set(), []
        for (
            ref,
            status,
            refunded,
            amount,
            purpose,
            months,
            confirmed_at,
            pk,
            closed_at,
            cancelled_at,
            term,
            next_try_at,
            withdrawn_at,
            grace_until_on,
            print_minor,
        ) in rows:
            stands[pk] = closed_at, cancelled_at
            if next_try_at is not None:
                self.tries_at.append(next_try_at)
            if status == "void" and withdrawn_at is None and self.cards:
                self.due.add("withdraw")
            if grace_until_on is not None:
                self.due.add("grace")
            if status == "expected":
                bills[pk] = purpose
            was = self.seen.get(ref)
            now = Seen(status, refunded, pk)
            if was == now:
                continue
            self.seen[ref] = now
            days = self._days(pk)
            days.unsaid.add(today)
            is_new = was is None or was.status != status
            if status == "confirmed" and is_new and term:
                on = confirmed_at.astimezone(LONDON).date()
                days.paid(ref, months, on, is_switch=purpose == "switch", has_print=bool(print_minor))
                self.script.append(f"    paid {ref}: {days.bought[-1].days[0]} to {days.bought[-1].days[-1]}")
            elif status == "confirmed" and is_new and PrintedTerm.objects.filter(payment__reference=ref):
                days.print_paid(ref, confirmed_at.astimezone(LONDON).date())
                self.script.append(f"    print paid {ref}")
            elif status == "expected" and is_new:
                days.bill_comes(today, is_switch=purpose != "term")
            if status == "confirmed" and refunded == amount and (was is None or was.refunded != refunded):
                days.given_back(ref, today)
                self.script.append(f"    all given back {ref}")
        for pk, (closed_at, cancelled_at) in stands.items():
            days = self._days(pk)
            days.stands(
                bills.get(pk, ""), is_closed=closed_at is not None, is_cancelled=cancelled_at is not None
            )
            self._note_cancelled(pk, cancelled_at)

    def _note_cancelled(self, pk: int, cancelled_at: datetime | None) -> None:
        spans = self.cancelled.setdefault(pk, [])
        is_open = bool(spans) and spans[-1][1] is None
        if cancelled_at is not None and not is_open:
            spans.append((cancelled_at, None))
        elif cancelled_at is None and is_open:
            spans[-1] = spans[-1][0], self.clock.now

    # -- Little helpers

    def _deed(self, deed: deeds.Deed, *, by: User | None = None, about: Subscription | None = None) -> bool:
        about = about or self._live()
        if about is None:
            return False
        about = Subscription.objects.with_facts().get(pk=about.pk)
        reason = "" if by is None else "So it shall be"
        return self.do(
            deed.name,
            lambda: deed.do(about, by=by or self.house.reader, at=self.clock.now, reason=reason),
        )

    def _give_back(self, choose: Callable[[int], int]) -> None:
        paid = [one for one in Payment.objects.filter(status="confirmed").order_by("pk") if one.kept_minor]
        if paid:
            payment = self.rng.choice(paid)
            deed = deeds.GiveBack(payment, choose(payment.kept_minor))
            self._deed(deed, by=self.house.staff, about=payment.subscription)

    def _open(self, bill: Payment) -> str:
        pages: list[str] = []
        self.do("page", lambda: pages.append(self.cards.open_page(bill)))
        self.pages += pages
        return pages[0] if pages else ""

    def _came(self) -> list[str]:
        """The card payments that came, and of which the bank still has something to say."""
        return [ref for ref in self.cards.books() if ref] if self.cards else []

    def _way(self, by_card: float) -> tuple[str, str]:
        is_card = self.cards is not None and self.rng.random() < by_card
        if is_card:
            return self.cards.key, self.cards.method
        return "manual", self.rng.choice(["transfer", "cheque"])

    def _live(self) -> Subscription | None:
        return Subscription.objects.live().first()

    def _bill(self) -> Payment | None:
        return Payment.objects.filter(status="expected").first()

    def _days(self, pk: int) -> Days:
        if pk not in self.days:
            self.days[pk] = Days()
            self.days[pk].live_through(self.clock.today - DAY)
        return self.days[pk]

    def terms(self) -> list[Term]:
        """Every term there was."""
        return list(Term.objects.order_by("pk"))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=LONDON).astimezone(UTC)
