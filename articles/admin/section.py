"""The departments, and the series that run through them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.base import DeskAdmin
from articles.models import Section, Series


class _WithPieces(DeskAdmin):
    """A list that says how many pieces each row holds."""

    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(piece_count=Count("articles"))

    @admin.display(description=_("pieces"), ordering="piece_count")
    def pieces(self, obj: Any) -> int:
        return obj.piece_count

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        # The address of something that exists is changed on purpose or not at all.
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return self.prepopulated_fields if obj is None and may else {}


@admin.register(Section)
class SectionAdmin(_WithPieces):
    """The departments of the magazine, in the order of the menu."""

    desk_order = 50
    list_display = ["name", "description", "position", "pieces"]
    ordering = ["position", "name"]
    fields = ["name", "description", "position", "slug"]


@admin.register(Series)
class SeriesAdmin(_WithPieces):
    """Pieces that belong together across issues."""

    desk_order = 60
    list_display = ["name", "description", "pieces"]
    fields = ["name", "description", "slug"]
