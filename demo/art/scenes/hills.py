"""The hills, and what people have put on them."""

import math

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Sheet, box, curve, polygon


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
