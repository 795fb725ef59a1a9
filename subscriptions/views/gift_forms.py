"""What somebody fills in to give, to take a gift up, and to give seats."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from subscriptions.models import Price, ZonePrice
from subscriptions.views.forms import DayField, Way, WayField

# So many seats are given at a time; a firm with more sends its list in parts.
MOST_AT_ONCE = 200


class GiftForm(forms.Form):
    """A gift: what, for whom, from whom, when. No amount is typed or sent: it is the prices' own."""

    price = forms.ModelChoiceField(
        queryset=Price.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose for how long."),
            "invalid_choice": _("This price is no longer offered. Please look at the prices below."),
        },
    )
    zone = forms.ModelChoiceField(
        queryset=ZonePrice.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("The printed copy is no longer sold at this price. Look again.")},
    )
    recipient_name = forms.CharField(
        label=_("Who is it for?"),
        max_length=120,
        error_messages={"required": _("Write the name that stands on the card.")},
    )
    recipient_email = forms.EmailField(
        label=_("Their email address"),
        required=False,
        help_text=_("We send them the card on the day, and not before. Leave it empty to give it yourself."),
        error_messages={"invalid": _("This is no email address. Leave it empty to give the card yourself.")},
    )
    gives_on = DayField(
        label=_("On which day?"), error_messages={"required": _("Choose the day on which it is given.")}
    )
    signed = forms.CharField(
        label=_("From"),
        max_length=120,
        error_messages={"required": _("Write who it is from: the card says so.")},
    )
    message = forms.CharField(
        label=_("A few words, if you like"),
        max_length=300,
        required=False,
        widget=forms.Textarea,
        error_messages={"max_length": _("The card has room for 300 characters.")},
    )
    method = WayField()

    def __init__(
        self,
        *args: Any,
        prices: Iterable[Price],
        zone_prices: Iterable[ZonePrice],
        ways: Iterable[Way],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ways = list(ways)
        offered = Price.objects.filter(pk__in=[price.pk for price in prices])
        cast(forms.ModelChoiceField, self.fields["price"]).queryset = offered.select_related("version__plan")
        zones = ZonePrice.objects.filter(pk__in=[price.pk for price in zone_prices])
        cast(forms.ModelChoiceField, self.fields["zone"]).queryset = zones.select_related("zone")
        cast(WayField, self.fields["method"]).offer(self.ways)
        self.fields["method"].initial = self.ways[0].value if self.ways else None

    def clean_recipient_email(self) -> str:
        """Keep addresses in small letters, as accounts are."""
        return str(self.cleaned_data["recipient_email"]).lower()


class CodeForm(forms.Form):
    """The code of a card."""

    code = forms.CharField(
        label=_("The code on your card"),
        max_length=40,
        error_messages={
            "required": _("Type the code: three groups of four, as on the card."),
            "max_length": _("A code is not that long. Please look at its spelling."),
        },
    )


class SeatsForm(forms.Form):
    """The addresses of those who are to have a seat, one a line."""

    emails = forms.CharField(
        label=_("Their email addresses, one a line"),
        max_length=20_000,
        widget=forms.Textarea,
        error_messages={"required": _("Write at least one email address.")},
    )

    def clean_emails(self) -> list[str]:
        """Read the lines, each address once; name the first that is none."""
        field = forms.EmailField()
        found: dict[str, None] = {}
        for word in self.cleaned_data["emails"].replace(",", " ").replace(";", " ").split():
            try:
                found[field.clean(word).lower()] = None
            except forms.ValidationError as error:
                raise forms.ValidationError(_now("“%s” is no email address.") % word[:80]) from error
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(_now("Give at most %d seats at a time.") % MOST_AT_ONCE)
        return list(found)
