"""What every page of the desk about selling has in common."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from moneyed import CurrencyDoesNotExist, get_currency
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from subscriptions.money import minor_of, typed
from subscriptions.people import looks


def reader_link(reader: Any) -> str:
    """A reader's email address, leading to their page."""
    address = reverse("admin:subscriptions_subscriber", args=[reader.pk])
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, reader.email
    )


class SalesAdmin(ModelAdmin):
    """A model at the desk. Nothing is deleted here, and a row that does not exist is not found.

    Whoever looks at rows about readers is written down (``subscriptions.people.looks``).
    """

    desk_order = 80
    list_per_page = 50
    # The whole number beside “so many found” would be counted anew for every search.
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        shown = (getattr(response, "context_data", None) or {}).get("cl")
        if shown is not None and request.method == "GET" and _is_about_people(self.model):
            name = str(self.opts.verbose_name_plural)
            looks.note(request.user, looks.What.LIST, people_count=len(shown.result_list), detail=name)
        return response

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        reader = _reader_of(kwargs.get("obj"))
        if reader is not None and request.method == "GET":
            name = str(self.opts.verbose_name)
            looks.note(request.user, looks.What.PAGE, reader=reader, detail=name)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def act_page(
        self,
        request: HttpRequest,
        obj: Any,
        *,
        title: str,
        button: str,
        facts: Sequence[tuple[str, str]] = (),
        sentences: Sequence[str] = (),
        form: forms.Form | None = None,
    ) -> HttpResponse:
        """Show what an action will do, and the button that does it (a POST to the same address)."""
        back = (
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
            if obj
            else reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": title,
            "button": button,
            "facts": facts,
            "sentences": sentences,
            "form": form,
            "back": back,
        }
        refused = 422 if form is not None and form.errors else 200
        return TemplateResponse(request, "admin/subscriptions/act.html", context, status=refused)

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row an action is about, or answer that there is none."""
        obj = self.get_object(request, str(object_id))
        if obj is None:
            raise Http404
        return obj

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404


# Where a row says whose it is.
WHOSE = ("reader", "subscription", "payment", "label")


def _is_about_people(model: type[models.Model]) -> bool:
    """Whether the rows of ``model`` are each about a reader."""
    return any(field.name in WHOSE for field in model._meta.concrete_fields)


def _reader_of(row: Any) -> Any:
    """Return whom a row is about, if it is about anybody."""
    if row is None or isinstance(row, get_user_model()):
        return row
    names = {field.name for field in row._meta.concrete_fields}
    return next((_reader_of(getattr(row, name)) for name in WHOSE if name in names), None)


class FactsAdmin(SalesAdmin):
    """Rows that are written by what happens, and only looked at here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StateFilter(admin.SimpleListFilter):
    """Rows by how they stand, where that is computed: ``in_state`` keeps those in one of the ``states``."""

    title = _("state")
    parameter_name = "state"
    states: ClassVar[type[models.TextChoices]]
    in_state: ClassVar[Callable[..., models.QuerySet]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return self.states.choices

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        state = self.value()
        return self.in_state(queryset, state) if state and state in self.states else queryset


def by_day(field: str) -> tuple[str, type[admin.FieldListFilter]]:
    """Return the filter “today, this month …” for a column.

    Django's ``date_hierarchy`` looks at every row of the table for the days that there are: a second and more
    at 100,000 of them.
    """
    return (field, admin.DateFieldListFilter)


class FactsInline(TabularInline):
    """Rows that belong to another, shown and not changed; ``link`` leads to a row's own page."""

    extra = 0
    tab = True
    hide_title = True

    @display(description=_("details"))
    def link(self, obj: Any) -> str:
        name = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>',
            reverse(name, args=[obj.pk]),
            _("Open"),
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DayInput(forms.DateInput):
    """A day, picked by the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def read_currency(code: str) -> str:
    """Return a currency's code as it is stored; raises ``ValidationError`` for one that does not exist."""
    try:
        return str(get_currency(code.strip().upper()).code)
    except CurrencyDoesNotExist as error:
        raise forms.ValidationError(_("There is no such currency. Write three letters, like GBP.")) from error


def read_amount(words: str, currency: str) -> int:
    """Return an amount that somebody typed, in whole minor units; raises ``ValidationError`` for others."""
    try:
        amount_minor = minor_of(words, currency)
    except ValueError as error:
        raise forms.ValidationError(
            _("Write the amount with figures and a point, like %s.") % typed(8450, currency)
        ) from error
    if not amount_minor:
        raise forms.ValidationError(_("Nothing at all is no price."))
    return amount_minor
