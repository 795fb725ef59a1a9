"""Bringing subscribers from another system: a file is looked through, read about, and taken over."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from unfold.decorators import display

from subscriptions.admin.base import FactsAdmin
from subscriptions.cells import download
from subscriptions.importing import judging, table, taking
from subscriptions.models import ImportRow, SubscriberImport
from subscriptions.people import looks

State = SubscriberImport.State
PERMISSION = "subscriptions.import_subscribers"
MOST_SHOWN = 100


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(label=_("A table of subscribers (CSV)"))

    def clean_file(self) -> Any:
        """A file that is too large is not even read."""
        file = self.cleaned_data["file"]
        if file.size > table.MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %d MB. Divide it.") % (table.MOST_BYTES // 1_000_000)
            )
        return file


@admin.register(SubscriberImport)
class SubscriberImportAdmin(FactsAdmin):
    """Files of subscribers: what is in them, what is wrong with them, and what became of them."""

    desk_order = 74
    list_display = [
        "file_name",
        "state_badge",
        "rows_count",
        "new_count",
        "known_count",
        "bad_count",
        "made_by",
        "made_at",
    ]
    list_select_related = ["made_by"]
    search_fields = ["file_name"]

    def get_urls(self) -> list[Any]:
        seen = self.admin_site.admin_view
        return [
            path("template/", seen(self.template), name="subscriptions_subscriberimport_template"),
            path(
                "<int:file_id>/take-over/", seen(self.take_over), name="subscriptions_subscriberimport_take"
            ),
            path("<int:file_id>/report/", seen(self.report), name="subscriptions_subscriberimport_report"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    @display(
        description=_("state"),
        ordering="state",
        label={
            State.CHECKED: "info",
            State.QUEUED: "warning",
            State.DONE: "success",
            State.FAILED: "danger",
        },
    )
    def state_badge(self, file: SubscriberImport) -> tuple[str, str]:
        return file.state, file.get_state_display()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Take a file and look through it; nobody is written by that."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                found = taking.look_through(file.name, file.read(), by=request.user)
            except table.UnreadableError as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("admin:subscriptions_subscriberimport_change", found.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Bring subscribers from another system"),
            "form": form,
            "columns": judging.COLUMNS,
            "most_rows": table.MOST_ROWS,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/subscriptions/import.html", context, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Say what is in a file, what is wrong with it, and what taking it over does."""
        file = self.found(request, object_id)
        if not self.has_view_permission(request, file):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        looks.note(request.user, looks.What.LIST, people_count=file.rows_count, detail=file.file_name)
        bad = file.rows.filter(outcome=ImportRow.Outcome.BAD).order_by("line")
        new = file.rows.filter(outcome=ImportRow.Outcome.NEW).order_by("line")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": file.file_name,
            "file": file,
            "bad": bad[:MOST_SHOWN],
            "more_bad": max(0, file.bad_count - MOST_SHOWN),
            "new": new[:5],
            "may_take_over": file.state in (State.CHECKED, State.FAILED)
            and file.new_count
            and request.user.has_perm(PERMISSION),
        }
        return TemplateResponse(request, "admin/subscriptions/import_file.html", context)

    @method_decorator(require_http_methods(["POST"]))
    def take_over(self, request: HttpRequest, file_id: int) -> HttpResponse:
        """Have the file taken over, by the worker."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        file = self.found(request, str(file_id))
        try:
            taking.order(file)
        except taking.CannotTakeOverError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, gettext("It is being taken over, as a whole. This page says when it is done.")
            )
        return redirect("admin:subscriptions_subscriberimport_change", file.pk)

    @method_decorator(require_safe)
    def report(self, request: HttpRequest, file_id: int) -> StreamingHttpResponse:
        """Hand over what became of every row, as a table; with ``?only=bad`` of those that are wrong."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        file = self.found(request, str(file_id))
        outcomes = [ImportRow.Outcome.BAD] if request.GET.get("only") == "bad" else []
        looks.note(request.user, looks.What.EXPORT, people_count=file.rows_count, detail=file.file_name)
        return download(f"import-{file.pk}.csv", taking.report(file, outcomes))

    @method_decorator(require_safe)
    def template(self, request: HttpRequest) -> StreamingHttpResponse:
        """Hand over an empty table with one row as an example."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return download("subscribers.csv", taking.template())
