"""The magazine's figures at the desk: one page for each question, and its tables as files."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from subscriptions.admin.base import DayInput
from subscriptions.finance import periods, reports
from subscriptions.finance.reports import Asked, Question

PERMISSION = "subscriptions.see_figures"


class PeriodForm(forms.Form):
    """From the end of which day to that of which, and in which currency."""

    since = forms.DateField(label=_("From the end of"), widget=DayInput())
    until = forms.DateField(label=_("To the end of"), widget=DayInput())
    currency = forms.ChoiceField(label=_("Currency"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = reports.currencies()
        self.fields["currency"].choices = [(code, code) for code in known]  # type: ignore[attr-defined]

    def clean_until(self) -> date:
        """What is to come is not counted."""
        if (until := self.cleaned_data["until"]) > timezone.localdate():
            raise forms.ValidationError(_("That day is to come. Choose today, or a day before."))
        return until

    def clean(self) -> dict[str, Any]:
        """The time is not empty, and not longer than what can be looked at."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until:
            if since >= until:
                self.add_error("since", _("It begins after it ends. Choose an earlier day."))
            elif since < periods.months_before(until, periods.MOST_MONTHS):
                self.add_error(
                    "since", _("That is more than %d months. Choose a later day.") % periods.MOST_MONTHS
                )
        return found


class FiguresPages:
    """Adds the pages of figures, which belong to no model, to a model's admin."""

    admin_site: Any

    def desk_urls(self) -> list[Any]:
        """The addresses of the pages and of their files."""
        page, file = self.admin_site.admin_view(self.figures), self.admin_site.admin_view(self.figures_file)
        return [
            path("figures/", page, {"key": "revenue"}, name="subscriptions_figures"),
            path("figures/<slug:key>/", page, name="subscriptions_figures_about"),
            path("figures/<slug:key>/<slug:table>.csv", file, name="subscriptions_figures_file"),
        ]

    def desk_pages(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The entry in the menu."""
        if not request.user.has_perm(PERMISSION):
            return []
        return [{"name": _("Figures"), "admin_url": reverse("admin:subscriptions_figures"), "order": 10}]

    @method_decorator(require_safe)
    def figures(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show the answer to one question."""
        question = _question(request, key)
        form = _form(request)
        asked = _asked(form, request)
        report = question.answer(asked) if asked else None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Figures"),
            "question": question,
            "questions": [
                {"title": one.title, "address": _address(request, one), "is_here": one.key == question.key}
                for one in reports.questions()
            ],
            "form": form,
            "asked": asked,
            "report": report,
            "files": request.GET.urlencode(),
        }
        status = 200 if report else 422
        return TemplateResponse(request, "admin/finance/report.html", context, status=status)

    @method_decorator(require_safe)
    def figures_file(self, request: HttpRequest, key: str, table: str) -> HttpResponse:
        """Send one table as CSV. It holds sums, and nobody's name."""
        question = _question(request, key)
        asked = _asked(_form(request), request)
        found = question.answer(asked).table(table) if asked else None
        if found is None or asked is None:
            raise Http404
        name = f"{table}-{asked.currency}-{asked.since}-{asked.until}.csv"
        return HttpResponse(
            found.csv(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _question(request: HttpRequest, key: str) -> Question:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    found = next((one for one in reports.questions() if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest) -> PeriodForm:
    """The form with what was asked for, and with what is usual where nothing was."""
    today = timezone.localdate()
    usual = {
        "since": periods.usual_start(today).isoformat(),
        "until": today.isoformat(),
        "currency": settings.MAGAZINE_CURRENCY,
    }
    asked = {name: request.GET[name] for name in usual if request.GET.get(name)}
    if "until" in asked and "since" not in asked:
        try:
            usual["since"] = periods.usual_start(date.fromisoformat(asked["until"])).isoformat()
        except ValueError:
            usual["since"] = (today - timedelta(days=1)).isoformat()
    return PeriodForm({**usual, **asked})


def _asked(form: PeriodForm, request: HttpRequest) -> Asked | None:
    if not form.is_valid():
        return None
    found = form.cleaned_data
    return Asked(found["since"], found["until"], found["currency"], is_fresh="again" in request.GET)


def _address(request: HttpRequest, question: Question) -> str:
    """The address of another question about the same time."""
    kept = request.GET.copy()
    kept.pop("again", None)
    address = reverse("admin:subscriptions_figures_about", args=[question.key])
    return f"{address}?{kept.urlencode()}" if kept else address
