"""The money-back guarantee: until when it can be claimed, and what claiming it would do.

The plan's version that was bought says for how many days it holds. They are whole days, counted from
the day of the first paid charge, which is day 0: the instant at which that payment was confirmed.

Whose days they are. The later of the magazine's and the reader's zone decides, and where a reader lives
is not known. So the count begins with the latest date that it was anywhere on earth at the charge
(UTC+14), and the last day ends when it has ended everywhere (UTC−12). Whatever zone and whatever clock
change a reader lives by, nobody's sixtieth day is cut short:

==============================  ===================  ==============================
Charged (UTC)                   Last of 60 days      Claims are taken until (UTC)
==============================  ===================  ==============================
1 March 2027, 09:59             30 April 2027        1 May 2027, 12:00
1 March 2027, 10:00             1 May 2027           2 May 2027, 12:00
31 December 2027, 09:00         29 February 2028     1 March 2028, 12:00
==============================  ===================  ==============================

Each subscription has its own first charge; a reader claims once for each plan. A claim brings back
every payment of the subscription, those for print too. Nothing is written here: ``plan_refund`` says what
would happen, and ``refunds.execute`` does exactly that.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from django.core import signing
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.features import Feature
from subscriptions.models import Entitlement, GuaranteeClaim, Payment, Plan, PlanVersion, Subscription
from subscriptions.providers import provider_for

# Where a date begins first, and where it ends last.
FIRST_ZONE = timezone(timedelta(hours=14))
LAST_ZONE = timezone(timedelta(hours=-12))

# It seals the links in receipts that are out: it stays, wherever this module goes.
SALT = "subscriptions.guarantee"
# How long a letter's link still explains itself after the guarantee is over.
EXPLAINS_FOR = timedelta(days=30)


class NotClaimableError(ValueError):
    """The guarantee does not bring this money back; the text is the sentence for the reader."""


class AlreadyClaimedError(NotClaimableError):
    """The reader has claimed it for this plan before: in ``claim``."""

    def __init__(self, claim: GuaranteeClaim) -> None:
        super().__init__(
            _(
                "You asked for your money back for %(plan)s on %(day)s. "
                "The guarantee holds once for each reader and plan."
            )
            % {"plan": claim.plan, "day": date_format(terms.day_of(claim.claimed_at), "j F Y")}
        )
        self.claim = claim


@dataclass(frozen=True)
class Window:
    """When the guarantee can be claimed: to the end of ``last_day``, until ``closes_at`` and not at it."""

    last_day: date
    closes_at: datetime


@dataclass(frozen=True)
class Sum:
    """What comes back out of one payment, in whole minor units; ``how`` in a few words."""

    payment_id: int
    reference: str
    amount_minor: int
    currency: str
    how: str


@dataclass(frozen=True)
class MoneyBack:
    """What claiming the guarantee does at the instant ``at``: shown first, and then done as it says.

    ``ends`` are the ids of the rights that end at ``at``; ``keeps_others`` says whether the reader has rights
    from elsewhere, which stay; ``bill`` is the reference of an expected payment that is no longer asked for.
    """

    subscription_id: int
    reader_id: int
    at: datetime
    last_day: date
    sums: tuple[Sum, ...]
    ends: tuple[int, ...]
    keeps_others: bool
    bill: str

    @property
    def amount_minor(self) -> int:
        """All that comes back."""
        return sum(one.amount_minor for one in self.sums)

    @property
    def currency(self) -> str:
        """The currency of the whole; a subscription is paid in one."""
        return self.sums[0].currency

    @property
    def mark(self) -> str:
        """What the reader was shown, in short: a button is about this and nothing else."""
        return ",".join(f"{one.reference}={one.amount_minor}{one.currency}" for one in self.sums)


def window(charged_at: datetime, days: int) -> Window:
    """Return when a guarantee of ``days`` after a first charge at ``charged_at`` can be claimed."""
    last_day = charged_at.astimezone(FIRST_ZONE).date() + timedelta(days=days)
    over = datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=LAST_ZONE)
    return Window(last_day, over.astimezone(UTC))


def promised_days(version: PlanVersion) -> int | None:
    """Return for how many days ``version`` promises money back; none where it does not. A query at most."""
    return next(
        (
            promise.parameters["days"]
            for promise in version.features.all()
            if promise.key == Feature.MONEY_BACK and not promise.is_planned
        ),
        None,
    )


def window_of(subscription: Subscription) -> Window | None:
    """Return when ``subscription``'s guarantee can be claimed; none without a promise or a payment.

    Costs the queries for its payments and its version's features where they are not loaded.
    """
    bought = {term.payment_id for term in subscription.terms.all()}
    # What came too late bought nothing, and goes back anyway.
    charged = [
        one.confirmed_at
        for one in subscription.payments.all()
        if one.confirmed_at is not None and one.pk in bought
    ]
    promised = promised_days(subscription.plan_version)
    return window(min(charged), promised) if charged and promised else None


def check(subscription: Subscription, at: datetime | None = None) -> Window:
    """Return the window of a guarantee that can be claimed at ``at`` (default: now).

    Otherwise raises ``NotClaimableError``, or ``AlreadyClaimedError``. One query, beside those of
    ``window_of``.
    """
    at = at or now()
    claim = (
        GuaranteeClaim.objects.select_related("plan")
        .filter(reader=subscription.reader_id, plan=subscription.plan_version.plan_id)
        .first()
    )
    if claim is not None:
        raise AlreadyClaimedError(claim)
    return open_window(subscription, at)


def open_window(subscription: Subscription, at: datetime) -> Window:
    """Return the window that ``at`` falls into, whether or not a plan like this was claimed before.

    Raises ``NotClaimableError`` where there is none. Costs the queries of ``window_of``.
    """
    if any(payment.is_disputed for payment in subscription.payments.all()):
        raise NotClaimableError(
            _(
                "Your bank has a payment in question, as you asked it to. While it decides, nothing can be "
                "paid back twice: please ask again when it has decided."
            )
        )
    promised = window_of(subscription)
    if promised is None:
        raise NotClaimableError(_("There is no payment that our money-back guarantee would bring back."))
    if at >= promised.closes_at:
        raise NotClaimableError(
            _("The money-back guarantee ended on %(day)s. You can still cancel, and keep your paid days.")
            % {"day": date_format(promised.last_day, "j F Y")}
        )
    return promised


def was_claimed(reader, plan: Plan) -> bool:
    """Whether ``reader`` has claimed the guarantee for ``plan``, which does not hold for them again."""
    return GuaranteeClaim.objects.filter(reader=reader.pk, plan=plan).exists()


def last_day_to_claim(subscription: Subscription, at: datetime | None = None) -> date | None:
    """Return the last day of the guarantee if it can be claimed at ``at`` (default: now), or none.

    One query, beside those of ``window_of``, and none once the guarantee is over.
    """
    at = at or now()
    promised = window_of(subscription)
    if promised is None or at >= promised.closes_at:
        return None
    try:
        return check(subscription, at).last_day
    except NotClaimableError:
        return None


def plan_refund(subscription: Subscription, at: datetime | None = None) -> MoneyBack:
    """Say what claiming the guarantee for ``subscription`` at ``at`` (default: now) does.

    Raises ``NotClaimableError``. Changes nothing.
    """
    at = at or now()
    last_day = check(subscription, at).last_day
    asked = sorted(subscription.payments.all(), key=lambda payment: payment.pk)
    rights = Entitlement.objects.filter(reader=subscription.reader_id)
    running = [right for right in rights if right.until_at is None or right.until_at > at]
    if not any(payment.kept_minor for payment in asked):
        raise NotClaimableError(_("All that you paid has been given back to you already."))
    return MoneyBack(
        subscription_id=subscription.pk,
        reader_id=subscription.reader_id,
        at=at,
        last_day=last_day,
        sums=tuple(
            Sum(
                payment.pk,
                payment.reference,
                payment.amount_minor - payment.refunded_minor,
                payment.currency,
                provider_for(payment.provider).way_back(payment),
            )
            for payment in asked
            if payment.is_confirmed and not payment.is_given_back
        ),
        ends=tuple(sorted(right.pk for right in running if right.subscription_id == subscription.pk)),
        keeps_others=any(
            right.subscription_id != subscription.pk and right.is_current(at) for right in running
        ),
        bill=next((payment.reference for payment in asked if payment.is_expected), ""),
    )


def link_token(payment: Payment) -> str:
    """Return the secret of a receipt's link: whoever has the letter may claim the guarantee by it.

    It carries no instant: it expires with the guarantee that it is about.
    """
    return signing.Signer(salt=SALT).sign_object(payment.reference)


def subscription_behind(token: str, at: datetime | None = None) -> Subscription | None:
    """Return the subscription that the link of a receipt is about at ``at`` (default: now), or none.

    None for a secret that is not ours, or was changed, and once the guarantee has been over for a month.
    """
    try:
        reference = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    subscription = Subscription.objects.with_facts().filter(payments__reference=reference).first()
    promised = window_of(subscription) if subscription else None
    expired = promised is None or (at or now()) >= promised.closes_at + EXPLAINS_FOR
    return None if expired else subscription
