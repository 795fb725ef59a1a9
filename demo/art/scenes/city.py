"""The city: its skyline, with its roofs or a street before it."""

from demo.art import motifs
from demo.art.palette import Colour, mix
from demo.art.press import Fade, Shape, Sheet, box, line, oval, polygon


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
