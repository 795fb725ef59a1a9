"""The wire: what the library sends is answered here instead of by Stripe's machines."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from subscriptions.providers.stripe.pretend import checkout
from subscriptions.providers.stripe.pretend.errors import CardRefusal, Refusal
from subscriptions.providers.stripe.pretend.faults import Fault, Faults, no_connection
from subscriptions.providers.stripe.pretend.parameters import checked, decoded
from subscriptions.providers.stripe.pretend.routes import expanded, find_route
from subscriptions.providers.stripe.pretend.world import World, shown

KEYS_KEPT = 24 * 60 * 60
Answer = tuple[int, str]


class PretendHTTPClient(stripe.HTTPClient):
    """What ``StripeClient(http_client=…)`` talks to."""

    name = "pretend"

    def __init__(self, world: World, faults: Faults, key: str) -> None:
        super().__init__()
        self.world = world
        self.faults = faults
        self.key = key

    # The library hands on more than the base class says, and only positions count.
    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Answer one request; raises ``stripe.APIConnectionError`` if the answer does not arrive."""
        parts = urlsplit(url)
        method = method.upper()
        fault = self.faults.take(f"{method} {parts.path}")
        if fault is Fault.DOWN:
            raise no_connection()
        if fault is Fault.BROKEN:
            return _sent(500, _error(500, "Something went wrong on Stripe's end.", "api_error"))
        if fault is Fault.BUSY:
            return _sent(429, _error(429, "Too many requests.", "invalid_request_error", "rate_limit"))
        status, body = self._answer(method, parts.path, post_data or parts.query or "", dict(headers or {}))
        if fault is Fault.LOST:
            raise no_connection()
        return _sent(status, body)

    def close(self) -> None:
        """There is no connection to close."""

    def _answer(self, method: str, address: str, form: str, headers: dict[str, str]) -> Answer:
        if headers.get("Authorization") != f"Bearer {self.key}":
            return 401, _error(401, "Invalid API Key provided.", "invalid_request_error")
        if headers.get("Stripe-Version") != stripe.api_version:
            return 400, _error(
                400, "This speaks the API version of the library only.", "invalid_request_error"
            )
        key = headers.get("Idempotency-Key", "") if method == "POST" else ""
        with self.world.store.transaction():
            checkout.expire_old(self.world)
        try:
            with self.world.store.transaction():
                return self._once(key, method, address, form)
        except Refusal as refusal:
            return refusal.status, json.dumps({"error": refusal.error})

    def _once(self, key: str, method: str, address: str, form: str) -> Answer:
        """Do the work, or repeat what was answered to ``key`` within the last day."""
        question = f"{method} {address} {form}"
        if key and (kept := self.world.store.answer_to(key, since=self.world.now - KEYS_KEPT)):
            if kept[0] != question:
                message = "Keys for idempotent requests can only be used with the same parameters."
                raise Refusal(400, message, kind="idempotency_error")
            return kept[1], kept[2]
        answer = self._work(method, address, form)
        # What was refused before any work was done is not kept, and may be asked again with the same key.
        if key:
            self.world.store.keep_answer(key, question, *answer, at=self.world.now)
        return answer

    def _work(self, method: str, address: str, form: str) -> Answer:
        route, parts = find_route(method, address)
        params = checked(decoded(form), route.shape)
        paths = params.pop("expand", [])
        try:
            thing = route.handler(self.world, params, **parts)
        except CardRefusal as refusal:
            return refusal.status, json.dumps({"error": refusal.error})
        return 200, json.dumps(shown(expanded(self.world, thing, paths)))


def _error(status: int, message: str, kind: str, code: str = "") -> str:
    return json.dumps({"error": Refusal(status, message, code, kind).error})


def _sent(status: int, body: str) -> tuple[str, int, Mapping[str, str]]:
    return body, status, {"Request-Id": "req_pretend"}
