"""Everything that a reader can do to what they have: chosen, shown with its consequences, then done.

Each page is the same in three steps, and the first only where something has to be chosen: a choice, sent by
GET; what it would do, rehearsed by the code that does it; and the button, which carries the mark of what was
shown. Where something has happened in between, nothing is done and the new consequences are shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from subscriptions import terms
from subscriptions.acting import deeds, rehearsal
from subscriptions.acting.consequences import Consequences
from subscriptions.life import lifecycle, pauses, switching
from subscriptions.models import Customer, Subscription
from subscriptions.money import formatted
from subscriptions.paying import charging
from subscriptions.providers import Capability, able_to
from subscriptions.providers.base import ProviderRefusedError, ProviderUnavailableError
from subscriptions.selling import offers
from subscriptions.views.forms import PauseForm, PayByForm, SwitchForm, ways_to_pay
from subscriptions.views.orders import away, to_payment
from subscriptions.views.own import live_subscription, no_plan

View = Callable[[HttpRequest], HttpResponse]
Change = Callable[[HttpRequest, Subscription], HttpResponse]

USUAL_PAUSE = timedelta(days=28)


@dataclass
class Page:
    """One deed's page: its words, the choice if there is one, and what stands beside the consequences.

    ``done`` says that it was done; empty where the next page says it.
    """

    heading: str
    button: str
    done: Callable[[Consequences], str]
    template: str = "subscriptions/act.html"
    also: list[str] = field(default_factory=list)
    form: forms.Form | None = None
    looks_by_post: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def of_live_subscription(change: Change) -> View:
    """Hand the reader's live subscription to ``change``; without one, say so."""

    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        subscription = live_subscription(request)
        return no_plan(request) if subscription is None else change(request, subscription)

    return view


def asks(deed: Callable[[], deeds.Deed]) -> Callable[[Callable[[], Page]], View]:
    """Make a view of the page of a ``deed`` for which nothing has to be chosen."""

    def view_of(page: Callable[[], Page]) -> View:
        return of_live_subscription(lambda request, subscription: act(request, subscription, deed(), page()))

    return view_of


@of_live_subscription
def cancel(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Cancel: two clicks from the account, with at most one honest offer beside the button."""
    now = lifecycle.standing(subscription)
    to_stay = offers.to_stay(subscription) if now.renews_on and not now.is_trial else None
    page = Page(
        heading=_("Withdraw your order?") if now.is_pending else _("Cancel your plan?"),
        button=_("Withdraw the order") if now.is_pending else _("Cancel my plan"),
        done=_cancelled,
        template="subscriptions/cancel.html",
        also=[_("Until that day you can change your mind.")] if now.is_running and not now.is_grace else [],
        more={
            "offer": to_stay and offers.described(to_stay),
            "can_pause": to_stay is None and pauses.can_pause(subscription),
        },
    )
    return act(request, subscription, deeds.Cancel(), page)


def _cancelled(done: Consequences) -> str:
    if done.after.paid_until_on is None:
        return _("Your order is withdrawn. You owe us nothing.")
    if not done.after.access:
        return _("Your plan is cancelled, and nothing more is asked of you.")
    return _("Your plan is cancelled. You can read until %(day)s, and nothing more is asked of you.") % {
        "day": date_format(done.after.paid_until_on, "j F Y")
    }


@asks(deeds.Resume)
def resume() -> Page:
    """Take one's cancellation back."""
    return Page(
        heading=_("Keep your plan after all?"),
        button=_("Keep my plan"),
        done=lambda done: _("Good. Your plan goes on as before."),
    )


@asks(deeds.Renew)
def renew() -> Page:
    """Pay the next term before it is asked for."""
    return Page(
        heading=_("Pay the next term now?"),
        button=_("Go on to the payment"),
        done=lambda done: "",
        also=[_("The term begins where your paid days end: you lose none by paying early.")],
    )


@of_live_subscription
def pause(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Let the plan rest from one day to another."""
    tomorrow = terms.day_of(timezone.now()) + timedelta(days=1)
    usual = {"first_on": tomorrow, "last_on": tomorrow + USUAL_PAUSE - timedelta(days=1)}
    form = PauseForm(_sent(request), initial=usual)
    page = Page(
        heading=_("Pause your plan"),
        button=_("Pause my plan"),
        done=lambda done: _("Your plan will rest as you wished. You can end the pause at any time."),
        template="subscriptions/pause.html",
        also=[_("You can end the pause on any day, and read on from that day.")],
        form=form,
        more={
            "shortest": pauses.SHORTEST,
            "left": pauses.days_left(subscription, tomorrow),
            "can_pause": pauses.can_pause(subscription),
        },
    )
    if not _is_chosen(form):
        return choose(request, subscription, page)
    deed = deeds.Pause(form.cleaned_data["first_on"], form.cleaned_data["last_on"])
    return act(request, subscription, deed, page)


@asks(deeds.EndPause)
def end_pause() -> Page:
    """Read on today, or call off a pause that is to come."""
    return Page(
        heading=_("End the pause?"),
        button=_("End the pause"),
        done=lambda done: _("The pause is over. Everything is open to you."),
    )


@of_live_subscription
def switch(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Change to another price: a longer or dearer one now, any other when the paid days end."""
    choices = switching.choices(subscription)
    form = SwitchForm(_sent(request), prices=[choice.price.pk for choice in choices])
    page = Page(
        heading=_("Change your plan"),
        button=_("Change my plan"),
        done=lambda done: "" if done.asked else _("It is noted. Until then everything stays as it is."),
        template="subscriptions/switch.html",
        form=form,
        more={"choices": choices, "chosen": str(form["price"].value() or "")},
    )
    if not _is_chosen(form):
        return choose(request, subscription, page)
    price = form.cleaned_data["price"]
    if next(choice for choice in choices if choice.price == price).is_now:
        page.also = [
            _("The new term begins on the day we have your payment. The days before it are used up.")
        ]
    return act(request, subscription, deeds.Switch(price), page)


@asks(deeds.Keep)
def keep() -> Page:
    """Withdraw a change of plan that has not happened yet."""
    return Page(
        heading=_("Keep your plan as it is?"),
        button=_("Keep it as it is"),
        done=lambda done: _("Your plan stays as it is."),
    )


@of_live_subscription
def pay_by(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Choose how the next term is paid, or see which card pays for it."""
    customers = {one.provider: one for one in Customer.objects.filter(reader=request.user.pk)}
    bill = lifecycle.standing(subscription).bill
    known = ways_to_pay()
    # Without a payment to make there is no page that would ask for the card.
    ways = [way for way in known if not way.has_pay_page or bill is not None or way.provider in customers]
    today = (subscription.provider, subscription.method)
    now = next((way.value for way in known if (way.provider, way.method) == today), "")
    form = PayByForm(_sent(request), ways=ways)
    page = Page(
        heading=_("How you pay"),
        button=_("Pay this way from now on"),
        done=lambda done: "" if done.asked else _("Noted. Your next term is paid this way."),
        template="subscriptions/pay_by.html",
        form=form,
        more={
            "ways": ways,
            "now": now,
            "chosen": form["way"].value() or now,
            "customer": customers.get(subscription.provider)
            if subscription.provider in able_to(Capability.PORTAL)
            else None,
        },
    )
    if not _is_chosen(form):
        return choose(request, subscription, page)
    way = form.cleaned_data["way"]
    if way.value == now:
        messages.info(request, _("This is how you pay already."))
        return redirect("subscriptions:account")
    deed = deeds.PayBy(method=way.method, provider=way.provider)
    return act(request, subscription, deed, page)


@of_live_subscription
def take_offer(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Take the one offer to whoever is about to cancel."""
    offer = offers.to_stay(subscription)
    renews_on = lifecycle.standing(subscription).renews_on
    if offer is None or renews_on is None:
        messages.info(request, _("There is no offer to take any more."))
        return redirect("subscriptions:account")
    price = switching.price_of_term(subscription, renews_on)
    lowered = formatted(price.amount_minor - offers.off(offer, price), price.currency)
    page = Page(
        heading=_("Stay, and pay less?"),
        button=_("Take the offer"),
        done=lambda done: _("Good to have you. Your next payment is lower."),
        also=[
            _("The next term costs %(lowered)s instead of %(full)s.")
            % {"lowered": lowered, "full": formatted(price.amount_minor, price.currency)},
            _("You can still cancel at any time, and the days you have paid for stay yours."),
        ],
    )
    return act(request, subscription, deeds.TakeOffer(offer), page)


@login_required
@require_POST
def card(request: HttpRequest) -> HttpResponse:
    """Lead to the provider's page on which the card is changed."""
    subscription = live_subscription(request)
    if subscription is None:
        return no_plan(request)
    customer = Customer.objects.filter(reader=request.user.pk, provider=subscription.provider).first()
    if customer is None:
        messages.info(request, _("We know of no card of yours yet. It is asked for with the next payment."))
        return redirect("subscriptions:pay_by")
    try:
        address = charging.portal(customer, request.build_absolute_uri(reverse("subscriptions:pay_by")))
    except charging.NotPayableError:
        return redirect("subscriptions:pay_by")
    except (ProviderUnavailableError, ProviderRefusedError):
        messages.warning(
            request,
            _("The page for your card does not answer just now. Nothing is changed; try again in a moment."),
        )
        return redirect("subscriptions:pay_by")
    return away(request, address)


# -- What all of them do -------------------------------------------------------


def _sent(request: HttpRequest) -> Any:
    """What was chosen: by GET to look at it, by POST to have it done; none before anything was."""
    return request.POST if request.method == "POST" else request.GET or None


def _is_chosen(form: forms.Form) -> bool:
    return form.is_bound and form.is_valid()


def choose(request: HttpRequest, subscription: Subscription, page: Page) -> HttpResponse:
    """Show what there is to choose, or what is wrong with what was chosen."""
    is_wrong = page.form is not None and bool(page.form.errors)
    return _show(request, subscription, page, None, status=422 if is_wrong else 200)


def act(request: HttpRequest, subscription: Subscription, deed: deeds.Deed, page: Page) -> HttpResponse:
    """Show what ``deed`` would do; a POST that carries its mark does it.

    Where ``page.looks_by_post``, a POST without one only shows it: what was typed stands in no address.
    """
    status = 200
    try:
        if request.method == "POST" and not (page.looks_by_post and "shown" not in request.POST):
            shown = request.POST.get("shown", "")
            done = rehearsal.perform(deed, subscription, by=request.user, shown=shown)
            return _lead_on(request, subscription, page, done)
        consequences = rehearsal.rehearse(deed, subscription, by=request.user)
    except rehearsal.ChangedSinceError as error:
        consequences, status = error.now, 409
    except deeds.NotPossibleError as refusal:
        if page.form is not None:
            page.form.add_error(None, str(refusal))
            return choose(request, subscription, page)
        messages.info(request, str(refusal))
        return redirect("subscriptions:account")
    return _show(request, subscription, page, consequences, status=status)


def _lead_on(
    request: HttpRequest, subscription: Subscription, page: Page, done: Consequences
) -> HttpResponse:
    """Say that it is done, and lead on to what is to be paid by that."""
    if sentence := page.done(done):
        messages.success(request, sentence)
    return to_payment(request, subscription) if done.asked else redirect("subscriptions:account")


def _show(
    request: HttpRequest,
    subscription: Subscription,
    page: Page,
    consequences: Consequences | None,
    *,
    status: int,
) -> HttpResponse:
    form = page.form
    context = {
        "subscription": subscription,
        "heading": page.heading,
        "button": page.button,
        "form": form,
        "consequences": consequences,
        "sentences": [*consequences.sentences, *page.also] if consequences else [],
        "kept": {name: form[name].value() for name in form.fields} if form and consequences else {},
        "is_new": status == 409,
        **page.more,
    }
    return render(request, page.template, context, status=status)
