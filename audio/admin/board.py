"""The coverage board: how much of the magazine, or of an issue, can be heard, and what stands behind that."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin

from articles.models import Issue
from audio import coverage, equipment
from audio.coverage import Coverage, Row
from audio.freshness import State
from audio.models import Narration

# So many of each state stand on the board's first page, and so many on a page of one state.
FIRST_FEW = 6
ON_A_PAGE = 40

HELP: dict[State, str | Promise] = {
    State.FAILED: _("The worker tries again by itself. If it fails again, the reason says why."),
    State.STALE: _("Readers hear the words as they were until the new recording is there."),
    State.MISSING: _("The worker makes them by itself, the newest first."),
    State.MAKING: _("The worker is at it now."),
    State.QUEUED: _("They wait for the worker."),
    State.EXEMPT: _("An editor said that these are not read aloud, and why. They do not count."),
    State.READY: _("What is heard is what is read."),
}


@dataclass(frozen=True)
class Group:
    """The pieces in one state: how many, and those that are shown."""

    state: State
    count: int
    rows: list[Row]
    help: str
    address: str

    @property
    def has_more(self) -> bool:
        """Whether there are more than are shown."""
        return self.count > len(self.rows)


class CoverageBoard(ModelAdmin):
    """The board and its button, for ``NarrationAdmin``: for those who may change narrations."""

    def desk_urls(self) -> list[Any]:
        """The addresses, beside those of the models."""
        seen = self.admin_site.admin_view
        return [
            path("audio/coverage/", seen(self.coverage), name="audio_coverage"),
            path("audio/coverage/ask/", seen(self.ask_for_all), name="audio_coverage_ask"),
        ]

    def desk_pages(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The entry of the menu."""
        if not _may(request):
            return []
        return [{"name": _("Coverage"), "admin_url": reverse("admin:audio_coverage"), "order": 1}]

    @method_decorator(require_safe)
    def coverage(self, request: HttpRequest) -> HttpResponse:
        """Show the board for everything or for ``?issue=``; with ``state`` all pieces in it, page by page."""
        if not _may(request):
            raise PermissionDenied
        issue = _issue(request.GET.get("issue", ""))
        look = coverage.look(issue)
        asked = request.GET.get("state", "")
        state = State(asked) if asked in State.values else None
        page = Paginator(look.keys(state), ON_A_PAGE).get_page(request.GET.get("page")) if state else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Coverage"),
            "look": look,
            "issue": issue,
            "issues": Issue.objects.order_by("-cover_on", "-pk"),
            "state": state,
            "page": page,
            "turns": _turns(issue, state, page) if state and page else [],
            "tallies": _tallies(look, issue, state),
            "groups": _groups(look, issue, state, page),
            "to_ask": len(look.keys(*coverage.TO_BE_ASKED)),
            "what_is_missing": equipment.what_is_missing(),
            "address": address_of(),
        }
        return TemplateResponse(request, "admin/audio/coverage.html", context)

    @method_decorator(require_POST)
    def ask_for_all(self, request: HttpRequest) -> HttpResponse:
        """Have everything made that is missing, stale or failed, and go back to the board."""
        if not _may(request):
            raise PermissionDenied
        issue = _issue(request.POST.get("issue", ""))
        asked = coverage.ask_for_all(issue)
        keys = Narration.objects.filter(pk__in=[narration.pk for narration in asked])
        LogEntry.objects.log_actions(request.user.pk or 0, keys, CHANGE, gettext("Asked for with all others"))
        told = ngettext("%d recording is asked for.", "%d recordings are asked for.", len(asked)) % len(asked)
        if asked:
            messages.success(request, f"{told} {gettext('The worker makes one after the other.')}")
        else:
            messages.info(request, gettext("There is nothing to ask for: what is stale waits for an editor."))
        return HttpResponseRedirect(address_of(issue))


def address_of(issue: Issue | None = None, state: State | None = None, page: int = 1) -> str:
    """The address of the board, for an ``issue`` or everything, and for a page of one ``state``."""
    asked: dict[str, Any] = {}
    if issue is not None:
        asked["issue"] = issue.pk
    if state is not None:
        asked["state"] = state.value
    if page > 1:
        asked["page"] = page
    board = reverse("admin:audio_coverage")
    return f"{board}?{urlencode(asked)}" if asked else board


def _may(request: HttpRequest) -> bool:
    return request.user.has_perm("audio.change_narration")


def _issue(key: str) -> Issue | None:
    """Return the issue with ``key``; none when nothing is asked for. Raises ``Http404``."""
    if not key:
        return None
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 18 else 0
    return get_object_or_404(Issue, pk=number)


def _tallies(look: Coverage, issue: Issue | None, chosen: State | None) -> list[dict[str, Any]]:
    """How many there are in each state that has any, each leading to them."""
    return [
        {
            "state": state,
            "count": look.counts[state],
            "address": address_of(issue, state),
            "is_chosen": state == chosen,
        }
        for state in (State.READY, *coverage.TELLING)
        if look.counts[state] or state == chosen
    ]


def _groups(look: Coverage, issue: Issue | None, state: State | None, page: Page | None) -> list[Group]:
    """What is listed: a page of one state, or the first few in every state but ready."""
    chosen: dict[State, list[int]] = (
        {state: list(page)}
        if state and page
        else {one: look.keys(one)[:FIRST_FEW] for one in coverage.TELLING}
    )
    rows = coverage.rows(look, [key for keys in chosen.values() for key in keys])
    return [
        Group(
            state=one,
            count=look.counts[one],
            rows=[row for row in rows if row.state == one],
            help=str(HELP[one]),
            address=address_of(issue, one),
        )
        for one, keys in chosen.items()
        if keys or one == state
    ]


def _turns(issue: Issue | None, state: State, page: Page) -> list[dict[str, Any]]:
    """Where one turns to from a page."""
    turns = []
    if page.has_previous():
        turns.append({"label": _("Newer"), "address": address_of(issue, state, page.previous_page_number())})
    if page.has_next():
        turns.append({"label": _("Older"), "address": address_of(issue, state, page.next_page_number())})
    return turns
