"""What is owed in issues: of all that was promised for money by a day, how many had not come by then.

It is the ledger's own reckoning (``subscriptions.ledger.accounts``), each issue by its weight, asked about
all subscriptions at once: a term counts when it was paid by that day and its money had not gone back.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, F, Max, OuterRef, Q, Sum

from subscriptions import terms
from subscriptions.finance import payers
from subscriptions.ledger import accounts, lives
from subscriptions.ledger.lives import Life, Stretch
from subscriptions.models import Pause, Payment, ReceivedIssue, Refund, Subscription, Term
from subscriptions.terms import Span

FETCHED = 5000
ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Owed:
    """The issues of one plan: what was promised, what had come of that, and for how many subscriptions some
    were still to come."""

    subscriptions: int = 0
    promised: int = 0
    received: int = 0

    @property
    def owed(self) -> int:
        """What had not come."""
        return self.promised - self.received


def issues_owed(day: date) -> dict[int, Owed]:
    """Return what is owed in issues at the end of ``day``, by the id of the plan of each last paid term.

    Six queries. Subscriptions whose days were over, and those that were closed, are owed nothing that this
    counts: what did not come to them is in the list of the desk, where days are added for it.
    """
    came = _came(day)
    found: dict[int, Owed] = defaultdict(Owed)
    for pk, plan_id, life in _lives(day):
        counted = came.get(pk, {})
        promised = accounts.promises(life, counted)
        whole = sum(promised.values())
        received = min(whole, sum(counted.get(one.term_id, 0) for one in life.counting))
        owed = found[plan_id]
        owed.promised += whole
        owed.received += received
        owed.subscriptions += whole > received
    return dict(found)


def _lives(day: date) -> Iterator[tuple[int, int, Life]]:
    """The id, plan and life of each subscription that has a paid day after ``day``, as it was then."""
    # What is reckoned looks at the days alone; a hundred thousand rows are not made into objects for it.
    nobody = Subscription(number="-")
    at = terms.end_of(day)
    per_year, prices, rests = lives.counts(), payers.sold(), _rests()
    gone_back_on = _gone_back(day)
    bought = Q(payment=None) | Q(payment__confirmed_at__lt=at)
    runs = Exists(Term.objects.filter(bought, subscription=OuterRef("subscription"), ends_on__gt=day))
    rows = (
        Term.objects.filter(bought, runs, superseded_by=None, subscription__is_gift=False)
        .exclude(kind=Term.Kind.TRIAL)
        .exclude(subscription__closed_at__lt=at)
        .order_by("subscription", "starts_on", "number")
        .values_list(
            "subscription",
            "pk",
            "starts_on",
            "ends_on",
            "months",
            "issues",
            "payment",
            "payment__price",
            "subscription__price",
            "payment__purpose",
        )
    )
    for pk, theirs in groupby(rows.iterator(chunk_size=FETCHED), key=itemgetter(0)):
        of_it = [row for row in theirs if row[6] not in gone_back_on]
        changes = {row[2] for row in of_it if row[9] == Payment.Purpose.SWITCH}
        stretches = tuple(
            Stretch(
                term_id=term_id,
                starts_on=starts_on,
                ends_on=ends_on,
                had_until_on=ends_on,
                months=months,
                issues=issues,
                per_year=per_year.get(paid or agreed, 0),
                is_cut=ends_on + ONE_DAY in changes,
            )
            for _, term_id, starts_on, ends_on, months, issues, _, paid, agreed, _ in of_it
        )
        if any(stretch.ends_on > day for stretch in stretches):
            plan_id = prices[of_it[-1][7] or of_it[-1][8]].plan_id
            yield pk, plan_id, Life(nobody, stretches, rests=tuple(rests.get(pk, ())))


def _came(day: date) -> dict[int, dict[int, int]]:
    """What came by ``day``, by subscription and term. One query."""
    rows = (
        ReceivedIssue.objects.filter(received_on__lte=day, term__isnull=False)
        .order_by("subscription", "term")
        .values_list("subscription", "term")
        .annotate(weight=Sum("weight"))
    )
    came: dict[int, dict[int, int]] = {}
    for subscription_id, term_id, weight in rows.iterator(chunk_size=FETCHED):
        came.setdefault(subscription_id, {})[term_id] = weight
    return came


def _gone_back(day: date) -> set[int]:
    """The payments of which nothing was left at the end of ``day``."""
    whole = Refund.objects.filter(payment__refunded_minor__gte=F("payment__amount_minor"))
    last = whole.values("payment").annotate(last_at=Max("requested_at")).filter(last_at__lt=terms.end_of(day))
    return set(last.values_list("payment", flat=True))


def _rests() -> dict[int, list[Span]]:
    rests: dict[int, list[Span]] = defaultdict(list)
    for pk, *days in Pause.objects.filter(called_off_at=None).values_list(
        "subscription", "starts_on", "ends_on"
    ):
        rests[pk].append(Span(*days))
    return rests
