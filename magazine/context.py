"""What every template may say about the magazine itself."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from magazine.headers import reader_of


def magazine(request: HttpRequest) -> dict[str, object]:
    """Return the magazine's name, line and address, and who is reading; no query of its own."""
    return {
        "magazine": {
            "name": settings.MAGAZINE_NAME,
            "tagline": settings.MAGAZINE_TAGLINE,
            "address": settings.SITE_URL,
        },
        "reader": SimpleLazyObject(lambda: reader_of(request)),
    }
