"""The headers that every answer carries, whatever made it."""

from collections.abc import Callable
from dataclasses import asdict

from csp.constants import HEADER, NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

PERMISSIONS = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=(), browsing-topics=()"
)

# The desk's theme evaluates its own attributes (Alpine) and sets widths inline. That is granted on
# the desk's path alone, which therefore never prints text that ``sanitising.clean`` has not seen.
DESK_PATH = "/desk/"
DESK_POLICY = {
    # The editor's import map is the one inline script; it carries the request's nonce.
    "script-src": [SELF, UNSAFE_EVAL, NONCE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}


class PolicyMiddleware(CSPMiddleware):
    """The library's policy on every answer; the library leaves the pages of a debugging server out."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response = super().process_response(request, response)
        if HEADER not in response:
            response[HEADER] = build_policy(**asdict(self.get_policy_parts(request, response)))
        return response


class HeadersMiddleware:
    """Say to caches and browsers what a view left unsaid.

    An answer is ``private, no-store`` unless its view declared otherwise (see ``public_page``), and a
    declared-public one stays private when it was made for somebody who is signed in.

    It stands outside of Django's own middleware, which sets the same headers on what passes it and says
    nothing when it refuses a request itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.always = {
            "Permissions-Policy": PERMISSIONS,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.always.items():
            response.headers.setdefault(name, value)
        if request.path.startswith(DESK_PATH):
            response._csp_replace = DESK_POLICY  # type: ignore[attr-defined]
        if "Cache-Control" not in response.headers:
            patch_cache_control(response, private=True, no_store=True)
        return response


def reader_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Return who is reading, without opening a session for a stranger who has none.

    ``request.user`` would look into the session, and a page whose session was looked into is private.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return getattr(request, "user", AnonymousUser())
    return AnonymousUser()


def public_page(request: HttpRequest, response: HttpResponse, *, seconds: int = 60) -> HttpResponse:
    """Let shared caches keep ``response`` for ``seconds``, if nobody's session had a part in it.

    Call it last in a view whose page is the same for every stranger. A request that carries a session
    (or any cookie that made the view look at the reader) gets ``private, no-store``, and so does a page
    that told somebody what had just happened.
    """
    told = get_messages(request)
    if request.session.accessed or request.user.is_authenticated or getattr(told, "used", False):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=seconds)
        patch_vary_headers(response, ["Cookie"])
    return response
