"""The inks. A picture is printed in one palette and in nothing else, which holds the magazine together."""

from dataclasses import dataclass

Colour = tuple[int, int, int]


def colour(code: str) -> Colour:
    """Return the colour written ``rrggbb``."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return ``one`` with ``share`` (0 to 1) of ``other`` stirred in."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def luminance(ink: Colour) -> float:
    """Return the relative luminance, 0 (black) to 1 (white), as WCAG defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in ink)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 (none) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True)
class Palette:
    """Ten inks by the part they play, from the bare paper to the darkest line."""

    paper: Colour
    sky: Colour
    glow: Colour  # The sky at the horizon, and whatever the light falls on.
    sun: Colour
    far: Colour
    mid: Colour
    near: Colour
    ink: Colour
    accent: Colour
    light: Colour  # Lit windows and lamps.

    @property
    def dark(self) -> bool:
        """Whether the sky is darker than print on it would be."""
        return luminance(self.sky) < 0.18


def _palette(codes: str) -> Palette:
    return Palette(*(colour(code) for code in codes.split()))


# A cover names one of these. Inks in order: paper, sky, glow, sun, far, mid, near, ink, accent, light.
COVER_PALETTES = {
    "dawn": _palette("f5ede1 f0c3ab fae3ba ee6a49 d3a2a3 957f99 505a7b 262f4b e2543b fdeec4"),
    "noon": _palette("f5f0e2 86c0cc e8eeda fbf3d6 9cc3b8 569888 2b6a6b 153d49 ee6b3d fbeecb"),
    "dusk": _palette("f4e9dc 4c5887 f0a17a f8c766 80698f 5a4b7a 372f59 1d1a37 f07554 ffd98a"),
    "night": _palette("efe8d8 172642 33607c f2ebd2 2c4a6d 1e3757 132641 0b1729 eaa23b f9cd66"),
    "moss": _palette("f3eedd c5cfa9 f0eaca ebb348 a1b286 6b8755 3b5e3d 1d3829 dc633a f6e7b0"),
    "brick": _palette("f6ecdd ebc8a6 f9ead0 fcf4de d99f80 c1664a 86392f 3a2028 2b7e86 ffe4a8"),
    "ice": _palette("f3f1ea b9d3de eff2ec f5e2b8 a0bfce 6690a9 36617f 19364e e55e3d fff2cf"),
    "ochre": _palette("f6ecd6 e7b756 f7e2a6 e55e38 d29d50 a96e39 6a4731 31272a 2f6f73 fff0c0"),
}

# Pictures inside the magazine have a few more.
PALETTES = COVER_PALETTES | {
    "mist": _palette("f2eee5 d5d4cb efeae0 ea7a59 b5bbb8 84959a 50656e 26353e d9573b f7e6bd"),
    "coral": _palette("f6ebdf ee9f89 fbdcc0 fff0d4 d6848a 97607f 5a4069 2b2446 26909a ffe2a3"),
    "lagoon": _palette("f2efe0 2f8c96 c2e1d0 fce9ab 4f9f9f 1f7080 154f64 0d2d43 f28a4a ffe39a"),
    "harvest": _palette("f6efdc a6c6c8 f6e6ba fcefc4 d9bd6c c3953d 846833 36382f cb4d32 fdecbb"),
    "heather": _palette("f3ece4 c9bfd3 f3e3dc f7c98b a89ab8 77688f 4c4868 282a45 d7633f fce6b4"),
    "storm": _palette("eeeae0 6f8592 d3d6cd f3e3b0 8496a0 566e7d 374f60 1a2b3a e8a23c f9d684"),
}

# What people are printed in, whatever the palette; from pale to dark.
SKINS = [colour(code) for code in "f3cfb1 e8b78f d99d73 bf7f56 9c6040 774530 56321f".split()]
