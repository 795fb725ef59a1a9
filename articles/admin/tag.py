"""The words by which pieces are found together."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from articles.admin.base import DeskAdmin, PickableMixin

admin.site.unregister(Tag)


@admin.register(Tag)
class TagAdmin(PickableMixin, DeskAdmin):
    """Every tag with the number of its pieces."""

    desk_order = 70
    desk_group = "articles"
    list_display = ["name", "pieces"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["name", "slug"]
    pick_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(piece_count=Count("taggit_taggeditem_items"))

    @admin.display(description=_("pieces"), ordering="piece_count")
    def pieces(self, tag: Any) -> int:
        return tag.piece_count

    def pickable(self, request: HttpRequest) -> QuerySet:
        return Tag.objects.order_by("name")

    def pick_row(self, obj: Tag) -> dict[str, Any]:
        return {"id": obj.name, "label": obj.name}
