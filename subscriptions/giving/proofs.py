"""Where a request comes from, for those who belong by their network."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from subscriptions.giving.groups import Address


def address_of(request: HttpRequest) -> Address | None:
    """Return the address from which ``request`` comes, or nothing where that cannot be told.

    It is found as for the limits of sign-in: what a header says counts behind as many proxies as are trusted
    (``ALLAUTH_TRUSTED_PROXY_COUNT``), and not at all without. An IPv4 address in IPv6 clothes is the IPv4
    address.
    """
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
