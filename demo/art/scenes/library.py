"""The library: its shelves, its ladder and a reader."""

import math

from demo.art import interior, motifs
from demo.art.palette import Colour, mix
from demo.art.press import Fade, Shape, Sheet, box, line, oval, polygon


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
        *interior.opening(x - 66, sheet.y(0.06), wide + 132, floor - high - sheet.y(0.06), arched=True),
    )
    interior.window(sheet, x, sheet.y(0.12), wide, floor - high - sheet.y(0.12) - 50, arched=True)
    boards = mix(p.near, p.accent, 0.25)
    ground = box(-20, floor, sheet.width + 20, sheet.height + 20)
    motifs.lit(sheet, boards, ground, down=True)
    interior.beam(sheet, x, sheet.y(0.3), wide, 300, floor)
    away = -sheet.side
    _ladder(sheet, sheet.width * (0.5 - away * 0.4), sheet.y(0.08), sheet.y(0.95), away * 140)
    desk = sheet.y(0.79)
    left = sheet.width * (0.5 + away * 0.22) - 330
    interior.worker(sheet, left + 230, desk, 350)
    interior.table(sheet, left, desk, 660, sheet.height - 20, mix(p.accent, p.ink, 0.3))
    leaves = [(300, -18), (366, -52), (424, -20), (484, -52), (548, -18)]
    motifs.lit(sheet, p.paper, polygon([(left + a, desk + b) for a, b in leaves]))
    interior.lamp(sheet, left + 590, desk - 18, 220)


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
