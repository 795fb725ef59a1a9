"""What the templates of pages need to say that Django's own tags cannot."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.utils import timezone

from articles.models import Picture

register = template.Library()

FOCAL_STEP = 25


@register.filter
def srcset(copies: Iterable[tuple[str, int]], widest: int = 0) -> str:
    """Print [(address, width), …] for a ``srcset``; without the copies above ``widest`` pixels, if given."""
    kept = [(address, width) for address, width in copies if not widest or width <= widest]
    return ", ".join(f"{address} {width}w" for address, width in kept or list(copies)[:1])


@register.filter
def focus(picture: Picture) -> str:
    """Print the classes that keep the picture's focal point in view where it is cropped."""
    across, down = (round(share / FOCAL_STEP) * FOCAL_STEP for share in (picture.focal_x, picture.focal_y))
    return f"focus-x-{across} focus-y-{down}"


@register.filter
def absolute(address: str) -> str:
    """Print an address of this site with its host, for those who read it elsewhere."""
    return urljoin(f"{settings.SITE_URL}/", address)


@register.filter
def instant(at: datetime | None) -> str:
    """Print an instant for a ``datetime`` attribute: to the second, because HTML knows no microseconds."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""
