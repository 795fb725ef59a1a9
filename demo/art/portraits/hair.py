"""Heads of hair, and the scarf or hat that covers one."""

import math
from collections.abc import Callable

from demo.art.palette import mix
from demo.art.portraits.sitter import Sitter
from demo.art.press import Fade, Sheet, blob, curve, hole, line, oval, polygon


def _none(sheet: Sheet, s: Sitter) -> None:
    """Nothing behind, or in front."""


def _hair(sheet: Sheet, s: Sitter, *shapes, holes=()) -> None:
    """Print hair: one plate, lit from the side of the light."""
    p = sheet.palette
    sheet.ink(s.hair, *shapes, *[hole(h) for h in holes])
    lit = mix(s.hair, mix(p.glow, s.hair, 0.3), 0.42)
    near = s.x - s.shift * s.wide * 1.3
    sheet.ink(
        lit,
        *shapes,
        *[hole(h) for h in holes],
        fade=Fade(near, s.brow - s.high, s.x + s.shift * 10, s.brow - s.high * 0.5, 0.75, 0.0),
    )
    sheet.ink(
        mix(s.hair, p.ink, 0.7),
        *shapes,
        *[hole(h) for h in holes],
        fade=Fade(s.x + s.shift * s.wide * 1.2, 0, s.x + s.shift * 20, 0, 0.8, 0.0),
    )


def _cap(s: Sitter, lift: float, side: float, fringe: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the top of a head of hair above a fringe given from left to right in shares of the face."""
    x, y, w, h = s.x, s.brow, s.wide, s.high
    over = [
        (x - w * side, y + h * 0.02),
        (x - w * side * 1.02, y - h * 0.5),
        (x - w * 0.6, y - h * (0.98 + lift)),
        (x, y - h * (1.06 + lift)),
        (x + w * 0.6, y - h * (0.98 + lift)),
        (x + w * side * 1.02, y - h * 0.5),
        (x + w * side, y + h * 0.02),
    ]
    return curve(over, steps=8) + curve([(x + w * a, y + h * b) for a, b in reversed(fringe)], steps=8)


def _crop_front(sheet: Sheet, s: Sitter) -> None:
    _hair(
        sheet,
        s,
        polygon(
            _cap(
                s,
                0.06,
                1.06,
                [(-0.98, 0.02), (-0.86, -0.44), (-0.2, -0.62), (0.5, -0.56), (0.86, -0.42), (0.98, 0.02)],
            )
        ),
    )


def _parting_front(sheet: Sheet, s: Sitter) -> None:
    k = s.shift
    fringe = [
        (-0.98, 0.04),
        (-0.9, -0.34),
        (k * 0.34 - 0.3, -0.5),
        (k * 0.46, -0.76),
        (0.88, -0.38),
        (0.98, 0.04),
    ]
    _hair(sheet, s, polygon(_cap(s, 0.16, 1.08, sorted(fringe))))


def _bob_back(sheet: Sheet, s: Sitter) -> None:
    x, y, w, h = s.x, s.brow, s.wide, s.high
    shape = [
        (x - w * 1.2, y - h * 0.4),
        (x - w * 1.34, y + h * 0.5),
        (x - w * 1.16, y + h * 1.0),
        (x + w * 1.16, y + h * 1.0),
        (x + w * 1.34, y + h * 0.5),
        (x + w * 1.2, y - h * 0.4),
        (x, y - h * 1.12),
    ]
    sheet.ink(mix(s.hair, sheet.palette.ink, 0.45), polygon(curve(shape, closed=True, steps=8)))


def _bob_front(sheet: Sheet, s: Sitter) -> None:
    x, y, w, h = s.x, s.brow, s.wide, s.high
    outer = [
        (x - w * 1.12, y + h * 0.92),
        (x - w * 1.32, y + h * 0.4),
        (x - w * 1.18, y - h * 0.5),
        (x - w * 0.6, y - h * 1.08),
        (x, y - h * 1.2),
        (x + w * 0.6, y - h * 1.08),
        (x + w * 1.18, y - h * 0.5),
        (x + w * 1.32, y + h * 0.4),
        (x + w * 1.12, y + h * 0.92),
    ]
    inner = [
        (x + w * 0.84, y + h * 0.72),
        (x + w * 0.92, y + h * 0.1),
        (x + w * 0.7, y - h * 0.3),
        (x + s.shift * w * 0.25, y - h * 0.66),
        (x - w * 0.7, y - h * 0.3),
        (x - w * 0.92, y + h * 0.1),
        (x - w * 0.84, y + h * 0.72),
    ]
    _hair(sheet, s, polygon(curve(outer, steps=8) + curve(inner, steps=8)))


def _long_back(sheet: Sheet, s: Sitter) -> None:
    x, y, w, h = s.x, s.brow, s.wide, s.high
    shape = [
        (x - w * 1.2, y - h * 0.4),
        (x - w * 1.36, y + h * 0.6),
        (x - w * 1.5, y + h * 1.6),
        (x - w * 1.1, y + h * 2.2),
        (x + w * 1.1, y + h * 2.2),
        (x + w * 1.5, y + h * 1.6),
        (x + w * 1.36, y + h * 0.6),
        (x + w * 1.2, y - h * 0.4),
        (x, y - h * 1.14),
    ]
    sheet.ink(mix(s.hair, sheet.palette.ink, 0.35), polygon(curve(shape, closed=True, steps=8)))


def _bun_back(sheet: Sheet, s: Sitter) -> None:
    knot = blob(s.x + s.shift * s.wide * 0.25, s.brow - s.high * 1.22, 88, 78, sheet.random, rough=0.05)
    _hair(sheet, s, knot)


def _bun_front(sheet: Sheet, s: Sitter) -> None:
    fringe = [
        (-0.99, 0.14),
        (-0.94, -0.2),
        (-0.52, -0.62),
        (0.0, -0.78),
        (0.52, -0.62),
        (0.94, -0.2),
        (0.99, 0.14),
    ]
    _hair(sheet, s, polygon(_cap(s, 0.03, 1.03, fringe)))


def _curls_front(sheet: Sheet, s: Sitter, reach: float = 1.12, rise: float = 0.74) -> None:
    random = sheet.random
    x, y, w, h = s.x, s.brow, s.wide, s.high
    locks = []
    for i in range(17):
        angle = math.pi * (-0.1 + 1.2 * i / 16)
        at = x - w * reach * math.cos(angle), y - h * 0.4 - h * rise * math.sin(angle)
        locks.append(blob(*at, random.uniform(56, 76), random.uniform(52, 72), random, rough=0.1))
    fringe = [(-0.98, 0.0), (-0.82, -0.4), (-0.3, -0.6), (0.3, -0.6), (0.82, -0.4), (0.98, 0.0)]
    _hair(sheet, s, *locks, polygon(_cap(s, 0.1, 1.0, fringe)))


def _halo_front(sheet: Sheet, s: Sitter) -> None:
    _curls_front(sheet, s, reach=1.34, rise=0.9)


def _bald_front(sheet: Sheet, s: Sitter) -> None:
    x, y, w, h = s.x, s.brow, s.wide, s.high
    sides = []
    for way in (-1, 1):
        edge = [(1.04, 0.12), (1.08, -0.22), (0.94, -0.42), (0.86, -0.1), (0.94, 0.12)]
        sides.append(polygon(curve([(x + way * w * a, y + h * b) for a, b in edge], closed=True, steps=5)))
    _hair(sheet, s, *sides)


def _beard_front(sheet: Sheet, s: Sitter) -> None:
    x, y, w, h = s.x, s.brow, s.wide, s.high
    outer = [(-1.02, 0.12), (-1.0, 0.62), (-0.66, 1.16), (0, 1.42), (0.66, 1.16), (1.0, 0.62), (1.02, 0.12)]
    inner = [(0.84, 0.34), (0.6, 0.6), (0.24, 0.585), (0, 0.62), (-0.24, 0.585), (-0.6, 0.6), (-0.84, 0.34)]
    shape = curve([(x + w * a, y + h * b) for a, b in outer]) + curve(
        [(x + w * a, y + h * b) for a, b in inner]
    )
    lips = oval(x, y + h * 0.735, 46, 13)
    _hair(sheet, s, polygon(shape), holes=[lips])
    sheet.ink(mix(s.shade, sheet.palette.accent, 0.3), lips, slip=False)
    sheet.ink(
        mix(s.hair, sheet.palette.ink, 0.6), line([(x - 44, y + h * 0.735), (x + 44, y + h * 0.735)], 5)
    )
    if sheet.random.random() < 0.3:
        _bald_front(sheet, s)
    else:
        _parting_front(sheet, s)


def _headscarf(sheet: Sheet, s: Sitter, outer: list[tuple[float, float]]) -> None:
    p = sheet.palette
    tone = p.accent if s.coat != p.accent else p.near
    x, y, w, h = s.x, s.brow, s.wide, s.high
    inner = [
        (0.8, -0.46),
        (0.92, 0.2),
        (0.7, 0.8),
        (0, 1.12),
        (-0.7, 0.8),
        (-0.92, 0.2),
        (-0.8, -0.46),
        (0, -0.72),
    ]
    cloth = polygon(curve([(x + w * a, y + h * b) for a, b in outer], closed=True, steps=8))
    face = hole(polygon(curve([(x + w * a, y + h * b) for a, b in inner], closed=True, steps=8)))
    sheet.ink(tone, cloth, face)
    away = x + s.shift * w * 1.3
    sheet.ink(
        mix(tone, p.ink, 0.6), cloth, face, fade=Fade(away, y, x - s.shift * w * 0.2, y, 0.9, 0.0), slip=False
    )
    lit = Fade(x - s.shift * w * 1.3, y, x - s.shift * w * 0.6, y, 0.7, 0.0)
    sheet.ink(mix(tone, p.paper, 0.5), cloth, face, fade=lit, slip=False)
    folds = [
        line(
            curve(
                [(x + k * w, y + h * 0.95), (x + k * w * 0.6, y + h * 1.4), (x - k * w * 0.1, y + h * 1.75)]
            ),
            5,
        )
        for k in (-0.9, 0.7)
    ]
    sheet.ink(mix(tone, p.ink, 0.45), *folds)


def _scarf_front(sheet: Sheet, s: Sitter) -> None:
    upper = [(1.2, -0.4), (1.24, 0.4), (1.1, 1.1), (1.36, 1.75), (0, 2.1), (-1.36, 1.75), (-1.1, 1.1)]
    _headscarf(sheet, s, [*upper, (-1.24, 0.4), (-1.2, -0.4), (-0.7, -1.08), (0, -1.24), (0.7, -1.08)])


def _hat_front(sheet: Sheet, s: Sitter) -> None:
    p = sheet.palette
    tone = p.accent if s.coat != p.accent else p.mid
    x, y, w, h = s.x, s.brow, s.wide, s.high
    _crop_front(sheet, s)
    crown = [(-1.1, -0.46), (-1.12, -0.8), (-0.7, -1.26), (0, -1.4), (0.7, -1.26), (1.12, -0.8), (1.1, -0.46)]
    shape = polygon(curve([(x + w * a, y + h * b) for a, b in crown], steps=8))
    band = [(-1.14, -0.5), (0, -0.66), (1.14, -0.5), (1.12, -0.26), (0, -0.42), (-1.12, -0.26)]
    points = [(x + w * a, y + h * b) for a, b in band]
    rolled = polygon(curve(points[:3], steps=8) + curve(points[3:], steps=8))
    sheet.ink(tone, shape)
    sheet.ink(mix(tone, p.paper, 0.18), rolled)
    for part in (shape, rolled):
        away = Fade(x + s.shift * w * 1.2, 0, x - s.shift * 10, 0, 0.9, 0.0)
        sheet.ink(mix(tone, p.ink, 0.6), part, fade=away, slip=False)


_Part = Callable[[Sheet, Sitter], None]
# What is printed behind the head and what before it.
STYLES: dict[str, tuple[_Part, _Part]] = {
    "crop": (_none, _crop_front),
    "parting": (_none, _parting_front),
    "bob": (_bob_back, _bob_front),
    "long": (_long_back, _bob_front),
    "bun": (_bun_back, _bun_front),
    "curls": (_none, _curls_front),
    "halo": (_none, _halo_front),
    "bald": (_none, _bald_front),
    "beard": (_none, _beard_front),
    "scarf": (_none, _scarf_front),
    "hat": (_none, _hat_front),
}
