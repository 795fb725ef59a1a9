"""The railway: its lines, its viaduct and its platforms."""

from itertools import pairwise

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Point, Shape, Sheet, box, curve, hole, line, oval, polygon


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
