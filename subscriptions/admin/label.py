"""A label at the desk: found by its code, printed once more, marked when the copy came back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from subscriptions.admin.base import FactsAdmin, reader_link
from subscriptions.fulfilment import returns, sheets
from subscriptions.models import Label, LabelDownload
from subscriptions.people import looks


class ReturnForm(forms.Form):
    """Why a copy came back."""

    why = forms.CharField(
        label=_("What stands on it"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "desk-input"}),
        help_text=_("As the post marked it: moved away, unknown, not collected. The reader is told."),
        error_messages={"required": _("Say why it came back: what stands on it.")},
    )


class ReprintForm(forms.Form):
    """On which sheet, and where on it, one label is printed."""

    sheet = forms.ChoiceField(
        label=_("Sheet"),
        choices=[(sheet.name, sheet.label) for sheet in sheets.SHEETS.values()],
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    place = forms.IntegerField(
        label=_("Place on the sheet"),
        initial=1,
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
        min_value=1,
        max_value=30,
        help_text=_("Counted row by row from the top, so that a sheet that was begun can be used up."),
    )

    def clean(self) -> dict[str, Any] | None:
        """A place that the sheet has."""
        cleaned = super().clean() or {}
        sheet, place = sheets.SHEETS.get(cleaned.get("sheet", "")), cleaned.get("place")
        if sheet is not None and place is not None and place > sheet.count:
            self.add_error("place", gettext("This sheet has %d labels.") % sheet.count)
        return cleaned


@admin.register(Label)
class LabelAdmin(FactsAdmin):
    """Labels are written by runs, claims and reprints; here they are found, and two things are done."""

    desk_order = 84
    list_display = ["code", "run", "reader_email", "kind", "country", "postal_code", "made_at", "returned_at"]
    list_filter = ["kind", ("returned_at", admin.EmptyFieldListFilter)]
    search_fields = ["=code", "^postal_code", "=reader__email", "=subscription__number"]
    search_help_text = _("A label’s code, a postal code, a reader’s email address, a subscription’s number")
    ordering = ["-pk"]
    fields = [
        "code",
        "run",
        "kind",
        "reader_email",
        "subscription",
        "lines",
        "made_at",
        "made_by",
        "returned_at",
        "returned_why",
    ]
    actions_detail = ["came_back", "reprint"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("run", "reader", "subscription", "made_by")

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, label: Label) -> str:
        return reader_link(label.reader)

    def has_handle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may reprint labels and mark copies as come back."""
        return request.user.has_perm("subscriptions.reprint_label")

    @action(description=_("The copy came back"), url_path="came-back", permissions=["handle"])
    def came_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what follows, and ask what stands on it; a POST writes it down."""
        label = self.found(request, object_id)
        page = redirect("admin:subscriptions_label_change", label.pk)
        if label.returned_at is not None:
            messages.info(request, gettext("This copy was marked as come back before."))
            return page
        form = ReturnForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                returns.came_back(label, form.cleaned_data["why"], by=request.user)
            except returns.CannotError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, gettext("Noted. The reader is asked for another address."))
            return page
        return self.act_page(
            request,
            label,
            title=gettext("The copy %s came back") % label.code,
            button=gettext("Mark it as come back"),
            facts=_facts(label),
            sentences=[
                gettext(
                    "Nothing more is sent to this address, and the reader is asked by letter for another."
                ),
            ],
            form=form,
        )

    @action(description=_("Print the label again"), url_path="reprint", permissions=["handle"])
    def reprint(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for sheet and place; a POST adds the label to the run and hands it out."""
        label = self.found(request, object_id)
        form = ReprintForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            by: Any = request.user
            made = returns.reprint(label, by=by)
            sheet = sheets.SHEETS[form.cleaned_data["sheet"]]
            LabelDownload.objects.create(
                run=made.run, by=by, form=f"{sheet.name}, {made.code}"[:40], labels_count=1
            )
            looks.note(request.user, looks.What.LABELS, reader=made.reader, detail=made.code)
            one = Label.objects.filter(pk=made.pk)
            file = sheets.pdf(one, sheet, first_place=form.cleaned_data["place"] - 1)
            response = HttpResponse(file, content_type="application/pdf")
            response["Content-Disposition"] = f'attachment; filename="label-{made.code}.pdf"'
            response["Cache-Control"] = "private, no-store"
            return response
        return self.act_page(
            request,
            label,
            title=gettext("Print the label %s again") % label.code,
            button=gettext("Print it"),
            facts=_facts(label),
            sentences=[
                gettext("It says the same, with a code of its own. The first stays in the run as it is."),
            ],
            form=form,
        )


def _facts(label: Label) -> list[tuple[str, str]]:
    return [
        (gettext("Issue"), label.run.issue_name),
        (gettext("Reader"), str(label.reader)),
        (gettext("Address"), label.lines.replace("\n", ", ")),
    ]
