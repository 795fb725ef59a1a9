"""What went back, and why: by month, reason and plan; and how often the guarantee is used."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Exists, Min, OuterRef, Sum
from django.db.models.functions import TruncMonth

from subscriptions import terms
from subscriptions.finance import periods
from subscriptions.models import GuaranteeClaim, Payment, Refund


@dataclass(frozen=True, slots=True)
class Returned:
    """What went back in the month that ends on ``month_on``, for one reason, out of one plan's payments."""

    month_on: date
    kind: str
    plan_id: int
    currency: str
    count: int
    amount_minor: int


def refunds(since: date, until: date) -> list[Returned]:
    """Return what was given back after the end of ``since`` and by that of ``until``. One query.

    It counts from the day on which it was decided, as that is when it is owed to the reader.
    """
    rows = (
        Refund.objects.filter(requested_at__gte=terms.end_of(since), requested_at__lt=terms.end_of(until))
        .annotate(month=TruncMonth("requested_at"))
        .values_list("month", "kind", "payment__price__version__plan", "currency")
        .annotate(count=Count("pk"), amount_minor=Sum("amount_minor"))
        .order_by("month", "kind", "payment__price__version__plan")
    )
    return [Returned(periods.month_end(terms.day_of(month)), *rest) for month, *rest in rows]


@dataclass(slots=True)
class Use:
    """Of the subscriptions first paid in the month that ends on ``month_on``: how many claimed since."""

    month_on: date
    sold: int = 0
    claimed: int = 0

    @property
    def rate(self) -> Fraction | None:
        """The part that claimed; none of nothing."""
        return Fraction(self.claimed, self.sold) if self.sold else None


def guarantee_use(since: date, until: date) -> dict[str, list[Use]]:
    """Return how often the guarantee was used, by currency and by the month of the first payment.

    Two queries, the first of which yields a row for each subscription first paid in that time.
    """
    months = [day for day in periods.points(since, until) if day > since]
    uses: dict[str, dict[date, Use]] = defaultdict(
        lambda: {(month := periods.month_end(day)): Use(month) for day in months}
    )
    claimed = Exists(GuaranteeClaim.objects.filter(subscription=OuterRef("subscription")))
    first = (
        Payment.objects.confirmed()
        .filter(term__isnull=False)
        .values("subscription", "currency")
        .annotate(first_at=Min("confirmed_at"), is_claimed=claimed)
        .filter(first_at__gte=terms.end_of(since), first_at__lt=terms.end_of(until))
        .values_list("currency", "first_at", "is_claimed")
    )
    for currency, first_at, is_claimed in first.iterator(chunk_size=5000):
        use = uses[currency][periods.month_end(terms.day_of(first_at))]
        use.sold += 1
        use.claimed += is_claimed
    return {currency: list(by_month.values()) for currency, by_month in uses.items()}
