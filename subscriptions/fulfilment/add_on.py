"""The printed copy beside a plan, as readers ask for it: added, dropped, kept after all, moved elsewhere.

It is part of the same agreement and of the same bill:

=============================  ===============================================================================
When it is added               What is asked for, and from when copies come
=============================  ===============================================================================
an order waits                 the bill is asked anew, with print; from the first day on
a renewal or change is billed  the bill is asked anew, with print; from the term on that it buys
paid days run                  print for the days that are left; from the payment on
days to try run                nothing yet; print is part of the first paid term
=============================  ===============================================================================

Who drops it is sent what is paid for, and pays for none in the next term. Cancelling the plan drops it with
it. What was asked for and is not paid is dropped when the bill for it is withdrawn.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.fulfilment import addresses, cutoffs, notices, printed, zones
from subscriptions.fulfilment.cutoffs import Upcoming
from subscriptions.ledger import coming
from subscriptions.ledger.coming import ComingIssue
from subscriptions.letters import post
from subscriptions.life import lifecycle, story, switching
from subscriptions.models import (
    Letter,
    Payment,
    PrintAddOn,
    Subscription,
    SubscriptionEvent,
    Term,
    ZonePrice,
)
from subscriptions.paying import asking, payments

Kind = SubscriptionEvent.Kind


class CannotPrintError(ValueError):
    """Print cannot be added, dropped or kept as things stand; the text is the sentence for the reader."""


@dataclass(frozen=True)
class Facts:
    """The printed copy beside a plan at one instant.

    ``until_on`` is the last day that it is paid for, none before it was; ``first`` the next copy that the
    reader is sent, ``last`` the last of all, where the planner knows them. ``begins_on`` is the day from
    which copies come when what is asked for is paid today.
    """

    add_on: PrintAddOn
    until_on: date | None
    begins_on: date | None
    first: Upcoming | None
    last: ComingIssue | None

    @property
    def is_dropped(self) -> bool:
        """Whether no further term has it."""
        return self.add_on.dropped_at is not None

    @property
    def is_paid(self) -> bool:
        """Whether copies come, today or from a day to come on."""
        return self.until_on is not None


# -- What can be done ----------------------------------------------------------


def add(
    subscription: Subscription, country: str, *, by, at: datetime | None = None, reason: str = ""
) -> PrintAddOn:
    """Add the printed copy to ``subscription`` at the price of ``country``, and ask for what it costs.

    Raises ``CannotPrintError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        now = _refuse(subscription, at)
        if printed.open_of(subscription) is not None:
            raise CannotPrintError(_("The printed copy belongs to your plan already."))
        try:
            price = zones.price_for(country, subscription.price.currency, at)
        except zones.NotDeliveredError as error:
            raise CannotPrintError(
                _("We cannot send copies to %s yet.") % addresses.country_name(country)
            ) from error
        add_on = PrintAddOn.objects.create(
            subscription=subscription, zone_price=price, asked_at=at, asked_by=by
        )
        story.note(subscription, Kind.PRINT_ASKED, by=by, at=at, reason=reason or str(price.zone))
        _ask(subscription, add_on, now, by=by, at=at)
    return add_on


def drop(subscription: Subscription, *, by, at: datetime | None = None, reason: str = "") -> PrintAddOn:
    """Have no print in the next term; copies that are paid for still come.

    Raises ``CannotPrintError`` when there is none, or it was dropped before.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        add_on = printed.open_of(subscription)
        if add_on is None or add_on.dropped_at is not None:
            raise CannotPrintError(_("There is no printed copy to drop."))
        add_on.dropped_at = at
        add_on.save(update_fields=["dropped_at"])
        story.note(subscription, Kind.PRINT_DROPPED, by=by, at=at, reason=reason)
        _ask_without(subscription, by=by, at=at)
        if printed.until(payments.kept_terms(subscription), terms.day_of(at)) is None:
            printed.end(add_on, by=by, at=at)
        else:
            post.queue(
                Letter.Kind.PRINT_DROPPED,
                about=add_on,
                key=f"{add_on.pk}-{at:%Y%m%d%H%M%S}",
                subscription=subscription,
                at=at,
            )
    return add_on


def keep(subscription: Subscription, *, by, at: datetime | None = None, reason: str = "") -> PrintAddOn:
    """Take the dropping back while copies still come; what has none yet is asked for.

    Raises ``CannotPrintError``.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        add_on = printed.open_of(subscription)
        if add_on is None or add_on.dropped_at is None:
            raise CannotPrintError(_("The printed copy was not dropped, so there is nothing to take back."))
        now = _refuse(subscription, at)
        add_on.dropped_at = None
        add_on.save(update_fields=["dropped_at"])
        story.note(subscription, Kind.PRINT_KEPT, by=by, at=at, reason=reason)
        _ask(subscription, add_on, now, by=by, at=at)
    return add_on


def follow(reader, *, by, at: datetime | None = None) -> ZonePrice | None:
    """Let print cost what it costs where ``reader``'s normal address is from now on; return a new price.

    Copies that are paid for go there at no extra cost. What is asked for and not paid yet is asked for anew.
    Temporary addresses change no price; where no price is asked for, the old one stays.
    """
    at = at or timezone.now()
    with transaction.atomic():
        held = Subscription.objects.own().live().filter(reader=reader).order_by("pk").first()
        home = (
            reader.addresses.known(at).filter(until_on=None).order_by("-from_on", "-made_at", "-pk").first()
        )
        if held is None or home is None:
            return None
        subscription = story.locked(held.pk)
        add_on = printed.open_of(subscription)
        zone = zones.zone_of(home.country)
        if add_on is None or zone is None or add_on.zone_price.zone_id == zone.pk:
            return None
        price = zones.price_in(zone, subscription.price.currency, at)
        if price is None:
            return None
        add_on.zone_price = price
        add_on.save(update_fields=["zone_price"])
        if add_on.dropped_at is None:
            _ask(subscription, add_on, lifecycle.standing(subscription, at), by=by, at=at, only_anew=True)
    return price


def tidy(at: datetime | None = None) -> int:
    """End every printed copy of which no further one comes, at ``at`` (default: now); return how many.

    Those that were dropped, when the last paid day is over; and those of plans that are over and not paid.
    """
    at = at or timezone.now()
    today = terms.day_of(at)
    kept = Term.objects.kept().filter(subscription=OuterRef("subscription"), ends_on__gte=today)
    asked = Payment.objects.expected().filter(subscription=OuterRef("subscription"))
    having = kept.filter(printed__ended_at=None, printed__isnull=False)
    still = PrintAddOn.objects.open().exclude(Exists(having))
    over = still.exclude(dropped_at=None) | still.filter(dropped_at=None).exclude(Exists(kept)).exclude(
        Exists(asked)
    )
    ended = 0
    for subscription_id in list(over.order_by("pk").values_list("subscription", flat=True)):
        with transaction.atomic():
            subscription = story.locked(subscription_id)
            add_on = printed.open_of(subscription)
            if add_on is None or printed.until(payments.kept_terms(subscription), today) is not None:
                continue
            printed.end(add_on, by=None, at=at)
            ended += 1
    return ended


# -- What is so ----------------------------------------------------------------


def facts(
    subscription: Subscription, at: datetime | None = None, *, add_on: PrintAddOn | None = None
) -> Facts | None:
    """Return the printed copy beside ``subscription``, loaded ``with_facts()``, at ``at`` (default: now).

    None where there is none. One query, unless ``add_on`` is given; and three or four more where there is.
    """
    add_on = add_on or printed.open_of(subscription)
    if add_on is None:
        return None
    at = at or timezone.now()
    today = terms.day_of(at)
    kept = payments.kept_terms(subscription)
    having = printed.live(kept)
    days = [
        span
        for term in kept
        if term.pk in having
        for span in printed.days_of(having[term.pk], term, subscription.pauses.all())
        if span.ends_on >= today
    ]
    until_on = max((span.ends_on for span in days), default=None)
    begins_on = min((span.starts_on for span in days), default=None)
    if begins_on is None and add_on.dropped_at is None:
        begins_on = _will_begin(lifecycle.standing(subscription, at), today)
    first = None
    if begins_on is not None:
        last_on = until_on if add_on.dropped_at is not None else None
        first = next(
            (
                each
                for each in cutoffs.upcoming(at, count=notices.FURTHEST)
                if each.issue.on >= begins_on
                and (last_on is None or each.issue.on <= last_on)
                and not any(pause.covers(each.issue.on) for pause in subscription.pauses.all())
            ),
            None,
        )
    last = _last_issue(today, until_on, at) if add_on.dropped_at is not None and until_on else None
    return Facts(add_on, until_on, begins_on, first, last)


def can_add(subscription: Subscription, now: "lifecycle.Standing") -> bool:
    """Whether print may be offered to the reader of ``subscription``, which has none. No query."""
    goes_on = subscription.closed_at is None and not now.is_cancelled and not now.is_disputed
    return goes_on and (now.is_running or now.is_pending) and zones.is_offered(subscription.plan_version)


def _will_begin(now: "lifecycle.Standing", today: date) -> date | None:
    """The first day of print if what is asked for were paid today."""
    if now.bill is not None and now.bill.print_minor:
        is_next = now.bill.purpose == Payment.Purpose.TERM and now.is_running
        return now.renews_on if is_next else today
    return now.renews_on


def _last_issue(today: date, until_on: date, at: datetime) -> ComingIssue | None:
    """The last issue by ``until_on``, if the planner goes on beyond that day."""
    known = coming.issues(at, since=today)
    within = [issue for issue in known if issue.on <= until_on and not issue.is_released]
    return within[-1] if within and known[-1].on > until_on else None


# -- Together ------------------------------------------------------------------


def _refuse(subscription: Subscription, at: datetime) -> "lifecycle.Standing":
    now = lifecycle.standing(subscription, at)
    if subscription.closed_at is not None or not (now.is_running or now.is_pending):
        raise CannotPrintError(_("The printed copy belongs to a plan, and there is none that goes on."))
    if now.is_cancelled:
        raise CannotPrintError(_("You have cancelled. Keep your plan first, and then add the printed copy."))
    if now.is_disputed:
        raise CannotPrintError(
            _("Your bank has a payment in question. When that is settled, print can be added.")
        )
    if not zones.is_offered(subscription.plan_version):
        raise CannotPrintError(_("This plan comes without a printed copy."))
    return now


def _ask(
    subscription: Subscription,
    add_on: PrintAddOn,
    now: "lifecycle.Standing",
    *,
    by,
    at: datetime,
    only_anew: bool = False,
) -> None:
    """Ask for what ``add_on`` costs, with what is asked for already, or for the paid days that are left."""
    bill = now.bill
    if bill is not None and bill.purpose != Payment.Purpose.PRINT:
        asking.ask_anew(subscription, bill, by=by, at=at)
        return
    if bill is not None:
        payments.void(bill, by=by, at=at)
    elif only_anew:
        return
    found = printed.shares(add_on, subscription, payments.kept_terms(subscription), terms.day_of(at))
    if found:
        asked = payments.expect_print(
            subscription, add_on, sum(share.minor for share in found), at=at, charge_at=at
        )
        story.note(subscription, Kind.BILLED, by=by, at=at, reason=asked.reference)


def _ask_without(subscription: Subscription, *, by, at: datetime) -> None:
    """Ask for print no more; for what else is asked for, anew."""
    for bill in list(subscription.payments.expected().exclude(print_minor=0)):
        if bill.purpose == Payment.Purpose.PRINT:
            payments.void(bill, by=by, at=at)
        else:
            asking.ask_anew(subscription, bill, by=by, at=at)


def next_minor(subscription: Subscription, now: "lifecycle.Standing", at: datetime) -> int:
    """Return what print adds to the term that follows, in whole minor units; nothing where none does."""
    if now.renews_on is None:
        return 0
    price = switching.price_of_term(subscription, now.renews_on)
    return printed.asked_for(subscription, price, at)[1]
