"""The studio: one person's desk, and what is pinned up around it."""

import math

from demo.art import interior, motifs
from demo.art.palette import mix
from demo.art.press import Sheet, box, curve, hole, line, oval, polygon


def studio(sheet: Sheet) -> None:
    """A quiet room for one person's work: desk, lamp, window, sheets on the wall, a plant."""
    p, random = sheet.palette, sheet.random
    floor = sheet.y(random.uniform(0.78, 0.83))
    interior.room(sheet, floor)
    room = sheet.height - sheet.top
    wide, high = random.uniform(380, 560), room * random.uniform(0.32, 0.4)
    x = sheet.width * (0.5 + sheet.side * random.uniform(0.05, 0.2)) - wide / 2
    top = sheet.y(0.09)
    if sheet.says("switches", "labels"):
        _switches(sheet, x, top, wide, high)
    else:
        interior.window(sheet, x, top, wide, high)
        interior.beam(sheet, x, top, wide, high, floor)
    for column in range(7):
        at = 60 + column * sheet.width / 7
        if not x - 190 < at < x + wide + 50:
            for row in range(random.randint(1, 2)):
                _pinned(sheet, at, top + 15 + 225 * row + random.uniform(-14, 14), random.uniform(108, 146))
    desk = sheet.y(random.uniform(0.64, 0.67))
    left, long = sheet.width * random.uniform(0.16, 0.24), sheet.width * random.uniform(0.5, 0.6)
    chair = left + long * random.uniform(0.4, 0.6)
    if random.random() < 0.6:
        interior.worker(sheet, chair, desk, 410)
    interior.table(sheet, left, desk, long, sheet.height - 30, mix(p.light, p.accent, 0.3))
    interior.lamp(sheet, left + long * random.uniform(0.13, 0.24), desk - 18, random.uniform(290, 340))
    pile = left + long * 0.56
    for k in range(random.randint(3, 7)):
        shift = random.uniform(-9, 9)
        sheet.ink(
            (p.paper, p.glow)[k % 2],
            box(pile + shift, desk - 30 - k * 11, pile + 190 + shift, desk - 20 - k * 11),
        )
    cup = left + long * 0.84
    sheet.ink(p.accent, oval(cup + 62, desk - 56, 26), hole(oval(cup + 62, desk - 56, 15)))
    motifs.lit(sheet, p.accent, box(cup, desk - 92, cup + 66, desk - 18))
    back = polygon(
        curve(
            [
                (chair - 110, desk + 30),
                (chair + 110, desk + 30),
                (chair + 100, desk + 200),
                (chair - 100, desk + 200),
            ],
            closed=True,
            steps=5,
        )
    )
    sheet.ink(
        p.ink,
        box(chair - 8, desk + 180, chair + 8, sheet.height - 60),
        line([(chair - 100, sheet.height - 50), (chair + 100, sheet.height - 50)], 14),
    )
    motifs.lit(sheet, mix(p.near, p.ink, 0.4), back)
    edge = sheet.width * (0.91 if left + long < sheet.width * 0.82 else 0.08)
    _plant(sheet, edge, sheet.height - 46, random.uniform(400, 520))


def _pinned(sheet: Sheet, x: float, y: float, size: float) -> None:
    p, random = sheet.palette, sheet.random
    sheet.ink(p.ink, box(x + 7, y + 8, x + size + 7, y + size * 1.2 + 8), tone=0.4)
    sheet.ink(p.paper, box(x, y, x + size, y + size * 1.2))
    tone = random.choice((p.accent, p.mid, p.near))
    match random.randrange(4):
        case 0:
            sheet.ink(tone, oval(x + size / 2, y + size * 0.55, size * 0.27))
        case 1:
            sheet.ink(
                tone,
                polygon(
                    [
                        (x + size * 0.14, y + size),
                        (x + size * 0.5, y + size * 0.3),
                        (x + size * 0.86, y + size),
                    ]
                ),
            )
        case 2:
            sheet.ink(
                tone,
                *[
                    box(
                        x + size * 0.15,
                        y + size * (0.2 + 0.15 * k),
                        x + size * random.uniform(0.5, 0.86),
                        y + size * (0.24 + 0.15 * k),
                    )
                    for k in range(6)
                ],
            )
        case _:
            sheet.ink(
                tone,
                *[
                    box(
                        x + size * (0.14 + 0.19 * k),
                        y + size * random.uniform(0.25, 0.8),
                        x + size * (0.27 + 0.19 * k),
                        y + size,
                    )
                    for k in range(4)
                ],
            )
    sheet.ink(p.accent, oval(x + size / 2, y + 10, 7))


def _switches(sheet: Sheet, x: float, y: float, wide: float, high: float) -> None:
    p, random = sheet.palette, sheet.random
    motifs.lit(sheet, mix(p.mid, p.far, 0.5), box(x - 20, y - 20, x + wide + 20, y + high + 20))
    for column in range(6):
        for row in range(4):
            left, top = x + wide * (column + 0.15) / 6, y + high * (row + 0.1) / 4
            sheet.ink(p.paper, box(left, top, left + wide * 0.11, top + high * 0.07))
            sheet.ink(p.ink, box(left + 6, top + high * 0.03, left + wide * 0.08, top + high * 0.045))
            centre = (left + wide * 0.055, top + high * 0.15)
            sheet.ink(p.ink, oval(*centre, 24))
            tip = (centre[0], centre[1] + random.choice((-26, 26)))
            sheet.ink(random.choice((p.accent, p.light)), line([centre, tip], 11), oval(*tip, 9))


def _plant(sheet: Sheet, x: float, foot: float, size: float) -> None:
    p = sheet.palette
    leaves = []
    for k in range(11):
        angle = math.pi * (1.1 + 0.8 * k / 10)
        reach = size * sheet.random.uniform(0.5, 0.78)
        tip = x + math.cos(angle) * reach * 0.7, foot - size * 0.28 + math.sin(angle) * reach
        half = x + math.cos(angle) * reach * 0.3, foot - size * 0.28 + math.sin(angle) * reach * 0.55
        thick = size * 0.055
        leaves.append(
            polygon(
                curve([(x, foot - size * 0.26), (half[0] - thick, half[1]), tip], steps=5)
                + curve([tip, (half[0] + thick, half[1]), (x, foot - size * 0.26)], steps=5)
            )
        )
    motifs.lit(sheet, mix(p.near, p.ink, 0.2), *leaves)
    pot = [
        (x - size * 0.16, foot - size * 0.3),
        (x + size * 0.16, foot - size * 0.3),
        (x + size * 0.12, foot),
        (x - size * 0.12, foot),
    ]
    motifs.lit(sheet, p.accent, polygon(pot))
