"""Delivery zones, and what print costs in each: a new price is a new row, for those who buy from then on."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from subscriptions.admin.base import SalesAdmin, read_amount, read_currency
from subscriptions.fulfilment import addresses
from subscriptions.models import DeliveryZone, ZoneCountry, ZonePrice
from subscriptions.money import formatted


class ZoneForm(forms.ModelForm):
    """A zone, with its countries by their two letters."""

    codes = forms.CharField(
        label=_("Countries"),
        required=False,
        help_text=_("Two letters each (ISO 3166-1), with spaces between: FR DE NL. The rest goes elsewhere."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "desk-input"}),
    )

    class Meta:
        model = DeliveryZone
        fields = ["name", "slug", "takes_the_rest", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["codes"] = " ".join(self.instance.countries.values_list("country", flat=True))

    def clean_codes(self) -> list[str]:
        """Refuse letters that are no country's, and countries that another zone has."""
        codes = list(dict.fromkeys(self.cleaned_data["codes"].upper().replace(",", " ").split()))
        known = {code for code, _name in addresses.country_choices()}
        if unknown := [code for code in codes if code not in known]:
            raise forms.ValidationError(_("No country has these letters: %s.") % " ".join(unknown))
        taken = ZoneCountry.objects.filter(country__in=codes).exclude(zone=self.instance.pk)
        if others := [f"{one.country} ({one.zone})" for one in taken.select_related("zone")]:
            raise forms.ValidationError(_("Another zone has these already: %s.") % ", ".join(others))
        return codes

    def clean_takes_the_rest(self) -> bool:
        """One zone takes the rest, and always one."""
        takes = self.cleaned_data["takes_the_rest"]
        other = DeliveryZone.objects.filter(takes_the_rest=True).exclude(pk=self.instance.pk).first()
        if takes and other is not None:
            raise forms.ValidationError(_("%s takes the rest already.") % other)
        return takes


class ZonePriceForm(forms.ModelForm):
    """A price a year, as people write money."""

    year_minor = forms.CharField(
        label=_("a year"),
        max_length=20,
        help_text=_("As one writes it: 36, or 36.50."),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )

    class Meta:
        model = ZonePrice
        fields = ["currency", "year_minor", "sold_from_at"]

    def clean_currency(self) -> str:
        """Accept small letters, and refuse what is no currency."""
        return read_currency(self.cleaned_data["currency"])

    def clean_year_minor(self) -> int | None:
        """Read the amount in its currency."""
        currency = self.cleaned_data.get("currency")
        return read_amount(self.cleaned_data["year_minor"], currency) if currency else None


class ZonePriceInline(TabularInline):
    """What print cost and costs: rows are added, and none is changed."""

    model = ZonePrice
    form = ZonePriceForm
    fields = ["currency", "year_minor", "reads", "sold_from_at"]
    readonly_fields = ["reads"]
    extra = 0
    hide_title = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("reads"))
    def reads(self, price: ZonePrice) -> str:
        return formatted(price.year_minor, price.currency) if price.pk else "–"


@admin.register(DeliveryZone)
class DeliveryZoneAdmin(SalesAdmin):
    """Where copies are sent, and what that costs beside the plan."""

    form = ZoneForm
    desk_order = 94
    list_display = ["name", "where", "prices", "position"]
    fields = ["name", "slug", "codes", "takes_the_rest", "position"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ZonePriceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("countries")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the countries too: those that are named, and no other."""
        super().save_related(request, form, formsets, change)
        zone, codes = form.instance, form.cleaned_data["codes"]
        zone.countries.exclude(country__in=codes).delete()
        held = set(zone.countries.values_list("country", flat=True))
        ZoneCountry.objects.bulk_create(
            ZoneCountry(zone=zone, country=code) for code in codes if code not in held
        )

    @display(description=_("countries"))
    def where(self, zone: DeliveryZone) -> str:
        if zone.takes_the_rest:
            return gettext("Every other country")
        return ", ".join(addresses.country_name(one.country) for one in zone.countries.all()) or "–"

    @display(description=_("a year"))
    def prices(self, zone: DeliveryZone) -> str:
        on_sale = ZonePrice.objects.on_sale().filter(zone=zone).order_by("currency")
        return ", ".join(formatted(one.year_minor, one.currency) for one in on_sale) or "–"
