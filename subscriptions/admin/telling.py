"""A person's whole story with us in order of time, from what was written down when it happened.

Every line says when, what, who, and why. The lines are those of the append-only story of each subscription,
and beside them what stands elsewhere: letters, what providers told us, and what the house gave away.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.admin.dossier import Dossier
from subscriptions.admin.message import State, state_of
from subscriptions.letters import sending
from subscriptions.models import Entitlement, FeedAddress, Letter, Payment, ProviderEvent, SubscriptionEvent
from subscriptions.money import formatted

Kind = SubscriptionEvent.Kind
# How the days of a pause stand in the story.
DAYS = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")


class Topic(StrEnum):
    """What a line is about; the page marks each."""

    PLAN = "plan"
    MONEY = "money"
    TROUBLE = "trouble"
    LETTER = "letter"
    GIFT = "gift"
    MESSAGE = "message"


TOPICS = {
    Kind.PAID: Topic.MONEY,
    Kind.BILLED: Topic.MONEY,
    Kind.VOIDED: Topic.MONEY,
    Kind.REFUNDED: Topic.MONEY,
    Kind.REFUND_SENT: Topic.MONEY,
    Kind.METHOD: Topic.MONEY,
    Kind.FAILED: Topic.TROUBLE,
    Kind.DISPUTED: Topic.TROUBLE,
    Kind.LATE: Topic.TROUBLE,
    Kind.LAPSED: Topic.TROUBLE,
}


@dataclass(frozen=True)
class Line:
    """One thing that happened: ``who`` did it, and ``why`` as far as it was said.

    ``about`` is the row that it is about, where the desk has a page for it; ``text`` what can be unfolded.
    """

    at: datetime
    topic: Topic
    what: str
    who: str = ""
    why: str = ""
    number: str = ""
    about: Model | None = None
    text: str = ""


def story(dossier: Dossier) -> list[Line]:
    """Tell everything, the newest first. No query."""
    lines = [
        *(_letter(letter, dossier.at) for letter in dossier.records.letters),
        *_happened(dossier),
        *_gifts(dossier.records.rights),
        *_addresses(dossier.reader),
        *(_message(message) for message in dossier.records.messages),
    ]
    # Of the same instant a letter follows what it is about, and so stands above: equals keep their order.
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _happened(dossier: Dossier) -> Iterator[Line]:
    payments = {
        payment.reference: payment
        for subscription in dossier.records.subscriptions
        for payment in subscription.payments.all()
    }
    for event in dossier.records.events:
        payment = payments.get(event.reason.partition(":")[0])
        yield Line(
            event.at,
            TOPICS.get(Kind(event.kind), Topic.PLAN),
            _what(event, payment),
            _who(event.actor, dossier.reader),
            _why(event, payment),
            event.subscription.number,
            payment,
        )


def _what(event: SubscriptionEvent, payment: Payment | None) -> str:
    label = event.get_kind_display()
    if payment is None or event.kind == Kind.REFUNDED:
        return label
    return f"{label}: {formatted(payment.amount_minor, payment.currency)} ({payment.reference})"


def _why(event: SubscriptionEvent, payment: Payment | None) -> str:
    if payment is not None and event.reason == payment.reference:
        return ""
    if days := DAYS.fullmatch(event.reason):
        first, last = (date_format(date.fromisoformat(day), "j F Y") for day in days.groups())
        return _("From %(first)s to %(last)s") % {"first": first, "last": last}
    if event.kind == Kind.METHOD and event.reason in Payment.Method:
        return str(Payment.Method(event.reason).label)
    return event.reason


def _who(actor: Any, reader: Any) -> str:
    if actor is None:
        return _("the magazine")
    return _("the reader") if actor.pk == reader.pk else str(actor)


def _letter(letter: Letter, at: datetime) -> Line:
    state = sending.state_of(letter, at)
    return Line(
        letter.sent_at or letter.begun_at or letter.recorded_at,
        Topic.TROUBLE if state in (sending.State.IN_DOUBT, sending.State.FAILED) else Topic.LETTER,
        _("Letter “%(kind)s”: %(state)s")
        % {"kind": letter.get_kind_display(), "state": str(state.label).lower()},
        _("the magazine"),
        letter.failure or letter.subject,
        letter.subscription.number if letter.subscription else "",
        letter,
        letter.text,
    )


def _gifts(rights: Iterable[Entitlement]) -> Iterator[Line]:
    """What was given at one time, for one reason, is one line."""
    given: dict[tuple[Any, ...], list[Entitlement]] = {}
    for right in rights:
        if right.source == Entitlement.Source.COMPLIMENTARY:
            key = (right.created_at.replace(microsecond=0), right.granted_by_id, right.reason)
            given.setdefault(key, []).append(right)
    for together in given.values():
        first = together[0]
        names = ", ".join(str(right.get_feature_display()) for right in together)
        until = (
            _("until %s") % date_format(terms.last_day_before(first.until_at), "j F Y")
            if first.until_at
            else _("without end")
        )
        yield Line(
            first.created_at,
            Topic.GIFT,
            _("Given: %(what)s, %(until)s") % {"what": names, "until": until},
            str(first.granted_by or _("the magazine")),
            first.reason,
            "",
            first,
        )


def _addresses(reader: Any) -> Iterator[Line]:
    """The address for apps that is in use; of those before only the letters tell."""
    address: FeedAddress | None = getattr(reader, "feed_address", None)
    if address is None:
        return
    if address.origin == FeedAddress.Origin.SHARED:
        why = _("The one before was used from too many places.")
        yield Line(address.made_at, Topic.TROUBLE, _("New address for apps"), _("the magazine"), why)
    elif address.origin == FeedAddress.Origin.STAFF:
        who = str(address.made_by or _("the magazine"))
        yield Line(address.made_at, Topic.PLAN, _("New address for apps"), who, address.reason)
    else:
        yield Line(address.made_at, Topic.PLAN, _("Address for apps"), _("the reader"))


def _message(message: ProviderEvent) -> Line:
    state = state_of(message)
    return Line(
        message.received_at,
        Topic.TROUBLE if message.dead_at else Topic.MESSAGE,
        _("Message “%(kind)s”: %(state)s") % {"kind": message.kind, "state": str(state.label).lower()},
        message.provider,
        message.failure if state != State.APPLIED else "",
        "",
        message,
    )
