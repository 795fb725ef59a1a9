"""Which addresses the pretend Stripe answers, with which parameters; lists, and the expanding of ids."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from subscriptions.providers.stripe.pretend.errors import Refusal
from subscriptions.providers.stripe.pretend.parameters import Shape
from subscriptions.providers.stripe.pretend.store import Thing
from subscriptions.providers.stripe.pretend.world import World, plain_list

Handler = Callable[..., Thing]

# What every list takes, and what most take.
PAGED: dict[str, Shape] = {"limit": int, "starting_after": str, "expand": [str]}
LISTED: dict[str, Shape] = {"created": {"gt": int, "gte": int, "lt": int, "lte": int}} | PAGED
EXPAND: dict[str, Shape] = {"expand": [str]}
# Ids that can be expanded, and where things are kept that are shown only when asked for.
EXPANDABLE = {"customer", "payment_intent", "latest_charge", "default_payment_method", "charge"}
DEEPEST = 4


@dataclass(frozen=True)
class Route:
    """One address."""

    method: str
    pattern: str
    shape: dict[str, Shape]
    handler: Handler


ROUTES: list[Route] = []


def route(method: str, address: str, shape: dict[str, Shape]) -> Callable[[Handler], Handler]:
    """Enter a function as what answers ``method`` at ``address``, “/v1/refunds/{id}”, with parameters of
    ``shape``.
    """

    def enter(handler: Handler) -> Handler:
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", address)
        ROUTES.append(Route(method, pattern, shape, handler))
        return handler

    return enter


def find_route(method: str, address: str) -> tuple[Route, dict[str, str]]:
    """Return who answers, and what stands in the address; raises ``Refusal``."""
    for one in ROUTES:
        if one.method == method and (match := re.fullmatch(one.pattern, address)):
            return one, match.groupdict()
    raise Refusal(404, f"Unrecognized request URL ({method}: {address}).")


def listed(things: list[Thing], params: dict[str, Any], address: str) -> Thing:
    """Return the page of ``things``, the newest first, that ``params`` ask for."""
    bounds = params.get("created", {})
    found = [
        thing
        for thing in things
        if thing["created"] >= bounds.get("gte", 0)
        and thing["created"] > bounds.get("gt", -1)
        and thing["created"] <= bounds.get("lte", thing["created"])
        and thing["created"] < bounds.get("lt", thing["created"] + 1)
    ]
    if after := params.get("starting_after"):
        ids = [thing["id"] for thing in found]
        if after not in ids:
            raise Refusal(400, f"No such object: '{after}'", "resource_missing")
        found = found[ids.index(after) + 1 :]
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Refusal(400, "This value must be between 1 and 100.", "parameter_invalid_integer")
    return plain_list(found[:limit], address, has_more=len(found) > limit)


def expanded(world: World, thing: Thing, paths: list[str]) -> Thing:
    """Return ``thing`` with what ``paths`` name put in the place of its id."""
    for path in paths:
        if path.count(".") >= DEEPEST:
            raise Refusal(400, f"You cannot expand more than {DEEPEST} levels of a property ({path}).")
        _expand(world, thing, path.split("."), path)
    return thing


def _expand(world: World, thing: Thing, names: list[str], path: str) -> None:
    name, *rest = names
    if thing.get("deleted"):
        return
    if name == "data" and thing.get("object") == "list":
        for one in thing["data"]:
            _expand(world, one, rest, path)
        return
    if name == "payments" and thing.get("object") == "invoice":
        payments = world.store.find("invoice_payment", invoice=thing["id"])
        thing["payments"] = plain_list(payments, "/v1/invoice_payments")
    elif name in EXPANDABLE and isinstance(thing.get(name), str):
        thing[name] = world.store.get(thing[name])
    elif name not in thing or (rest and not isinstance(thing[name], dict | None)):
        raise Refusal(400, f"This property cannot be expanded ({path}).", "property_cannot_be_expanded")
    if rest and thing[name]:
        _expand(world, thing[name], rest, path)
