"""From where a request comes."""

import ipaddress

from starlette.requests import Request

IPV6_HOME = 64
"""A customer gets a whole /64 of IPv6 addresses, and counts as one."""


def client_address(request: Request) -> str:
    """The address of whoever asks, as text; empty where it is not known."""
    return request.client.host if request.client else ""


def client_of(request: Request) -> str:
    """By what tries are counted: an IPv4 address, or the /64 of an IPv6 one."""
    given = client_address(request)
    try:
        found = ipaddress.ip_address(given.partition("%")[0])
    except ValueError:
        return given[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, IPV6_HOME), strict=False))
    return str(found)
