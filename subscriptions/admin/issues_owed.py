"""Issues owed: who is going to be short, what it takes to make that good, and doing it for all at once."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.decorators import display

from subscriptions.admin.base import FactsAdmin
from subscriptions.life import making_good
from subscriptions.life.extensions import Done
from subscriptions.life.making_good import Forecast
from subscriptions.models import Extension, ReceivedIssue

LATEST = 20


class BulkForm(forms.Form):
    """Why days are added, and which plan was looked at."""

    reason = forms.CharField(
        label=_("Reason, as the readers will see it"),
        max_length=150,
        widget=forms.TextInput(attrs={"class": "desk-input"}),
        error_messages={"required": _("Say why: the readers are told, and so is whoever looks later.")},
    )
    key = forms.CharField(widget=forms.HiddenInput)


@admin.register(Extension)
class ExtensionAdmin(FactsAdmin):
    """The list is the forecast: who will be short, and below what was made good before."""

    desk_order = 83
    fields = ["subscription", "term", "days", "reason", "batch", "made_at", "made_by"]

    def get_urls(self) -> list[Any]:
        bulk = path("bulk/", self.admin_site.admin_view(self.bulk), name="subscriptions_extension_bulk")
        return [bulk, *super().get_urls()]

    def has_extend_permission(self, request: HttpRequest) -> bool:
        """Whether this person may add days to subscriptions."""
        return request.user.has_perm("subscriptions.extend_subscription")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show who will be short of issues, and the newest extensions."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        made = Extension.objects.select_related("subscription__reader", "made_by")
        context = {
            **self._about(request, making_good.forecast()),
            **(extra_context or {}),
            "title": gettext("Issues owed"),
            "made": made[:LATEST],
            "may_extend": self.has_extend_permission(request),
        }
        return TemplateResponse(request, "admin/subscriptions/issues_owed.html", context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def bulk(self, request: HttpRequest) -> HttpResponse:
        """Show what extending all of them will do; a POST that knows the same plan does it."""
        if not self.has_extend_permission(request):
            raise PermissionDenied
        page = redirect("admin:subscriptions_extension_changelist")
        plan = making_good.forecast()
        if plan is None or not plan.count:
            messages.info(request, gettext("Nobody is going to be short: there is nothing to extend."))
            return page
        form = BulkForm(request.POST or None, initial={"key": plan.key})
        if request.method == "POST" and form.is_valid():
            if form.cleaned_data["key"] == plan.key:
                self._extend(request, plan, form.cleaned_data["reason"])
                return page
            form = BulkForm({**form.cleaned_data, "key": plan.key})
            form.add_error(None, gettext("Things have changed since you looked. This is what it does now."))
        context = {
            **self._about(request, plan),
            "title": gettext("Extend all who will be short"),
            "form": form,
        }
        return TemplateResponse(
            request,
            "admin/subscriptions/extend_all.html",
            context,
            status=422 if form.errors else 200,
        )

    def _about(self, request: HttpRequest, plan: Forecast | None) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "plan": plan,
            "rows": plan.rows if plan else (),
            "back": reverse("admin:subscriptions_extension_changelist"),
        }

    def _extend(self, request: HttpRequest, plan: Forecast, reason: str) -> None:
        done = making_good.extend_all(plan, by=request.user, reason=reason)
        if done is None:
            messages.success(request, gettext("The worker extends them, one after the other."))
        else:
            self._tell(request, done)

    def _tell(self, request: HttpRequest, done: Done) -> None:
        count = len(done.extended)
        messages.success(
            request,
            ngettext("%d subscription was extended.", "%d subscriptions were extended.", count) % count,
        )
        if left := len(done.changed):
            messages.warning(
                request,
                ngettext(
                    "%d had changed in the meantime and was left as it is.",
                    "%d had changed in the meantime and were left as they are.",
                    left,
                )
                % left,
            )


@admin.register(ReceivedIssue)
class ReceivedIssueAdmin(FactsAdmin):
    """What came to whom: written down by the ledger, only looked at here."""

    desk_order = 85
    list_display = ["name", "number", "reader_email", "received_on", "weight"]
    list_filter = [("received_on", admin.DateFieldListFilter)]
    search_fields = ["name", "key", "subscription__number", "subscription__reader__email"]
    search_help_text = _("An issue, a subscription’s number, or a reader’s email address")
    fields = ["name", "subscription", "term", "received_on", "weight"]
    ordering = ["-received_on", "-id"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("subscription__reader")

    @display(description=_("subscription"), ordering="subscription__number")
    def number(self, received: ReceivedIssue) -> str:
        return received.subscription.number

    @display(description=_("reader"), ordering="subscription__reader__email")
    def reader_email(self, received: ReceivedIssue) -> str:
        return received.subscription.reader.email
