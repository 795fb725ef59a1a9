"""Plans, and their versions: what is sold, and since when."""

from collections import Counter
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from subscriptions import features, terms
from subscriptions.admin.base import DayInput, FactsInline, SalesAdmin, read_amount, read_currency
from subscriptions.life import switching
from subscriptions.models import Plan, PlanFeature, PlanVersion, Price, Subscription
from subscriptions.money import typed
from subscriptions.selling import catalogue
from subscriptions.selling import opening as offer

# So many of those who are told of a new price are shown by name.
MOST_SHOWN = 50


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


class NumberField(forms.IntegerField):
    """The parameters of a feature as staff write them: its one number, or nothing."""

    def prepare_value(self, value: Any) -> Any:
        return next(iter(value.values()), None) if isinstance(value, dict) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class FeatureForm(forms.ModelForm):
    """A promise: which, whether it is kept today, and its number where it has one."""

    parameters = NumberField(
        label=_("number"),
        required=False,
        min_value=1,
        help_text=_("How many issues a year; how many days of the guarantee. Elsewhere empty."),
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = PlanFeature
        fields = ["key", "state", "planned_on", "parameters"]

    def clean_parameters(self) -> dict[str, int]:
        """Give the number the name that the registry knows it by, and let the registry judge it."""
        number, key = self.cleaned_data["parameters"], self.cleaned_data.get("key")
        if key is None:
            return {}
        names = list(features.REGISTRY[features.Feature(key)].parameters)
        if number is None:
            if names:
                raise forms.ValidationError(_("Write the number: without it the promise says nothing."))
            return {}
        if not names:
            raise forms.ValidationError(_("This feature has no number."))
        return features.clean_parameters(key, {names[0]: number})


class FeatureInline(TabularInline):
    """What a version gives."""

    model = PlanFeature
    form = FeatureForm
    fields = ["key", "state", "planned_on", "parameters", "reads"]
    readonly_fields = ["reads"]
    extra = 0
    hide_title = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_open = self.has_change_permission(request, obj)
        return self.fields if is_open else [name for name in self.fields if name != "parameters"]

    @display(description=_("reads"))
    def reads(self, promise: PlanFeature) -> str:
        return promise.label if promise.pk else "–"


class PriceForm(forms.ModelForm):
    """A price: for how long, and how much, as people write money."""

    amount_minor = forms.CharField(
        label=_("amount"),
        max_length=20,
        help_text=_("As one writes it: 84, or 84.50."),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = Price
        # The currency comes first: it says how the amount is read.
        fields = ["term_months", "term_issues", "currency", "amount_minor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["amount_minor"] = typed(self.instance.amount_minor, self.instance.currency)

    def clean_currency(self) -> str:
        """Accept small letters, and refuse what is no currency."""
        return read_currency(self.cleaned_data["currency"])

    def clean_amount_minor(self) -> int | None:
        """Read the amount in its currency."""
        currency = self.cleaned_data.get("currency")
        return read_amount(self.cleaned_data["amount_minor"], currency) if currency else None


class PriceInline(TabularInline):
    """What a version costs."""

    model = Price
    form = PriceForm
    fields = ["term_months", "term_issues", "currency", "amount_minor", "reads"]
    readonly_fields = ["reads"]
    extra = 0
    hide_title = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_open = self.has_change_permission(request, obj)
        return self.fields if is_open else [name for name in self.fields if name != "amount_minor"]

    @display(description=_("reads"))
    def reads(self, price: Price) -> str:
        return str(price) if price.pk and price.amount_minor else "–"


class DayForm(forms.Form):
    """From which day a new price holds."""

    from_on = forms.DateField(label=_("For terms that begin on or after"), widget=DayInput)


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
    actions_detail = ["preview", "announce"]

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

    @action(description=_("See it as readers will"), url_path="preview", permissions=["view"])
    @method_decorator(require_safe)
    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the page of plans as it would be if this version were on sale today."""
        version = self.found(request, object_id)
        context = {
            "shop": catalogue.catalogue(request.GET.get("currency", ""), instead=version),
            "version": version,
            "is_on_sale": version.plan.is_offered and version.plan.version_on_sale() == version,
        }
        response = TemplateResponse(request, "admin/subscriptions/plan_preview.html", context)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def has_announce_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether this person may announce new prices."""
        return request.user.has_perm("subscriptions.change_planversion")

    @action(
        description=_("Announce prices"),
        url_path="announce",
        permissions=["announce"],
    )
    def announce(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show whose price would change, from which to which; a POST announces it to them by letter."""
        version = self.found(request, object_id)
        if version.plan.version_on_sale() != version:
            messages.info(request, gettext("Only the prices that are on sale today can be announced."))
            return redirect("admin:subscriptions_planversion_change", version.pk)
        affected = switching.affected(version)
        mark = _mark(affected)
        earliest = terms.day_of(timezone.now()) + switching.ANNOUNCED_BEFORE
        form = DayForm(request.POST or None, initial={"from_on": earliest})
        has_changed = form.is_bound and request.POST.get("shown") != mark
        if form.is_bound and form.is_valid() and affected and not has_changed:
            try:
                told = switching.announce(affected, from_on=form.cleaned_data["from_on"], by=request.user)
            except switching.TooSoonError as too_soon:
                form.add_error("from_on", str(too_soon))
            else:
                announced = ngettext(
                    "Announced to %d subscriber, by letter.", "Announced to %d subscribers, by letter.", told
                )
                messages.success(request, announced % told)
                return redirect("admin:subscriptions_planversion_change", version.pk)
        moves = Counter((str(one.price), str(price)) for one, price in affected)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "title": gettext("Announce the prices of %s") % version,
            "moves": [(old, new, count) for (old, new), count in sorted(moves.items())],
            "count": len(affected),
            "shown": affected[:MOST_SHOWN],
            "mark": mark,
            "form": form,
            "has_changed": has_changed,
            "notice_days": switching.ANNOUNCED_BEFORE.days,
            "back": reverse("admin:subscriptions_planversion_change", args=[version.pk]),
        }
        status = 409 if has_changed else 422 if form.errors else 200
        return TemplateResponse(request, "admin/subscriptions/announce.html", context, status=status)


def _mark(affected: list[tuple[Subscription, Price]]) -> str:
    """Who would be told what, in short: a button is about this and nothing else."""
    told = ",".join(f"{subscription.pk}={price.pk}" for subscription, price in affected)
    return sha256(told.encode()).hexdigest()[:32]
