"""Letters about the life of a subscription: it begins, rests, changes, ends, and can begin again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions import terms
from subscriptions.features import REGISTRY, Feature
from subscriptions.letters.message import Addressee, Message, day, has_days_left, last_day, still, sum_of
from subscriptions.life import lifecycle
from subscriptions.models import Extension, Letter, Pause, Subscription, Term
from subscriptions.paying import guarantee


@dataclass(frozen=True)
class Promise:
    """One of the features, as it is advertised and in a sentence."""

    label: str
    sentence: str


@dataclass(frozen=True)
class Welcome(Message[Subscription]):
    """The first payment has come: what the plan gives, and where to begin."""

    kind = Letter.Kind.WELCOME
    about = Subscription

    last_day: str
    promises: tuple[Promise, ...]
    refund_last_day: str

    @classmethod
    def of(cls, row: Subscription, subscription: Subscription, at: datetime) -> Self:
        return cls(
            to=Addressee.of(subscription),
            last_day=last_day(subscription, at),
            promises=tuple(Promise(one.label, one.sentence) for one in subscription.plan_version.promises),
            refund_last_day=day(guarantee.last_day_to_claim(subscription, at)),
        )

    @classmethod
    def outdated(cls, row: Subscription, subscription: Subscription, at: datetime) -> str:
        return "" if lifecycle.standing(subscription, at).paid_until_on else _("the plan has ended")

    @classmethod
    def sample(cls) -> Self:
        numbers = {"count": 24, "days": 60}
        return cls(
            to=Addressee.sample(),
            last_day="3 May 2028",
            promises=tuple(
                Promise(
                    str(REGISTRY[feature].label).format(**numbers),
                    str(REGISTRY[feature].sentence).format(**numbers),
                )
                for feature in Feature
            ),
            refund_last_day="3 July 2027",
        )


@dataclass(frozen=True)
class Trial(Message[Subscription]):
    """Days to try have begun, and nothing is charged when they are over."""

    kind = Letter.Kind.TRIAL
    about = Subscription

    last_day: str
    amount: str
    term: str

    @classmethod
    def of(cls, row: Subscription, subscription: Subscription, at: datetime) -> Self:
        price = subscription.price
        return cls(
            to=Addressee.of(subscription),
            last_day=last_day(subscription, at),
            amount=sum_of(price.amount_minor, price.currency),
            term=price.term_label,
        )

    @classmethod
    def outdated(cls, row: Subscription, subscription: Subscription, at: datetime) -> str:
        if subscription.cancelled_at:
            return _("the subscription was cancelled")
        return "" if has_days_left(subscription, at) else _("the days to try are over")

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            last_day="17 May 2027",
            amount=sum_of(8400, "GBP"),
            term=_("1 year"),
        )


@dataclass(frozen=True)
class Grace(Message[Subscription]):
    """A late payment costs the reader nothing for some days. ``amount`` is empty without a bill."""

    kind = Letter.Kind.GRACE
    about = Subscription

    last_day: str
    keeps_until: str
    amount: str
    term: str

    @classmethod
    def of(cls, row: Subscription, subscription: Subscription, at: datetime) -> Self:
        now = lifecycle.standing(subscription, at)
        return cls(
            to=Addressee.of(subscription),
            last_day=day(now.paid_until_on),
            keeps_until=day(now.grace_until_on),
            amount=sum_of(now.bill.amount_minor, now.bill.currency) if now.bill else "",
            term=now.bill.price.term_label if now.bill else "",
        )

    @classmethod
    def outdated(cls, row: Subscription, subscription: Subscription, at: datetime) -> str:
        now = lifecycle.standing(subscription, at)
        if now.is_grace:
            return ""
        if now.is_cancelled:
            return _("the subscription was cancelled")
        return _("the days of grace are over") if now.is_lapsed else _("the payment has come")

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            last_day="3 May 2028",
            keeps_until="17 May 2028",
            amount=sum_of(8400, "GBP"),
            term=_("1 year"),
        )


@dataclass(frozen=True)
class Lapsed(Message[Subscription]):
    """The plan is over, and the way back is open."""

    kind = Letter.Kind.LAPSED
    about = Subscription

    last_day: str

    @classmethod
    def of(cls, row: Subscription, subscription: Subscription, at: datetime) -> Self:
        return cls(to=Addressee.of(subscription), last_day=last_day(subscription, at))

    @classmethod
    def outdated(cls, row: Subscription, subscription: Subscription, at: datetime) -> str:
        live = Subscription.objects.live().filter(reader=subscription.reader_id, product=subscription.product)
        is_back = has_days_left(subscription, at) or (subscription.closed_at and live.exists())
        return _("the reader has come back") if is_back else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(to=Addressee.sample(), last_day="3 May 2028")


@dataclass(frozen=True)
class Cancelled(Message[Subscription]):
    """Nothing follows. Either ``keeps_until`` is empty or ``ended_on``: days are left, or are over."""

    kind = Letter.Kind.CANCELLED
    about = Subscription

    keeps_until: str
    ended_on: str

    @classmethod
    def of(cls, row: Subscription, subscription: Subscription, at: datetime) -> Self:
        until = lifecycle.standing(subscription, at).paid_until_on
        keeps_until = still(until, at)
        return cls(
            to=Addressee.of(subscription),
            keeps_until=keeps_until,
            ended_on="" if keeps_until else day(until),
        )

    @classmethod
    def outdated(cls, row: Subscription, subscription: Subscription, at: datetime) -> str:
        return "" if subscription.cancelled_at else _("the reader took the cancellation back")

    @classmethod
    def sample(cls) -> Self:
        return cls(to=Addressee.sample(), keeps_until="3 May 2028", ended_on="")


@dataclass(frozen=True)
class Paused(Message[Pause]):
    """Days on which nothing is used up, and the day to which the end has moved."""

    kind = Letter.Kind.PAUSED
    about = Pause

    starts_on: str
    ends_on: str
    resumes_on: str
    days: str
    last_day: str

    @classmethod
    def of(cls, row: Pause, subscription: Subscription, at: datetime) -> Self:
        return cls(
            to=Addressee.of(subscription),
            starts_on=day(row.starts_on),
            ends_on=day(row.ends_on),
            resumes_on=day(row.ends_on + timedelta(days=1)),
            days=days_in_words(row.days),
            last_day=last_day(subscription, at),
        )

    @classmethod
    def outdated(cls, row: Pause, subscription: Subscription, at: datetime) -> str:
        if row.called_off_at:
            return _("the pause was called off")
        return "" if terms.day_of(at) <= row.ends_on else _("the pause is over")

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            starts_on="1 August 2027",
            ends_on="30 August 2027",
            resumes_on="31 August 2027",
            days=days_in_words(30),
            last_day="2 June 2028",
        )


@dataclass(frozen=True)
class Switched(Message[Term]):
    """Another plan, and the term that begins with it; sums are empty where there is none."""

    kind = Letter.Kind.SWITCHED
    about = Term

    starts_on: str
    last_day: str
    amount: str
    credit: str
    next_amount: str
    next_term: str

    @classmethod
    def of(cls, row: Term, subscription: Subscription, at: datetime) -> Self:
        paid = row.payment
        following = subscription.price if lifecycle.standing(subscription, at).renews_on else None
        return cls(
            to=Addressee.of(subscription, paid.price if paid else None),
            starts_on=day(row.starts_on),
            last_day=day(row.ends_on),
            amount=sum_of(paid.amount_minor, paid.currency) if paid else "",
            credit=sum_of(paid.credit_minor, paid.currency) if paid else "",
            next_amount=sum_of(following.amount_minor, following.currency) if following else "",
            next_term=following.term_label if following else "",
        )

    @classmethod
    def outdated(cls, row: Term, subscription: Subscription, at: datetime) -> str:
        return _("the plan was changed again") if row.superseded_by_id else ""

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            starts_on="9 November 2027",
            last_day="8 November 2028",
            amount=sum_of(4318, "GBP"),
            credit=sum_of(4082, "GBP"),
            next_amount=sum_of(8400, "GBP"),
            next_term=_("1 year"),
        )


@dataclass(frozen=True)
class Extended(Message[Extension]):
    """Days were added, and why."""

    kind = Letter.Kind.EXTENDED
    about = Extension

    days: str
    reason: str
    last_day: str

    @classmethod
    def of(cls, row: Extension, subscription: Subscription, at: datetime) -> Self:
        return cls(
            to=Addressee.of(subscription),
            days=days_in_words(row.days),
            reason=row.reason,
            last_day=last_day(subscription, at),
        )

    @classmethod
    def outdated(cls, row: Extension, subscription: Subscription, at: datetime) -> str:
        return "" if has_days_left(subscription, at) else _("the plan has ended")

    @classmethod
    def sample(cls) -> Self:
        return cls(
            to=Addressee.sample(),
            days=days_in_words(14),
            reason=_("One issue fewer than promised came out in 2027."),
            last_day="17 May 2028",
        )


def days_in_words(days: int) -> str:
    """Return “1 day”, “30 days”."""
    return ngettext("%d day", "%d days", days) % days
