"""Things that stand in more than one scene: skies, hills, houses, trees, boats and people."""

import math
from itertools import pairwise
from random import Random

from demo.art.palette import Colour, mix
from demo.art.press import Fade, Point, Shape, Sheet, blob, box, curve, hole, line, oval, polygon


def sky(sheet: Sheet, horizon: float, *, sun: bool = True, clouds: bool = True) -> Point:
    """Print the sky down to ``horizon`` (in units); return where the sun, or the moon, stands."""
    p, random = sheet.palette, sheet.random
    sheet.ink(p.sky, box(-20, -20, sheet.width + 20, horizon + 40), slip=False)
    room = horizon - sheet.top
    sheet.ink(
        p.glow,
        box(-20, sheet.top * 0.9 - 20, sheet.width + 20, horizon + 40),
        fade=Fade(0, horizon, 0, horizon - room * random.uniform(0.85, 1.1), 1.0, 0.0),
        slip=False,
    )
    x = sheet.width * (0.5 + sheet.side * random.uniform(0.12, 0.36))
    radius = random.uniform(52, 118)
    y = horizon - room * random.uniform(0.2, 0.68)
    if clouds:
        _clouds(sheet, horizon)
    if sun:
        sheet.glow(p.sun, x, y, radius * 2.6, 0.42)
        sheet.ink(p.sun, oval(x, y, radius))
    return x, y


def _clouds(sheet: Sheet, horizon: float) -> None:
    p, random = sheet.palette, sheet.random
    room = horizon - sheet.top
    if random.random() < 0.2:
        return
    for _ in range(random.randint(2, 5)):
        x, y = random.uniform(0, sheet.width), sheet.top + room * random.uniform(0.06, 0.72)
        length = random.uniform(130, 460)
        bars = []
        for i in range(random.randint(2, 4)):
            half, thick = length * random.uniform(0.35, 1) / 2, random.uniform(6, 15)
            bars.append(lens(x + random.uniform(-0.2, 0.2) * length, y + i * 15, half, thick))
        tone = mix(p.sky, p.glow, 0.75) if random.random() < 0.6 else mix(p.glow, p.far, 0.35)
        sheet.ink(tone, *bars, fade=Fade(0, y - 16, 0, y + 62, 1.0, 0.55))


def lens(x: float, y: float, half: float, thick: float) -> Shape:
    """Return a long bar with pointed ends and a flat underside, such as a cloud or a glint."""
    top = [(x - half, y), (x - half * 0.5, y - thick * 0.8), (x + half * 0.3, y - thick), (x + half, y)]
    under = [(x + half * 0.4, y + thick * 0.3), (x - half * 0.4, y + thick * 0.35)]
    return polygon(curve(top + under, closed=True, steps=6))


def birds(sheet: Sheet, low: float) -> None:
    """Print a few birds above ``low``."""
    random = sheet.random
    x, y = random.uniform(0.15, 0.8) * sheet.width, sheet.top + (low - sheet.top) * random.uniform(0.3, 0.7)
    strokes = []
    for _ in range(random.randint(3, 8)):
        bx, by, span = x + random.uniform(-120, 120), y + random.uniform(-46, 46), random.uniform(9, 18)
        wing = [(bx - span, by - span * 0.15), (bx - span * 0.45, by - span * 0.45), (bx, by)]
        strokes.append(line(curve([*wing, (bx + span * 0.45, by - span * 0.5), (bx + span, by)]), 2.6))
    sheet.ink(sheet.palette.ink, *strokes)


def skyline(
    random: Random, width: float, base: float, rise: float, *, swell: float = 1.6, rough: float = 0.25
) -> list[Point]:
    """Return the crest of a range of hills across ``width``, about ``base`` and at most ``rise`` above it."""
    waves = [(swell * 2**i, random.uniform(0, math.tau), rough**i) for i in range(4)]
    total = sum(weight for _, _, weight in waves)
    crest = []
    for i in range(61):
        x = -30 + (width + 60) * i / 60
        share = sum(weight * math.sin(x / 1000 * swell_ + phase) for swell_, phase, weight in waves) / total
        crest.append((x, base - rise * (0.5 + 0.5 * share)))
    return crest


def ground(crest: list[Point], low: float) -> Shape:
    """Return the land under a crest, down to ``low``."""
    return polygon([*crest, (crest[-1][0], low), (crest[0][0], low)])


def height_at(crest: list[Point], x: float) -> float:
    """Return the height of a crest at ``x``."""
    for (x0, y0), (x1, y1) in pairwise(crest):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0 or 1)
    return crest[-1][1] if x > crest[-1][0] else crest[0][1]


def hill(sheet: Sheet, crest: list[Point], low: float, colour: Colour, shade: Colour, light: Colour) -> Shape:
    """Print a hill: lit along the crest, shaded below, falling into shadow away from the light."""
    land = ground(crest, low)
    top = min(y for _, y in crest)
    bottom = min(low, top + 420)
    sheet.ink(colour, land)
    sheet.ink(light, land, fade=Fade(0, top, 0, top + (bottom - top) * 0.5, 0.62, 0.0), slip=False)
    away = sheet.width if sheet.side < 0 else 0
    near = sheet.width - away
    sheet.ink(shade, land, fade=Fade(away, bottom, (away + near) / 2, top, 0.85, 0.0), slip=False)
    return land


def shadow(
    sheet: Sheet, x: float, y: float, width: float, length: float, colour: Colour, tone: float = 0.7
) -> None:
    """Print the long shadow of something ``width`` wide that stands at (x, y)."""
    reach = -sheet.side * length
    drop = length * 0.2
    shape = polygon(
        [
            (x - width / 2, y),
            (x + width / 2, y),
            (x + width * 0.36 + reach, y + drop),
            (x - width * 0.36 + reach, y + drop),
        ]
    )
    sheet.ink(
        colour, shape, fade=Fade(x, y, x + reach, y + drop, tone, tone * 0.12), multiply=False, slip=False
    )


def round_tree(sheet: Sheet, x: float, y: float, size: float, dark: Colour, lit: Colour) -> None:
    """Print a broad tree that stands at (x, y) and is about ``size`` high."""
    random = sheet.random
    sheet.ink(sheet.palette.ink, line([(x, y), (x + size * 0.02, y - size * 0.5)], size * 0.06))
    crowns = [
        blob(x + dx * size, y - size * (0.62 + dy), size * r, size * r * 0.86, random)
        for dx, dy, r in ((-0.18, -0.04, 0.27), (0.2, 0.0, 0.25), (0.02, 0.18, 0.27))
    ]
    sheet.ink(dark, *crowns)
    edge = x + sheet.side * size * 0.45
    sheet.ink(
        lit, *crowns, fade=Fade(edge, y - size, x - sheet.side * size * 0.12, y - size * 0.5, 0.95, 0.0)
    )


def poplar(sheet: Sheet, x: float, y: float, size: float, dark: Colour, lit: Colour) -> None:
    """Print a slim upright tree."""
    half = size * 0.13
    points = [
        (x, y - size),
        (x + half, y - size * 0.55),
        (x + half * 0.7, y - size * 0.1),
        (x, y - size * 0.04),
    ]
    shape = polygon(
        curve([*points, (x - half * 0.7, y - size * 0.1), (x - half, y - size * 0.55)], closed=True, steps=6)
    )
    sheet.ink(sheet.palette.ink, line([(x, y), (x, y - size * 0.2)], size * 0.035))
    sheet.ink(dark, shape)
    sheet.ink(lit, shape, fade=Fade(x + sheet.side * half, y, x - sheet.side * half * 0.4, y, 0.95, 0.0))


def conifer(sheet: Sheet, x: float, y: float, size: float, dark: Colour, lit: Colour) -> None:
    """Print a pointed tree in three tiers."""
    tiers = []
    for i in range(3):
        half, low = size * (0.15 + 0.06 * i), y - size * (0.56 - 0.24 * i)
        tiers.append(polygon([(x, y - size * (1 - 0.22 * i)), (x + half, low), (x - half, low)]))
    sheet.ink(sheet.palette.ink, line([(x, y), (x, y - size * 0.15)], size * 0.05))
    sheet.ink(dark, *tiers)
    sheet.ink(lit, *tiers, fade=Fade(x + sheet.side * size * 0.25, y, x - sheet.side * 2, y, 0.9, 0.0))


def house(
    sheet: Sheet,
    x: float,
    y: float,
    wide: float,
    high: float,
    wall: Colour,
    roof: Colour,
    *,
    gable: bool = True,
    lamps: float = 0.15,
    floors: int = 2,
    columns: int = 2,
    chimney: bool = True,
) -> None:
    """Print a house that stands on ``y`` from ``x`` to ``x + wide``; ``lamps`` is the share that is lit."""
    p, random = sheet.palette, sheet.random
    pitch = min(wide * random.uniform(0.42, 0.62), high * 0.7)
    top = y - high
    if chimney:
        stack = x + wide * random.choice((0.2, 0.72))
        sheet.ink(roof, box(stack, top - pitch * 0.95, stack + wide * 0.11, top + 2))
        sheet.ink(
            p.accent, box(stack - 2, top - pitch * 0.95 - 6, stack + wide * 0.11 + 2, top - pitch * 0.95)
        )
    if gable:
        body = polygon([(x, y), (x, top), (x + wide / 2, top - pitch), (x + wide, top), (x + wide, y)])
        sheet.ink(wall, body)
        shade = polygon([(x + wide / 2, top - pitch), (x + wide, top), (x + wide, y), (x + wide / 2, y)])
        if sheet.side > 0:
            shade = polygon([(x + wide / 2, top - pitch), (x, top), (x, y), (x + wide / 2, y)])
        sheet.ink(roof, shade, tone=0.3, slip=False)
        eaves = [
            (x - wide * 0.05, top + pitch * 0.1),
            (x + wide / 2, top - pitch),
            (x + wide * 1.05, top + pitch * 0.1),
        ]
        sheet.ink(roof, line(eaves, max(4.0, wide * 0.055)))
    else:
        sheet.ink(wall, box(x, top, x + wide, y))
        dark = x + wide if sheet.side < 0 else x
        sheet.ink(
            roof,
            box(x, top, x + wide, y),
            fade=Fade(dark, 0, dark + sheet.side * wide * 0.7, 0, 0.6, 0),
            slip=False,
        )
        inset = wide * random.uniform(0.0, 0.14)
        edges = [
            (x - wide * 0.03, top + 2),
            (x + inset, top - pitch * 0.8),
            (x + wide - inset, top - pitch * 0.8),
        ]
        sheet.ink(roof, polygon([*edges, (x + wide * 1.03, top + 2)]))
    pane = wide / (columns * 2 + 1)
    storey = high / floors
    lit: list[Shape] = []
    unlit: list[Shape] = []
    for row in range(floors):
        for column in range(columns):
            left = x + pane * (2 * column + 1)
            head = top + storey * (row + 0.28)
            window = box(left, head, left + pane, head + storey * 0.46)
            (lit if random.random() < lamps else unlit).append(window)
    sheet.ink(mix(roof, p.ink, 0.55), *unlit)
    sheet.ink(p.light, *lit)


def person(
    sheet: Sheet, x: float, y: float, tall: float, coat: Colour, *, cast: Colour | None = None
) -> None:
    """Print a person standing at (x, y), as a few plain forms, with a long shadow if ``cast`` is given."""
    random = sheet.random
    if cast is not None:
        shadow(sheet, x, y, tall * 0.2, tall * 1.6, cast, 0.75)
    lean = random.uniform(-0.03, 0.03) * tall
    sheet.ink(
        sheet.palette.ink,
        line([(x - tall * 0.05, y), (x - tall * 0.03 + lean, y - tall * 0.42)], tall * 0.07),
        line([(x + tall * 0.06, y), (x + tall * 0.03 + lean, y - tall * 0.42)], tall * 0.07),
        oval(x + lean * 1.6, y - tall * 0.91, tall * 0.066, tall * 0.078),
    )
    hem, neck = y - tall * random.choice((0.24, 0.34, 0.4)), y - tall * 0.82
    sheet.ink(
        coat,
        polygon(
            [
                (x - tall * 0.13, hem),
                (x + lean - tall * 0.1, neck + tall * 0.05),
                (x + lean - tall * 0.03, neck),
                (x + lean + tall * 0.03, neck),
                (x + lean + tall * 0.1, neck + tall * 0.05),
                (x + tall * 0.13, hem),
            ]
        ),
    )


def sailing_boat(sheet: Sheet, x: float, y: float, size: float, hull: Colour, sail: Colour) -> None:
    """Print a small boat under sail, ``size`` high, afloat at ``y``."""
    toward = sheet.random.choice((-1, 1))
    mast = x + toward * size * 0.05
    deck = y - size * 0.1
    sheet.ink(sheet.palette.ink, line([(mast, deck), (mast, y - size)], size * 0.025))
    main = curve(
        [(mast - toward * 3, y - size * 0.97), (mast - toward * size * 0.3, y - size * 0.5)], steps=4
    )
    sheet.ink(
        sail,
        polygon(
            [
                *main,
                (mast - toward * size * 0.42, deck - size * 0.06),
                (mast - toward * 3, deck - size * 0.06),
            ]
        ),
    )
    jib = [(mast + toward * 3, y - size * 0.86), (mast + toward * size * 0.34, deck - size * 0.03)]
    sheet.ink(mix(sail, sheet.palette.far, 0.4), polygon([*jib, (mast + toward * 3, deck - size * 0.05)]))
    half = size * 0.42
    sheet.ink(
        hull,
        polygon([(x - half, deck), (x + half, deck), (x + half * 0.72, y + 2), (x - half * 0.72, y + 2)]),
    )
    ripples(sheet, x, y + 4, half, size * 0.5, hull, sail)


def moored_boat(sheet: Sheet, x: float, y: float, size: float, hull: Colour, trim: Colour) -> None:
    """Print a moored fishing boat, ``size`` long, afloat at ``y``."""
    toward = sheet.random.choice((-1, 1))
    half, free = size / 2, size * 0.15
    mast = x + toward * size * 0.08
    sheet.ink(
        sheet.palette.ink,
        line([(mast, y - free), (mast, y - size * 0.95)], size * 0.018),
        line([(mast, y - size * 0.9), (x + toward * half, y - free)], 1.6),
        line([(mast, y - size * 0.9), (x - toward * half, y - free)], 1.6),
        line([(mast, y - size * 0.34), (mast - toward * size * 0.36, y - size * 0.3)], size * 0.022),
    )
    cabin = x - toward * size * 0.16
    sheet.ink(sheet.palette.paper, box(cabin - size * 0.1, y - size * 0.3, cabin + size * 0.1, y - free + 2))
    sheet.ink(
        sheet.palette.ink, box(cabin - size * 0.06, y - size * 0.26, cabin + size * 0.05, y - size * 0.2)
    )
    bow = [(x + toward * half * 1.06, y - free * 1.5), (x + toward * half * 0.76, y + free * 0.3)]
    stern = [(x - toward * half * 0.86, y + free * 0.3), (x - toward * half, y - free)]
    shape = polygon([*bow, *stern])
    sheet.ink(hull, shape)
    sheet.ink(trim, line([stern[1], (x + toward * half * 0.3, y - free * 1.05), bow[0]], size * 0.03))
    ripples(sheet, x, y + free * 0.3 + 3, half, size * 0.55, hull, trim)


def ripples(sheet: Sheet, x: float, y: float, half: float, deep: float, dark: Colour, light: Colour) -> None:
    """Print the broken reflection of something ``half`` to either side of ``x`` on water below ``y``."""
    random = sheet.random
    bars = []
    step = max(5.0, deep / 9)
    count = int(deep / step)
    for i in range(count):
        reach = half * (1 - i / count * 0.6) * random.uniform(0.7, 1.05)
        bars.append(lens(x + random.uniform(-0.2, 0.2) * half, y + i * step, reach, step * 0.36))
    sheet.ink(dark, *bars, tone=0.8)
    sheet.ink(
        light,
        *[
            lens(x + random.uniform(-0.6, 0.6) * half, y + i * step, half * 0.3, step * 0.2)
            for i in range(0, count, 2)
        ],
    )


def water(
    sheet: Sheet, top: float, low: float, colour: Colour, deep: Colour, glint: Colour, sun_x: float | None
) -> None:
    """Print open water from ``top`` to ``low``, darker towards us, with the sun's road on it if any."""
    random = sheet.random
    body = box(-20, top, sheet.width + 20, low)
    sheet.ink(colour, body)
    sheet.ink(deep, body, fade=Fade(0, low, 0, top, 0.9, 0.0), slip=False)
    strips = []
    room = low - top
    y = top + 6
    while y < low:
        near = (y - top) / room
        for _ in range(random.randint(1, 3)):
            strips.append(
                lens(
                    random.uniform(0, sheet.width),
                    y,
                    random.uniform(30, 90) * (0.5 + near * 2),
                    1.6 + near * 5,
                )
            )
        y += 9 + near * 34
    sheet.ink(glint, *strips, tone=0.5)
    if sun_x is None:
        return
    road = []
    y = top + 4
    while y < low:
        near = (y - top) / room
        half = (26 + near * 120) * random.uniform(0.35, 1)
        road.append(lens(sun_x + random.uniform(-1, 1) * (10 + near * 40), y, half, 2 + near * 6.5))
        y += 7 + near * 15
    sheet.ink(glint, *road)


def stars(sheet: Sheet, low: float, count: int) -> None:
    """Print stars above ``low``, a few of them large."""
    random = sheet.random
    dots = []
    for _ in range(count):
        x, y = random.uniform(0, sheet.width), random.uniform(0, 1) ** 0.9 * low
        dots.append(oval(x, y, random.choice((1.2, 1.2, 1.6, 2.2, 3.4))))
    sheet.ink(sheet.palette.sun, *dots, slip=False)


def moon(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """Print a full or a crescent moon."""
    p = sheet.palette
    sheet.glow(p.sun, x, y, radius * 3.2, 0.3)
    if sheet.random.random() < 0.5:
        sheet.ink(p.sun, oval(x, y, radius))
    else:
        sheet.ink(p.sun, oval(x, y, radius), hole(oval(x + radius * 0.42, y - radius * 0.16, radius * 0.86)))


def lighthouse(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Print a lighthouse ``size`` high at (x, y), its lamp lit."""
    p = sheet.palette
    foot, head = size * 0.11, size * 0.07
    tower = polygon([(x - foot, y), (x - head, y - size * 0.8), (x + head, y - size * 0.8), (x + foot, y)])
    sheet.ink(p.paper, tower)
    shade = polygon(
        [(x, y), (x, y - size * 0.8), (x - sheet.side * head, y - size * 0.8), (x - sheet.side * foot, y)]
    )
    sheet.ink(p.far, shade, tone=0.75)
    for low in (0.22, 0.52):
        a, b = foot - (foot - head) * low / 0.8, foot - (foot - head) * (low + 0.14) / 0.8
        sheet.ink(
            p.accent,
            polygon(
                [
                    (x - a, y - size * low),
                    (x - b, y - size * (low + 0.14)),
                    (x + b, y - size * (low + 0.14)),
                    (x + a, y - size * low),
                ]
            ),
        )
    sheet.ink(p.ink, box(x - head * 1.4, y - size * 0.83, x + head * 1.4, y - size * 0.8))
    sheet.ink(p.light, box(x - head * 0.75, y - size * 0.92, x + head * 0.75, y - size * 0.83))
    sheet.ink(p.ink, polygon([(x - head, y - size * 0.92), (x, y - size), (x + head, y - size * 0.92)]))
    beam = -sheet.side * sheet.width
    rays = polygon([(x, y - size * 0.875), (x + beam, y - size * 1.12), (x + beam, y - size * 0.74)])
    sheet.ink(p.light, rays, fade=Fade(x, y, x + beam * 0.62, y, 0.6, 0.0), slip=False)


def lit(
    sheet: Sheet, colour: Colour, *shapes: Shape, shade: float = 0.8, light: float = 0.45, down: bool = False
) -> None:
    """Print something in the scene's light: pale on one side and falling into shadow on the other.

    ``shade`` and ``light`` (0 to 1) say how strongly; ``down`` lets the light come from above instead.
    """
    p = sheet.palette
    bounds = [shape.bounds() for shape in shapes if not shape.hole]
    left, right = min(b[0] for b in bounds), max(b[2] for b in bounds)
    top, low = min(b[1] for b in bounds), max(b[3] for b in bounds)
    sheet.ink(colour, *shapes)
    if down:
        ends = (0.0, top, 0.0, low)
    else:
        ends = (left, 0.0, right, 0.0) if sheet.side < 0 else (right, 0.0, left, 0.0)
    x0, y0, x1, y1 = ends
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    if light:
        sheet.ink(mix(colour, p.glow, 0.6), *shapes, fade=Fade(x0, y0, *middle, light, 0.0), slip=False)
    if shade:
        sheet.ink(mix(colour, p.ink, 0.6), *shapes, fade=Fade(x1, y1, *middle, shade, 0.0), slip=False)


def clock(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """Print a round clock about (x, y), showing some time of day."""
    p, random = sheet.palette, sheet.random
    sheet.ink(p.ink, oval(x, y, radius * 1.14))
    sheet.ink(p.paper, oval(x, y, radius))
    sheet.ink(p.far, oval(x, y, radius), fade=Fade(x - sheet.side * radius, y, x, y, 0.6, 0.0), slip=False)
    strokes = []
    for mark in range(12):
        angle = mark / 12 * math.tau
        ends = [(x + math.cos(angle) * radius * k, y + math.sin(angle) * radius * k) for k in (0.76, 0.9)]
        strokes.append(line(ends, radius * (0.05 if mark % 3 else 0.1)))
    for turn, reach, width in ((random.random(), 0.5, 0.1), (random.random(), 0.74, 0.06)):
        angle = turn * math.tau
        strokes.append(
            line(
                [(x, y), (x + math.cos(angle) * radius * reach, y + math.sin(angle) * radius * reach)],
                radius * width,
            )
        )
    sheet.ink(p.ink, *strokes, oval(x, y, radius * 0.07), slip=False)
