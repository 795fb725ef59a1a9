"""Portraits of people who do not exist: head and shoulders in strong light, cut like a print."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image

from demo.art import motifs
from demo.art.palette import PALETTES, SKINS, Colour, colour, mix
from demo.art.press import Fade, Halo, Sheet, blob, box, curve, hole, line, oval, polygon

_HAIRS = [colour(code) for code in "1d1a1f 2b1d18 4a2c1d 7a4524 a9612c c9974f 8d8a88 d8d3c8".split()]
_GROUNDS = (
    "dawn",
    "noon",
    "dusk",
    "moss",
    "ice",
    "ochre",
    "mist",
    "coral",
    "lagoon",
    "harvest",
    "heather",
    "storm",
)


class _Sitter:
    """What is fixed about a face before it is drawn: where it sits, its colours, what it wears."""

    def __init__(self, sheet: Sheet) -> None:
        random = sheet.random
        self.x = 500 + random.uniform(-18, 18)
        self.brow = random.uniform(372, 398)
        self.wide = random.uniform(148, 172)
        self.high = random.uniform(206, 230)
        self.skin: Colour = random.choice(SKINS)
        pale = SKINS.index(self.skin) < 3
        self.hair: Colour = random.choice(_HAIRS if pale else _HAIRS[:3] + _HAIRS[-2:-1])
        self.shade = mix(self.skin, mix(sheet.palette.ink, self.skin, 0.25), 0.5)
        self.coat: Colour = random.choice(
            (sheet.palette.near, sheet.palette.ink, sheet.palette.accent, sheet.palette.mid)
        )
        named = [style for style in _STYLES if sheet.says(style)]
        self.style = named[0] if named else random.choice(list(_STYLES))
        self.glasses = random.random() < 0.4 or sheet.says("glasses")
        self.shift = -sheet.side

    def outline(self) -> list[tuple[float, float]]:
        """Return the face, from the temple round the chin and back."""
        x, y, w, h = self.x, self.brow, self.wide, self.high
        points = [
            (x - w, y - h * 0.2),
            (x - w * 0.97, y + h * 0.3),
            (x - w * 0.72, y + h * 0.82),
            (x - w * 0.28, y + h * 1.14),
        ]
        mirrored = [(2 * x - a, b) for a, b in reversed(points)]
        top = [(x + w * 0.7, y - h * 0.78), (x, y - h), (x - w * 0.7, y - h * 0.78)]
        return curve(points + mirrored + top, closed=True, steps=8)


def portrait(seed: str, size: tuple[int, int] = (800, 800)) -> Image.Image:
    """Draw the head and shoulders of an invented person; the same seed gives the same picture.

    A seed may ask for a head of hair or what covers it (``ada-bun``, ``noor-scarf``, ``ravi-beard-glasses``).
    """
    random = Random(f"portrait/{seed}")  # noqa: S311
    palette = PALETTES[random.choice(_GROUNDS)]
    sheet = Sheet(size, palette, f"portrait/{seed}")
    sitter = _Sitter(sheet)
    _backdrop(sheet)
    back, front = _STYLES[sitter.style]
    back(sheet, sitter)
    _shoulders(sheet, sitter)
    _face(sheet, sitter)
    front(sheet, sitter)
    if sitter.glasses:
        _glasses(sheet, sitter)
    return sheet.finish()


def _backdrop(sheet: Sheet) -> None:
    p, random = sheet.palette, sheet.random
    ground = random.choice((p.sky, p.glow, mix(p.far, p.glow, 0.4), mix(p.mid, p.far, 0.4)))
    sheet.ink(ground, sheet.all(), slip=False)
    sheet.ink(mix(ground, p.ink, 0.35), sheet.all(), fade=Fade(500, 1000, 500, 250, 0.7, 0.0), slip=False)
    kind = random.randrange(4)
    tone = random.choice((p.sun, p.accent, p.paper, mix(p.glow, p.paper, 0.5)))
    if kind == 0:
        sheet.ink(
            tone,
            oval(
                500 + sheet.side * random.uniform(60, 190), random.uniform(330, 430), random.uniform(250, 330)
            ),
        )
    elif kind == 1:
        edge = 500 + sheet.side * random.uniform(40, 160)
        sheet.ink(
            tone,
            polygon(
                [
                    (edge, -20),
                    (500 + sheet.side * 600, -20),
                    (500 + sheet.side * 600, 1020),
                    (edge - sheet.side * 200, 1020),
                ]
            ),
            tone=0.9,
        )
    elif kind == 2:
        horizon = random.uniform(560, 680)
        motifs.hill(
            sheet, motifs.skyline(random, sheet.width, horizon, 130, swell=3), 1020, p.far, p.mid, p.glow
        )
        sheet.ink(p.sun, oval(500 + sheet.side * 300, random.uniform(190, 300), random.uniform(70, 110)))
    else:
        sheet.ink(tone, *[box(120 + 130 * k, 90, 220 + 130 * k, 1020) for k in range(6)], tone=0.45)
    sheet.glow(p.paper, 500 + sheet.side * 260, 260, 420, 0.35)


def _shoulders(sheet: Sheet, s: _Sitter) -> None:
    p, random = sheet.palette, sheet.random
    base = s.brow + s.high * 1.75
    neck = s.wide * random.uniform(0.46, 0.56)
    throat = s.brow + s.high * 0.7
    sheet.ink(
        s.skin,
        polygon(
            [
                (s.x - neck, throat),
                (s.x + neck, throat),
                (s.x + neck * 1.25, base + 60),
                (s.x - neck * 1.25, base + 60),
            ]
        ),
    )
    under = polygon(
        [
            (s.x - neck, throat),
            (s.x + neck, throat),
            (s.x + neck * 1.1, base - 30),
            (s.x + s.shift * neck * 0.6, base + 24),
        ]
    )
    sheet.ink(s.shade, under)
    span = random.uniform(335, 385)
    body = [
        (s.x - span - 40, 1040),
        (s.x - span, base + 130),
        (s.x - span * 0.66, base + 36),
        (s.x - neck * 1.3, base - 26),
    ]
    collar = [(s.x, base + 44)]
    shape = polygon(
        curve(body, steps=8) + collar + curve([(2 * s.x - a, b) for a, b in reversed(body)], steps=8)
    )
    sheet.ink(s.coat, shape)
    away = s.x + s.shift * span
    sheet.ink(
        mix(s.coat, p.ink, 0.6), shape, fade=Fade(away, 0, s.x - s.shift * 60, 0, 0.95, 0.0), slip=False
    )
    lit = mix(s.coat, p.paper, 0.35)
    sheet.ink(
        lit,
        shape,
        fade=Fade(s.x - s.shift * span * 1.1, base, s.x - s.shift * span * 0.4, base + 120, 0.75, 0.0),
        slip=False,
    )
    _CLOTHES[random.randrange(len(_CLOTHES))](sheet, s, base, neck)


def _roll_neck(sheet: Sheet, s: _Sitter, base: float, neck: float) -> None:
    p = sheet.palette
    top = base - 74
    shape = polygon(
        curve([(s.x - neck * 1.12, top), (s.x, top + 26), (s.x + neck * 1.12, top)])
        + curve([(s.x + neck * 1.4, base + 34), (s.x, base + 74), (s.x - neck * 1.4, base + 34)])
    )
    sheet.ink(mix(s.coat, p.paper, 0.12), shape)
    sheet.ink(
        mix(s.coat, p.ink, 0.6),
        shape,
        fade=Fade(s.x + s.shift * neck * 1.3, 0, s.x - s.shift * neck * 0.5, 0, 0.95, 0.0),
        slip=False,
    )
    sheet.ink(
        mix(s.coat, p.ink, 0.5),
        line(curve([(s.x - neck * 1.25, base - 20), (s.x, base + 18), (s.x + neck * 1.25, base - 20)]), 4),
    )


def _jacket(sheet: Sheet, s: _Sitter, base: float, neck: float) -> None:
    p = sheet.palette
    shirt = p.paper if s.coat != p.paper else p.far
    sheet.ink(
        shirt,
        polygon(
            [
                (s.x - neck * 1.2, base - 30),
                (s.x, base + 60),
                (s.x + neck * 1.2, base - 30),
                (s.x + 60, 1020),
                (s.x - 60, 1020),
            ]
        ),
    )
    sheet.ink(
        s.skin, polygon([(s.x - neck * 0.7, base - 20), (s.x + neck * 0.7, base - 20), (s.x, base + 70)])
    )
    sheet.ink(s.shade, polygon([(s.x + s.shift * neck * 0.7, base - 20), (s.x, base - 20), (s.x, base + 70)]))
    dark = mix(s.coat, p.ink, 0.35)
    for way in (-1, 1):
        sheet.ink(
            shirt,
            polygon(
                [
                    (s.x + way * neck * 1.15, base - 52),
                    (s.x + way * neck * 0.2, base + 66),
                    (s.x + way * neck * 1.1, base + 84),
                ]
            ),
        )
        lapel = [
            (s.x + way * neck * 1.3, base - 40),
            (s.x + way * 30, 1020),
            (s.x + way * 120, 1020),
            (s.x + way * neck * 2.5, base + 170),
            (s.x + way * neck * 1.9, base + 140),
            (s.x + way * neck * 2.1, base + 84),
        ]
        sheet.ink(dark if way == s.shift else mix(s.coat, p.paper, 0.1), polygon(lapel))
    if sheet.random.random() < 0.4:
        sheet.ink(
            p.accent if s.coat != p.accent else p.near,
            polygon([(s.x - 20, base + 56), (s.x + 20, base + 56), (s.x + 34, 1020), (s.x - 34, 1020)]),
        )


def _crew(sheet: Sheet, s: _Sitter, base: float, neck: float) -> None:
    p = sheet.palette
    arc = curve(
        [
            (s.x - neck * 1.32, base - 32),
            (s.x - neck * 0.8, base + 28),
            (s.x, base + 52),
            (s.x + neck * 0.8, base + 28),
            (s.x + neck * 1.32, base - 32),
        ]
    )
    sheet.ink(mix(s.coat, p.paper, 0.3), line(arc, 20))
    if sheet.random.random() < 0.5:
        stripes = [
            line(
                curve(
                    [
                        (s.x - 420, base + 190 + 62 * k),
                        (s.x, base + 160 + 62 * k),
                        (s.x + 420, base + 190 + 62 * k),
                    ]
                ),
                17,
            )
            for k in range(4)
        ]
        reach = 350
        sheet.ink(
            p.paper,
            *stripes,
            within=[
                polygon(
                    [
                        (s.x - reach, base + 130),
                        (s.x + reach, base + 130),
                        (s.x + reach + 20, 1020),
                        (s.x - reach - 20, 1020),
                    ]
                )
            ],
            tone=0.95,
        )


def _scarf(sheet: Sheet, s: _Sitter, base: float, neck: float) -> None:
    p, random = sheet.palette, sheet.random
    tone = p.accent if s.coat != p.accent else p.light
    roll = polygon(
        curve(
            [
                (s.x - neck * 1.7, base - 20),
                (s.x - neck, base - 84),
                (s.x, base - 52),
                (s.x + neck, base - 84),
                (s.x + neck * 1.7, base - 20),
                (s.x + neck, base + 74),
                (s.x, base + 96),
                (s.x - neck, base + 74),
            ],
            closed=True,
        )
    )
    tail = s.x + s.shift * neck * 0.5
    end = polygon(
        [(tail - 46, base + 40), (tail + 46, base + 40), (tail + 62, base + 300), (tail - 50, base + 310)]
    )
    sheet.ink(tone, end, roll)
    for shape in (end, roll):
        sheet.ink(
            mix(tone, p.ink, 0.55),
            shape,
            fade=Fade(s.x + s.shift * neck * 1.6, base + 60, s.x - s.shift * neck, base - 40, 0.9, 0.0),
            slip=False,
        )
    folds = [
        line(
            curve(
                [
                    (s.x - neck * 1.5, base - 10 + k * 26),
                    (s.x, base + 30 + k * 24),
                    (s.x + neck * 1.5, base - 16 + k * 26),
                ]
            ),
            4,
        )
        for k in range(random.randint(1, 2))
    ]
    sheet.ink(mix(tone, p.ink, 0.5), *folds)


_CLOTHES: list[Callable[[Sheet, _Sitter, float, float], None]] = [_roll_neck, _jacket, _crew, _scarf, _jacket]


def _face(sheet: Sheet, s: _Sitter) -> None:
    p, random = sheet.palette, sheet.random
    face = polygon(s.outline())
    for way in (-1, 1):
        ear = oval(s.x + way * s.wide * 0.99, s.brow + s.high * 0.22, 27, 46)
        sheet.ink(s.skin if way != s.shift else s.shade, ear, slip=False)
    sheet.ink(s.skin, face, slip=False)
    # The shadow runs down the brow, out along the nose and back to the chin, as under one lamp.
    nose, k = s.brow + s.high * 0.5, s.shift
    edge = [
        (s.x + k * 14, s.brow - s.high * 1.1),
        (s.x + k * 22, s.brow - s.high * 0.1),
        (s.x - k * 4, s.brow + s.high * 0.12),
        (s.x - k * 24, nose),
        (s.x + k * 16, nose + 10),
        (s.x + k * 14, s.brow + s.high * 0.74),
        (s.x + k * 26, s.brow + s.high * 0.9),
        (s.x + k * 10, s.brow + s.high * 1.25),
    ]
    half = polygon([*edge, (s.x + k * 400, s.brow + s.high * 1.3), (s.x + k * 400, s.brow - s.high * 1.2)])
    sheet.ink(s.shade, half, within=[face], slip=False)
    cheek = s.x - k * s.wide * 0.5
    sheet.ink(
        mix(s.skin, p.accent, 0.4),
        oval(cheek, s.brow + s.high * 0.5, 62),
        fade=Halo(cheek, s.brow + s.high * 0.5, 62, 0.5),
        within=[face],
        slip=False,
    )
    sheet.ink(
        mix(s.skin, p.paper, 0.55),
        face,
        fade=Fade(s.x - k * s.wide * 1.05, s.brow, s.x - k * s.wide * 0.5, s.brow, 0.55, 0.0),
        slip=False,
    )
    dark = mix(s.shade, p.ink, 0.7)
    lift = random.uniform(-6, 8)
    for way in (-1, 1):
        eye = s.x + way * s.wide * 0.44
        brow = curve([(eye - way * 40, s.brow + 4), (eye, s.brow - 14 - lift), (eye + way * 42, s.brow + 4)])
        sheet.ink(
            mix(s.hair, p.ink, 0.3) if s.hair != _HAIRS[-1] else dark,
            line(brow, random.choice((9, 12))),
            slip=False,
        )
        lid = curve([(eye - 30, s.brow + 46), (eye, s.brow + 56), (eye + 30, s.brow + 46)])
        sheet.ink(dark, line(lid, 7), slip=False)
    mouth = s.brow + s.high * 0.73
    smile = random.uniform(4, 13)
    sheet.ink(
        dark,
        line(
            curve(
                [(s.x - 48, mouth - smile * 0.4), (s.x, mouth + smile * 0.6), (s.x + 48, mouth - smile * 0.4)]
            ),
            6,
        ),
        slip=False,
    )
    sheet.ink(
        mix(s.skin, dark, 0.35),
        line([(s.x - 22, mouth + 32), (s.x + 22, mouth + 32)], 5),
        tone=0.8,
        slip=False,
    )


def _glasses(sheet: Sheet, s: _Sitter) -> None:
    p, random = sheet.palette, sheet.random
    frame = random.choice((p.ink, p.ink, p.accent, mix(s.hair, p.ink, 0.5)))
    y, r = s.brow + 44, random.uniform(50, 58)
    rims, lenses = [], []
    square = random.random() < 0.4
    for way in (-1, 1):
        eye = s.x + way * s.wide * 0.44
        ring = (
            polygon(
                curve(
                    [
                        (eye - r, y - r * 0.6),
                        (eye + r, y - r * 0.6),
                        (eye + r * 0.86, y + r * 0.7),
                        (eye - r * 0.86, y + r * 0.7),
                    ],
                    closed=True,
                    steps=8,
                )
            )
            if square
            else oval(eye, y, r)
        )
        lenses.append(ring)
        around = [math.tau * k / 40 for k in range(41)]
        points = ring.points if square else [(eye + r * math.cos(a), y + r * math.sin(a)) for a in around]
        rims.append(line([*points, points[0]], 8))
        rims.append(line([(eye + way * r, y - 8), (s.x + way * s.wide * 1.02, y - 18)], 7))
    rims.append(
        line(curve([(s.x - s.wide * 0.44 + r, y - 6), (s.x, y - 18), (s.x + s.wide * 0.44 - r, y - 6)]), 7)
    )
    for glass in lenses:
        left, top, right, low = glass.bounds()
        sheet.ink(
            p.paper, glass, fade=Fade(left, top, (left + right) / 2, (top + low) / 2, 0.5, 0.0), slip=False
        )
    sheet.ink(frame, *rims)


def _none(sheet: Sheet, s: _Sitter) -> None:
    """Nothing behind, or in front."""


def _hair(sheet: Sheet, s: _Sitter, *shapes, holes=()) -> None:
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


def _cap(
    s: _Sitter, lift: float, side: float, fringe: list[tuple[float, float]]
) -> list[tuple[float, float]]:
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


def _crop_front(sheet: Sheet, s: _Sitter) -> None:
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


def _parting_front(sheet: Sheet, s: _Sitter) -> None:
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


def _bob_back(sheet: Sheet, s: _Sitter) -> None:
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


def _bob_front(sheet: Sheet, s: _Sitter) -> None:
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


def _long_back(sheet: Sheet, s: _Sitter) -> None:
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


def _bun_back(sheet: Sheet, s: _Sitter) -> None:
    knot = blob(s.x + s.shift * s.wide * 0.25, s.brow - s.high * 1.22, 88, 78, sheet.random, rough=0.05)
    _hair(sheet, s, knot)


def _bun_front(sheet: Sheet, s: _Sitter) -> None:
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


def _curls_front(sheet: Sheet, s: _Sitter, reach: float = 1.12, rise: float = 0.74) -> None:
    random = sheet.random
    x, y, w, h = s.x, s.brow, s.wide, s.high
    locks = []
    for i in range(17):
        angle = math.pi * (-0.1 + 1.2 * i / 16)
        at = x - w * reach * math.cos(angle), y - h * 0.4 - h * rise * math.sin(angle)
        locks.append(blob(*at, random.uniform(56, 76), random.uniform(52, 72), random, rough=0.1))
    fringe = [(-0.98, 0.0), (-0.82, -0.4), (-0.3, -0.6), (0.3, -0.6), (0.82, -0.4), (0.98, 0.0)]
    _hair(sheet, s, *locks, polygon(_cap(s, 0.1, 1.0, fringe)))


def _halo_front(sheet: Sheet, s: _Sitter) -> None:
    _curls_front(sheet, s, reach=1.34, rise=0.9)


def _bald_front(sheet: Sheet, s: _Sitter) -> None:
    x, y, w, h = s.x, s.brow, s.wide, s.high
    sides = []
    for way in (-1, 1):
        edge = [(1.04, 0.12), (1.08, -0.22), (0.94, -0.42), (0.86, -0.1), (0.94, 0.12)]
        sides.append(polygon(curve([(x + way * w * a, y + h * b) for a, b in edge], closed=True, steps=5)))
    _hair(sheet, s, *sides)


def _beard_front(sheet: Sheet, s: _Sitter) -> None:
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


def _headscarf(sheet: Sheet, s: _Sitter, outer: list[tuple[float, float]]) -> None:
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


def _scarf_front(sheet: Sheet, s: _Sitter) -> None:
    upper = [(1.2, -0.4), (1.24, 0.4), (1.1, 1.1), (1.36, 1.75), (0, 2.1), (-1.36, 1.75), (-1.1, 1.1)]
    _headscarf(sheet, s, [*upper, (-1.24, 0.4), (-1.2, -0.4), (-0.7, -1.08), (0, -1.24), (0.7, -1.08)])


def _hat_front(sheet: Sheet, s: _Sitter) -> None:
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


_Part = Callable[[Sheet, _Sitter], None]
# What is printed behind the head and what before it.
_STYLES: dict[str, tuple[_Part, _Part]] = {
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
