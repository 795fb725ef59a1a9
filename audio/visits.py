"""From how many networks a reader's own feeds are fetched: an address that got about is closed.

An app at home, one on a telephone that travels, and perhaps the servers of an app: that is a handful of
networks a day. More than ``MOST_NETWORKS`` within ``WITHIN`` is an address that was passed on. It is
replaced, the reader is written to, and staff see it; nobody else's address has a part in it.

Of a network we keep a keyed digest for days, and never the address itself.
"""

import ipaddress
import math
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from audio.models import FeedAlarm, FeedVisit
from subscriptions import feed_addresses

MOST_NETWORKS = 20
WITHIN = timedelta(days=1)
# Who has one address of these has all of them: a household, an office, a carrier's exchange.
PREFIXES = {4: 24, 6: 48}
# So many visits this process remembers, in order not to write them down again; each is about 200 bytes.
REMEMBERED = 20_000

_known: set[tuple[str, str, date]] = set()


def note(reader: Any, token: str, request: HttpRequest, at: datetime | None = None) -> bool:
    """Note from where ``reader``'s address with ``token`` is used; return whether it is still open.

    A network that is known today costs no query. The one too many closes the address.
    """
    at = at or timezone.now()
    network = network_of(request)
    if network is None:
        return True
    seal = salted_hmac("audio.visits", token).hexdigest()[:20]
    digest = salted_hmac("audio.visits.network", f"{seal} {network}").hexdigest()[:32]
    visit = (seal, digest, _day(at))
    if visit in _known:
        return True
    FeedVisit.objects.bulk_create(
        [FeedVisit(reader_id=reader.pk, feed_seal=seal, network=digest, day=visit[2])], ignore_conflicts=True
    )
    if (networks := within_a_day(seal, at)) > MOST_NETWORKS:
        _close(reader, token, networks, at)
        return False
    if len(_known) >= REMEMBERED:
        _known.clear()
    _known.add(visit)
    return True


def network_of(request: HttpRequest) -> str | None:
    """Return the network from which ``request`` comes, or nothing where that cannot be told.

    Behind proxies that is found as for the limits of sign-in (``ALLAUTH_TRUSTED_PROXY_COUNT``).
    """
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, PREFIXES[address.version]), strict=False))


def within_a_day(seal: str, at: datetime) -> float:
    """Return from how many networks the address known as ``seal`` was used in the day before ``at``.

    Days are kept, and not hours: of the networks of yesterday alone as great a part counts as of yesterday
    lies within the last 24 hours. One query.
    """
    today = _day(at)
    visits = FeedVisit.objects.filter(feed_seal=seal, day__gte=today - WITHIN, day__lte=today)
    days: dict[date, set[str]] = {today: set(), today - WITHIN: set()}
    for network, day in visits.values_list("network", "day"):
        days[day].add(network)
    here = timezone.localtime(at)
    passed = timedelta(hours=here.hour, minutes=here.minute) / WITHIN
    return len(days[today]) + len(days[today - WITHIN] - days[today]) * (1 - passed)


def _close(reader: Any, token: str, networks: float, at: datetime) -> None:
    """Close the address and raise the alarm, once."""
    with transaction.atomic():
        if feed_addresses.replace_shared(reader, token, at=at):
            FeedAlarm.objects.create(reader_id=reader.pk, networks=math.ceil(networks), at=at)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
