"""One past issue is brought here at the desk: a PDF, and which issue it is."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from editions.importing import naming
from editions.importing.bringing import Action, Brought, bring
from editions.importing.opening import RefusedFileError

INPUT = {"class": "desk-input"}
SAID = {
    Action.NEW: _("%(issue)s is here as a past issue."),
    Action.ADDED: _("%(issue)s has its PDF."),
    Action.REPLACED: _("%(issue)s has this PDF in the place of the other."),
    Action.AS_BEFORE: _("%(issue)s had this very file already: nothing was changed."),
}


class BringForm(forms.Form):
    """A PDF and the issue that it is, unless the file's name says that."""

    file = forms.FileField(
        label=_("PDF, up to 30 MB"),
        widget=forms.FileInput(attrs={**INPUT, "accept": "application/pdf,.pdf"}),
    )
    cover_on = forms.DateField(
        label=_("Cover date"),
        required=False,
        widget=forms.DateInput(attrs={**INPUT, "type": "date"}, format="%Y-%m-%d"),
    )
    volume = forms.IntegerField(label=_("Volume"), required=False, widget=forms.NumberInput(attrs=INPUT))
    number = forms.IntegerField(label=_("Number"), required=False, widget=forms.NumberInput(attrs=INPUT))
    title = forms.CharField(label=_("Cover line"), required=False, widget=forms.TextInput(attrs=INPUT))
    replace = forms.BooleanField(
        label=_("Put it in the place of a PDF that is there for this issue"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Find out which issue is meant: by the fields, and if they are all empty by the file's name."""
        data = super().clean() or {}
        if self.errors:
            return data
        typed = [data.get("volume"), data.get("number"), data.get("cover_on")]
        try:
            if any(typed):
                volume, number, cover_on = ("" if value is None else str(value) for value in typed)
                data["what"] = naming.described(volume, number, cover_on, data["title"])
            else:
                data["what"] = naming.by_name(Path(data["file"].name).stem)
        except RefusedFileError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return data


class BringsPastIssues:
    """Gives the desk's list of editions a way to bring one more: a mixin for its admin."""

    actions_list: Any = ["bring"]

    def has_bring_permission(self, request: HttpRequest) -> bool:
        """Whether this person may bring past issues: whoever may plan issues may."""
        return request.user.has_perm("articles.add_issue")

    @action(description=_("Bring a past issue"), url_path="bring", permissions=["bring"])
    def bring(self: Any, request: HttpRequest) -> HttpResponse:
        """Ask for a PDF; a POST opens it, and brings it here or says why not."""
        form = BringForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                told = _brought(form.cleaned_data)
            except RefusedFileError as refusal:
                form.add_error(None, str(refusal))
            else:
                return self._say_what_came(request, told)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Bring a past issue"),
            "form": form,
            "back": reverse("admin:editions_edition_changelist"),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/editions/bring.html", context, status=status)

    def _say_what_came(self: Any, request: HttpRequest, told: Brought) -> HttpResponse:
        messages.success(request, SAID[told.action] % {"issue": told.issue})
        pages = ngettext(
            "%(count)d page, text quality %(quality)d%%.",
            "%(count)d pages, text quality %(quality)d%%.",
            told.pages,
        )
        notes = [pages % {"count": told.pages, "quality": told.quality}, *told.notes]
        messages.info(request, " · ".join(notes))
        if told.action != Action.AS_BEFORE:
            self.log_addition(request, told.issue, gettext("Brought here as a PDF"))
        return redirect("admin:articles_issue_change", told.issue.pk)


def _brought(data: dict[str, Any]) -> Brought:
    upload: UploadedFile = data["file"]
    with tempfile.NamedTemporaryFile(suffix=".pdf") as source:
        for chunk in upload.chunks():
            source.write(chunk)
        source.flush()
        return bring(Path(source.name), data["what"], replace=data["replace"])
