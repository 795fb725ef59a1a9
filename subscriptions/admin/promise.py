"""The promise board: nine tiles, each red, green or honestly neither."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from subscriptions.admin.base import FactsAdmin
from subscriptions.admin.going_live import GoesLive
from subscriptions.keeping import board
from subscriptions.models import PromiseCheck
from subscriptions.promises import State


@admin.register(PromiseCheck)
class PromiseCheckAdmin(GoesLive, FactsAdmin):
    """The list is the board: the newest look at each promise, in the order in which they are advertised."""

    desk_order = 79
    fields = ["feature", "checked_at", "state", "sentence", "count", "rows"]

    def get_urls(self) -> list[Any]:
        check = path(
            "check/",
            self.admin_site.admin_view(self.check_now),
            name="subscriptions_promisecheck_check",
        )
        return [check, *super().get_urls()]

    def has_check_permission(self, request: HttpRequest) -> bool:
        """Whether this person may have the promises checked before the night comes."""
        return request.user.has_perm("subscriptions.check_promises")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the board."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tiles = board.tiles()
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "opts": self.opts,
            "title": gettext("Promise board"),
            "tiles": tiles,
            "broken": _in_state(tiles, State.BROKEN),
            "unbuilt": _in_state(tiles, State.NOT_YET_BUILT),
            "is_stale": board.is_stale(tiles),
            "may_check": self.has_check_permission(request),
            "may_go_live": self.may_go_live(request),
        }
        return TemplateResponse(request, "admin/subscriptions/promises.html", context)

    def check_now(self, request: HttpRequest) -> HttpResponse:
        """Have every promise checked, and show the board."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_check_permission(request):
            raise PermissionDenied
        found = board.check()
        if broken := sum(one.state == State.BROKEN for one in found):
            messages.warning(
                request, ngettext("%d promise is broken.", "%d promises are broken.", broken) % broken
            )
        else:
            messages.success(request, gettext("Checked. No promise is broken."))
        return redirect("admin:subscriptions_promisecheck_changelist")

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of broken promises; nothing when there are none."""
        if not request.user.has_perm("subscriptions.view_promisecheck"):
            return []
        address = reverse("admin:subscriptions_promisecheck_changelist")
        rows = [
            {"text": tile.label, "note": tile.check.sentence, "address": f"{address}#{tile.feature}"}
            for tile in _in_state(board.tiles(), State.BROKEN)
            if tile.check is not None
        ]
        if not rows:
            return []
        return [{"title": _("Promises that are broken"), "rows": rows, "address": address, "order": 55}]


def _in_state(tiles: list[board.Tile], state: State) -> list[board.Tile]:
    return [tile for tile in tiles if tile.check and tile.check.state == state]
