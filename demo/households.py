"""Who has the printed copy, and where it goes: some invented households, and the labels that were sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.addresses import keep_in_step
from accounts.models import User
from demo.people import PASSWORD
from subscriptions.fulfilment import add_on, addresses, claims, cutoffs, holds, returns, runs
from subscriptions.ledger import coming
from subscriptions.models import CopyClaim, Label, LabelRun, Payment, Price
from subscriptions.paying.payments import confirm
from subscriptions.people import notes
from subscriptions.selling.checkout import place_order
from subscriptions.terms import day_of

DAYS_WITH_US = 100


@dataclass(frozen=True)
class Household:
    """Somebody who has the printed copy: who they are, and how the post finds them."""

    email: str
    name: str
    street: str
    city: str
    country: str
    postal_code: str = ""
    area: str = ""

    @property
    def address(self) -> dict[str, str]:
        """As they would type it."""
        values = ("street", "city", "country", "postal_code", "area", "name")
        return {name: getattr(self, name) for name in values}


HOUSEHOLDS = [
    Household(
        "print@halyard.example", "Hester Quay", "The Old Ropewalk\n3 Capstan Lane", "Carrow", "GB", "ZE9 9ZZ"
    ),
    Household("anna.drift@example.org", "Anna Drift", "Flat 12, Tidewater House", "Carrow", "GB", "ZE9 9ZZ"),
    Household("emrys.holm@example.org", "Emrys Holm", "PO Box 114", "Fairlight Ness", "GB", "ZE9 9ZY"),
    Household("runa.sound@example.org", "Runa Sound", "Havnegata 7", "Tromsø", "NO", "9008"),
    Household("otto.birke@example.org", "Otto Birke", "Lindenhof 14", "Lübeck", "DE", "23552"),
    Household("maeve.teal@example.org", "Maeve Teal", "4 Light Row", "Galway", "IE", area="Co. Galway"),
    Household(
        "una.wren@example.org", "Una Wren", "19 Schooner Street, Apt 2B", "Portland", "US", "04101", "ME"
    ),
    Household("sora.mori@example.org", "森 空", "港町3-14-2", "横浜市中区", "JP", "231-0001", "神奈川県"),
]


def load(price: Price, at: datetime) -> None:
    """Let the households subscribe with print, and send them what is out, as if it were ``at``."""
    staff = User.objects.get(email="readers@halyard.example")
    for household in HOUSEHOLDS:
        if not User.objects.filter(email=household.email).exists():
            _subscribe(household, price, at - timedelta(days=DAYS_WITH_US))
    if not LabelRun.objects.exists() and (sent := _send_what_is_out(by=staff, at=at)):
        _look_after(sent[-1], by=staff, at=at)


def _subscribe(household: Household, price: Price, at: datetime) -> None:
    reader = User.objects.create_user(household.email, PASSWORD, name=household.name)
    keep_in_step(reader, verified=True)
    order = place_order(reader, price, method=Payment.Method.TRANSFER, at=at)
    add_on.add(order, household.country, by=reader, at=at)
    addresses.say(reader, household.address, from_on=day_of(at), by=reader, at=at)
    confirm(order.payments.expected().get(), paid_on=day_of(at), at=at)


def _send_what_is_out(*, by: Any, at: datetime) -> list[LabelRun]:
    """Freeze the labels of each issue since the households came whose cut-off has passed."""
    since = day_of(at - timedelta(days=DAYS_WITH_US))
    known = [issue for issue in coming.issues(at, since=since) if cutoffs.cutoff_of(issue) <= at]
    frozen = [runs.freeze(issue, by=by, at=at) for issue in known]
    return [run for run in frozen if run.issue_on <= day_of(at)]


def _look_after(run: LabelRun, *, by: Any, at: datetime) -> None:
    """Some copies get lost and some come back; somebody goes away for a while."""
    sent: dict[str, Label] = {label.reader.email: label for label in run.labels.select_related("reader")}
    if label := sent.get("anna.drift@example.org"):
        if claims.can_claim(label, at):
            claims.claim(label, CopyClaim.Why.DAMAGED, by=label.reader, at=at)
        notes.leave(label.reader, "Asks for the neighbours’ door if nobody opens.", by=by, at=at)
    if label := sent.get("emrys.holm@example.org"):
        returns.came_back(label, "Box closed", by=by, at=at)
    if label := sent.get("print@halyard.example"):
        first_on = holds.first_possible(at) + timedelta(days=30)
        holds.hold(label.reader, first_on, first_on + timedelta(days=20), by=label.reader, at=at)
