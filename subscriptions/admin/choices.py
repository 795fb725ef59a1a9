"""What staff choose before a deed can be shown: dates, a price, an amount, days."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subscriptions import terms
from subscriptions.acting import deeds
from subscriptions.acting.deeds import Deed, NotPossibleError
from subscriptions.admin.base import DayInput
from subscriptions.fulfilment import addresses, notices
from subscriptions.life import pauses, switching
from subscriptions.life.extensions import MOST_DAYS
from subscriptions.models import Offer, Payment, Price, Subscription
from subscriptions.money import formatted, minor_of, typed
from subscriptions.providers import offered_methods
from subscriptions.selling import offers


class Choice(forms.Form):
    """What has to be chosen before a deed can be shown; ``deed`` is what was chosen.

    Where ``is_plain`` nothing that is chosen changes what happens, so that the first look shows it already.
    """

    is_plain: ClassVar[bool] = False
    # What is said when there is nothing that could be chosen.
    sorry = ""

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subscription = subscription
        self.choose()

    def choose(self) -> None:
        """Fill in what depends on the subscription."""

    def suggest(self, **values: Any) -> None:
        """Fill in what is likely, where nothing else was asked for."""
        self.initial = {**values, **self.initial}

    def deed(self) -> Deed:
        """Return the deed, of a form that is valid."""
        raise NotImplementedError

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What one looks at before the deed, each with its name."""
        return []

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen, of a form that is valid: each name with its value in words."""
        return [
            (str(field.label), _in_words(field, self.cleaned_data[field.name]))
            for field in self.visible_fields()
        ]

    @property
    def today(self) -> date:
        """The magazine's day."""
        return terms.day_of(timezone.now())


def _in_words(field: forms.BoundField, value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(field.field, forms.ModelChoiceField):
        return str(field.field.label_from_instance(value))
    if isinstance(field.field, forms.ChoiceField):
        return str(dict(cast(Any, field.field.choices))[value])
    return str(value)


class NothingToChoose(Choice):
    """A deed that is always the same."""

    is_plain = True
    makes: ClassVar[Callable[[], Deed]]

    def deed(self) -> Deed:
        return type(self).makes()


def always(kind: Callable[[], Deed]) -> type[Choice]:
    """Return the choice of a deed that needs none."""
    return type("Always", (NothingToChoose,), {"makes": kind})


class PauseChoice(Choice):
    """From when to when."""

    first_on = forms.DateField(label=_("First day"), widget=DayInput)
    last_on = forms.DateField(label=_("Last day"), widget=DayInput)

    def choose(self) -> None:
        tomorrow = self.today + timedelta(days=1)
        self.suggest(first_on=tomorrow, last_on=tomorrow + timedelta(days=27))
        left = pauses.days_left(self.subscription, tomorrow)
        self.fields["last_on"].help_text = gettext("From %(least)d to %(most)d days.") % {
            "least": pauses.SHORTEST,
            "most": left,
        }

    def deed(self) -> Deed:
        return deeds.Pause(self.cleaned_data["first_on"], self.cleaned_data["last_on"])


class AddPrintChoice(Choice):
    """To which country."""

    country = forms.ChoiceField(label=_("Sent to"))

    def choose(self) -> None:
        cast(forms.ChoiceField, self.fields["country"]).choices = addresses.country_choices()
        self.fields["country"].widget.attrs["class"] = "desk-input"
        home = notices.goes_to(self.subscription.reader).address
        self.suggest(country=home.country if home else settings.MAGAZINE_COUNTRY)
        if home is None:
            self.fields["country"].help_text = gettext("Write the address down too: nothing is sent without.")

    def deed(self) -> Deed:
        return deeds.AddPrint(self.cleaned_data["country"])


class SwitchChoice(Choice):
    """To which price."""

    price = forms.ChoiceField(label=_("To"), widget=forms.RadioSelect)

    def choose(self) -> None:
        self.changes = switching.choices(self.subscription)
        cast(forms.ChoiceField, self.fields["price"]).choices = [
            (str(change.price.pk), self._said(change)) for change in self.changes
        ]
        if not self.changes:
            self.sorry = gettext("There is nothing that this plan could be changed to now.")

    @staticmethod
    def _said(change: switching.Change) -> str:
        what = f"{change.price.version.plan}, {change.price}"
        if change.is_now:
            amount = formatted(change.to_pay_minor, change.price.currency)
            return gettext("%(what)s: now, for %(amount)s") % {"what": what, "amount": amount}
        return gettext("%(what)s: from %(day)s") % {
            "what": what,
            "day": date_format(change.from_on, "j F Y"),
        }

    def deed(self) -> Deed:
        return deeds.Switch(Price.objects.get(pk=self.cleaned_data["price"]))


class PayByChoice(Choice):
    """Which way of paying."""

    way = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect)

    def choose(self) -> None:
        held = f"{self.subscription.provider}/{self.subscription.method}"
        cast(forms.ChoiceField, self.fields["way"]).choices = [
            (f"{provider}/{method}", label)
            for provider, method, label in offered_methods()
            if f"{provider}/{method}" != held
        ]
        if not self.fields["way"].choices:  # type: ignore[attr-defined]
            self.sorry = gettext("There is no other way to pay.")

    def deed(self) -> Deed:
        provider, _slash, method = self.cleaned_data["way"].partition("/")
        return deeds.PayBy(method=method, provider=provider)


class OfferField(forms.ModelChoiceField):
    """Offers, each with what it gives."""

    def label_from_instance(self, obj: Offer) -> str:
        return f"{obj.name}: {offers.described(obj)}"


class OfferChoice(Choice):
    """Which offer."""

    offer = OfferField(label=_("Offer"), queryset=Offer.objects.none())

    def choose(self) -> None:
        running = Offer.objects.running(self.today).exclude(kind=Offer.Kind.TRIAL)
        cast(OfferField, self.fields["offer"]).queryset = running
        if not running:
            self.sorry = gettext("No offer is running today.")

    def deed(self) -> Deed:
        return deeds.TakeOffer(self.cleaned_data["offer"])


class KeptField(forms.ModelChoiceField):
    """Payments, each with what we have of it."""

    def label_from_instance(self, obj: Payment) -> str:
        kept = formatted(obj.kept_minor, obj.currency)
        return gettext("%(reference)s: %(kept)s") % {"reference": obj.reference, "kept": kept}


class GiveBackChoice(Choice):
    """Out of which payment, and how much."""

    payment = KeptField(
        label=_("Out of"), queryset=Payment.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    amount = forms.CharField(label=_("How much"), max_length=20)

    def choose(self) -> None:
        kept = [payment for payment in self.subscription.payments.all() if payment.kept_minor]
        newest = max(kept, key=lambda payment: payment.pk, default=None)
        cast(KeptField, self.fields["payment"]).queryset = Payment.objects.filter(
            pk__in=[one.pk for one in kept]
        )
        self.fields["amount"].widget.attrs |= {"inputmode": "decimal", "class": "desk-input"}
        if newest is None:
            self.sorry = gettext("There is no payment of which anything could go back.")
        else:
            self.suggest(payment=newest.pk, amount=typed(newest.kept_minor, newest.currency))
            self.fields["amount"].help_text = gettext(
                "In %(currency)s, written like %(example)s. "
                "All of it ends what it paid for; a part ends nothing."
            ) % {"currency": newest.currency, "example": typed(newest.kept_minor, newest.currency)}

    def clean(self) -> None:
        """Read the amount in the currency of the payment."""
        super().clean()
        payment, amount = self.cleaned_data.get("payment"), self.cleaned_data.get("amount")
        if payment is None or amount is None:
            return
        try:
            self.amount_minor = minor_of(amount, payment.currency)
        except ValueError:
            self.add_error("amount", _("Write the amount with figures and a point, like 12.50."))

    def deed(self) -> Deed:
        return deeds.GiveBack(self.cleaned_data["payment"], self.amount_minor)


class ConfirmChoice(Choice):
    """When the money came."""

    is_plain = True
    paid_on = forms.DateField(label=_("Received on"), widget=DayInput)

    def choose(self) -> None:
        self.suggest(paid_on=self.today)

    def clean_paid_on(self) -> Any:
        """Money cannot have come on a day to come."""
        day = self.cleaned_data["paid_on"]
        if day > self.today:
            raise forms.ValidationError(
                _("This day is yet to come. Write the day on which the money arrived.")
            )
        return day

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is looked for in the bank's statement."""
        bill = self._bill
        if bill is None:
            return []
        return [
            (gettext("Reference"), bill.reference),
            (gettext("Amount"), formatted(bill.amount_minor, bill.currency)),
            (gettext("For"), f"{bill.price.version.plan}, {bill.price.term_label}"),
            (gettext("How"), str(bill.get_method_display())),
        ]

    @property
    def _bill(self) -> Payment | None:
        return next((one for one in self.subscription.payments.all() if one.is_expected), None)

    def deed(self) -> Deed:
        if self._bill is None:
            raise NotPossibleError(gettext("No payment is expected any more. Nothing was confirmed."))
        day = self.cleaned_data["paid_on"] if self.is_bound else self.today
        return deeds.ConfirmPayment(self._bill, day)


class ExtendChoice(Choice):
    """How many days."""

    days = forms.IntegerField(label=_("Days to add"), min_value=1, max_value=MOST_DAYS, initial=14)
    # The same days added once, however often the button is pressed.
    batch = forms.SlugField(max_length=60, widget=forms.HiddenInput)

    def choose(self) -> None:
        self.suggest(batch=f"desk-{secrets.token_hex(8)}")
        self.fields["days"].widget.attrs["class"] = "desk-input"

    def deed(self) -> Deed:
        return deeds.Extend(self.cleaned_data["days"], self.cleaned_data["batch"])


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=150,
        help_text=_("For the story of the subscription: who asked, and why."),
        widget=forms.TextInput(attrs={"class": "desk-input"}),
    )
