"""Portraits of people who do not exist: head and shoulders in strong light, cut like a print."""

from random import Random

from PIL import Image

from demo.art import motifs
from demo.art.palette import PALETTES, mix
from demo.art.portraits.clothes import shoulders
from demo.art.portraits.face import face, glasses
from demo.art.portraits.hair import STYLES
from demo.art.portraits.sitter import Sitter
from demo.art.press import Fade, Sheet, box, oval, polygon

__all__ = ["portrait"]

_GROUNDS = (
    "dawn",
    "noon",
    "dusk",
    "moss",
    "ice",
    "ochre",
    "mist",
    "coral",
    "lagoon",
    "harvest",
    "heather",
    "storm",
)


def portrait(seed: str, size: tuple[int, int] = (800, 800)) -> Image.Image:
    """Draw the head and shoulders of an invented person; the same seed gives the same picture.

    A seed may ask for a head of hair or what covers it (``ada-bun``, ``noor-scarf``, ``ravi-beard-glasses``).
    """
    random = Random(f"portrait/{seed}")  # noqa: S311
    palette = PALETTES[random.choice(_GROUNDS)]
    sheet = Sheet(size, palette, f"portrait/{seed}")
    sitter = Sitter(sheet, STYLES)
    _backdrop(sheet)
    back, front = STYLES[sitter.style]
    back(sheet, sitter)
    shoulders(sheet, sitter)
    face(sheet, sitter)
    front(sheet, sitter)
    if sitter.glasses:
        glasses(sheet, sitter)
    return sheet.finish()


def _backdrop(sheet: Sheet) -> None:
    p, random = sheet.palette, sheet.random
    ground = random.choice((p.sky, p.glow, mix(p.far, p.glow, 0.4), mix(p.mid, p.far, 0.4)))
    sheet.ink(ground, sheet.all(), slip=False)
    sheet.ink(mix(ground, p.ink, 0.35), sheet.all(), fade=Fade(500, 1000, 500, 250, 0.7, 0.0), slip=False)
    kind = random.randrange(4)
    tone = random.choice((p.sun, p.accent, p.paper, mix(p.glow, p.paper, 0.5)))
    if kind == 0:
        sheet.ink(
            tone,
            oval(
                500 + sheet.side * random.uniform(60, 190), random.uniform(330, 430), random.uniform(250, 330)
            ),
        )
    elif kind == 1:
        edge = 500 + sheet.side * random.uniform(40, 160)
        sheet.ink(
            tone,
            polygon(
                [
                    (edge, -20),
                    (500 + sheet.side * 600, -20),
                    (500 + sheet.side * 600, 1020),
                    (edge - sheet.side * 200, 1020),
                ]
            ),
            tone=0.9,
        )
    elif kind == 2:
        horizon = random.uniform(560, 680)
        motifs.hill(
            sheet, motifs.skyline(random, sheet.width, horizon, 130, swell=3), 1020, p.far, p.mid, p.glow
        )
        sheet.ink(p.sun, oval(500 + sheet.side * 300, random.uniform(190, 300), random.uniform(70, 110)))
    else:
        sheet.ink(tone, *[box(120 + 130 * k, 90, 220 + 130 * k, 1020) for k in range(6)], tone=0.45)
    sheet.glow(p.paper, 500 + sheet.side * 260, 260, 420, 0.35)
