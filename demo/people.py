"""The people of the demo: one of each kind, all with the same password."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group

from accounts.addresses import keep_in_step
from accounts.models import User
from accounts.roles import Role
from articles.models import Author
from subscriptions.checkout import place_order
from subscriptions.models import Payment, Price
from subscriptions.offer import create_default_plans
from subscriptions.payments import confirm
from subscriptions.terms import day_of

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
    Person("waiting@halyard.example", "Leo Marsh", "has ordered; the transfer is on its way"),
    Person("lapsed@halyard.example", "Ruth Gale", "her month ended some days ago"),
    Person("reader@halyard.example", "Sam Tarn", "registered, no plan"),
]


def load(at: datetime) -> None:
    """Make the people who are not there yet, with their roles and subscriptions, as if it were ``at``."""
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


def _make(person: Person) -> None:
    user = User.objects.create_user(
        person.email, PASSWORD, name=person.name, is_staff=person.role is not None
    )
    keep_in_step(user, verified=True)
    if person.role:
        user.groups.add(Group.objects.get(name=person.role.value))
    if person.author:
        Author.objects.filter(slug=person.author, account=None).update(account=user)


def _subscribe(email: str, price: Price, at: datetime, *, paid: bool = True) -> None:
    reader = User.objects.get(email=email)
    if reader.subscriptions.exists():
        return
    subscription = place_order(reader, price, method=Payment.Method.TRANSFER, at=at)
    if paid:
        confirm(subscription.payments.get(), paid_on=day_of(at), at=at)
