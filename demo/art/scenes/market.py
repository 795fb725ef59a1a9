"""The market square and its stalls."""

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Shape, Sheet, box, line, oval, polygon


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
