"""Saying that an announced feature is there: whom that touches, and the button."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from subscriptions.admin.base import SalesAdmin
from subscriptions.features import REGISTRY, Feature
from subscriptions.selling import going_live
from subscriptions.selling.going_live import GoingLive


class ShownForm(forms.Form):
    """Which versions were looked at."""

    shown = forms.CharField(widget=forms.HiddenInput)


class GoesLive(SalesAdmin):
    """Adds the page to the promise board."""

    def get_urls(self) -> list[Any]:
        page = path(
            "go-live/<slug:feature>/",
            self.admin_site.admin_view(self.go_live),
            name="subscriptions_promisecheck_go_live",
        )
        return [page, *super().get_urls()]

    def may_go_live(self, request: HttpRequest) -> set[Feature]:
        """Return the features that are announced, if this person may say that they are there."""
        return going_live.planned() if request.user.has_perm("subscriptions.change_planversion") else set()

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def go_live(self, request: HttpRequest, feature: str) -> HttpResponse:
        """Show what it means; a POST that knows the same versions does it."""
        if not request.user.has_perm("subscriptions.change_planversion"):
            raise PermissionDenied
        if feature not in going_live.planned():
            raise Http404
        found = Feature(feature)
        has_changed = False
        if request.method == "POST":
            try:
                done = going_live.go_live(found, shown=request.POST.get("shown", ""))
                messages.success(request, _done(done))
                return redirect("admin:subscriptions_promisecheck_changelist")
            except going_live.ChangedSinceError:
                has_changed = True
        return self._page(request, going_live.preview(found), has_changed=has_changed)

    def _page(self, request: HttpRequest, going: GoingLive, *, has_changed: bool) -> HttpResponse:
        label = REGISTRY[going.feature].label
        sentences = [
            gettext(
                "Every version that announced it says from then on that it is there, and “coming soon” goes."
            ),
            gettext("Nothing else of sold terms changes, and no price."),
            gettext("Running terms, gifts, seats and days of grace get the right to it within minutes."),
            gettext("There is no way back by a button: a promise that is kept stays kept."),
        ]
        if has_changed:
            sentences.insert(0, gettext("Things have changed since you looked. This is what it does now."))
        response = self.act_page(
            request,
            None,
            title=gettext("Go live: %s") % label,
            button=gettext("It is there"),
            facts=[
                (gettext("Versions"), ", ".join(str(promise.version) for promise in going.promises)),
                (gettext("Announced for"), ", ".join(sorted({_day(one) for one in going.promises}))),
                (gettext("Who gets the right"), str(going.holders)),
                (gettext("Readers who are told"), str(going.waiting)),
            ],
            sentences=sentences,
            form=ShownForm(initial={"shown": going.mark}),
        )
        response.status_code = 409 if has_changed else 200
        return response


def _day(promise: Any) -> str:
    return date_format(promise.planned_on, "j F Y")


def _done(done: GoingLive) -> str:
    return (
        ngettext(
            "It is live. %d right is being written.", "It is live. %d rights are being written.", done.holders
        )
        % done.holders
    )
