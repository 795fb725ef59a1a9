"""Claims: a printed copy that did not come, or came damaged.

A claim is made once for each copy, from ``FIRST_AFTER`` to ``LAST_AFTER`` the issue's day: before that it may
still be on its way. The first in a term is replaced out of the overs; for a further one days are added to the
plan, as many as lie between two issues. Where there is no plan that could be lengthened (a gift, a seat, a
courtesy), one copy a year is replaced.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions import terms
from subscriptions.fulfilment import addresses, holds, runs
from subscriptions.letters import post
from subscriptions.life import extensions, story
from subscriptions.models import Address, CopyClaim, Label, Letter, SubscriptionEvent, Term

FIRST_AFTER = timedelta(days=7)
LAST_AFTER = timedelta(days=60)
YEAR = timedelta(days=365)

Outcome = CopyClaim.Outcome


class CannotClaimError(ValueError):
    """There is nothing to claim; the message says why, to the reader."""


@dataclass(frozen=True)
class Remedy:
    """What is done about a claim: another copy to ``address``, or ``days`` added to the plan."""

    label: Label
    outcome: Outcome
    address: Address | None = None
    days: int = 0

    @property
    def sentence(self) -> str:
        """What is done, as the reader is shown it before, and told after."""
        if self.outcome == Outcome.REPLACED:
            return _("Another copy of %(issue)s is sent to %(address)s.") % {
                "issue": self.label.run.issue_name,
                "address": addresses.one_line(self.address),
            }
        return (
            ngettext(
                "A copy was replaced in this term before, so %d day is added to your plan instead.",
                "A copy was replaced in this term before, so %d days are added to your plan instead.",
                self.days,
            )
            % self.days
        )


def recent(reader: Any, at: datetime | None = None) -> QuerySet[Label]:
    """Return the copies sent to ``reader`` about which something can be said, the newest issue first."""
    since = terms.day_of(at or timezone.now()) - LAST_AFTER
    sent = Label.objects.regular().filter(reader=reader.pk, run__issue_on__gte=since)
    return sent.select_related("run", "claim").order_by("-run__issue_on", "-pk")


def can_claim(label: Label, at: datetime | None = None) -> bool:
    """Whether the time for a claim has come and not passed, and none was made."""
    return not _refusal(label, terms.day_of(at or timezone.now()))


def would(label: Label, at: datetime | None = None) -> Remedy:
    """Return what claiming the copy of ``label`` brings; nothing is written. Raises ``CannotClaimError``."""
    at = at or timezone.now()
    today = terms.day_of(at)
    if refusal := _refusal(label, today):
        raise CannotClaimError(refusal)
    subscription = label.subscription
    if _was_replaced_before(label):
        if subscription is not None and extensions.last_term(subscription) and not subscription.closed_at:
            return Remedy(label, Outcome.EXTENDED, days=holds.days_for(subscription))
        if subscription is None:
            raise CannotClaimError(
                _("We have replaced a copy for you within a year. Write to us, and we see what can be done.")
            )
    address = addresses.address_of(label.reader, today, at)
    if address is None or not address.country or address.undeliverable_at is not None:
        raise CannotClaimError(_("Tell us first where it is to go: we know no address that reaches you."))
    return Remedy(label, Outcome.REPLACED, address=address)


def claim(label: Label, why: str, *, by: Any, at: datetime | None = None) -> CopyClaim:
    """Do what ``would`` says, and write to the reader: once for each copy. Raises ``CannotClaimError``."""
    at = at or timezone.now()
    with transaction.atomic():
        # Whoever claims two copies at once is answered one after the other.
        list(Label.objects.select_for_update().filter(reader=label.reader_id).values_list("pk"))
        label = Label.objects.select_related("run", "reader", "subscription").get(pk=label.pk)
        remedy = would(label, at)
        made = CopyClaim(label=label, why=why, claimed_at=at, claimed_by=by, outcome=remedy.outcome)
        if remedy.outcome == Outcome.REPLACED:
            made.replacement = runs.add(
                label.run, Label.Kind.REPLACEMENT, remedy.address, like=label, by=by, at=at
            )
        elif label.subscription is not None:
            made.extension = extensions.extend(
                label.subscription,
                remedy.days,
                batch=f"claim-{label.pk}",
                by=by,
                reason=_("Your copy of %s did not reach you as it should.") % label.run.issue_name,
                at=at,
            )
        made.save()
        if label.subscription is not None:
            story.note(
                label.subscription,
                SubscriptionEvent.Kind.CLAIMED,
                by=by,
                at=at,
                reason=f"{label.code}: {made.get_why_display()} · {made.get_outcome_display()}",
            )
        if made.replacement is not None:
            # Of added days the letter about them tells.
            post.queue_to(label.reader, Letter.Kind.COPY_CLAIMED, about=made, key=made.pk, at=at)
    return made


def _refusal(label: Label, today: date) -> str:
    first_on, last_on = label.run.issue_on + FIRST_AFTER, label.run.issue_on + LAST_AFTER
    if label.kind != Label.Kind.REGULAR:
        return _("A copy that was sent again is not claimed once more. Write to us.")
    if hasattr(label, "claim"):
        return _("You have told us of this copy already.")
    if today < first_on:
        return _("It may still be on its way. Tell us from %s on if it has not come.") % terms.in_words(
            first_on
        )
    if today > last_on:
        return _("Copies can be claimed until %d days after their day.") % LAST_AFTER.days
    return ""


def _was_replaced_before(label: Label) -> bool:
    """Whether a copy of the same term was replaced before; without a plan, one within a year."""
    replaced = CopyClaim.objects.filter(outcome=Outcome.REPLACED, label__reader=label.reader_id)
    on = label.run.issue_on
    term = None
    if label.subscription_id is not None:
        replaced = replaced.filter(label__subscription=label.subscription_id)
        kept = Term.objects.kept().filter(subscription=label.subscription_id)
        term = kept.filter(starts_on__lte=on, ends_on__gte=on).first()
    if term is not None:
        return replaced.filter(label__run__issue_on__range=(term.starts_on, term.ends_on)).exists()
    return replaced.filter(label__run__issue_on__gt=on - YEAR).exists()
