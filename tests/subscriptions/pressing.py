"""What a member of staff does at the desk: look, choose, say why, press the button."""

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from subscriptions.models import PlanVersion, Subscription
from subscriptions.money import typed

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


def version_form(version: PlanVersion, changes: dict[str, Any]) -> dict[str, Any]:
    """What a browser would send from a version's page as it stands, with ``changes`` typed over it."""
    promises, prices = list(version.features.all()), list(version.prices.all())
    data: dict[str, Any] = {
        "features-TOTAL_FORMS": len(promises),
        "features-INITIAL_FORMS": len(promises),
        "prices-TOTAL_FORMS": len(prices),
        "prices-INITIAL_FORMS": len(prices),
        "sold_from_at_0": "",
        "sold_from_at_1": "",
    }
    for number, promise in enumerate(promises):
        data |= {
            f"features-{number}-id": promise.pk,
            f"features-{number}-version": version.pk,
            f"features-{number}-key": promise.key,
            f"features-{number}-state": promise.state,
            f"features-{number}-planned_on": promise.planned_on or "",
            f"features-{number}-parameters": next(iter(promise.parameters.values()), ""),
        }
    for number, price in enumerate(prices):
        data |= {
            f"prices-{number}-id": price.pk,
            f"prices-{number}-version": version.pk,
            f"prices-{number}-term_months": price.term_months or "",
            f"prices-{number}-term_issues": price.term_issues or "",
            f"prices-{number}-currency": price.currency,
            f"prices-{number}-amount_minor": typed(price.amount_minor, price.currency),
        }
    return data | changes
