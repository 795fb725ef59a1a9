"""The register of past issues that are there whole without any piece on the web: those that came as files.

The room that keeps such files enters itself in its ``AppConfig.ready``, by a dotted path to a function
``(at) -> set of keys of issues``.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.module_loading import import_string

Keeper = Callable[[datetime], set[int]]

_keepers: list[str] = []


def register(path: str) -> None:
    """Enter the function at the dotted ``path`` that knows of such issues."""
    if path not in _keepers:
        _keepers.append(path)


def whole_issues(at: datetime) -> set[int]:
    """Return the keys of the released issues that open as a file at ``at``, whatever pieces they have."""
    keepers: list[Keeper] = [import_string(path) for path in _keepers]
    return {key for keeper in keepers for key in keeper(at)}
