"""Segments at the desk: conditions under a name, who fits them, and what can be done for all of them."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import display

from subscriptions.admin import listing
from subscriptions.admin.base import SalesAdmin
from subscriptions.cells import download
from subscriptions.models import Segment
from subscriptions.people import bulk, exporting, looks, segments

PREFIX = "if_"


class SegmentForm(forms.Form):
    """A name, and each condition of the register: what is left open asks nothing."""

    name = forms.CharField(label=_("Name"), max_length=80)
    is_shared = forms.BooleanField(label=_("For the whole desk"), required=False, initial=True)

    def __init__(self, *args: Any, segment: Segment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment = segment
        for key, condition in segments.REGISTER.items():
            field = condition.field()
            field.required, field.label = False, str(condition.label)
            self.fields[f"{PREFIX}{key}"] = field
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "desk-input")

    def clean_name(self) -> str:
        """Two segments of the desk are not called the same."""
        name = self.cleaned_data["name"].strip()
        others = Segment.objects.filter(name=name, is_shared=True)
        if self.segment is not None:
            others = others.exclude(pk=self.segment.pk)
        if others.exists():
            raise forms.ValidationError(_("There is a segment of this name. Write another."))
        return name

    def clean(self) -> None:
        """Nothing asked would be everybody."""
        super().clean()
        if not self.errors and not self.conditions:
            raise forms.ValidationError(_("Choose at least one condition."))

    @property
    def conditions(self) -> dict[str, Any]:
        """What was chosen, as it is stored."""
        return segments.stored({key: self.cleaned_data.get(f"{PREFIX}{key}") for key in segments.REGISTER})

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The conditions by what they are about."""
        about = {False: _("Their subscription"), True: _("They themselves")}
        return [
            (
                name,
                [
                    self[f"{PREFIX}{key}"]
                    for key, one in segments.REGISTER.items()
                    if one.is_about_readers == is_about_readers
                ],
            )
            for is_about_readers, name in about.items()
        ]


@admin.register(Segment)
class SegmentAdmin(SalesAdmin):
    """Choose readers by conditions; look at them, take them as a table, do something for all of them."""

    desk_order = 71
    list_display = ["name", "asks", "made_by", "is_shared", "people_link"]
    list_display_links = ["name"]
    search_fields = ["name"]
    list_select_related = ["made_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Those of the desk, and one's own."""
        return super().get_queryset(request).filter(Q(is_shared=True) | Q(made_by=request.user.pk))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("subscriptions.delete_segment")

    def get_urls(self) -> list[Any]:
        seen = self.admin_site.admin_view
        return [
            path("<int:segment_id>/people/", seen(self.people), name="subscriptions_segment_people"),
            path("<int:segment_id>/export/", seen(self.export), name="subscriptions_segment_export"),
            *super().get_urls(),
        ]

    @display(description=_("asks for"))
    def asks(self, segment: Segment) -> str:
        return "; ".join(f"{label}: {value}" for label, value in _said(segment)) or "–"

    @display(description=_("people"))
    def people_link(self, segment: Segment) -> str:
        address = reverse("admin:subscriptions_segment_people", args=[segment.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Who fits"))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        segment = self.found(request, object_id) if object_id else None
        may = self.has_change_permission if segment else self.has_add_permission
        if not may(request) and not (
            segment and request.method in ("GET", "HEAD") and self.has_view_permission(request)
        ):
            raise PermissionDenied
        initial = {f"{PREFIX}{key}": value for key, value in segment.conditions.items()} if segment else {}
        if segment:
            initial |= {"name": segment.name, "is_shared": segment.is_shared}
        form = SegmentForm(request.POST or None, segment=segment, initial=initial)
        if request.method == "POST" and form.is_valid():
            row = segment or Segment(made_by=cast(Any, request.user))
            row.name, row.is_shared = form.cleaned_data["name"], form.cleaned_data["is_shared"]
            row.conditions = form.conditions
            row.save()
            return redirect("admin:subscriptions_segment_people", row.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": segment.name if segment else gettext("A new segment"),
            "segment": segment,
            "form": form,
            "may_save": may(request),
            "may_delete": segment is not None and self.has_delete_permission(request),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/subscriptions/segment.html", context, status=status)

    @method_decorator(require_safe)
    def people(self, request: HttpRequest, segment_id: int) -> HttpResponse:
        """Show who fits now, fifty at a time, and what can be done for all of them."""
        segment = self.found(request, str(segment_id))
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            readers = segments.readers_in(segment.conditions)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("admin:subscriptions_segment_change", segment.pk)
        page = Paginator(readers, self.list_per_page).get_page(request.GET.get("page"))
        looks.note(request.user, looks.What.LIST, people_count=len(page), detail=segment.name)
        count = page.paginator.count
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": segment.name,
            "segment": segment,
            "said": _said(segment),
            "found": ngettext("%d person fits today.", "%d people fit today.", count) % count,
            "page": page,
            "rows": listing.rows_of(list(page)),
            "acts": _acts(request, segment) if count else [],
            "may_change": self.has_change_permission(request),
            "may_export": count and request.user.has_perm("subscriptions.export_subscribers"),
        }
        return TemplateResponse(request, "admin/subscriptions/segment_people.html", context)

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, segment_id: int) -> StreamingHttpResponse:
        """Hand everybody who fits over as a table for a spreadsheet; it is written down who took it."""
        if not request.user.has_perm("subscriptions.export_subscribers"):
            raise PermissionDenied
        segment = self.found(request, str(segment_id))
        readers = segments.readers_in(segment.conditions)
        looks.note(request.user, looks.What.EXPORT, people_count=readers.count(), detail=segment.name)
        day = timezone.localdate().isoformat()
        return download(f"{slugify(segment.name) or 'segment'}-{day}.csv", exporting.table(readers))


def _said(segment: Segment) -> list[tuple[str, str]]:
    """The conditions in words; what a condition no longer takes is said as it is."""
    try:
        return segments.said(segment.conditions)
    except ValidationError as error:
        return [(gettext("Does not work any more"), " ".join(error.messages))]


def _acts(request: HttpRequest, segment: Segment) -> list[tuple[Any, str]]:
    if not request.user.has_perm("subscriptions.do_bulkdeed"):
        return []
    return [
        (kind.label, reverse("admin:subscriptions_bulkdeed_act", args=[segment.pk, kind.value]))
        for kind in bulk.Kind
    ]
