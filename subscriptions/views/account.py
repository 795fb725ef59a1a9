"""The reader's own page: what they have, until when, what follows, what they paid, and what they can do."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from subscriptions import access, feed_addresses
from subscriptions.features import Feature
from subscriptions.models import Refund
from subscriptions.paying import guarantee
from subscriptions.selling import going_live
from subscriptions.views.overview import overview
from subscriptions.views.own import subscriptions_of
from subscriptions.views.parts import parts_for


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show it all. The number of queries is the same for every life."""
    mine = subscriptions_of(request)
    subscription = next((one for one in mine if one.closed_at is None), mine[0] if mine else None)
    told = overview(subscription) if subscription else None
    received = [payment for one in mine for payment in one.payments.all() if payment.is_confirmed]
    address = feed_addresses.of(request.user)
    parts = parts_for(request.user, subscription, timezone.now())
    context = {
        "overview": told,
        "included": told.subscription.plan_version.promises if told and told.standing.is_running else [],
        "refund_last_day": next((day for one in mine if (day := guarantee.last_day_to_claim(one))), None),
        "refunds": Refund.objects.filter(payment__subscription__reader=request.user.pk).select_related(
            "payment"
        ),
        "waits": going_live.waits_of(request.user),
        "verdict": access.may(request.user, Feature.EXCLUSIVE_CONTENT),
        "feed_address": address,
        "feed_token": access.token_of(address) if address else "",
        "parts": parts,
        "had": {key for part in parts for key in part.has},
        "received": sorted(received, key=lambda payment: payment.pk, reverse=True),
    }
    return render(request, "subscriptions/account.html", context)
