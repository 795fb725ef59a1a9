"""Search, as a page."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.search import search as find
from magazine.headers import public_page, reader_of

LONGEST = 200
# Nobody turns to the ten-thousandth page of results; a longer number is somebody trying doors.
MOST_DIGITS = 4


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found by the words of ``?q=``, among what the reader may find; any query is answered."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MOST_DIGITS else 1
    context = {
        "query": query,
        "results": find(query, reader=reader_of(request), page=page) if query else None,
        "carried": urlencode({"q": query}),
    }
    return public_page(request, render(request, "articles/search.html", context))
