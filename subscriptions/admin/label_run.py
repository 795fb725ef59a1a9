"""The runs of labels at the desk: looked at by issue, frozen after the cut-off, and taken out as files."""

import re
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from subscriptions import cells
from subscriptions.admin.base import FactsAdmin
from subscriptions.fulfilment import addresses, cutoffs, returns, runs, sheets, tables
from subscriptions.fulfilment.cutoffs import Upcoming
from subscriptions.models import LabelDownload, LabelRun, Withheld
from subscriptions.people import looks

MOST_SHOWN = 100
CSV = "csv"
# Which labels of a run are taken out.
WHICH = [("run", _("of the run")), ("later", _("added later"))]


class CutoffInput(forms.DateTimeInput):
    """A day and an hour, picked by the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": "desk-input"})


class SetUpForm(forms.Form):
    """What the desk says about the printed copy of an issue."""

    is_printed = forms.BooleanField(
        label=_("There is a printed copy of this issue"),
        required=False,
        help_text=_("Without one, nothing is sent and nothing is late."),
    )
    cutoff_at = forms.DateTimeField(
        label=_("Cut-off"),
        widget=CutoffInput(),
        help_text=_("What readers change until then counts. They see it wherever an address stands."),
        error_messages={
            "required": _("Say until when changes count."),
            "invalid": _("Write it as year, month, day and hour: 2027-05-06 18:00."),
        },
    )
    overs = forms.IntegerField(
        label=_("Overs"),
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
        min_value=0,
        max_value=100_000,
        help_text=_("Copies to be printed beyond the labels: for claims, shops and spoilage."),
        error_messages={
            "required": _("Write how many copies are printed beyond the labels; 0 for none."),
            "invalid": _("Write a whole number."),
        },
    )


class DownloadForm(forms.Form):
    """Which labels are taken out, and how."""

    form = forms.ChoiceField(
        label=_("As"),
        choices=[
            (CSV, _("Table (CSV), for the printer")),
            *((sheet.name, sheet.label) for sheet in sheets.SHEETS.values()),
        ],
    )
    which = forms.ChoiceField(choices=WHICH)
    after = forms.IntegerField(label=_("after number"), required=False, min_value=0)
    place = forms.IntegerField(label=_("Begin at the label"), required=False, min_value=1, max_value=30)


@admin.register(LabelRun)
class LabelRunAdmin(FactsAdmin):
    """The list is by issue, run or not; a run's page is its issue's."""

    desk_order = 84

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(f"issue/<path:key>/{route}", self.admin_site.admin_view(view), name=name)

        return [
            at("look/", self.look, "subscriptions_labelrun_look"),
            at("freeze/", self.freeze, "subscriptions_labelrun_freeze"),
            at("download/", self.download, "subscriptions_labelrun_download"),
            at("", self.issue, "subscriptions_labelrun_issue"),
            *super().get_urls(),
        ]

    def has_freeze_permission(self, request: HttpRequest) -> bool:
        """Whether this person may set up and freeze a run."""
        return request.user.has_perm("subscriptions.freeze_labelrun")

    def has_download_permission(self, request: HttpRequest) -> bool:
        """Whether this person may take labels out of the house."""
        return request.user.has_perm("subscriptions.download_labelrun")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the issues and their runs; ``?code=`` leads to the label with that code."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        code = request.GET.get("code", "").strip()
        may_find = request.user.has_perm("subscriptions.view_label")
        if code and may_find:
            label = returns.find(code)
            if label is not None:
                return redirect("admin:subscriptions_label_change", label.pk)
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            "opts": self.opts,
            "title": gettext("Label runs"),
            "rows": [(one, _standing(one, now)) for one in runs.issues_and_runs(now)],
            "code": code,
            "may_find": may_find,
            "lead_days": settings.MAGAZINE_PRINT_LEAD_DAYS,
        }
        return TemplateResponse(request, "admin/subscriptions/label_runs.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the page of the run's issue."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:subscriptions_labelrun_issue", self.found(request, object_id).issue_key)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def issue(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show the run of an issue; a POST sets it up."""
        found = self._found(request, key)
        may_set_up = self.has_freeze_permission(request) and not found.is_frozen
        if request.method == "POST" and not may_set_up:
            raise PermissionDenied
        usual = {
            "is_printed": found.is_printed,
            "cutoff_at": timezone.localtime(found.cutoff_at),
            "overs": found.run.overs if found.run else 0,
        }
        form = SetUpForm(request.POST if request.method == "POST" else None, initial=usual)
        if form.is_bound and form.is_valid():
            told = form.cleaned_data
            try:
                runs.set_up(
                    found.issue,
                    cutoff_at=told["cutoff_at"],
                    overs=told["overs"],
                    is_printed=told["is_printed"],
                    by=request.user,
                )
            except runs.CannotFreezeError as refusal:
                form.add_error("cutoff_at", str(refusal))
            else:
                messages.success(request, gettext("Noted."))
                return redirect("admin:subscriptions_labelrun_issue", key)
        context = {
            **self._about(request, found),
            "form": form if may_set_up else None,
            "usual_cutoff": cutoffs.cutoff_for(found.issue.on),
            "may_download": self.has_download_permission(request),
            **(self._frozen(request, found.run) if found.run and found.is_frozen else {}),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/subscriptions/label_run.html", context, status=status)

    @method_decorator(require_http_methods(["GET", "HEAD"]))
    def look(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show what freezing would write down now."""
        found = self._found(request, key)
        if found.is_frozen:
            messages.info(request, gettext("This run is frozen."))
            return redirect("admin:subscriptions_labelrun_issue", key)
        result = runs.dry_run(found)
        countries = [
            (addresses.country_name(country), count) for country, count in result.by_country.most_common()
        ]
        if result.unset:
            looks.note(
                request.user, looks.What.LABELS, people_count=len(result.unset), detail=found.issue.name
            )
        context = {
            **self._about(request, found),
            "result": result,
            "overs": found.run.overs if found.run else 0,
            "countries": countries,
            "withheld": [(Withheld.Why(why).label, count) for why, count in result.withheld.most_common()],
            "unset": result.unset[:MOST_SHOWN],
            "can_freeze": found.cutoff_at <= timezone.now() and found.is_printed,
        }
        return TemplateResponse(request, "admin/subscriptions/label_run_look.html", context)

    @method_decorator(require_POST)
    def freeze(self, request: HttpRequest, key: str) -> HttpResponse:
        """Write the labels down."""
        found = self._found(request, key)
        if not self.has_freeze_permission(request):
            raise PermissionDenied
        try:
            run = runs.freeze(found.issue, by=request.user)
        except runs.CannotFreezeError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                ngettext(
                    "Frozen: %(count)d label, and %(withheld)d withheld.",
                    "Frozen: %(count)d labels, and %(withheld)d withheld.",
                    run.labels_count,
                )
                % {"count": run.labels_count, "withheld": run.withheld_count},
            )
        return redirect("admin:subscriptions_labelrun_issue", key)

    @method_decorator(require_POST)
    def download(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """Hand the labels out as a file; who took them is written down before the first byte leaves."""
        found = self._found(request, key)
        form = DownloadForm(request.POST)
        if not self.has_download_permission(request):
            raise PermissionDenied
        if found.run is None or not found.is_frozen or not form.is_valid():
            messages.error(request, gettext("Choose what is to be taken out, once the run is frozen."))
            return redirect("admin:subscriptions_labelrun_issue", key)
        told = form.cleaned_data
        if told["which"] == "later":
            labels = runs.later(found.run).filter(number__gt=told["after"] or 0)
        else:
            labels = runs.printed(found.run)
        sheet = sheets.SHEETS.get(told["form"])
        place = min(told["place"] or 1, sheet.count if sheet else 1)
        count = labels.count()
        by: Any = request.user
        named = str(dict(WHICH)[told["which"]])
        LabelDownload.objects.create(
            run=found.run,
            by=by,
            form=f"{told['form'].upper()}, {named}"[:40],
            labels_count=count,
        )
        looks.note(request.user, looks.What.LABELS, people_count=max(1, count), detail=found.issue.name)
        name = f"labels-{re.sub('[^0-9A-Za-z]+', '-', key)}-{told['which']}"
        if sheet is None:
            return cells.download(f"{name}.csv", tables.rows(labels))
        # On disk while it is sent: nobody keeps thousands of sheets in memory.
        out = TemporaryFile()  # noqa: SIM115 - the response closes it
        sheets.write(labels, sheet, out, first_place=place - 1)
        out.seek(0)
        response = FileResponse(out, as_attachment=True, filename=f"{name}-{sheet.name}.pdf")
        response["Cache-Control"] = "private, no-store"
        return response

    def _found(self, request: HttpRequest, key: str) -> Upcoming:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = runs.find(key)
        if found is None:
            raise Http404
        return found

    def _about(self, request: HttpRequest, found: Upcoming) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Labels of %s") % found.issue.name,
            "one": found,
            "standing": _standing(found, timezone.now()),
            "may_freeze": self.has_freeze_permission(request),
            "back": reverse("admin:subscriptions_labelrun_changelist"),
        }

    def _frozen(self, request: HttpRequest, run: LabelRun) -> dict[str, Any]:
        """What a frozen run's page says; whoever sees names there has looked at personal data."""
        later = runs.later(run).select_related("reader", "replaces")
        withheld = run.withheld.select_related("reader").order_by("pk")
        unset = list(sheets.unset(run.labels.all()))
        taken = run.downloads.select_related("by")
        shown = len(later[:MOST_SHOWN]) + len(withheld[:MOST_SHOWN])
        if shown and request.method == "GET":
            looks.note(request.user, looks.What.LABELS, people_count=shown, detail=run.issue_name)
        last_later = taken.filter(form__endswith=str(gettext("added later"))).order_by("-at").first()
        known = later.filter(made_at__lte=last_later.at).order_by("-number").first() if last_later else None
        return {
            "download": DownloadForm(),
            "later": later[:MOST_SHOWN],
            "later_count": later.count(),
            "later_after": known.number if known else run.labels_count,
            "withheld": withheld[:MOST_SHOWN],
            "withheld_count": withheld.count(),
            "returned_count": run.labels.filter(returned_at__isnull=False).count(),
            "unset": unset[:MOST_SHOWN],
            "unset_count": len(unset),
            "downloads": taken[:MOST_SHOWN],
        }


def _standing(one: Upcoming, at: Any) -> str:
    """Say in words how far an issue's labels are: one of these states is marked in the list."""
    if not one.is_printed:
        return "not_printed"
    if one.is_frozen:
        return "frozen"
    return "open" if one.cutoff_at > at else "due"
