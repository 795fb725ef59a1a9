"""Claiming the money-back guarantee: from the account, and by the link of a receipt."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from subscriptions.models import GuaranteeClaim, Subscription
from subscriptions.paying import guarantee, refunds
from subscriptions.views.own import no_plan, subscriptions_of
from subscriptions.views.secret import secret_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest) -> HttpResponse:
    """Show what claiming the money-back guarantee does; a POST claims it."""
    mine = [
        one
        for one in subscriptions_of(request)
        if any(payment.is_confirmed for payment in one.payments.all())
    ]
    if not mine:
        return no_plan(request)
    claimable = next((one for one in mine if guarantee.last_day_to_claim(one)), mine[0])
    return _money_back(request, claimable)


@require_http_methods(["GET", "HEAD", "POST"])
def refund_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same from the link of a receipt, for whoever has the letter; nobody has to sign in."""
    subscription = guarantee.subscription_behind(token)
    if subscription is None:
        raise Http404
    return secret_page(_money_back(request, subscription, reason=_("By the link of a receipt")))


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
