"""The desk: Django's admin as the editors and the subscriber staff see it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class DeskSite(UnfoldAdminSite):
    """One desk for all staff; each role sees what its permissions open.

    The first page is put together from what the registered models offer: a ``ModelAdmin`` may have a
    method ``desk_panels(request)`` that returns dictionaries with ``title``, ``rows`` (each with
    ``text``, ``address`` and perhaps ``note``), ``empty`` (a sentence for when there are no rows),
    ``order`` and perhaps ``address`` (of all rows). A ``desk_order`` sorts the models.

    A page that belongs to no model is offered by two more: ``desk_urls()`` returns its addresses, and
    ``desk_pages(request)`` its entries in the menu of the model's app (``name``, ``admin_url``, ``order``).
    """

    enable_nav_sidebar = True
    index_title = _("Today")
    index_template = "admin/desk_index.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        panels = [
            panel
            for model_admin in self._registry.values()
            if hasattr(model_admin, "desk_panels")
            for panel in model_admin.desk_panels(request)
        ]
        context = {"panels": sorted(panels, key=lambda panel: panel["order"]), **(extra_context or {})}
        return super().index(request, context)

    def get_urls(self) -> list[Any]:
        """The pages that belong to no model, and then Django's own."""
        pages = [
            url
            for model_admin in self._registry.values()
            if hasattr(model_admin, "desk_urls")
            for url in model_admin.desk_urls()
        ]
        return [*pages, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Sort each app's models as its people use them, not by the alphabet.

        A ``desk_group`` puts a model beside those of another app.
        """
        apps = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        for app in list(apps.values()):
            for entry in list(app["models"]):
                group = getattr(self._registry[entry["model"]], "desk_group", app["app_label"])
                if group != app["app_label"] and group in apps:
                    app["models"].remove(entry)
                    apps[group]["models"].append(entry)
        filled = [app for app in apps.values() if app["models"]]
        for app in filled:
            app["models"].sort(key=lambda entry: self._order(entry["model"]))
        filled.sort(key=lambda app: self._order(app["models"][0]["model"]))
        for app in filled:
            app["models"][:0] = self._pages_of(app["app_label"], request)
        return filled

    def _pages_of(self, app_label: str, request: HttpRequest) -> list[dict[str, Any]]:
        pages = [
            {"model": model, "object_name": "", "perms": {}, "view_only": True, "add_url": None, **page}
            for model, model_admin in self._registry.items()
            if model._meta.app_label == app_label and hasattr(model_admin, "desk_pages")
            for page in model_admin.desk_pages(request)
        ]
        return sorted(pages, key=lambda page: page["order"])

    def _order(self, model: Any) -> tuple[int, str]:
        return getattr(self._registry.get(model), "desk_order", 100), model._meta.verbose_name_plural.lower()

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A password is changed where every reader changes it."""
        return HttpResponseRedirect(reverse("account_change_password"))
