"""Second signatures at the desk: what waits for one, what it would do now, and the two buttons."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.decorators import display

from subscriptions.acting import rehearsal
from subscriptions.acting.deeds import NotPossibleError
from subscriptions.admin import acting
from subscriptions.admin.base import FactsAdmin, reader_link
from subscriptions.models import Approval, Subscription
from subscriptions.money import formatted
from subscriptions.people import approvals, bulk, looks

PANEL_ROWS = 8


class DecisionForm(forms.Form):
    """Yes or no, and a word about it."""

    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "desk-input"}),
        help_text=_("It stands in the story. Whoever asked reads it."),
    )


@admin.register(Approval)
class ApprovalAdmin(FactsAdmin):
    """What one person asked for and another has to sign."""

    desk_order = 73
    list_display = ["kind", "about", "asked_by", "asked_at", "state_badge", "decided_by"]
    list_filter = ["decision", "kind"]
    list_select_related = ["subscription__reader", "asked_by", "decided_by", "bulk_deed"]
    search_fields = ["subscription__reader__email", "subscription__number", "reason"]
    search_help_text = _("A reader’s email address, a subscription’s number, or words of the reason")
    fields = [
        "kind",
        "about",
        "reason",
        "asked_by",
        "asked_at",
        "decision",
        "decided_by",
        "decided_at",
        "note",
    ]

    def get_urls(self) -> list[Any]:
        decide = path(
            "<int:approval_id>/decide/",
            self.admin_site.admin_view(self.decide),
            name="subscriptions_approval_decide",
        )
        return [decide, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """What waits is shown where it can be decided."""
        if request.method == "GET" and self.has_view_permission(request):
            approval = self.found(request, object_id)
            if approval.decided_at is None:
                return redirect("admin:subscriptions_approval_decide", approval.pk)
        return super().change_view(request, object_id, *args, **kwargs)

    @display(description=_("about"))
    def about(self, approval: Approval) -> str:
        return _about(approval)

    @display(
        description=_("signed"),
        ordering="decided_at",
        label={"": "warning", Approval.Decision.YES: "success", Approval.Decision.NO: "danger"},
    )
    def state_badge(self, approval: Approval) -> tuple[str, str]:
        return approval.decision, approval.get_decision_display() if approval.decision else gettext("Waits")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def decide(self, request: HttpRequest, approval_id: int) -> HttpResponse:
        """Show what it would do now; a POST signs it, or refuses it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        approval = self.found(request, str(approval_id))
        sorry = approvals.why_not(approval, request.user)
        if request.method == "POST" and not request.user.has_perm("subscriptions.decide_approval"):
            raise PermissionDenied
        form = DecisionForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and not sorry:
            try:
                self._decide(request, approval, form.cleaned_data["note"])
            except approvals.CannotDecideError as refusal:
                sorry = str(refusal)
            except (rehearsal.ChangedSinceError, NotPossibleError):
                messages.error(
                    request,
                    gettext(
                        "Something has happened since it was asked for. Nothing was done: please refuse it."
                    ),
                )
                return redirect("admin:subscriptions_approval_decide", approval.pk)
            else:
                return redirect("admin:subscriptions_approval_changelist")
        if approval.subscription is not None:
            looks.note(request.user, looks.What.PAGE, reader=approval.subscription.reader)
        sentences, has_changed = _does(approval, request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Second signature"),
            "approval": approval,
            "about": _about(approval),
            "facts": _facts(approval),
            "sentences": sentences,
            "has_changed": has_changed and not approval.decision,
            "sorry": sorry,
            "form": form,
            "back": reverse("admin:subscriptions_approval_changelist"),
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/subscriptions/approval.html", context, status=status)

    def _decide(self, request: HttpRequest, approval: Approval, note: str) -> None:
        if request.POST.get("decision") != Approval.Decision.YES:
            approvals.refuse(approval, by=request.user, note=note)
            messages.success(request, gettext("Refused. Nothing was done."))
        elif approval.kind == Approval.Kind.BULK:
            approvals.approve_bulk(approval, by=request.user, note=note)
            messages.success(request, gettext("Signed. It has begun."))
        else:
            subscription = Subscription.objects.with_facts().get(approvals=approval)
            deed = acting.asked_deed(approval, subscription)
            if deed is None:
                raise NotPossibleError(gettext("What was chosen cannot be chosen any more."))
            done = approvals.approve_money(approval, deed, by=request.user, note=note)
            messages.success(request, gettext("Signed, and done. %s") % " ".join(done.sentences))

    def desk_panels(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The first page's list of what waits for somebody's signature."""
        if not request.user.has_perm("subscriptions.decide_approval"):
            return []
        waiting = self._waiting(request)
        return [
            {
                "title": _("Waits for your signature"),
                "rows": [
                    {
                        "text": _about(approval),
                        "note": gettext("asked by %s") % approval.asked_by,
                        "address": reverse("admin:subscriptions_approval_decide", args=[approval.pk]),
                    }
                    for approval in waiting[:PANEL_ROWS]
                ],
                "empty": _("Nothing waits for a second signature."),
                "address": reverse("admin:subscriptions_approval_changelist") + "?decision__exact=",
                "order": 59,
            }
        ]

    def _waiting(self, request: HttpRequest) -> QuerySet:
        """What others asked for."""
        waiting = Approval.objects.waiting().exclude(asked_by=request.user.pk).order_by("asked_at", "pk")
        return waiting.select_related(*self.list_select_related)


def _about(approval: Approval) -> str:
    if approval.kind == Approval.Kind.BULK:
        deed = approval.bulk_deed
        return bulk.described(deed.kind, deed.parameters, deed.people_count)
    amount = formatted(approval.amount_minor or 0, approval.currency)
    return gettext("%(amount)s goes back to %(reader)s") % {
        "amount": amount,
        "reader": approval.subscription.reader if approval.subscription else "–",
    }


def _facts(approval: Approval) -> list[tuple[str, Any]]:
    facts = [
        (gettext("Asked by"), str(approval.asked_by)),
        (gettext("Why"), approval.reason),
    ]
    if approval.subscription is not None:
        facts.insert(0, (gettext("Reader"), reader_link(approval.subscription.reader)))
    if approval.kind == Approval.Kind.BULK and approval.bulk_deed.segment_name:
        facts.append((gettext("Segment"), approval.bulk_deed.segment_name))
    return facts


def _does(approval: Approval, by: Any) -> tuple[list[str], bool]:
    """Say what it would do now, and whether that is something else than was shown to who asked."""
    if (
        approval.decided_at is not None
        or approval.kind == Approval.Kind.BULK
        or approval.subscription is None
    ):
        return [_about(approval)], False
    subscription = Subscription.objects.with_facts().get(approvals=approval)
    deed = acting.asked_deed(approval, subscription)
    try:
        now = rehearsal.rehearse(deed, subscription, by=by) if deed else None
    except NotPossibleError as refusal:
        return [str(refusal)], True
    if now is None:
        return [gettext("What was chosen cannot be chosen any more.")], True
    return now.sentences, now.mark != approval.shown
