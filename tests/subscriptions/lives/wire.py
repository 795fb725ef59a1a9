"""The line between the magazine and a provider: words get lost on it, and others act while one waits."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from subscriptions.providers.base import ProviderUnavailableError

ASKED = {"pay_page", "charge", "withdraw", "refund", "look_up", "listed", "card_of", "portal", "subject_of"}


class Line:
    """What happens to the words on one line. Each question and each answer is one word."""

    def __init__(self, step: Callable[[], None], depth: int) -> None:
        self.step = step
        self.depth = depth
        self.fails_in: int | None = None
        self.loses_answer = False
        self.acts_in: int | None = None
        self.act: Callable[[], None] | None = None

    def is_clear(self) -> None:
        """From now on nothing goes wrong."""
        self.fails_in = self.acts_in = self.act = None

    def say(self, answer: Callable[[], Any], lost: Callable[[], Exception]) -> Any:
        """Ask one question, unless the line fails; ``lost`` makes what is raised then."""
        assert len(connection.savepoint_ids) == self.depth, "A provider is asked within a transaction."
        self._meanwhile()
        self.step()
        fails = False
        if self.fails_in is not None:
            self.fails_in -= 1
            fails = self.fails_in <= 0
        if fails:
            self.fails_in = None
            if not self.loses_answer:
                raise lost()
        said = answer()
        self.step()
        self._meanwhile()
        if fails:
            raise lost()
        return said

    def _meanwhile(self) -> None:
        if self.acts_in is None or self.act is None:
            return
        self.acts_in -= 1
        if self.acts_in <= 0:
            act, self.act, self.acts_in = self.act, None, None
            act()


class OverTheLine:
    """A provider at the other end of ``line``."""

    def __init__(self, provider: Any, line: Line, heard: Callable[[str, tuple[Any, ...]], None]) -> None:
        self._provider, self._line, self._heard = provider, line, heard

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._provider, name)
        if name not in ASKED:
            return method

        def ask(*args: Any, **named: Any) -> Any:
            def answer() -> Any:
                said = method(*args, **named)
                self._heard(name, args)
                return list(said) if name == "listed" else said

            return self._line.say(answer, lambda: ProviderUnavailableError("Nobody answers."))

        return ask
