"""What every template may say about the magazine itself."""

from django.conf import settings
from django.http import HttpRequest


def magazine(request: HttpRequest) -> dict[str, object]:
    """Return the magazine's name, line and address; no queries."""
    return {
        "magazine": {
            "name": settings.MAGAZINE_NAME,
            "tagline": settings.MAGAZINE_TAGLINE,
            "address": settings.SITE_URL,
        }
    }
