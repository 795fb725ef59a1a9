"""The files that readers get of a picture: a few widths, in the formats that browsers take."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

# Twice the measure of the widest page is the most that any screen asks for.
WIDTHS = (320, 640, 960, 1600, 2240)
# Part of every file's name: change it with the numbers below, and readers' caches hold nothing old.
RECIPE = "a"


@dataclass(frozen=True)
class Format:
    """One encoding, with the options that were measured to look alike at the smallest size."""

    mime: str
    pillow_name: str
    extension: str
    options: tuple[tuple[str, Any], ...]


JPEG = Format("image/jpeg", "JPEG", "jpg", (("quality", 80), ("progressive", True), ("subsampling", "4:2:0")))
WEBP = Format("image/webp", "WEBP", "webp", (("quality", 78), ("method", 4)))
# Speed 8 costs a third of the default's time for three per cent more bytes.
AVIF = Format("image/avif", "AVIF", "avif", (("quality", 48), ("speed", 8), ("max_threads", 1)))
FORMATS = (JPEG, WEBP, AVIF)


def widths_for(width: int) -> list[int]:
    """Return the widths to make of a picture ``width`` pixels wide, ascending, none above its own.

    The largest is the picture's own width or the cap; a listed width just below it is left out.
    """
    largest = min(width, WIDTHS[-1])
    return [listed for listed in WIDTHS if listed <= largest * 0.85] + [largest]


def shrink(image: Image.Image) -> Iterator[Image.Image]:
    """Yield ``image`` in each of its widths, the widest first.

    Each is made from the one before, so the cost is little more than that of the first.
    """
    full_width, full_height = image.size
    for width in reversed(widths_for(full_width)):
        if width != image.width:
            height = max(1, round(full_height * width / full_width))
            image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        yield image


def encode(image: Image.Image, form: Format) -> bytes:
    """Return the bytes of an RGB ``image`` in ``form``: its pixels and nothing else."""
    target = BytesIO()
    # Explicit, because Pillow would copy what the image remembers of its source.
    nothing: dict[str, Any] = {"exif": b"", "icc_profile": None}
    image.save(target, form.pillow_name, **dict(form.options), **nothing)
    return target.getvalue()


def make(image: Image.Image, content_hash: str, form: Format) -> dict[str, Any]:
    """Store ``image`` in ``form`` and return its entry in ``Picture.renditions``."""
    name = store(file_name(content_hash, image.width, form), encode(image, form))
    return {"mime": form.mime, "width": image.width, "height": image.height, "name": name}


def store(name: str, content: bytes) -> str:
    """Put ``content`` into the storage as ``name``; return the name it got.

    Names come from the pixels, so a file that is already there is the same one or was cut short by a
    process that died: it is written again.
    """
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))


def file_name(content_hash: str, width: int, form: Format) -> str:
    """Return where in the storage the file of that width and format belongs."""
    return f"pictures/{content_hash[:2]}/{content_hash[2:34]}/{width}{RECIPE}.{form.extension}"


def colour_of(image: Image.Image) -> str:
    """Return the mean colour of ``image`` as ``#rrggbb``, to stand in its place until it arrives."""
    small = image.reduce(max(1, min(image.size) // 16))
    return "#" + small.resize((1, 1), Image.Resampling.BOX).convert("RGB").tobytes().hex()
