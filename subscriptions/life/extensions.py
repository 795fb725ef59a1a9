"""Adding days to a subscription, one by one or to all who would be short of issues: shown first, then done.

An extension moves the end of the last term, and with it the rights; it promises nothing more. The next term
begins behind the moved end, and anniversaries are counted anew from there.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from subscriptions import terms
from subscriptions.ledger import shortfalls
from subscriptions.ledger.shortfalls import Short
from subscriptions.letters import post
from subscriptions.life import story, timetable
from subscriptions.models import Extension, Letter, Subscription, SubscriptionEvent, Term

# A pause for illness, a lost year: more than that is another subscription.
MOST_DAYS = 732


class CannotExtendError(ValueError):
    """There is no term that days could be added to, or the number of days is not sensible."""


@dataclass(frozen=True)
class BulkExtension:
    """What extending all who will be short would do: the same rows are then extended.

    Two plans with the same ``key`` do the same.
    """

    rows: tuple[Short, ...]

    @property
    def days(self) -> int:
        """How many days that is in all."""
        return sum(row.days for row in self.rows)

    @property
    def missing(self) -> int:
        """How many issues that makes good."""
        return sum(row.missing for row in self.rows)

    @property
    def key(self) -> str:
        """What the plan is recognised by, and its batch is called."""
        told = "\n".join(
            f"{row.subscription.pk} {row.missing} {row.ends_on} {row.enough_on}" for row in self.rows
        )
        return f"issues-{sha256(told.encode()).hexdigest()[:24]}"


@dataclass(frozen=True)
class Done:
    """What came of a bulk extension: who has more days, and who was left as things had changed."""

    extended: tuple[Extension, ...]
    changed: tuple[Short, ...]


def extend(
    subscription: Subscription,
    days: int,
    *,
    batch: str,
    by,
    reason: str,
    at: datetime | None = None,
) -> Extension:
    """Add ``days`` to the last term of ``subscription``, and write to the reader: once for each ``batch``.

    A second time it returns the first extension. Raises ``CannotExtendError``.
    """
    at = at or timezone.now()
    if not 1 <= days <= MOST_DAYS:
        raise CannotExtendError(f"From 1 to {MOST_DAYS} days can be added.")
    if not reason.strip():
        raise CannotExtendError("Say why: the reader is told.")
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        if done := Extension.objects.filter(subscription=subscription, batch=batch).first():
            return done
        term = last_term(subscription)
        if term is None or subscription.closed_at is not None:
            raise CannotExtendError("Nothing runs that could be extended.")
        extension = Extension.objects.create(
            subscription=subscription,
            term=term,
            days=days,
            batch=batch,
            reason=reason.strip(),
            made_at=at,
            made_by=by,
        )
        timetable.move(subscription, within=term, days=days)
        story.note(
            subscription,
            SubscriptionEvent.Kind.EXTENDED,
            by=by,
            at=at,
            reason=f"+{days}: {reason.strip()}"[:200],
        )
        post.queue(
            Letter.Kind.EXTENDED, about=extension, key=str(extension.pk), subscription=subscription, at=at
        )
    return extension


def take_back(subscription: Subscription, batch: str, *, by, reason: str, at: datetime | None = None) -> int:
    """Take back what ``batch`` added to ``subscription``, as far as those days are still ahead.

    The inverse of ``extend``: the term ends as much earlier, what follows moves along, and the story says so.
    Days that have been used stay, and stand in the extension that remains. Returns how many were taken back;
    a second time, none. Raises ``CannotExtendError`` where the term no longer counts.
    """
    at = at or timezone.now()
    with transaction.atomic():
        subscription = story.locked(subscription.pk)
        extension = Extension.objects.filter(subscription=subscription, batch=batch).first()
        if extension is None:
            return 0
        term = Term.objects.kept().filter(pk=extension.term_id).first()
        if term is None or subscription.closed_at is not None:
            raise CannotExtendError("The term they were added to no longer runs.")
        days = min(extension.days, (term.ends_on - terms.day_of(at)).days)
        if days < 1:
            raise CannotExtendError("The days that were added have been used.")
        if days == extension.days:
            extension.delete()
        else:
            Extension.objects.filter(pk=extension.pk).update(days=extension.days - days)
        timetable.move(subscription, within=term, days=-days)
        story.note(
            subscription,
            SubscriptionEvent.Kind.EXTENDED,
            by=by,
            at=at,
            reason=f"−{days}: {reason.strip()}"[:200],
        )
    return days


def last_term(subscription: Subscription) -> Term | None:
    """Return the term that days are added to: the last of those that are kept. One query."""
    return Term.objects.kept().filter(subscription=subscription).order_by("-ends_on", "-number").first()


def plan_bulk(at: datetime | None = None) -> BulkExtension:
    """Return what it takes that nobody will have been short, as it is known at ``at`` (default: now)."""
    return BulkExtension(shortfalls.shortfall(at).rows)


def execute(plan: BulkExtension, *, by, reason: str, at: datetime | None = None) -> Done:
    """Do what ``plan`` says for each row that is still as it was shown, and leave the others as they are.

    Each row is a transaction of its own; run again, it does what is left. Raises ``CannotExtendError``
    without a reason.
    """
    at = at or timezone.now()
    extended, changed = [], []
    for row in plan.rows:
        with transaction.atomic():
            story.locked(row.subscription.pk)
            if Extension.objects.filter(subscription=row.subscription, batch=plan.key).exists():
                continue
            if shortfalls.shortfall_of(row.subscription, at) != row:
                changed.append(row)
                continue
            extended.append(extend(row.subscription, row.days, batch=plan.key, by=by, reason=reason, at=at))
    return Done(tuple(extended), tuple(changed))
