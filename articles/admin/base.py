"""What every page of the desk about our content has in common."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

PICKS_AT_ONCE = 24


class PlainChoices(BaseModelAdmin):
    """Rows are chosen in our own controls: no buttons beside them that open windows."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            choices = field.widget.choices
            field.widget = field.widget.widget
            field.widget.choices = choices
        return field


class LookedAtOnly(BaseModelAdmin):
    """Rows that the program writes: they are looked at, and never typed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeskAdmin(PlainChoices, ModelAdmin):
    """A model at the desk: strict about what an address may ask, silent about what does not exist.

    ``desk_order`` sorts the models in the side bar and on the first page.
    """

    desk_order = 50
    list_per_page = 50
    compressed_fields = False
    list_filter_submit = False
    actions_on_top = True
    warn_unsaved_form = True

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow the listed filters and nothing else: Django would allow every field of this model."""
        allowed = set()
        for item in self.get_list_filter(request):
            if isinstance(item, type):
                allowed.add(getattr(item, "parameter_name", ""))
            else:
                name = item if isinstance(item, str) else item[0]
                allowed |= {f"{name}{ending}" for ending in LOOKUP_ENDINGS}
        return lookup in allowed

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if hasattr(context["media"], "with_nonce"):
            # The import map of our modules is an inline script: it shows the request's nonce.
            context["media"] = context["media"].with_nonce(nonce_of(request))
        return super().render_change_form(request, context, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        # Django sends people to the first page with a message; another's piece must look like none.
        raise Http404


LOOKUP_ENDINGS = ["", "__exact", "__isnull", "__in", "__id__exact", "__gte", "__lt"]


class PickableMixin(ModelAdmin):
    """Answers what somebody types: ``…/pick/?q=`` returns the rows that fit, ``?ids=`` those named; JSON.

    Subclasses say which rows the person may see (``pickable``), and how one is written (``pick_row``).
    """

    pick_fields: tuple[str, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        info = self.model._meta.app_label, self.model._meta.model_name
        own = path("pick/", self.admin_site.admin_view(self.pick_view), name="{}_{}_pick".format(*info))
        return [own, *super().get_urls()]

    def pickable(self, request: HttpRequest) -> QuerySet:
        """The rows that this person may choose from."""
        return self.model._default_manager.all()

    def pick_row(self, obj: Any) -> dict[str, Any]:
        """One row: ``id``, ``label``, and if there is more to say ``note`` and ``thumb``."""
        return {"id": obj.pk, "label": str(obj)}

    def pick_view(self, request: HttpRequest) -> JsonResponse:
        """Return at most ``PICKS_AT_ONCE`` rows that contain every word typed; ``page`` turns on."""
        if not self.has_pick_permission(request):
            return JsonResponse({"error": "forbidden"}, status=403)
        rows = self.pickable(request)
        if wanted := request.GET.get("ids"):
            ids = [int(part) for part in wanted[:2_000].split(",") if part.isascii() and part.isdigit()]
            named = rows.filter(pk__in=[number for number in ids if number < 2**63])[:100]
            return JsonResponse({"results": [self.pick_row(obj) for obj in named], "more": False})
        for word in request.GET.get("q", "")[:100].split()[:8]:
            rows = rows.filter(_any_contains(self.pick_fields, word))
        page = request.GET.get("page", "1")
        start = (min(int(page), 500) - 1) * PICKS_AT_ONCE if page.isascii() and page.isdigit() else 0
        found = list(rows[max(start, 0) : max(start, 0) + PICKS_AT_ONCE + 1])
        return JsonResponse(
            {
                "results": [self.pick_row(obj) for obj in found[:PICKS_AT_ONCE]],
                "more": len(found) > PICKS_AT_ONCE,
            }
        )

    def has_pick_permission(self, request: HttpRequest) -> bool:
        """Whether this person may choose from these rows at all."""
        return self.has_view_permission(request)


def nonce_of(request: HttpRequest) -> str:
    """The word by which the browser knows this answer's own inline scripts."""
    return str(getattr(request, "csp_nonce", ""))


def pick_address(model: Any) -> Callable[[], str]:
    """Return a function for the address at which rows of ``model`` are picked."""
    return lambda: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_pick")


def _any_contains(fields: tuple[str, ...], word: str) -> Q:
    condition = Q()
    for field in fields:
        condition |= Q(**{f"{field}__icontains": word})
    return condition
