"""The people whose names stand over the pieces."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.base import DeskAdmin, PickableMixin
from articles.admin.widgets import PictureWidget
from articles.models import Author


@admin.register(Author)
class AuthorAdmin(PickableMixin, DeskAdmin):
    """Authors, with or without an account of the desk."""

    desk_order = 40
    list_display = ["name", "role", "account", "pieces"]
    list_select_related = ["account"]
    search_fields = ["name", "role"]
    ordering = ["name"]
    fields = ["name", "role", "biography", "portrait", "account", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    pick_fields = ("name", "role")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(piece_count=Count("bylines"))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return self.prepopulated_fields if obj is None else {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "portrait":
            kwargs["widget"] = PictureWidget()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "account":
            # Staff only: an account of a reader is nobody's business at this desk.
            kwargs["queryset"] = get_user_model().objects.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("pieces"), ordering="piece_count")
    def pieces(self, author: Any) -> int:
        return author.piece_count

    def pickable(self, request: HttpRequest) -> QuerySet:
        return Author.objects.order_by("name")

    def pick_row(self, obj: Author) -> dict[str, Any]:
        return {"id": obj.pk, "label": obj.name, "note": obj.role}
