"""The pictures of a printed issue: each as large as the place that it stands in wants, and no larger."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from django.utils.html import format_html
from django.utils.translation import gettext as _

from editions.builders import images
from editions.source import Image

MM_PER_INCH = 25.4
# A picture a hair below what is wanted prints as well.
NEARLY = 0.95


@dataclass(frozen=True)
class Print:
    """A picture in its place: what to ask the printer for, and its size there in mm."""

    src: str
    alt: str
    caption: str
    credit: str
    width: float
    height: float

    @property
    def box(self) -> str:
        """Its size as an attribute of an element."""
        return format_html('style="width: {}mm; height: {}mm"', f"{self.width:.2f}", f"{self.height:.2f}")


class Prints:
    """Makes the pictures of one file, at ``dpi`` and a JPEG ``quality``.

    ``files`` holds their bytes by the address that asks for them; ``warnings`` says which are missing and,
    when ``is_strict``, which are too small for their place. ``on_each`` is told how many have been made.
    """

    def __init__(
        self, *, dpi: int, quality: int, is_strict: bool, on_each: Callable[[int], None] | None = None
    ) -> None:
        self.dpi = dpi
        self.quality = quality
        self.is_strict = is_strict
        self.files: dict[str, bytes] = {}
        self.warnings: list[str] = []
        self.on_each = on_each

    def make(self, image: Image, *, width: float, most: float) -> Print | None:
        """Print ``image`` ``width`` mm wide and, cropped to it by the styles, at ``most`` mm high."""
        height = min(width * image.height / image.width, most)
        return self._made(image, width, height)

    def fit(self, image: Image, *, width: float, most: float) -> Print | None:
        """Print the whole of ``image``, at most ``width`` by ``most`` mm."""
        scale = min(width / image.width, most / image.height)
        return self._made(image, image.width * scale, image.height * scale)

    def fill(self, image: Image, *, width: float, height: float) -> Print | None:
        """Print ``image`` so that it fills ``width`` by ``height`` mm, whatever is cut off."""
        return self._made(image, width, height)

    def _made(self, image: Image, width: float, height: float) -> Print | None:
        mm_per_pixel = max(width / image.width, height / image.height)
        longest = ceil(max(image.width, image.height) * mm_per_pixel / MM_PER_INCH * self.dpi)
        src = f"{image.src}@{longest}"
        if src not in self.files:
            try:
                self.files[src] = images.jpeg(image, longest=longest, quality=self.quality)
            except images.MissingPictureError:
                self._warn(_("%(picture)s is missing and was left out."), image)
                return None
            if self.on_each:
                self.on_each(len(self.files))
            has = round(MM_PER_INCH / mm_per_pixel)
            if self.is_strict and has < self.dpi * NEARLY:
                self._warn(
                    _("%(picture)s has %(has)s dpi where it stands %(width)s mm wide; print wants %(dpi)s."),
                    image,
                    has=has,
                    width=round(width),
                    dpi=self.dpi,
                )
        alt = image.alt or image.caption or _("Picture")
        return Print(src, alt, image.caption, image.credit, round(width, 2), round(height, 2))

    def _warn(self, sentence: str, image: Image, **facts: object) -> None:
        name = _("Picture %(id)s (%(alt)s)") % {"id": image.id, "alt": (image.alt or image.caption)[:60]}
        said = sentence % {"picture": name, **facts}
        if said not in self.warnings:
            self.warnings.append(said)
