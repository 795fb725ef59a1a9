"""Who will have had fewer issues than promised on the day their last term ends, and what would mend it.

What is planned is counted as planned. Of the days beyond the planner nobody knows anything yet, and they are
taken to bring what was promised for them. A subscription that renews by terms shorter than a year is short
when more than one issue is missing: one can slip over the edge between two terms, and the next one has it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import ceil

from django.utils import timezone

from subscriptions import terms
from subscriptions.ledger import accounts, coming
from subscriptions.ledger.accounts import Account
from subscriptions.ledger.coming import ComingIssue
from subscriptions.ledger.forecasts import ONE_DAY, UNPROMISED, known_at
from subscriptions.models import Subscription
from subscriptions.models.subscription import SubscriptionQuerySet

YEAR_MONTHS = 12


@dataclass(frozen=True)
class Short:
    """One subscription that will be short: by how many issues, when it ends, and how many days would do.

    ``days`` more, until ``enough_on``, and what is missing will have come.
    """

    subscription: Subscription
    promised: int
    received: int
    to_come: int
    ends_on: date
    enough_on: date

    @property
    def missing(self) -> int:
        """How many issues will be missing, by their weight."""
        return self.promised - self.received - self.to_come

    @property
    def days(self) -> int:
        """How many days would have to be added."""
        return (self.enough_on - self.ends_on).days


@dataclass(frozen=True)
class Forecast:
    """All that will be short, as far as is known at ``at``."""

    at: datetime
    rows: tuple[Short, ...]

    @property
    def missing(self) -> int:
        """How many issues will be missing in all."""
        return sum(row.missing for row in self.rows)

    @property
    def days(self) -> int:
        """How many days would have to be added in all."""
        return sum(row.days for row in self.rows)


def shortfall(at: datetime | None = None) -> Forecast:
    """Return who will be short, or ended short, as known at ``at`` (default: now); the soonest first."""
    at = at or timezone.now()
    rows = _short(Subscription.objects.own().live().filter(terms__isnull=False).distinct(), at)
    return Forecast(at, tuple(sorted(rows, key=lambda row: (row.ends_on, row.subscription.number))))


def shortfall_of(subscription: Subscription, at: datetime | None = None) -> Short | None:
    """Return whether one subscription will be short, as it is stored now."""
    return next(_short(Subscription.objects.live().filter(pk=subscription.pk), at or timezone.now()), None)


def of_account(account: Account, known: Sequence[ComingIssue], today: date) -> Short | None:
    """Work out whether an account will be short; ``known`` are all issues as expected today. No query."""
    life = account.life
    counting = life.counting
    if not counting or life.ends_on is None:
        return None
    last = max(counting, key=lambda stretch: stretch.ends_on)
    per_year = last.per_year or UNPROMISED
    to_come = _to_come(account, known, today, per_year)
    missing = account.promised - account.came - to_come
    renews = life.subscription.auto_renews and life.subscription.cancelled_at is None
    slips = 1 if renews and 0 < last.months < YEAR_MONTHS else 0
    if missing <= slips:
        return None
    return Short(
        subscription=life.subscription,
        promised=account.promised,
        received=account.came,
        to_come=to_come,
        ends_on=life.ends_on,
        enough_on=_enough_on(known, max(life.ends_on, today) + ONE_DAY, missing, per_year),
    )


def _short(subscriptions: SubscriptionQuerySet, at: datetime) -> Iterator[Short]:
    known, today = known_at(at), terms.day_of(at)
    for account in accounts.accounts(subscriptions, at):
        if short := of_account(account, known, today):
            yield short


def _to_come(account: Account, known: Sequence[ComingIssue], today: date, per_year: int) -> int:
    """What is planned or came and is not written down yet; for days beyond the planner, what was promised."""
    life = account.life
    written = account.keys
    planned = sum(
        issue.weight for issue in known if issue.key not in written and _is_counted(account, issue.on)
    )
    planner_ends_on = max(today, known[-1].on) if known else today - ONE_DAY
    open_days = sum(
        span.days
        for stretch in life.counting
        if stretch.ends_on > planner_ends_on
        for span in terms.outside(
            terms.Span(max(stretch.starts_on, planner_ends_on + ONE_DAY), stretch.ends_on), life.rests
        )
    )
    return planned + ceil(Fraction(open_days * per_year, coming.YEAR_DAYS))


def _is_counted(account: Account, day: date) -> bool:
    stretch = account.life.stretch_on(day)
    return stretch is not None and stretch.counts and not account.life.rests_on(day)


def _enough_on(known: Sequence[ComingIssue], starts_on: date, missing: int, per_year: int) -> date:
    for issue in coming.from_day(known, starts_on, per_year=per_year):
        missing -= issue.weight
        if missing <= 0:
            return issue.on
    raise AssertionError("The issues do not end.")  # pragma: no cover
