"""Offers: what makes a plan cheaper for a while, for whom, and how many have taken it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from subscriptions import terms
from subscriptions.admin.base import FactsAdmin, SalesAdmin, read_amount, read_currency, reader_link
from subscriptions.models import Offer, OfferUse
from subscriptions.money import typed
from subscriptions.selling import offers

# What may still change when somebody has taken an offer: when it ends, and for how many it is.
STAYS_OPEN = ["is_active", "ends_on", "most_uses"]


class OfferForm(forms.ModelForm):
    """An offer, with its amount as people write money."""

    amount_minor = forms.CharField(
        label=_("Amount off"),
        max_length=20,
        required=False,
        help_text=_("As one writes it: 5, or 5.50."),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = Offer
        fields = [
            "name",
            "audience",
            "code",
            "kind",
            "trial_days",
            "percent",
            "currency",
            "amount_minor",
            "payments",
            "plan",
            "starts_on",
            "ends_on",
            "most_uses",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.amount_minor:
            self.initial["amount_minor"] = typed(self.instance.amount_minor, self.instance.currency)

    def clean_currency(self) -> str:
        """Accept small letters, and refuse what is no currency."""
        code = self.cleaned_data["currency"]
        return read_currency(code) if code else ""

    def clean_amount_minor(self) -> int | None:
        """Read the amount in its currency."""
        words, currency = self.cleaned_data["amount_minor"], self.cleaned_data.get("currency")
        if not words or currency is None:
            return None
        if not currency:
            raise forms.ValidationError(_("Write the currency too."))
        return read_amount(words, currency)

    def clean(self) -> None:
        """What is given is said in one way, and the offer ends after it begins."""
        super().clean()
        starts_on = self.cleaned_data.get("starts_on") or self.instance.starts_on
        ends_on = self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day comes before the first."))


@admin.register(Offer)
class OfferAdmin(SalesAdmin):
    """Free to change until somebody has taken it; then it is a promise, and only its end can move."""

    form = OfferForm
    desk_order = 92
    list_display = ["name", "reads", "audience", "code", "plan", "starts_on", "ends_on", "taken", "running"]
    list_filter = ["audience", "kind", "is_active", "plan"]
    list_select_related = ["plan"]
    search_fields = ["name", "code"]
    search_help_text = _("A name or a code")
    fieldsets = [
        (None, {"fields": ["reads", "taken"]}),
        (_("For whom"), {"fields": ["name", "audience", "code"]}),
        (
            _("What is given"),
            {"fields": ["kind", "trial_days", "percent", ("currency", "amount_minor"), "payments", "plan"]},
        ),
        (_("When, and for how many"), {"fields": ["starts_on", "ends_on", "most_uses", "is_active"]}),
    ]
    readonly_fields = ["reads", "taken"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(times_taken=Count("uses"))

    def get_fieldsets(self, request: HttpRequest, obj: Offer | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[1:]

    def get_readonly_fields(self, request: HttpRequest, obj: Offer | None = None) -> list[str]:
        if obj is None or not obj.uses.exists():
            return self.readonly_fields
        return [*self.readonly_fields, *(name for name in OfferForm.Meta.fields if name not in STAYS_OPEN)]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_on": terms.day_of(timezone.now())} | super().get_changeform_initial_data(request)

    @display(description=_("reads"))
    def reads(self, offer: Offer) -> str:
        return offers.described(offer) if offer.pk else "–"

    @display(description=_("taken"), ordering="times_taken")
    def taken(self, offer: Offer) -> str:
        if offer.pk is None:
            return "–"
        times = getattr(offer, "times_taken", 0)
        said = (
            gettext("%(times)d of %(most)d") % {"times": times, "most": offer.most_uses}
            if offer.most_uses
            else str(times)
        )
        if not times:
            return said
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}?offer__id__exact={}">{}</a>',
            reverse("admin:subscriptions_offeruse_changelist"),
            offer.pk,
            said,
        )

    @display(description=_("open today"), label={"open": "success", "shut": "", "to_come": "info"})
    def running(self, offer: Offer) -> tuple[str, str]:
        today = terms.day_of(timezone.now())
        if not offer.is_active or (offer.ends_on and offer.ends_on < today):
            return "shut", gettext("Ended")
        if offer.starts_on > today:
            return "to_come", gettext("To come")
        return "open", gettext("Open")


@admin.register(OfferUse)
class OfferUseAdmin(FactsAdmin):
    """Who has taken which offer."""

    desk_order = 93
    list_display = ["used_at", "offer", "reader_email", "subscription"]
    list_filter = ["offer"]
    search_fields = ["reader__email", "reader__name", "subscription__number", "offer__code"]
    search_help_text = _("A reader’s name or email address, a subscription’s number, or a code")
    fields = ["offer", "reader_email", "subscription", "used_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("offer", "reader", "subscription")

    def has_module_permission(self, request: HttpRequest) -> bool:
        # The uses are reached from their offer.
        return False

    @display(description=_("reader"), ordering="reader__email")
    def reader_email(self, use: OfferUse) -> str:
        return reader_link(use.reader)
