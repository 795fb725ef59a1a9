"""Terms by issues end when their issues have come: their days move as issues come, or are late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from subscriptions import terms
from subscriptions.ledger import lives
from subscriptions.ledger.coming import ComingIssue
from subscriptions.ledger.forecasts import ONE_DAY, UNPROMISED, end_of_count, known_at
from subscriptions.ledger.lives import Life, Stretch
from subscriptions.life import story, timetable
from subscriptions.models import Term

# A term that ended by forecast goes on when the issue is late; after so long nobody waits for it any more.
LOOK_BACK = timedelta(days=60)


def settle_terms_by_issues(at: datetime | None = None) -> int:
    """Move the last day of each term by issues to where it belongs at ``at`` (default: now); return how many.

    It is the day before the first issue that is no longer paid for, as far as is known. Days that were added
    by an extension stay added; rights, and the terms behind, move along. A day that has begun is not taken
    back unless the next term has it. Run twice, it moves nothing the second time.
    """
    at = at or timezone.now()
    running = Term.objects.kept().filter(
        issues__gt=0, subscription__closed_at=None, ends_on__gte=terms.day_of(at) - LOOK_BACK
    )
    if not (ids := set(running.values_list("subscription", flat=True))):
        return 0
    known = known_at(at)
    return sum(
        _settle(life.subscription.pk, known, at)
        for batch in lives.batches_of(ids)
        for life in batch
        if _first_wrong(life, known, at)
    )


def _settle(subscription_id: int, known: list[ComingIssue], at: datetime) -> int:
    """Move the terms of one subscription, the earliest first: each move takes those behind it along."""
    moved = 0
    with transaction.atomic():
        subscription = story.locked(subscription_id)
        while wrong := _first_wrong(lives.of(subscription), known, at, after=moved):
            stretch, ends_on = wrong
            within = next(term for term in subscription.terms.all() if term.pk == stretch.term_id)
            timetable.move(subscription, within=within, days=(ends_on - within.ends_on).days)
            subscription = story.locked(subscription_id)
            moved += 1
    return moved


def _first_wrong(
    life: Life, known: list[ComingIssue], at: datetime, *, after: int = 0
) -> tuple[Stretch, date] | None:
    """Return the first term by issues that ends on another day than it should, and that day."""
    if life.closed_on is not None or after > len(life.stretches):
        return None
    today = terms.day_of(at)
    for stretch in life.counting:
        if not stretch.issues or stretch.is_cut or stretch.ends_on < today - LOOK_BACK:
            continue
        ends_on = end_of(life, stretch, known, today)
        if ends_on != stretch.ends_on:
            return stretch, ends_on
    return None


def end_of(life: Life, stretch: Stretch, known: Sequence[ComingIssue], today: date) -> date:
    """Return the last day that ``stretch``, a term by issues, has if the ``known`` issues come. No query."""
    per_year = stretch.per_year or UNPROMISED
    ends_on = end_of_count(
        stretch.starts_on, stretch.issues, known=known, per_year=per_year, rests_on=life.rests_on
    )
    ends_on += timedelta(days=stretch.added_days)
    is_followed = any(other.starts_on == stretch.ends_on + ONE_DAY for other in life.stretches)
    return ends_on if is_followed else max(ends_on, min(stretch.ends_on, today))
