"""The demo's pictures, drawn by the project itself: the same seed gives the same picture."""

from demo.art.covers import cover
from demo.art.palette import COVER_PALETTES, PALETTES
from demo.art.portraits import portrait
from demo.art.scenes import SCENES, picture

__all__ = ["COVER_PALETTES", "PALETTES", "SCENES", "cover", "picture", "portrait"]
