"""Actions on many at the desk: choose what, see for whom, say why; watch it happen, and undo it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.decorators import action, display

from subscriptions import terms
from subscriptions.admin.base import DayInput, FactsAdmin, FactsInline
from subscriptions.admin.entitlement import GIVEN
from subscriptions.features import REGISTRY
from subscriptions.life.extensions import MOST_DAYS
from subscriptions.models import BulkDeed, BulkLine, Segment
from subscriptions.people import bulk

State = BulkDeed.State


class BulkForm(forms.Form):
    """What is done to each, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("It stands in every story, and in the letter where there is one."),
        widget=forms.TextInput(attrs={"class": "desk-input"}),
    )

    def parameters(self) -> dict[str, Any]:
        """How it is done, as it is stored; of a form that is valid."""
        raise NotImplementedError


class ExtendForm(BulkForm):
    """How many days."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
    )
    field_order = ["days", "reason"]

    def parameters(self) -> dict[str, Any]:
        return {"days": self.cleaned_data["days"]}


class GrantForm(BulkForm):
    """What, and until when."""

    features = forms.MultipleChoiceField(
        label=_("What they get"),
        choices=[(feature.value, REGISTRY[feature].label) for feature in GIVEN],
        initial=[feature.value for feature in GIVEN],
        widget=forms.CheckboxSelectMultiple,
    )
    last_on = forms.DateField(label=_("Last day"), widget=DayInput)
    field_order = ["features", "last_on", "reason"]

    def clean_last_on(self) -> Any:
        """What has ended opens nothing."""
        day = self.cleaned_data["last_on"]
        if day < terms.day_of(timezone.now()):
            raise forms.ValidationError(_("This day has passed: nothing would open."))
        return day

    def parameters(self) -> dict[str, Any]:
        return {
            "features": self.cleaned_data["features"],
            "last_on": self.cleaned_data["last_on"].isoformat(),
        }


class NoteForm(BulkForm):
    """The words."""

    text = forms.CharField(
        label=_("Note"), max_length=1000, widget=forms.Textarea(attrs={"class": "desk-input", "rows": 3})
    )
    field_order = ["text", "reason"]

    def parameters(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"].strip()}


FORMS: dict[str, type[BulkForm]] = {
    bulk.Kind.EXTEND.value: ExtendForm,
    bulk.Kind.GRANT.value: GrantForm,
    bulk.Kind.NOTE.value: NoteForm,
}


class ProblemInline(FactsInline):
    """Those for whom it could not be done."""

    model = BulkLine
    verbose_name_plural = _("could not be done")
    fields = ["reader", "problem"]
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).exclude(problem="").select_related("reader")


@admin.register(BulkDeed)
class BulkDeedAdmin(FactsAdmin):
    """What was done to many: how far it has come, for whom it could not be done, and the way back."""

    desk_order = 72
    list_display = ["kind", "segment_name", "people_count", "state_badge", "asked_by", "asked_at", "reason"]
    list_filter = ["state", "kind"]
    list_select_related = ["asked_by"]
    fields = [
        "what",
        "segment_name",
        "state",
        "progress",
        "reason",
        "asked_by",
        "asked_at",
        "approval",
        "done_at",
        "undone_by",
        "undone_at",
    ]
    inlines = [ProblemInline]
    actions_detail = ["undo"]

    def get_urls(self) -> list[Any]:
        act = path(
            "for/<int:segment_id>/<slug:kind>/",
            self.admin_site.admin_view(self.act),
            name="subscriptions_bulkdeed_act",
        )
        return [act, *super().get_urls()]

    @display(description=_("what"))
    def what(self, deed: BulkDeed) -> str:
        return bulk.described(deed.kind, deed.parameters, deed.people_count)

    @display(description=_("how far"))
    def progress(self, deed: BulkDeed) -> str:
        return gettext(
            "%(done)d done, %(left)d to do, %(undone)d undone, %(problems)d could not be done"
        ) % bulk.progress(deed)

    @display(
        description=_("state"),
        ordering="state",
        label={
            State.WAITING: "warning",
            State.RUNNING: "info",
            State.DONE: "success",
            State.UNDOING: "info",
            State.UNDONE: "",
            State.REFUSED: "danger",
        },
    )
    def state_badge(self, deed: BulkDeed) -> tuple[str, str]:
        return deed.state, deed.get_state_display()

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def act(self, request: HttpRequest, segment_id: int, kind: str) -> HttpResponse:
        """Choose, look for whom it would be done, do it: a POST with the mark of what was shown."""
        if not request.user.has_perm("subscriptions.do_bulkdeed"):
            raise PermissionDenied
        if kind not in FORMS:
            raise Http404
        segment = get_object_or_404(Segment, pk=segment_id)
        back = reverse("admin:subscriptions_segment_people", args=[segment.pk])
        initial = {"last_on": bulk.default_last_day(), "days": 14}
        form = FORMS[kind](request.POST or None, initial=initial)
        plan, sorry = None, ""
        if request.method == "POST" and form.is_valid():
            try:
                plan = bulk.plan(kind, form.parameters(), segment.conditions)
                if mark := request.POST.get("shown", ""):
                    deed = bulk.begin(
                        plan,
                        mark=mark,
                        by=request.user,
                        reason=form.cleaned_data["reason"],
                        segment_name=segment.name,
                    )
                    messages.success(request, _told(deed))
                    return redirect("admin:subscriptions_bulkdeed_change", deed.pk)
            except (bulk.CannotDoError, ValidationError) as refusal:
                sorry = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{bulk.Kind(kind).label}: {segment.name}",
            "segment": segment,
            "form": form,
            "plan": plan,
            "sorry": sorry,
            "back": back,
        }
        status = 409 if sorry and plan else 422 if sorry or form.errors else 200
        return TemplateResponse(request, "admin/subscriptions/bulk.html", context, status=status)

    def has_undo_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may undo what was done to many."""
        return request.user.has_perm("subscriptions.do_bulkdeed")

    @action(description=_("Undo it for all of them"), url_path="undo", permissions=["undo"])
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what undoing does; a POST has it undone."""
        deed = self.found(request, object_id)
        page = redirect("admin:subscriptions_bulkdeed_change", deed.pk)
        if deed.state not in (State.RUNNING, State.DONE):
            messages.info(request, gettext("There is nothing to undo."))
            return page
        if request.method == "POST":
            try:
                bulk.undo(deed, by=request.user)
            except bulk.CannotDoError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, gettext("It is being undone, one after the other."))
            return page
        return self.act_page(
            request,
            deed,
            title=gettext("Undo it for all of them"),
            button=gettext("Undo it"),
            facts=[(gettext("What was done"), self.what(deed)), (gettext("How far"), self.progress(deed))],
            sentences=[
                bulk.UNDOING[bulk.Kind(deed.kind)](),
                gettext("For whom it has not been done yet, it is not done any more."),
            ],
        )


def _told(deed: BulkDeed) -> str:
    if deed.state == State.WAITING:
        return gettext("Nothing is done yet: it waits until somebody else has signed it, too.")
    return gettext("It has begun, and goes on by itself. This page says how far it has come.")
