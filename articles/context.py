"""What every page's furniture needs to know of the magazine: its sections."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.models.section import departments


def sections(request: HttpRequest) -> dict[str, object]:
    """Return the sections in order; looked up only by templates that print them."""
    return {"sections": SimpleLazyObject(departments.get)}
