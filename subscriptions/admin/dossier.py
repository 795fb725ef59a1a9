"""What the desk knows of one person: each subscription and where it stands, money, rights and letters.

``dossier_of`` asks the database the same few questions however long a person has been with us
(``subscriptions.people.records``); the story in order of time is told from the same rows
(``subscriptions.admin.telling``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.acting.possible import Possible, PrintPossible, possible, print_possible
from subscriptions.fulfilment import zones
from subscriptions.ledger import lives
from subscriptions.ledger.accounts import Account, Receipt, account
from subscriptions.life import lifecycle
from subscriptions.life.lifecycle import Standing, State
from subscriptions.models import Entitlement, Payment, PlannedChange, Price, Subscription
from subscriptions.money import formatted
from subscriptions.paying import guarantee
from subscriptions.people import records
from subscriptions.people.gathering import by
from subscriptions.people.records import Records


@dataclass(frozen=True)
class Held:
    """One subscription of the person as it stands.

    ``planned`` is a change that waits for its day, ``guarantee_until_on`` the last day on which the
    money-back guarantee can be claimed, none when it cannot.
    """

    subscription: Subscription
    standing: Standing
    can: Possible
    can_print: PrintPossible
    account: Account
    planned: PlannedChange | None
    guarantee_until_on: date | None

    @property
    def next_price(self) -> Price | None:
        """What the term costs that follows; none when none does."""
        renews_on = self.standing.renews_on
        if renews_on is None:
            return None
        is_planned = self.planned is not None and self.planned.from_on <= renews_on
        return self.planned.price if is_planned and self.planned else self.subscription.price

    @property
    def sentence(self) -> str:
        """Say in a sentence or two how things stand, as one would on the telephone."""
        return " ".join([_stands(self), *_besides(self)])

    @property
    def payments(self) -> list[Payment]:
        """What was asked for, the newest first."""
        return sorted(self.subscription.payments.all(), key=lambda payment: -payment.pk)

    @property
    def confirmed(self) -> list[Payment]:
        """What has come and was not all given back, the newest first."""
        return [payment for payment in self.payments if payment.kept_minor]


@dataclass(frozen=True)
class Dossier:
    """One person as of ``at``: what is on record, and each subscription as it stands, the newest first."""

    records: Records
    at: datetime
    held: tuple[Held, ...]

    @property
    def reader(self) -> Any:
        """The person."""
        return self.records.reader

    @property
    def live(self) -> Held | None:
        """The subscription that has not been closed, if there is one: the newest."""
        return next((one for one in self.held if one.subscription.closed_at is None), None)

    @property
    def sentence(self) -> str:
        """Say where the person stands, in a sentence or two."""
        if self.held:
            return (self.live or self.held[0]).sentence
        if any(right.is_current(self.at) for right in self.records.rights):
            return _("No subscription; reads all the same: see what they can read.")
        return _("Has never subscribed.")

    @property
    def current_rights(self) -> list[Entitlement]:
        """The rights in force, and those to come."""
        return [right for right in self.records.rights if right.until_at is None or right.until_at > self.at]

    @property
    def past_rights(self) -> list[Entitlement]:
        """The rights that have ended, but for those that never lasted."""
        return [
            right
            for right in self.records.rights
            if right.until_at is not None and right.from_at < right.until_at <= self.at
        ]


def dossier_of(reader_id: int, at: datetime | None = None) -> Dossier | None:
    """Return all that is known of a person at ``at`` (default: now), or none. Five queries at most."""
    at = at or timezone.now()
    found = records.records_of(reader_id, at)
    return Dossier(found, at, tuple(_held(found, at))) if found is not None else None


def _held(found: Records, at: datetime) -> Iterable[Held]:
    # What was bought for somebody else is no agreement of theirs: it stands among the gifts.
    subscriptions = [one for one in found.subscriptions if not one.is_gift]
    if not subscriptions:
        return
    grace = by(
        (right for right in found.rights if right.source == Entitlement.Source.GRACE), "subscription_id"
    )
    received = by(found.received, "subscription_id")
    planned = {one.subscription_id: one for one in found.planned}
    claimed = {one.guarantee_claim.plan_id for one in subscriptions if hasattr(one, "guarantee_claim")}
    wanted = {one.subscription_id: one for one in found.printed.add_ons if one.ended_at is None}
    per_year = lives.counts()
    for one in subscriptions:
        standing = lifecycle.standing(one, at)
        receipts = [Receipt(came.key, came.name, came.received_on, came.weight) for came in received[one.pk]]
        yield Held(
            subscription=one,
            standing=standing,
            can=possible(one, standing, at),
            can_print=print_possible(one, standing, wanted.get(one.pk)),
            account=account(lives.life_of(one, per_year, grace[one.pk]), receipts),
            planned=planned.get(one.pk),
            guarantee_until_on=_last_day_to_claim(one, claimed, at),
        )


def _last_day_to_claim(subscription: Subscription, claimed: set[int], at: datetime) -> date | None:
    """What ``guarantee.last_day_to_claim`` says, without a query; ``claimed`` are plans claimed before."""
    has_paid = any(payment.kept_minor for payment in subscription.payments.all())
    if not has_paid or subscription.plan_version.plan_id in claimed:
        return None
    try:
        return guarantee.open_window(subscription, at).last_day
    except guarantee.NotClaimableError:
        return None


# -- In words ------------------------------------------------------------------


def _stands(held: Held) -> str:
    now, subscription = held.standing, held.subscription
    withdrawn_at = subscription.cancelled_at
    return _about_state(held) % {
        "last": _day(now.paid_until_on),
        "what": _asked(now.bill) if now.bill else "",
        "price": _costs(held),
        "rests": _day(now.pause.ends_on if now.pause else None),
        "reads": _day(now.pause.ends_on + timedelta(days=1) if now.pause else None),
        "grace": _day(now.grace_until_on),
        "ordered": _day(terms.day_of(subscription.ordered_at)),
        "withdrawn": _day(terms.day_of(withdrawn_at) if withdrawn_at else None),
    }


def _costs(held: Held) -> str:
    """What the next term costs, with the printed copy that it is to have."""
    price = held.next_price
    wanted = [one for one in held.subscription.print_add_ons.all() if not (one.dropped_at or one.ended_at)]
    if price is None or not wanted or price.currency != wanted[0].zone_price.currency:
        return str(price)
    both = price.amount_minor + zones.term_minor(wanted[0].zone_price, price)
    return _("%(both)s / %(term)s, with the printed copy") % {
        "both": formatted(both, price.currency),
        "term": price.term_label,
    }


def _about_state(held: Held) -> str:
    """The sentence, with its names still open."""
    now = held.standing
    match now.state:
        case State.PENDING:
            return _("Ordered on %(ordered)s; %(what)s has not come yet.")
        case State.TRIAL if now.bill:
            return _("Tries the plan until %(last)s, and goes on when %(what)s has come.")
        case State.TRIAL:
            return _("Tries the plan until %(last)s; nothing is charged, and nothing follows by itself.")
        case State.ACTIVE:
            return _about_active(now)
        case State.PAUSED:
            return _("Rests until %(rests)s and reads again from %(reads)s; paid until %(last)s.")
        case State.GRACE:
            return _("The paid days ended on %(last)s and %(what)s is late; all stays open until %(grace)s.")
        case State.LAPSED if now.bill:
            return _("Ended on %(last)s. %(what)s is still asked for, and opens everything when it comes.")
        case State.LAPSED:
            return _("Ended on %(last)s; nothing is open, and nothing is asked for.")
        case State.REFUNDED:
            return _("All that was paid was given back; nothing is open.")
    if held.subscription.cancelled_at is not None:
        return _("The order was withdrawn on %(withdrawn)s, before anything was paid.")
    return _("Closed; nothing is open.")


def _about_active(now: Standing) -> str:
    if now.is_cancelled:
        return _("Cancelled: reads until %(last)s, and nothing more is asked for.")
    if now.renews_on is None:
        return _("Reads until %(last)s; no further term follows.")
    if now.bill is None:
        return _("Reads until %(last)s, then goes on for %(price)s.")
    if now.bill.purpose == Payment.Purpose.PRINT:
        return _("Reads until %(last)s; for the printed copy %(what)s is asked for.")
    if now.bill.purpose == Payment.Purpose.SWITCH:
        return _("Reads until %(last)s, and changes the plan when %(what)s has come.")
    return _("Reads until %(last)s; for the next term %(what)s is asked for.")


def _besides(held: Held) -> Iterable[str]:
    now = held.standing
    if now.state == State.PAUSED and now.is_cancelled:
        yield _("Cancelled: no further term follows.")
    if now.pause is not None and now.state != State.PAUSED:
        yield _("A pause is planned from %(first)s to %(last)s.") % {
            "first": _day(now.pause.starts_on),
            "last": _day(now.pause.ends_on),
        }
    if now.is_failing and now.bill is not None and now.bill.failed_at is not None:
        yield _("The card was refused on %(day)s (%(why)s).") % {
            "day": _day(terms.day_of(now.bill.failed_at)),
            "why": now.bill.failure.rstrip(".") or _("no reason given"),
        }
        if now.bill.next_try_at is not None:
            yield _("It is tried again on %s.") % _day(terms.day_of(now.bill.next_try_at))
    if held.planned is not None and now.renews_on is not None:
        yield _("From %(day)s it is %(price)s.") % {
            "day": _day(max(held.planned.from_on, now.renews_on)),
            "price": held.planned.price,
        }
    if now.is_disputed:
        yield _("The reader’s bank has a payment in question: nothing goes back until that is settled.")


def _asked(bill: Payment) -> str:
    return _("%(amount)s by %(method)s (%(reference)s)") % {
        "amount": formatted(bill.amount_minor, bill.currency),
        "method": bill.get_method_display().lower(),
        "reference": bill.reference,
    }


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else "–"
