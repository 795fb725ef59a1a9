"""How often somebody may be wrong about the code of a gift."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from subscriptions.giving import redeeming
from subscriptions.models import Gift

# Wrong ones from one address (a family shares one): a code has some 54 bits.
RATES = {"redeem": "10/m/ip,40/h/ip"}


class TooManyTriesError(ValueError):
    """Codes were tried too often from here: it is not said whether this one is good."""


def tried(request: HttpRequest, code: str) -> Gift | None:
    """Return the gift with ``code``, or none, which is counted. Raises ``TooManyTriesError``."""
    if not _may(request, dry_run=True):
        raise TooManyTriesError
    gift = redeeming.by_code(code)
    if gift is None:
        _may(request, dry_run=False)
    return gift


def _may(request: HttpRequest, *, dry_run: bool) -> bool:
    return bool(
        ratelimit.consume(
            request, app="subscriptions", action="redeem", config=RATES, limit_get=True, dry_run=dry_run
        )
    )
