"""A progress bar for people, and one line a stage for logs."""

import time
from collections.abc import Callable

WIDTH = 30


class Bar:
    """Draws by calling ``write``: a moving bar on a terminal, else one line when a stage begins."""

    def __init__(self, write: Callable[[str], None], *, is_terminal: bool) -> None:
        self.write = write
        self.is_terminal = is_terminal
        self.stage, self.total, self.done, self.drawn_at = "", 0, 0, 0.0

    def begin(self, stage: str, total: int) -> None:
        """Start ``stage``, which has ``total`` steps."""
        self.finish()
        self.stage, self.total, self.done, self.drawn_at = stage, total, 0, 0.0
        if self.is_terminal:
            self._draw()
        else:
            self.write(f"{stage}: {total}\n")

    def step(self) -> None:
        """One step is done; drawn at most ten times a second."""
        self.done += 1
        if self.is_terminal and (self.done == self.total or time.monotonic() - self.drawn_at > 0.1):
            self._draw()

    def finish(self) -> None:
        """Leave the last bar standing and go to the next line."""
        if self.is_terminal and self.stage:
            self.write("\n")
        self.stage = ""

    def _draw(self) -> None:
        self.drawn_at = time.monotonic()
        filled = WIDTH * self.done // self.total if self.total else WIDTH
        bar = "█" * filled + "·" * (WIDTH - filled)
        self.write(f"\r{self.stage:<9} {bar} {self.done}/{self.total}")
