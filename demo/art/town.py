"""Scenes of the town: its skyline, its nights, its market and its railway."""

from itertools import pairwise

from demo.art import motifs
from demo.art.palette import Colour, mix
from demo.art.press import Fade, Point, Shape, Sheet, blob, box, curve, hole, line, oval, polygon


def city(sheet: Sheet) -> None:
    """A skyline in layers, with rooftops or a street before it."""
    p, random = sheet.palette, sheet.random
    base = sheet.y(random.uniform(0.66, 0.74))
    motifs.sky(sheet, base - 40)
    room = base - sheet.top
    tower = sheet.says("exchange", "parliament", "tower") or random.random() < 0.45
    for depth, tone in enumerate((mix(p.far, p.sky, 0.35), mix(p.far, p.mid, 0.6), mix(p.mid, p.near, 0.6))):
        x = -60.0
        while x < sheet.width + 20:
            wide = random.uniform(66, 145)
            high = room * random.uniform(0.2, 0.5) * (1.12 - 0.28 * depth)
            _block(sheet, x, base + 20, wide, high, tone, depth)
            x += wide + random.choice((0, 0, 8, 26))
        if tower and depth == 1:
            _tower(
                sheet,
                sheet.width * (0.5 + sheet.side * random.uniform(-0.2, 0.14)),
                base + 20,
                room * random.uniform(0.74, 0.84),
            )
        if depth < 2:
            haze = box(-20, base - room * 0.4, sheet.width + 20, base + 20)
            sheet.ink(p.glow, haze, fade=Fade(0, base + 20, 0, base - room * 0.4, 0.55, 0.0), slip=False)
    if sheet.says("well", "kerb", "band", "bus", "number", "shelter", "street") or (
        random.random() < 0.5 and not sheet.says("roofs", "registry")
    ):
        _street(sheet, base)
    else:
        _rooftops(sheet, base)
    motifs.birds(sheet, base - room * 0.5)


def _block(sheet: Sheet, x: float, base: float, wide: float, high: float, tone: Colour, depth: int) -> None:
    p, random = sheet.palette, sheet.random
    top, middle = base - high, x + wide / 2
    shapes: list[Shape] = [box(x, top, x + wide, base)]
    match random.choice(("flat", "flat", "gable", "dome", "steps", "spire", "slope")):
        case "gable":
            shapes.append(polygon([(x, top), (middle, top - wide * 0.5), (x + wide, top)]))
        case "dome":
            shapes += [
                oval(middle, top, wide * 0.38, wide * 0.42),
                box(middle - 3, top - wide * 0.68, middle + 3, top),
            ]
        case "steps":
            shapes += [
                box(x + wide * 0.14 * k, top - wide * 0.15 * k, x + wide * (1 - 0.14 * k), top)
                for k in (1, 2, 3)
            ]
        case "spire":
            shapes.append(
                polygon(
                    [(middle - wide * 0.15, top), (middle, top - wide * 1.1), (middle + wide * 0.15, top)]
                )
            )
        case "slope":
            shapes.append(polygon([(x, top), (x + wide, top - wide * 0.4), (x + wide, top)]))
    motifs.lit(sheet, tone, *shapes, shade=0.7, light=0.5)
    if depth == 0:
        return
    columns, rows = max(2, round(wide / 30)), max(3, round(high / 44))
    bright: list[Shape] = []
    dark: list[Shape] = []
    for column in range(columns):
        for row in range(rows):
            left = x + wide * (column + 0.28) / columns
            head = top + 16 + (high - 20) * row / rows
            pane = box(left, head, left + wide * 0.46 / columns, head + (high - 20) * 0.5 / rows)
            (bright if random.random() < (0.22 if depth == 1 else 0.34) else dark).append(pane)
    sheet.ink(mix(tone, p.ink, 0.5), *dark, tone=0.8)
    sheet.ink(p.light, *bright)


def _tower(sheet: Sheet, x: float, base: float, high: float) -> None:
    p = sheet.palette
    half = high * 0.085
    shapes = [
        box(x - half, base - high * 0.74, x + half, base),
        box(x - half * 1.22, base - high * 0.77, x + half * 1.22, base - high * 0.73),
        box(x - half * 0.7, base - high * 0.87, x + half * 0.7, base - high * 0.76),
        polygon(
            [
                (x - half * 0.9, base - high * 0.87),
                (x, base - high * 1.08),
                (x + half * 0.9, base - high * 0.87),
            ]
        ),
    ]
    motifs.lit(sheet, p.accent, *shapes)
    sheet.ink(
        mix(p.accent, p.ink, 0.7),
        *[
            box(
                x - half * 0.2,
                base - high * (0.52 - 0.13 * k),
                x + half * 0.2,
                base - high * (0.45 - 0.13 * k),
            )
            for k in range(3)
        ],
    )
    motifs.clock(sheet, x, base - high * 0.645, half * 0.6)


def _rooftops(sheet: Sheet, base: float) -> None:
    p, random = sheet.palette, sheet.random
    for row in range(3):
        y = base + 16 + (sheet.height - base) * 0.34 * row
        x = random.uniform(-220, -60)
        while x < sheet.width:
            wide, rise = (
                random.uniform(190, 300) * (1 + 0.2 * row),
                random.uniform(76, 112) * (1 + 0.25 * row),
            )
            tone = mix(
                random.choice((p.accent, p.near, p.mid, mix(p.accent, p.far, 0.4))), p.ink, 0.08 + 0.16 * row
            )
            stack = x + wide * random.uniform(0.4, 0.8)
            motifs.lit(sheet, mix(tone, p.ink, 0.3), box(stack, y - 64, stack + 50, y + 30))
            sheet.ink(
                p.accent, *[box(stack + 4 + 16 * k, y - 82, stack + 14 + 16 * k, y - 64) for k in range(3)]
            )
            if random.random() < 0.3:
                smoke = [
                    oval(stack + 20 + 16 * k * sheet.side, y - 110 - 34 * k, 13 + 8 * k) for k in range(4)
                ]
                sheet.ink(p.glow, *smoke, tone=0.7)
            slope = polygon([(x, y + rise), (x + wide * 0.28, y), (x + wide, y), (x + wide * 1.25, y + rise)])
            motifs.lit(
                sheet, tone, slope, box(x + 18, y + rise - 2, x + wide * 1.2, sheet.height + 20), light=0.6
            )
            courses = [
                line([(x, y + rise * k), (x + wide * 1.25, y + rise * k)], 3) for k in (0.35, 0.68, 0.98)
            ]
            sheet.ink(mix(tone, p.ink, 0.6), *courses, within=[slope])
            if random.random() < 0.55:
                left = x + wide * random.uniform(0.35, 0.7)
                sheet.ink(p.light, box(left, y + rise * 0.3, left + 42, y + rise * 0.74))
                sheet.ink(p.ink, box(left + 19, y + rise * 0.3, left + 23, y + rise * 0.74))
            x += wide * 1.14


def _street(sheet: Sheet, base: float) -> None:
    p, random = sheet.palette, sheet.random
    low = sheet.height + 20
    ground = box(-20, base + 16, sheet.width + 20, low)
    motifs.lit(sheet, mix(p.glow, p.far, 0.45), ground, down=True, shade=0.6)
    kerb = [
        (-20, sheet.height - 26),
        (sheet.width + 20, sheet.height - 86),
        (sheet.width + 20, sheet.height - 60),
        (-20, sheet.height + 4),
    ]
    sheet.ink(mix(p.paper, p.glow, 0.3), polygon(kerb))
    if sheet.says("bus", "number", "shelter") or random.random() < 0.6:
        _bus(sheet, sheet.width * (0.5 + sheet.side * 0.18) - 250, base + 116, random.uniform(440, 520))
    for k in range(random.randint(6, 9)):
        near = random.random()
        tall = 110 + 130 * near
        coat = (p.accent, p.near, p.paper, p.ink, p.mid)[k % 5]
        y = base + 120 + (sheet.height - base - 160) * near
        motifs.person(
            sheet, sheet.width * (k + random.random()) / 9, y, tall, coat, cast=mix(p.mid, p.ink, 0.4)
        )
    for side in (0.05, 0.94):
        x = sheet.width * side
        sheet.ink(p.ink, line([(x, base - 230), (x, low)], 9), oval(x, base - 244, 20))
        sheet.ink(p.light, oval(x, base - 244, 12))


def _bus(sheet: Sheet, x: float, y: float, size: float) -> None:
    p = sheet.palette
    body = [
        (x, y),
        (x, y - size * 0.4),
        (x + size * 0.03, y - size * 0.44),
        (x + size * 0.97, y - size * 0.44),
        (x + size, y - size * 0.4),
        (x + size, y),
    ]
    motifs.shadow(sheet, x + size / 2, y, size, 130, p.ink, 0.6)
    motifs.lit(sheet, p.accent, polygon(body))
    sheet.ink(p.paper, box(x, y - size * 0.21, x + size, y - size * 0.185))
    panes = [
        box(
            x + size * (0.035 + 0.158 * k), y - size * 0.395, x + size * (0.165 + 0.158 * k), y - size * 0.235
        )
        for k in range(6)
    ]
    sheet.ink(p.light, *panes)
    heads = [
        oval(x + size * (0.1 + 0.158 * k), y - size * 0.27, size * 0.03, size * 0.04) for k in range(0, 6, 2)
    ]
    sheet.ink(p.ink, *heads, within=panes)
    wheels = [oval(x + size * share, y, size * 0.065) for share in (0.2, 0.8)]
    sheet.ink(p.ink, *wheels)
    sheet.ink(p.far, *[oval(x + size * share, y, size * 0.028) for share in (0.2, 0.8)])


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


def market(sheet: Sheet) -> None:
    """Striped awnings over crates and loaves, houses behind, people before."""
    p, random = sheet.palette, sheet.random
    base = sheet.y(0.56)
    motifs.sky(sheet, base)
    x = -50.0
    while x < sheet.width:
        wide, high = random.uniform(140, 220), (base - sheet.top) * random.uniform(0.34, 0.52)
        wall = random.choice((mix(p.far, p.glow, 0.4), p.far, mix(p.mid, p.glow, 0.45), p.glow))
        motifs.house(
            sheet,
            x,
            base,
            wide,
            high,
            wall,
            mix(p.mid, p.near, 0.6),
            floors=3,
            columns=3,
            gable=random.random() < 0.6,
        )
        x += wide + random.choice((0, 6))
    ground = box(-20, base, sheet.width + 20, sheet.height + 20)
    motifs.lit(sheet, mix(p.glow, p.far, 0.35), ground, down=True, shade=0.55)
    _bunting(sheet)
    for row, scale in ((0, 0.66), (1, 1.06)):
        y = sheet.y(0.71 if row == 0 else 0.975)
        people = 5 if row == 0 else 4
        x = random.uniform(-200, -40)
        while x < sheet.width:
            wide = scale * random.uniform(380, 480)
            _stall(sheet, x, y, wide, scale * random.uniform(340, 380))
            x += wide + scale * random.uniform(90, 240)
        for k in range(people):
            coat = (p.ink, p.accent, p.near, p.paper, p.mid)[random.randrange(5)]
            motifs.person(
                sheet,
                sheet.width * (k + random.random()) / people,
                y + 26,
                scale * 270,
                coat,
                cast=mix(p.mid, p.ink, 0.4),
            )


def _bunting(sheet: Sheet) -> None:
    p = sheet.palette
    top = sheet.top + 70
    string = [(sheet.width * k / 24, top + 220 * (k % 12 / 12) * (1 - k % 12 / 12)) for k in range(25)]
    sheet.ink(p.ink, line(string, 3))
    for first, tone in enumerate((p.accent, p.near, p.paper)):
        sheet.ink(tone, *[polygon([(x - 22, y), (x + 22, y), (x, y + 52)]) for x, y in string[first::3]])


def _stall(sheet: Sheet, x: float, y: float, wide: float, high: float) -> None:
    p, random = sheet.palette, sheet.random
    inside = box(x + wide * 0.03, y - high * 0.86, x + wide * 0.97, y - high * 0.2)
    sheet.ink(mix(p.near, p.ink, 0.5), inside)
    motifs.person(
        sheet,
        x + wide * random.uniform(0.3, 0.7),
        y - high * 0.04,
        high * 0.66,
        random.choice((p.paper, p.glow, p.mid)),
    )
    sheet.ink(
        p.ink,
        box(x + wide * 0.01, y - high, x + wide * 0.035, y),
        box(x + wide * 0.965, y - high, x + wide * 0.99, y),
    )
    counter = box(x, y - high * 0.33, x + wide, y)
    motifs.lit(
        sheet, mix(p.accent, p.ink, 0.5) if random.random() < 0.4 else mix(p.mid, p.ink, 0.35), counter
    )
    sheet.ink(
        p.ink,
        *[box(x, y - high * 0.082 * k, x + wide, y - high * 0.082 * k + 4) for k in (1, 2, 3)],
        tone=0.7,
    )
    crates = random.randint(3, 4)
    fish = sheet.says("fish")
    loaves = sheet.says("loaf", "sandwich", "loaves")
    for k in range(crates):
        wares = (
            p.paper
            if fish
            else mix(p.accent, p.light, 0.5)
            if loaves
            else random.choice((p.accent, p.sun, p.light, mix(p.mid, p.light, 0.3)))
        )
        r = wide / crates * 0.12
        long, flat = (
            (1.25, 0.5) if fish else (1.2, 0.72) if loaves or random.random() < 0.25 else (0.95, 0.95)
        )
        heap = [
            oval(
                x + wide * (k + 0.07) / crates + r * (1 + 2 * n + level),
                y - high * 0.34 - r * 1.5 * flat * level - r * 0.3,
                r * long,
                r * flat,
            )
            for level in range(3)
            for n in range(4 - level)
        ]
        motifs.lit(sheet, wares, *heap, down=True)
    tone = random.choice((p.accent, p.near, p.mid, p.accent))
    for first, stripe in ((0, p.paper), (1, tone)):
        shapes = _awning(x, y - high, wide, high, first)
        sheet.ink(stripe, *shapes)
        shade = Fade(0, y - high * 0.8, 0, y - high * 1.05, 0.6, 0.0)
        sheet.ink(mix(stripe, p.ink, 0.5), *shapes, fade=shade, slip=False)


def _awning(x: float, y: float, wide: float, high: float, first: int) -> list[Shape]:
    step = wide * 1.1 / 8
    shapes: list[Shape] = []
    for k in range(first, 8, 2):
        left, top = x - wide * 0.05 + k * step, x + wide * 0.07 + k * wide * 0.86 / 8
        foot = y + high * 0.16
        shapes.append(
            polygon(
                [
                    (top, y - high * 0.13),
                    (top + wide * 0.86 / 8, y - high * 0.13),
                    (left + step, foot),
                    (left, foot),
                ]
            )
        )
        shapes.append(oval(left + step / 2, foot, step / 2, step * 0.42))
    return shapes


def railway(sheet: Sheet) -> None:
    """Rails to the vanishing point, a viaduct with its train, or a platform under a clock."""
    kinds = {
        _platform: ("clock", "clocks", "time", "platform", "machine", "right"),
        _viaduct: ("viaduct", "finished"),
        _line: ("junction", "gauges", "halt"),
    }
    named = [kind for kind, words in kinds.items() if sheet.says(*words)]
    (named[0] if named else sheet.random.choice(list(kinds)))(sheet)


def _track(sheet: Sheet, aim: Point, foot: float, half: float) -> None:
    """Print a railway line from the bottom of the sheet, at ``foot``, to the point it runs to."""
    p = sheet.palette
    low = sheet.height + 20
    bed = polygon(
        [(aim[0] - 5, aim[1]), (aim[0] + 5, aim[1]), (foot + half * 2.1, low), (foot - half * 2.1, low)]
    )
    motifs.lit(sheet, mix(p.far, p.mid, 0.5), bed, down=True)
    sleepers = []
    for k in range(34):
        t = (k / 34) ** 2.5
        y, x = aim[1] + (low - aim[1]) * t, aim[0] + (foot - aim[0]) * t
        reach, thick = 4 + half * 1.5 * t, 1.5 + 26 * t
        sleepers.append(
            polygon(
                [(x - reach, y), (x + reach, y), (x + reach * 1.02, y + thick), (x - reach * 1.02, y + thick)]
            )
        )
    sheet.ink(mix(p.ink, p.near, 0.3), *sleepers)
    rails = []
    for side in (-1, 1):
        end = foot + side * half
        rails.append(polygon([(aim[0] + side * 2, aim[1]), (end - 11, low), (end + 11, low)]))
    sheet.ink(p.paper, *rails)


def _line(sheet: Sheet) -> None:
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.44, 0.54))
    motifs.sky(sheet, horizon)
    for k, tone in enumerate((p.far, p.mid)):
        crest = motifs.skyline(random, sheet.width, horizon + 10 * k, 120 - 50 * k, swell=2.4)
        motifs.hill(sheet, crest, horizon + 60, tone, p.near, p.glow)
    ground = box(-20, horizon, sheet.width + 20, sheet.height + 20)
    motifs.lit(sheet, mix(p.mid, p.glow, 0.35), ground, down=True)
    aim = (sheet.width * (0.5 - sheet.side * random.uniform(0.04, 0.16)), horizon + 2)
    middle = sheet.width / 2
    spread = (0.0,) if random.random() < 0.35 and not sheet.says("junction", "gauges") else (-0.36, 0.36)
    for share in spread:
        _track(sheet, aim, middle + share * sheet.width, 150 if len(spread) > 1 else 190)
    _poles(sheet, aim, horizon)
    x = sheet.width * (0.5 + sheet.side * 0.33)
    motifs.house(
        sheet,
        x - 130,
        horizon + 64,
        260,
        92,
        p.accent,
        mix(p.near, p.ink, 0.5),
        gable=False,
        floors=1,
        columns=5,
        lamps=0.6,
    )
    platform = box(x - 230, horizon + 66, x + 230, horizon + 88)
    sheet.ink(p.glow, platform)
    sheet.ink(p.near, box(x - 230, horizon + 80, x + 230, horizon + 92))
    posts = [
        line([(x + way * 168, horizon + 14), (x + way * 168, horizon + 68)], 5) for way in (-1, -0.5, 0.5, 1)
    ]
    canopy = [
        (x - 176, horizon + 4),
        (x + 176, horizon + 4),
        (x + 190, horizon + 16),
        (x - 190, horizon + 16),
    ]
    sheet.ink(p.ink, polygon(canopy), *posts)
    for k in range(3):
        motifs.person(sheet, x - 110 + 90 * k, horizon + 78, 74, (p.near, p.paper, p.ink)[k], cast=p.near)
    _signal(
        sheet,
        # Between two lines, or beside a single one.
        middle + sheet.side * (random.uniform(20, 90) if len(spread) > 1 else random.uniform(262, 290)),
        sheet.y(0.9),
        random.uniform(460, 560),
    )
    if random.random() < 0.6:
        size = random.uniform(84, 120)
        motifs.lit(
            sheet,
            p.accent,
            box(aim[0] - size / 2, horizon - size * 0.86, aim[0] + size / 2, horizon + size * 0.12),
            oval(aim[0], horizon - size * 0.84, size / 2, size * 0.2),
        )
        sheet.ink(
            p.light,
            box(aim[0] - size * 0.36, horizon - size * 0.74, aim[0] - size * 0.06, horizon - size * 0.42),
            box(aim[0] + size * 0.06, horizon - size * 0.74, aim[0] + size * 0.36, horizon - size * 0.42),
            oval(aim[0], horizon - size * 0.14, size * 0.1),
        )
        sheet.glow(p.light, aim[0], horizon - size * 0.14, 110, 0.6)


def _poles(sheet: Sheet, aim: Point, horizon: float) -> None:
    p = sheet.palette
    end = sheet.width * (0.5 - sheet.side * 0.54)
    tops: list[Point] = []
    shapes: list[Shape] = []
    for k in range(7):
        t = (1 - k / 7) ** 2.2
        x, foot, tall = aim[0] + (end - aim[0]) * (0.05 + 0.9 * t), horizon + 14 + 290 * t, 46 + 560 * t
        shapes.append(line([(x, foot), (x, foot - tall)], 2.5 + 10 * t))
        shapes += [
            line([(x - 74 * t, foot - tall * arm), (x + 74 * t, foot - tall * arm)], 1.5 + 7 * t)
            for arm in (0.97, 0.88)
        ]
        tops.append((x, foot - tall * 0.97))
    for (x0, y0), (x1, y1) in pairwise(tops):
        shapes.append(
            line(curve([(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 + abs(x0 - x1) * 0.06), (x1, y1)]), 2)
        )
    sheet.ink(p.ink, *shapes)


def _signal(sheet: Sheet, x: float, y: float, tall: float) -> None:
    p = sheet.palette
    motifs.shadow(sheet, x, y, 20, tall * 0.7, p.ink, 0.6)
    sheet.ink(
        p.ink,
        line([(x, y), (x, y - tall)], 15),
        line([(x + 24, y), (x + 24, y - tall * 0.7)], 4),
        polygon([(x - 14, y - tall), (x, y - tall - 54), (x + 14, y - tall)]),
    )
    for share, up in ((0.94, 50), (0.66, 0)):
        top = y - tall * share
        way = -sheet.side  # Away from the station.
        sheet.ink(
            p.accent,
            polygon([(x, top), (x + way * 168, top - up), (x + way * 168, top + 44 - up), (x, top + 44)]),
        )
        sheet.ink(
            p.paper,
            polygon(
                [
                    (x + way * 122, top - up * 0.73),
                    (x + way * 142, top - up * 0.85),
                    (x + way * 142, top + 44 - up * 0.85),
                    (x + way * 122, top + 44 - up * 0.73),
                ]
            ),
        )
        sheet.ink(p.light, oval(x - way * 20, top + 20, 13))
        sheet.glow(p.light, x - way * 20, top + 20, 60, 0.6)


def _viaduct(sheet: Sheet) -> None:
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.5, 0.6))
    motifs.sky(sheet, horizon)
    for k, tone in enumerate((p.far, mix(p.far, p.mid, 0.6), p.mid)):
        crest = motifs.skyline(random, sheet.width, horizon + 90 * k, 170, swell=random.uniform(2, 3))
        motifs.hill(sheet, crest, sheet.height + 20, tone, mix(tone, p.ink, 0.4), p.glow)
    deck = sheet.y(random.uniform(0.36, 0.44))
    stone = mix(p.accent, p.far, random.uniform(0.15, 0.5))
    bays = random.randint(5, 7) if sheet.width > 1200 else 4
    gap = sheet.width / bays
    low = sheet.height + 20
    radius = gap * 0.39
    arches: list[Shape] = []
    for k in range(bays + 1):
        x = gap * k
        arches += [
            hole(oval(x, deck + 54 + radius, radius)),
            hole(box(x - radius, deck + 54 + radius, x + radius, low)),
        ]
    wall = box(-20, deck, sheet.width + 20, low)
    sheet.ink(stone, wall, *arches)
    sheet.ink(
        mix(stone, p.ink, 0.6), wall, *arches, fade=Fade(0, low - 120, 0, deck + 60, 0.9, 0.0), slip=False
    )
    inner = [
        box(
            gap * k + radius * sheet.side - 8 - 18 * (sheet.side > 0),
            deck + 54 + radius,
            gap * k + radius * sheet.side + 8 + 18 * (sheet.side < 0),
            low,
        )
        for k in range(bays + 1)
    ]
    sheet.ink(mix(stone, p.ink, 0.7), *inner)
    courses = [
        line(
            [
                (gap * (k + 0.5) - gap * 0.11, deck + 190 + 90 * n),
                (gap * (k + 0.5) + gap * 0.11, deck + 190 + 90 * n),
            ],
            4,
        )
        for k in range(bays)
        for n in range(5)
    ]
    sheet.ink(mix(stone, p.ink, 0.6), *courses, tone=0.7)
    motifs.lit(sheet, mix(stone, p.ink, 0.35), box(-20, deck - 20, sheet.width + 20, deck + 8), down=True)
    _train(sheet, sheet.width * random.uniform(0.12, 0.24), deck - 20, 88)
    meadow = motifs.skyline(random, sheet.width, sheet.height - 60, 110, swell=2.2)
    motifs.hill(sheet, meadow, low, p.near, p.ink, p.mid)
    for k in range(9):
        x = sheet.width * (k + random.random()) / 9
        motifs.round_tree(
            sheet,
            x,
            motifs.height_at(meadow, x) + 30,
            random.uniform(90, 190),
            mix(p.near, p.ink, 0.5),
            mix(p.mid, p.glow, 0.3),
        )


def _train(sheet: Sheet, x: float, y: float, size: float) -> None:
    p, random = sheet.palette, sheet.random
    coach = random.choice((p.paper, p.accent, p.near))
    for k in range(4):
        left = x + size * (2.1 + 2.3 * k)
        motifs.lit(sheet, coach, box(left, y - size * 0.92, left + size * 2.15, y - size * 0.14), down=True)
        panes = [
            box(
                left + size * (0.14 + 0.33 * n),
                y - size * 0.74,
                left + size * (0.36 + 0.33 * n),
                y - size * 0.46,
            )
            for n in range(6)
        ]
        sheet.ink(p.light if random.random() < 0.5 else p.ink, *panes)
        sheet.ink(
            p.ink, *[oval(left + size * n, y - size * 0.11, size * 0.12) for n in (0.35, 0.65, 1.5, 1.8)]
        )
    puffs = []
    for k in range(9):
        for _ in range(3):
            at = x + size * (0.3 + 0.85 * k) + random.uniform(-0.3, 0.3) * size
            puffs.append(
                oval(
                    at,
                    y - size * (1.5 + 0.16 * k) + random.uniform(-0.2, 0.2) * size,
                    size * (0.22 + 0.075 * k),
                )
            )
    motifs.lit(sheet, mix(p.paper, p.glow, 0.4), *puffs, shade=0, light=0)
    sheet.ink(
        mix(p.far, p.glow, 0.3), *puffs, fade=Fade(0, y - size, 0, y - size * 2.6, 0.9, 0.0), slip=False
    )
    engine = [
        box(x, y - size * 0.8, x + size * 1.4, y - size * 0.2),
        box(x + size * 1.2, y - size * 1.12, x + size * 1.95, y - size * 0.15),
        box(x + size * 0.2, y - size * 1.18, x + size * 0.4, y - size * 0.7),
        polygon([(x - size * 0.2, y), (x + size * 0.1, y - size * 0.3), (x + size * 0.2, y)]),
    ]
    sheet.ink(
        p.ink, *engine, *[oval(x + size * n, y - size * 0.18, size * 0.2) for n in (0.3, 0.75, 1.2, 1.65)]
    )
    sheet.ink(
        p.accent,
        box(x, y - size * 0.46, x + size * 1.2, y - size * 0.4),
        *[oval(x + size * n, y - size * 0.18, size * 0.09) for n in (0.3, 0.75, 1.2, 1.65)],
    )


def _platform(sheet: Sheet) -> None:
    p, random = sheet.palette, sheet.random
    aim = (sheet.width * random.uniform(0.46, 0.56), sheet.y(random.uniform(0.5, 0.55)))
    motifs.sky(sheet, aim[1])
    crest = motifs.skyline(random, sheet.width, aim[1] + 10, 90, swell=2.4)
    motifs.hill(sheet, crest, aim[1] + 40, p.far, p.mid, p.glow)
    low = sheet.height + 20
    motifs.lit(sheet, mix(p.glow, p.far, 0.4), box(-20, aim[1], sheet.width + 20, low), down=True, shade=0.6)
    _track(sheet, aim, sheet.width * 0.83, 150)
    sheet.ink(
        p.paper, polygon([(aim[0] - 4, aim[1]), (sheet.width * 0.5 - 30, low), (sheet.width * 0.5 + 10, low)])
    )
    _coaches(sheet, aim)
    roof = [
        (-20, -20),
        (sheet.width * 0.66, -20),
        (aim[0], aim[1] - 70),
        (aim[0] - 60, aim[1] - 62),
        (-20, sheet.y(0.2)),
    ]
    sheet.ink(mix(p.near, p.ink, 0.15), polygon(roof))
    sheet.ink(p.ink, polygon(roof), fade=Fade(0, -20, aim[0], aim[1], 0.9, 0.1), slip=False)
    ribs = []
    for k in range(7):
        t = (k / 7) ** 1.5
        left = (-20 + (aim[0] - 40) * t, sheet.y(0.2) + (aim[1] - 62 - sheet.y(0.2)) * t)
        right = (sheet.width * 0.66 + (aim[0] - sheet.width * 0.66) * t, -20 + (aim[1] - 50) * t)
        ribs.append(line([left, right], 12 * (1 - t) + 2))
        if k:
            ribs.append(line([left, (left[0], aim[1] + (low - aim[1]) * (1 - t) * 0.62)], 20 * (1 - t) + 3))
    sheet.ink(mix(p.mid, p.near, 0.5), *ribs)
    if sheet.says("ticket", "machine", "rain"):
        for k in range(3):
            x, tall = 130 + 190 * k, 330 - 70 * k
            foot = sheet.height - 60 - 80 * k
            motifs.lit(sheet, p.accent, box(x, foot - tall, x + tall * 0.42, foot))
            sheet.glow(p.light, x + tall * 0.21, foot - tall * 0.7, 150, 0.6)
            sheet.ink(p.light, box(x + tall * 0.06, foot - tall * 0.9, x + tall * 0.36, foot - tall * 0.56))
            sheet.ink(
                p.light,
                *[motifs.lens(x + tall * 0.2, foot + 16 + 18 * n, 60 - 8 * n, 5) for n in range(3)],
                tone=0.6,
            )
    hung = (sheet.width * random.uniform(0.29, 0.35), sheet.y(random.uniform(0.28, 0.33)))
    sheet.ink(p.ink, line([(hung[0], -20), hung], 15))
    motifs.clock(sheet, *hung, random.uniform(112, 140))
    for k in range(random.randint(5, 7)):
        t = random.uniform(0.08, 0.95)
        at = aim[0] - 30 - (aim[0] - 90) * t * random.uniform(0.55, 1)
        coat = (p.accent, p.paper, p.near, p.ink, p.mid)[k % 5]
        motifs.person(
            sheet,
            at,
            aim[1] + 56 + (sheet.height - aim[1] - 90) * t,
            96 + 230 * t,
            coat,
            cast=mix(p.mid, p.ink, 0.5),
        )


def _coaches(sheet: Sheet, aim: Point) -> None:
    """Print the side of a waiting train, in perspective, on the right."""
    p = sheet.palette

    def at(t: float, v: float) -> Point:
        near = t**1.4
        x = aim[0] + 64 + (sheet.width + 20 - aim[0] - 64) * near
        top = aim[1] - 24 + (sheet.y(0.24) - aim[1] + 24) * near
        low = aim[1] + 34 + (sheet.y(0.88) - aim[1] - 34) * near
        return x, top + (low - top) * v

    side = polygon([at(0, 0), at(1, 0), at(1, 1), at(0, 1)])
    sheet.ink(p.accent, side)
    sheet.ink(
        mix(p.accent, p.ink, 0.6), side, fade=Fade(0, sheet.y(0.88), 0, sheet.y(0.4), 0.9, 0.0), slip=False
    )
    panes = []
    for k in range(7):
        a, z = k / 7 + 0.02, (k + 0.72) / 7
        panes.append(polygon([at(a, 0.2), at(z, 0.2), at(z, 0.44), at(a, 0.44)]))
    sheet.ink(p.light, *panes)
    sheet.ink(p.paper, polygon([at(0, 0.52), at(1, 0.52), at(1, 0.56), at(0, 0.56)]))
    sheet.ink(p.ink, polygon([at(0, 0.94), at(1, 0.94), at(1, 1.02), at(0, 1.02)]))
