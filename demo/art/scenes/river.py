"""The river and its bridges."""

import math

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, box, curve, line, oval, polygon


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
