"""What every letter has in common: to whom it goes, what it is about, and whether it still holds."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from magazine import mail
from subscriptions import terms
from subscriptions.life import lifecycle
from subscriptions.models import Letter, Price, Subscription
from subscriptions.money import formatted

Row = TypeVar("Row", bound=models.Model)

# Who is written to in the desk's previews.
SAMPLE_NUMBER = "H-3K4P7R"


@dataclass(frozen=True)
class Addressee:
    """To whom a letter goes, and the addresses every letter may name."""

    name: str
    number: str
    plan: str

    @classmethod
    def of(cls, subscription: Subscription, price: Price | None = None) -> Self:
        """The reader of ``subscription``, and the plan it is about: that of ``price``, or the present one."""
        version = price.version if price else subscription.plan_version
        return cls(subscription.reader.name, subscription.number, version.plan.name)

    @classmethod
    def sample(cls) -> Self:
        """Somebody who does not exist."""
        return cls("Ada Quill", SAMPLE_NUMBER, settings.MAGAZINE_NAME)

    def addresses(self) -> dict[str, str]:
        """The pages of ours that letters lead to."""
        return {
            "account_address": absolute(reverse("subscriptions:account")),
            "cancel_address": absolute(reverse("subscriptions:cancel")),
            "order_address": absolute(reverse("subscriptions:order", args=[self.number])),
            "plans_address": absolute(reverse("subscriptions:plans")),
        }


@dataclass(frozen=True)
class Writing(ABC):
    """The facts of one letter of a ``kind`` in words, as its templates print them."""

    kind: ClassVar[Letter.Kind]
    # Whether it goes to the address on its record, and not to the reader it is filed under.
    is_for_others: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        """Read the facts for ``letter`` at ``at``; or none, and why it need not, or must not, be written."""

    @classmethod
    @abstractmethod
    def sample(cls) -> Self:
        """Invent the facts, for a look at the letter. Asks the database nothing."""

    @abstractmethod
    def write(self) -> mail.Written:
        """Write the letter, and send nothing."""


@dataclass(frozen=True)
class Message(Writing, Generic[Row]):
    """A letter about a subscription: days and sums are written out here.

    It is about one row of the model ``about``.
    """

    about: ClassVar[type[models.Model]]

    to: Addressee

    @classmethod
    def for_letter(cls, letter: Letter, at: datetime) -> tuple[Self | None, str]:
        row: Any = cls.about._default_manager.filter(pk=letter.about_id).first()
        subscription = Subscription.objects.with_facts().filter(letters=letter).first()
        if row is None or subscription is None:
            return None, "what it was about is gone"
        reason = cls.outdated(row, subscription, at)
        return (None, reason) if reason else (cls.of(row, subscription, at), "")

    @classmethod
    @abstractmethod
    def of(cls, row: Row, subscription: Subscription, at: datetime) -> Self:
        """Read the facts at ``at``. ``subscription`` was loaded with its own."""

    @classmethod
    @abstractmethod
    def outdated(cls, row: Row, subscription: Subscription, at: datetime) -> str:
        """Say why this need not, or must not, be written any more at ``at``; empty when it holds."""

    def write(self) -> mail.Written:
        known: dict[str, Any] = {**vars(self.to), **self.to.addresses(), **vars(self)}
        return mail.write(self.kind.value, known)


def absolute(path: str) -> str:
    """Return the whole address of a page of ours."""
    return settings.SITE_URL + path


def day(on: date | None) -> str:
    """Return “4 May 2027”, or nothing for no day."""
    return date_format(on, "j F Y") if on else ""


def moment(at: datetime) -> str:
    """Return “4 May 2027 at 10:12 BST”, by the magazine's clock."""
    here = timezone.localtime(at, timezone.get_default_timezone())
    return _("%(day)s at %(time)s") % {"day": day(here.date()), "time": date_format(here, "H:i T")}


def span(first: str, last: str) -> str:
    """Return “4 May 2027 to 3 May 2028”, from two days in words."""
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def last_day(subscription: Subscription, at: datetime) -> str:
    """Return the last day that was paid or given, or nothing before the first."""
    return day(lifecycle.standing(subscription, at).paid_until_on)


def has_days_left(subscription: Subscription, at: datetime) -> bool:
    """Whether a day that was paid or given is still to come, today included."""
    return bool(still(lifecycle.standing(subscription, at).paid_until_on, at))


def still(on: date | None, at: datetime) -> str:
    """Return ``on`` in words, or nothing when it has passed at ``at``."""
    return day(on) if on and on >= terms.day_of(at) else ""


def sum_of(amount_minor: int, currency: str) -> str:
    """Return “£84.00”, or nothing for nothing."""
    return formatted(amount_minor, currency) if amount_minor else ""
