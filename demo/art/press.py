"""A printing press for pictures: flat inks, one over the other on grainy paper, never quite in register.

Lengths are in units of a thousandth of the sheet's shorter side, so that a drawing does not depend on the
number of pixels; x runs to the right and y down.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from demo.art.palette import Colour, Palette

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Frame = tuple[int, int, int, int]

_FINE = 2  # Masks are drawn this many times larger and reduced, for smooth edges.
_TILE = 448
_GRAIN_SIDE = 1.6  # Pixels of a grain.
_RAMP, _PAD = 256, 8192


@dataclass(frozen=True)
class Shape:
    """A form to be printed or, with ``hole``, to be left open."""

    kind: str  # polygon, ellipse or line
    points: tuple[Point, ...]
    width: float = 0
    hole: bool = False

    def bounds(self) -> Box:
        """Return the left, top, right and bottom of the form."""
        xs = [x for x, _ in self.points]
        ys = [y for _, y in self.points]
        pad = self.width / 2
        return min(xs) - pad, min(ys) - pad, max(xs) + pad, max(ys) + pad


def polygon(points: Iterable[Point]) -> Shape:
    """Return the form with these corners."""
    return Shape("polygon", tuple(points))


def box(left: float, top: float, right: float, bottom: float) -> Shape:
    """Return an upright rectangle."""
    return Shape("polygon", ((left, top), (right, top), (right, bottom), (left, bottom)))


def oval(x: float, y: float, across: float, down: float | None = None) -> Shape:
    """Return an ellipse about (x, y) with the half axes ``across`` and ``down``; a disc if one is given."""
    down = across if down is None else down
    return Shape("ellipse", ((x - across, y - down), (x + across, y + down)))


def line(points: Iterable[Point], width: float) -> Shape:
    """Return a stroke along the points."""
    return Shape("line", tuple(points), width)


def hole(shape: Shape) -> Shape:
    """Return the same form, left open instead of printed."""
    return Shape(shape.kind, shape.points, shape.width, hole=True)


def curve(points: Sequence[Point], *, closed: bool = False, steps: int = 10) -> list[Point]:
    """Return points on a smooth curve through the given ones (Catmull and Rom's spline)."""
    count = len(points)
    result: list[Point] = []
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            result.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    if not closed:
        result.append(points[-1])
    return result


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def blob(x: float, y: float, across: float, down: float, random: Random, *, rough: float = 0.12) -> Shape:
    """Return a rounded, slightly irregular form, such as a crown of leaves or a stone."""
    corners = []
    for i in range(9):
        angle = i / 9 * math.tau
        reach = 1 + random.uniform(-rough, rough)
        corners.append((x + math.cos(angle) * across * reach, y + math.sin(angle) * down * reach))
    return polygon(curve(corners, closed=True, steps=5))


@dataclass(frozen=True)
class Fade:
    """How a plate's tone runs from ``start`` at one point to ``end`` (0 to 1) at another, in grains."""

    x0: float
    y0: float
    x1: float
    y1: float
    start: float = 1.0
    end: float = 0.0


@dataclass(frozen=True)
class Halo:
    """A tone that is ``start`` (0 to 1) at the centre and nothing at ``radius``."""

    x: float
    y: float
    radius: float
    start: float = 1.0

    def form(self) -> Shape:
        """Return the disc that the tone fills."""
        return oval(self.x, self.y, self.radius)


class Sheet:
    """A sheet of paper in the press. ``headroom`` (0 to 1) is the share of the height kept calm for type."""

    def __init__(self, size: tuple[int, int], palette: Palette, seed: str, *, headroom: float = 0.0) -> None:
        self.size = size
        self.palette = palette
        self.random = Random(seed)  # noqa: S311
        self.words = frozenset(seed.lower().replace("/", "-").split("-"))
        self.scale = min(size) / 1000
        self.width = size[0] / self.scale
        self.height = size[1] / self.scale
        self.top = self.height * headroom
        self.image = Image.new("RGB", size, palette.paper)
        # Which way the light comes from: -1 from the left, 1 from the right.
        self.side = self.random.choice((-1, 1))
        self._slips: dict[Colour, Point] = {}

    def y(self, share: float) -> float:
        """Return the height at ``share`` (0 to 1) of the part of the sheet that is for the picture."""
        return self.top + share * (self.height - self.top)

    def says(self, *words: str) -> bool:
        """Whether the picture's name has one of these words; scenes take a hint from it."""
        return any(word in self.words for word in words)

    def all(self) -> Shape:
        """Return a form that covers the sheet."""
        return box(-12, -12, self.width + 12, self.height + 12)

    def ink(
        self,
        colour: Colour,
        *shapes: Shape,
        fade: Fade | Halo | None = None,
        tone: float = 1.0,
        within: Sequence[Shape] = (),
        multiply: bool = False,
        slip: bool = True,
    ) -> None:
        """Print one plate.

        ``fade`` and ``tone`` thin it out in grains, ``within`` confines it to other forms, ``multiply`` lets
        what is beneath show through, and ``slip=False`` keeps it in exact register.
        """
        dx, dy = self._slip(colour) if slip else (0.0, 0.0)
        frame = self._frame(shapes, dx, dy)
        if frame is None:
            return
        mask = self._drawn(shapes, frame, dx, dy)
        if within:
            mask = ImageChops.multiply(mask, self._drawn(within, frame, 0, 0))
        if fade is not None or tone < 1:
            mask = ImageChops.multiply(mask, self._grains(fade, tone, frame))
        else:
            mask = ImageChops.multiply(mask, self._texture(_wear, frame))
        if multiply:
            under = self.image.crop(frame)
            self.image.paste(ImageChops.multiply(under, Image.new("RGB", mask.size, colour)), frame, mask)
        else:
            self.image.paste(colour, frame, mask)

    def glow(self, colour: Colour, x: float, y: float, radius: float, tone: float = 0.6) -> None:
        """Print a round of light about (x, y) that fades outwards."""
        halo = Halo(x, y, radius, tone)
        self.ink(colour, halo.form(), fade=halo, slip=False)

    def finish(self) -> Image.Image:
        """Return the picture with the tooth of the paper in it."""
        tooth = self._texture(_tooth, (0, 0, *self.size))
        return ImageChops.multiply(self.image, Image.merge("RGB", (tooth, tooth, tooth)))

    def _slip(self, colour: Colour) -> Point:
        """Return how far this ink is out of register, in units; the same all over the sheet."""
        if colour not in self._slips:
            angle = self.random.uniform(0, math.tau)
            reach = self.random.uniform(0.6, 2.2)
            self._slips[colour] = math.cos(angle) * reach, math.sin(angle) * reach
        return self._slips[colour]

    def _frame(self, shapes: Sequence[Shape], dx: float, dy: float) -> Frame | None:
        """Return the pixels that the plate can touch, or None if it misses the sheet."""
        printed = [shape.bounds() for shape in shapes if not shape.hole]
        if not printed:
            return None
        k = self.scale
        left = max(math.floor((min(b[0] for b in printed) + dx) * k) - 1, 0)
        top = max(math.floor((min(b[1] for b in printed) + dy) * k) - 1, 0)
        right = min(math.ceil((max(b[2] for b in printed) + dx) * k) + 1, self.size[0])
        bottom = min(math.ceil((max(b[3] for b in printed) + dy) * k) + 1, self.size[1])
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _drawn(self, shapes: Sequence[Shape], frame: Frame, dx: float, dy: float) -> Image.Image:
        left, top, right, bottom = frame
        mask = Image.new("L", ((right - left) * _FINE, (bottom - top) * _FINE), 0)
        draw = ImageDraw.Draw(mask)
        k = self.scale * _FINE
        ox, oy = dx * k - left * _FINE, dy * k - top * _FINE
        for shape in shapes:
            points = [(x * k + ox, y * k + oy) for x, y in shape.points]
            fill = 0 if shape.hole else 255
            if shape.kind == "polygon":
                draw.polygon(points, fill=fill)
            elif shape.kind == "ellipse":
                draw.ellipse(points, fill=fill)
            else:
                draw.line(points, fill=fill, width=max(1, round(shape.width * k)), joint="curve")
        return mask.reduce(_FINE)

    def _grains(self, fade: Fade | Halo | None, tone: float, frame: Frame) -> Image.Image:
        """Return a mask of grains, dense where the fade is strong."""
        size = (frame[2] - frame[0], frame[3] - frame[1])
        if isinstance(fade, Fade):
            value = self._linear(fade, frame, size)
        elif isinstance(fade, Halo):
            value = self._radial(fade, frame, size)
        else:
            value = Image.new("L", size, 255)
        if tone < 1:
            value = value.point([round(v * tone) for v in range(256)])
        return ImageChops.subtract(value, self._texture(_grain, frame), scale=0.3, offset=128)

    def _linear(self, fade: Fade, frame: Frame, size: tuple[int, int]) -> Image.Image:
        dx, dy = (fade.x1 - fade.x0) * self.scale, (fade.y1 - fade.y0) * self.scale
        length = dx * dx + dy * dy or 1.0
        a, b = dx / length * _RAMP, dy / length * _RAMP
        start = a * (frame[0] - fade.x0 * self.scale) + b * (frame[1] - fade.y0 * self.scale)
        tones = [round(255 * (fade.start + (fade.end - fade.start) * v / 255)) for v in range(256)]
        ramp = _ramp().point(tones)
        return ramp.transform(size, Image.Transform.AFFINE, (0, 0, 1, a, b, start + _PAD))

    def _radial(self, halo: Halo, frame: Frame, size: tuple[int, int]) -> Image.Image:
        side = max(2, round(halo.radius * self.scale * 2))
        disc = _disc().resize((side, side)).point([round(v * halo.start) for v in range(256)])
        value = Image.new("L", size, 0)
        left, top = halo.x * self.scale - frame[0] - side / 2, halo.y * self.scale - frame[1] - side / 2
        value.paste(disc, (round(left), round(top)))
        return value

    def _texture(self, tile: Callable[[], Image.Image], frame: Frame) -> Image.Image:
        shift = (frame[0] * 7 + frame[1] * 13) % _TILE
        return _tiled(tile, self.size).crop((frame[0] + shift, frame[1], frame[2] + shift, frame[3]))


@lru_cache(maxsize=1)
def _ramp() -> Image.Image:
    """A column that runs from black to white, with a long stay at either end."""
    values = bytes(_PAD) + bytes(range(_RAMP)) + b"\xff" * _PAD
    return Image.frombytes("L", (1, len(values)), values).resize((3, len(values)))


@lru_cache(maxsize=1)
def _disc() -> Image.Image:
    """A disc that is white in the middle and black at its edge."""
    gradient = ImageOps.invert(Image.radial_gradient("L"))
    edge = gradient.tobytes()[gradient.width * (gradient.height // 2)]  # Its black is in the corners.
    return gradient.point([max(0, round((v - edge) * 255 / (255 - edge))) for v in range(256)])


@lru_cache(maxsize=1)
def _noise() -> Image.Image:
    """Grains, every tone as frequent as the others."""
    side = round(_TILE / _GRAIN_SIDE)
    raw = Image.frombytes("L", (side, side), Random("grain").randbytes(side * side))  # noqa: S311
    return ImageOps.equalize(raw.resize((_TILE, _TILE), Image.Resampling.BICUBIC))


@lru_cache(maxsize=1)
def _grain() -> Image.Image:
    """The same grains, held within the tones at which no tone leaves none and full tone leaves no gap."""
    return _noise().point([38 + round(v * 179 / 255) for v in range(256)])


@lru_cache(maxsize=1)
def _wear() -> Image.Image:
    """Where a solid ink has not quite taken: pinholes and thin places."""
    side = _TILE // 14
    raw = Image.frombytes("L", (side, side), Random("wear").randbytes(side * side))  # noqa: S311
    both = Image.blend(_noise(), raw.resize((_TILE, _TILE), Image.Resampling.BICUBIC), 0.32)
    return both.point([max(120, 255 - max(0, 34 - v) * 9) for v in range(256)])


@lru_cache(maxsize=1)
def _tooth() -> Image.Image:
    """The tooth of uncoated paper, a shade darker here and there."""
    soft = _noise().filter(ImageFilter.GaussianBlur(0.7))
    return soft.point([255 - round((255 - v) * 0.075) for v in range(256)])


@lru_cache(maxsize=8)
def _tiled(tile: Callable[[], Image.Image], size: tuple[int, int]) -> Image.Image:
    """Return ``tile`` repeated over a sheet and one tile more to the right."""
    piece = tile()
    whole = Image.new("L", (size[0] + _TILE, size[1]))
    for x in range(0, whole.width, _TILE):
        for y in range(0, whole.height, _TILE):
            whole.paste(piece, (x, y))
    return whole
