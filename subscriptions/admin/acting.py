"""The deeds as staff do them: choose, see what it does, say why, do it. One page for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subscriptions.acting import deeds, rehearsal
from subscriptions.acting.consequences import Consequences
from subscriptions.acting.deeds import Deed, NotPossibleError
from subscriptions.admin.choices import (
    AddPrintChoice,
    Choice,
    ConfirmChoice,
    ExtendChoice,
    GiveBackChoice,
    OfferChoice,
    PauseChoice,
    PayByChoice,
    ReasonForm,
    SwitchChoice,
    always,
)
from subscriptions.admin.dossier import Held
from subscriptions.life import lifecycle
from subscriptions.models import Approval, Payment, Subscription
from subscriptions.people import approvals
from subscriptions.providers import Capability, able_to

MONEY = "subscriptions.confirm_payment"
EXTENDING = "subscriptions.extend_subscription"
ACTING = "subscriptions.change_subscription"


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
    Act(deeds.Renew, _("Ask for the next term"), ACTING, always(deeds.Renew), _is_renewable),
    Act(deeds.PayBy, _("Pay another way"), ACTING, PayByChoice, _is_live),
    Act(deeds.Switch, _("Change the plan"), ACTING, SwitchChoice, lambda held: held.can.change),
    Act(deeds.Keep, _("Withdraw the change of plan"), ACTING, always(deeds.Keep), _is_kept),
    Act(deeds.Pause, _("Pause"), ACTING, PauseChoice, lambda held: held.can.pause),
    Act(deeds.EndPause, _("End the pause"), ACTING, always(deeds.EndPause), lambda held: held.can.end_pause),
    Act(
        deeds.AddPrint,
        _("Add the printed copy"),
        ACTING,
        AddPrintChoice,
        lambda held: held.can_print.add,
    ),
    Act(
        deeds.DropPrint,
        _("Drop the printed copy"),
        ACTING,
        always(deeds.DropPrint),
        lambda held: held.can_print.drop,
    ),
    Act(
        deeds.KeepPrint,
        _("Keep the printed copy after all"),
        ACTING,
        always(deeds.KeepPrint),
        lambda held: held.can_print.keep,
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
        always(deeds.Resume),
        lambda held: held.can.resume,
    ),
    Act(deeds.Cancel, _("Cancel"), ACTING, always(deeds.Cancel), lambda held: held.can.cancel),
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
        always(deeds.ClaimGuarantee),
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
    asked: Approval | None = None

    @property
    def needs_second_person(self) -> bool:
        """Whether more goes back than one person may decide."""
        return self.consequences is not None and approvals.needs_second_person(self.consequences)

    @property
    def has_form(self) -> bool:
        """Whether there is something to choose, or to do."""
        return not self.sorry or not (self.choice.is_plain or self.choice.sorry)

    @property
    def status(self) -> int:
        """How it is answered."""
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
    look = _Look(choice, sorry=choice.sorry)
    if (
        not look.sorry
        and (choice.is_bound or choice.is_plain)
        and (done := _go(request, act, subscription, look))
    ):
        messages.success(request, _told(done))
        return HttpResponseRedirect(back)
    if look.asked is not None:
        messages.info(
            request, gettext("Nothing is done yet: it waits until somebody else has signed it, too.")
        )
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
            now = rehearsal.rehearse(deed, subscription, by=request.user)
            if now.mark == shown and approvals.needs_second_person(now):
                chosen = approvals.kept_choice(choice.cleaned_data) if choice.is_bound else {}
                look.asked = approvals.ask_about_money(
                    subscription, act.deed.name, chosen, now, by=request.user, reason=reason
                )
                return None
            return rehearsal.perform(deed, subscription, by=request.user, shown=shown, reason=reason)
        look.consequences = rehearsal.rehearse(deed, subscription, by=request.user)
    except rehearsal.ChangedSinceError as changed:
        look.consequences, look.has_changed = changed.now, True
    except NotPossibleError as refusal:
        look.sorry = str(refusal)
    return None


def asked_deed(approval: Approval, subscription: Subscription) -> Deed | None:
    """Return the deed that somebody asks a second person about, chosen as it was; none when it cannot be."""
    act = ACTS.get(approval.deed.get("name", ""))
    if act is None:
        return None
    choice = act.choice(approval.deed.get("chosen", {}), subscription=subscription)
    return choice.deed() if not choice.sorry and choice.is_valid() else None


def _told(done: Consequences) -> str:
    return gettext("Done. %s") % " ".join(done.sentences)
