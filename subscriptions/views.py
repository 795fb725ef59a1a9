"""Plans, orders and the reader's own account. Every page here is private and never stored."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from subscriptions import access, guarantee, lifecycle, payments, refunds, renewals, terms
from subscriptions import checkout as ordering
from subscriptions.catalogue import catalogue
from subscriptions.features import Feature
from subscriptions.forms import OrderForm
from subscriptions.models import GuaranteeClaim, Payment, Refund, Subscription
from subscriptions.models.plan import MAGAZINE
from subscriptions.providers import provider_for


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Show what is for sale, in the currency asked for."""
    return render(request, "subscriptions/plans.html", {"shop": catalogue(request.GET.get("currency", ""))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose term and way of paying; a POST orders and leads to how to pay."""
    shop = catalogue(request.GET.get("currency", ""))
    offer = next((offer for offer in shop.offers if offer.plan.slug == slug), None)
    if offer is None:
        messages.info(request, _("That plan is no longer sold. This is what we offer today."))
        return redirect("subscriptions:plans")

    form = OrderForm(request.POST or None, version=offer.version)
    if request.method == "POST" and form.is_valid():
        try:
            subscription = ordering.place_order(
                request.user, form.cleaned_data["price"], method=form.cleaned_data["method"]
            )
        except ordering.NotOnSaleError:
            messages.info(request, _("Our plans have just changed. This is what we offer today."))
            return redirect("subscriptions:plans")
        except ordering.AlreadySubscribedError:
            messages.info(request, _("You have a running plan already: it is here, and nothing was ordered."))
            return redirect("subscriptions:account")
        return redirect(subscription)

    today = terms.day_of(timezone.now())
    chosen = form["price"].value() or request.GET.get("price") or str(offer.choices[-1].price.pk)
    context = {
        "shop": shop,
        "offer": offer,
        "guarantee_was_claimed": guarantee.was_claimed(request.user, offer.plan),
        "form": form,
        "chosen": str(chosen),
        "method": form["method"].value(),
        "methods": Payment.Method.choices,
        "rows": [
            (choice, terms.span(today, after_months=0, months=choice.price.term_months))
            for choice in offer.choices
        ],
    }
    return render(request, "subscriptions/checkout.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Show one's own order: how to pay it, or that it was paid."""
    subscription = _own(request, number)
    standing = lifecycle.standing(subscription)
    context = {
        "subscription": subscription,
        "standing": standing,
        "instructions": standing.bill and provider_for(standing.bill.provider).instructions(standing.bill),
        "received": [payment for payment in subscription.payments.all() if payment.is_confirmed],
        "plays_bank": settings.DEMO_BANK,
    }
    return render(request, "subscriptions/order.html", context)


@login_required
@require_POST
def play_bank(request: HttpRequest, number: str) -> HttpResponse:
    """In the demo: let the transfer arrive at once. Elsewhere this address does not exist."""
    if not settings.DEMO_BANK:
        raise Http404
    subscription = _own(request, number)
    bill = subscription.payments.expected().first()
    if bill is not None:
        term = payments.confirm(bill, paid_on=terms.day_of(timezone.now()))
        messages.success(
            request,
            _("Your payment has arrived: you are subscribed until %(day)s.")
            % {"day": date_format(term.ends_on, "j F Y")},
        )
    return redirect(subscription)


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show what the reader has, until when, what they paid, and everything they can do about it."""
    mine = _mine(request)
    subscription = next((one for one in mine if one.closed_at is None), None)
    context = {
        "subscription": subscription,
        "standing": subscription and lifecycle.standing(subscription),
        "included": subscription.plan_version.promises if subscription else [],
        "refund_last_day": next((day for one in mine if (day := guarantee.last_day_to_claim(one))), None),
        "refunds": Refund.objects.filter(claim__reader=request.user.pk).select_related("payment"),
        "verdict": access.may(request.user, Feature.EXCLUSIVE_CONTENT),
        "received": sorted(
            (payment for one in mine for payment in one.payments.all() if payment.is_confirmed),
            key=lambda payment: payment.pk,
            reverse=True,
        ),
    }
    return render(request, "subscriptions/account.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest) -> HttpResponse:
    """Show what cancelling does; a POST does it."""
    subscription = _live(request)
    if subscription is None:
        return _no_plan(request)
    try:
        if request.method == "POST":
            done = lifecycle.cancel(subscription, by=request.user)
            messages.success(request, _cancelled_sentence(done))
            return redirect("subscriptions:account")
        context = {"subscription": subscription, "cancellation": lifecycle.cancellation(subscription)}
    except lifecycle.NothingToCancelError:
        messages.info(request, _("There is nothing to cancel: no payment is expected of you."))
        return redirect("subscriptions:account")
    return render(request, "subscriptions/cancel.html", context)


@login_required
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Take one's cancellation back."""
    subscription = _live(request)
    if subscription is None:
        return _no_plan(request)
    try:
        lifecycle.resume(subscription, by=request.user)
    except lifecycle.CannotResumeError:
        messages.info(request, _("There is no cancellation to take back."))
    else:
        messages.success(request, _("Good. Your plan goes on as before."))
    return redirect("subscriptions:account")


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Ask for the next term's payment now, and show how to pay it."""
    subscription = _live(request)
    if subscription is None:
        return _no_plan(request)
    try:
        renewals.bill_next_term(subscription, by=request.user)
    except renewals.NotRenewableError:
        messages.info(request, _("This plan does not go on. Choose one to come back."))
        return redirect("subscriptions:plans")
    return redirect(subscription)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest) -> HttpResponse:
    """Show what claiming the money-back guarantee does; a POST claims it."""
    mine = [one for one in _mine(request) if any(payment.is_confirmed for payment in one.payments.all())]
    if not mine:
        return _no_plan(request)
    return _money_back(request, _claimable(mine) or mine[0])


@require_http_methods(["GET", "HEAD", "POST"])
def refund_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same from the link of a receipt, for whoever has the letter; nobody has to sign in."""
    subscription = guarantee.subscription_behind(token)
    if subscription is None:
        raise Http404
    response = _money_back(request, subscription, reason=_("By the link of a receipt"))
    # The address is a key: it is handed to no other site and kept in no index.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _money_back(request: HttpRequest, subscription: Subscription, *, reason: str = "") -> HttpResponse:
    context: dict[str, Any] = {"subscription": subscription}
    if claim := GuaranteeClaim.objects.filter(subscription=subscription).first():
        if request.method == "POST":
            messages.info(request, _("You have asked for this already. It is done once, and not again."))
            return redirect(request.path)
        context |= {"claim": claim, "refunds": claim.refunds.select_related("payment").order_by("pk")}
        return render(request, "subscriptions/refunded.html", context)
    try:
        plan = guarantee.plan_refund(subscription)
        # The button is about the sums that were shown; had they changed, they are shown anew.
        if request.method == "POST" and request.POST.get("shown") == plan.mark:
            refunds.execute(plan, by=subscription.reader, reason=reason)
            return redirect(request.path)
    except guarantee.NotClaimableError as refusal:
        context["refusal"] = str(refusal)
        return render(request, "subscriptions/refund_refused.html", context)
    except refunds.PlanChangedError:
        plan = guarantee.plan_refund(subscription)
    is_new = request.method == "POST"
    context |= {"plan": plan, "is_new": is_new}
    return render(request, "subscriptions/refund.html", context, status=409 if is_new else 200)


def _mine(request: HttpRequest) -> list[Subscription]:
    """The reader's subscriptions, newest first, with all that the account says about them."""
    mine = Subscription.objects.with_facts().prefetch_related("plan_version__features")
    return list(mine.filter(reader_id=request.user.pk, product=MAGAZINE))


def _claimable(mine: list[Subscription]) -> Subscription | None:
    return next((one for one in mine if guarantee.last_day_to_claim(one)), None)


def _own(request: HttpRequest, number: str) -> Subscription:
    return get_object_or_404(Subscription.objects.with_facts(), number=number, reader_id=request.user.pk)


def _live(request: HttpRequest) -> Subscription | None:
    live = Subscription.objects.with_facts().live()
    return live.filter(reader_id=request.user.pk, product=MAGAZINE).first()


def _no_plan(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("You have no plan at the moment, so there is nothing to change."))
    return redirect("subscriptions:account")


def _cancelled_sentence(done: lifecycle.Cancellation) -> str:
    if done.last_day is None or not done.keeps_access:
        return _("Your order is withdrawn. You owe us nothing.")
    return _("Your plan is cancelled. You can read until %(day)s, and nothing more is asked of you.") % {
        "day": date_format(done.last_day, "j F Y")
    }
