"""The one door for pictures: whatever comes in, only fresh pixels of a bounded size come out."""

import hashlib
import logging
import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from articles import renditions
from articles.models import Picture
from articles.tasks import make_renditions

logger = logging.getLogger(__name__)

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 40_000_000
# A progressive JPEG is decoded once per scan, and a scan costs the sender a few bytes.
MAX_SCANNED_PIXELS = 16 * MAX_PIXELS
MAX_SIDE = 20_000
MAX_CHUNKS = 20_000
MAX_PROFILE_BYTES = 4 * 1024 * 1024

# Pillow refuses twice this number before it gives a decoder any memory, and warns from once of it.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

# What the first bytes must say, whatever the file's name or the browser claims.
SIGNATURES = (
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("GIF", re.compile(rb"GIF8[79]a")),
    ("WEBP", re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL)),
    ("AVIF", re.compile(rb"....ftyp(?:avif|avis|mif1|msf1)", re.DOTALL)),
)
MASTER_OPTIONS = {"quality": 94, "subsampling": "4:4:4"}
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class RefusedUpload(ValidationError):
    """A file that the library does not take; its message says why, in words for the person."""


def take_picture(
    file: BinaryIO | File,
    *,
    title: str = "",
    alt: str = "",
    caption: str = "",
    credit: str = "",
    uploaded_by: Any = None,
) -> Picture:
    """Put ``file`` into the library and return its picture, ready to be shown.

    The pixels are turned upright, brought to sRGB and encoded anew; metadata, places and whatever else
    the file carried stay outside. Transparency becomes white, as on paper. The JPEG files exist when
    this returns; a task adds the lighter formats. Without ``title`` the file's own name is used.

    The same pixels taken twice are one picture: the first one is returned as it is, its words
    untouched. Costs about half a second of CPU for a usual photograph and 1.5 s at 40 megapixels.

    Raises ``RefusedUpload`` for anything that is not a sound JPEG, PNG, WebP, AVIF or GIF of at most
    25 MB and 40 megapixels.
    """
    image = decode(_read(file))
    content_hash = _hash_pixels(image)
    if known := Picture.objects.filter(content_hash=content_hash).first():
        return known

    values = {
        "title": _line(title or _stem(getattr(file, "name", None)), 200) or _("Untitled picture"),
        "alt": _line(alt, 300),
        "caption": _line(caption, 400),
        "credit": _line(credit, 200),
        "original": _store_master(image, content_hash),
        "width": image.width,
        "height": image.height,
        "colour": renditions.colour_of(image),
        "renditions": [
            renditions.make(smaller, content_hash, renditions.JPEG) for smaller in renditions.shrink(image)
        ],
        "uploaded_by": uploaded_by,
    }
    with transaction.atomic():
        picture, is_new = Picture.objects.get_or_create(content_hash=content_hash, defaults=values)
        if is_new:
            make_renditions.enqueue(picture.pk)
    return picture


def decode(data: bytes) -> Image.Image:
    """Return the pixels of an untrusted file, upright, in sRGB, without anything else of it.

    Raises ``RefusedUpload``, and nothing else, for whatever cannot or must not be decoded.
    """
    form = _true_format(data)
    try:
        if form == "PNG":
            _count_chunks(data)
        with Image.open(BytesIO(data), formats=[form]) as image:
            _check_size(image)
            if form == "JPEG":
                _check_scans(data, image.width * image.height)
            image.load()
            return _plain(image)
    except RefusedUpload:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    # Decoders meet malformed files with every kind of exception, MemoryError and SyntaxError included.
    except Exception as error:
        logger.info("Refused a %s file: %r", form, error)
        raise RefusedUpload(
            _("This picture is damaged and cannot be read. Save it again and try once more."),
            code="damaged",
        ) from error


def _read(file: BinaryIO | File) -> bytes:
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise RefusedUpload(_("This file is larger than 25 MB. Save a smaller copy."), code="too_heavy")
    return data


def _true_format(data: bytes) -> str:
    for form, signature in SIGNATURES:
        if signature.match(data):
            return form
    raise RefusedUpload(
        _("This is not a picture we can use. Send a JPEG, PNG, WebP, AVIF or GIF file."), code="not_a_picture"
    )


def _too_large() -> RefusedUpload:
    return RefusedUpload(
        _("This picture has more than 40 million pixels. Scale it down and try again."), code="too_large"
    )


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise _too_large()


def _check_scans(data: bytes, pixels: int) -> None:
    scans = sum(1 for _offset in _scans(data))
    if scans * pixels > MAX_SCANNED_PIXELS:
        raise RefusedUpload(
            _("This JPEG is stored in far too many passes. Save it again and try once more."),
            code="too_many_scans",
        )


def _scans(data: bytes) -> Iterator[int]:
    """Yield where each scan of a JPEG begins, stepping over what its segments carry."""
    marker = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
    position = 2
    while found := marker.search(data, position):
        kind, position = found[1][0], found.end()
        if kind == 0xD9:
            return
        if kind == 0xDA:
            yield found.start()
        if kind not in (0x01, 0xD8):
            position += int.from_bytes(data[position : position + 2])


def _count_chunks(data: bytes) -> None:
    position = 8
    for _n in range(MAX_CHUNKS):
        if position >= len(data):
            return
        position += 12 + int.from_bytes(data[position : position + 4])
    raise RefusedUpload(_("This PNG is cut into far too many pieces."), code="too_many_chunks")


def _plain(image: Image.Image) -> Image.Image:
    """Return ``image`` upright, opaque and in sRGB."""
    profile = image.info.get("icc_profile") or b""
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("F").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in ("LA", "PA", "La", "RGBa") or (image.mode != "RGBA" and "transparency" in image.info):
        image = image.convert("RGBA")
    elif image.mode in ("P", "1"):
        image = image.convert("RGB")
    if image.mode == "RGBA":
        opacity = image.getchannel("A")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image.convert("RGB"), mask=opacity)
        image = paper
    if 0 < len(profile) <= MAX_PROFILE_BYTES:
        image = _to_srgb(image, profile)
    if image.mode != "RGB":
        image = image.convert("RGB")
    # What the image remembers of its source ends here.
    image.info = {}
    return image


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if image.mode == "RGB":
            ImageCms.profileToProfile(image, source, SRGB, inPlace=True)
            return image
        return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        # A broken profile, or one for another kind of pixels: the colours are taken as they stand.
        logger.info("Ignored a colour profile: %r", error)
        return image


def _hash_pixels(image: Image.Image) -> str:
    digest = hashlib.sha256(repr(image.size).encode())
    rows = max(1, 1_000_000 // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        digest.update(strip.tobytes())
    return digest.hexdigest()


def _store_master(image: Image.Image, content_hash: str) -> str:
    target = BytesIO()
    image.save(target, "JPEG", **MASTER_OPTIONS)
    return renditions.store(f"originals/{content_hash[:2]}/{content_hash[2:]}.jpg", target.getvalue())


def _line(text: str, limit: int) -> str:
    """Return ``text`` as one line of visible characters, cut at ``limit``."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _stem(name: str | None) -> str:
    """Return a file's own name without folders and ending, as the first guess of a title."""
    last = re.split(r"[\\/]", name or "")[-1]
    stem = last.rpartition(".")[0] or last
    return stem.replace("_", " ").replace("-", " ")
