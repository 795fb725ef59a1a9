"""The harbour: its quay, its boats and its water."""

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Shape, Sheet, box, line, oval, polygon


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
