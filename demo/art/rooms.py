"""Scenes indoors: a workshop, a library, a studio."""

import math

from demo.art import motifs
from demo.art.palette import SKINS, Colour, mix
from demo.art.press import Fade, Halo, Shape, Sheet, box, curve, hole, line, oval, polygon


def _room(sheet: Sheet, floor: float) -> Colour:
    """Print a wall, lit from one side, and a boarded floor; return the wall's colour."""
    p, random = sheet.palette, sheet.random
    wall = random.choice(
        (mix(p.far, p.glow, 0.5), mix(p.glow, p.sky, 0.4), mix(p.mid, p.far, 0.45), mix(p.near, p.mid, 0.4))
    )
    side = 0 if sheet.side < 0 else sheet.width
    sheet.ink(wall, box(-20, -20, sheet.width + 20, floor + 10), slip=False)
    whole = box(-20, -20, sheet.width + 20, floor)
    sheet.ink(mix(wall, p.light, 0.6), whole, fade=Fade(side, 0, sheet.width / 2, 300, 0.6, 0.0), slip=False)
    sheet.ink(
        mix(wall, p.ink, 0.5),
        whole,
        fade=Fade(sheet.width - side, floor, sheet.width / 2, 300, 0.75, 0.0),
        slip=False,
    )
    boards = mix(p.near, p.accent, 0.18)
    ground = box(-20, floor, sheet.width + 20, sheet.height + 20)
    sheet.ink(boards, ground)
    sheet.ink(mix(boards, p.glow, 0.4), ground, fade=Fade(0, floor, 0, sheet.height, 0.6, 0.0), slip=False)
    middle = sheet.width / 2
    seams = [
        line([(middle + k * 150, floor), (middle + k * 420, sheet.height + 20)], 3) for k in range(-6, 7)
    ]
    sheet.ink(mix(boards, p.ink, 0.6), *seams, tone=0.8)
    sheet.ink(mix(wall, p.ink, 0.5), box(-20, floor - 24, sheet.width + 20, floor))
    return wall


def _opening(x: float, y: float, wide: float, high: float, *, arched: bool) -> list[Shape]:
    if arched:
        return [oval(x + wide / 2, y + wide / 2, wide / 2), box(x, y + wide / 2, x + wide, y + high)]
    return [box(x, y, x + wide, y + high)]


def _window(sheet: Sheet, x: float, y: float, wide: float, high: float, *, arched: bool = False) -> None:
    """Print a window with a piece of country in it."""
    p, random = sheet.palette, sheet.random
    sheet.ink(p.ink, *_opening(x - 20, y - 20, wide + 40, high + 40, arched=arched))
    pane = _opening(x, y, wide, high, arched=arched)
    sheet.ink(p.sky, *pane, slip=False)
    sheet.ink(p.glow, *pane, fade=Fade(0, y + high, 0, y + high * 0.2, 1.0, 0.0), slip=False)
    sun = (x + wide * random.uniform(0.3, 0.7), y + high * random.uniform(0.34, 0.52))
    sheet.ink(p.sun, oval(*sun, wide * 0.25), fade=Halo(*sun, wide * 0.25, 0.7), within=pane, slip=False)
    sheet.ink(p.sun, oval(*sun, wide * 0.1), within=pane)
    for share, tone in ((0.3, p.far), (0.16, p.mid)):
        crest = motifs.skyline(random, sheet.width, y + high * (1 - share), 60, swell=6)
        sheet.ink(tone, motifs.ground(crest, y + high), within=pane, slip=False)
    columns, rows = random.choice((2, 3)), random.choice((2, 3, 4))
    bars = [
        box(x + wide * k / columns - 5, y, x + wide * k / columns + 5, y + high) for k in range(1, columns)
    ]
    bars += [box(x, y + high * k / rows - 4, x + wide, y + high * k / rows + 4) for k in range(1, rows)]
    sheet.ink(p.ink, *bars, box(x - 46, y + high + 14, x + wide + 46, y + high + 36))


def _beam(sheet: Sheet, x: float, y: float, wide: float, high: float, floor: float) -> None:
    """Print the light that falls in by a window, slanting away from the side of the light."""
    p = sheet.palette
    slant = -sheet.side * 420
    rays = polygon([(x, y), (x + wide, y), (x + wide + slant, sheet.height), (x + slant - 60, sheet.height)])
    sheet.ink(
        mix(p.light, p.sun, 0.3), rays, fade=Fade(x, y, x + slant * 0.8, sheet.height, 0.42, 0.04), slip=False
    )
    for k in range(2):
        left = x + slant * 0.8 + k * wide * 0.55
        patch = [
            (left, floor + 40),
            (left + wide * 0.45, floor + 40),
            (left + wide * 0.5 + slant * 0.22, sheet.height - 24),
        ]
        sheet.ink(
            mix(p.light, p.sun, 0.2), polygon([*patch, (left + slant * 0.22, sheet.height - 24)]), tone=0.75
        )


def _table(sheet: Sheet, x: float, y: float, wide: float, foot: float, tone: Colour) -> None:
    p = sheet.palette
    legs = []
    for share in (0.05, 0.9):
        left = x + wide * share
        legs.append(
            polygon(
                [(left, y), (left + wide * 0.045, y), (left + wide * 0.036, foot), (left + wide * 0.01, foot)]
            )
        )
    sheet.ink(mix(tone, p.ink, 0.55), *legs, box(x + wide * 0.04, y, x + wide * 0.96, y + 52))
    sheet.ink(
        p.ink,
        box(x + wide * 0.04, y + 16, x + wide * 0.96, y + 60),
        fade=Fade(0, y + 16, 0, y + 60, 0.8, 0.0),
        slip=False,
    )
    motifs.lit(sheet, tone, box(x, y - 18, x + wide, y + 18))


def _lamp(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Print an angled lamp that stands at (x, y), and its light."""
    p, random = sheet.palette, sheet.random
    way = random.choice((-1, 1))
    elbow = (x - way * size * 0.16, y - size * 0.48)
    top = (x + way * size * 0.26, y - size * 0.9)
    head = (x + way * size * 0.44, y - size * 0.72)
    sheet.glow(p.light, head[0], head[1] + size * 0.2, size * 0.95, 0.55)
    cone = polygon(
        [
            (head[0] - size * 0.16, head[1]),
            (head[0] + size * 0.16, head[1]),
            (head[0] + size * 0.46, y),
            (head[0] - size * 0.46, y),
        ]
    )
    sheet.ink(p.light, cone, fade=Fade(0, head[1], 0, y, 0.7, 0.2), slip=False)
    foot = polygon(
        [
            (x - size * 0.17, y),
            (x - size * 0.12, y - size * 0.06),
            (x + size * 0.12, y - size * 0.06),
            (x + size * 0.17, y),
        ]
    )
    sheet.ink(p.ink, foot, line([(x, y - 8), elbow, top], size * 0.035), oval(*elbow, size * 0.04))
    shade = polygon(
        [
            (top[0] - size * 0.03, top[1] - size * 0.05),
            (top[0] + way * size * 0.14, top[1] - size * 0.03),
            (head[0] + size * 0.22, head[1] + 6),
            (head[0] - size * 0.22, head[1] + 6),
        ]
    )
    motifs.lit(sheet, p.accent, shade)


def _pendant(sheet: Sheet, x: float, y: float, size: float) -> None:
    p = sheet.palette
    sheet.glow(p.light, x, y + size * 0.4, size * 2.1, 0.5)
    sheet.ink(p.ink, line([(x, -20), (x, y)], 5))
    sheet.ink(p.light, oval(x, y + size * 0.34, size * 0.17))
    motifs.lit(
        sheet,
        p.accent,
        polygon(
            [
                (x - size * 0.1, y),
                (x + size * 0.1, y),
                (x + size * 0.5, y + size * 0.36),
                (x - size * 0.5, y + size * 0.36),
            ]
        ),
    )


def _worker(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Print somebody at a table, from the waist up, bent a little over the work."""
    p, random = sheet.palette, sheet.random
    shirt = random.choice((p.accent, p.near, p.paper, p.mid))
    way = -sheet.side
    torso = [(-0.3, 0), (-0.29, -0.36), (-0.16, -0.54), (0, -0.58), (0.16, -0.54), (0.29, -0.36), (0.3, 0)]
    body = polygon(curve([(x + a * size, y + b * size) for a, b in torso], steps=6))
    # Not of the sheet's inks: where the accent is a cold one, faces still are not.
    skin = random.choice((SKINS[1], SKINS[4], SKINS[5]))
    neck = box(
        x + way * size * 0.04 - size * 0.05,
        y - size * 0.68,
        x + way * size * 0.04 + size * 0.06,
        y - size * 0.5,
    )
    sheet.ink(mix(skin, p.ink, 0.3), neck)
    motifs.lit(sheet, shirt, body)
    head = (x + way * size * 0.07, y - size * 0.76)
    motifs.lit(sheet, skin, oval(*head, size * 0.115, size * 0.14))
    hair = [(-1.1, 0.1), (-1.1, -0.7), (-0.3, -1.25), (0.7, -1.0), (1.0, -0.45), (0.1, -0.5), (-0.5, 0.1)]
    sheet.ink(
        p.ink,
        polygon(
            curve(
                [(head[0] + way * a * size * 0.115, head[1] + b * size * 0.13) for a, b in hair],
                closed=True,
                steps=5,
            )
        ),
    )
    for side in (-1, 1):
        arm = [
            (x + side * size * 0.25, y - size * 0.38),
            (x + side * size * 0.36, y - size * 0.12),
            (x + way * size * 0.2 + side * size * 0.07, y - size * 0.03),
        ]
        sheet.ink(mix(shirt, p.ink, 0.25 if side == way else 0.1), line(curve(arm), size * 0.115))
        sheet.ink(skin, oval(arm[-1][0], arm[-1][1], size * 0.06, size * 0.042))


def workshop(sheet: Sheet) -> None:
    """Tools in rows above a bench, the window's light across it, somebody at work."""
    p, random = sheet.palette, sheet.random
    floor = sheet.y(0.8)
    wall = _room(sheet, floor)
    wide, high = random.uniform(300, 400), (sheet.height - sheet.top) * random.uniform(0.3, 0.38)
    x = sheet.width - wide - random.uniform(70, 150) if sheet.side > 0 else random.uniform(70, 150)
    top = sheet.y(0.09)
    _window(sheet, x, top, wide, high)
    left = 70.0 if sheet.side > 0 else x + wide + 100
    right = x - 100 if sheet.side > 0 else sheet.width - 70
    low = sheet.y(0.5)
    motifs.lit(
        sheet,
        mix(wall, p.accent, 0.35) if random.random() < 0.4 else mix(p.far, p.light, 0.35),
        box(left, top, right, low),
    )
    columns = max(3, round((right - left) / 135))
    step = (low - top) / 2
    for row in range(2):
        for column in range(columns):
            at = left + (right - left) * (column + 0.5) / columns
            _tool(sheet, random.randrange(7), at, top + 24 + row * step, min(155, step - 50))
    _beam(sheet, x, top, wide, high, floor)
    bench = sheet.y(0.69)
    if sheet.says("stove"):
        _stove(sheet, sheet.width * (0.5 - sheet.side * 0.34), floor + 70)
    people = 3 if sheet.says("evening", "repair") else random.choice((1, 1, 2))
    for k in range(people):
        _worker(
            sheet,
            sheet.width * (k + 0.5 + random.uniform(-0.12, 0.12)) / people,
            bench,
            random.uniform(380, 430),
        )
    _table(sheet, 40, bench, sheet.width - 80, sheet.height - 30, mix(p.far, p.accent, 0.3))
    for k in range(6):
        _on_the_bench(sheet, 90 + (sheet.width - 250) * (k + random.random() * 0.6) / 6, bench - 18)
    crate = random.uniform(0.1, 0.7) * sheet.width
    motifs.lit(sheet, mix(p.mid, p.accent, 0.3), box(crate, sheet.y(0.85), crate + 230, sheet.y(0.97)))
    sheet.ink(
        p.ink,
        *[
            box(crate, sheet.y(0.85 + 0.04 * k), crate + 230, sheet.y(0.85 + 0.04 * k) + 4)
            for k in range(1, 3)
        ],
    )
    if random.random() < 0.7:
        _pendant(
            sheet,
            sheet.width * (0.5 - sheet.side * random.uniform(0.05, 0.16)),
            sheet.y(0.12),
            random.uniform(150, 200),
        )


def _tool(sheet: Sheet, kind: int, x: float, y: float, size: float) -> None:
    """Print one of seven tools, hanging from (x, y)."""
    p, random = sheet.palette, sheet.random
    steel = random.choice((p.ink, p.near))
    grip = random.choice((p.accent, p.sun, mix(p.accent, p.ink, 0.45)))

    def at(*shares: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + a * size, y + b * size) for a, b in shares]

    (x0, y0), *_ = at((0, 0))
    sheet.ink(p.ink, oval(x0, y0 - 8, 5))
    if kind == 0:  # A hammer
        sheet.ink(grip, box(x - size * 0.05, y + size * 0.1, x + size * 0.05, y + size))
        sheet.ink(steel, polygon(at((-0.28, 0), (0.18, 0), (0.32, 0.1), (0.18, 0.18), (-0.28, 0.18))))
    elif kind == 1:  # A saw
        sheet.ink(steel, polygon(at((-0.13, 0.28), (0.17, 0.28), (0.04, 1.05), (-0.08, 1.05))))
        sheet.ink(
            grip,
            polygon(curve(at((-0.16, 0.02), (0.18, 0), (0.2, 0.32), (-0.15, 0.34)), closed=True, steps=4)),
            hole(oval(x, y + size * 0.16, size * 0.07)),
        )
    elif kind == 2:  # Pliers
        sheet.ink(
            grip,
            line(at((0, 0.35), (-0.15, 0.95)), size * 0.1),
            line(at((0, 0.35), (0.15, 0.95)), size * 0.1),
        )
        sheet.ink(steel, polygon(at((-0.12, 0.42), (-0.07, 0), (0, 0.18), (0.07, 0), (0.12, 0.42))))
    elif kind == 3:  # A square
        sheet.ink(steel, box(x - size * 0.22, y, x - size * 0.12, y + size * 0.85))
        sheet.ink(grip, box(x - size * 0.22, y + size * 0.82, x + size * 0.32, y + size * 0.95))
    elif kind == 4:  # A spanner
        ends = [
            oval(x, y + size * 0.15, size * 0.17),
            oval(x, y + size * 0.88, size * 0.13),
            hole(oval(x, y + size * 0.88, size * 0.06)),
        ]
        sheet.ink(
            steel,
            box(x - size * 0.055, y + size * 0.2, x + size * 0.055, y + size * 0.85),
            *ends,
            hole(polygon(at((-0.08, -0.1), (0.08, -0.1), (0.05, 0.16), (-0.05, 0.16)))),
        )
    elif kind == 5:  # A chisel
        sheet.ink(steel, polygon(at((-0.06, 0.4), (0.06, 0.4), (0.07, 0.95), (-0.07, 1.0))))
        sheet.ink(grip, box(x - size * 0.075, y, x + size * 0.075, y + size * 0.44))
    else:  # A cog
        teeth = [
            oval(
                x + math.cos(k / 10 * math.tau) * size * 0.33,
                y + size * 0.42 + math.sin(k / 10 * math.tau) * size * 0.33,
                size * 0.08,
            )
            for k in range(10)
        ]
        sheet.ink(
            grip, *teeth, oval(x, y + size * 0.42, size * 0.33), hole(oval(x, y + size * 0.42, size * 0.13))
        )


def _on_the_bench(sheet: Sheet, x: float, y: float) -> None:
    """Print a tin, a jar of brushes, a plane, a vice or an oil can."""
    p, random = sheet.palette, sheet.random
    tone = random.choice((p.accent, p.paper, p.sun, p.mid))
    match random.randrange(5):
        case 0:
            motifs.lit(sheet, tone, box(x, y - 96, x + 78, y), oval(x + 39, y - 96, 39, 11))
            sheet.ink(p.ink, box(x, y - 66, x + 78, y - 34), tone=0.85)
        case 1:
            for k in range(5):
                tip = (x + 8 + k * 14 + random.uniform(-26, 26), y - random.uniform(130, 190))
                sheet.ink(p.ink, line([(x + 35, y - 50), tip], 6), oval(*tip, 8, 16))
            motifs.lit(sheet, tone, polygon([(x, y - 92), (x + 70, y - 92), (x + 62, y), (x + 8, y)]))
        case 2:
            body = [(0, 0), (160, 0), (160, -34), (104, -38), (70, -84), (48, -38), (0, -46)]
            motifs.lit(sheet, mix(p.accent, p.ink, 0.35), polygon([(x + a, y + b) for a, b in body]))
        case 3:
            jaws = [
                (0, 0),
                (22, -80),
                (0, -124),
                (52, -124),
                (52, -84),
                (84, -84),
                (84, -124),
                (136, -124),
                (112, 0),
            ]
            bar = [
                line([(x + 118, y - 74), (x + 206, y - 74)], 12),
                line([(x + 204, y - 112), (x + 204, y - 36)], 8),
            ]
            sheet.ink(p.ink, polygon([(x + a, y + b) for a, b in jaws]), *bar)
        case _:
            motifs.lit(sheet, tone, polygon([(x, y), (x + 100, y), (x + 78, y - 62), (x + 22, y - 62)]))
            sheet.ink(p.ink, line([(x + 50, y - 60), (x + 132, y - 138)], 8))


def _stove(sheet: Sheet, x: float, foot: float) -> None:
    p = sheet.palette
    sheet.ink(p.ink, box(x - 28, -20, x + 28, foot - 330))
    body = polygon(
        curve(
            [
                (x - 130, foot - 60),
                (x - 138, foot - 230),
                (x - 100, foot - 360),
                (x + 100, foot - 360),
                (x + 138, foot - 230),
                (x + 130, foot - 60),
            ],
            closed=True,
            steps=5,
        )
    )
    motifs.lit(
        sheet,
        mix(p.ink, p.near, 0.3),
        body,
        box(x - 120, foot - 80, x - 96, foot),
        box(x + 96, foot - 80, x + 120, foot),
        light=0.25,
    )
    sheet.ink(p.accent, box(x - 70, foot - 220, x + 70, foot - 130))
    sheet.ink(
        p.light,
        box(x - 70, foot - 220, x + 70, foot - 130),
        fade=Fade(0, foot - 130, 0, foot - 220, 0.9, 0.0),
    )
    sheet.glow(p.light, x, foot - 170, 280, 0.5)


def library(sheet: Sheet) -> None:
    """Walls of spines, an arched window, a ladder, and a reader under a lamp."""
    p, random = sheet.palette, sheet.random
    floor = sheet.y(0.87)
    wood = mix(random.choice((p.near, mix(p.accent, p.near, 0.5))), p.ink, 0.45)
    sheet.ink(mix(wood, p.ink, 0.35), sheet.all(), slip=False)
    wide = random.uniform(270, 340)
    x = sheet.width * random.choice((0.5, 0.5 + sheet.side * 0.2)) - wide / 2
    shelves = random.randint(5, 6)
    high = (floor - sheet.top) / shelves
    rows = [floor - high * k for k in range(shelves + math.ceil(sheet.top / high) + 1)]
    _spines(sheet, rows, high, (x - 80, x + wide + 80, floor - high * 1.02))
    sheet.ink(wood, *[box(-20, y - 14, sheet.width + 20, y) for y in rows])
    posts = [sheet.width * k / 4 for k in range(5)]
    sheet.ink(wood, *[box(at - 13, -20, at + 13, floor) for at in posts if not x - 90 < at < x + wide + 90])
    side = 0 if sheet.side > 0 else sheet.width
    room = box(-20, -20, sheet.width + 20, floor)
    sheet.ink(p.ink, room, fade=Fade(side, 0, sheet.width / 2, 0, 0.75, 0.0), slip=False)
    sheet.ink(p.ink, room, fade=Fade(0, -20, 0, sheet.top + high * 1.2, 0.9, 0.0), slip=False)
    sheet.ink(
        mix(wood, p.ink, 0.5),
        *_opening(x - 66, sheet.y(0.06), wide + 132, floor - high - sheet.y(0.06), arched=True),
    )
    _window(sheet, x, sheet.y(0.12), wide, floor - high - sheet.y(0.12) - 50, arched=True)
    boards = mix(p.near, p.accent, 0.25)
    ground = box(-20, floor, sheet.width + 20, sheet.height + 20)
    motifs.lit(sheet, boards, ground, down=True)
    _beam(sheet, x, sheet.y(0.3), wide, 300, floor)
    away = -sheet.side
    _ladder(sheet, sheet.width * (0.5 - away * 0.4), sheet.y(0.08), sheet.y(0.95), away * 140)
    desk = sheet.y(0.79)
    left = sheet.width * (0.5 + away * 0.22) - 330
    _worker(sheet, left + 230, desk, 350)
    _table(sheet, left, desk, 660, sheet.height - 20, mix(p.accent, p.ink, 0.3))
    leaves = [(300, -18), (366, -52), (424, -20), (484, -52), (548, -18)]
    motifs.lit(sheet, p.paper, polygon([(left + a, desk + b) for a, b in leaves]))
    _lamp(sheet, left + 590, desk - 18, 220)


def _spines(sheet: Sheet, rows: list[float], high: float, gap: tuple[float, float, float]) -> None:
    """Fill the shelves that stand on ``rows`` with books, boxes or rolls; ``gap`` is left for a window."""
    p, random = sheet.palette, sheet.random
    boxes = sheet.says("slips", "ballot", "boxes")
    rolls = sheet.says("map", "maps", "rolls")
    inks = [
        p.accent,
        p.sun,
        p.paper,
        p.mid,
        p.far,
        p.near,
        mix(p.accent, p.ink, 0.4),
        mix(p.sky, p.paper, 0.4),
        p.glow,
    ]
    shelf: dict[Colour, list[Shape]] = {}
    bands: list[Shape] = []
    for y in rows:
        x = -10.0
        while x < sheet.width:
            if gap[0] < x < gap[1] and y < gap[2] + high:
                x += 20
                continue
            if rolls:
                radius = random.uniform(16, 30)
                for k in range(random.randint(1, 3)):
                    at = (x + radius, y - 14 - radius * (1 + 1.9 * k))
                    shelf.setdefault(random.choice(inks[:3] + inks[-2:]), []).append(oval(*at, radius))
                    bands.append(oval(*at, radius * 0.45))
                x += radius * 2 + 2
                continue
            thick = random.uniform(60, 110) if boxes else random.choice((13, 18, 24, 34))
            tall = high * (random.uniform(0.55, 0.7) if boxes else random.uniform(0.56, 0.84))
            if random.random() < 0.95:
                spine = box(x, y - 14 - tall, x + thick - 3, y - 14)
                shelf.setdefault(random.choice(inks), []).append(spine)
                bands.append(box(x, y - 14 - tall * 0.84, x + thick - 3, y - 14 - tall * 0.78))
                if boxes:
                    bands.append(oval(x + thick / 2, y - 14 - tall * 0.35, 9))
            x += thick
    for tone, spines in shelf.items():
        sheet.ink(tone, *spines)
    sheet.ink(p.ink, *bands, tone=0.7)


def _ladder(sheet: Sheet, x: float, top: float, foot: float, lean: float) -> None:
    p = sheet.palette
    tone = mix(p.light, p.accent, 0.35)
    rails = [line([(x + a, foot), (x + lean + a * 0.85, top)], 14) for a in (-46, 46)]
    rungs = []
    for k in range(1, 10):
        t = k / 10
        at, y = x + lean * t, foot + (top - foot) * t
        rungs.append(line([(at - 46, y), (at + 46, y)], 9))
    sheet.ink(p.ink, *[line([(a + 9, b + 4) for a, b in rail.points], 14) for rail in rails], tone=0.6)
    sheet.ink(tone, *rungs, *rails)


def studio(sheet: Sheet) -> None:
    """A quiet room for one person's work: desk, lamp, window, sheets on the wall, a plant."""
    p, random = sheet.palette, sheet.random
    floor = sheet.y(random.uniform(0.78, 0.83))
    _room(sheet, floor)
    room = sheet.height - sheet.top
    wide, high = random.uniform(380, 560), room * random.uniform(0.32, 0.4)
    x = sheet.width * (0.5 + sheet.side * random.uniform(0.05, 0.2)) - wide / 2
    top = sheet.y(0.09)
    if sheet.says("switches", "labels"):
        _switches(sheet, x, top, wide, high)
    else:
        _window(sheet, x, top, wide, high)
        _beam(sheet, x, top, wide, high, floor)
    for column in range(7):
        at = 60 + column * sheet.width / 7
        if not x - 190 < at < x + wide + 50:
            for row in range(random.randint(1, 2)):
                _pinned(sheet, at, top + 15 + 225 * row + random.uniform(-14, 14), random.uniform(108, 146))
    desk = sheet.y(random.uniform(0.64, 0.67))
    left, long = sheet.width * random.uniform(0.16, 0.24), sheet.width * random.uniform(0.5, 0.6)
    chair = left + long * random.uniform(0.4, 0.6)
    if random.random() < 0.6:
        _worker(sheet, chair, desk, 410)
    _table(sheet, left, desk, long, sheet.height - 30, mix(p.light, p.accent, 0.3))
    _lamp(sheet, left + long * random.uniform(0.13, 0.24), desk - 18, random.uniform(290, 340))
    pile = left + long * 0.56
    for k in range(random.randint(3, 7)):
        shift = random.uniform(-9, 9)
        sheet.ink(
            (p.paper, p.glow)[k % 2],
            box(pile + shift, desk - 30 - k * 11, pile + 190 + shift, desk - 20 - k * 11),
        )
    cup = left + long * 0.84
    sheet.ink(p.accent, oval(cup + 62, desk - 56, 26), hole(oval(cup + 62, desk - 56, 15)))
    motifs.lit(sheet, p.accent, box(cup, desk - 92, cup + 66, desk - 18))
    back = polygon(
        curve(
            [
                (chair - 110, desk + 30),
                (chair + 110, desk + 30),
                (chair + 100, desk + 200),
                (chair - 100, desk + 200),
            ],
            closed=True,
            steps=5,
        )
    )
    sheet.ink(
        p.ink,
        box(chair - 8, desk + 180, chair + 8, sheet.height - 60),
        line([(chair - 100, sheet.height - 50), (chair + 100, sheet.height - 50)], 14),
    )
    motifs.lit(sheet, mix(p.near, p.ink, 0.4), back)
    edge = sheet.width * (0.91 if left + long < sheet.width * 0.82 else 0.08)
    _plant(sheet, edge, sheet.height - 46, random.uniform(400, 520))


def _pinned(sheet: Sheet, x: float, y: float, size: float) -> None:
    p, random = sheet.palette, sheet.random
    sheet.ink(p.ink, box(x + 7, y + 8, x + size + 7, y + size * 1.2 + 8), tone=0.4)
    sheet.ink(p.paper, box(x, y, x + size, y + size * 1.2))
    tone = random.choice((p.accent, p.mid, p.near))
    match random.randrange(4):
        case 0:
            sheet.ink(tone, oval(x + size / 2, y + size * 0.55, size * 0.27))
        case 1:
            sheet.ink(
                tone,
                polygon(
                    [
                        (x + size * 0.14, y + size),
                        (x + size * 0.5, y + size * 0.3),
                        (x + size * 0.86, y + size),
                    ]
                ),
            )
        case 2:
            sheet.ink(
                tone,
                *[
                    box(
                        x + size * 0.15,
                        y + size * (0.2 + 0.15 * k),
                        x + size * random.uniform(0.5, 0.86),
                        y + size * (0.24 + 0.15 * k),
                    )
                    for k in range(6)
                ],
            )
        case _:
            sheet.ink(
                tone,
                *[
                    box(
                        x + size * (0.14 + 0.19 * k),
                        y + size * random.uniform(0.25, 0.8),
                        x + size * (0.27 + 0.19 * k),
                        y + size,
                    )
                    for k in range(4)
                ],
            )
    sheet.ink(p.accent, oval(x + size / 2, y + 10, 7))


def _switches(sheet: Sheet, x: float, y: float, wide: float, high: float) -> None:
    p, random = sheet.palette, sheet.random
    motifs.lit(sheet, mix(p.mid, p.far, 0.5), box(x - 20, y - 20, x + wide + 20, y + high + 20))
    for column in range(6):
        for row in range(4):
            left, top = x + wide * (column + 0.15) / 6, y + high * (row + 0.1) / 4
            sheet.ink(p.paper, box(left, top, left + wide * 0.11, top + high * 0.07))
            sheet.ink(p.ink, box(left + 6, top + high * 0.03, left + wide * 0.08, top + high * 0.045))
            centre = (left + wide * 0.055, top + high * 0.15)
            sheet.ink(p.ink, oval(*centre, 24))
            tip = (centre[0], centre[1] + random.choice((-26, 26)))
            sheet.ink(random.choice((p.accent, p.light)), line([centre, tip], 11), oval(*tip, 9))


def _plant(sheet: Sheet, x: float, foot: float, size: float) -> None:
    p = sheet.palette
    leaves = []
    for k in range(11):
        angle = math.pi * (1.1 + 0.8 * k / 10)
        reach = size * sheet.random.uniform(0.5, 0.78)
        tip = x + math.cos(angle) * reach * 0.7, foot - size * 0.28 + math.sin(angle) * reach
        half = x + math.cos(angle) * reach * 0.3, foot - size * 0.28 + math.sin(angle) * reach * 0.55
        thick = size * 0.055
        leaves.append(
            polygon(
                curve([(x, foot - size * 0.26), (half[0] - thick, half[1]), tip], steps=5)
                + curve([tip, (half[0] + thick, half[1]), (x, foot - size * 0.26)], steps=5)
            )
        )
    motifs.lit(sheet, mix(p.near, p.ink, 0.2), *leaves)
    pot = [
        (x - size * 0.16, foot - size * 0.3),
        (x + size * 0.16, foot - size * 0.3),
        (x + size * 0.12, foot),
        (x - size * 0.12, foot),
    ]
    motifs.lit(sheet, p.accent, polygon(pot))
