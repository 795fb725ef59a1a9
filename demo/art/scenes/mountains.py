"""The mountains: their peaks, and a quarry cut in terraces."""

from demo.art import motifs
from demo.art.palette import mix
from demo.art.press import Fade, Sheet, polygon


def mountains(sheet: Sheet) -> None:
    """Sharp peaks, half in light and half in shadow, above a lake or scree."""
    p, random = sheet.palette, sheet.random
    horizon = sheet.y(random.uniform(0.62, 0.7))
    motifs.sky(sheet, horizon)
    room = horizon - sheet.top
    if sheet.says("quarry"):
        _terraces(sheet, horizon)
    else:
        for depth, (colour, rise) in enumerate(((p.far, 0.78), (p.mid, 0.6))):
            count = random.randint(3, 4) + depth
            for i in sorted(range(count), key=lambda _: random.random()):
                x = (i + random.uniform(0.2, 0.8)) / count * sheet.width
                high = room * rise * random.uniform(0.6, 1.08)
                _peak(sheet, x, horizon + 30, high, high * random.uniform(0.75, 1.05), colour)
    low = sheet.height + 20
    motifs.water(sheet, horizon, low, mix(p.far, p.glow, 0.35), p.mid, p.glow, None)
    for _ in range(5):
        x = random.uniform(0, sheet.width)
        motifs.ripples(
            sheet, x, horizon + 8, 90, (sheet.height - horizon) * 0.4, mix(p.mid, p.near, 0.5), p.glow
        )
    shore = motifs.skyline(random, sheet.width, sheet.height - 20, 150, swell=2.4)
    for _ in range(random.randint(9, 16)):
        x = random.uniform(0, sheet.width)
        size = random.uniform(70, 190)
        motifs.conifer(sheet, x, motifs.height_at(shore, x) + 14, size, p.near, mix(p.mid, p.glow, 0.3))
    motifs.hill(sheet, shore, low, p.near, p.ink, p.mid)
    motifs.birds(sheet, horizon)


def _peak(
    sheet: Sheet, x: float, base: float, high: float, wide: float, colour: tuple[int, int, int]
) -> None:
    p, random = sheet.palette, sheet.random
    apex = (x, base - high)
    ridge = [apex]
    for i in range(1, 6):
        ridge.append(
            (x + random.uniform(-0.09, 0.09) * wide + sheet.side * wide * 0.03 * i, base - high * (1 - i / 5))
        )
    left, right = (x - wide * random.uniform(0.75, 1), base), (x + wide * random.uniform(0.75, 1), base)
    sunlit, dark = (right, left) if sheet.side > 0 else (left, right)
    sheet.ink(mix(colour, p.glow, 0.62), polygon([*ridge, sunlit]))
    face = polygon([*ridge, dark])
    sheet.ink(colour, face)
    sheet.ink(
        mix(colour, p.ink, 0.45),
        face,
        fade=Fade(apex[0], apex[1], apex[0], base - high * 0.15, 0.75, 0.0),
        slip=False,
    )
    cap = high * random.uniform(0.24, 0.4)

    def on(end: tuple[float, float], share: float) -> tuple[float, float]:
        return apex[0] + (end[0] - apex[0]) * share, apex[1] + (end[1] - apex[1]) * share

    share = cap / high
    teeth = []
    for i in range(7):
        a, b = on(left, share), on(right, share)
        t = i / 6
        teeth.append(
            (a[0] + (b[0] - a[0]) * t, a[1] + (0 if i in (0, 6) else (38 if i % 2 else -26) * high / 500))
        )
    snow = polygon([apex, *teeth])
    sheet.ink(p.paper, snow, within=[polygon([*ridge, sunlit])], slip=False)
    sheet.ink(mix(p.paper, colour, 0.45), snow, within=[face], slip=False)


def _terraces(sheet: Sheet, horizon: float) -> None:
    p, random = sheet.palette, sheet.random
    room = horizon - sheet.top
    steps = 7
    for i in range(steps):
        t = i / (steps - 1)
        top = horizon - room * (0.74 - 0.66 * t)
        edge = sheet.width * (0.26 + 0.5 * t + random.uniform(-0.03, 0.03))
        start = sheet.width if sheet.side < 0 else 0
        at = [
            start,
            start + (1 if sheet.side > 0 else -1) * edge * 1.05,
            start + (1 if sheet.side > 0 else -1) * edge * 1.17,
        ]
        tread = polygon([(at[0], top), (at[1], top), (at[2], horizon + 30), (at[0], horizon + 30)])
        colour = mix(p.far, p.mid, t)
        sheet.ink(mix(colour, p.glow, 0.5), tread)
        riser = polygon([(at[0], top + 16), (at[1], top + 16), (at[2], horizon + 30), (at[0], horizon + 30)])
        sheet.ink(colour, riser)
        sheet.ink(p.near, riser, fade=Fade(0, top + 110, 0, top + 16, 0.0, 0.7), slip=False)
