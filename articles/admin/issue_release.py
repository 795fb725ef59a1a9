"""The put-to-bed room: is the issue ready, what will happen, and the one button that releases it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import action

from articles import publishing
from articles.admin.forms import MomentForm
from articles.issues import life, readiness, release
from articles.issues.release import Rehearsal
from articles.models import Issue
from articles.models.issue import State
from subscriptions.announcing import outgoing

EVENTS_SHOWN = 30
NEXT_SHOWN = 4
USUAL_HOUR = 6


@dataclass(frozen=True)
class Stage:
    """One state on the way of an issue: since when it was in it, and whether it is now."""

    label: str
    since: datetime | None
    is_present: bool
    is_done: bool


class ReleaseMixin(ModelAdmin):
    """The put-to-bed room of an issue, its steps, and taking a release back, for ``IssueAdmin``."""

    def get_urls(self) -> list[URLPattern]:
        def view(function: Any) -> Any:
            return self.admin_site.admin_view(function)

        return [
            path("<int:pk>/step/<slug:name>/", view(self.step_view), name="articles_issue_step"),
            path("<int:pk>/roll-back/", view(self.roll_back_view), name="articles_issue_roll_back"),
            *super().get_urls(),
        ]

    def has_release_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person moves and releases issues."""
        return request.user.has_perm(life.PERMISSION)

    # -- The room -----------------------------------------------------------------

    @action(description=lazy("Put to bed"), url_path="bed", permissions=["release"])
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def put_to_bed(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the lights and the rehearsal, for now or for ``?day=&time=``; a POST releases."""
        issue = self._issue(request, object_id)
        asked = request.POST if request.method == "POST" else request.GET
        form = MomentForm(asked) if "day" in asked else MomentForm(initial=_usual(issue))
        at = self._moment(form)
        if request.method == "POST" and not form.errors and self._release(request, issue, at):
            return HttpResponseRedirect(self._room(issue))
        now = timezone.now()
        rehearsal = None if issue.released_at else release.rehearse(issue, at, now=now)
        look = rehearsal.readiness if rehearsal else readiness.look(issue, max(now, issue.released_at or now))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": issue,
            "title": _("Put to bed"),
            "issue": issue,
            "state": life.state_sentence(issue, now),
            "stages": list(_stages(issue, now)),
            "steps": life.steps_for(request.user, issue, now),
            "look": look,
            "rehearsal": rehearsal,
            "summary": _summary(look),
            "form": form,
            "button": _button(rehearsal),
            "release": release.last_release(issue),
            "is_to_come": issue.released_at is not None and issue.released_at > now,
            "letters": outgoing.gone_out(issue.pk) if issue.released_at else 0,
            "events": issue.events.select_related("by")[:EVENTS_SHOWN],
            "form_address": reverse("admin:articles_issue_change", args=[issue.pk]),
        }
        refused = request.method == "POST" or bool(form.errors)
        return TemplateResponse(
            request, "admin/articles/issue/bed.html", context, status=422 if refused else 200
        )

    def _release(self, request: HttpRequest, issue: Issue, at: datetime | None) -> bool:
        """Release it as it was shown, or say why not."""
        try:
            event = release.release(issue, by=request.user, at=at, mark=request.POST.get("mark", ""))
        except publishing.Refused as refusal:
            _say(request, refusal)
            return False
        self.log_change(request, issue, str(event.get_kind_display()))
        count = len(event.detail["pieces"])
        pieces = ngettext("One piece goes with it.", "%d pieces go with it.", count)
        told = f"{life.state_sentence(issue)} {pieces % (() if count == 1 else count)}"
        messages.success(request, told)
        return True

    @staticmethod
    def _moment(form: MomentForm) -> datetime | None:
        """The moment that was asked for; none for at once. One that has passed is an error of the form."""
        if not form.is_bound or not form.is_valid():
            return None
        local = datetime.combine(form.cleaned_data["day"], form.cleaned_data["time"])
        at = timezone.make_aware(local)
        if at <= timezone.now():
            form.add_error("day", _("That moment has passed: choose a later one, or release it now."))
            return None
        return at

    # -- Steps ----------------------------------------------------------------------

    def step_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Take one step, and go back to the room."""
        return require_POST(self._step)(request, pk, name)

    def _step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        issue = self._issue(request, pk)
        if name not in life.STEPS:
            raise Http404
        try:
            event = life.perform(issue, name, by=request.user)
        except publishing.Refused as refusal:
            _say(request, refusal)
        else:
            self.log_change(request, issue, str(event.get_kind_display()))
            messages.success(request, life.state_sentence(issue))
        return HttpResponseRedirect(self._room(issue))

    def roll_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what taking the release back takes from readers; a POST with a reason does it."""
        return require_http_methods(["GET", "HEAD", "POST"])(self._roll_back)(request, pk)

    def _roll_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        issue = self._issue(request, pk)
        if request.method == "POST":
            try:
                release.roll_back(issue, by=request.user, reason=request.POST.get("reason", ""))
            except publishing.Refused as refusal:
                _say(request, refusal)
            else:
                self.log_change(request, issue, "Release taken back")
                messages.success(request, _("Taken back. %s") % life.state_sentence(issue))
                return HttpResponseRedirect(self._room(issue))
        done = release.last_release(issue)
        if done is None:
            messages.info(request, _("There is no release of this issue to take back."))
            return HttpResponseRedirect(self._room(issue))
        is_to_come = issue.released_at is not None and issue.released_at > timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": issue,
            "title": _("Call the release off") if is_to_come else _("Take the release back"),
            "issue": issue,
            "state": life.state_sentence(issue),
            "is_to_come": is_to_come,
            "pieces": release.taken_back_by_it(issue),
            "former": life.current_before(issue),
            "letters": outgoing.gone_out(issue.pk),
            "back": self._room(issue),
        }
        return TemplateResponse(
            request,
            "admin/articles/issue/roll_back.html",
            context,
            status=422 if request.method == "POST" else 200,
        )

    # -- Deleting -------------------------------------------------------------------

    def delete_model(self, request: HttpRequest, obj: Issue) -> None:
        """Delete the issue; what was approved for it goes back to the editors."""
        if count := life.delete(obj, by=request.user):
            sentence = ngettext(
                "One piece was approved for it and waits for an editor again.",
                "%(count)d pieces were approved for it and wait for an editor again.",
                count,
            )
            messages.warning(request, sentence % {"count": count})

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for issue in queryset:
            self.delete_model(request, issue)

    # -- The first page -------------------------------------------------------------

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The issues that come next, for those who put them to bed. One query."""
        if not self.has_release_permission(request):
            return []
        coming = Issue.objects.exclude(released_at__lte=timezone.now()).order_by("cover_on", "pk")
        rows = [
            {
                "text": _("%(issue)s, cover date %(day)s")
                % {"issue": issue, "day": f"{issue.cover_on.day} {issue.cover_on:%B}"},
                "note": life.state_sentence(issue),
                "address": self._room(issue),
            }
            for issue in coming[:NEXT_SHOWN]
        ]
        return [
            {
                "title": _("Issues to come"),
                "rows": rows,
                "empty": _("No issue is planned."),
                "address": "",
                "order": 25,
            }
        ]

    def _issue(self, request: HttpRequest, pk: Any) -> Issue:
        if not self.has_release_permission(request):
            raise PermissionDenied
        issue = self.get_object(request, str(pk))
        if issue is None:
            raise Http404
        return issue

    @staticmethod
    def _room(issue: Issue) -> str:
        return reverse("admin:articles_issue_put_to_bed", args=[issue.pk])


def _say(request: HttpRequest, refusal: publishing.Refused) -> None:
    for reason in refusal.reasons:
        messages.error(request, reason)


def _usual(issue: Issue) -> dict[str, Any]:
    """The cover date at six, or tomorrow when that has passed."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    morning = timezone.localtime().replace(hour=USUAL_HOUR, minute=0)
    return {"day": max(issue.cover_on, tomorrow), "time": morning.time()}


def _stages(issue: Issue, at: datetime) -> Iterator[Stage]:
    """Every state in order, with the instants that have passed."""
    present = list(State).index(issue.state(at))
    instants = [
        None,
        issue.opened_at,
        issue.closed_at,
        issue.to_press_at,
        issue.released_at,
        issue.archived_at,
    ]
    for place, (state, since) in enumerate(zip(State, instants, strict=True)):
        yield Stage(str(state.label), since, place == present, place < present)


def _summary(look: readiness.Readiness) -> str:
    reds, ambers = len(look.reds), len(look.ambers)
    if reds:
        return ngettext(
            "One light is red: it has to be mended first.",
            "%d lights are red: they have to be mended first.",
            reds,
        ) % (() if reds == 1 else reds)
    if ambers:
        return ngettext(
            "Ready. One light is amber: you may want to look at it.",
            "Ready. %d lights are amber: you may want to look at them.",
            ambers,
        ) % (() if ambers == 1 else ambers)
    return _("Ready. Every light is green.")


def _button(rehearsal: Rehearsal | None) -> str:
    if rehearsal is None:
        return ""
    if rehearsal.at is None:
        return _("Release it now")
    return _("Release it %(when)s") % {"when": publishing.moment(rehearsal.at)}
