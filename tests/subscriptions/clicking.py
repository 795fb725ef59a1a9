"""Pressing the button of a page that shows first what it would do."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

SHOWN = re.compile(r'name="shown" value="(\w+)"')


def mark_on(response: HttpResponse) -> str:
    """Return the mark of the consequences that a page shows."""
    found = SHOWN.search(response.content.decode())
    assert found, "The page shows no consequences."
    return found[1]


def press(client: Client, address: str, **chosen: Any) -> HttpResponse:
    """Look at what ``chosen`` would do at ``address``, and press the button; return the page after it."""
    shown = mark_on(client.get(address, chosen))
    return client.post(address, {**chosen, "shown": shown}, follow=True)
