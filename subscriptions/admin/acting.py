"""The deeds as staff do them: choose, see what it does, say why, do it. One page for all of them."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subscriptions import deeds, lifecycle, offers, pauses, rehearsal, switching, terms
from subscriptions.admin.base import DayInput
from subscriptions.consequences import Consequences
from subscriptions.deeds import Deed, NotPossibleError
from subscriptions.dossier import Held
from subscriptions.extensions import MOST_DAYS
from subscriptions.models import Offer, Payment, Price, Subscription
from subscriptions.money import formatted, minor_of, typed
from subscriptions.providers import Capability, able_to, offered_methods

MONEY = "subscriptions.confirm_payment"
EXTENDING = "subscriptions.extend_subscription"
ACTING = "subscriptions.change_subscription"


# -- What has to be chosen -----------------------------------------------------


class Choice(forms.Form):
    """What has to be chosen before a deed can be shown; ``deed`` is what was chosen.

    Where ``is_plain`` nothing that is chosen changes what happens, so that the first look shows it already.
    """

    is_plain: ClassVar[bool] = False

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subscription = subscription
        self.choose()

    def choose(self) -> None:
        """Fill in what depends on the subscription."""

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
        return str(dict(field.field.choices)[value])
    return str(value)


class NothingToChoose(Choice):
    """A deed that is always the same."""

    is_plain = True
    makes: ClassVar[Callable[[], Deed]]

    def deed(self) -> Deed:
        return type(self).makes()


def _always(kind: Callable[[], Deed]) -> type[Choice]:
    return type(f"{kind.__name__}Choice", (NothingToChoose,), {"makes": kind})  # type: ignore[attr-defined]


class PauseChoice(Choice):
    """From when to when."""

    first_on = forms.DateField(label=_("First day"), widget=DayInput)
    last_on = forms.DateField(label=_("Last day"), widget=DayInput)

    def choose(self) -> None:
        tomorrow = self.today + timedelta(days=1)
        self.initial = {"first_on": tomorrow, "last_on": tomorrow + timedelta(days=27)} | self.initial
        left = pauses.days_left(self.subscription, tomorrow)
        self.fields["last_on"].help_text = gettext("From %(least)d to %(most)d days.") % {
            "least": pauses.SHORTEST,
            "most": left,
        }

    def deed(self) -> Deed:
        return deeds.Pause(self.cleaned_data["first_on"], self.cleaned_data["last_on"])


class SwitchChoice(Choice):
    """To which price."""

    price = forms.ChoiceField(label=_("To"), widget=forms.RadioSelect)

    def choose(self) -> None:
        self.changes = switching.choices(self.subscription)
        self.fields["price"].choices = [(str(change.price.pk), self._said(change)) for change in self.changes]

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
        self.fields["way"].choices = [
            (f"{provider}/{method}", label)
            for provider, method, label in offered_methods()
            if f"{provider}/{method}" != held
        ]

    def deed(self) -> Deed:
        provider, _slash, method = self.cleaned_data["way"].partition("/")
        return deeds.PayBy(method=method, provider=provider)


class OfferChoice(Choice):
    """Which offer."""

    offer = forms.ModelChoiceField(label=_("Offer"), queryset=Offer.objects.none())

    def choose(self) -> None:
        running = Offer.objects.running(self.today).exclude(kind=Offer.Kind.TRIAL)
        self.fields["offer"].queryset = running
        self.fields["offer"].label_from_instance = lambda offer: f"{offer.name}: {offers.described(offer)}"

    def deed(self) -> Deed:
        return deeds.TakeOffer(self.cleaned_data["offer"])


class GiveBackChoice(Choice):
    """Out of which payment, and how much."""

    payment = forms.ModelChoiceField(
        label=_("Out of"), queryset=Payment.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    amount = forms.CharField(label=_("How much"), max_length=20)

    def choose(self) -> None:
        kept = [payment for payment in self.subscription.payments.all() if payment.kept_minor]
        newest = max(kept, key=lambda payment: payment.pk, default=None)
        self.fields["payment"].queryset = Payment.objects.filter(pk__in=[one.pk for one in kept])
        self.fields["payment"].label_from_instance = self._said
        self.fields["amount"].widget.attrs |= {"inputmode": "decimal", "class": "desk-input"}
        if newest is not None:
            self.initial = {
                "payment": newest.pk,
                "amount": typed(newest.kept_minor, newest.currency),
            } | self.initial
            self.fields["amount"].help_text = gettext(
                "In %(currency)s, written like %(example)s. "
                "All of it ends what it paid for; a part ends nothing."
            ) % {"currency": newest.currency, "example": typed(newest.kept_minor, newest.currency)}

    @staticmethod
    def _said(payment: Payment) -> str:
        kept = formatted(payment.kept_minor, payment.currency)
        return gettext("%(reference)s: %(kept)s") % {"reference": payment.reference, "kept": kept}

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
        self.initial = {"paid_on": self.today} | self.initial

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
        self.initial = {"batch": f"desk-{secrets.token_hex(8)}"} | self.initial
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


# -- What can be done ----------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """A deed at the desk: what staff call it, who may do it, what is chosen, and when it makes sense.

    ``is_open`` is about what the page offers; whether it can be done is decided by the deed itself. A deed
    that ``needs_reason`` writes it into the story.
    """

    deed: type[Deed]
    label: str | Promise
    permission: str
    choice: type[Choice]
    is_open: Callable[[Held], bool]
    needs_reason: bool = True


def _goes_on(held: Held) -> bool:
    return held.standing.is_running and not held.standing.is_cancelled


def _is_switchable(held: Held) -> bool:
    now = held.standing
    return now.is_active and not now.is_cancelled and now.renews_on is not None and now.pause is None


def _is_kept(held: Held) -> bool:
    bill = held.standing.bill
    is_difference = bill is not None and bill.purpose == Payment.Purpose.SWITCH
    return is_difference or (held.planned is not None and held.planned.kind == held.planned.Kind.SWITCH)


def _is_renewable(held: Held) -> bool:
    now = held.standing
    closed = held.subscription.closed_at is not None
    return (now.is_running or now.is_lapsed) and not now.is_cancelled and now.bill is None and not closed


def _is_live(held: Held) -> bool:
    return held.subscription.closed_at is None


def _is_by_hand(held: Held) -> bool:
    bill = held.standing.bill
    return bill is not None and bill.provider not in able_to(Capability.CHARGES)


_ALL = (
    Act(deeds.ConfirmPayment, _("Confirm a payment"), MONEY, ConfirmChoice, _is_by_hand, needs_reason=False),
    Act(deeds.Renew, _("Ask for the next term"), ACTING, _always(deeds.Renew), _is_renewable),
    Act(deeds.PayBy, _("Pay another way"), ACTING, PayByChoice, _is_live),
    Act(deeds.Switch, _("Change the plan"), ACTING, SwitchChoice, _is_switchable),
    Act(deeds.Keep, _("Withdraw the change of plan"), ACTING, _always(deeds.Keep), _is_kept),
    Act(deeds.Pause, _("Pause"), ACTING, PauseChoice, lambda held: pauses.can_pause(held.subscription)),
    Act(
        deeds.EndPause,
        _("End the pause"),
        ACTING,
        _always(deeds.EndPause),
        lambda held: held.standing.pause is not None,
    ),
    Act(deeds.TakeOffer, _("Give an offer"), ACTING, OfferChoice, _goes_on),
    Act(
        deeds.Extend,
        _("Add days"),
        EXTENDING,
        ExtendChoice,
        lambda held: _is_live(held) and held.standing.paid_until_on is not None,
    ),
    Act(
        deeds.Resume,
        _("Take the cancellation back"),
        ACTING,
        _always(deeds.Resume),
        lambda held: _is_live(held) and held.standing.is_running and held.standing.is_cancelled,
    ),
    Act(
        deeds.Cancel,
        _("Cancel"),
        ACTING,
        _always(deeds.Cancel),
        lambda held: (
            _is_live(held)
            and not held.standing.is_cancelled
            and (held.standing.is_running or held.standing.bill is not None)
        ),
    ),
    Act(
        deeds.GiveBack,
        _("Give money back"),
        MONEY,
        GiveBackChoice,
        lambda held: bool(held.confirmed) and not held.standing.is_disputed,
    ),
    Act(
        deeds.ClaimGuarantee,
        _("Money back under the guarantee"),
        MONEY,
        _always(deeds.ClaimGuarantee),
        lambda held: held.guarantee_until_on is not None,
    ),
)
ACTS: Mapping[str, Act] = {act.deed.name: act for act in _ALL}


@dataclass(frozen=True)
class Button:
    """A deed that somebody may do now, and where."""

    label: str | Promise
    address: str


def buttons(held: Held, user: Any) -> list[Button]:
    """Return the deeds that make sense for a subscription and that ``user`` may do. No query."""
    return [
        Button(act.label, address_of(held.subscription, name))
        for name, act in ACTS.items()
        if user.has_perm(act.permission) and act.is_open(held)
    ]


def address_of(subscription: Subscription, name: str) -> str:
    """Where the deed called ``name`` is done."""
    return reverse("admin:subscriptions_subscription_act", args=[subscription.pk, name])


# -- The page ------------------------------------------------------------------


@dataclass
class _Look:
    """What one visit to the page shows; which of it there is depends on how far one has come."""

    choice: Choice
    reason: ReasonForm | None = None
    consequences: Consequences | None = None
    sorry: str = ""
    has_changed: bool = False

    @property
    def status(self) -> int:
        if self.has_changed:
            return 409
        is_refused = self.choice.errors or (self.reason is not None and self.reason.errors) or self.sorry
        return 422 if is_refused else 200


def page(
    request: HttpRequest, site: Any, subscription: Subscription, name: str, *, opts: Any, back: str
) -> HttpResponse:
    """Show the deed called ``name``: its choice, what it does, and the button; a POST of the button does it.

    ``subscription`` was loaded ``with_facts()``; ``back`` is where one goes when it is done, or is not.
    Nothing is done that was not shown: where it would be something else by now, that is shown instead.
    """
    act = ACTS[name]
    if not request.user.has_perm(act.permission):
        raise PermissionDenied
    choice = act.choice(request.POST or None, subscription=subscription)
    look = _Look(choice)
    if (choice.is_bound or choice.is_plain) and (done := _go(request, act, subscription, look)):
        messages.success(request, _told(done))
        return HttpResponseRedirect(back)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": str(act.deed.title).rstrip("?"),
        "question": act.deed.title,
        "button": act.deed.button,
        "subscription": subscription,
        "standing": lifecycle.standing(subscription),
        "look": look,
        "needs_reason": act.needs_reason,
        "back": back,
    }
    return TemplateResponse(request, "admin/subscriptions/deed.html", context, status=look.status)


def _go(request: HttpRequest, act: Act, subscription: Subscription, look: _Look) -> Consequences | None:
    """Show what the deed does, or do it and return what it did."""
    choice = look.choice
    if choice.is_bound and not choice.is_valid():
        return None
    shown = request.POST.get("shown", "")
    if act.needs_reason:
        look.reason = ReasonForm(request.POST if shown else None)
    try:
        deed = choice.deed()
        if shown and (look.reason is None or look.reason.is_valid()):
            reason = look.reason.cleaned_data["reason"] if look.reason else ""
            return rehearsal.perform(deed, subscription, by=request.user, shown=shown, reason=reason)
        look.consequences = rehearsal.rehearse(deed, subscription, by=request.user)
    except rehearsal.ChangedSinceError as changed:
        look.consequences, look.has_changed = changed.now, True
    except NotPossibleError as refusal:
        look.sorry = str(refusal)
    return None


def _told(done: Consequences) -> str:
    return gettext("Done. %s") % " ".join(done.sentences)
