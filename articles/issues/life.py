"""How an issue moves from the plan to the archive: one table, one function that moves.

=========  ==========================================================================================
State      Its rule
=========  ==========================================================================================
planned    it has a day; pieces may be put into it
open       the same, and it is being worked on
closed     it takes no new piece; what stands in it may be edited, approved, and taken out
at press   every piece in it is approved
released   readers have it; only taking the release back (``articles.issues.release``) undoes that
archived   a newer one is the current issue
=========  ==========================================================================================

How far an issue has come is computed from its instants (``Issue.state``); what was done to it is written
down as an ``IssueEvent``, which nobody changes.
"""

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
from articles.companions import running_place
from articles.models import Article, Issue, IssueEvent
from articles.models.issue import State
from articles.publishing import Conflict, Refused, moment, waiting_time

PERMISSION = "articles.publish_article"
INSTANTS = ("opened_at", "closed_at", "to_press_at", "released_at", "archived_at")


@dataclass(frozen=True)
class Step:
    """One arrow of the life of an issue; ``sets`` the instant of now, or ``clears`` one."""

    name: str
    label: str | Promise
    start: State
    event: IssueEvent.Kind
    sets: str = ""
    clears: str = ""


STEPS = {
    step.name: step
    for step in [
        Step("open", lazy("Open"), State.PLANNED, IssueEvent.Kind.OPENED, sets="opened_at"),
        Step("close", lazy("Close"), State.OPEN, IssueEvent.Kind.CLOSED, sets="closed_at"),
        Step("reopen", lazy("Open again"), State.CLOSED, IssueEvent.Kind.REOPENED, clears="closed_at"),
        Step("to_press", lazy("Send to press"), State.CLOSED, IssueEvent.Kind.TO_PRESS, sets="to_press_at"),
        Step(
            "recall",
            lazy("Call back from press"),
            State.AT_PRESS,
            IssueEvent.Kind.RECALLED,
            clears="to_press_at",
        ),
        Step("archive", lazy("Archive"), State.RELEASED, IssueEvent.Kind.ARCHIVED, sets="archived_at"),
    ]
}


def steps_for(user: Any, issue: Issue, at: datetime | None = None) -> list[Step]:
    """Return the steps that ``user`` may take with ``issue`` as it stands at ``at`` (default: now)."""
    at = at or timezone.now()
    if not user.has_perm(PERMISSION):
        return []
    state = issue.state(at)
    return [step for step in STEPS.values() if step.start == state and not _hindrance(step, issue, at)]


def perform(issue: Issue, name: str, *, by: Any, reason: str = "", now: datetime | None = None) -> IssueEvent:
    """Take the step ``name`` with ``issue``, for ``by``; ``issue`` is changed in place.

    The row is only touched if it stands where ``issue`` says. Raises ``PermissionDenied`` if ``by`` may
    not, ``Refused`` if the rule of the state says no, ``Conflict`` if somebody was faster.
    """
    now = now or timezone.now()
    step = STEPS[name]
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    if issue.state(now) != step.start:
        raise Conflict([_("This issue is %(state)s now.") % {"state": issue.state(now).label.lower()}])
    if hindrance := _hindrance(step, issue, now):
        raise Refused([hindrance])
    changes = {step.sets or step.clears: now if step.sets else None}
    with transaction.atomic():
        unchanged = Issue.objects.filter(pk=issue.pk, **{name: getattr(issue, name) for name in INSTANTS})
        if not unchanged.update(**changes):
            raise Conflict([_("Somebody moved this issue a moment ago. Look again, then decide.")])
        if name == "to_press" and (unready := _unapproved(issue)):
            raise Refused([unready])
        for field, value in changes.items():
            setattr(issue, field, value)
        return IssueEvent.objects.create(issue=issue, kind=step.event, at=now, by=by, reason=reason[:400])


def _hindrance(step: Step, issue: Issue, at: datetime) -> str:
    """Say why ``step`` cannot be taken though the issue stands where it starts; empty when it can."""
    if step.clears and issue.released_at is not None:
        return _("It is to be released %(when)s: call that off first.") % {"when": moment(issue.released_at)}
    if step.name == "archive" and current(at) == issue:
        return _("It is the current issue: it goes to the archive when the next one is released.")
    return ""


def _unapproved(issue: Issue) -> str:
    waiting = pieces_of(issue).exclude(status=Article.Status.APPROVED)
    names = list(waiting.values_list("headline", flat=True)[:3])
    count = waiting.count()
    if not count:
        return ""
    return ngettext(
        "One piece is not approved: %(names)s. Approve it, or take it out of the issue.",
        "%(count)d pieces are not approved: %(names)s. Approve them, or take them out of the issue.",
        count,
    ) % {"count": count, "names": ", ".join(f"“{name}”" for name in names) + ("…" if count > 3 else "")}


def pieces_of(issue: Issue) -> Any:
    """Return the pieces that stand in ``issue``, in running order: all but what was spiked."""
    standing = Article.objects.at_hand().filter(issue=issue).exclude(status=Article.Status.SPIKED)
    return standing.order_by(running_place(), "pk")


def current(at: datetime | None = None) -> Issue | None:
    """Return the current issue at ``at`` (default: now): the newest that was released."""
    return Issue.objects.published(at).order_by("-released_at", "-pk").first()


def current_before(issue: Issue) -> Issue | None:
    """Return what was the current issue until ``issue`` was released, if one was."""
    if issue.released_at is None:
        return None
    former = Issue.objects.exclude(pk=issue.pk).filter(released_at__lt=issue.released_at)
    return former.order_by("-released_at", "-pk").first()


def state_sentence(issue: Issue, at: datetime | None = None) -> str:
    """Say how far ``issue`` has come and what comes next, in the magazine's time zone."""
    at = at or timezone.now()
    since = {
        State.PLANNED: _("Planned. Pieces may be put into it."),
        State.OPEN: _("Open since %(when)s. It takes pieces."),
        State.CLOSED: _("Closed since %(when)s. It takes no new pieces."),
        State.AT_PRESS: _("At press since %(when)s. It takes no new pieces."),
        State.RELEASED: _("Released %(when)s. Readers have it."),
        State.ARCHIVED: _("In the archive since %(when)s. Readers have it."),
    }
    instants = {
        State.OPEN: issue.opened_at,
        State.CLOSED: issue.closed_at,
        State.AT_PRESS: issue.to_press_at,
        State.RELEASED: issue.released_at,
        State.ARCHIVED: issue.archived_at,
    }
    state = issue.state(at)
    when = instants.get(state)
    sentence = since[state] % {"when": moment(when) if when else ""}
    if issue.released_at is not None and issue.released_at > at:
        told = {"when": moment(issue.released_at), "wait": waiting_time(at, issue.released_at)}
        sentence += " " + _("It is released %(when)s, in %(wait)s.") % told
    return sentence


def delete(issue: Issue, *, by: Any) -> int:
    """Delete ``issue``; what was approved for it goes back to the editors with a note.

    Returns how many pieces that were. Its other pieces stay as they are, in no issue.
    """
    with transaction.atomic():
        Issue.objects.select_for_update(no_key=True).get(pk=issue.pk)
        name = str(issue)
        before = dict(Article.objects.filter(issue=issue).values_list("pk", "status"))
        issue.delete()
        sent_back = Article.objects.filter(pk__in=before, status=Article.Status.SUBMITTED)
        ours = [article for article in sent_back if before[article.pk] == Article.Status.APPROVED]
        revisions.record_all(
            ours, by=by, note=_("Issue %(issue)s was deleted: approve it anew") % {"issue": name}
        )
    return len(ours)
