"""The harbour and the garden: places where people have lined things up."""

import math

from demo.art import motifs
from demo.art.palette import Colour, mix
from demo.art.press import Fade, Halo, Shape, Sheet, blob, box, curve, line, oval, polygon


def harbour(sheet: Sheet) -> None:
    """Narrow houses or cranes behind a quay, boats in front, all of it broken up in the water."""
    p, random = sheet.palette, sheet.random
    quay = sheet.y(random.uniform(0.5, 0.58))
    sun_x, _ = motifs.sky(sheet, quay)
    back = motifs.skyline(random, sheet.width, quay, 130, swell=2.6)
    motifs.hill(sheet, back, quay + 10, mix(p.far, p.sky, 0.3), p.far, p.glow)
    working = sheet.says("berths", "ferry", "crossing", "six") or (
        random.random() < 0.35 and not sheet.says("hallis", "pennwick", "quay", "tide", "boats")
    )
    low = sheet.height + 20
    ebb = sheet.says("tide", "office")
    if working:
        _cranes(sheet, quay)
    else:
        _waterfront(sheet, quay)
    water = quay + 42
    if ebb:
        _mud(sheet, water, low)
    else:
        motifs.water(sheet, water, low, mix(p.far, p.mid, 0.4), p.near, p.glow, sun_x)
        for _ in range(9):
            x, wide = random.uniform(0, sheet.width), random.uniform(40, 90)
            motifs.ripples(
                sheet, x, water + 6, wide, random.uniform(70, 150), mix(p.near, p.mid, 0.3), p.glow
            )
    wall = box(-20, quay - 6, sheet.width + 20, water + 4)
    motifs.lit(sheet, mix(p.near, p.ink, 0.3), wall, down=True)
    sheet.ink(mix(p.glow, p.paper, 0.4), box(-20, quay - 9, sheet.width + 20, quay + 3))
    for k in range(random.randint(2, 4)):
        motifs.person(
            sheet, sheet.width * random.uniform(0.1, 0.9), quay - 4, 54, (p.accent, p.ink, p.near)[k % 3]
        )
    if working:
        _ferry(
            sheet,
            sheet.width * (0.5 + sheet.side * random.uniform(0.06, 0.16)),
            water + 80,
            random.uniform(560, 700),
        )
    else:
        for k in range(random.randint(2, 3)):
            x = sheet.width * (k + random.uniform(0.3, 0.7)) / 3.4
            motifs.sailing_boat(sheet, x, water + 36 + 26 * k, random.uniform(150, 230), p.near, p.paper)
    hulls = [(p.accent, p.paper), (p.near, p.light), (p.paper, p.accent)]
    random.shuffle(hulls)
    room = sheet.height - water
    for k in range(2):
        x = sheet.width * (0.5 - sheet.side * (0.26 - 0.5 * k) + random.uniform(-0.05, 0.05))
        motifs.moored_boat(sheet, x, water + room * (0.48 + 0.26 * k), 250 + 110 * k, *hulls[k])
    _bollards(sheet)
    motifs.birds(sheet, quay)


def _waterfront(sheet: Sheet, quay: float) -> None:
    p, random = sheet.palette, sheet.random
    walls = [
        p.paper,
        p.glow,
        p.accent,
        mix(p.far, p.paper, 0.5),
        mix(p.mid, p.far, 0.5),
        mix(p.accent, p.light, 0.55),
    ]
    x, last = -40.0, None
    while x < sheet.width + 20:
        wide, high = random.uniform(78, 132), random.uniform(110, 215)
        wall = random.choice([tone for tone in walls if tone != last])
        roof = mix(p.near, p.ink, random.uniform(0.1, 0.7))
        gable = random.random() < 0.6
        motifs.house(
            sheet,
            x,
            quay,
            wide,
            high,
            wall,
            roof,
            gable=gable,
            lamps=0.3,
            floors=random.randint(2, 4),
            columns=random.randint(2, 3),
        )
        x, last = x + wide + random.choice((0, 2, 6, 46)), wall


def _cranes(sheet: Sheet, quay: float) -> None:
    p, random = sheet.palette, sheet.random
    x = -40.0
    while x < sheet.width:
        wide, high = random.uniform(190, 340), random.uniform(64, 112)
        teeth: list[Shape] = []
        for k in range(4):
            left = x + wide * k / 4
            teeth.append(
                polygon(
                    [(left, quay - high + 2), (left, quay - high * 1.4), (left + wide / 4, quay - high + 2)]
                )
            )
        motifs.lit(
            sheet,
            random.choice((p.mid, mix(p.far, p.mid, 0.5), p.near)),
            box(x, quay - high, x + wide, quay),
            *teeth,
        )
        sheet.ink(
            p.light,
            *[
                box(x + 20 + k * 46, quay - high * 0.66, x + 42 + k * 46, quay - high * 0.4)
                for k in range(int(wide / 52))
            ],
            tone=0.9,
        )
        x += wide + 14
    for k in range(random.randint(3, 4)):
        x, high = sheet.width * (k + random.uniform(0.25, 0.75)) / 4, random.uniform(260, 360)
        top, reach = quay - high, random.choice((-1, 1)) * random.uniform(140, 230)
        jib = (x + reach, top - 36)
        beams = [
            line([(x - 50, quay), (x - 24, top + high * 0.35)], 11),
            line([(x + 50, quay), (x + 24, top + high * 0.35)], 11),
            line([(x - 44, quay - high * 0.22), (x + 44, quay - high * 0.22)], 8),
            line([(x, top + high * 0.3), jib], 11),
            line([(x, top), jib], 4),
            line([(x, top), (x - reach * 0.3, top + high * 0.27)], 4),
            line([(x, top), (x, top + high * 0.32)], 9),
            line([jib, (jib[0], top + high * 0.42)], 3),
            box(jib[0] - 15, top + high * 0.42, jib[0] + 15, top + high * 0.5),
            box(x - 36, top + high * 0.26, x + 36, top + high * 0.4),
            box(min(x, x - reach * 0.34), top + high * 0.24, max(x, x - reach * 0.34), top + high * 0.32),
        ]
        sheet.ink(p.accent if k % 2 else p.ink, *beams)


def _ferry(sheet: Sheet, x: float, y: float, size: float) -> None:
    p = sheet.palette
    decks = [
        box(x - size * 0.36, y - size * 0.26, x + size * 0.33, y - size * 0.12),
        box(x - size * 0.27, y - size * 0.35, x + size * 0.22, y - size * 0.25),
        box(x + size * 0.02, y - size * 0.42, x + size * 0.18, y - size * 0.34),
    ]
    for deck in decks:
        motifs.lit(sheet, p.paper, deck)
    funnel = [
        (x - size * 0.17, y - size * 0.34),
        (x - size * 0.145, y - size * 0.5),
        (x - size * 0.05, y - size * 0.5),
        (x - size * 0.04, y - size * 0.34),
    ]
    motifs.lit(sheet, p.accent, polygon(funnel))
    sheet.ink(p.ink, box(x - size * 0.147, y - size * 0.5, x - size * 0.05, y - size * 0.475))
    hull = [
        (x - size * 0.47, y - size * 0.15),
        (x + size * 0.53, y - size * 0.18),
        (x + size * 0.42, y),
        (x - size * 0.4, y),
    ]
    motifs.lit(sheet, mix(p.near, p.ink, 0.6), polygon(hull))
    sheet.ink(
        p.accent,
        polygon(
            [
                (x - size * 0.415, y - size * 0.03),
                (x + size * 0.44, y - size * 0.03),
                (x + size * 0.42, y),
                (x - size * 0.4, y),
            ]
        ),
    )
    lamps = [
        box(x - size * (0.33 - 0.056 * k), y - size * 0.225, x - size * (0.3 - 0.056 * k), y - size * 0.18)
        for k in range(11)
    ]
    lamps += [
        box(x - size * (0.24 - 0.056 * k), y - size * 0.32, x - size * (0.21 - 0.056 * k), y - size * 0.285)
        for k in range(7)
    ]
    sheet.ink(mix(p.light, p.sun, 0.3), *lamps)
    for k in range(5):
        sheet.glow(p.light, x - size * 0.3 + size * 0.14 * k, y - size * 0.2, 60, 0.4)
    motifs.ripples(sheet, x, y + 6, size * 0.46, size * 0.34, p.ink, p.light)


def _mud(sheet: Sheet, top: float, low: float) -> None:
    p, random = sheet.palette, sheet.random
    flat = mix(p.mid, mix(p.accent, p.near, 0.6), 0.4)
    motifs.lit(sheet, flat, box(-20, top, sheet.width + 20, low), down=True)
    for k in range(12):
        t = k / 12
        y = top + 16 + (low - top) * t
        x = random.uniform(0, sheet.width)
        sheet.ink(p.sky, motifs.lens(x, y, 80 + 220 * t, 7 + 16 * t))
        sheet.ink(p.glow, motifs.lens(x, y, 60 + 200 * t, 4 + 10 * t), tone=0.7)


def _bollards(sheet: Sheet) -> None:
    p, random = sheet.palette, sheet.random
    side = -sheet.side
    edge = sheet.width * (0.5 + side * 0.5)

    def at(x: float) -> float:
        return edge - side * x

    low = sheet.height + 20
    pier = polygon(
        [(at(-20), sheet.height - 150), (at(330), sheet.height - 84), (at(450), low), (at(-20), low)]
    )
    motifs.lit(sheet, mix(p.near, p.ink, 0.5), pier, down=True)
    sheet.ink(mix(p.glow, p.mid, 0.4), line([(at(-20), sheet.height - 150), (at(330), sheet.height - 84)], 7))
    for x in (120, 250):
        foot = sheet.height - 128 + x * 0.2
        stem = box(min(at(x - 20), at(x + 20)), foot - 70, max(at(x - 20), at(x + 20)), foot)
        motifs.lit(sheet, p.accent if random.random() < 0.4 else p.ink, stem, oval(at(x), foot - 72, 31, 17))
    if random.random() < 0.75:
        motifs.person(sheet, at(190), sheet.height - 92, random.uniform(200, 240), p.accent, cast=p.ink)


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
