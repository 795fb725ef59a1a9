"""The numbered issues, and in which order their pieces run."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from articles.admin.base import DeskAdmin, PickableMixin
from articles.admin.issue_flatplan import FlatplanMixin
from articles.admin.issue_planning import PlanningMixin
from articles.admin.issue_release import ReleaseMixin
from articles.admin.widgets import PictureWidget
from articles.models import Article, Issue


class RunningOrderInline(TabularInline):
    """The pieces of the issue by printed page; a piece joins on its own form."""

    model = Article
    fields = ["piece", "section", "page"]
    readonly_fields = ["piece", "section"]
    ordering = ["page", "headline"]
    extra = 0
    can_delete = False
    hide_title = True
    verbose_name_plural = _("Running order")
    template = "admin/articles/inlines/running_order.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .filter(trashed_at=None)
            .select_related("section")
            .only("headline", "page", "issue", "section__name")
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.publish_article")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.see_all_articles")

    @admin.display(description=_("piece"))
    def piece(self, article: Article) -> str:
        return article.headline


@admin.register(Issue)
class IssueAdmin(PlanningMixin, FlatplanMixin, ReleaseMixin, PickableMixin, DeskAdmin):
    """Issues, newest first."""

    actions_list = ["planner"]
    actions_detail = ["put_to_bed", "flatplan", "reschedule"]

    desk_order = 30
    list_display = ["shown", "cover_on", "state", "counts_as", "pieces"]
    list_select_related = ["cover"]
    search_fields = ["title", "number"]
    ordering = ["-cover_on"]
    inlines = [RunningOrderInline]
    pick_fields = ("title", "number", "volume")
    fieldsets = [
        (None, {"fields": [("volume", "number"), "title", "standfirst", "cover"]}),
        (_("Dates"), {"fields": ["cover_on", "released_at", "weight", "pages"]}),
    ]
    # Written by a release alone.
    readonly_fields = ("released_at",)

    def view_on_site(self, obj: Issue) -> str | None:
        """Where readers find it, once they do."""
        return obj.get_absolute_url() if obj.is_published() else None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(piece_count=Count("articles"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write the page numbers and nothing else: somebody may be writing in one of these pieces."""
        formset.new_objects, formset.deleted_objects = [], []
        formset.changed_objects = [
            (row.instance, row.changed_data) for row in formset.forms if row.has_changed()
        ]
        for article, _changed in formset.changed_objects:
            Article.objects.filter(pk=article.pk).update(page=article.page, version=F("version") + 1)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cover":
            kwargs["widget"] = PictureWidget()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("issue"), ordering="cover_on")
    def shown(self, issue: Issue) -> str:
        cover = issue.cover.src if issue.cover else ""
        image = format_html('<img src="{}" alt="" loading="lazy">', cover) if cover else ""
        return format_html(
            '<span class="desk-row desk-row--cover">{}'
            "<span><strong>{}</strong><small>{}</small></span></span>",
            image,
            issue.label,
            issue.title,
        )

    @admin.display(description=_("state"), ordering="released_at")
    def state(self, issue: Issue) -> str:
        state = issue.state()
        return format_html('<span class="desk-badge" data-state="{}">{}</span>', state.value, state.label)

    @admin.display(description=_("counts as"))
    def counts_as(self, issue: Issue) -> int:
        return issue.weight

    @admin.display(description=_("pieces"), ordering="piece_count")
    def pieces(self, issue: Any) -> int:
        return issue.piece_count

    def pickable(self, request: HttpRequest) -> QuerySet:
        return Issue.objects.all()

    def pick_row(self, obj: Issue) -> dict[str, Any]:
        return {
            "id": obj.pk,
            "label": f"{obj.label}" + (f": {obj.title}" if obj.title else ""),
            "note": f"{obj.cover_on:%d %B %Y}",
        }
