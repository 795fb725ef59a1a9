"""The neck, the shoulders and what is worn on them."""

from collections.abc import Callable

from demo.art.palette import mix
from demo.art.portraits.sitter import Sitter
from demo.art.press import Fade, Sheet, curve, line, polygon


def shoulders(sheet: Sheet, s: Sitter) -> None:
    """Print the neck and the shoulders, and dress them by chance."""
    p, random = sheet.palette, sheet.random
    base = s.brow + s.high * 1.75
    neck = s.wide * random.uniform(0.46, 0.56)
    throat = s.brow + s.high * 0.7
    sheet.ink(
        s.skin,
        polygon(
            [
                (s.x - neck, throat),
                (s.x + neck, throat),
                (s.x + neck * 1.25, base + 60),
                (s.x - neck * 1.25, base + 60),
            ]
        ),
    )
    under = polygon(
        [
            (s.x - neck, throat),
            (s.x + neck, throat),
            (s.x + neck * 1.1, base - 30),
            (s.x + s.shift * neck * 0.6, base + 24),
        ]
    )
    sheet.ink(s.shade, under)
    span = random.uniform(335, 385)
    body = [
        (s.x - span - 40, 1040),
        (s.x - span, base + 130),
        (s.x - span * 0.66, base + 36),
        (s.x - neck * 1.3, base - 26),
    ]
    collar = [(s.x, base + 44)]
    shape = polygon(
        curve(body, steps=8) + collar + curve([(2 * s.x - a, b) for a, b in reversed(body)], steps=8)
    )
    sheet.ink(s.coat, shape)
    away = s.x + s.shift * span
    sheet.ink(
        mix(s.coat, p.ink, 0.6), shape, fade=Fade(away, 0, s.x - s.shift * 60, 0, 0.95, 0.0), slip=False
    )
    lit = mix(s.coat, p.paper, 0.35)
    sheet.ink(
        lit,
        shape,
        fade=Fade(s.x - s.shift * span * 1.1, base, s.x - s.shift * span * 0.4, base + 120, 0.75, 0.0),
        slip=False,
    )
    _CLOTHES[random.randrange(len(_CLOTHES))](sheet, s, base, neck)


def _roll_neck(sheet: Sheet, s: Sitter, base: float, neck: float) -> None:
    p = sheet.palette
    top = base - 74
    shape = polygon(
        curve([(s.x - neck * 1.12, top), (s.x, top + 26), (s.x + neck * 1.12, top)])
        + curve([(s.x + neck * 1.4, base + 34), (s.x, base + 74), (s.x - neck * 1.4, base + 34)])
    )
    sheet.ink(mix(s.coat, p.paper, 0.12), shape)
    sheet.ink(
        mix(s.coat, p.ink, 0.6),
        shape,
        fade=Fade(s.x + s.shift * neck * 1.3, 0, s.x - s.shift * neck * 0.5, 0, 0.95, 0.0),
        slip=False,
    )
    sheet.ink(
        mix(s.coat, p.ink, 0.5),
        line(curve([(s.x - neck * 1.25, base - 20), (s.x, base + 18), (s.x + neck * 1.25, base - 20)]), 4),
    )


def _jacket(sheet: Sheet, s: Sitter, base: float, neck: float) -> None:
    p = sheet.palette
    shirt = p.paper if s.coat != p.paper else p.far
    sheet.ink(
        shirt,
        polygon(
            [
                (s.x - neck * 1.2, base - 30),
                (s.x, base + 60),
                (s.x + neck * 1.2, base - 30),
                (s.x + 60, 1020),
                (s.x - 60, 1020),
            ]
        ),
    )
    sheet.ink(
        s.skin, polygon([(s.x - neck * 0.7, base - 20), (s.x + neck * 0.7, base - 20), (s.x, base + 70)])
    )
    sheet.ink(s.shade, polygon([(s.x + s.shift * neck * 0.7, base - 20), (s.x, base - 20), (s.x, base + 70)]))
    dark = mix(s.coat, p.ink, 0.35)
    for way in (-1, 1):
        sheet.ink(
            shirt,
            polygon(
                [
                    (s.x + way * neck * 1.15, base - 52),
                    (s.x + way * neck * 0.2, base + 66),
                    (s.x + way * neck * 1.1, base + 84),
                ]
            ),
        )
        lapel = [
            (s.x + way * neck * 1.3, base - 40),
            (s.x + way * 30, 1020),
            (s.x + way * 120, 1020),
            (s.x + way * neck * 2.5, base + 170),
            (s.x + way * neck * 1.9, base + 140),
            (s.x + way * neck * 2.1, base + 84),
        ]
        sheet.ink(dark if way == s.shift else mix(s.coat, p.paper, 0.1), polygon(lapel))
    if sheet.random.random() < 0.4:
        sheet.ink(
            p.accent if s.coat != p.accent else p.near,
            polygon([(s.x - 20, base + 56), (s.x + 20, base + 56), (s.x + 34, 1020), (s.x - 34, 1020)]),
        )


def _crew(sheet: Sheet, s: Sitter, base: float, neck: float) -> None:
    p = sheet.palette
    arc = curve(
        [
            (s.x - neck * 1.32, base - 32),
            (s.x - neck * 0.8, base + 28),
            (s.x, base + 52),
            (s.x + neck * 0.8, base + 28),
            (s.x + neck * 1.32, base - 32),
        ]
    )
    sheet.ink(mix(s.coat, p.paper, 0.3), line(arc, 20))
    if sheet.random.random() < 0.5:
        stripes = [
            line(
                curve(
                    [
                        (s.x - 420, base + 190 + 62 * k),
                        (s.x, base + 160 + 62 * k),
                        (s.x + 420, base + 190 + 62 * k),
                    ]
                ),
                17,
            )
            for k in range(4)
        ]
        reach = 350
        sheet.ink(
            p.paper,
            *stripes,
            within=[
                polygon(
                    [
                        (s.x - reach, base + 130),
                        (s.x + reach, base + 130),
                        (s.x + reach + 20, 1020),
                        (s.x - reach - 20, 1020),
                    ]
                )
            ],
            tone=0.95,
        )


def _scarf(sheet: Sheet, s: Sitter, base: float, neck: float) -> None:
    p, random = sheet.palette, sheet.random
    tone = p.accent if s.coat != p.accent else p.light
    roll = polygon(
        curve(
            [
                (s.x - neck * 1.7, base - 20),
                (s.x - neck, base - 84),
                (s.x, base - 52),
                (s.x + neck, base - 84),
                (s.x + neck * 1.7, base - 20),
                (s.x + neck, base + 74),
                (s.x, base + 96),
                (s.x - neck, base + 74),
            ],
            closed=True,
        )
    )
    tail = s.x + s.shift * neck * 0.5
    end = polygon(
        [(tail - 46, base + 40), (tail + 46, base + 40), (tail + 62, base + 300), (tail - 50, base + 310)]
    )
    sheet.ink(tone, end, roll)
    for shape in (end, roll):
        sheet.ink(
            mix(tone, p.ink, 0.55),
            shape,
            fade=Fade(s.x + s.shift * neck * 1.6, base + 60, s.x - s.shift * neck, base - 40, 0.9, 0.0),
            slip=False,
        )
    folds = [
        line(
            curve(
                [
                    (s.x - neck * 1.5, base - 10 + k * 26),
                    (s.x, base + 30 + k * 24),
                    (s.x + neck * 1.5, base - 16 + k * 26),
                ]
            ),
            4,
        )
        for k in range(random.randint(1, 2))
    ]
    sheet.ink(mix(tone, p.ink, 0.5), *folds)


_CLOTHES: list[Callable[[Sheet, Sitter, float, float], None]] = [_roll_neck, _jacket, _crew, _scarf, _jacket]
