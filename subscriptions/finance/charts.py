"""Charts as plain SVG: this module works out where everything goes, a template draws it.

A chart stands beside a table with the same figures, so it may leave out what would not fit. Every series has
a pattern or a dash of its own, and nothing is told by colour alone. Each is drawn twice, for wide pages and
for narrow ones, with letters of the same size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from moneyed import get_currency

from subscriptions.money import formatted

WIDE, NARROW = (960, 320), (358, 250)
# What the letters of the axes take, in units of the drawing.
LETTER, LINE = 7.8, 14
Value = float | int | None


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that is shown, with a value for each label of the chart; none: there is nothing to show."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: how far along it, and what is written there; ``anchor`` as SVG has it."""

    at: float
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Bar:
    """A box of a bar; ``style`` is the number of its series, ``says`` what it stands for."""

    x: float
    y: float
    width: float
    height: float
    style: int
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a single dot where there is one value; ``ends_x`` and ``ends_y`` are where it ends."""

    points: str
    ends_x: float
    ends_y: float
    style: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything of a chart in its place, in units of a drawing ``width`` wide and ``height`` high."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    zero: float
    ticks: Sequence[Tick]
    labels: Sequence[Tick]
    bars: Sequence[Bar] = ()
    lines: Sequence[Line] = ()

    @property
    def text_x(self) -> float:
        """Where the words of the upright axis end."""
        return self.left - 8


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of some series over the same ``labels``; ``says`` tells in words what is to be seen.

    ``is_stacked``: bars, what is below zero stacked downwards; otherwise lines.
    """

    key: str
    title: str
    says: str
    labels: Sequence[str]
    series: Sequence[Series]
    written: Callable[[float, float], str]
    is_stacked: bool = False
    most: float | None = None

    @property
    def drawings(self) -> dict[str, Drawing]:
        """The chart for wide pages and for narrow ones."""
        return {"wide": self._drawn(*WIDE), "narrow": self._drawn(*NARROW)}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(value for series in self.series for value in series.values)

    def _drawn(self, width: int, height: int) -> Drawing:
        low, high = self._span()
        marks = ticks(low, high, most=max(3, height // 55), top=self.most)
        low, high = marks[0], marks[-1]
        words = [self.written(mark, max(abs(low), abs(high))) for mark in marks]
        left = max(len(word) for word in words) * LETTER + 14
        right, top, bottom = width - 8.0, 10.0, height - 2.0 * LINE
        scale = (bottom - top) / (high - low)

        def y(value: float) -> float:
            return round(bottom - (value - low) * scale, 1)

        step = (right - left) / max(len(self.labels), 1)
        middles = [round(left + step * (place + 0.5), 1) for place in range(len(self.labels))]
        return Drawing(
            width,
            height,
            left,
            right,
            bottom,
            y(0),
            [Tick(y(mark), word) for mark, word in zip(marks, words, strict=True)],
            self._labels(middles, step),
            self._bars(middles, step, y) if self.is_stacked else (),
            () if self.is_stacked else self._lines(middles, y),
        )

    def _span(self) -> tuple[float, float]:
        """The least and the greatest that is to be shown, zero included."""
        if not self.is_stacked:
            values = [value for series in self.series for value in series.values if value is not None]
            return min([0, *values]), max([0, *values])
        stacks = [[series.values[place] or 0 for series in self.series] for place in range(len(self.labels))]
        return (
            min([0, *(sum(value for value in stack if value < 0) for stack in stacks)]),
            max([0, *(sum(value for value in stack if value > 0) for stack in stacks)]),
        )

    def _labels(self, middles: Sequence[float], step: float) -> list[Tick]:
        """The labels that there is room for, counted from the last."""
        widest = max((len(label) for label in self.labels), default=1) * LETTER + 8
        every = max(1, ceil(widest / step))
        last = len(self.labels) - 1
        # Where it is narrow the last label ends with the chart, and the others keep away from it.
        ends_there = step < widest
        found = []
        for place, (middle, label) in enumerate(zip(middles, self.labels, strict=True)):
            if place == last and ends_there:
                found.append(Tick(round(middle + step / 2, 1), label, "end"))
            elif (last - place) % every == 0:
                room = middles[last] + step / 2 - len(self.labels[last]) * LETTER - 8
                if place == last or not ends_there or middle + len(label) * LETTER / 2 <= room:
                    found.append(Tick(middle, label))
        return found

    def _bars(self, middles: Sequence[float], step: float, y: Callable[[float], float]) -> list[Bar]:
        bars = []
        width = round(min(step * 0.68, 46), 1)
        for place, middle in enumerate(middles):
            above = below = 0.0
            for style, series in enumerate(self.series, start=1):
                if not (value := series.values[place] or 0):
                    continue
                base = above if value > 0 else below
                ends = sorted((y(base), y(base + value)))
                says = f"{self.labels[place]}, {series.name}: {self.written(value, abs(value))}"
                bars.append(Bar(middle - width / 2, ends[0], width, round(ends[1] - ends[0], 1), style, says))
                if value > 0:
                    above += value
                else:
                    below += value
        return bars

    def _lines(self, middles: Sequence[float], y: Callable[[float], float]) -> list[Line]:
        lines = []
        for style, series in enumerate(self.series, start=1):
            places = [
                (middle, y(value))
                for middle, value in zip(middles, series.values, strict=True)
                if value is not None
            ]
            if places:
                points = " ".join(f"{x:g},{height:g}" for x, height in places)
                lines.append(Line(points, *places[-1], style))
        return lines


def ticks(low: float, high: float, *, most: int = 6, top: float | None = None) -> list[float]:
    """Return round numbers around ``low`` and ``high``, apart by 1, 2 or 5 times a power of ten.

    No more than ``most`` and one; two at least, also where both are zero. Whole numbers stay whole. None is
    above ``top``.
    """
    if low == high:
        low, high = min(low, 0), max(high, 0)
    if low == high:
        high = top or 1
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999999)
    if isinstance(low, int) and isinstance(high, int):
        step = max(1, round(step))
    first, last = floor(low / step), ceil(high / step)
    marks = [round(place * step, 10) for place in range(first, last + 1)]
    return [mark for mark in marks if top is None or mark <= top]


def money(currency: str) -> Callable[[float, float], str]:
    """Return what writes a sum in minor units on an axis: “£84”, and “£12k”, “£1.5m” where the greatest is
    so high."""
    sub_unit = get_currency(currency).sub_unit
    symbol = formatted(0, currency, short=True).replace("0", "").strip()

    def written(minor: float, greatest: float) -> str:
        for unit, letter in ((10**9, "bn"), (10**6, "m"), (10**4, "k")):
            if greatest >= unit * sub_unit:
                per = unit if unit > 10**4 else 1000
                amount = (Decimal(round(abs(minor))) / sub_unit / per).quantize(Decimal("0.01")).normalize()
                shown = f"{symbol}{amount:f}{letter}" if amount else f"{symbol}0"
                break
        else:
            shown = formatted(round(abs(minor)), currency, short=True)
        return f"−{shown}" if minor < 0 else shown

    return written


def number(value: float, greatest: float) -> str:
    """Write a number on an axis: “1,200”."""
    return f"{round(value):,}".replace("-", "−")


def percent(value: float, greatest: float) -> str:
    """Write a part of one on an axis: “60%”, and “2.5%” where the greatest is so small."""
    return f"{value * 100:.0f}%" if greatest >= 0.1 or not value else f"{value * 100:.1f}%"
