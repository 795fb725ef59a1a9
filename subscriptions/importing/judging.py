"""What a row of the table means, what is wrong with it, and whether its person is known already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subscriptions import terms
from subscriptions.fulfilment import addresses, zones
from subscriptions.importing.table import Column, Row
from subscriptions.models import ImportRow, PlanVersion, Price, SubscriberImport, Subscription, ZonePrice

Outcome = ImportRow.Outcome

COLUMNS = (
    Column("email", gettext_lazy("The reader’s e-mail address; one row for each."), is_needed=True),
    Column("name", gettext_lazy("First name and surname.")),
    Column("plan", gettext_lazy("The plan’s address, as in “subscribe/digital”."), is_needed=True),
    Column("months", gettext_lazy("The term they go on with: 1, 3, 12 … Empty: the longest on sale.")),
    Column("currency", gettext_lazy("What they go on paying in: GBP, EUR … Empty: the magazine’s.")),
    Column("started", gettext_lazy("First day of the term that is paid, like 2026-03-31. Empty: today.")),
    Column("paid_until", gettext_lazy("Last day of it."), is_needed=True),
    Column("renews", gettext_lazy("Whether they are asked to pay for another term: yes or no. Empty: yes.")),
    Column("reference", gettext_lazy("What the other system calls them. It stands in their story.")),
    Column("print", gettext_lazy("Whether the printed copy is paid, too: yes or no. Empty: no.")),
    Column("address_name", gettext_lazy("Who stands on the label. Empty: the reader.")),
    Column("company", gettext_lazy("A firm or house.")),
    Column("street", gettext_lazy("Street and number, or the PO box; up to three lines.")),
    Column("district", gettext_lazy("A part of the town, where the post wants it.")),
    Column("city", gettext_lazy("Town or city.")),
    Column("area", gettext_lazy("County, state or province, where the post wants it.")),
    Column("postal_code", gettext_lazy("The postal code.")),
    Column("sorting_code", gettext_lazy("The sorting code, where there is one.")),
    Column("country", gettext_lazy("The country’s two letters: GB, IE, FR …")),
)
ADDRESS = ("company", "street", "district", "city", "area", "postal_code", "sorting_code", "country")
ANSWERS = {
    "": None,
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}
# A subscription that is paid for longer than that is a slip of the pen.
LONGEST = timedelta(days=10 * 366)


@dataclass
class Subscriber:
    """What a good row says."""

    email: str
    name: str
    price: Price
    starts_on: date
    paid_until_on: date
    renews: bool
    reference: str
    address: dict[str, str] | None = None
    zone_price: ZonePrice | None = None


@dataclass
class Judged:
    """A row with what becomes of it: ``subscriber`` where it is new, ``problem`` where it is bad."""

    row: Row
    outcome: Outcome
    subscriber: Subscriber | None = None
    problem: str = ""


@dataclass
class _Notes:
    """What is wrong with one row so far."""

    problems: list[str] = field(default_factory=list)

    def add(self, column: str, sentence: Any) -> None:
        self.problems.append(_("Column %(name)s: %(why)s") % {"name": column, "why": sentence})


class Judge:
    """Knows what a file is measured by: what is on sale, who is here already, what the file said before.

    Asks the database a few questions for a file, and none for a row.
    """

    def __init__(self, rows: Iterable[Row], at: datetime) -> None:
        rows = list(rows)
        self.today = terms.day_of(at)
        self.prices = _prices_on_sale(at)
        self.zones = _ZonePrices(at)
        self.seen: dict[str, int] = {}
        emails = {row.values.get("email", "").lower() for row in rows}
        self.people = {person.email: person for person in _people_with(emails)}
        self.subscribed = _subscribed(emails)
        self.references = _references_taken_over({row.values.get("reference", "") for row in rows})

    def judge(self, row: Row) -> Judged:
        """Say what becomes of ``row``; every problem is named, with its column."""
        notes = _Notes(list(row.problems))
        if not row.values:
            return Judged(row, Outcome.BAD, problem=" ".join(notes.problems))
        said = self._read(row.values, notes)
        self._check_person(row, notes)
        if notes.problems or said is None:
            return Judged(row, Outcome.BAD, problem=" ".join(notes.problems))
        if self._is_known(said):
            return Judged(row, Outcome.KNOWN)
        return Judged(row, Outcome.NEW, said)

    def _is_known(self, said: Subscriber) -> bool:
        product = said.price.version.plan.product
        return (said.email, product) in self.subscribed or (
            bool(said.reference) and (said.email, said.reference) in self.references
        )

    # -- Cells -----------------------------------------------------------------

    def _read(self, values: Mapping[str, str], notes: _Notes) -> Subscriber | None:
        starts_on = _day(values, "started", notes) if values.get("started") else self.today
        paid_until_on = _day(values, "paid_until", notes)
        price = self._price(values, notes)
        renews, has_print = _answer(values, "renews", notes), _answer(values, "print", notes)
        address = self._address(values, notes, is_needed=bool(has_print))
        zone_price = self._zone_price(price, address, notes) if has_print and price and address else None
        for column, most in (("name", 150), ("reference", 100)):
            if len(values.get(column, "")) > most:
                notes.add(column, _("longer than %d characters.") % most)
        if starts_on and paid_until_on:
            self._check_days(starts_on, paid_until_on, notes)
        if notes.problems or price is None or starts_on is None or paid_until_on is None:
            return None
        return Subscriber(
            email=values["email"].lower(),
            name=values.get("name", ""),
            price=price,
            starts_on=starts_on,
            paid_until_on=paid_until_on,
            renews=renews is not False,
            reference=values.get("reference", ""),
            address=address,
            zone_price=zone_price,
        )

    def _check_days(self, starts_on: date, paid_until_on: date, notes: _Notes) -> None:
        if paid_until_on < self.today:
            notes.add("paid_until", _("has passed: only who has paid days to come is taken over."))
        elif paid_until_on > self.today + LONGEST:
            notes.add("paid_until", _("is more than ten years ahead."))
        if starts_on > paid_until_on:
            notes.add("started", _("comes after the last paid day."))
        elif starts_on > self.today:
            notes.add("started", _("is yet to come."))
        elif starts_on < self.today - LONGEST:
            notes.add("started", _("is more than ten years ago."))

    def _price(self, values: Mapping[str, str], notes: _Notes) -> Price | None:
        slug = values.get("plan", "").lower()
        if not slug:
            notes.add("plan", _("is empty."))
            return None
        if slug not in self.prices:
            notes.add("plan", _("there is no plan “%s” on sale.") % slug)
            return None
        currency = values.get("currency", "").upper() or settings.MAGAZINE_CURRENCY
        by_months = self.prices[slug].get(currency)
        if not by_months:
            notes.add("currency", _("the plan has no price in %s.") % currency)
            return None
        months = values.get("months", "")
        if not months:
            return by_months[max(by_months)]
        if not months.isascii() or not months.isdigit() or int(months) not in by_months:
            said = ", ".join(str(number) for number in sorted(by_months))
            notes.add(
                "months",
                _("“%(months)s” is not on sale; there are %(known)s.") % {"months": months, "known": said},
            )
            return None
        return by_months[int(months)]

    def _address(self, values: Mapping[str, str], notes: _Notes, *, is_needed: bool) -> dict[str, str] | None:
        said = {name: values.get(name, "") for name in ADDRESS}
        if not any(said.values()):
            if is_needed:
                notes.add("street", _("the printed copy needs an address."))
            return None
        said["name"] = values.get("address_name") or values.get("name") or ""
        said["country"] = said["country"].upper()
        try:
            return addresses.clean(said)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                column = "address_name" if name == "name" else name
                notes.add(column if name in {*ADDRESS, "name"} else "street", " ".join(sentences))
            return None

    def _zone_price(self, price: Price, address: Mapping[str, str], notes: _Notes) -> ZonePrice | None:
        if not zones.is_offered(price.version):
            notes.add("print", _("the plan does not come with a printed copy."))
            return None
        found = self.zones.of(address["country"], price.currency)
        if found is None:
            notes.add("country", _("the printed copy is not sent there."))
        return found

    def _check_person(self, row: Row, notes: _Notes) -> None:
        email = row.values.get("email", "").lower()
        if not email:
            notes.add("email", _("is empty."))
            return
        try:
            validate_email(email)
            if len(email) > 254:
                raise ValidationError("")
        except ValidationError:
            notes.add("email", _("“%s” is no e-mail address.") % email[:80])
            return
        if email in self.seen:
            notes.add("email", _("stands in line %d already.") % self.seen[email])
            return
        self.seen[email] = row.line
        person = self.people.get(email)
        if person is not None and (person.is_staff or person.is_superuser):
            notes.add("email", _("belongs to a member of staff, whose account is not touched."))
        elif person is not None and not person.is_active:
            notes.add("email", _("belongs to an account that is switched off."))


def _day(values: Mapping[str, str], column: str, notes: _Notes) -> date | None:
    text = values.get(column, "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        if text:
            notes.add(column, _("“%s” is no day. Write it like 2027-03-31.") % text[:40])
        else:
            notes.add(column, _("is empty."))
        return None


def _answer(values: Mapping[str, str], column: str, notes: _Notes) -> bool | None:
    text = values.get(column, "").lower()
    if text not in ANSWERS:
        notes.add(column, _("“%s” is neither yes nor no.") % text[:40])
    return ANSWERS.get(text)


# -- What is known -------------------------------------------------------------


def _prices_on_sale(at: datetime) -> dict[str, dict[str, dict[int, Price]]]:
    """Each plan's prices by months that somebody may order now, by the plan's slug and the currency."""
    found: dict[str, dict[str, dict[int, Price]]] = {}
    versions = PlanVersion.objects.on_sale(at).filter(plan__is_offered=True).select_related("plan")
    newest: dict[int, PlanVersion] = {}
    for version in versions.prefetch_related("prices", "features"):
        newest.setdefault(version.plan_id, version)
    for version in newest.values():
        for price in version.prices.all():
            if price.term_months is not None:
                price.version = version
                found.setdefault(version.plan.slug, {}).setdefault(price.currency, {})[price.term_months] = (
                    price
                )
    return found


class _ZonePrices:
    """What print costs in each country, remembered."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.known: dict[tuple[str, str], ZonePrice | None] = {}

    def of(self, country: str, currency: str) -> ZonePrice | None:
        key = (country, currency)
        if key not in self.known:
            zone = zones.zone_of(country)
            self.known[key] = zones.price_in(zone, currency, self.at) if zone else None
        return self.known[key]


def _people_with(emails: set[str]) -> Iterable[Any]:
    people = get_user_model().objects
    for some in _bags(emails):
        yield from people.filter(email__in=some).only("pk", "email", "is_staff", "is_superuser", "is_active")


def _subscribed(emails: set[str]) -> set[tuple[str, str]]:
    """Who has an agreement that is not closed, and about which product."""
    found: set[tuple[str, str]] = set()
    for some in _bags(emails):
        live = Subscription.objects.own().live().filter(reader__email__in=some)
        found.update(live.values_list("reader__email", "product"))
    return found


def _references_taken_over(references: set[str]) -> set[tuple[str, str]]:
    """Whom an earlier file brought, by e-mail address and reference: whatever became of them, not again."""
    found: set[tuple[str, str]] = set()
    for some in _bags(references - {""}):
        rows = ImportRow.objects.filter(
            file__state=SubscriberImport.State.DONE, subscription__isnull=False, values__reference__in=some
        )
        found.update(rows.values_list("subscription__reader__email", "values__reference"))
    return found


def _bags(words: set[str], size: int = 500) -> Iterable[list[str]]:
    ordered = sorted(words)
    return (ordered[first : first + size] for first in range(0, len(ordered), size))
