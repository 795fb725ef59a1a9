"""Advertisements at the desk: what they say, how they look, and where they stand when."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import action, display

from advertising import schedule
from advertising.models import Creative, Placement
from articles.admin.base import DeskAdmin
from articles.admin.widgets import PictureWidget
from articles.slots import Slot


class StandsFilter(admin.SimpleListFilter):
    """Placements by whether they stand on our pages now."""

    title = _("state")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Stands")), ("soon", _("To come")), ("over", _("Over, or off"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        at = timezone.now()
        not_over = Placement.objects.not_over(at).values("pk")
        return {
            "now": queryset.filter(pk__in=not_over, from_at__lte=at),
            "soon": queryset.filter(pk__in=not_over, from_at__gt=at),
            "over": queryset.exclude(pk__in=not_over),
        }.get(self.value() or "", queryset)


@admin.register(Creative)
class CreativeAdmin(DeskAdmin):
    """Advertisements: plain words, a picture, and where they lead."""

    desk_order = 70
    list_display = ["headline", "kind", "sponsor", "address"]
    list_filter = ["kind"]
    search_fields = ["headline", "sponsor", "text"]
    search_help_text = _("A headline or a sponsor")
    fields = ["kind", "sponsor", "headline", "text", "picture", "address", "invitation"]
    actions_detail = ["preview"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "picture":
            kwargs["widget"] = PictureWidget()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_preview_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may look at advertisements."""
        return self.has_view_permission(request, obj)

    @action(description=_("As readers see it"), url_path="preview", permissions=["preview"])
    @method_decorator(require_safe)
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the advertisement in each slot, with the style sheets of the readers' pages."""
        creative = get_object_or_404(Creative.objects.select_related("picture"), pk=object_id)
        context = {
            "creative": creative,
            "slots": [_as_shown(creative, Placement.Slot(slot.value)) for slot in Slot],
        }
        return render(request, "admin/advertising/preview.html", context)


@admin.register(Placement)
class PlacementAdmin(DeskAdmin):
    """Where advertisements stand; what is over stays on the list."""

    desk_order = 71
    list_display = ["creative", "slot", "from_at", "until_at", "weight", "stands_now"]
    list_select_related = ["creative"]
    list_filter = [StandsFilter, "slot"]
    search_fields = ["creative__headline", "creative__sponsor"]
    search_help_text = _("A headline or a sponsor")
    fields = ["creative", "slot", "from_at", "until_at", "weight", "is_on"]
    actions_list = ["schedule"]

    @display(description=_("stands"), boolean=True)
    def stands_now(self, placement: Placement) -> bool:
        return placement.stands()

    def has_schedule_permission(self, request: HttpRequest) -> bool:
        """Whether this person may look at the schedule."""
        return self.has_view_permission(request)

    @action(description=_("The next weeks"), url_path="schedule", permissions=["schedule"])
    @method_decorator(require_safe)
    def schedule(self, request: HttpRequest) -> HttpResponse:
        """Show what stands in each slot in the weeks to come."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        at = timezone.now()
        mondays = schedule.weeks(at)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Advertising in the next weeks"),
            "weeks": mondays,
            "rows": schedule.rows(at, mondays),
            "back": reverse("admin:advertising_placement_changelist"),
        }
        return TemplateResponse(request, "admin/advertising/schedule.html", context)


def _as_shown(creative: Creative, slot: Placement.Slot) -> tuple[str, dict[str, Any]]:
    """The name of ``slot``, and what the template of an advertisement gets there."""
    place = str(slot.label)
    return place, {"creative": creative, "slot": slot.value, "place": place}
