"""What the desk knows of one person: each subscription and where it stands, money, rights and letters.

``dossier_of`` asks the database the same few questions however long a person has been with us; the story in
order of time is told from the same rows (``subscriptions.admin.telling``).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.ledger import lives
from subscriptions.ledger.accounts import Account, Receipt, account
from subscriptions.life import lifecycle
from subscriptions.life.lifecycle import Standing, State
from subscriptions.models import (
    Customer,
    Entitlement,
    Letter,
    Payment,
    PlannedChange,
    Price,
    ProviderEvent,
    ReceivedIssue,
    Refund,
    Subscription,
    SubscriptionEvent,
)
from subscriptions.money import formatted
from subscriptions.paying import guarantee

MOST_PEOPLE = 30


@dataclass(frozen=True)
class Held:
    """One subscription of the person as it stands.

    ``planned`` is a change that waits for its day, ``guarantee_until_on`` the last day on which the
    money-back guarantee can be claimed, none when it cannot.
    """

    subscription: Subscription
    standing: Standing
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
    """One person as of ``at``, the newest of each kind first; ``card`` is what we may say of their card."""

    reader: Any
    at: datetime
    card: str
    held: tuple[Held, ...]
    rights: tuple[Entitlement, ...]
    letters: tuple[Letter, ...]
    refunds: tuple[Refund, ...]
    events: tuple[SubscriptionEvent, ...]
    messages: tuple[ProviderEvent, ...]

    @property
    def live(self) -> Held | None:
        """The subscription that has not been closed, if there is one: the newest."""
        return next((one for one in self.held if one.subscription.closed_at is None), None)

    @property
    def sentence(self) -> str:
        """Say where the person stands, in a sentence or two."""
        if self.held:
            return (self.live or self.held[0]).sentence
        if any(right.is_current(self.at) for right in self.rights):
            return _("No subscription; reads by a gift of the house.")
        return _("Has never subscribed.")

    @property
    def current_rights(self) -> list[Entitlement]:
        """The rights in force, and those to come."""
        return [right for right in self.rights if right.until_at is None or right.until_at > self.at]

    @property
    def past_rights(self) -> list[Entitlement]:
        """The rights that have ended, but for those that never lasted."""
        return [
            right
            for right in self.rights
            if right.until_at is not None and right.from_at < right.until_at <= self.at
        ]


def dossier_of(reader_id: int, at: datetime | None = None) -> Dossier | None:
    """Return all that is known of a person at ``at`` (default: now), or none. Fifteen queries at most."""
    at = at or timezone.now()
    card = Customer.objects.filter(reader=OuterRef("pk")).exclude(card="")
    reader = get_user_model().objects.annotate(card=Subquery(card.values("card")[:1])).filter(pk=reader_id)
    person = reader.first()
    if person is None:
        return None
    subscriptions = list(_loaded(person))
    ids = [one.pk for one in subscriptions]
    rights = list(
        Entitlement.objects.filter(reader=person)
        .select_related("subscription", "granted_by")
        .order_by("-from_at", "feature", "pk")
    )
    return Dossier(
        reader=person,
        at=at,
        card=person.card or "",
        held=tuple(_held(subscriptions, rights, at)),
        rights=tuple(rights),
        letters=tuple(Letter.objects.filter(reader=person).select_related("subscription")),
        refunds=tuple(
            sorted(
                (
                    refund
                    for one in subscriptions
                    for payment in one.payments.all()
                    for refund in payment.refunds.all()
                ),
                key=lambda refund: (refund.requested_at, refund.pk),
                reverse=True,
            )
        ),
        events=tuple(
            SubscriptionEvent.objects.filter(subscription__in=ids)
            .select_related("subscription", "actor")
            .order_by("-at", "-pk")
        ),
        messages=tuple(_messages(subscriptions)),
    )


def find(words: str) -> Any:
    """Return the people whom ``words`` may mean, by name or e-mail address, or by a number or reference.

    All of the words have to fit. A subscription's number, or the reference of a payment, is meant whole.
    Without words: those who have subscribed, the newest first.
    """
    people = get_user_model().objects.order_by("email")
    typed = words.split()
    if not typed:
        newest = Subscription.objects.filter(reader=OuterRef("pk")).order_by("-ordered_at")
        came = people.annotate(newest_at=Subquery(newest.values("ordered_at")[:1]))
        return came.filter(newest_at__isnull=False).order_by("-newest_at", "pk")
    named = Q()
    for word in typed:
        named &= Q(name__icontains=word) | Q(email__icontains=word)
    number = "".join(typed).upper()
    held = Subscription.objects.filter(Q(number=number) | Q(payments__reference=number))
    return people.filter(named | Q(pk__in=held.values("reader")))


def _loaded(person: Any) -> Any:
    payments = Payment.objects.select_related("price__version__plan", "confirmed_by")
    return (
        Subscription.objects.filter(reader=person)
        .select_related("plan_version__plan", "price", "reader", "guarantee_claim")
        .prefetch_related(
            "terms",
            "pauses",
            "extensions",
            Prefetch("payments", payments),
            Prefetch(
                "payments__refunds", Refund.objects.select_related("payment", "requested_by", "sent_by")
            ),
            "plan_version__features",
        )
        .order_by("-ordered_at", "-pk")
    )


def _held(subscriptions: list[Subscription], rights: Iterable[Entitlement], at: datetime) -> Iterable[Held]:
    if not subscriptions:
        return
    ids = [one.pk for one in subscriptions]
    grace = defaultdict(list)
    for right in rights:
        if right.source == Entitlement.Source.GRACE:
            grace[right.subscription_id].append(right)
    receipts = defaultdict(list)
    came = ReceivedIssue.objects.filter(subscription__in=ids, received_on__lte=terms.day_of(at))
    for issue in came:
        receipts[issue.subscription_id].append(
            Receipt(issue.key, issue.name, issue.received_on, issue.weight)
        )
    planned = {
        change.subscription_id: change
        for change in PlannedChange.objects.open()
        .filter(subscription__in=ids)
        .select_related("price__version__plan")
    }
    claimed = {one.guarantee_claim.plan_id for one in subscriptions if hasattr(one, "guarantee_claim")}
    per_year = lives.counts()
    for one in subscriptions:
        standing = lifecycle.standing(one, at)
        window = guarantee.window_of(one)
        is_open = (
            window is not None
            and at < window.closes_at
            and one.plan_version.plan_id not in claimed
            and not standing.is_disputed
            and any(payment.kept_minor for payment in one.payments.all())
        )
        yield Held(
            one,
            standing,
            account(lives.life_of(one, per_year, grace[one.pk]), receipts[one.pk]),
            planned.get(one.pk),
            window.last_day if window and is_open else None,
        )


def _messages(subscriptions: Iterable[Subscription]) -> Iterable[ProviderEvent]:
    """What providers told us of the payments; nothing is asked where all was paid by hand."""
    known = [
        payment for one in subscriptions for payment in one.payments.all() if payment.provider != "manual"
    ]
    if not known:
        return ProviderEvent.objects.none()
    references = [payment.reference for payment in known]
    theirs = [payment.provider_reference for payment in known if payment.provider_reference]
    return ProviderEvent.objects.filter(
        Q(result__in=references) | Q(object_id__in=[*references, *theirs]),
        provider__in={payment.provider for payment in known},
    )


# -- In words ------------------------------------------------------------------


def _stands(held: Held) -> str:
    now, subscription = held.standing, held.subscription
    last_on = _day(now.paid_until_on)
    if now.state == State.PENDING and now.bill:
        return _("Ordered on %(day)s; %(what)s has not come yet.") % {
            "day": _day(terms.day_of(subscription.ordered_at)),
            "what": _asked(now.bill),
        }
    if now.state == State.TRIAL and now.bill:
        return _("Tries the plan until %(day)s, and goes on when %(what)s has come.") % {
            "day": last_on,
            "what": _asked(now.bill),
        }
    if now.state == State.TRIAL:
        return _("Tries the plan until %s; nothing is charged, and nothing follows by itself.") % last_on
    if now.state == State.ACTIVE:
        return _active(held, last_on)
    if now.state == State.PAUSED and now.pause:
        return _("Rests until %(end)s and reads again from %(next)s; paid until %(last)s.") % {
            "end": _day(now.pause.ends_on),
            "next": _day(now.pause.ends_on + timedelta(days=1)),
            "last": last_on,
        }
    if now.state == State.GRACE and now.bill:
        return _("The paid days ended on %(last)s and %(what)s is late; all stays open until %(grace)s.") % {
            "last": last_on,
            "what": _asked(now.bill),
            "grace": _day(now.grace_until_on),
        }
    if now.state == State.LAPSED and now.bill:
        return _("Ended on %(last)s. %(what)s is still asked for, and opens everything when it comes.") % {
            "last": last_on,
            "what": _asked(now.bill),
        }
    if now.state == State.LAPSED:
        return _("Ended on %s; nothing is open, and nothing is asked for.") % last_on
    if now.state == State.REFUNDED:
        return _("All that was paid was given back; nothing is open.")
    if subscription.cancelled_at is not None:
        day = _day(terms.day_of(subscription.cancelled_at))
        return _("The order was withdrawn on %s, before anything was paid.") % day
    return _("Closed; nothing is open.")


def _active(held: Held, last_on: str) -> str:
    now = held.standing
    if now.is_cancelled:
        return _("Cancelled: reads until %s, and nothing more is asked for.") % last_on
    if now.renews_on is None:
        return _("Reads until %s; no further term follows.") % last_on
    if now.bill is not None and now.bill.purpose == Payment.Purpose.SWITCH:
        return _("Reads until %(day)s, and changes the plan when %(what)s has come.") % {
            "day": last_on,
            "what": _asked(now.bill),
        }
    if now.bill is not None:
        return _("Reads until %(day)s; for the next term %(what)s is asked for.") % {
            "day": last_on,
            "what": _asked(now.bill),
        }
    return _("Reads until %(day)s, then goes on for %(price)s.") % {"day": last_on, "price": held.next_price}


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
