"""Letters about the printed copy: it comes, it comes no more, it goes somewhere else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions.fulfilment import add_on as printing
from subscriptions.fulfilment import notices
from subscriptions.letters.message import Addressee, Message, Writing, absolute, day, sum_of
from subscriptions.models import Address, Letter, PrintAddOn, Subscription


def _where_to() -> dict[str, str]:
    return {
        "addresses_address": absolute(reverse("subscriptions:addresses")),
        "account_address": absolute(reverse("subscriptions:account")),
    }


@dataclass(frozen=True)
class PrintAdded(Message[PrintAddOn]):
    """Copies begin to come. ``first_copy`` is empty where no issue is announced, ``goes_to``
    where no address was given.

    ``last_day`` is the last that is paid for print.
    """

    kind = Letter.Kind.PRINT_ADDED
    about = PrintAddOn

    zone: str
    year: str
    first_copy: str
    first_day: str
    last_day: str
    goes_to: str
    about_changes: str

    @classmethod
    def of(cls, row: PrintAddOn, subscription: Subscription, at: datetime) -> Self:
        facts = printing.facts(subscription, at)
        first = facts.first if facts else None
        where = notices.goes_to(subscription.reader, at)
        return cls(
            to=Addressee.of(subscription),
            zone=row.zone_price.zone.name,
            year=sum_of(row.zone_price.year_minor, row.zone_price.currency),
            first_copy=first.issue.name if first else "",
            first_day=day(first.issue.on) if first else "",
            last_day=day(facts.until_on) if facts else "",
            goes_to=", ".join(where.lines),
            about_changes=" ".join(where.about_changes),
        )

    @classmethod
    def outdated(cls, row: PrintAddOn, subscription: Subscription, at: datetime) -> str:
        return _("the printed copy has ended") if row.ended_at else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            zone=_("United Kingdom"),
            year=sum_of(3600, "GBP"),
            first_copy=_("No. 14"),
            first_day="22 May 2027",
            last_day="3 May 2028",
            goes_to="Ada Quill, 4 Ropewalk, TALLOW BAY, TB1 2AB",
            about_changes=_("A change takes effect from the issue after that."),
        )

    def write(self) -> mail.Written:
        return mail.write(
            self.kind.value, {**vars(self.to), **self.to.addresses(), **vars(self), **_where_to()}
        )


@dataclass(frozen=True)
class PrintDropped(Message[PrintAddOn]):
    """No further term has print. ``last_copy`` is empty where the planner does not reach so far."""

    kind = Letter.Kind.PRINT_DROPPED
    about = PrintAddOn

    last_copy: str
    last_day: str
    paid_until: str

    @classmethod
    def of(cls, row: PrintAddOn, subscription: Subscription, at: datetime) -> Self:
        facts = printing.facts(subscription, at)
        last = facts.last if facts else None
        return cls(
            to=Addressee.of(subscription),
            last_copy=last.name if last else "",
            last_day=day(last.on) if last else "",
            paid_until=day(facts.until_on) if facts else "",
        )

    @classmethod
    def outdated(cls, row: PrintAddOn, subscription: Subscription, at: datetime) -> str:
        if row.ended_at:
            return _("the printed copy has ended")
        return "" if row.dropped_at else _("the reader keeps it after all")

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(), last_copy=_("No. 37"), last_day="29 April 2028", paid_until="3 May 2028"
        )


@dataclass(frozen=True)
class AddressChanged(Writing):
    """Where copies go now, so that nobody has them sent elsewhere unnoticed."""

    kind = Letter.Kind.ADDRESS_CHANGED

    to: Addressee
    sentence: str

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        address = Address.objects.known(at).filter(pk=letter.about_id or 0).first()
        if address is None or not address.country:
            return None, _("the address was taken back")
        held = Subscription.objects.own().live().filter(reader=letter.reader_id)
        number = held.values_list("number", flat=True).first() or ""
        to = Addressee(letter.reader.name, number, settings.MAGAZINE_NAME)
        return cls(to, notices.takes_effect(address, letter.recorded_at)), ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            Addressee.sample(),
            _("Copies go to %(lines)s from %(issue)s (%(day)s) on.")
            % {
                "lines": "Ada Quill, 4 Ropewalk, TALLOW BAY, TB1 2AB",
                "issue": _("No. 14"),
                "day": "22 May 2027",
            },
        )

    def write(self) -> mail.Written:
        return mail.write(self.kind.value, {**vars(self.to), **vars(self), **_where_to()})
