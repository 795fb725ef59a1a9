"""Pages whose address is a key: whoever was sent there may look, and nobody can make one up."""

from django.http import HttpResponse


def secret_page(response: HttpResponse) -> HttpResponse:
    """Hand the address of ``response`` to no other site, and keep it out of every index."""
    # To ourselves it is told: forms are known to come from here by it.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
