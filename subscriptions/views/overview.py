"""What a reader's account says: what they have and until when, what follows, what they can do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.acting.possible import Possible, possible
from subscriptions.fulfilment import printed
from subscriptions.ledger import coming
from subscriptions.ledger.accounts import Account, account_of
from subscriptions.ledger.coming import ComingIssue
from subscriptions.life import lifecycle, switching
from subscriptions.life.lifecycle import Standing, State
from subscriptions.models import Customer, Payment, PlannedChange, Price, Subscription
from subscriptions.providers import Capability, able_to
from subscriptions.selling import offers


@dataclass(frozen=True)
class NextTerm:
    """The term that follows: when it begins, and what is asked for it.

    ``instead_of`` is the price until then where another was announced or chosen; ``planned`` that change;
    ``print_minor`` is for the printed copy.
    """

    starts_on: date
    price: Price
    off_minor: int
    instead_of: Price | None
    planned: PlannedChange | None
    print_minor: int = 0

    @property
    def to_pay_minor(self) -> int:
        """The price, less what an offer takes off, and what print costs."""
        return self.price.amount_minor - self.off_minor + self.print_minor

    @property
    def is_announced(self) -> bool:
        """Whether it was the magazine that changed the price."""
        return self.planned is not None and self.planned.kind == PlannedChange.Kind.PRICE


@dataclass(frozen=True)
class Paying:
    """How the next term is paid: ``label`` in words, ``card`` that is charged by itself, if one is."""

    label: str | Promise
    card: str
    charges: bool
    has_portal: bool


@dataclass(frozen=True)
class Overview:
    """One subscription as its reader's account shows it."""

    subscription: Subscription
    standing: Standing
    sentences: list[str]
    next_term: NextTerm | None
    paying: Paying
    issues: Account
    next_issue: ComingIssue | None
    can: Possible


def overview(subscription: Subscription, at: datetime | None = None) -> Overview:
    """Look at ``subscription``, which was loaded ``with_facts()``, at ``at`` (default: now).

    The number of queries is the same for every life.
    """
    at = at or timezone.now()
    now = lifecycle.standing(subscription, at)
    return Overview(
        subscription=subscription,
        standing=now,
        sentences=list(sentences(subscription, now)),
        next_term=_next_term(subscription, now, at),
        paying=_paying(subscription),
        issues=account_of(subscription, at),
        next_issue=_next_issue(now, at),
        can=possible(subscription, now, at),
    )


def sentences(subscription: Subscription, now: Standing) -> Iterator[str]:
    """Say where ``subscription`` stands: one warm sentence, and a second one where something is the
    matter."""
    yield _about_state(subscription, now) % {
        "plan": subscription.plan.name,
        "day": _day(now.paid_until_on),
        "grace": _day(now.grace_until_on),
        "rests": _day(now.pause.starts_on if now.pause else None),
        "back": _day(now.pause.ends_on + timedelta(days=1) if now.pause else None),
        "closed": _day(subscription.closed_at and terms.day_of(subscription.closed_at)),
    }
    if now.bill is not None and now.is_failing and not subscription.closed_at:
        yield _about_failure(now.bill)
    if now.is_disputed:
        yield _(
            "Your bank has a payment in question, as you asked it to. While it decides, nothing more is "
            "charged and nothing goes back."
        )


def _about_state(subscription: Subscription, now: Standing) -> str:
    """The sentence, with its names still open."""
    if now.state == State.PENDING:
        return _("You have ordered %(plan)s. It opens the moment we have your payment.")
    if now.state == State.TRIAL:
        return _("You are trying %(plan)s until %(day)s. Nothing is charged when the days are over.")
    if now.state == State.PAUSED:
        if now.is_cancelled:
            return _("%(plan)s rests, and opens again on %(back)s. You have cancelled: it ends on %(day)s.")
        return _("%(plan)s rests, and opens again by itself on %(back)s. It is paid until %(day)s.")
    if now.state == State.GRACE:
        return _(
            "Your paid days of %(plan)s ended on %(day)s, and the next payment has not come yet. "
            "Everything stays open until %(grace)s."
        )
    if now.state == State.LAPSED:
        return _("Your plan %(plan)s ended on %(day)s. We would be glad to have you back.")
    if now.state == State.REFUNDED:
        return _(
            "Your payment was refunded, and %(plan)s ended with that on %(closed)s. The door stays open."
        )
    if now.state == State.CLOSED:
        return _("You have no plan yet. The order of %(closed)s was withdrawn, and you owe us nothing.")
    if now.is_cancelled:
        return _("You have cancelled %(plan)s. It is yours until %(day)s, and ends then.")
    if now.pause is not None:
        return _("You have %(plan)s. It is paid until %(day)s, and rests from %(rests)s until %(back)s.")
    return _("You have %(plan)s. It is paid until %(day)s.")


def _about_failure(bill: Payment) -> str:
    known = {"why": bill.failure, "day": _day(bill.next_try_at and terms.day_of(bill.next_try_at))}
    if bill.next_try_at is not None:
        return _("The next payment could not be taken. %(why)s We try again on %(day)s.") % known
    return _("The next payment could not be taken. %(why)s Please pay it here, or another way.") % known


def _next_term(subscription: Subscription, now: Standing, at: datetime) -> NextTerm | None:
    planned = switching.planned_for(subscription)
    if now.renews_on is None or now.term_bill is not None:
        return None
    changes = planned is not None and planned.from_on <= now.renews_on
    price = planned.price if planned is not None and changes else subscription.price
    return NextTerm(
        starts_on=now.renews_on,
        price=price,
        off_minor=offers.discount(subscription, price).amount_minor,
        instead_of=subscription.price if changes else None,
        planned=planned,
        print_minor=printed.asked_for(subscription, price, at)[1],
    )


def _paying(subscription: Subscription) -> Paying:
    """How it is paid; the portal is there for whoever has a card with an installed provider."""
    charges = subscription.provider in able_to(Capability.CHARGES)
    customer = Customer.objects.filter(reader=subscription.reader_id, provider=subscription.provider).first()
    return Paying(
        label=dict(Payment.Method.choices).get(subscription.method, subscription.method),
        card=customer.card if customer and charges else "",
        charges=charges,
        has_portal=customer is not None and subscription.provider in able_to(Capability.PORTAL),
    )


def _next_issue(now: Standing, at: datetime) -> ComingIssue | None:
    """The next issue that comes on a day on which the reader has the plan."""
    if not now.is_running:
        return None
    today = terms.day_of(at)
    for issue in coming.issues(at, since=today):
        if issue.is_released or (now.pause is not None and now.pause.covers(issue.on)):
            continue
        return issue if now.renews_on or (now.paid_until_on and issue.on <= now.paid_until_on) else None
    return None


def _day(day: date | None) -> str:
    """Write a day so that no line ends between its number and its month."""
    return date_format(day, "j\u00a0F Y") if day else ""
