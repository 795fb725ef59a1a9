"""What a reader fills in to order, and to change what they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscriptions.models import Payment, PlanVersion, Price
from subscriptions.providers import Capability, offered_methods, provider_for


@dataclass(frozen=True)
class Way:
    """One way of paying: ``value`` in the form, whose provider, by which method, in words."""

    value: str
    provider: str
    method: str
    label: str | Promise

    @property
    def has_pay_page(self) -> bool:
        """Whether it is paid at once, on a page of the provider's."""
        return Capability.PAY_PAGE in provider_for(self.provider).capabilities

    @property
    def is_cheque(self) -> bool:
        """Whether it comes by post."""
        return self.method == Payment.Method.CHEQUE


def ways_to_pay() -> list[Way]:
    """Return what the installed providers offer, the first of them first."""
    ways: dict[str, Way] = {}
    for provider, method, label in offered_methods():
        value = method if method not in ways else f"{provider}-{method}"
        ways[value] = Way(value, provider, method, label)
    return list(ways.values())


class WayField(forms.ChoiceField):
    """One of the ways to pay that are offered; cleaned, it is the ``Way`` itself."""

    default_error_messages = {
        "required": _("Choose how you want to pay."),
        "invalid_choice": _("We cannot take this way of paying. Choose one of those below."),
    }

    def offer(self, ways: Iterable[Way]) -> None:
        """Let one of ``ways`` be chosen."""
        self.ways = {way.value: way for way in ways}
        self.choices = [(way.value, way.label) for way in self.ways.values()]

    def clean(self, value: Any) -> Way:
        return self.ways[super().clean(value)]


class DayField(forms.DateField):
    """A calendar day."""

    default_error_messages = {
        "invalid": _("Write the day as year, month and day: 2027-05-04."),
    }


class OrderForm(forms.Form):
    """A term, a way to pay, and perhaps a code. No amount is typed or sent: it is the price's own."""

    price = forms.ModelChoiceField(
        label=_("Your plan"),
        queryset=Price.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose for how long."),
            "invalid_choice": _("This price is no longer offered. Please look at the prices below."),
        },
    )
    method = WayField(label=_("How you pay"))
    code = forms.CharField(
        label=_("A code, if you have one"),
        max_length=60,
        required=False,
        error_messages={"max_length": _("A code is not that long. Please look at its spelling.")},
    )

    def __init__(self, *args: Any, version: PlanVersion, ways: Iterable[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = list(ways)
        cast(forms.ModelChoiceField, self.fields["price"]).queryset = version.prices.select_related(
            "version__plan"
        )
        cast(WayField, self.fields["method"]).offer(self.ways)
        self.fields["method"].initial = self.ways[0].value if self.ways else None


class PauseForm(forms.Form):
    """The first and the last day of a pause, both included."""

    first_on = DayField(
        label=_("First day of the pause"),
        error_messages={"required": _("Choose the first day on which nothing should come.")},
    )
    last_on = DayField(
        label=_("Last day of the pause"),
        error_messages={"required": _("Choose the last day of the pause; you read again on the day after.")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a pause that ends before it begins."""
        cleaned = super().clean() or {}
        first_on: date | None = cleaned.get("first_on")
        last_on: date | None = cleaned.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("The last day comes before the first."))
        return cleaned


class SwitchForm(forms.Form):
    """Another price; ``prices`` are those to which a change is possible."""

    price = forms.ModelChoiceField(
        queryset=Price.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose what you want to change to."),
            "invalid_choice": _("A change to this is not possible. Choose one of those below."),
        },
    )

    def __init__(self, *args: Any, prices: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["price"]).queryset = Price.objects.filter(
            pk__in=list(prices)
        ).select_related("version__plan")


class PayByForm(forms.Form):
    """Another way of paying."""

    way = WayField()

    def __init__(self, *args: Any, ways: Iterable[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(WayField, self.fields["way"]).offer(ways)
