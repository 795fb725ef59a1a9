"""The same for many readers: shown first, done line by line by the worker, and undone again if need be.

==========  ==============================================  ============================================
What        done                                            undone
==========  ==============================================  ============================================
Add days    ``extensions.extend``, with its letter          the days that are still ahead are taken back
Give access ``entitlements.grant_complimentary``            those rights end at once
A note      ``notes.leave``                                 those notes go
==========  ==============================================  ============================================

Who is concerned is written down when it is asked for, one line each, and is not asked anew: a second person
signs for the people who were shown. Each line is done in a transaction of its own, together with its tick, so
that whatever is killed goes on where it was, and nothing is done twice.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeAlias

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from magazine.work import schedule
from subscriptions import entitlements, terms
from subscriptions.features import REGISTRY, Feature
from subscriptions.life import extensions
from subscriptions.life.extensions import CannotExtendError
from subscriptions.models import Approval, BulkDeed, BulkLine, Subscription, Term
from subscriptions.people import notes, segments

Kind: TypeAlias = BulkDeed.Kind
State = BulkDeed.State

# So many lines are done in one task; then others have their turn.
AT_ONCE = 200
LINES_AT_ONCE = 1000


class CannotDoError(ValueError):
    """It cannot be done; the text is the sentence for whoever asked."""


class ChangedSinceError(CannotDoError):
    """Others would be concerned by now than were shown."""


@dataclass(frozen=True)
class Plan:
    """What an action on many would do: to whom, and why some of those who fit are left out.

    ``people`` are pairs of a reader and the subscription it is about, if any.
    """

    kind: Kind
    parameters: Mapping[str, Any]
    conditions: Mapping[str, Any]
    people: tuple[tuple[int, int | None], ...]
    left_out: Mapping[str, int]

    @property
    def mark(self) -> str:
        """What was shown, in short: it is done to the same people in the same way, or not at all."""
        told = repr((self.kind.value, sorted(self.parameters.items()), self.people))
        return sha256(told.encode()).hexdigest()[:32]

    @property
    def needs_second_person(self) -> bool:
        """Whether so many are concerned that somebody else has to agree."""
        return len(self.people) > settings.MAGAZINE_SECOND_PERSON_PEOPLE

    @property
    def sentences(self) -> list[str]:
        """Say what will happen."""
        said = [described(self.kind, self.parameters, len(self.people))]
        said += [
            _("%(count)d left out: %(why)s") % {"count": n, "why": why} for why, n in self.left_out.items()
        ]
        if self.kind == Kind.EXTEND:
            said.append(_("Each of them gets a letter that says how many days were added, and why."))
        said.append(UNDOING[self.kind]())
        if self.needs_second_person:
            said.append(
                _("That is more than %d people: somebody else has to agree before anything is done.")
                % settings.MAGAZINE_SECOND_PERSON_PEOPLE
            )
        return said


UNDOING: Mapping[str, Callable[[], str]] = {
    Kind.EXTEND: lambda: _(
        "It can be undone: days that are still ahead are taken back, those used by then stay. "
        "The letters have gone out by then."
    ),
    Kind.GRANT: lambda: _("It can be undone: what was given then ends at once."),
    Kind.NOTE: lambda: _("It can be undone: the notes then go."),
}


def described(kind: str, parameters: Mapping[str, Any], count: int) -> str:
    """Say what is done to how many."""
    if kind == Kind.EXTEND:
        what = ngettext("%d day is added", "%d days are added", parameters["days"]) % parameters["days"]
    elif kind == Kind.GRANT:
        names = ", ".join(str(REGISTRY[Feature(key)].label) for key in parameters["features"])
        last = date_format(date.fromisoformat(parameters["last_on"]), "j F Y")
        what = _("Until %(last)s is given: %(names)s") % {"last": last, "names": names}
    else:
        what = _("A note is left: “%s”") % parameters["text"]
    to_whom = ngettext("for %d person", "for %d people", count) % count
    return f"{what}, {to_whom}."


# -- Asking --------------------------------------------------------------------


def plan(
    kind: str, parameters: Mapping[str, Any], conditions: Mapping[str, Any], at: datetime | None = None
) -> Plan:
    """Return what doing ``kind`` to all whom ``conditions`` keep would do at ``at`` (default: now).

    Three queries. Raises ``ValidationError`` for conditions that are none.
    """
    at = at or timezone.now()
    readers = segments.readers_in(conditions, at).order_by("pk")
    rows = list(readers.values_list("pk", "is_staff", "is_active"))
    left_out: Counter[str] = Counter()
    extendable = _extendable(at) if kind == Kind.EXTEND else {}
    people: list[tuple[int, int | None]] = []
    for pk, is_staff, is_active in rows:
        if not is_active:
            left_out[_("the account is switched off.")] += 1
        elif is_staff and kind == Kind.GRANT:
            left_out[_("staff read everything anyway.")] += 1
        elif kind == Kind.EXTEND and pk not in extendable:
            left_out[_("no paid days run that could be made more.")] += 1
        else:
            people.append((pk, extendable.get(pk)))
    return Plan(Kind(kind), parameters, conditions, tuple(people), left_out)


def _extendable(at: datetime) -> dict[int, int]:
    """The readers with paid days to come, each with the newest agreement that has them."""
    running = Term.objects.kept().filter(
        ends_on__gte=terms.day_of(at), subscription__closed_at=None, subscription__is_gift=False
    )
    return dict(running.order_by("subscription").values_list("subscription__reader", "subscription"))


def begin(
    shown: Plan,
    *,
    mark: str,
    by: Any,
    reason: str,
    segment_name: str = "",
    at: datetime | None = None,
) -> BulkDeed:
    """Write down what was ``shown``, and have it done; above the limit, once a second person agrees.

    ``mark`` is what the page carried. Raises ``ChangedSinceError`` where it is another by now, and
    ``CannotDoError`` where nobody is concerned or no reason is given.
    """
    at = at or timezone.now()
    if mark != shown.mark:
        raise ChangedSinceError(_("Things have changed since you looked. This is what it would do now."))
    if not shown.people:
        raise CannotDoError(_("Nobody is concerned: there is nothing to do."))
    if not reason.strip():
        raise CannotDoError(_("Say why: who is concerned may ask."))
    waits = shown.needs_second_person
    with transaction.atomic():
        deed = BulkDeed.objects.create(
            kind=shown.kind,
            parameters=dict(shown.parameters),
            conditions=dict(shown.conditions),
            segment_name=segment_name,
            reason=reason.strip(),
            asked_by=by,
            asked_at=at,
            state=State.WAITING if waits else State.RUNNING,
            people_count=len(shown.people),
        )
        lines = [BulkLine(deed=deed, reader_id=pk, subscription_id=about) for pk, about in shown.people]
        BulkLine.objects.bulk_create(lines, batch_size=LINES_AT_ONCE)
        if waits:
            deed.approval = Approval.objects.create(
                kind=Approval.Kind.BULK,
                asked_by=by,
                asked_at=at,
                reason=reason.strip(),
                people_count=len(shown.people),
                deed={"kind": shown.kind.value, **shown.parameters},
                shown=shown.mark,
            )
            deed.save(update_fields=["approval"])
        else:
            schedule.soon("subscriptions.tasks.do_bulk", deed.pk)
    return deed


def undo(deed: BulkDeed, *, by: Any, at: datetime | None = None) -> None:
    """Have what was done undone, line by line; what was not done yet is not done any more.

    Raises ``CannotDoError`` where nothing was begun, or it is undone already.
    """
    with transaction.atomic():
        held = BulkDeed.objects.select_for_update().get(pk=deed.pk)
        if held.state not in (State.RUNNING, State.DONE):
            raise CannotDoError(_("There is nothing to undo."))
        held.state, held.undone_by, held.undone_at = State.UNDOING, by, at or timezone.now()
        held.save(update_fields=["state", "undone_by", "undone_at"])
        schedule.soon("subscriptions.tasks.do_bulk", held.pk)


# -- Doing ---------------------------------------------------------------------


def go_on(deed_id: int, at: datetime | None = None) -> int:
    """Do (or undo) the next lines of an action, queue the rest; return how many. Not in a transaction."""
    at = at or timezone.now()
    deed = BulkDeed.objects.select_related("asked_by", "undone_by").get(pk=deed_id)
    if deed.state == State.RUNNING:
        left, one = deed.lines.filter(done_at=None, problem=""), _do_line
    elif deed.state == State.UNDOING:
        left, one = deed.lines.filter(done_at__isnull=False, undone_at=None, problem=""), _undo_line
    else:
        return 0
    ids = list(left.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for line_id in ids:
        if not one(deed, line_id, at):
            break
    with transaction.atomic():
        if left.exists():
            schedule.soon("subscriptions.tasks.do_bulk", deed.pk)
        else:
            _finish(deed, at)
    return len(ids)


def go_on_with_all() -> int:
    """Take up what a crash left under way; return how many actions that were."""
    ids = list(BulkDeed.objects.filter(state__in=[State.RUNNING, State.UNDOING]).values_list("pk", flat=True))
    for deed_id in ids:
        go_on(deed_id)
    return len(ids)


def _finish(deed: BulkDeed, at: datetime) -> None:
    running = BulkDeed.objects.filter(pk=deed.pk, state=deed.state)
    if deed.state == State.RUNNING:
        running.update(state=State.DONE, done_at=at)
    else:
        running.update(state=State.UNDONE)


def _do_line(deed: BulkDeed, line_id: int, at: datetime) -> bool:
    """Do one line, unless that was done; returns whether the action is still under way."""
    return _on_line(deed, line_id, DOING[Kind(deed.kind)], "done_at", at)


def _undo_line(deed: BulkDeed, line_id: int, at: datetime) -> bool:
    return _on_line(deed, line_id, TAKING_BACK[Kind(deed.kind)], "undone_at", at)


Act = Callable[[BulkDeed, BulkLine, datetime], None]


def _on_line(deed: BulkDeed, line_id: int, act: Act, tick: str, at: datetime) -> bool:
    """Act on one line and tick it, in one transaction; what stands in the way is written beside it."""
    with transaction.atomic():
        # The action is held first: whoever undoes it waits for this line, and no further one is begun.
        if BulkDeed.objects.select_for_update().get(pk=deed.pk).state != deed.state:
            return False
        line = BulkLine.objects.select_for_update(of=["self"]).select_related("reader").get(pk=line_id)
        if getattr(line, tick) is None and not line.problem:
            try:
                with transaction.atomic():
                    act(deed, line, at)
            except (CannotExtendError, ValueError) as refusal:
                line.problem = str(refusal)[:200]
            else:
                setattr(line, tick, at)
            line.save()
    return True


def _extend(deed: BulkDeed, line: BulkLine, at: datetime) -> None:
    extensions.extend(
        Subscription(pk=line.subscription_id),
        deed.parameters["days"],
        batch=_batch(deed),
        by=deed.asked_by,
        reason=deed.reason,
        at=at,
    )


def _take_days_back(deed: BulkDeed, line: BulkLine, at: datetime) -> None:
    extensions.take_back(
        Subscription(pk=line.subscription_id), _batch(deed), by=deed.undone_by, reason=deed.reason, at=at
    )


def _batch(deed: BulkDeed) -> str:
    return f"bulk-{deed.pk}"


def _grant(deed: BulkDeed, line: BulkLine, at: datetime) -> None:
    rights = entitlements.grant_complimentary(
        line.reader,
        [Feature(key) for key in deed.parameters["features"]],
        first_on=terms.day_of(at),
        last_on=max(date.fromisoformat(deed.parameters["last_on"]), terms.day_of(at)),
        by=deed.asked_by,
        reason=deed.reason,
    )
    line.rights.set(rights)


def _end_grant(deed: BulkDeed, line: BulkLine, at: datetime) -> None:
    entitlements.end_at(line.rights.all(), at)


def _note(deed: BulkDeed, line: BulkLine, at: datetime) -> None:
    line.note = notes.leave(line.reader, deed.parameters["text"], by=deed.asked_by, at=at)


def _remove_note(deed: BulkDeed, line: BulkLine, at: datetime) -> None:
    if line.note is not None:
        line.note.delete()
        line.note = None


DOING: Mapping[str, Act] = {Kind.EXTEND: _extend, Kind.GRANT: _grant, Kind.NOTE: _note}
TAKING_BACK: Mapping[str, Act] = {
    Kind.EXTEND: _take_days_back,
    Kind.GRANT: _end_grant,
    Kind.NOTE: _remove_note,
}


def progress(deed: BulkDeed) -> dict[str, int]:
    """Count the lines: how many are done, undone, could not be done, and left. One query per count."""
    lines = deed.lines
    return {
        "done": lines.filter(done_at__isnull=False, undone_at=None).count(),
        "undone": lines.filter(undone_at__isnull=False).count(),
        "problems": lines.exclude(problem="").count(),
        "left": lines.filter(done_at=None, problem="").count(),
    }


def default_last_day(at: datetime | None = None) -> date:
    """A month from ``at`` (default: now): what giving access suggests."""
    return terms.day_of(at or timezone.now()) + timedelta(days=30)
