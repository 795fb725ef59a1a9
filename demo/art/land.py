"""Scenes of open country and open water."""

import math
from itertools import pairwise

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, blob, box, curve, line, oval, polygon


def hills(sheet: Sheet) -> None:
    """Rolling hills, one behind the other, with a path and a few trees."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.4, 0.52))
    motifs.sky(sheet, horizon)
    layers = random.randint(4, 6)
    crest = []
    for i in range(layers):
        share = i / (layers - 1)
        colour = mix(p.far, p.mid, share * 2) if share < 0.5 else mix(p.mid, p.near, share * 2 - 1)
        base = horizon + (sheet.height - horizon) * (share**1.25 * 0.8) + 20
        crest = motifs.skyline(
            random,
            sheet.width,
            base,
            random.uniform(90, 200) * (1.1 - 0.3 * share),
            swell=random.uniform(1.6, 3.4),
        )
        motifs.hill(
            sheet, crest, sheet.height + 20, colour, mix(colour, p.ink, 0.5), mix(colour, p.glow, 0.75)
        )
        if i in (1, 2, 3) and i < layers - 1:
            for _ in range(random.randint(2, 7)):
                x = random.uniform(0.03, 0.97) * sheet.width
                y = motifs.height_at(crest, x) + random.uniform(4, 30)
                size = random.uniform(34, 60) * (0.6 + share)
                motifs.shadow(sheet, x, y, size * 0.4, size * 1.9, mix(colour, p.ink, 0.6))
                tree = motifs.poplar if random.random() < 0.4 else motifs.round_tree
                tree(sheet, x, y, size, mix(p.near, p.ink, 0.3), mix(p.mid, p.glow, 0.4))
        if i == layers - 2:
            _path(sheet, crest, base)
            if sheet.says("bog", "moss") or random.random() < 0.25:
                _pools(sheet, base)
            x = random.uniform(0.2, 0.75) * sheet.width
            y = motifs.height_at(crest, x) + 26
            motifs.shadow(sheet, x + 45, y, 80, 220, mix(colour, p.ink, 0.6))
            motifs.house(sheet, x, y, 92, 46, p.paper, p.accent, gable=False, floors=1, columns=3, lamps=0.4)
            extra = random.choice((_avenue, _village, None))
            if extra:
                extra(sheet, crest, x)
    for _ in range(random.randint(1, 2)):
        x = sheet.width * (0.5 - sheet.side * random.uniform(0.22, 0.42))
        y = motifs.height_at(crest, x) + 18
        size = random.uniform(150, 230)
        motifs.shadow(sheet, x, y, size * 0.35, size * 1.5, p.ink)
        motifs.round_tree(sheet, x, y, size, mix(p.near, p.ink, 0.6), mix(p.mid, p.accent, 0.25))


def _avenue(sheet: Sheet, crest: list[tuple[float, float]], home: float) -> None:
    """Print a row of poplars that leads along the crest from the house."""
    p, random = sheet.palette, sheet.random
    way = 1 if home < sheet.width / 2 else -1
    start = home + (150 if way > 0 else -60)
    for i in range(random.randint(6, 11)):
        x = start + way * 58 * i
        y = motifs.height_at(crest, x) + 22
        size = random.uniform(92, 128)
        motifs.shadow(sheet, x, y, size * 0.2, size * 1.4, mix(p.near, p.ink, 0.5))
        motifs.poplar(sheet, x, y, size, mix(p.near, p.ink, 0.4), mix(p.mid, p.glow, 0.4))


def _village(sheet: Sheet, crest: list[tuple[float, float]], home: float) -> None:
    """Print a few more houses and a steeple beside the house."""
    p, random = sheet.palette, sheet.random
    way = 1 if home < sheet.width / 2 else -1
    walls = (p.paper, p.glow, mix(p.accent, p.paper, 0.5))
    for i in range(random.randint(4, 6)):
        x = home + way * (112 + 84 * i)
        y = motifs.height_at(crest, x) + 20 + random.uniform(0, 26)
        if i == 1:
            motifs.lit(sheet, p.paper, box(x, y - 118, x + 38, y))
            motifs.lit(sheet, p.accent, polygon([(x - 5, y - 116), (x + 19, y - 214), (x + 43, y - 116)]))
        wall = walls[i % 3]
        motifs.house(
            sheet, x + 10, y, random.uniform(56, 84), 44, wall, p.accent, floors=1, columns=2, lamps=0.4
        )


def _path(sheet: Sheet, crest: list[tuple[float, float]], base: float) -> None:
    random = sheet.random
    x = random.uniform(0.3, 0.7) * sheet.width
    y = motifs.height_at(crest, x)
    left, right = [], []
    for i in range(6):
        t = i / 5
        bend = math.sin(t * 4 + random.uniform(-0.3, 0.3)) * 130 * (0.3 + t)
        py = y + (sheet.height + 40 - y) * t**1.3
        left.append((x + bend - 3 - 46 * t * t, py))
        right.append((x + bend + 3 + 46 * t * t, py))
    shape = polygon(curve(left) + curve(right)[::-1])
    sheet.ink(mix(sheet.palette.glow, sheet.palette.sky, 0.2), shape)


def _pools(sheet: Sheet, base: float) -> None:
    random = sheet.random
    for i in range(7):
        y = base + 20 + i * 34
        x = random.uniform(0.05, 0.95) * sheet.width
        half = random.uniform(40, 130) * (0.7 + i * 0.16)
        sheet.ink(sheet.palette.glow, motifs.lens(x, y, half, 8 + i * 2.2))
        sheet.ink(sheet.palette.sky, motifs.lens(x, y + 4, half * 0.8, 5 + i * 1.6), tone=0.7)


def mountains(sheet: Sheet) -> None:
    """Sharp peaks, half in light and half in shadow, above a lake or scree."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.62, 0.7))
    motifs.sky(sheet, horizon)
    room = horizon - sheet.top
    if sheet.says("quarry"):
        _terraces(sheet, horizon)
    else:
        for depth, (colour, rise) in enumerate(((p.far, 0.78), (p.mid, 0.6))):
            count = random.randint(3, 4) + depth
            for i in sorted(range(count), key=lambda _: random.random()):
                x = (i + random.uniform(0.2, 0.8)) / count * sheet.width
                high = room * rise * random.uniform(0.6, 1.08)
                _peak(sheet, x, horizon + 30, high, high * random.uniform(0.75, 1.05), colour)
    low = sheet.height + 20
    motifs.water(sheet, horizon, low, mix(p.far, p.glow, 0.35), p.mid, p.glow, None)
    for _ in range(5):
        x = random.uniform(0, sheet.width)
        motifs.ripples(
            sheet, x, horizon + 8, 90, (sheet.height - horizon) * 0.4, mix(p.mid, p.near, 0.5), p.glow
        )
    shore = motifs.skyline(random, sheet.width, sheet.height - 20, 150, swell=2.4)
    for _ in range(random.randint(9, 16)):
        x = random.uniform(0, sheet.width)
        size = random.uniform(70, 190)
        motifs.conifer(sheet, x, motifs.height_at(shore, x) + 14, size, p.near, mix(p.mid, p.glow, 0.3))
    motifs.hill(sheet, shore, low, p.near, p.ink, p.mid)
    motifs.birds(sheet, horizon)


def _peak(
    sheet: Sheet, x: float, base: float, high: float, wide: float, colour: tuple[int, int, int]
) -> None:
    p, random = sheet.palette, sheet.random
    apex = (x, base - high)
    ridge = [apex]
    for i in range(1, 6):
        ridge.append(
            (x + random.uniform(-0.09, 0.09) * wide + sheet.side * wide * 0.03 * i, base - high * (1 - i / 5))
        )
    left, right = (x - wide * random.uniform(0.75, 1), base), (x + wide * random.uniform(0.75, 1), base)
    sunlit, dark = (right, left) if sheet.side > 0 else (left, right)
    sheet.ink(mix(colour, p.glow, 0.62), polygon([*ridge, sunlit]))
    face = polygon([*ridge, dark])
    sheet.ink(colour, face)
    sheet.ink(
        mix(colour, p.ink, 0.45),
        face,
        fade=Fade(apex[0], apex[1], apex[0], base - high * 0.15, 0.75, 0.0),
        slip=False,
    )
    cap = high * random.uniform(0.24, 0.4)

    def on(end: tuple[float, float], share: float) -> tuple[float, float]:
        return apex[0] + (end[0] - apex[0]) * share, apex[1] + (end[1] - apex[1]) * share

    share = cap / high
    teeth = []
    for i in range(7):
        a, b = on(left, share), on(right, share)
        t = i / 6
        teeth.append(
            (a[0] + (b[0] - a[0]) * t, a[1] + (0 if i in (0, 6) else (38 if i % 2 else -26) * high / 500))
        )
    snow = polygon([apex, *teeth])
    sheet.ink(p.paper, snow, within=[polygon([*ridge, sunlit])], slip=False)
    sheet.ink(mix(p.paper, colour, 0.45), snow, within=[face], slip=False)


def _terraces(sheet: Sheet, horizon: float) -> None:
    p, random = sheet.palette, sheet.random
    room = horizon - sheet.top
    steps = 7
    for i in range(steps):
        t = i / (steps - 1)
        top = horizon - room * (0.74 - 0.66 * t)
        edge = sheet.width * (0.26 + 0.5 * t + random.uniform(-0.03, 0.03))
        start = sheet.width if sheet.side < 0 else 0
        at = [
            start,
            start + (1 if sheet.side > 0 else -1) * edge * 1.05,
            start + (1 if sheet.side > 0 else -1) * edge * 1.17,
        ]
        tread = polygon([(at[0], top), (at[1], top), (at[2], horizon + 30), (at[0], horizon + 30)])
        colour = mix(p.far, p.mid, t)
        sheet.ink(mix(colour, p.glow, 0.5), tread)
        riser = polygon([(at[0], top + 16), (at[1], top + 16), (at[2], horizon + 30), (at[0], horizon + 30)])
        sheet.ink(colour, riser)
        sheet.ink(p.near, riser, fade=Fade(0, top + 110, 0, top + 16, 0.0, 0.7), slip=False)


def fields(sheet: Sheet) -> None:
    """Furrows running to a low horizon, hedges, a barn and a tree."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.36, 0.5))
    motifs.sky(sheet, horizon)
    far = motifs.skyline(random, sheet.width, horizon + 20, 70)
    motifs.hill(sheet, far, sheet.height, p.far, p.mid, p.glow)
    vanish = (sheet.width * random.uniform(0.25, 0.75), horizon - 60)
    low = sheet.height + 20
    sheet.ink(p.mid, box(-20, horizon + 26, sheet.width + 20, low))
    bounds = sorted(random.uniform(-0.7, 1.7) for _ in range(6))
    edges = [-2.4, *bounds, 3.4]
    colours = [
        p.mid,
        mix(p.mid, p.glow, 0.5),
        p.far,
        mix(p.near, p.mid, 0.4),
        mix(p.far, p.glow, 0.6),
        p.glow,
    ]
    start = random.randrange(6)

    def at(share: float, y: float) -> tuple[float, float]:
        t = (y - vanish[1]) / (low - vanish[1])
        return vanish[0] + (share * sheet.width - vanish[0]) * t, y

    top = horizon + 26
    for i, (a, b) in enumerate(pairwise(edges)):
        colour = colours[(start + i) % 6]
        strip = polygon([at(a, top), at(b, top), at(b, low), at(a, low)])
        sheet.ink(colour, strip)
        rows = max(4, int((b - a) * random.choice((16, 26))))
        furrows = []
        for j in range(rows):
            c, d = a + (b - a) * j / rows, a + (b - a) * (j + 0.42) / rows
            furrows.append(polygon([at(c, top), at(d, top), at(d, low), at(c, low)]))
        sheet.ink(mix(colour, p.near, 0.55), *furrows, fade=Fade(0, low, 0, top, 1.0, 0.25))
    flooded = sheet.says("gauge", "sea", "flood")
    if flooded:
        for _ in range(9):
            y = random.uniform(top + 60, low)
            sheet.ink(
                p.glow,
                motifs.lens(
                    random.uniform(0, sheet.width), y, random.uniform(160, 420), 10 + (y - top) * 0.04
                ),
            )
    for _ in range(random.randint(2, 3)):
        _hedge(sheet, random.uniform(top + 10, top + (low - top) * 0.42))
    x = random.uniform(0.12, 0.7) * sheet.width
    y = top + random.uniform(26, 70)
    motifs.shadow(sheet, x + 60, y, 110, 260, p.ink)
    motifs.house(sheet, x, y, 130, 58, p.paper, p.accent, gable=False, floors=1, columns=4, lamps=0.2)
    x = sheet.width * (0.5 - sheet.side * random.uniform(0.2, 0.36))
    y = top + (low - top) * random.uniform(0.4, 0.62)
    size = random.uniform(230, 340)
    motifs.shadow(sheet, x, y, size * 0.3, size * 1.8, p.ink)
    if flooded:
        _gauge(sheet, x, y, size * 1.2)
    else:
        motifs.round_tree(sheet, x, y, size, mix(p.near, p.ink, 0.4), mix(p.mid, p.glow, 0.35))
    if random.random() < 0.7:
        px = sheet.width * (0.5 + sheet.side * random.uniform(0.05, 0.3))
        motifs.person(sheet, px, y + 60, 84, p.accent, cast=p.ink)
    motifs.birds(sheet, horizon)


def _hedge(sheet: Sheet, y: float) -> None:
    p, random = sheet.palette, sheet.random
    crowns = []
    x = -20.0
    tilt = random.uniform(-0.05, 0.05)
    gap = random.uniform(0.2, 0.8) * sheet.width
    size = 12 + (y - sheet.y(0.45)) * 0.06
    while x < sheet.width + 20:
        if abs(x - gap) > size * 3:
            crowns.append(
                blob(x, y + x * tilt, size * random.uniform(1, 1.7), size * random.uniform(0.8, 1.4), random)
            )
        x += size * 1.25
    sheet.ink(mix(p.near, p.ink, 0.3), *crowns)
    sheet.ink(mix(p.mid, p.glow, 0.3), *crowns, fade=Fade(0, y - size * 2, 0, y + size, 0.7, 0.0))


def _gauge(sheet: Sheet, x: float, y: float, size: float) -> None:
    p = sheet.palette
    sheet.ink(p.paper, box(x - 16, y - size, x + 16, y))
    sheet.ink(
        p.ink,
        *[box(x - 16, y - size + i * size / 12, x + 16, y - size + (i + 0.5) * size / 12) for i in range(12)],
    )
    sheet.ink(p.accent, box(x - 22, y - size - 8, x + 22, y - size))
    motifs.ripples(sheet, x, y + 4, 60, 90, p.near, p.glow)


def forest(sheet: Sheet) -> None:
    """Tall trunks in the mist, light falling between them."""
    if sheet.says("saplings", "tubes", "rows"):
        _plantation(sheet)
        return
    p, random = sheet.palette, sheet.random
    floor = sheet.y(random.uniform(0.66, 0.76))
    motifs.sky(sheet, floor, clouds=False)
    back = motifs.skyline(random, sheet.width, floor - 150, 160, swell=5, rough=0.6)
    sheet.ink(p.far, motifs.ground(back, floor + 60), fade=Fade(0, floor - 260, 0, floor + 20, 0.9, 0.15))
    for depth in range(4):
        colour = (mix(p.far, p.glow, 0.35), p.far, p.mid, p.near)[depth]
        foot = floor + (sheet.height - floor) * (0.06 + 0.2 * depth)
        if depth == 1:
            land = motifs.skyline(random, sheet.width, floor + 40, 50)
            motifs.hill(sheet, land, sheet.height + 20, mix(p.mid, p.glow, 0.35), p.near, p.glow)
        count = (15, 11, 7, 4)[depth]
        thick = (9, 17, 30, 58)[depth]
        for i in range(count):
            x = (i + random.uniform(0.05, 0.95)) / count * sheet.width
            if depth == 3 and abs(x - sheet.width / 2) < sheet.width * 0.16:
                continue
            _trunk(sheet, x, foot + random.uniform(-12, 12), thick * random.uniform(0.7, 1.25), colour, depth)
        if depth == 1:
            _shafts(sheet, floor)
    px = sheet.width * random.uniform(0.36, 0.64)
    motifs.person(sheet, px, floor + (sheet.height - floor) * 0.3, 92, p.accent, cast=p.ink)
    ferns = []
    for _ in range(36):
        x, y = random.uniform(0, sheet.width), sheet.height + 10 - random.uniform(0, 26)
        for k in range(-2, 3):
            ferns.append(
                line(curve([(x, y), (x + k * 12, y - 34), (x + k * 30, y - 40 + abs(k) * 9)], steps=4), 4.5)
            )
    sheet.ink(p.ink, *ferns)


def _plantation(sheet: Sheet) -> None:
    """Print rows of young trees, each in its tube, over a bare hillside."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.36, 0.44))
    motifs.sky(sheet, horizon)
    back = motifs.skyline(random, sheet.width, horizon + 10, 120, swell=2.2)
    motifs.hill(sheet, back, sheet.height, p.far, p.mid, p.glow)
    slope = motifs.skyline(random, sheet.width, horizon + 130, 150, swell=1.3)
    motifs.hill(sheet, slope, sheet.height + 20, mix(p.mid, p.far, 0.4), p.near, p.glow)
    aim = sheet.width * random.uniform(0.3, 0.7)
    rows = 9
    walker = random.randint(4, 6)
    for row in range(rows):
        t = row / (rows - 1)
        y = horizon + 150 + (sheet.height - horizon - 130) * t**1.5
        size, gap = 52 + 170 * t, 66 + 170 * t
        x = aim % gap - gap
        while x < sheet.width + gap:
            if y > motifs.height_at(slope, x) + 12:
                at = x + random.uniform(-8, 8)
                motifs.shadow(sheet, at, y, size * 0.14, size * 0.9, mix(p.near, p.ink, 0.4))
                leaf, lit = mix(p.near, p.ink, 0.2 * t), mix(p.mid, p.glow, 0.4)
                motifs.poplar(sheet, at, y - size * 0.22, size * random.uniform(0.6, 1.05), leaf, lit)
                motifs.lit(sheet, p.paper, box(at - size * 0.07, y - size * 0.42, at + size * 0.07, y))
            x += gap
        if row == walker:
            motifs.person(sheet, aim + gap * 0.5, y + 8, size * 1.1, p.accent, cast=p.near)
    motifs.birds(sheet, horizon)


def _trunk(
    sheet: Sheet, x: float, foot: float, thick: float, colour: tuple[int, int, int], depth: int
) -> None:
    p, random = sheet.palette, sheet.random
    lean = random.uniform(-18, 18)
    top = sheet.top * 0.45 - 20 if depth > 1 else sheet.top * 0.7 + random.uniform(0, 120)
    half = thick / 2
    trunk = polygon(
        [
            (x - half * 1.5, foot),
            (x - half, foot - thick * 1.4),
            (x + lean - half * 0.6, top),
            (x + lean + half * 0.6, top),
            (x + half, foot - thick * 1.4),
            (x + half * 1.5, foot),
        ]
    )
    if depth:
        motifs.shadow(sheet, x, foot, thick * 1.7, 340 + thick * 4, mix(p.near, p.ink, 0.5), 0.6)
    sheet.ink(colour, trunk)
    sheet.ink(
        mix(colour, p.glow, 0.7),
        trunk,
        fade=Fade(x + sheet.side * half, 0, x - sheet.side * half * 0.2, 0, 0.9, 0),
    )
    limbs = []
    for _ in range(random.randint(2, 5)):
        t = random.uniform(0.25, 0.8)
        bx, by = x + lean * t, foot + (top - foot) * t
        way = random.choice((-1, 1))
        reach = thick * random.uniform(1.6, 3.6)
        limbs.append(line([(bx, by), (bx + way * reach, by - reach * 0.55)], max(2.5, thick * 0.14)))
    sheet.ink(colour, *limbs)
    if depth < 2:
        crown = [
            blob(
                x + lean + random.uniform(-1, 1) * thick * 2,
                top + random.uniform(0, 150),
                thick * 3.4,
                thick * 2.6,
                random,
            )
            for _ in range(3)
        ]
        sheet.ink(colour, *crown, tone=0.75)


def _shafts(sheet: Sheet, floor: float) -> None:
    random = sheet.random
    for _ in range(4):
        x = random.uniform(0.1, 0.9) * sheet.width
        wide = random.uniform(36, 90)
        slant = -sheet.side * 340
        beam = polygon(
            [
                (x, sheet.top - 20),
                (x + wide, sheet.top - 20),
                (x + wide * 2 + slant, floor + 110),
                (x + slant - wide, floor + 110),
            ]
        )
        sheet.ink(sheet.palette.glow, beam, fade=Fade(0, sheet.top, 0, floor + 120, 0.6, 0.15), slip=False)


def river(sheet: Sheet) -> None:
    """A river winding down from the hills between its banks, sometimes under a bridge."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.36, 0.46))
    motifs.sky(sheet, horizon)
    ranges = random.randint(1, 3)
    for i in range(ranges):
        rise = random.uniform(70, 150) + 60 * (ranges - 1 - i)
        far = motifs.skyline(random, sheet.width, horizon + 16 + 8 * i, rise, swell=random.uniform(1.4, 4))
        tone = mix(mix(p.far, p.sky, 0.35), mix(p.far, p.mid, 0.5), (i + 1) / ranges)
        motifs.hill(sheet, far, sheet.height, tone, p.mid, p.glow)
    low = sheet.height + 20
    meadow = motifs.skyline(random, sheet.width, horizon + 40, 44, swell=2)
    motifs.hill(sheet, meadow, low, p.mid, p.near, mix(p.mid, p.glow, 0.8))
    room = low - horizon - 30
    phase, bends = random.uniform(0, math.tau), random.uniform(7.0, 10.5)
    middle = sheet.width * random.uniform(0.32, 0.68)
    breadth, swing = random.uniform(0.75, 1.7), random.uniform(0.6, 1.25)
    wooded, poplars = random.uniform(0.25, 0.65), random.choice((0.1, 0.5, 0.9))

    def bank(t: float) -> tuple[float, float, float]:
        x = middle + math.sin(phase + bends * t**0.62) * (60 + 330 * t) * (1 - 0.25 * t) * swing
        return x, horizon + 30 + room * t**1.12, (7 + 190 * t**1.5) * breadth

    path = [bank(i / 60) for i in range(61)]
    left = [(x - half, y) for x, y, half in path]
    right = [(x + half, y) for x, y, half in path]
    sheet.ink(p.near, polygon([(x - 7, y + 5) for x, y in left] + [(x + 7, y + 5) for x, y in right[::-1]]))
    stream = polygon(left + right[::-1])
    sheet.ink(p.glow, stream)
    sheet.ink(p.sky, stream, fade=Fade(0, low, 0, horizon, 0.95, 0.05), slip=False)
    glints = [
        motifs.lens(
            x + random.uniform(-0.6, 0.6) * half, y, half * random.uniform(0.2, 0.5), 1.5 + half * 0.025
        )
        for x, y, half in path[8::2]
    ]
    sheet.ink(p.paper, *glints)
    tint = [
        motifs.lens(x - sheet.side * half * 0.6, y, half * 0.5, 2 + half * 0.05) for x, y, half in path[6::2]
    ]
    sheet.ink(p.mid, *tint, tone=0.7)
    bridged = sheet.says("bridge", "viaduct", "rails", "mill")
    if bridged or (not sheet.says("stones", "crossings") and random.random() < 0.25):
        _bridge(sheet, path, tall=sheet.says("viaduct", "rails"))
    if sheet.says("crossings", "stones"):
        x, y, half = path[49]
        stones = [(x + half * (k / 4 - 1), y + 9 * math.sin(k * 2)) for k in range(9)]
        sheet.ink(p.ink, *[oval(sx, sy + 7, half * 0.11, half * 0.06) for sx, sy in stones])
        sheet.ink(p.far, *[oval(sx, sy, half * 0.11, half * 0.06) for sx, sy in stones])
    for x, y, half in path[5:56:3]:
        near = (y - horizon) / room
        for way in (-1, 1):
            if random.random() < wooded:
                tx = x + way * (half + 22 + random.uniform(20, 240) * (0.3 + near))
                size = 34 + 190 * near
                motifs.shadow(sheet, tx, y, size * 0.26, size * 1.6, p.ink, 0.6)
                tree = motifs.poplar if random.random() < poplars else motifs.round_tree
                tree(sheet, tx, y, size, mix(p.near, p.ink, 0.35), mix(p.mid, p.glow, 0.4))
    if random.random() < 0.4:
        x, y, half = path[36]
        motifs.sailing_boat(sheet, x, y, 60 + half * 0.6, p.ink, p.accent)
    elif random.random() < 0.5:
        x, y, half = path[24]
        home = x + sheet.side * (half + 130)
        motifs.house(sheet, home, y, 110, 62, p.paper, p.accent, gable=False, floors=1, columns=3, lamps=0.4)
    reeds = []
    for _ in range(random.choice((20, 46))):
        x = random.choice((random.uniform(0, 0.24), random.uniform(0.78, 1))) * sheet.width
        top = sheet.height - random.uniform(70, 200)
        reeds.append(
            line(
                curve(
                    [(x, low), (x + random.uniform(-8, 8), top + 50), (x + random.uniform(-24, 24), top)],
                    steps=4,
                ),
                3.6,
            )
        )
    sheet.ink(p.ink, *reeds)


def _bridge(sheet: Sheet, path: list[tuple[float, float, float]], *, tall: bool) -> None:
    p = sheet.palette
    x, y, half = path[22 if tall else 30]
    top = y - (230 if tall else 60)
    foot = y + (26 if tall else 20)
    deck = box(-20, top - 16, sheet.width + 20, top + 10)
    if not tall:
        reach = half * 3.4 + 60
        arch = curve(
            [(x - reach, foot - 6), (x - half, top), (x, top - 16), (x + half, top), (x + reach, foot - 6)]
        )
        under = curve(
            [
                (x + half * 1.15, foot),
                (x + half * 0.8, top + 34),
                (x, top + 12),
                (x - half * 0.8, top + 34),
                (x - half * 1.15, foot),
            ]
        )
        sheet.ink(p.ink, polygon([*arch, *under]))
        sheet.ink(p.accent, line(arch, 6))
        return
    piers, step = [], 118
    start = x - step * round(x / step + 1) - step / 2
    arches = []
    at = start
    while at < sheet.width + step:
        piers.append(polygon([(at - 9, top), (at + 9, top), (at + 15, foot), (at - 15, foot)]))
        arches.append(line(curve([(at, top + 44), (at + step * 0.5, top + 8), (at + step, top + 44)]), 9))
        at += step
    sheet.ink(mix(p.near, p.ink, 0.4), *piers, *arches, deck)
    sheet.ink(p.accent, box(-20, top - 20, sheet.width + 20, top - 12))
    edge = sheet.side
    sheet.ink(
        p.far,
        *[
            polygon(
                [
                    (s.points[0][0] + (12 if edge > 0 else 0), top + 10),
                    (s.points[0][0] + (18 if edge > 0 else 6), top + 10),
                    (s.points[0][0] + (18 if edge > 0 else 6), foot),
                ]
            )
            for s in piers
        ],
        tone=0.7,
    )
    train = x + sheet.width * 0.08
    cars = [box(train + i * 92, top - 52, train + i * 92 + 86, top - 18) for i in range(4)]
    sheet.ink(p.paper, *cars)
    sheet.ink(
        p.ink,
        *[
            box(c.points[0][0] + 8 + j * 20, top - 46, c.points[0][0] + 20 + j * 20, top - 34)
            for c in cars
            for j in range(4)
        ],
    )


def sea(sheet: Sheet) -> None:
    """Open water and a great deal of sky, and one thing on it."""
    p, random = sheet.palette, sheet.random
    fog = sheet.says("fog")
    horizon = sheet.y(random.uniform(0.44, 0.62))
    sun_x, _ = motifs.sky(sheet, horizon, sun=not fog)
    low = sheet.height + 20
    things = {
        "lighthouse": ("light", "lighthouse"),
        "island": ("orrin", "strait", "rock", "rocks", "lesser", "island"),
        "buoy": ("buoy", "buoys"),
        "breach": ("breach", "wall"),
        "sail": ("channel", "sail", "landing", "little"),
    }
    named = [thing for thing, words in things.items() if sheet.says(*words)]
    thing = named[0] if named else random.choice(("island", "sail", "sail", "waves"))
    if thing == "island":
        x = sheet.width * (0.5 - sheet.side * random.uniform(0.05, 0.28))
        wide = _island(sheet, horizon, x)
    motifs.water(sheet, horizon, low, mix(p.far, p.mid, 0.3), p.near, p.glow, None if fog else sun_x)
    if thing == "island" and wide:
        motifs.ripples(sheet, x, horizon + 5, wide * 0.9, 60, p.near, p.glow)
    _swell(sheet, horizon, low, rows=random.randint(3, 5), steep=sheet.says("buoy") or random.random() < 0.4)
    if fog:
        sheet.ink(
            p.glow,
            sheet.all(),
            fade=Fade(0, horizon - 150, 0, horizon, 0.0, 0.9),
            within=[box(0, 0, sheet.width, horizon)],
            slip=False,
        )
        sheet.ink(
            p.glow,
            box(-20, horizon - 2, sheet.width + 20, low),
            fade=Fade(0, horizon, 0, low - 120, 0.95, 0.1),
            slip=False,
        )
    if thing == "lighthouse":
        point = 0 if sheet.side > 0 else sheet.width
        way = sheet.side
        rock = curve(
            [
                (point - way * 40, horizon - 90),
                (point + way * 180, horizon - 70),
                (point + way * 350, horizon - 20),
                (point + way * 520, horizon + 42),
            ]
        )
        motifs.lighthouse(sheet, point + way * 210, horizon - 56, random.uniform(330, 420))
        land = polygon([*rock, (point - way * 40, horizon + 90)])
        sheet.ink(p.near, land)
        sheet.ink(p.ink, land, fade=Fade(0, horizon + 90, 0, horizon - 90, 0.9, 0.0), slip=False)
        motifs.house(
            sheet,
            point + way * 60 - (0 if way > 0 else 76),
            horizon - 66,
            76,
            40,
            p.paper,
            p.accent,
            gable=False,
            floors=1,
            columns=3,
            lamps=0.7,
        )
    elif thing == "buoy":
        _buoy(sheet, sheet.width * (0.5 - sheet.side * 0.12), horizon + (low - horizon) * 0.5, 330)
    elif thing == "breach":
        _breach(sheet, horizon, low)
    elif thing == "sail" or (thing == "waves" and random.random() < 0.5) or thing == "island":
        x = sheet.width * (0.5 - sheet.side * random.uniform(-0.1, 0.3))
        y = horizon + (low - horizon) * random.uniform(0.2, 0.46)
        motifs.sailing_boat(
            sheet,
            x,
            y,
            random.uniform(130, 300) * (0.6 if thing == "island" else 1),
            p.ink,
            p.accent if random.random() < 0.5 else p.paper,
        )
    if not fog:
        motifs.birds(sheet, horizon)


def _island(sheet: Sheet, horizon: float, x: float) -> float:
    """Print an island about ``x``: a hill, low humps, a steep rock or a long shore.

    Return how far to either side it is mirrored: not at all if it is only a haze.
    """
    p, random = sheet.palette, sheet.random
    wide = random.uniform(210, 400)
    left, summit, right = random.uniform(20, 60), random.uniform(60, 130), random.uniform(20, 70)
    rocky = sheet.says("landing", "rocks")
    outline: list[tuple[float, float]]  # Shares of the half width, and heights above the water.
    if rocky:
        wide *= 0.62
        outline = [(-1, 0), (-0.8, left), (-0.5, left * 1.4), (-0.34, summit * 1.5), (-0.02, summit * 1.9)]
        outline += [(0.2, summit * 1.2), (0.42, summit * 1.3), (0.6, right * 0.9), (0.9, right * 0.5), (1, 0)]
    elif sheet.says("lesser"):
        wide *= 1.25
        outline = [(-1, 0), (-0.6, left * 0.9), (-0.25, summit * 0.5), (0.1, left * 0.35)]
        outline += [(0.4, right * 0.8), (0.7, summit * 0.3), (1, 0)]
    elif sheet.says("strait"):
        wide *= 2.2
        outline = [(-1, 0), (-0.7, left * 0.5), (-0.4, right), (-0.1, summit * 0.6), (0.15, right * 0.8)]
        outline += [(0.4, summit), (0.7, left * 0.7), (1, 0)]
    else:
        outline = [(-1, 0), (-0.5, left), (0, summit), (0.4, right), (1, 0)]
    points = [(x + share * wide, horizon + 4 - high) for share, high in outline]
    land = polygon(points if rocky else curve(points))
    if sheet.says("orrel", "orrels", "hazy"):
        haze = Fade(0, horizon, 0, horizon - summit * 2, 0.1, 0.5)
        sheet.ink(mix(p.far, p.mid, 0.3), land, fade=haze, slip=False)
        return 0.0
    sheet.ink(p.mid, land)
    shaded = Fade(x - sheet.side * wide, horizon, x + sheet.side * wide * 0.3, horizon - 60, 0.9, 0.0)
    sheet.ink(p.near, land, fade=shaded, slip=False)
    return wide


def _swell(sheet: Sheet, top: float, low: float, *, rows: int, steep: bool) -> None:
    p, random = sheet.palette, sheet.random
    for i in range(rows):
        t = (i + 1) / rows
        y = top + (low - top) * (0.3 + 0.62 * t)
        length, height = 150 + 190 * t, (44 if steep else 20) * t
        phase = random.uniform(0, length)
        crest = []
        x = -60.0
        while x < sheet.width + 60:
            s = ((x + phase) % length) / length
            # Sharp crests above round troughs.
            crest.append((x, y - height * (1 - math.sin(s * math.pi)) ** (0.7 if steep else 1.0) * 1.4))
            x += 12
        colour = mix(p.mid, p.near, 0.2 + 0.7 * t)
        body = motifs.ground(crest, y + 70 + 80 * t)
        sheet.ink(colour, body, fade=Fade(0, y - height, 0, y + 60 + 60 * t, 1.0, 0.0))
        sheet.ink(mix(p.glow, colour, 0.25), line(crest, 3 + 3 * t), tone=0.8)


def _buoy(sheet: Sheet, x: float, y: float, size: float) -> None:
    p = sheet.palette
    lean = -sheet.side * size * 0.22
    top = (x + lean, y - size)
    sheet.ink(
        p.ink, line([(x - 62, y - 40), top], 9), line([(x + 62, y - 40), top], 9), line([(x, y - 40), top], 7)
    )
    for t in (0.3, 0.55, 0.78):
        half = 62 * (1 - t)
        sheet.ink(
            p.ink,
            line(
                [
                    (x - half + lean * t, y - 40 - (size - 40) * t),
                    (x + half + lean * t, y - 40 - (size - 40) * t),
                ],
                6,
            ),
        )
    sheet.ink(p.accent, polygon([(x - 100, y - 62), (x + 96, y - 34), (x + 74, y + 36), (x - 84, y + 30)]))
    sheet.ink(
        p.ink,
        polygon([(x - 100, y - 62), (x + 96, y - 34), (x + 74, y + 36), (x - 84, y + 30)]),
        fade=Fade(x - sheet.side * 100, y, x + sheet.side * 20, y, 0.8, 0.0),
    )
    sheet.ink(p.light, oval(top[0], top[1], 17))
    sheet.glow(p.light, top[0], top[1], 90, 0.7)
    motifs.ripples(sheet, x, y + 34, 120, 130, p.ink, p.glow)
    crest = [(x + dx, y + 30 + 12 * math.sin(dx / 36)) for dx in range(-260, 261, 12)]
    sheet.ink(p.near, motifs.ground(crest, y + 90), fade=Fade(0, y + 20, 0, y + 90, 1.0, 0.0))


def _breach(sheet: Sheet, horizon: float, low: float) -> None:
    p = sheet.palette
    top = horizon + (low - horizon) * 0.2
    gap = sheet.width * (0.5 - sheet.side * 0.06)
    for way, end in ((-1, -20.0), (1, sheet.width + 20)):
        near = gap + way * 130
        bank = [
            (end, top - 40),
            (near + way * 60, top - 34),
            (near, top + 40),
            (near + way * 20, top + 70),
            (end, top + 150),
        ]
        wall = polygon(curve(bank, closed=False, steps=6))
        sheet.ink(p.mid, wall)
        sheet.ink(p.ink, wall, fade=Fade(0, top + 130, 0, top - 40, 0.9, 0.0), slip=False)
        sheet.ink(mix(p.mid, p.glow, 0.6), line([(end, top - 40), (near + way * 60, top - 34)], 12))
    for i in range(16):
        t = i / 15
        sheet.ink(
            p.glow, motifs.lens(gap, top + 30 + (low - top) * 0.7 * t, 50 + 260 * t, 3 + 7 * t), tone=0.8
        )
    motifs.person(sheet, gap - 210, top - 32, 84, p.accent, cast=p.ink)
