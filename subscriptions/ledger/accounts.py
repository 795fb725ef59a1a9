"""What a subscription was promised, has received and is owed: for each of its terms, and in all.

============================  ====================================================================
A term of months              the plan's issues a year × months / 12, counted on from the first
                              term so that rounding loses none (half an issue is a whole one)
A term cut short by a change  the part of that which belongs to the days it had, without pauses
A term of issues              as many as it says; cut short, as many as had come
Days to try, days of grace    nothing: what comes then is a gift
A term paid back, or given    nothing any more
up for another
============================  ====================================================================

Received is what came on the days of terms that promise something, each issue by its weight. The oldest
promise is filled first: what is owed from one term is made good in the next, and an issue that came before
its turn counts for the next one. So for each term and in all

    received + owed = promised

and what came on top of all that was promised is ``extra``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import floor

from django.utils import timezone

from subscriptions import terms
from subscriptions.ledger import lives
from subscriptions.ledger.lives import Life, Stretch
from subscriptions.models import ReceivedIssue, Subscription
from subscriptions.models.subscription import SubscriptionQuerySet

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Receipt:
    """One issue that came: its name, its day, and how many it counts as."""

    key: str
    name: str
    on: date
    weight: int


@dataclass(frozen=True)
class Line:
    """One term of an account, in issues."""

    stretch: Stretch
    promised: int
    received: int

    @property
    def owed(self) -> int:
        """What is still to come, or did not."""
        return self.promised - self.received


@dataclass(frozen=True)
class Account:
    """One subscription's issues at one day, each by its weight.

    ``first_issue`` is the first that came, gifts too. ``came`` is all that came on paid days, ``gifts`` what
    came on others, ``keys`` all that came.
    """

    life: Life
    lines: tuple[Line, ...]
    first_issue: Receipt | None
    came: int
    gifts: int
    keys: frozenset[str] = frozenset()

    @property
    def subscription(self) -> Subscription:
        """Whose account it is."""
        return self.life.subscription

    @property
    def promised(self) -> int:
        """What all terms promise, those to come too."""
        return sum(line.promised for line in self.lines)

    @property
    def received(self) -> int:
        """What came of that."""
        return sum(line.received for line in self.lines)

    @property
    def owed(self) -> int:
        """What did not come yet."""
        return self.promised - self.received

    @property
    def extra(self) -> int:
        """What came on paid days on top of all that was promised."""
        return self.came - self.received


def account_of(subscription: Subscription, at: datetime | None = None) -> Account:
    """Return the account of ``subscription`` at ``at`` (default: now), as it is stored. Ten queries."""
    return next(accounts(Subscription.objects.filter(pk=subscription.pk), at))


def accounts(subscriptions: SubscriptionQuerySet, at: datetime | None = None) -> Iterator[Account]:
    """Yield the account of each of ``subscriptions``, in order of their ids; nine queries a batch."""
    today = terms.day_of(at or timezone.now())
    for batch in lives.batches(subscriptions):
        receipts = _receipts(batch, until=today)
        for life in batch:
            yield account(life, receipts.get(life.subscription.pk, ()))


def account(life: Life, receipts: Iterable[Receipt]) -> Account:
    """Work the account out from the days of ``life`` and what came on them. No query."""
    receipts = sorted(receipts, key=lambda receipt: (receipt.on, receipt.key))
    counted: dict[int, int] = defaultdict(int)
    gifts = 0
    for receipt in receipts:
        stretch = life.stretch_on(receipt.on)
        if stretch is not None and stretch.counts:
            counted[stretch.term_id] += receipt.weight
        else:
            gifts += receipt.weight
    promised = promises(life, counted)
    to_fill = came = sum(counted.values())
    lines = []
    for stretch in life.counting:
        received = min(to_fill, promised[stretch.term_id])
        to_fill -= received
        lines.append(Line(stretch, promised[stretch.term_id], received))
    keys = frozenset(receipt.key for receipt in receipts)
    return Account(life, tuple(lines), receipts[0] if receipts else None, came, gifts, keys)


def promises(life: Life, counted: Mapping[int, int]) -> dict[int, int]:
    """Return how many issues each counting term promises, by its id; ``counted`` is what came in each."""
    exact, rounded = Fraction(0), 0
    promised = {}
    for stretch in life.counting:
        if stretch.issues:
            came = counted.get(stretch.term_id, 0)
            whole = min(stretch.issues, came) if stretch.is_cut else stretch.issues
        else:
            exact += Fraction(stretch.per_year * stretch.months, 12) * _share(life, stretch)
            whole = floor(exact + HALF) - rounded
            rounded += whole
        promised[stretch.term_id] = whole
    return promised


def _share(life: Life, stretch: Stretch) -> Fraction:
    """The part of its days that a term had, when a change of plan cut it short."""
    if not stretch.is_cut:
        return Fraction(1)
    whole = (terms.anniversary(stretch.starts_on, stretch.months) - stretch.starts_on).days
    had = sum(span.days for span in terms.outside(terms.Span(stretch.starts_on, stretch.ends_on), life.rests))
    return min(Fraction(had, whole), Fraction(1))


def _receipts(batch: Iterable[Life], *, until: date) -> dict[int, list[Receipt]]:
    came = defaultdict(list)
    rows = ReceivedIssue.objects.filter(
        subscription__in=[life.subscription.pk for life in batch], received_on__lte=until
    )
    for subscription_id, key, name, on, weight in rows.values_list(
        "subscription", "key", "name", "received_on", "weight"
    ):
        came[subscription_id].append(Receipt(key, name, on, weight))
    return came
