"""What a member of staff does on the desk's page of a deed: look, choose, say why, press the button."""

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from subscriptions.models import Subscription

FORM = re.compile(r'<form method="post">(.*?)</form>', re.DOTALL)
INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def deed_page(subscription: Subscription, name: str) -> str:
    """Where the deed called ``name`` is done."""
    return reverse("admin:subscriptions_subscription_act", args=[subscription.pk, name])


def fields(response: HttpResponse) -> dict[str, str]:
    """What the form on the page would send as it stands, but for what has to be chosen."""
    form = FORM.search(response.content.decode())
    assert form, "There is no form on the page."
    sent = {}
    for tag in INPUT.findall(form[1]):
        attributes = dict(ATTRIBUTE.findall(tag))
        if attributes.get("type") not in ("radio", "checkbox") or " checked" in tag:
            sent[attributes["name"]] = html.unescape(attributes.get("value", ""))
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def look(client: Client, address: str, **chosen: Any) -> HttpResponse:
    """Open the page and, where something has to be chosen, choose it: the answer says what would happen."""
    response = client.get(address)
    if chosen:
        response = client.post(address, fields(response) | chosen)
    return response


def press(client: Client, seen: HttpResponse, address: str, **typed: Any) -> HttpResponse:
    """Press the button of the page that was ``seen``, with what is ``typed`` on it, and follow."""
    return client.post(address, fields(seen) | typed, follow=True)
