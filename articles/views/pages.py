"""A long list, one page at a time."""

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest

# No list is a million pages long; a longer number is somebody trying doors.
MOST_DIGITS = 6


def page_of(request: HttpRequest, items: Any, *, per_page: int = 20) -> Page:
    """Return the page of ``items`` that the address asks for with ``?page=``; the first without it.

    Raises ``Http404`` for anything that is not the number of an existing page.
    """
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS):
        raise Http404
    try:
        return Paginator(items, per_page).page(int(asked))
    except InvalidPage as error:
        raise Http404 from error
