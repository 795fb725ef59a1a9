"""At the desk: who is to be erased, and an erasure begun for a reader who asked in writing."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import ErasureRequest, User
from accounts.privacy import erasure


class WrittenRequestForm(forms.Form):
    """Where the reader's own words are kept, and that nobody gives up days for them unasked."""

    reason = forms.CharField(
        label=_("Where is the reader’s written request?"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "desk-input"}),
        help_text=_("For example: letter of 3 May, folder 12. Leave their name out."),
    )
    gives_up = forms.BooleanField(
        label=_("They wrote that they give up what they have left, without money back"), required=False
    )


def begin(model_admin: ModelAdmin, request: HttpRequest, person_id: int) -> HttpResponse:
    """Say what erasing a reader does, and ask where they asked for it; a POST asks for the erasure."""
    if not request.user.has_perm("accounts.add_erasurerequest"):
        raise PermissionDenied
    reader = get_object_or_404(User, pk=person_id)
    back = reverse("admin:accounts_user_change", args=[reader.pk])
    form = WrittenRequestForm(request.POST if request.method == "POST" else None)
    try:
        erasure.check(reader)
        if request.method == "POST" and form.is_valid():
            asked = erasure.ask(reader, by=cast(User, request.user), **form.cleaned_data)
            day = date_format(asked.due_on, "j F Y")
            messages.success(request, gettext("It is done on %s. They are written to.") % day)
            return redirect(back)
    except erasure.CannotEraseError as refusal:
        if request.method != "POST" or not form.is_valid():
            messages.error(request, str(refusal))
            return redirect(back)
        form.add_error(None, str(refusal))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": gettext("Erase an account at its reader’s written request"),
        "button": gettext("Have it erased"),
        "facts": [(gettext("Reader"), reader.email)],
        "sentences": _sentences(erasure.rehearse(reader)),
        "form": form,
        "back": back,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/subscriptions/act.html", context, status=status)


def _sentences(plan: erasure.Plan) -> list[str]:
    """What the reader would be told."""
    day = date_format(plan.due_on, "j F Y")
    told = [
        gettext("At once: no more letters but one that confirms this, and nothing more is charged."),
        gettext("On %s, unless they call it off in their account:") % day,
    ]
    for heading, groups in (
        (gettext("Deleted"), [("", plan.goes)] if plan.goes else []),
        (gettext("Emptied of every word about them"), plan.emptied),
        (gettext("Kept, without name and address"), plan.kept),
    ):
        for reason, lines in groups:
            counted = "; ".join(f"{line.holding.what}: {line.count}" for line in lines)
            told.append(f"{heading}. {counted}. {reason}".strip())
    told += [f"{gettext('They would give up')}: {loss.sentence}" for loss in plan.losses]
    return [*told, *plan.unfinished]


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ModelAdmin):
    """Who is to be erased, and who was: looked at, never typed."""

    list_display = ["number", "asked_at", "due_on", "called_off_at", "done_at", "kept_until_on"]
    list_filter = ["done_at", "called_off_at"]
    ordering = ["-asked_at"]
    fields = ["number", "asked_at", "asked_by", "reason", "due_on", "called_off_at", "done_at", "did"]

    @admin.display(description=_("account"))
    def number(self, request: ErasureRequest) -> int:
        return request.reader_id

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
