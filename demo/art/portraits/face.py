"""The face in the light of one lamp, and the glasses on it."""

import math

from demo.art.palette import mix
from demo.art.portraits.sitter import HAIRS, Sitter
from demo.art.press import Fade, Halo, Sheet, curve, line, oval, polygon


def face(sheet: Sheet, s: Sitter) -> None:
    """Print the face and its ears, half in shadow."""
    p, random = sheet.palette, sheet.random
    outline = polygon(s.outline())
    for way in (-1, 1):
        ear = oval(s.x + way * s.wide * 0.99, s.brow + s.high * 0.22, 27, 46)
        sheet.ink(s.skin if way != s.shift else s.shade, ear, slip=False)
    sheet.ink(s.skin, outline, slip=False)
    # The shadow runs down the brow, out along the nose and back to the chin, as under one lamp.
    nose, k = s.brow + s.high * 0.5, s.shift
    edge = [
        (s.x + k * 14, s.brow - s.high * 1.1),
        (s.x + k * 22, s.brow - s.high * 0.1),
        (s.x - k * 4, s.brow + s.high * 0.12),
        (s.x - k * 24, nose),
        (s.x + k * 16, nose + 10),
        (s.x + k * 14, s.brow + s.high * 0.74),
        (s.x + k * 26, s.brow + s.high * 0.9),
        (s.x + k * 10, s.brow + s.high * 1.25),
    ]
    half = polygon([*edge, (s.x + k * 400, s.brow + s.high * 1.3), (s.x + k * 400, s.brow - s.high * 1.2)])
    sheet.ink(s.shade, half, within=[outline], slip=False)
    cheek = s.x - k * s.wide * 0.5
    sheet.ink(
        mix(s.skin, p.accent, 0.4),
        oval(cheek, s.brow + s.high * 0.5, 62),
        fade=Halo(cheek, s.brow + s.high * 0.5, 62, 0.5),
        within=[outline],
        slip=False,
    )
    sheet.ink(
        mix(s.skin, p.paper, 0.55),
        outline,
        fade=Fade(s.x - k * s.wide * 1.05, s.brow, s.x - k * s.wide * 0.5, s.brow, 0.55, 0.0),
        slip=False,
    )
    dark = mix(s.shade, p.ink, 0.7)
    lift = random.uniform(-6, 8)
    for way in (-1, 1):
        eye = s.x + way * s.wide * 0.44
        brow = curve([(eye - way * 40, s.brow + 4), (eye, s.brow - 14 - lift), (eye + way * 42, s.brow + 4)])
        sheet.ink(
            mix(s.hair, p.ink, 0.3) if s.hair != HAIRS[-1] else dark,
            line(brow, random.choice((9, 12))),
            slip=False,
        )
        lid = curve([(eye - 30, s.brow + 46), (eye, s.brow + 56), (eye + 30, s.brow + 46)])
        sheet.ink(dark, line(lid, 7), slip=False)
    mouth = s.brow + s.high * 0.73
    smile = random.uniform(4, 13)
    sheet.ink(
        dark,
        line(
            curve(
                [(s.x - 48, mouth - smile * 0.4), (s.x, mouth + smile * 0.6), (s.x + 48, mouth - smile * 0.4)]
            ),
            6,
        ),
        slip=False,
    )
    sheet.ink(
        mix(s.skin, dark, 0.35),
        line([(s.x - 22, mouth + 32), (s.x + 22, mouth + 32)], 5),
        tone=0.8,
        slip=False,
    )


def glasses(sheet: Sheet, s: Sitter) -> None:
    """Print the glasses over the eyes, with the light in them."""
    p, random = sheet.palette, sheet.random
    frame = random.choice((p.ink, p.ink, p.accent, mix(s.hair, p.ink, 0.5)))
    y, r = s.brow + 44, random.uniform(50, 58)
    rims, lenses = [], []
    square = random.random() < 0.4
    for way in (-1, 1):
        eye = s.x + way * s.wide * 0.44
        ring = (
            polygon(
                curve(
                    [
                        (eye - r, y - r * 0.6),
                        (eye + r, y - r * 0.6),
                        (eye + r * 0.86, y + r * 0.7),
                        (eye - r * 0.86, y + r * 0.7),
                    ],
                    closed=True,
                    steps=8,
                )
            )
            if square
            else oval(eye, y, r)
        )
        lenses.append(ring)
        around = [math.tau * k / 40 for k in range(41)]
        points = ring.points if square else [(eye + r * math.cos(a), y + r * math.sin(a)) for a in around]
        rims.append(line([*points, points[0]], 8))
        rims.append(line([(eye + way * r, y - 8), (s.x + way * s.wide * 1.02, y - 18)], 7))
    rims.append(
        line(curve([(s.x - s.wide * 0.44 + r, y - 6), (s.x, y - 18), (s.x + s.wide * 0.44 - r, y - 6)]), 7)
    )
    for glass in lenses:
        left, top, right, low = glass.bounds()
        sheet.ink(
            p.paper, glass, fade=Fade(left, top, (left + right) / 2, (top + low) / 2, 0.5, 0.0), slip=False
        )
    sheet.ink(frame, *rims)
