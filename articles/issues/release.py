"""Putting an issue to bed: rehearsed, released as one act, and taken back exactly as far as that went.

Whether a piece or an issue is public is computed from its instants when asked. A release writes the same
instant to the issue and to every piece that is approved for it, in one transaction under the lock of the
issue: all of them go live together, at once or at that moment to come, and whatever stops the machine leaves
a whole release or none. What is to follow (letters, files) is queued in the same transaction.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import revisions
from articles.issues import life, readiness, register
from articles.issues.readiness import Readiness
from articles.models import Article, Issue, IssueEvent
from articles.publishing import Conflict, Refused, moment
from articles.sanitising import RefusedHTML
from magazine.work import schedule
from subscriptions.announcing import outgoing

# By their paths, because what they call leads back here.
TELL = "articles.tasks.tell_of_release"


@dataclass(frozen=True)
class Rehearsal:
    """What a release at ``at`` would do; ``at`` is none for a release at once.

    ``goes_live`` are the pieces that it makes public, ``is_public`` those that readers have already,
    ``later`` those with a day of their own after it, ``stays`` those that nobody has approved.
    ``to_archive`` are the issues that are then no longer the current one.
    """

    issue: Issue
    at: datetime | None
    readiness: Readiness
    goes_live: tuple[Article, ...]
    is_public: tuple[Article, ...]
    later: tuple[Article, ...]
    stays: tuple[Article, ...]
    to_archive: tuple[Issue, ...]
    letters: int

    @property
    def can_be_released(self) -> bool:
        """Whether nothing has to be mended first."""
        return not self.readiness.reds

    @property
    def mark(self) -> str:
        """Stands for what was shown: another mark means that something would now be done differently.

        Readers come and go, so the number of letters has no part in it.
        """
        told = [
            self.issue.pk,
            self.at.isoformat() if self.at else "",
            [[piece.pk, piece.version] for piece in self.goes_live],
            [piece.pk for piece in (*self.is_public, *self.later, *self.stays)],
            [issue.pk for issue in self.to_archive],
            [[light.piece, light.label, light.sentence] for light in self.readiness.reds],
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]

    @property
    def sentences(self) -> list[str]:
        """Say what will happen, in the order in which readers notice it."""
        when = _("At once") if self.at is None else moment(self.at)
        told = [_("%(when)s: readers have issue %(issue)s.") % {"when": when, "issue": self.issue}]
        if count := len(self.goes_live):
            told.append(
                ngettext("One piece goes live.", "%d pieces go live, all at the same instant.", count)
                % (() if count == 1 else count)
            )
        if count := len(self.is_public):
            told.append(
                ngettext("One piece is public already.", "%d pieces are public already.", count)
                % (() if count == 1 else count)
            )
        told += [
            _("“%(piece)s” goes live on its own day: %(when)s.")
            % {"piece": piece, "when": moment(_own_day(piece, self.readiness.at))}
            for piece in self.later
        ]
        if self.to_archive:
            newest = self.to_archive[0]
            told.append(_("Issue %(issue)s is no longer the current one.") % {"issue": newest})
        told.append(
            ngettext("One letter tells a reader of it.", "%d letters tell readers of it.", self.letters)
            % (() if self.letters == 1 else self.letters)
            if self.letters
            else _("No letters are written: nobody is to be told of it.")
        )
        return told


def rehearse(issue: Issue, at: datetime | None = None, *, now: datetime | None = None) -> Rehearsal:
    """Say what a release of ``issue`` at ``at`` (default: at once) would do. Nothing is written.

    The number of queries does not grow with the pieces or the readers.
    """
    now = now or timezone.now()
    then = at or now
    look = readiness.look(issue, then)
    pieces = [piece.article for piece in look.pieces]
    waiting = [piece for piece in pieces if piece.awaits_release]
    return Rehearsal(
        issue=issue,
        at=at,
        readiness=look,
        goes_live=tuple(piece for piece in waiting if not _is_embargoed(piece, then)),
        is_public=tuple(piece for piece in pieces if piece.is_published(then)),
        later=tuple(
            piece
            for piece in pieces
            if (piece.awaits_release and _is_embargoed(piece, then))
            or (piece.goes_live_at is not None and piece.goes_live_at > then)
        ),
        stays=tuple(piece for piece in pieces if piece.status != Article.Status.APPROVED),
        to_archive=tuple(_no_longer_current(issue, then)),
        letters=outgoing.how_many(issue.pk, then),
    )


def release(
    issue: Issue,
    *,
    by: Any,
    at: datetime | None = None,
    mark: str | None = None,
    now: datetime | None = None,
) -> IssueEvent:
    """Release ``issue`` at ``at`` (default: at once), for ``by``; returns what was written down of it.

    ``mark`` is that of the rehearsal that was shown. An issue that has its moment already is not released
    again: the event of that release is returned, and nothing is done.

    Raises ``PermissionDenied`` if ``by`` may not, ``Refused`` where a light is red or the moment has
    passed, ``Conflict`` if ``mark`` is not of what would be done now; then nothing was done.
    """
    now = now or timezone.now()
    if not by.has_perm(life.PERMISSION):
        raise PermissionDenied
    with transaction.atomic():
        locked = Issue.objects.select_for_update(no_key=True).get(pk=issue.pk)
        if locked.released_at is not None:
            done = last_release(locked)
            if done is None:
                raise Refused([_("This issue is released already.")])
            issue.refresh_from_db()
            return done
        if at is not None and at <= now:
            raise Refused([_("That moment has passed: choose a later one, or release it now.")])
        rehearsal = rehearse(locked, at, now=now)
        if mark is not None and mark != rehearsal.mark:
            raise Conflict([_("Something has changed since this was shown. Look again, then decide.")])
        if not rehearsal.can_be_released:
            raise Refused([_told(light, rehearsal.readiness) for light in rehearsal.readiness.reds])
        event = _write(locked, rehearsal, at or now, now, by)
    issue.refresh_from_db()
    return event


def _write(issue: Issue, rehearsal: Rehearsal, at: datetime, now: datetime, by: Any) -> IssueEvent:
    waiting = Article.objects.at_hand().awaiting_release().filter(issue=issue)
    # Locked, so that what is written down is what is done.
    ids = sorted(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    Article.objects.filter(pk__in=ids).update(published_at=at, version=F("version") + 1, changed_at=now)
    archived = [former.pk for former in rehearsal.to_archive]
    Issue.objects.filter(pk__in=archived).update(archived_at=at)
    Issue.objects.filter(pk=issue.pk).update(released_at=at)
    note = _("Released with issue %(issue)s") % {"issue": issue}
    revisions.record_all(Article.objects.filter(pk__in=ids).only("pk"), by=by, note=note)
    event = IssueEvent.objects.create(
        issue=issue,
        kind=IssueEvent.Kind.RELEASED,
        at=now,
        by=by,
        detail={"at": at.isoformat(), "pieces": ids, "archived": archived},
    )
    if at > now:
        schedule.at(at, TELL, event.pk)
    else:
        schedule.soon(TELL, event.pk)
    return event


def roll_back(issue: Issue, *, by: Any, reason: str, now: datetime | None = None) -> IssueEvent:
    """Take back exactly what the release of ``issue`` did, for ``by``, who says why.

    The pieces that it dated wait for their issue again, unless somebody has given them another day or
    state since; what was public before stays. Letters that have not gone out are withdrawn.

    Raises ``PermissionDenied`` if ``by`` may not, ``Refused`` where there is no release to take back or no
    reason.
    """
    now = now or timezone.now()
    if not by.has_perm(life.PERMISSION):
        raise PermissionDenied
    if not reason.strip():
        raise Refused([_("Say why it is taken back: those who come after you will want to know.")])
    with transaction.atomic():
        locked = Issue.objects.select_for_update(no_key=True).get(pk=issue.pk)
        done = last_release(locked)
        if done is None:
            raise Refused([_("There is no release of this issue to take back.")])
        at = datetime.fromisoformat(done.detail["at"])
        pieces = _released_by(done, locked, at)
        ids = sorted(pieces.select_for_update().order_by("pk").values_list("pk", flat=True))
        Article.objects.filter(pk__in=ids).update(published_at=None, version=F("version") + 1, changed_at=now)
        Issue.objects.filter(pk__in=done.detail["archived"], archived_at=at).update(archived_at=None)
        Issue.objects.filter(pk=locked.pk).update(released_at=None, archived_at=None)
        _settle_changes(ids)
        note = _("The release of issue %(issue)s was taken back") % {"issue": locked}
        revisions.record_all(Article.objects.filter(pk__in=ids).only("pk"), by=by, note=note)
        event = IssueEvent.objects.create(
            issue=locked,
            kind=IssueEvent.Kind.ROLLED_BACK,
            at=now,
            by=by,
            reason=reason.strip()[:400],
            detail={"release": done.pk, "pieces": ids, "letters": outgoing.withdraw(locked.pk)},
        )
        for path in register.all_looks():
            schedule.soon(path)
    issue.refresh_from_db()
    return event


def last_release(issue: Issue) -> IssueEvent | None:
    """Return the release of ``issue`` that stands: none if it was taken back, or not made here."""
    about = IssueEvent.objects.filter(
        issue=issue, kind__in=[IssueEvent.Kind.RELEASED, IssueEvent.Kind.ROLLED_BACK]
    )
    last = about.order_by("-pk").first()
    stands = last is not None and last.kind == IssueEvent.Kind.RELEASED and issue.released_at is not None
    return last if stands else None


def taken_back_by_it(issue: Issue) -> list[Article]:
    """Return the pieces that taking the release back would take from readers, in running order."""
    done = last_release(issue)
    if done is None:
        return []
    return list(_released_by(done, issue, datetime.fromisoformat(done.detail["at"])))


def tell(event_id: int, at: datetime | None = None) -> bool:
    """See to what follows a release, once its moment has come; returns whether anything was queued.

    Nothing follows one that was taken back. Safe to run twice.
    """
    event = IssueEvent.objects.select_related("issue").filter(pk=event_id).first()
    if event is None or last_release(event.issue) != event or not event.issue.is_published(at):
        return False
    with transaction.atomic():
        outgoing.announce(event.issue_id)
        for path in register.all_looks():
            schedule.soon(path)
    return True


def _released_by(done: IssueEvent, issue: Issue, at: datetime) -> QuerySet[Article]:
    mine = Article.objects.at_hand().filter(pk__in=done.detail["pieces"], issue=issue)
    return mine.filter(status=Article.Status.APPROVED, published_at=at).order_by("page", "pk")


def _settle_changes(ids: Sequence[int]) -> None:
    """Make what was being changed in these pieces part of them: there is one text of each again."""
    changed = Article.objects.filter(pk__in=ids, revisions__pending_over__isnull=False).distinct()
    for article in changed:
        if waiting := revisions.pending(article):
            try:
                revisions.take_in(article, waiting)
            except RefusedHTML as refusal:
                raise Refused(refusal.messages) from refusal


def _no_longer_current(issue: Issue, at: datetime) -> QuerySet[Issue]:
    former = Issue.objects.exclude(pk=issue.pk).filter(released_at__lte=at, archived_at=None)
    return former.order_by("-released_at", "-pk")


def _is_embargoed(piece: Article, at: datetime) -> bool:
    return piece.embargo_until is not None and piece.embargo_until > at


def _own_day(piece: Article, at: datetime) -> datetime:
    """The instant from which ``piece`` is public, if its issue is released at ``at``."""
    return max(piece.published_at or at, piece.embargo_until or at)


def _told(light: register.Light, look: Readiness) -> str:
    headlines = {piece.article.pk: piece.article.headline for piece in look.pieces}
    if light.piece is None:
        return light.sentence
    return f"“{headlines.get(light.piece, '')}”: {light.sentence}"
