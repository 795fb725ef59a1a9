"""The people of the demo: one of each kind, all with the same password."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group

from accounts.addresses import keep_in_step
from accounts.models import User
from accounts.roles import Role
from articles.models import Author
from subscriptions.life.pauses import pause
from subscriptions.life.renewals import bill_next_term
from subscriptions.models import Offer, Payment, Price, Subscription
from subscriptions.paying import demo_bank
from subscriptions.paying.charging import charge, pay_page
from subscriptions.paying.payments import confirm
from subscriptions.paying.settling import look
from subscriptions.providers.demo import Card
from subscriptions.selling.checkout import begin_trial, place_order
from subscriptions.selling.opening import create_default_plans
from subscriptions.terms import day_of, end_of, start_of

PASSWORD = "harbour at dawn"  # noqa: S105 - the demo prints it, and production refuses to load the demo.


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as; ``author`` is the slug of the name they write under."""

    email: str
    name: str
    what: str
    role: Role | None = None
    author: str = ""


PEOPLE = [
    Person("publisher@halyard.example", "Agnes Ferrow", "publisher: everything", Role.PUBLISHER),
    Person("editor@halyard.example", "Jonah Pell", "editor: writes, edits, publishes", Role.EDITOR),
    Person("writer@halyard.example", "Inês Carvalho", "writer: drafts", Role.WRITER, "ines-carvalho"),
    Person("readers@halyard.example", "Mina Roth", "subscriber staff: payments", Role.SUBSCRIBER_STAFF),
    Person("finance@halyard.example", "Otto Lind", "finance: looks, changes nothing", Role.FINANCE),
    Person("subscriber@halyard.example", "Ada Winter", "subscriber: reads everything"),
    Person("newcomer@halyard.example", "Ida Thorne", "subscriber for 20 days: the guarantee still runs"),
    Person("card@halyard.example", "Noor Lindqvist", "pays by a (pretended) card, month by month"),
    Person("late@halyard.example", "Edith Crane", "her card was refused; her days of grace run"),
    Person("trying@halyard.example", "Tomas Reed", "is trying us for two weeks"),
    Person("resting@halyard.example", "Ivy Okafor", "has paused her plan"),
    Person("waiting@halyard.example", "Leo Marsh", "has ordered; the transfer is on its way"),
    Person("lapsed@halyard.example", "Ruth Gale", "her month ended some days ago"),
    Person("gifted@halyard.example", "Bryn Sands", "reads as a gift"),
    Person("reader@halyard.example", "Sam Tarn", "registered, no plan"),
]


OFFERS: dict[str, dict[str, Any]] = {
    "Two weeks to try": {"kind": Offer.Kind.TRIAL, "audience": Offer.Audience.EVERYONE, "trial_days": 14},
    "Harbour readers": {"kind": Offer.Kind.PERCENT, "code": "HARBOUR", "percent": 25, "payments": 3},
    "Before you go": {
        "kind": Offer.Kind.PERCENT,
        "audience": Offer.Audience.LEAVING,
        "percent": 30,
        "payments": 2,
    },
}


def load(at: datetime) -> Price:
    """Make the people who are not there yet, with their roles and subscriptions, as if it were ``at``.

    Returns the price of a year, for those who come after them.
    """
    for person in PEOPLE:
        if not User.objects.filter(email=person.email).exists():
            _make(person)
    plan = create_default_plans(at - timedelta(days=400))
    yearly, monthly = (
        Price.objects.get(version=plan.version_on_sale(at), term_months=months, currency="GBP")
        for months in (12, 1)
    )
    _subscribe("subscriber@halyard.example", yearly, at - timedelta(days=100))
    _subscribe("newcomer@halyard.example", yearly, at - timedelta(days=20))
    _subscribe("lapsed@halyard.example", monthly, at - timedelta(days=40))
    _subscribe("waiting@halyard.example", yearly, at - timedelta(days=1), paid=False)
    trial = _offers(day_of(at - timedelta(days=400)))
    _by_card("card@halyard.example", monthly, at - timedelta(days=12), Card.WORKS)
    if late := _by_card("late@halyard.example", monthly, at - timedelta(days=40), Card.REFUSED_LATER):
        _card_is_refused(late, at)
    if resting := _subscribe("resting@halyard.example", yearly, at - timedelta(days=90)):
        today = day_of(at)
        pause(
            resting,
            today - timedelta(days=9),
            today + timedelta(days=20),
            by=resting.reader,
            at=at - timedelta(days=11),
        )
    if trying := _newcomer("trying@halyard.example"):
        begin_trial(trying, yearly, trial, at=at - timedelta(days=5))
    return yearly


def _make(person: Person) -> None:
    user = User.objects.create_user(
        person.email, PASSWORD, name=person.name, is_staff=person.role is not None
    )
    keep_in_step(user, verified=True)
    if person.role:
        user.groups.add(Group.objects.get(name=person.role.value))
    if person.author:
        Author.objects.filter(slug=person.author, account=None).update(account=user)


def _newcomer(email: str) -> User | None:
    return User.objects.filter(email=email, subscriptions=None).first()


def _subscribe(email: str, price: Price, at: datetime, *, paid: bool = True) -> Subscription | None:
    reader = _newcomer(email)
    if reader is None:
        return None
    subscription = place_order(reader, price, method=Payment.Method.TRANSFER, at=at)
    if paid:
        confirm(subscription.payments.get(), paid_on=day_of(at), at=at)
    return subscription


def _by_card(email: str, price: Price, at: datetime, card: Card) -> Subscription | None:
    """Have somebody pay on the page of the demonstration's bank, which keeps the card for the next term."""
    reader = _newcomer(email)
    if reader is None or not settings.DEMO_PROVIDER:
        return None
    subscription = place_order(reader, price, method=Payment.Method.CARD, provider="demo", at=at)
    bill = subscription.payments.get()
    pay_page(bill, settings.SITE_URL)
    demo_bank.pay(bill.reference, card, at=at)
    look(bill.pk, at=at)
    return subscription


def _card_is_refused(subscription: Subscription, at: datetime) -> None:
    """Let the term end, and the bank refuse the next one."""
    ends_on = subscription.terms.get().ends_on
    bill = bill_next_term(subscription, at=start_of(ends_on - timedelta(days=8)))
    charge(bill.pk, at=min(end_of(ends_on) + timedelta(hours=1), at))


def _offers(since: date) -> Offer:
    """Make an offer of each kind; return the days to try."""
    trial, *_others = [
        Offer.objects.get_or_create(name=name, defaults={"starts_on": since, **terms})[0]
        for name, terms in OFFERS.items()
    ]
    return trial
