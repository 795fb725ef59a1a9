"""The scenes by name, and how a seed becomes a picture of one."""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageOps

from demo.art.palette import PALETTES
from demo.art.press import Sheet
from demo.art.scenes.abstract import abstract
from demo.art.scenes.city import city
from demo.art.scenes.fields import fields
from demo.art.scenes.forest import forest
from demo.art.scenes.garden import garden
from demo.art.scenes.harbour import harbour
from demo.art.scenes.hills import hills
from demo.art.scenes.library import library
from demo.art.scenes.market import market
from demo.art.scenes.mountains import mountains
from demo.art.scenes.night import night
from demo.art.scenes.railway import railway
from demo.art.scenes.river import river
from demo.art.scenes.sea import sea
from demo.art.scenes.studio import studio
from demo.art.scenes.workshop import workshop

SCENES: dict[str, Callable[[Sheet], None]] = {
    "harbour": harbour,
    "hills": hills,
    "city": city,
    "forest": forest,
    "river": river,
    "sea": sea,
    "fields": fields,
    "night": night,
    "workshop": workshop,
    "library": library,
    "mountains": mountains,
    "abstract": abstract,
    "market": market,
    "railway": railway,
    "garden": garden,
    "studio": studio,
}

_HINTS = {
    "dusk": "dusk evening last crossing",
    "dawn": "dawn morning early six returned",
    "night": "night moon stars dark",
    "mist": "fog mist winter rain",
    "storm": "adrift storm channel",
    "ice": "ice snow spring quarry",
    "brick": "brick engine stove iron",
    "ochre": "map maps ledger loaf groat labels",
}


def picture(
    scene: str,
    seed: str,
    size: tuple[int, int] = (1600, 1067),
    *,
    palette: str | None = None,
    headroom: float = 0.0,
) -> Image.Image:
    """Draw one of the ``SCENES``, ``size`` in pixels; the same seed gives the same picture.

    The words of the seed (``skell-light-evening``) may steer what is drawn and in which inks; ``palette``
    names the inks instead. ``headroom`` is the share of the height, 0 to 1, kept calm at the top for type.
    Takes well under a second.

    Raises ``ValueError`` for a scene or a palette that does not exist.
    """
    if scene not in SCENES:
        raise ValueError(f"There is no scene “{scene}”, only {', '.join(SCENES)}.")
    name = palette or _palette(scene, seed)
    if name not in PALETTES:
        raise ValueError(f"There is no palette “{name}”, only {', '.join(PALETTES)}.")
    sheet = Sheet(size, PALETTES[name], f"{scene}/{seed}", headroom=headroom)
    SCENES[scene](sheet)
    image = sheet.finish()
    # Nothing in a scene is lettered, so that its mirror image is as good and makes another picture.
    return ImageOps.mirror(image) if sheet.random.random() < 0.5 else image


def _palette(scene: str, seed: str) -> str:
    """Return the inks that suit the scene, by the seed's words or else by chance."""
    random = Random(f"palette/{scene}/{seed}")  # noqa: S311
    if scene == "night":
        return "night"
    words = set(seed.lower().split("-"))
    for name, hints in _HINTS.items():
        if words & set(hints.split()):
            return name
    return random.choice([name for name in sorted(PALETTES) if name != "night"])
