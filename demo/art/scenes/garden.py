"""The garden: its beds, its glass and its flowers."""

import math

from demo.art import motifs
from demo.art.palette import Colour, mix
from demo.art.press import Fade, Halo, Shape, Sheet, blob, box, curve, line, oval, polygon


def garden(sheet: Sheet) -> None:
    """Tall flowers and leaves close by; behind them a glasshouse or a shed and a path."""
    p, random = sheet.palette, sheet.random
    base = sheet.y(random.uniform(0.58, 0.66))
    motifs.sky(sheet, base - 60)
    hedge = [
        blob(
            sheet.width * k / 13,
            base - random.uniform(20, 120),
            random.uniform(80, 130),
            random.uniform(90, 150),
            random,
        )
        for k in range(14)
    ]
    motifs.lit(sheet, p.mid, *hedge, box(-20, base - 60, sheet.width + 20, base + 20), down=True)
    shed = sheet.says("shed", "wasps")
    x = sheet.width * (0.5 + sheet.side * random.uniform(0.04, 0.16))
    if shed or random.random() < 0.4:
        motifs.house(
            sheet,
            x - 140,
            base + 6,
            280,
            190,
            mix(p.accent, p.paper, 0.15),
            mix(p.near, p.ink, 0.5),
            floors=1,
            columns=2,
            lamps=0.6,
            chimney=not shed,
        )
        if shed:
            _nest(sheet, x, base - 190)
    else:
        _glasshouse(sheet, x - 230, base + 6, random.uniform(430, 520))
    lawn = motifs.skyline(random, sheet.width, base + 16, 24, swell=2)
    motifs.hill(sheet, lawn, sheet.height + 20, mix(p.mid, p.far, 0.3), p.near, p.glow)
    path = curve([(x - 30, base + 4), (x - 110, base + 90), (sheet.width * 0.5, sheet.height + 20)])
    other = curve([(x + 30, base + 4), (x + 10, base + 90), (sheet.width * 0.5 + 320, sheet.height + 20)])
    sheet.ink(mix(p.glow, p.paper, 0.3), polygon(path + other[::-1]))
    if random.random() < 0.6:
        motifs.person(sheet, x + 20, base + 110, 170, p.accent, cast=p.near)
    for depth in (0.7, 1.0):
        leaf = mix(p.near, p.ink, 0.05 if depth < 1 else 0.6)
        for k in range(17):
            at = sheet.width * (k + random.random()) / 17
            away = abs(at - sheet.width * 0.52) / (sheet.width * 0.5)
            if away > (0.22 if depth < 1 else 0.34):
                _flower(
                    sheet,
                    at,
                    sheet.height + 24,
                    (150 + 420 * away * random.uniform(0.6, 1.1)) * (0.55 + 0.5 * depth),
                    leaf,
                )


def _nest(sheet: Sheet, x: float, y: float) -> None:
    p = sheet.palette
    comb = polygon(
        curve(
            [
                (x, y - 30),
                (x + 62, y + 20),
                (x + 46, y + 96),
                (x, y + 132),
                (x - 46, y + 96),
                (x - 62, y + 20),
            ],
            closed=True,
        )
    )
    motifs.lit(sheet, mix(p.far, p.paper, 0.4), comb)
    sheet.ink(
        mix(p.far, p.ink, 0.5),
        *[
            line(curve([(x - 56, y + 10 + 26 * k), (x, y + 30 + 26 * k), (x + 56, y + 10 + 26 * k)]), 4)
            for k in range(4)
        ],
        oval(x, y + 122, 12),
        within=[comb, oval(x, y + 122, 12)],
    )
    for k in range(6):
        at = (x + sheet.random.uniform(-170, 170), y + sheet.random.uniform(-60, 170))
        sheet.ink(p.ink, oval(*at, 11, 6))
        sheet.ink(p.sun, oval(at[0] - 3 + k % 2, at[1], 4, 6))


def _glasshouse(sheet: Sheet, x: float, base: float, size: float) -> None:
    p = sheet.palette
    eaves, ridge = base - size * 0.4, base - size * 0.68
    body = polygon([(x, base), (x, eaves), (x + size / 2, ridge), (x + size, eaves), (x + size, base)])
    sheet.ink(mix(p.sky, p.paper, 0.55), body)
    sheet.ink(
        p.near,
        *[
            blob(
                x + size * (0.14 + 0.18 * k),
                base - size * 0.08,
                size * 0.1,
                size * sheet.random.uniform(0.12, 0.24),
                sheet.random,
            )
            for k in range(5)
        ],
        within=[body],
    )
    sheet.ink(
        p.paper,
        body,
        fade=Fade(x if sheet.side < 0 else x + size, eaves, x + size / 2, base, 0.85, 0.0),
        slip=False,
    )
    ribs = [
        line(
            [(x + size * k / 8, base), (x + size * k / 8, base - size * (0.4 + 0.28 * (1 - abs(k / 4 - 1))))],
            5,
        )
        for k in range(9)
    ]
    sheet.ink(
        p.paper,
        line([(x, base), (x, eaves), (x + size / 2, ridge), (x + size, eaves), (x + size, base)], 11),
        line([(x, eaves), (x + size, eaves)], 8),
        *ribs,
    )


def _flower(sheet: Sheet, x: float, y: float, size: float, leaf: Colour) -> None:
    """Print one of five kinds of tall plant with its foot at (x, y)."""
    p, random = sheet.palette, sheet.random
    bend = random.uniform(-0.16, 0.16) * size
    tip = (x + bend, y - size)
    stem = curve([(x, y), (x + bend * 0.2, y - size * 0.5), tip], steps=6)
    sheet.ink(leaf, line(stem, 6 + size * 0.01))
    leaves = []
    for k in range(random.randint(3, 5)):
        foot = stem[min(len(stem) - 1, round(len(stem) * (0.12 + 0.15 * k)))]
        way, reach = random.choice((-1, 1)), size * random.uniform(0.2, 0.34)
        up = reach * random.uniform(0.3, 0.95)
        end = (foot[0] + way * reach, foot[1] - up)
        over = curve([foot, (foot[0] + way * reach * 0.4, foot[1] - up * 0.85), end], steps=5)
        leaves.append(
            polygon(over + curve([end, (foot[0] + way * reach * 0.65, foot[1] - up * 0.2), foot], steps=5))
        )
    motifs.lit(sheet, leaf, *leaves, shade=0.6, light=0.35)
    bloom = random.choice((p.accent, p.light, p.sun, p.accent, p.paper))
    r = size * random.uniform(0.085, 0.13)
    match random.randrange(5):
        case 0:
            petals = [
                oval(
                    tip[0] + math.cos(k / 9 * math.tau) * r * 0.72,
                    tip[1] + math.sin(k / 9 * math.tau) * r * 0.72,
                    r * 0.36,
                )
                for k in range(9)
            ]
            motifs.lit(sheet, bloom, *petals)
            sheet.ink(p.ink, oval(*tip, r * 0.42))
        case 1:
            cup = [
                (-0.8, -0.75),
                (-0.4, -0.25),
                (0, -1),
                (0.4, -0.25),
                (0.8, -0.75),
                (0.6, 0.5),
                (0, 0.9),
                (-0.6, 0.5),
            ]
            motifs.lit(sheet, bloom, polygon([(tip[0] + a * r, tip[1] + b * r) for a, b in cup]))
        case 2:
            bells = [
                oval(tip[0] + random.uniform(-0.3, 0.3) * r, tip[1] + k * r * 0.42, r * (0.2 + 0.05 * k))
                for k in range(8)
            ]
            motifs.lit(sheet, bloom, *bells)
        case 3:
            rays: list[Shape] = []
            for k in range(13):
                angle = math.pi * (1.02 + 0.96 * k / 12)
                end = tip[0] + math.cos(angle) * r * 1.35, tip[1] + math.sin(angle) * r * 1.35
                rays += [line([tip, end], 3.5), oval(*end, r * 0.15)]
            sheet.ink(bloom, *rays)
        case _:
            motifs.lit(sheet, bloom, oval(*tip, r, r * 0.74))
            sheet.ink(
                mix(bloom, p.ink, 0.6),
                oval(tip[0], tip[1], r * 0.5, r * 0.36),
                fade=Halo(tip[0], tip[1], r * 0.6, 1.0),
            )
