"""The forest, grown or planted."""

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, blob, box, curve, line, polygon


def forest(sheet: Sheet) -> None:
    """Tall trunks in the mist, light falling between them."""
    if sheet.says("saplings", "tubes", "rows"):
        _plantation(sheet)
        return
    p, random = sheet.palette, sheet.random
    floor = sheet.y(random.uniform(0.66, 0.76))
    motifs.sky(sheet, floor, clouds=False)
    back = motifs.skyline(random, sheet.width, floor - 150, 160, swell=5, rough=0.6)
    sheet.ink(p.far, motifs.ground(back, floor + 60), fade=Fade(0, floor - 260, 0, floor + 20, 0.9, 0.15))
    for depth in range(4):
        colour = (mix(p.far, p.glow, 0.35), p.far, p.mid, p.near)[depth]
        foot = floor + (sheet.height - floor) * (0.06 + 0.2 * depth)
        if depth == 1:
            land = motifs.skyline(random, sheet.width, floor + 40, 50)
            motifs.hill(sheet, land, sheet.height + 20, mix(p.mid, p.glow, 0.35), p.near, p.glow)
        count = (15, 11, 7, 4)[depth]
        thick = (9, 17, 30, 58)[depth]
        for i in range(count):
            x = (i + random.uniform(0.05, 0.95)) / count * sheet.width
            if depth == 3 and abs(x - sheet.width / 2) < sheet.width * 0.16:
                continue
            _trunk(sheet, x, foot + random.uniform(-12, 12), thick * random.uniform(0.7, 1.25), colour, depth)
        if depth == 1:
            _shafts(sheet, floor)
    px = sheet.width * random.uniform(0.36, 0.64)
    motifs.person(sheet, px, floor + (sheet.height - floor) * 0.3, 92, p.accent, cast=p.ink)
    ferns = []
    for _ in range(36):
        x, y = random.uniform(0, sheet.width), sheet.height + 10 - random.uniform(0, 26)
        for k in range(-2, 3):
            ferns.append(
                line(curve([(x, y), (x + k * 12, y - 34), (x + k * 30, y - 40 + abs(k) * 9)], steps=4), 4.5)
            )
    sheet.ink(p.ink, *ferns)


def _plantation(sheet: Sheet) -> None:
    """Print rows of young trees, each in its tube, over a bare hillside."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.36, 0.44))
    motifs.sky(sheet, horizon)
    back = motifs.skyline(random, sheet.width, horizon + 10, 120, swell=2.2)
    motifs.hill(sheet, back, sheet.height, p.far, p.mid, p.glow)
    slope = motifs.skyline(random, sheet.width, horizon + 130, 150, swell=1.3)
    motifs.hill(sheet, slope, sheet.height + 20, mix(p.mid, p.far, 0.4), p.near, p.glow)
    aim = sheet.width * random.uniform(0.3, 0.7)
    rows = 9
    walker = random.randint(4, 6)
    for row in range(rows):
        t = row / (rows - 1)
        y = horizon + 150 + (sheet.height - horizon - 130) * t**1.5
        size, gap = 52 + 170 * t, 66 + 170 * t
        x = aim % gap - gap
        while x < sheet.width + gap:
            if y > motifs.height_at(slope, x) + 12:
                at = x + random.uniform(-8, 8)
                motifs.shadow(sheet, at, y, size * 0.14, size * 0.9, mix(p.near, p.ink, 0.4))
                leaf, lit = mix(p.near, p.ink, 0.2 * t), mix(p.mid, p.glow, 0.4)
                motifs.poplar(sheet, at, y - size * 0.22, size * random.uniform(0.6, 1.05), leaf, lit)
                motifs.lit(sheet, p.paper, box(at - size * 0.07, y - size * 0.42, at + size * 0.07, y))
            x += gap
        if row == walker:
            motifs.person(sheet, aim + gap * 0.5, y + 8, size * 1.1, p.accent, cast=p.near)
    motifs.birds(sheet, horizon)


def _trunk(
    sheet: Sheet, x: float, foot: float, thick: float, colour: tuple[int, int, int], depth: int
) -> None:
    p, random = sheet.palette, sheet.random
    lean = random.uniform(-18, 18)
    top = sheet.top * 0.45 - 20 if depth > 1 else sheet.top * 0.7 + random.uniform(0, 120)
    half = thick / 2
    trunk = polygon(
        [
            (x - half * 1.5, foot),
            (x - half, foot - thick * 1.4),
            (x + lean - half * 0.6, top),
            (x + lean + half * 0.6, top),
            (x + half, foot - thick * 1.4),
            (x + half * 1.5, foot),
        ]
    )
    if depth:
        motifs.shadow(sheet, x, foot, thick * 1.7, 340 + thick * 4, mix(p.near, p.ink, 0.5), 0.6)
    sheet.ink(colour, trunk)
    sheet.ink(
        mix(colour, p.glow, 0.7),
        trunk,
        fade=Fade(x + sheet.side * half, 0, x - sheet.side * half * 0.2, 0, 0.9, 0),
    )
    limbs = []
    for _ in range(random.randint(2, 5)):
        t = random.uniform(0.25, 0.8)
        bx, by = x + lean * t, foot + (top - foot) * t
        way = random.choice((-1, 1))
        reach = thick * random.uniform(1.6, 3.6)
        limbs.append(line([(bx, by), (bx + way * reach, by - reach * 0.55)], max(2.5, thick * 0.14)))
    sheet.ink(colour, *limbs)
    if depth < 2:
        crown = [
            blob(
                x + lean + random.uniform(-1, 1) * thick * 2,
                top + random.uniform(0, 150),
                thick * 3.4,
                thick * 2.6,
                random,
            )
            for _ in range(3)
        ]
        sheet.ink(colour, *crown, tone=0.75)


def _shafts(sheet: Sheet, floor: float) -> None:
    random = sheet.random
    for _ in range(4):
        x = random.uniform(0.1, 0.9) * sheet.width
        wide = random.uniform(36, 90)
        slant = -sheet.side * 340
        beam = polygon(
            [
                (x, sheet.top - 20),
                (x + wide, sheet.top - 20),
                (x + wide * 2 + slant, floor + 110),
                (x + slant - wide, floor + 110),
            ]
        )
        sheet.ink(sheet.palette.glow, beam, fade=Fade(0, sheet.top, 0, floor + 120, 0.6, 0.15), slip=False)
