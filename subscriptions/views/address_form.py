"""The form of an address: its fields are those of the country, in the order of its post."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from subscriptions.fulfilment import addresses
from subscriptions.models import Address
from subscriptions.views.forms import DayField

# By which name browsers know what to fill in.
AUTOCOMPLETE = {
    addresses.NAME: "name",
    addresses.COMPANY: "organization",
    addresses.STREET: "street-address",
    addresses.DISTRICT: "address-level3",
    addresses.CITY: "address-level2",
    addresses.AREA: "address-level1",
    addresses.POSTAL_CODE: "postal-code",
}


class CountryForm(forms.Form):
    """The country, before anything else can be asked."""

    country = forms.ChoiceField(
        label=_("Country"),
        error_messages={
            "required": _("Choose the country."),
            "invalid_choice": _("We do not know this country. Choose one of the list."),
        },
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands on one page with an address, which has a country too.
        super().__init__(*args, **{"auto_id": "choose_%s", **kwargs})
        self.fields["country"].choices = addresses.country_choices()  # type: ignore[attr-defined]


class AddressForm(forms.Form):
    """An address in ``country``; ``address`` is what was cleaned."""

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        self.lists: dict[str, tuple[str, ...]] = {}
        self.fields["country"] = forms.CharField(initial=country, widget=forms.HiddenInput, required=False)
        for one in addresses.fields_for(country):
            attrs: dict[str, Any] = {"autocomplete": AUTOCOMPLETE.get(one.name, "off")}
            if one.is_required:
                attrs["required"] = True
            if one.choices:
                attrs["list"] = f"{one.name}-list"
                self.lists[one.name] = one.choices
            is_street = one.name == addresses.STREET
            # Whether something is missing or wrong is said by the rules of the country, in our own words.
            self.fields[one.name] = forms.CharField(
                label=one.label if one.is_required else _("%s (if there is one)") % one.label,
                required=False,
                help_text=_("Like %s.") % one.example if one.example else "",
                widget=forms.Textarea(attrs={**attrs, "rows": 3}) if is_street else forms.TextInput(attrs),
                strip=False,
            )

    def clean(self) -> dict[str, Any]:
        """Have the country's rules judge it."""
        cleaned = super().clean() or {}
        try:
            self.address = addresses.clean({**cleaned, "country": self.country})
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                self.add_error(name if name in self.fields else None, sentences)
        return cleaned


class DayInput(forms.DateInput):
    """A day, picked by the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class StayForm(AddressForm):
    """An address from a day on, or for some days."""

    from_on = DayField(
        label=_("From"),
        error_messages={"required": _("Write the first day on which it holds.")},
        widget=DayInput,
    )
    until_on = DayField(
        label=_("Until (for a stay elsewhere)"),
        required=False,
        help_text=_("Leave it empty if this is your address from then on."),
        widget=DayInput,
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, country=country, **kwargs)
        # The days stand behind the address.
        self.order_fields([name for name in self.fields if name not in ("from_on", "until_on")])


def initial_of(address: Address | None) -> Mapping[str, str]:
    """Return what a form begins with: the address that was given before, if one was."""
    if address is None:
        return {}
    return {name: getattr(address, name) for name in (*AUTOCOMPLETE, addresses.SORTING_CODE)}
