"""How a piece moves from the first draft to the reader, and back: one table, one function that moves.

Whether a piece is public is computed from its status and dates when asked, so a schedule needs no job
and going live needs no other step than the ones below.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from articles import revisions
from articles.models import Article, Issue, Revision
from articles.sanitising import RefusedHTML

Status = Article.Status


class Refused(Exception):
    """A move that cannot be made; ``reasons`` are sentences for the person who asked."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = [str(reason) for reason in reasons]
        super().__init__(" ".join(self.reasons))


class Conflict(Refused):
    """Somebody else moved or saved the piece in the meantime; nothing was done."""


@dataclass(frozen=True)
class Move:
    """One arrow of the life of an article.

    ``asks`` says that the desk shows the consequences on a page of their own before the move is made;
    ``from_trash`` that it is made with a piece in the trash, and with no other; ``about_changes`` that it
    is about the changes to a live piece that are not public yet.
    """

    name: str
    label: str | Promise
    done: str | Promise
    from_statuses: frozenset[str]
    to: str
    permission: str = "articles.publish_article"
    asks: bool = False
    needs_everything: bool = False
    from_trash: bool = False
    about_changes: bool = False

    def can_start_from(self, article: Article) -> bool:
        """Whether ``article`` stands where this arrow begins."""
        return article.status in self.from_statuses and self.from_trash == bool(article.trashed_at)


MOVES = {
    move.name: move
    for move in [
        Move(
            "submit",
            lazy("Submit to the editors"),
            lazy("Submitted"),
            frozenset({Status.DRAFT}),
            Status.SUBMITTED,
            permission="articles.change_article",
        ),
        Move(
            "send_back",
            lazy("Send back…"),
            lazy("Sent back"),
            frozenset({Status.SUBMITTED}),
            Status.DRAFT,
            asks=True,
        ),
        Move(
            "publish",
            lazy("Publish…"),
            lazy("Published"),
            frozenset({Status.DRAFT, Status.SUBMITTED, Status.APPROVED}),
            Status.APPROVED,
            asks=True,
            needs_everything=True,
        ),
        Move(
            "schedule",
            lazy("Publish at…"),
            lazy("Scheduled"),
            frozenset({Status.DRAFT, Status.SUBMITTED, Status.APPROVED}),
            Status.APPROVED,
            asks=True,
            needs_everything=True,
        ),
        Move(
            "approve_for_issue",
            lazy("Approve for its issue…"),
            lazy("Approved for its issue"),
            frozenset({Status.DRAFT, Status.SUBMITTED}),
            Status.APPROVED,
            asks=True,
            needs_everything=True,
        ),
        Move(
            "publish_changes",
            lazy("Publish the changes…"),
            lazy("Changes published"),
            frozenset({Status.APPROVED}),
            Status.APPROVED,
            asks=True,
            about_changes=True,
        ),
        Move(
            "discard_changes",
            lazy("Discard the changes…"),
            lazy("Changes discarded"),
            frozenset({Status.APPROVED}),
            Status.APPROVED,
            asks=True,
            about_changes=True,
        ),
        Move(
            "unpublish",
            lazy("Take it offline…"),
            lazy("Taken offline"),
            frozenset({Status.APPROVED}),
            Status.DRAFT,
            asks=True,
        ),
        Move(
            "spike",
            lazy("Spike…"),
            lazy("Spiked"),
            frozenset({Status.DRAFT, Status.SUBMITTED}),
            Status.SPIKED,
            asks=True,
        ),
        Move(
            "revive",
            lazy("Revive"),
            lazy("Revived"),
            frozenset({Status.SPIKED}),
            Status.DRAFT,
        ),
        Move(
            "trash",
            lazy("Move to the trash…"),
            lazy("Moved to the trash"),
            frozenset({Status.SPIKED}),
            Status.SPIKED,
            permission="articles.delete_article",
            asks=True,
        ),
        Move(
            "put_back",
            lazy("Put back"),
            lazy("Put back"),
            frozenset(Status),
            Status.SPIKED,
            permission="articles.delete_article",
            from_trash=True,
        ),
    ]
}


def moves_for(user: Any, article: Article, at: datetime | None = None) -> list[Move]:
    """Return the moves that ``user`` may make with ``article`` as it stands at ``at`` (default: now)."""
    is_live = article.is_published(at)
    has_changes = is_live and revisions.pending(article) is not None
    return [
        move
        for move in MOVES.values()
        if move.can_start_from(article)
        and user.has_perm(move.permission)
        and not (is_live and move.name in {"publish", "schedule"})
        and (has_changes or not move.about_changes)
        and (move.name != "approve_for_issue" or _has_issue_to_come(article))
    ]


def _has_issue_to_come(article: Article) -> bool:
    return article.issue is not None and article.issue.released_at is None


def missing(article: Article) -> list[str]:
    """Say, in sentences, what ``article`` needs before it can be published. Two queries at most."""
    needs = []
    if not article.headline.strip():
        needs.append(_("It has no headline."))
    if article.section_id is None:
        needs.append(_("It has no section."))
    if not article.body_text.strip() and not article.body_html.strip():
        needs.append(_("It has no words."))
    if not article.bylines.exists():
        needs.append(_("Nobody's name stands over it: add a byline."))
    return needs


def doubts(article: Article) -> list[str]:
    """Say, in sentences, what an editor may want to mend before (or after) ``article`` is public."""
    worries = []
    if not article.standfirst.strip():
        worries.append(_("It has no standfirst."))
    if article.lead_picture is None:
        worries.append(_("It has no lead picture."))
    elif not article.lead_picture.alt.strip():
        worries.append(_("The lead picture has no alternative text."))
    if not article.tags.exists():
        worries.append(_("It has no tags."))
    if article.audience != "everyone" and not article.opening_html:
        worries.append(
            _("There is no paywall marker: readers without a subscription see the standfirst alone.")
        )
    return worries


def perform(
    article: Article,
    name: str,
    *,
    by: Any,
    at: datetime | None = None,
    note: str = "",
    now: datetime | None = None,
) -> Article:
    """Make the move ``name`` with ``article``, for ``by``; ``article`` is changed in place and returned.

    ``at`` is the instant of publication for ``schedule`` (in the future); ``note`` is kept with the
    revision that records the move. The row is only touched if its status and version are still those
    of ``article``.

    Raises ``PermissionDenied`` if ``by`` may not, ``Refused`` if something is missing, ``Conflict`` if
    somebody was faster. Seven queries, and those of a save for changes to a live piece.
    """
    now = now or timezone.now()
    move = MOVES[name]
    mine = Article.objects.editable_by(by).filter(pk=article.pk)
    if not by.has_perm(move.permission) or not mine.exists():
        raise PermissionDenied
    if not move.can_start_from(article):
        raise Conflict([_("This piece is %(state)s now.") % {"state": _state_word(article)}])
    if move.needs_everything and (needs := missing(article)):
        raise Refused(needs)
    changes: dict[str, Any] = {
        "status": move.to,
        "trashed_at": now if move.name == "trash" else None,
        "published_at": _publication(move, article, at, now),
        "version": article.version + 1,
        "changed_at": now,
    }
    with transaction.atomic():
        if move.name == "approve_for_issue":
            _expect_release(article)
        moved = Article.objects.filter(pk=article.pk, status=article.status, version=article.version)
        if not moved.update(**changes):
            raise Conflict([_("Somebody saved or moved this piece a moment ago. Look again, then decide.")])
        for field, value in changes.items():
            setattr(article, field, value)
        if waiting := revisions.pending(article):
            _settle(article, waiting, move)
        elif move.about_changes:
            raise Conflict([_("There are no changes to decide about any more.")])
        revisions.record(article, by=by, note=f"{move.done}: {note}" if note else str(move.done))
    return article


def _expect_release(article: Article) -> None:
    """See that the issue of ``article`` is still to be released, and is not while the piece is approved."""
    # Locked as a release locks it.
    issue = Issue.objects.select_for_update(no_key=True).filter(articles=article.pk).first()
    if issue is None:
        raise Refused([_("It stands in no issue: choose one first, or publish it now.")])
    if issue.released_at is not None:
        reason = _("Issue %(issue)s has its moment of release already: publish the piece, or schedule it.")
        raise Refused([reason % {"issue": issue}])


def _settle(article: Article, waiting: Revision, move: Move) -> None:
    """Do to the pending changes what ``move`` means for them; ``Refused`` if they cannot be published."""
    if move.name == "discard_changes":
        revisions.drop(waiting)
        return
    # Whichever way a piece leaves the public: there is one text again, and nothing typed is lost.
    try:
        gone = revisions.take_in(article, waiting)
    except RefusedHTML as refusal:
        raise Refused(refusal.messages) from refusal
    if move.name == "publish_changes" and (reasons := gone + missing(article)):
        raise Refused([*reasons, _("Nothing was published. Open the changes, mend this, and save them.")])


def _state_word(article: Article) -> str:
    return _("in the trash") if article.trashed_at else article.get_status_display().lower()


def _publication(move: Move, article: Article, at: datetime | None, now: datetime) -> datetime | None:
    if move.name == "publish":
        return now
    if move.name == "approve_for_issue":
        return None
    if move.name == "schedule":
        if at is None or at <= now:
            raise Refused([_("That moment has passed: choose a later one, or publish now.")])
        return at
    return None if move.to != Status.APPROVED else article.published_at


def state_sentence(article: Article, at: datetime | None = None) -> str:
    """Say where ``article`` stands and what comes next, in the magazine's time zone."""
    at = at or timezone.now()
    if article.trashed_at:
        return _("In the trash since %(when)s. Put it back to work on it.") % {
            "when": moment(article.trashed_at)
        }
    if article.status == Status.SPIKED:
        return _("Spiked. Not public; it can be revived.")
    if article.status == Status.SUBMITTED:
        return _("Submitted. Waiting for an editor; not public.")
    if article.awaits_release:
        return _awaiting(article, at)
    live_at = article.goes_live_at
    if live_at is None:
        return _("Draft. Not public.")
    for_whom = article.get_audience_display().lower()
    if live_at > at:
        return _("Goes live %(when)s, in %(wait)s, for %(audience)s.") % {
            "when": moment(live_at),
            "wait": waiting_time(at, live_at),
            "audience": for_whom,
        }
    live = _("Live since %(when)s, for %(audience)s.") % {"when": moment(live_at), "audience": for_whom}
    if waiting := revisions.pending(article):
        who = waiting.saved_by or _("somebody")
        changes = _("The changes saved on %(when)s by %(who)s are not public yet.")
        return f"{live} {changes % {'when': moment(waiting.saved_at), 'who': who}}"
    return f"{live} {_('What you save is not public until you publish the changes.')}"


def _awaiting(article: Article, at: datetime) -> str:
    """Say of a piece without a date for what it is approved, in words that are true."""
    issue = article.issue
    if issue is None or issue.released_at is not None:
        return _("Approved, and not public: its issue is released. Publish it, or give it a moment.")
    told = {"issue": issue, "audience": article.get_audience_display().lower()}
    if article.embargo_until and article.embargo_until > at:
        told["when"] = moment(article.embargo_until)
        return (
            _(
                "Approved for issue %(issue)s; goes live when that is released, but not before %(when)s, "
                "for %(audience)s."
            )
            % told
        )
    return _("Approved for issue %(issue)s; goes live when that is released, for %(audience)s.") % told


def moment(at: datetime) -> str:
    """Write an instant as an editor says it: “Tuesday 24 November at 06:00”; another year is named."""
    local = timezone.localtime(at)
    year = "" if local.year == timezone.localtime().year else f" {local.year}"
    return _("%(day)s%(year)s at %(time)s") % {
        "day": f"{local:%A} {local.day} {local:%B}",
        "year": year,
        "time": f"{local:%H:%M}",
    }


def waiting_time(start: datetime, end: datetime) -> str:
    """Say how long it is from ``start`` to ``end`` in at most two units, minutes being the smallest."""
    minutes = max(1, round((end - start).total_seconds() / 60))
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    parts = [
        ngettext("%d day", "%d days", days) % days if days else "",
        ngettext("%d hour", "%d hours", hours) % hours if hours else "",
        ngettext("%d minute", "%d minutes", minutes) % minutes if minutes and not days else "",
    ]
    return " ".join(part for part in parts if part)
