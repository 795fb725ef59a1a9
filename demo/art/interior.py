"""What stands in more than one room: its walls, a window and its light, a table, a lamp, somebody at work."""

from demo.art import motifs
from demo.art.palette import SKINS, Colour, mix
from demo.art.press import Fade, Halo, Shape, Sheet, box, curve, line, oval, polygon


def room(sheet: Sheet, floor: float) -> Colour:
    """Print a wall, lit from one side, and a boarded floor; return the wall's colour."""
    p, random = sheet.palette, sheet.random
    wall = random.choice(
        (mix(p.far, p.glow, 0.5), mix(p.glow, p.sky, 0.4), mix(p.mid, p.far, 0.45), mix(p.near, p.mid, 0.4))
    )
    side = 0 if sheet.side < 0 else sheet.width
    sheet.ink(wall, box(-20, -20, sheet.width + 20, floor + 10), slip=False)
    whole = box(-20, -20, sheet.width + 20, floor)
    sheet.ink(mix(wall, p.light, 0.6), whole, fade=Fade(side, 0, sheet.width / 2, 300, 0.6, 0.0), slip=False)
    sheet.ink(
        mix(wall, p.ink, 0.5),
        whole,
        fade=Fade(sheet.width - side, floor, sheet.width / 2, 300, 0.75, 0.0),
        slip=False,
    )
    boards = mix(p.near, p.accent, 0.18)
    ground = box(-20, floor, sheet.width + 20, sheet.height + 20)
    sheet.ink(boards, ground)
    sheet.ink(mix(boards, p.glow, 0.4), ground, fade=Fade(0, floor, 0, sheet.height, 0.6, 0.0), slip=False)
    middle = sheet.width / 2
    seams = [
        line([(middle + k * 150, floor), (middle + k * 420, sheet.height + 20)], 3) for k in range(-6, 7)
    ]
    sheet.ink(mix(boards, p.ink, 0.6), *seams, tone=0.8)
    sheet.ink(mix(wall, p.ink, 0.5), box(-20, floor - 24, sheet.width + 20, floor))
    return wall


def opening(x: float, y: float, wide: float, high: float, *, arched: bool) -> list[Shape]:
    """Return the shape of a hole in a wall from its top left corner, under a round arch or square."""
    if arched:
        return [oval(x + wide / 2, y + wide / 2, wide / 2), box(x, y + wide / 2, x + wide, y + high)]
    return [box(x, y, x + wide, y + high)]


def window(sheet: Sheet, x: float, y: float, wide: float, high: float, *, arched: bool = False) -> None:
    """Print a window with a piece of country in it."""
    p, random = sheet.palette, sheet.random
    sheet.ink(p.ink, *opening(x - 20, y - 20, wide + 40, high + 40, arched=arched))
    pane = opening(x, y, wide, high, arched=arched)
    sheet.ink(p.sky, *pane, slip=False)
    sheet.ink(p.glow, *pane, fade=Fade(0, y + high, 0, y + high * 0.2, 1.0, 0.0), slip=False)
    sun = (x + wide * random.uniform(0.3, 0.7), y + high * random.uniform(0.34, 0.52))
    sheet.ink(p.sun, oval(*sun, wide * 0.25), fade=Halo(*sun, wide * 0.25, 0.7), within=pane, slip=False)
    sheet.ink(p.sun, oval(*sun, wide * 0.1), within=pane)
    for share, tone in ((0.3, p.far), (0.16, p.mid)):
        crest = motifs.skyline(random, sheet.width, y + high * (1 - share), 60, swell=6)
        sheet.ink(tone, motifs.ground(crest, y + high), within=pane, slip=False)
    columns, rows = random.choice((2, 3)), random.choice((2, 3, 4))
    bars = [
        box(x + wide * k / columns - 5, y, x + wide * k / columns + 5, y + high) for k in range(1, columns)
    ]
    bars += [box(x, y + high * k / rows - 4, x + wide, y + high * k / rows + 4) for k in range(1, rows)]
    sheet.ink(p.ink, *bars, box(x - 46, y + high + 14, x + wide + 46, y + high + 36))


def beam(sheet: Sheet, x: float, y: float, wide: float, high: float, floor: float) -> None:
    """Print the light that falls in by a window, slanting away from the side of the light."""
    p = sheet.palette
    slant = -sheet.side * 420
    rays = polygon([(x, y), (x + wide, y), (x + wide + slant, sheet.height), (x + slant - 60, sheet.height)])
    sheet.ink(
        mix(p.light, p.sun, 0.3), rays, fade=Fade(x, y, x + slant * 0.8, sheet.height, 0.42, 0.04), slip=False
    )
    for k in range(2):
        left = x + slant * 0.8 + k * wide * 0.55
        patch = [
            (left, floor + 40),
            (left + wide * 0.45, floor + 40),
            (left + wide * 0.5 + slant * 0.22, sheet.height - 24),
        ]
        sheet.ink(
            mix(p.light, p.sun, 0.2), polygon([*patch, (left + slant * 0.22, sheet.height - 24)]), tone=0.75
        )


def table(sheet: Sheet, x: float, y: float, wide: float, foot: float, tone: Colour) -> None:
    """Print a table from its left end: its top is at ``y``, its legs end at ``foot``."""
    p = sheet.palette
    legs = []
    for share in (0.05, 0.9):
        left = x + wide * share
        legs.append(
            polygon(
                [(left, y), (left + wide * 0.045, y), (left + wide * 0.036, foot), (left + wide * 0.01, foot)]
            )
        )
    sheet.ink(mix(tone, p.ink, 0.55), *legs, box(x + wide * 0.04, y, x + wide * 0.96, y + 52))
    sheet.ink(
        p.ink,
        box(x + wide * 0.04, y + 16, x + wide * 0.96, y + 60),
        fade=Fade(0, y + 16, 0, y + 60, 0.8, 0.0),
        slip=False,
    )
    motifs.lit(sheet, tone, box(x, y - 18, x + wide, y + 18))


def lamp(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Print an angled lamp that stands at (x, y), and its light."""
    p, random = sheet.palette, sheet.random
    way = random.choice((-1, 1))
    elbow = (x - way * size * 0.16, y - size * 0.48)
    top = (x + way * size * 0.26, y - size * 0.9)
    head = (x + way * size * 0.44, y - size * 0.72)
    sheet.glow(p.light, head[0], head[1] + size * 0.2, size * 0.95, 0.55)
    cone = polygon(
        [
            (head[0] - size * 0.16, head[1]),
            (head[0] + size * 0.16, head[1]),
            (head[0] + size * 0.46, y),
            (head[0] - size * 0.46, y),
        ]
    )
    sheet.ink(p.light, cone, fade=Fade(0, head[1], 0, y, 0.7, 0.2), slip=False)
    foot = polygon(
        [
            (x - size * 0.17, y),
            (x - size * 0.12, y - size * 0.06),
            (x + size * 0.12, y - size * 0.06),
            (x + size * 0.17, y),
        ]
    )
    sheet.ink(p.ink, foot, line([(x, y - 8), elbow, top], size * 0.035), oval(*elbow, size * 0.04))
    shade = polygon(
        [
            (top[0] - size * 0.03, top[1] - size * 0.05),
            (top[0] + way * size * 0.14, top[1] - size * 0.03),
            (head[0] + size * 0.22, head[1] + 6),
            (head[0] - size * 0.22, head[1] + 6),
        ]
    )
    motifs.lit(sheet, p.accent, shade)


def worker(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Print somebody at a table, from the waist up, bent a little over the work."""
    p, random = sheet.palette, sheet.random
    shirt = random.choice((p.accent, p.near, p.paper, p.mid))
    way = -sheet.side
    torso = [(-0.3, 0), (-0.29, -0.36), (-0.16, -0.54), (0, -0.58), (0.16, -0.54), (0.29, -0.36), (0.3, 0)]
    body = polygon(curve([(x + a * size, y + b * size) for a, b in torso], steps=6))
    # Not of the sheet's inks: where the accent is a cold one, faces still are not.
    skin = random.choice((SKINS[1], SKINS[4], SKINS[5]))
    neck = box(
        x + way * size * 0.04 - size * 0.05,
        y - size * 0.68,
        x + way * size * 0.04 + size * 0.06,
        y - size * 0.5,
    )
    sheet.ink(mix(skin, p.ink, 0.3), neck)
    motifs.lit(sheet, shirt, body)
    head = (x + way * size * 0.07, y - size * 0.76)
    motifs.lit(sheet, skin, oval(*head, size * 0.115, size * 0.14))
    hair = [(-1.1, 0.1), (-1.1, -0.7), (-0.3, -1.25), (0.7, -1.0), (1.0, -0.45), (0.1, -0.5), (-0.5, 0.1)]
    sheet.ink(
        p.ink,
        polygon(
            curve(
                [(head[0] + way * a * size * 0.115, head[1] + b * size * 0.13) for a, b in hair],
                closed=True,
                steps=5,
            )
        ),
    )
    for side in (-1, 1):
        arm = [
            (x + side * size * 0.25, y - size * 0.38),
            (x + side * size * 0.36, y - size * 0.12),
            (x + way * size * 0.2 + side * size * 0.07, y - size * 0.03),
        ]
        sheet.ink(mix(shirt, p.ink, 0.25 if side == way else 0.1), line(curve(arm), size * 0.115))
        sheet.ink(skin, oval(arm[-1][0], arm[-1][1], size * 0.06, size * 0.042))
