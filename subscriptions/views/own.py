"""What is one's own: every page of a reader starts from these, and finds nobody else's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from subscriptions.models import Subscription
from subscriptions.models.plan import MAGAZINE


def subscriptions_of(request: HttpRequest) -> list[Subscription]:
    """Return the reader's subscriptions, newest first, with all that the account says about them."""
    mine = Subscription.objects.own().with_facts().prefetch_related("plan_version__features")
    return list(mine.filter(reader_id=request.user.pk, product=MAGAZINE))


def live_subscription(request: HttpRequest) -> Subscription | None:
    """Return the one that was not closed, or none."""
    live = Subscription.objects.own().with_facts().live()
    return live.filter(reader_id=request.user.pk, product=MAGAZINE).first()


def subscription_called(request: HttpRequest, number: str) -> Subscription:
    """Return one's own by its number; somebody else's is not found."""
    return get_object_or_404(Subscription.objects.with_facts(), number=number, reader_id=request.user.pk)


def no_plan(request: HttpRequest) -> HttpResponse:
    """Lead back to the account, where nothing can be changed."""
    messages.info(request, _("You have no plan at the moment, so there is nothing to change."))
    return redirect("subscriptions:account")
