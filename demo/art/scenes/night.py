"""The night: stars over a sleeping town, still water or a lone house."""

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, blob, box, line, polygon


def night(sheet: Sheet) -> None:
    """A town, a hill or a shore asleep beneath stars, a few windows lit."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.58, 0.7))
    sheet.ink(mix(p.sky, p.ink, 0.3), sheet.all(), slip=False)
    sky_ = box(-20, -20, sheet.width + 20, horizon + 40)
    sheet.ink(p.glow, sky_, fade=Fade(0, horizon, 0, sheet.top + 40, 0.9, 0.0), slip=False)
    motifs.stars(sheet, horizon, random.randint(110, 220))
    moon_x = sheet.width * (0.5 + sheet.side * random.uniform(0.14, 0.34))
    if sheet.says("petrel", "petrels", "low", "down", "ear"):
        _milky(sheet, horizon)
    else:
        motifs.moon(
            sheet,
            moon_x,
            sheet.top + (horizon - sheet.top) * random.uniform(0.22, 0.5),
            random.uniform(62, 130),
        )
    for k, tone in enumerate((mix(p.far, p.glow, 0.35), p.mid, p.near)):
        crest = motifs.skyline(
            random, sheet.width, horizon + 24 * k, 130 - 26 * k, swell=random.uniform(1.8, 3.2)
        )
        motifs.hill(sheet, crest, sheet.height + 20, tone, p.ink, mix(tone, p.glow, 0.6))
    kinds = {
        _sleeping_town: ("ostrey", "bus", "tallow", "last", "lamps"),
        _still_water: ("ane", "across", "sea", "petrel", "petrels", "ear"),
    }
    named = [kind for kind, words in kinds.items() if sheet.says(*words)]
    kind = named[0] if named else random.choice((_sleeping_town, _still_water, _lone_house))
    kind(sheet, horizon, moon_x)


def _milky(sheet: Sheet, horizon: float) -> None:
    p, random = sheet.palette, sheet.random
    for k in range(9):
        t = k / 8
        x = sheet.width * (0.5 + sheet.side * (0.5 - t)) + random.uniform(-30, 30)
        y = sheet.top * 0.4 + (horizon - sheet.top * 0.4) * (0.05 + 0.8 * t)
        sheet.glow(mix(p.glow, p.sun, 0.35), x, y, random.uniform(120, 210), 0.34)
    motifs.stars(sheet, horizon, 160)


def _sleeping_town(sheet: Sheet, horizon: float, moon_x: float) -> None:
    p, random = sheet.palette, sheet.random
    for row in range(4):
        t = row / 3
        y = horizon + 70 + (sheet.height - horizon) * 0.9 * t
        x = random.uniform(-120, -10)
        while x < sheet.width:
            wide = (92 + 84 * t) * random.uniform(0.8, 1.25)
            wall = mix(p.mid, p.ink, 0.1 + 0.5 * t + random.uniform(-0.08, 0.08))
            motifs.house(
                sheet,
                x,
                y + 40,
                wide,
                wide * random.uniform(0.8, 1.25),
                wall,
                mix(wall, p.ink, 0.65),
                lamps=random.choice((0, 0.1, 0.5)),
                gable=random.random() < 0.7,
            )
            x += wide + random.choice((0, 4, 34))
    x, y = sheet.width * (0.5 - sheet.side * random.uniform(0.1, 0.3)), sheet.y(0.7)
    sheet.glow(p.light, x, y, 260, 0.6)
    sheet.ink(
        p.ink,
        line([(x, y), (x, sheet.height + 20)], 11),
        polygon([(x - 32, y - 30), (x, y - 66), (x + 32, y - 30), (x + 20, y + 20), (x - 20, y + 20)]),
    )
    sheet.ink(p.light, polygon([(x - 23, y - 26), (x + 23, y - 26), (x + 14, y + 14), (x - 14, y + 14)]))


def _still_water(sheet: Sheet, horizon: float, moon_x: float) -> None:
    p, random = sheet.palette, sheet.random
    top, low = horizon + 64, sheet.height + 20
    motifs.water(sheet, top, low, p.near, p.ink, mix(p.glow, p.sun, 0.25), moon_x)
    for _ in range(random.randint(4, 7)):
        x = random.uniform(40, sheet.width - 40)
        sheet.glow(p.light, x, top - 16, 80, 0.7)
        sheet.ink(p.light, box(x - 7, top - 27, x + 7, top - 9))
        sheet.ink(
            p.light,
            *[motifs.lens(x + random.uniform(-5, 5), top + 16 + 22 * k, 17 + 2 * k, 4) for k in range(5)],
            tone=0.85,
        )
    stones = []
    for _ in range(70):
        at, y = random.uniform(-20, sheet.width), sheet.height - random.uniform(10, 110)
        stones.append(blob(at, y, random.uniform(26, 58), random.uniform(15, 25), random))
    motifs.lit(
        sheet, mix(p.near, p.mid, 0.4), *stones, box(-20, sheet.height - 70, sheet.width + 20, low), down=True
    )
    motifs.person(sheet, sheet.width * (0.5 - sheet.side * 0.2), sheet.height - 108, 170, p.accent)


def _lone_house(sheet: Sheet, horizon: float, moon_x: float) -> None:
    p, random = sheet.palette, sheet.random
    crest = motifs.skyline(random, sheet.width, horizon + 190, 170, swell=1.5)
    motifs.hill(sheet, crest, sheet.height + 20, mix(p.near, p.ink, 0.35), p.ink, p.mid)
    x = sheet.width * (0.5 - sheet.side * random.uniform(0, 0.2))
    y = motifs.height_at(crest, x) + 16
    sheet.glow(p.light, x + 70, y - 40, 320, 0.45)
    motifs.house(sheet, x, y, 150, 92, mix(p.near, p.mid, 0.5), p.ink, lamps=0.9, columns=3)
    for k in range(4):
        at = sheet.width * (0.06 + 0.3 * k)
        tree = motifs.poplar if k % 2 else motifs.round_tree
        tree(
            sheet,
            at,
            motifs.height_at(crest, at) + 40,
            random.uniform(190, 300),
            mix(p.near, p.ink, 0.6),
            p.mid,
        )
    motifs.person(
        sheet,
        x - sheet.side * 190,
        motifs.height_at(crest, x - sheet.side * 190) + 60,
        120,
        p.accent,
        cast=p.ink,
    )
