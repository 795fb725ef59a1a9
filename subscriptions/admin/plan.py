"""Plans, and their versions: what is sold, and since when."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display

from subscriptions import offer
from subscriptions.admin.base import FactsInline, SalesAdmin
from subscriptions.models import Plan, PlanFeature, PlanVersion, Price
from subscriptions.money import formatted


class VersionInline(FactsInline):
    """The versions of a plan, newest first, each a link to its terms."""

    model = PlanVersion
    fields = ["number", "sold_from_at", "summary", "link"]
    readonly_fields = ["summary", "link"]
    tab = False

    @display(description=_("prices"))
    def summary(self, version: PlanVersion) -> str:
        return ", ".join(str(price) for price in version.prices.all()) or "–"


@admin.register(Plan)
class PlanAdmin(SalesAdmin):
    """What we sell. The terms are in the versions, and a new one is a copy of the last."""

    desk_order = 90
    list_display = ["name", "is_offered", "version_on_sale", "position"]
    list_filter = ["is_offered"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "summary", "is_offered", "position"]
    inlines = [VersionInline]
    actions_detail = ["new_version"]

    @display(description=_("version on sale"))
    def version_on_sale(self, plan: Plan) -> str:
        version = plan.version_on_sale()
        return str(version.number) if version else "–"

    def has_new_version_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may begin a plan’s next version."""
        return request.user.has_perm("subscriptions.add_planversion")

    @action(
        description=_("New version"),
        url_path="new-version",
        permissions=["new_version"],
    )
    def new_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Copy the newest terms into a version that is not for sale yet."""
        plan = self.found(request, object_id)
        if request.method == "POST":
            version = offer.new_version(plan)
            messages.success(
                request,
                gettext("Version %d is ready to be changed. It is not for sale yet.") % version.number,
            )
            return redirect("admin:subscriptions_planversion_change", version.pk)
        return self.act_page(
            request,
            plan,
            title=gettext("A new version of %s") % plan,
            button=gettext("Make it"),
            sentences=[
                gettext("The newest version is copied, with its features and prices, for you to change."),
                gettext("It is not for sale until you say from when."),
                gettext("Those who subscribe today keep the terms and the price they agreed to."),
            ],
        )


class FeatureInline(TabularInline):
    """What a version gives."""

    model = PlanFeature
    fields = ["key", "state", "planned_on", "parameters"]
    extra = 0
    hide_title = True


class PriceInline(TabularInline):
    """What a version costs."""

    model = Price
    fields = ["term_months", "amount_minor", "currency", "reads"]
    readonly_fields = ["reads"]
    extra = 0
    hide_title = True

    @display(description=_("reads"))
    def reads(self, price: Price) -> str:
        return formatted(price.amount_minor, price.currency) if price.pk else "–"


@admin.register(PlanVersion)
class PlanVersionAdmin(SalesAdmin):
    """One version's terms: free to change until somebody has bought them, and never after."""

    desk_order = 91
    list_display = ["plan", "number", "sold_from_at", "standing"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    fields = ["plan", "number", "sold_from_at", "standing"]
    readonly_fields = ["plan", "number", "standing"]
    inlines = [FeatureInline, PriceInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PlanVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_sold)

    def has_module_permission(self, request: HttpRequest) -> bool:
        # A version is reached from its plan.
        return False

    @display(description=_("these terms"))
    def standing(self, version: PlanVersion) -> str:
        sold = version.subscriptions.count()
        if not sold:
            return gettext("Nobody has bought them yet: they can be changed.")
        stays = ngettext(
            "%d subscription is on these terms, so they stay as agreed.",
            "%d subscriptions are on these terms, so they stay as agreed.",
            sold,
        )
        return f"{stays % sold} {gettext('To sell on others, make a new version of the plan.')}"
