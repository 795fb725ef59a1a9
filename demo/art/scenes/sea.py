"""The open sea, and what stands in it."""

import math

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, box, curve, line, oval, polygon


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
