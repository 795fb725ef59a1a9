"""The fields between their hedges."""

from itertools import pairwise

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, blob, box, polygon


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
