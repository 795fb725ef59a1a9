"""Pictures of nothing but form and colour."""

import math
from collections.abc import Callable

from demo.art import motifs
from demo.art.palette import Colour, mix
from demo.art.press import Fade, Shape, Sheet, box, curve, hole, line, oval, polygon

_WAYS = ((0, 0), (1, 0), (1, 1), (0, 1))


def abstract(sheet: Sheet) -> None:
    """Discs, bars, tiles or a score, overprinted."""
    p, random = sheet.palette, sheet.random
    ground = random.choice((p.paper, p.glow, mix(p.paper, p.sky, 0.35), p.near))
    sheet.ink(ground, sheet.all(), slip=False)
    sheet.ink(
        mix(ground, p.far, 0.5), sheet.all(), fade=Fade(0, sheet.height, 0, sheet.top, 0.6, 0.0), slip=False
    )
    kinds: dict[Callable[[Sheet, list[Colour]], None], tuple[str, ...]] = {
        _discs: ("groat", "noughts", "discs", "rows"),
        _bars: ("lights", "shaft", "bars"),
        _tiles: ("kerb", "centimetres", "forty", "tiles"),
        _score: ("notation", "score", "lines"),
        _sockets: ("plug", "socket"),
    }
    named = [kind for kind, words in kinds.items() if sheet.says(*words)]
    kind = named[0] if named else random.choice(list(kinds))
    kind(sheet, [ink for ink in (p.accent, p.sun, p.mid, p.near, p.far, p.sky) if ink != ground])


def _disc(sheet: Sheet, tone: Colour, x: float, y: float, radius: float) -> None:
    """Print a disc that turns from the light like a ball, or a plain one."""
    p, random = sheet.palette, sheet.random
    angle = random.choice((0.25, 0.75, 1.25, 1.75)) * math.pi
    dx, dy = math.cos(angle) * radius, math.sin(angle) * radius
    sheet.ink(tone, oval(x, y, radius))
    sheet.ink(
        mix(tone, p.ink, 0.6),
        oval(x, y, radius),
        fade=Fade(x + dx, y + dy, x - dx * 0.3, y - dy * 0.3, 0.95, 0.0),
        slip=False,
    )
    sheet.ink(
        mix(tone, p.paper, 0.55), oval(x, y, radius), fade=Fade(x - dx, y - dy, x, y, 0.6, 0.0), slip=False
    )


def _discs(sheet: Sheet, inks: list[Colour]) -> None:
    p, random = sheet.palette, sheet.random
    columns, rows = random.choice(((5, 3), (6, 4), (7, 4), (4, 3)))
    step_x, step_y = sheet.width / columns, (sheet.height - sheet.top) / rows
    side = min(step_x, step_y)
    for k in range(columns * rows):
        if random.random() < 0.1:
            continue
        x, y = step_x * (k % columns + 0.5), sheet.top + step_y * (k // columns + 0.5)
        radius = side * random.choice((0.2, 0.32, 0.44, 0.44, 0.58))
        _disc(sheet, random.choice(inks), x, y, radius)
        extra = random.random()
        if extra < 0.25:
            sheet.ink(
                random.choice((p.paper, p.ink, p.accent)), oval(x, y, radius * random.uniform(0.2, 0.5))
            )
        elif extra < 0.45:
            shapes = []
            for reach in (0.82, 0.58, 0.34):
                shapes += [oval(x, y, radius * reach), hole(oval(x, y, radius * (reach - 0.08)))]
            sheet.ink(p.paper, *shapes)
        elif extra < 0.6:
            sheet.ink(
                p.ink, box(x - radius, y, x + radius, y + radius), within=[oval(x, y, radius)], tone=0.85
            )


def _bars(sheet: Sheet, inks: list[Colour]) -> None:
    p, random = sheet.palette, sheet.random
    x = 40.0
    room = sheet.height - sheet.top
    while x < sheet.width - 40:
        wide = random.choice((16, 34, 60, 96, 130))
        top = sheet.top + room * random.uniform(0.05, 0.55)
        low = sheet.top + room * random.uniform(0.68, 0.96)
        tone = random.choice(inks)
        shapes = [box(x, top, x + wide, low)]
        if random.random() < 0.6:
            shapes += [oval(x + wide / 2, top, wide / 2), oval(x + wide / 2, low, wide / 2)]
        sheet.ink(tone, *shapes)
        ends = random.choice(((top, low), (low, top)))
        sheet.ink(
            mix(tone, p.ink, 0.7), *shapes, fade=Fade(0, ends[0], 0, (top + low) / 2, 0.95, 0.0), slip=False
        )
        sheet.ink(
            mix(tone, p.light, 0.75), *shapes, fade=Fade(0, ends[1], 0, (top + low) / 2, 0.8, 0.0), slip=False
        )
        if random.random() < 0.5:
            y = random.uniform(top, low)
            sheet.glow(p.light, x + wide / 2, y, 90, 0.6)
            sheet.ink(random.choice((p.light, p.accent)), oval(x + wide / 2, y, max(18, wide * 0.42)))
        x += wide + random.uniform(10, 46)
    y = sheet.top + room * random.uniform(0.6, 0.8)
    sheet.ink(p.ink, line([(20, y), (sheet.width - 20, y)], 6))


def _tiles(sheet: Sheet, inks: list[Colour]) -> None:
    p, random = sheet.palette, sheet.random
    side = random.choice((200, 250, 1000 / 3))
    for row in range(math.ceil((sheet.height - sheet.top) / side)):
        for column in range(math.ceil(sheet.width / side)):
            x, y = column * side, sheet.top + row * side
            ground, tone = random.sample([*inks, p.paper, p.ink], 2)
            square = box(x, y, x + side, y + side)
            sheet.ink(ground, square)
            sheet.ink(mix(ground, p.ink, 0.5), square, fade=Fade(x, y + side, x, y, 0.5, 0.0), slip=False)
            shapes = _tile(sheet, x, y, side)
            sheet.ink(tone, *shapes, within=[square])
            sheet.ink(
                mix(tone, p.ink, 0.6),
                *shapes,
                fade=Fade(x + side, y + side, x + side * 0.3, y, 0.85, 0.0),
                within=[square],
                slip=False,
            )


def _tile(sheet: Sheet, x: float, y: float, side: float) -> list[Shape]:
    random = sheet.random
    across, down = random.choice(_WAYS)
    corner = (x + across * side, y + down * side)
    match random.randrange(6):
        case 0:
            return [oval(*corner, side)]
        case 1:
            return [oval(x + side / 2, y + side / 2, side * 0.38)]
        case 2:
            points = [(x + a * side, y + b * side) for a, b in _WAYS]
            points.pop(random.randrange(4))
            return [polygon(points)]
        case 3:
            return [box(x, y + side * k / 4, x + side, y + side * (k + 0.5) / 4) for k in range(4)]
        case 4:
            rings: list[Shape] = []
            for k in (1.0, 0.6, 0.2):
                rings += [oval(*corner, side * k), hole(oval(*corner, side * (k - 0.2)))]
            return rings
        case _:
            ends = (x, y + side), (x + side, y)
            bulge = side * 0.16
            one = curve([ends[0], (x + bulge, y + bulge), ends[1]])
            return [polygon(one + curve([ends[1], (x + side - bulge, y + side - bulge), ends[0]]))]


def _score(sheet: Sheet, inks: list[Colour]) -> None:
    p, random = sheet.palette, sheet.random
    room = sheet.height - sheet.top
    for _ in range(3):
        _disc(
            sheet,
            random.choice(inks),
            random.uniform(0.05, 0.95) * sheet.width,
            sheet.y(random.uniform(0.1, 0.9)),
            random.uniform(140, 320),
        )
    for stave in range(3):
        y = sheet.top + room * (0.16 + 0.27 * stave)
        lift, phase = random.uniform(16, 70), random.uniform(0, 6)

        def wave(x: float, y: float = y, lift: float = lift, phase: float = phase) -> float:
            return y + lift * math.sin(x / 300 + phase)

        rules = [
            line([(x, wave(x) + 24 * k) for x in range(-20, round(sheet.width) + 40, 20)], 3)
            for k in range(5)
        ]
        notes: list[Shape] = []
        for k in range(random.randint(9, 14)):
            x = sheet.width * (k + random.uniform(0.2, 0.8)) / 14
            at = wave(x) + 12 * random.randint(0, 8)
            notes += [oval(x, at, 18, 14), line([(x + 16, at), (x + 16, at - random.uniform(70, 130))], 5)]
        sheet.ink(p.ink, *rules, *notes)
    for _ in range(random.randint(6, 10)):
        x, y, r = random.uniform(0, sheet.width), sheet.y(random.random()), random.uniform(18, 62)
        arrow = polygon([(x - r, y - r * 0.7), (x + r, y), (x - r, y + r * 0.7)])
        sheet.ink(
            random.choice((p.accent, p.sun, p.paper)), oval(x, y, r) if random.random() < 0.6 else arrow
        )


def _sockets(sheet: Sheet, inks: list[Colour]) -> None:
    """Two halves that are made for each other."""
    p, random = sheet.palette, sheet.random
    one, other = random.sample(inks, 2)
    middle = sheet.width / 2
    y = sheet.y(0.5)
    step = (sheet.height - sheet.top) * 0.2
    left = [box(-20, sheet.y(0.1), middle - 120, sheet.y(0.9))]
    right = [box(middle + 120, sheet.y(0.1), sheet.width + 20, sheet.y(0.9))]
    for k in (-1.5, -0.5, 0.5, 1.5):
        at = y + k * step
        left += [box(middle - 130, at - 26, middle + 30, at + 26), oval(middle + 30, at, 26)]
        right += [hole(box(middle + 110, at - 32, middle + 190, at + 32)), hole(oval(middle + 190, at, 32))]
    motifs.lit(sheet, one, *left)
    motifs.lit(sheet, other, *right)
    for k in range(5):
        _disc(
            sheet,
            random.choice(inks),
            sheet.width * random.choice((0.12, 0.22, 0.8, 0.9)),
            sheet.y(0.16 + 0.17 * k),
            random.uniform(34, 80),
        )
    sheet.ink(
        p.ink,
        *[
            line([(sheet.width * a, sheet.y(0.94)), (sheet.width * (a + 0.2), sheet.y(0.94))], 7)
            for a in (0.1, 0.4, 0.7)
        ],
    )
