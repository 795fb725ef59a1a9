"""The workshop: tools, a bench and somebody at work."""

import math

from demo.art import interior, motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, box, curve, hole, line, oval, polygon


def workshop(sheet: Sheet) -> None:
    """Tools in rows above a bench, the window's light across it, somebody at work."""
    p, random = sheet.palette, sheet.random
    floor = sheet.y(0.8)
    wall = interior.room(sheet, floor)
    wide, high = random.uniform(300, 400), (sheet.height - sheet.top) * random.uniform(0.3, 0.38)
    x = sheet.width - wide - random.uniform(70, 150) if sheet.side > 0 else random.uniform(70, 150)
    top = sheet.y(0.09)
    interior.window(sheet, x, top, wide, high)
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
    interior.beam(sheet, x, top, wide, high, floor)
    bench = sheet.y(0.69)
    if sheet.says("stove"):
        _stove(sheet, sheet.width * (0.5 - sheet.side * 0.34), floor + 70)
    people = 3 if sheet.says("evening", "repair") else random.choice((1, 1, 2))
    for k in range(people):
        interior.worker(
            sheet,
            sheet.width * (k + 0.5 + random.uniform(-0.12, 0.12)) / people,
            bench,
            random.uniform(380, 430),
        )
    interior.table(sheet, 40, bench, sheet.width - 80, sheet.height - 30, mix(p.far, p.accent, 0.3))
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


def _pendant(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Print a lamp that hangs from the ceiling down to ``y``, and its light."""
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
