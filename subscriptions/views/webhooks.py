"""Where providers tell us what happened. Nobody signs in here: the seal of a message says who it is from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from subscriptions.paying import messages
from subscriptions.providers import Capability, able_to
from subscriptions.providers.base import ForgedMessageError

# Providers' messages are a few kilobytes long.
LARGEST_MESSAGE = 256 * 1024


@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """Store a message and say thank you; what it means is found out later."""
    if provider not in able_to(Capability.MESSAGES):
        raise Http404
    # A length that is no number counts as none, and none is read then.
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > LARGEST_MESSAGE:
        return HttpResponse(status=413)
    try:
        messages.receive(provider, request.body, request.headers)
    except ForgedMessageError:
        return HttpResponse(status=400)
    return HttpResponse()
