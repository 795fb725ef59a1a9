"""A second pair of eyes: what costs much, or touches many, waits until somebody else has looked at it.

Who asks has seen what the deed does, and the question carries the mark of that. Who decides sees what it
does *now*; it is done as it was first shown, or it is not done at all and has to be asked anew.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from magazine.work import schedule
from subscriptions.acting import rehearsal
from subscriptions.acting.consequences import Consequences
from subscriptions.acting.deeds import Deed
from subscriptions.life import story
from subscriptions.models import Approval, BulkDeed, Subscription, SubscriptionEvent

Decision = Approval.Decision


class CannotDecideError(ValueError):
    """It is not theirs to decide, or has been decided; the text is the sentence for them."""


def needs_second_person(done: Consequences) -> bool:
    """Whether more goes back by a deed than one person may decide.

    What went back of the same payments before counts, so that many small sums are no way around.
    """
    before = {one.reference: one.given_back_minor for one in done.before.payments}
    per_payment: Counter[tuple[str, str]] = Counter()
    for back in done.back:
        per_payment[back.reference, back.currency] += back.amount_minor
    sums = [
        *((before[reference] + minor, currency) for (reference, currency), minor in per_payment.items()),
        *((minor, currency) for currency, minor in _goes_back(done).items()),
    ]
    return any(_is_above(minor, currency) for minor, currency in sums)


def _goes_back(done: Consequences) -> Counter[str]:
    """What goes back in all, by its currency."""
    in_all: Counter[str] = Counter()
    for back in done.back:
        in_all[back.currency] += back.amount_minor
    return in_all


def _is_above(amount_minor: int, currency: str) -> bool:
    """Whether a sum needs two people. Of a currency without a limit, any does."""
    return amount_minor > settings.MAGAZINE_SECOND_PERSON_ABOVE.get(currency, 0)


def ask_about_money(
    subscription: Subscription,
    name: str,
    chosen: Mapping[str, Any],
    done: Consequences,
    *,
    by: Any,
    reason: str,
    at: datetime | None = None,
) -> Approval:
    """Ask a second person about the deed called ``name`` with what was ``chosen``; nothing is done yet.

    ``done`` is what was shown. Asked twice about the same, the first question stays.
    """
    [(currency, amount_minor)] = _goes_back(done).most_common(1)
    deed = {"name": name, "chosen": dict(chosen)}
    with transaction.atomic():
        held = story.locked(subscription.pk)
        waiting = Approval.objects.waiting().filter(subscription=held, shown=done.mark)
        if asked := next((one for one in waiting if one.deed == deed), None):
            return asked
        return Approval.objects.create(
            kind=Approval.Kind.REFUND,
            asked_by=by,
            asked_at=at or timezone.now(),
            reason=reason,
            amount_minor=amount_minor,
            currency=currency,
            subscription=held,
            deed=deed,
            shown=done.mark,
        )


def approve_money(
    approval: Approval, deed: Deed, *, by: Any, note: str = "", at: datetime | None = None
) -> Consequences:
    """Do the ``deed`` that was asked about, because a second person says so.

    Raises ``CannotDecideError``; ``rehearsal.ChangedSinceError`` where it would do something else by now,
    and ``deeds.NotPossibleError``: then nothing is done, and the question still waits to be refused.
    """
    at = at or timezone.now()
    with transaction.atomic():
        approval = _decided(approval, Decision.YES, by=by, note=note, at=at)
        subscription = Subscription.objects.with_facts().get(approvals=approval)
        done = rehearsal.perform(
            deed, subscription, by=approval.asked_by, shown=approval.shown, at=at, reason=approval.reason
        )
        story.note(subscription, SubscriptionEvent.Kind.SIGNED, by=by, at=at, reason=note[:200])
    return done


def approve_bulk(approval: Approval, *, by: Any, note: str = "", at: datetime | None = None) -> BulkDeed:
    """Let an action on many begin, on exactly those who were shown. Raises ``CannotDecideError``."""
    with transaction.atomic():
        approval = _decided(approval, Decision.YES, by=by, note=note, at=at or timezone.now())
        deed = approval.bulk_deed
        deed.state = BulkDeed.State.RUNNING
        deed.save(update_fields=["state"])
        schedule.soon("subscriptions.tasks.do_bulk", deed.pk)
    return deed


def refuse(approval: Approval, *, by: Any, note: str = "", at: datetime | None = None) -> Approval:
    """Say no: nothing is done. Raises ``CannotDecideError``."""
    with transaction.atomic():
        approval = _decided(approval, Decision.NO, by=by, note=note, at=at or timezone.now())
        if approval.kind == Approval.Kind.BULK:
            BulkDeed.objects.filter(approval=approval).update(state=BulkDeed.State.REFUSED)
    return approval


def why_not(approval: Approval, by: Any) -> str:
    """Say why ``by`` cannot decide about it; nothing when they can."""
    if approval.decided_at is not None:
        return _("This has been decided already.")
    if approval.asked_by_id == by.pk:
        return _("You asked for this yourself. Somebody else has to look at it.")
    if not approval.asked_by.is_active:
        return _("Who asked for it is not with us any more: it has to be asked anew.")
    if not by.has_perm("subscriptions.decide_approval"):
        return _("The second signature is not yours to give.")
    return ""


def _decided(approval: Approval, decision: Decision, *, by: Any, note: str, at: datetime) -> Approval:
    """Write the decision down, once. Inside a transaction, in which it is done or undone with the rest."""
    held = Approval.objects.select_for_update(of=["self"]).select_related("asked_by").get(pk=approval.pk)
    if sorry := why_not(held, by):
        raise CannotDecideError(sorry)
    held.decision, held.decided_by, held.decided_at, held.note = decision, by, at, note.strip()[:200]
    held.save(update_fields=["decision", "decided_by", "decided_at", "note"])
    return held


def kept_choice(chosen: Mapping[str, Any]) -> dict[str, str]:
    """Return what a form chose as it would be typed: rows by their keys, days as they are written."""
    return {name: str(getattr(value, "pk", value)) for name, value in chosen.items() if value is not None}
