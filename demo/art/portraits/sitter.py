"""Who sits for a portrait, and the colours of hair there are."""

from collections.abc import Collection

from demo.art.palette import SKINS, Colour, colour, mix
from demo.art.press import Sheet, curve

HAIRS = [colour(code) for code in "1d1a1f 2b1d18 4a2c1d 7a4524 a9612c c9974f 8d8a88 d8d3c8".split()]


class Sitter:
    """What is fixed about a face before it is drawn: where it sits, its colours, what it wears.

    ``styles`` names the heads of hair to choose from.
    """

    def __init__(self, sheet: Sheet, styles: Collection[str]) -> None:
        random = sheet.random
        self.x = 500 + random.uniform(-18, 18)
        self.brow = random.uniform(372, 398)
        self.wide = random.uniform(148, 172)
        self.high = random.uniform(206, 230)
        self.skin: Colour = random.choice(SKINS)
        pale = SKINS.index(self.skin) < 3
        self.hair: Colour = random.choice(HAIRS if pale else HAIRS[:3] + HAIRS[-2:-1])
        self.shade = mix(self.skin, mix(sheet.palette.ink, self.skin, 0.25), 0.5)
        self.coat: Colour = random.choice(
            (sheet.palette.near, sheet.palette.ink, sheet.palette.accent, sheet.palette.mid)
        )
        named = [style for style in styles if sheet.says(style)]
        self.style = named[0] if named else random.choice(list(styles))
        self.glasses = random.random() < 0.4 or sheet.says("glasses")
        self.shift = -sheet.side

    def outline(self) -> list[tuple[float, float]]:
        """Return the face, from the temple round the chin and back."""
        x, y, w, h = self.x, self.brow, self.wide, self.high
        points = [
            (x - w, y - h * 0.2),
            (x - w * 0.97, y + h * 0.3),
            (x - w * 0.72, y + h * 0.82),
            (x - w * 0.28, y + h * 1.14),
        ]
        mirrored = [(2 * x - a, b) for a, b in reversed(points)]
        top = [(x + w * 0.7, y - h * 0.78), (x, y - h), (x - w * 0.7, y - h * 0.78)]
        return curve(points + mirrored + top, closed=True, steps=8)
