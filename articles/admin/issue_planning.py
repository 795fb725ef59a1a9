"""The year planner at the desk, and giving one issue another day or weight after seeing whom that touches."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin
from unfold.decorators import action

from articles import numbering
from articles.issues import consequences, planning
from articles.issues.planning import EveryOtherWeek, Finding, Kind, Listed, Rule, Slot, TwiceAMonth, Year
from articles.models import Issue
from articles.publishing import Refused
from subscriptions.ledger import rescheduling
from subscriptions.ledger.rescheduling import Change, Effect

MOST_DAYS = 200
# From this month on one plans the next year.
NEXT_YEAR_FROM = 10


class DayInput(forms.DateInput):
    """A browser's own control for a day; it is not given what is none."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        written = super().format_value(value)
        return written if written and _iso_day(written) else None


# The field that a rule needs.
NEEDS = {"fortnight": "first", "own": "days"}


class PlannerForm(forms.Form):
    """Which year, and by which rule."""

    TWICE, FORTNIGHT, OWN = "twice", "fortnight", "own"

    year = forms.IntegerField(
        label=lazy("Year"),
        min_value=1900,
        max_value=2200,
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
    )
    rule = forms.ChoiceField(
        label=lazy("When issues come"),
        choices=[
            (TWICE, lazy("On the 1st and the 15th")),
            (FORTNIGHT, lazy("Every other week")),
            (OWN, lazy("On days of my own")),
        ],
        widget=forms.RadioSelect,
    )
    first = forms.DateField(
        label=lazy("First of them"),
        required=False,
        help_text=lazy("The others come on the same weekday, every fourteenth day."),
        widget=DayInput(),
    )
    days = forms.CharField(
        label=lazy("The days"),
        required=False,
        max_length=6_000,
        help_text=lazy("One a line, such as 2027-01-04 or 4 January 2027."),
        widget=forms.Textarea(attrs={"rows": 6, "class": "desk-input"}),
    )

    def clean_days(self) -> tuple[date, ...]:
        """Read each line as a day."""
        lines = [line.strip() for line in self.cleaned_data["days"].splitlines() if line.strip()]
        if len(lines) > MOST_DAYS:
            raise forms.ValidationError(_("These are more than %(most)d days.") % {"most": MOST_DAYS})
        return tuple(_day_in(line) for line in lines)

    def clean(self) -> dict[str, Any]:
        """Ask for what the rule needs."""
        values = super().clean() or self.cleaned_data
        rule = values.get("rule")
        if rule == self.FORTNIGHT and not values.get("first") and "first" not in self.errors:
            self.add_error("first", _("Say from which day on."))
        if rule == self.OWN and not values.get("days") and "days" not in self.errors:
            self.add_error("days", _("Write down at least one day."))
        return values

    def chosen(self) -> Rule:
        """The rule that was chosen, once the form is valid."""
        values = self.cleaned_data
        if values["rule"] == self.FORTNIGHT:
            return EveryOtherWeek(values["first"])
        return Listed(values["days"]) if values["rule"] == self.OWN else TwiceAMonth()

    def query(self) -> str:
        """The form as the end of an address."""
        names = [
            "year",
            "rule",
            *{"fortnight": ["first"], "own": ["days"]}.get(self.data.get("rule", ""), []),
        ]
        return urlencode({name: self.data.get(name, "") for name in names})


class RescheduleForm(forms.Form):
    """Another day and weight for one issue, and why."""

    on = forms.DateField(label=lazy("Cover date"), widget=DayInput())
    weight = forms.IntegerField(
        label=lazy("Counts as"),
        min_value=0,
        max_value=planning.MOST_WEIGHT,
        help_text=lazy(
            "A double issue counts as two of the issues promised; a special outside the count as 0."
        ),
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
    )


class PlanningMixin(ModelAdmin):
    """The planner of the year, and the page on which an issue is moved, for ``IssueAdmin``."""

    def has_planning_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person decides on which days issues come."""
        return request.user.has_perm(planning.PERMISSION)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Whoever moves an issue is told first whom that touches.
        fixed = () if obj is None else ("cover_on", "weight")
        return (*super().get_readonly_fields(request, obj), *fixed)

    # -- The year ---------------------------------------------------------------

    @action(description=lazy("Year planner"), url_path="planner", permissions=["planning"])
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def planner(self, request: HttpRequest) -> HttpResponse:
        """Lay a year out by a rule; a POST makes the issues that are missing on the days that are ticked."""
        asked = request.POST if request.method == "POST" else request.GET
        form = PlannerForm(asked if "rule" in asked else _as_usual(asked.get("year", "")))
        year = None
        if form.is_valid():
            number = form.cleaned_data["year"]
            if request.method == "POST":
                self._make(request, form, number)
                return redirect(f"{reverse('admin:articles_issue_planner')}?{form.query()}")
            year = planning.year_of(form.chosen(), number)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Year planner"),
            "form": form,
            "year": year,
            "months": _months(year) if year else [],
            "of_the_year": [one for one in year.findings if one.on is None] if year else [],
            "wrong": [one for one in year.findings if one.on is not None] if year else [],
            "back": reverse("admin:articles_issue_changelist"),
        }
        return TemplateResponse(
            request, "admin/articles/issue/planner.html", context, status=422 if form.errors else 200
        )

    def _make(self, request: HttpRequest, form: PlannerForm, year: int) -> None:
        ticked = {day for day in map(_iso_day, request.POST.getlist("day")[:MOST_DAYS]) if day}
        try:
            made = planning.make_missing(form.chosen(), year, ticked, by=request.user)
        except Refused as refusal:
            messages.error(request, " ".join(refusal.reasons))
            return
        for issue in made:
            self.log_addition(request, issue, "Laid out by the year planner")
        if made:
            told = ngettext("%(count)d issue was laid out.", "%(count)d issues were laid out.", len(made))
            messages.success(request, told % {"count": len(made)})
        else:
            messages.info(request, _("Nothing was missing: no issue was made."))

    # -- One issue --------------------------------------------------------------

    @action(description=lazy("Day and weight"), url_path="reschedule", permissions=["planning"])
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def reschedule(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show whom another day or weight touches; a POST that saw the issue as it is does it."""
        issue = self.get_object(request, object_id)
        if issue is None:
            raise Http404
        asked = request.POST if request.method == "POST" else request.GET
        start = {"on": issue.cover_on, "weight": issue.weight}
        form = RescheduleForm(asked if "on" in asked else None, initial=start)
        fixed = planning.why_fixed(issue)
        effect, refused = None, ""
        if not fixed and form.is_bound and form.is_valid():
            on, weight = form.cleaned_data["on"], form.cleaned_data["weight"]
            if (on, weight) == (issue.cover_on, issue.weight):
                refused = _("That is how it is now: choose another day, or another number.")
            elif on != issue.cover_on and on < timezone.localdate():
                refused = _("That day has passed: choose one to come.")
            else:
                effect = rescheduling.effect_of(numbering.key_of(issue), on=on, weight=weight)
                if request.method == "POST" and not (
                    refused := self._reschedule(request, issue, effect, form)
                ):
                    return redirect(f"{reverse('admin:articles_issue_planner')}?year={on.year}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": issue,
            "title": _("Day and weight"),
            "issue": issue,
            "fixed": fixed,
            "form": form,
            "refused": refused,
            "effect": effect,
            "sentences": list(consequences.sentences(effect)) if effect else [],
            "clashes": planning.clashes_of(issue, effect.after.on) if effect else [],
            "named": _named(effect) if effect and _may_see_subscribers(request) else [],
            "is_at_press": issue.to_press_at is not None,
            "back": f"{reverse('admin:articles_issue_planner')}?year={issue.cover_on.year}",
        }
        bad = bool(refused or form.errors or (fixed and request.method == "POST"))
        return TemplateResponse(
            request, "admin/articles/issue/reschedule.html", context, status=422 if bad else 200
        )

    def _reschedule(self, request: HttpRequest, issue: Issue, effect: Effect, form: RescheduleForm) -> str:
        """Do it and say so; return why not, if it could not be done."""
        seen_on, seen_weight = _iso_day(request.POST.get("seen_on", "")), request.POST.get("seen_weight", "")
        if (seen_on, seen_weight) != (issue.cover_on, str(issue.weight)):
            return _("Somebody changed this issue since you looked. This is what it does now.")
        on, weight = form.cleaned_data["on"], form.cleaned_data["weight"]
        try:
            planning.reschedule(
                issue,
                on=on,
                weight=weight,
                by=request.user,
                reason=" ".join(request.POST.get("reason", "").split()),
                told=effect.numbers,
            )
        except Refused as refusal:
            return " ".join(refusal.reasons)
        self.log_change(request, issue, f"Moved to {on}, counts as {weight}")
        told = {"issue": issue.label, "day": planning.day_in_words(on), "weight": weight}
        messages.success(request, _("%(issue)s comes on %(day)s and counts as %(weight)d.") % told)
        return ""


def _as_usual(year: str) -> dict[str, str]:
    today = timezone.localdate()
    usual = str(today.year + (today.month >= NEXT_YEAR_FROM))
    told = {"year": year or usual, "rule": PlannerForm.TWICE}
    if (
        told["year"].isascii()
        and told["year"].isdigit()
        and len(told["year"]) == 4
        and told["year"] >= "1900"
    ):
        rule = planning.usual_rule(int(told["year"]))
        if isinstance(rule, EveryOtherWeek):
            told |= {"rule": PlannerForm.FORTNIGHT, "first": rule.starts_on.isoformat()}
    return told


def _day_in(line: str) -> date:
    for pattern in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(line, pattern).date()
        except ValueError:
            continue
    raise forms.ValidationError(_("“%(line)s” is no day: write it like 2027-01-04.") % {"line": line[:40]})


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _months(year: Year) -> list[dict[str, Any]]:
    """The year month by month: its cover dates, each with what is wrong there."""
    wrong: dict[date, list[Finding]] = {}
    for finding in year.findings:
        if finding.on is not None:
            wrong.setdefault(finding.on, []).append(finding)
    months: list[dict[str, Any]] = [{"name": name, "rows": []} for name in MONTHS.values()]
    for slot in year.slots:
        # A day on which two issues come is told of once, at the second.
        here = wrong.get(slot.on, [])
        is_last = not any(other.on == slot.on for other in year.slots[year.slots.index(slot) + 1 :])
        months[slot.on.month - 1]["rows"].append(_row(slot, here if is_last else []))
    return months


def _row(slot: Slot, wrong: Iterable[Finding]) -> dict[str, Any]:
    wrong = list(wrong)
    return {
        "slot": slot,
        "gaps": [one for one in wrong if one.kind == Kind.GAP],
        "clashes": [one for one in wrong if one.kind != Kind.GAP],
        "state": slot.issue.state() if slot.issue else None,
        "is_fixed": bool(slot.issue and planning.why_fixed(slot.issue)),
    }


def _may_see_subscribers(request: HttpRequest) -> bool:
    return request.user.has_perm("subscriptions.view_subscription")


CHANGES = {
    Change.SHORT: lazy("Short of issues"),
    Change.FALLS_OUT: lazy("Does not get it in this term"),
    Change.FALLS_IN: lazy("Gets it now"),
    Change.ENDS_ELSEWHERE: lazy("Ends on another day"),
}


def _named(effect: Effect) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "address": reverse("admin:subscriptions_subscriber", args=[one.reader_id]),
            "change": CHANGES[one.change],
            "touched": one,
        }
        for one in effect.named
    ]
