"""What a request asks for: decoded as Stripe decodes forms, and refused if a name or a value is not known.

A shape is written as a dictionary of names: ``{"customer!": str, "created": {"gte": int}, "expand":
[str]}``. An exclamation mark makes a name required, a tuple lists the values allowed, ``METADATA`` takes
any names.
"""

from typing import Any
from urllib.parse import parse_qsl

from subscriptions.providers.stripe.pretend.errors import Refusal

METADATA = "metadata"
Shape = Any


def decoded(text: str) -> dict[str, Any]:
    """Return ``a[b][0]=c`` as ``{"a": {"b": ["c"]}}``."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, *rest = name.replace("]", "").split("[")
        branch, last = tree, first
        for part in rest:
            branch = branch.setdefault(last, {})
            last = part
        branch[last] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() or not name for name in value):
        return [_with_lists(value[name]) for name in sorted(value, key=lambda name: int(name or 0))]
    return {name: _with_lists(one) for name, one in value.items()}


def checked(values: dict[str, Any], shape: dict[str, Shape], where: str = "") -> dict[str, Any]:
    """Return ``values`` with whole numbers and truths as such; raises ``Refusal`` for what ``shape`` does
    not know.
    """
    known = {name.rstrip("!"): one for name, one in shape.items()}
    for name in values:
        if name not in known:
            raise Refusal(400, f"Received unknown parameter: {_full(where, name)}", "parameter_unknown")
    for name in shape:
        if name.endswith("!") and not values.get(name[:-1]):
            raise Refusal(400, f"Missing required param: {_full(where, name[:-1])}.", "parameter_missing")
    return {name: _value(value, known[name], _full(where, name)) for name, value in values.items()}


def _full(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


def _value(value: Any, shape: Shape, name: str) -> Any:
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise Refusal(400, f"Invalid object: {name}", "parameter_invalid_object")
        return checked(value, shape, name)
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise Refusal(400, f"Invalid array: {name}", "parameter_invalid_array")
        return [_value(one, shape[0], f"{name}[{n}]") for n, one in enumerate(value)]
    if shape == METADATA:
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise Refusal(400, f"Invalid object: {name}", "parameter_invalid_object")
        return value
    if not isinstance(value, str):
        raise Refusal(400, f"Invalid string: {name}", "parameter_invalid_string")
    if isinstance(shape, tuple):
        if value not in shape:
            raise Refusal(400, f"Invalid {name}: must be one of {', '.join(shape)}", "parameter_invalid")
        return value
    if shape is int:
        if not value.isascii() or not value.isdigit():
            raise Refusal(400, f"Invalid integer: {value}", "parameter_invalid_integer")
        return int(value)
    if shape is bool:
        if value not in {"true", "false"}:
            raise Refusal(400, f"Invalid boolean: {value}", "parameter_invalid_boolean")
        return value == "true"
    if not value:
        raise Refusal(400, f"You passed an empty string for '{name}'.", "parameter_invalid_empty")
    return value
