"""What must be so at the end of a life, whatever happened in it."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from subscriptions import access, promises
from subscriptions.features import Feature
from subscriptions.life import lifecycle
from subscriptions.models import (
    Entitlement,
    Letter,
    Payment,
    ProviderEvent,
    Reconciliation,
    Refund,
    Subscription,
    SubscriptionEvent,
)
from subscriptions.paying import reconciling
from subscriptions.promises import State
from tests.subscriptions.lives.banks import Entry
from tests.subscriptions.lives.days import DAY, GRACE
from tests.subscriptions.lives.figures import faults_of_figures
from tests.subscriptions.lives.life import Life, _noon

LONDON = ZoneInfo("Europe/London")
PROMISES = (Feature.EXCLUSIVE_CONTENT, Feature.PAST_ISSUES, Feature.MONEY_BACK, Feature.CANCEL_ANYTIME)


def faults_of(life: Life) -> list[str]:
    """Say in words what is wrong at the end of ``life``; nothing, if all is as it must be."""
    return [
        fault
        for look in (
            _money,
            _after_cancelling,
            _at_rest,
            _reading,
            _print,
            _subscriptions,
            _letters,
            _promises,
            faults_of_figures,
        )
        for fault in look(life)
    ]


def _books(life: Life) -> dict[str, tuple[str, Entry]]:
    books = {reference: ("manual", entry) for reference, entry in life.transfers.books().items()}
    if life.cards:
        for reference, entry in life.cards.books().items():
            books[reference] = life.cards.key, entry
    return books


def _money(life: Life) -> Iterator[str]:
    """Our books and theirs agree to the cent, and nothing was taken or given back twice."""
    theirs = _books(life)
    for payment in Payment.objects.order_by("pk"):
        provider, there = theirs.pop(payment.reference, ("", Entry()))
        if there.came and provider != payment.provider:
            yield f"{payment}: paid at {provider}, and asked for at {payment.provider}"
        if len(there.came) > 1:
            yield f"{payment}: taken {len(there.came)} times"
        ours = payment.amount_minor if payment.is_confirmed else 0
        if ours != there.paid:
            yield f"{payment}: {ours} came here and {there.paid} there"
        sent = sum(
            refund.amount_minor
            for refund in payment.refunds.filter(status=Refund.Status.SENT)
            if refund.provider_reference != f"chargeback-{payment.reference}"
        )
        taken = sum(
            refund.amount_minor
            for refund in payment.refunds.filter(provider_reference=f"chargeback-{payment.reference}")
        )
        if there.is_lost:
            # A refund may have failed when the bank had taken everything: the reader has it all the same.
            if sent < there.back or sent + taken != payment.amount_minor:
                yield f"{payment}: lost; sent back {sent} here, {there.back} there, and {taken} was taken"
        elif (sent, taken) != (there.back, 0):
            yield f"{payment}: {sent} went back here, {there.back} there; {taken} was taken"
        written = sum(refund.amount_minor for refund in payment.refunds.all())
        if written != payment.refunded_minor or there.back > there.paid:
            yield f"{payment}: gives back {payment.refunded_minor}, in refunds {written}, of {there.paid}"
    for reference in theirs:
        yield f"{reference}: paid, and we have no such payment"


def _after_cancelling(life: Life) -> Iterator[str]:
    """What was taken after a cancellation went back, all of it."""
    theirs = _books(life)
    for payment in Payment.objects.confirmed():
        for since, until in life.cancelled.get(payment.subscription_id, ()):
            came_at = theirs[payment.reference][1].came[0][1]
            # Stripe counts in whole seconds.
            is_after = came_at > since and (until is None or came_at < until)
            if is_after and not payment.is_given_back:
                yield f"{payment}: taken at {came_at}, after cancelling at {since}, and kept"


def _at_rest(life: Life) -> Iterator[str]:
    """Nothing is left lying about."""
    for refund in Refund.objects.owed().exclude(payment__dispute="open"):
        yield f"{refund.key}: still owed ({refund.failure})"
    for event in ProviderEvent.objects.filter(applied_at=None):
        yield f"{event}: not applied ({event.failure})"
    if life.cards:
        for payment in Payment.objects.filter(status="void", withdrawn_at=None, provider=life.cards.key):
            yield f"{payment}: void, and not withdrawn"
        for run in Reconciliation.objects.order_by("pk")[Reconciliation.objects.count() - 1 :]:
            if not run.agrees:
                yield f"The comparison says: {run.differences} {run.failure}"
        report = reconciling.reconcile(
            life.cards.key, since=reconciling.EVER, at=life.clock.now, dry_run=True
        )
        if report.differences or report.failure:
            yield f"The whole comparison says: {report.differences} {report.failure}"


def _reading(life: Life) -> Iterator[str]:
    """On each day the reader reads what was paid for, no day less and no day more."""
    today = life.clock.today
    for days in life.days.values():
        yield from (f"lost days: {fault}" for fault in days.lost())
    held = list(
        Entitlement.objects.filter(feature=Feature.EXCLUSIVE_CONTENT).values_list("from_at", "until_at")
    )
    paid = {day for days in life.days.values() for day in days.paid_days()}
    unsaid = {day for days in life.days.values() for day in days.unsaid}
    last = max([today, *paid]) + (GRACE + 3) * DAY
    for days in life.days.values():
        ahead = today - DAY
        while ahead < last:
            ahead += DAY
            if ahead not in days.grace:
                days.live_through(ahead)
    wrong: dict[str, list] = {}
    edges = []
    before = None
    day = life.born - 3 * DAY
    while (day := day + DAY) <= last:
        noon = _noon(day)
        reads = any(from_at <= noon < until_at for from_at, until_at in held)
        if reads != before:
            edges += [day - DAY, day]
        before = reads
        if day in unsaid:
            continue
        grace = [days.grace[day] for days in life.days.values() if day in days.grace]
        must = day in paid or any(one for one, _ in grace)
        may = day in paid or any(one for _, one in grace)
        if must and not reads:
            wrong.setdefault("cannot read", []).append(day)
        if reads and not may:
            wrong.setdefault("reads unpaid", []).append(day)
    for what, found in wrong.items():
        yield f"{what} on {len(found)} days from {found[0]} to {found[-1]} (today is {today})"
    reader = life.house.reader
    for day in edges:
        noon = _noon(day)
        reads = any(from_at <= noon < until_at for from_at, until_at in held)
        if access.may(reader, Feature.EXCLUSIVE_CONTENT, noon).granted != reads:
            yield f"{day}: the door and the rights differ"


def _print(life: Life) -> Iterator[str]:
    """Print comes on each day that was paid for it, and on no other; of each payment all was used."""
    held = list(Entitlement.objects.filter(feature=Feature.PRINT_EDITION).values_list("from_at", "until_at"))
    paid = {day for days in life.days.values() for day in days.printed_days()}
    unsaid = {day for days in life.days.values() for day in days.unsaid}
    wrong: dict[str, list] = {}
    day = life.born - 3 * DAY
    while (day := day + DAY) <= max([life.clock.today, *paid]) + 3 * DAY:
        comes = any(from_at <= _noon(day) < until_at for from_at, until_at in held)
        if day not in unsaid and comes != (day in paid):
            wrong.setdefault("print comes unpaid" if comes else "print does not come", []).append(day)
    for what, found in wrong.items():
        yield f"{what} on {len(found)} days from {found[0]} to {found[-1]} (today is {life.clock.today})"
    for payment in Payment.objects.confirmed().exclude(print_minor=0):
        shares = [one.amount_minor for one in payment.printed_terms.all()]
        if shares and sum(shares) != payment.print_minor:
            yield f"{payment}: {payment.print_minor} for print, and {shares} in its terms"


def _subscriptions(life: Life) -> Iterator[str]:
    """One lives at most, and both ways of telling its state agree."""
    mine = list(Subscription.objects.with_facts())
    if sum(one.closed_at is None for one in mine) > 1:
        yield "two live subscriptions"
    # Both ways have tests of their own; some lives are enough to see them differ in what those did not think
    # of.
    for at in (life.clock.now, life.clock.now + 20 * DAY) if life.seed % 8 == 0 else ():
        stands = {one.pk: lifecycle.standing(one, at).state for one in mine}
        for state in lifecycle.State:
            found = set(
                lifecycle.in_state(Subscription.objects.all(), state, at).values_list("pk", flat=True)
            )
            if found != (so := {pk for pk, one in stands.items() if one == state}):
                yield f"{state} at {at}: {so} stand so, and {found} are found"


def _letters(life: Life) -> Iterator[str]:
    """A receipt for each payment that bought a term, and no letter about the same twice."""
    receipts = set(Letter.objects.filter(kind="receipt").values_list("key", flat=True))
    bought = {
        f"receipt-{ref}"
        for ref in Payment.objects.filter(Q(term__isnull=False) | Q(printed_terms__isnull=False)).values_list(
            "reference", flat=True
        )
    }
    if receipts != bought:
        yield f"receipts without a term: {receipts - bought}; terms without one: {bought - receipts}"
    went_out = SubscriptionEvent.objects.filter(kind=SubscriptionEvent.Kind.REFUND_SENT).count()
    for row in Letter.objects.values("kind", "about_id").annotate(n=Count("pk")).filter(n__gt=1):
        # Money that came back to us, and less of it was owed by then, is told of again when that goes out.
        if row["kind"] == "refund_sent" and row["n"] <= went_out:
            continue
        if row["kind"] not in ("cancelled", "card_failed", "grace", "lapsed", "print_dropped"):
            yield f"{row['n']} letters of the kind {row['kind']} about {row['about_id']}"


def _promises(life: Life) -> Iterator[str]:
    """The promise board sees nothing wrong: it looks at the same money and rights as all this, once more."""
    if life.seed % 4:
        return
    checks = [check for feature in PROMISES for check in promises.checks_of(feature)]
    for check in checks:
        if not check.__module__.startswith("subscriptions."):
            continue
        found = check(life.clock.now, {"days": 60})
        if found.state == State.BROKEN:
            yield f"{check.__name__}: {found.sentence} {[row.text for row in found.rows]}"
